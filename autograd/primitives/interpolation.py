"""Straight lines: through given points, and between two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import check_device, describe
from ..registry import implements, operations
from .choices import clip, where
from .comparison import argsort
from .declaration import primitive
from .domains import REAL, Drawn
from .elementwise import divide, power, subtract
from .order_statistics import interpolated
from .searching import searchsorted
from .shaping import astype, broadcast_to, concat, counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "geomspace",
    "interp",
    "linspace",
    "logspace",
]


@implements(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Any:
    """Values at ``x`` of the straight lines through the points ``(xp, fp)``.

    Parameters
    ----------
    x
        Real numbers of any shape.
    xp, fp
        Vectors of one length. ``xp`` must increase, which is not checked, unless a ``period`` is given.
    left, right
        What is beyond the first and the last point; by default the first and the last of ``fp``.
    period
        After what distance everything repeats; ``left`` and ``right`` are not used then.

    The result is float64, or complex128 if ``fp`` is complex. All of ``x``, ``xp`` and ``fp`` have gradients; at a
    point, that by ``x`` is the slope on its right.

    >>> import autograd as ag
    >>> ag.interp(ag.Tensor([0.5, 2.0]), [0.0, 1.0, 3.0], [0.0, 10.0, 20.0])
    Tensor([ 5., 15.], dtype=float64)
    """
    x, xp = (astype(operations.asarray(each), np.float64, copy=False) for each in (x, xp))
    fp = operations.asarray(fp)
    fp = astype(fp, np.complex128 if fp.dtype.kind == "c" else np.float64, copy=False)
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.size:
        raise ValueError(
            f"interp: xp and fp are vectors of one length that are not empty; given {describe(xp)} and {describe(fp)}"
        )
    if period is not None:
        if not period:
            raise ValueError("interp: a period is a number other than 0")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = concat([xp[-1:] - period, xp, xp[:1] + period])
        fp = concat([fp[-1:], fp, fp[:1]])
    left, right = (fp[end] if value is None else value for value, end in ((left, 0), (right, -1)))
    if xp.size == 1:
        result = broadcast_to(fp, x.shape) if x.ndim else fp[0]
    else:
        place = clip(searchsorted(xp, x.detach(), side="right") - 1, 0, xp.size - 2)
        result = _on_lines(x, *(each[at] for each in (xp, fp) for at in (place, place + 1)))
        result = where(operations.isnan(x), x, result)
    return where(x > xp[-1], right, where(x < xp[0], left, result))


def _on_lines(x: Any, start: Any, end: Any, first: Any, second: Any) -> Any:
    """What stands at ``x`` on lines from ``(start, first)`` to ``(end, second)``.

    Beyond their ends they are not used, and must not overflow; between the same end twice the second one counts.
    """
    width = subtract(end, start)
    is_plain = operations.isfinite(width) & operations.isfinite(first) & operations.isfinite(second)
    covered = where(is_plain, clip(x, start, end) - start, 0)
    share = divide(covered, where(is_plain & (width != 0), width, 1)) + (width == 0)
    result = interpolated(where(is_plain, first, 0), where(is_plain, second, 0), share)
    return where(is_plain, result, _with_infinities(x, start, end, first, second))


def _with_infinities(x: Any, start: Any, end: Any, first: Any, second: Any) -> Any:
    """The same where a point is infinite, as NumPy has it: at an end its value, far from one that of the other."""
    is_start_far = operations.isinf(start) & operations.isfinite(end)
    is_end_far = operations.isinf(end) & operations.isfinite(start)
    is_level = operations.isfinite(first) & operations.isfinite(second) & (is_start_far | is_end_far)
    between = where(operations.isfinite(end - start), first + second, np.nan)
    between = where(is_level, where(is_start_far, second, first), between)
    return where(x == end, second, where((x == start) | (first == second), first, between))


# Between two ends


def _shares(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    """How much of the second end there is in each element, laid along the axis, in the dtype of ``g``."""
    steps = num - 1 if endpoint else num
    shares = np.arange(num) / (steps or 1)
    return shares.reshape([-1 if a == axis % g.ndim else 1 for a in range(g.ndim)]).astype(g.dtype)


def _by_start(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    return np.sum(g * (1 - _shares(g, num, endpoint, axis)), axis=axis)


def _by_stop(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    return np.sum(g * _shares(g, num, endpoint, axis), axis=axis)


def _ramp_domain(draw: Draw) -> Drawn:
    start, stop = draw.broadcastable(REAL, REAL)
    return (start, stop), {"num": draw.integer(0, 4), "endpoint": draw.boolean(), "dtype": None, "axis": 0}


@primitive(rules={"start": _by_start, "stop": _by_stop}, domain=_ramp_domain, label="linspace", analytic=True)
def ramp(start: Any, stop: Any, /, num: int, endpoint: bool, dtype: Any, axis: int) -> Any:
    """Numbers at equal distances; ``linspace`` is its face."""
    return np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype, axis=axis)


def _end(end: Any, is_constant: bool) -> Any:
    """An end as a Tensor; a number of Python's stays one, and takes the dtype of the other end."""
    if type(end) in (int, float, complex):
        return end
    end = operations.asarray(end)
    return end.detach() if is_constant else end


@implements(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """``num`` numbers at equal distances from ``start`` to ``stop``, which both have gradients.

    Ends that are arrays broadcast, and ``axis`` says where the numbers stand in the result. With ``retstep`` their
    distance is a second result. A whole-numbered ``dtype`` gives a constant.

    >>> import autograd as ag
    >>> ag.linspace(0.0, ag.Tensor(1.0), 3)
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    check_device("linspace", device)
    is_constant = dtype is not None and np.dtype(dtype).kind not in "fc"
    start, stop = _end(start, is_constant), _end(stop, is_constant)
    axes = counted_axes("linspace", axis, 1 + max(np.ndim(start), np.ndim(stop)))
    if len(axes) != 1:
        raise ValueError(f"linspace: the numbers stand along one axis, got axis={axis!r}")
    result = ramp(start, stop, num=num, endpoint=endpoint, dtype=dtype, axis=axes[0])
    if not retstep:
        return result
    steps = num - 1 if endpoint else num
    return result, subtract(stop, start) * (1 / steps if steps > 0 else np.nan)


@implements(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    """``base`` to the power of ``num`` numbers at equal distances from ``start`` to ``stop``.

    >>> import autograd as ag
    >>> ag.logspace(0.0, ag.Tensor(2.0), 3)
    Tensor([  1.,  10., 100.], dtype=float64)
    """
    base = operations.asarray(base) if not isinstance(base, (int, float)) else base
    if getattr(base, "ndim", 0):
        start, stop, base = operations.broadcast_arrays(start, stop, base)
        base = operations.expand_dims(base, axis=axis)
    result = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return result if dtype is None else astype(result, dtype)


@implements(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """``num`` numbers from ``start`` to ``stop`` of which each is the one before times one factor.

    Both ends have gradients. They may be negative or complex, but not 0. The result is float64 or complex128 if no
    ``dtype`` is given, as NumPy's.

    >>> import autograd as ag
    >>> ag.geomspace(1.0, ag.Tensor(100.0), 3)
    Tensor([  1.,  10., 100.], dtype=float64)
    """
    start, stop = operations.asarray(start), operations.asarray(stop)
    if not (start.data.all() and stop.data.all()):
        raise ValueError("geomspace: no end may be 0, from which and to which no factor leads")
    wide = np.result_type(start.dtype, stop.dtype, np.float64 if dtype is None else dtype, np.float16)
    start, stop = operations.broadcast_arrays(*(astype(end, wide, copy=False) for end in (start, stop)))
    # Any constant would do; this one makes the first end positive, so that no logarithm is of a negative number.
    turn = np.sign(start.data)
    exponents = linspace(operations.log10(start / turn), operations.log10(stop / turn), num, endpoint)
    result = power(10.0, exponents) * turn
    if num > 0:  # the ends themselves, not what rounding leaves of them
        parts = [start[None], result[1 : num - 1 if endpoint else num]]
        last = stop + 0 * turn  # NaN goes all the way, as in NumPy
        result = concat([*parts, last[None]] if endpoint and num > 1 else parts)
    result = operations.moveaxis(result, 0, axis)
    return result if dtype is None else astype(result, dtype, copy=False)
