"""Max pooling: the largest element of each of the windows that slide over the last axes.

The gradient is linear in the cotangent, by an operation whose transpose is another: of the two, each is the other's
gradient rule.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import REAL, Drawn
from .masks import masked
from .pooling_windows import (
    Shape,
    Windows,
    adaptive,
    at,
    by_axis,
    combined,
    drawn_windows,
    handed_back,
    sliding,
    taken,
    with_length,
)

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "adaptive_max_pooling",
    "adaptive_max_pooling_places",
    "max_pooling",
    "max_pooling_places",
    "max_unpooling",
]


def _lowest(x: Any) -> Any:
    """The least number of the dtype of ``x``; raises ``TypeError`` where numbers have no order."""
    if x.dtype.kind not in "biuf":
        raise TypeError(
            f"max pooling: the largest is looked for, and there is an order of real numbers only; got {describe(x)}"
        )
    if x.dtype.kind == "b":
        return False
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def _ties(x: Any, out: Any, windows: Windows) -> tuple[list[list[Any]], Any]:
    """Find which elements equal the largest of their windows, axis by axis and step by step; count them by window.

    NaN, which is the result of a window that has one, counts as infinity here.
    """
    x, out = np.fmin(x, np.inf), np.fmin(out, np.inf)
    dtype = np.uint8 if math.prod(each.most for each in windows) < 256 else np.uint32
    found, count = [], None
    for behind, each in by_axis(windows):
        is_last = behind == len(windows) - 1
        largest = out if is_last else combined(np.maximum, x, behind, each, -np.inf)
        total = np.zeros_like(largest, dtype)
        hits = []
        for those, elements in each.steps():
            hit = taken(x, elements, behind) == taken(largest, those, behind)
            hits.append(hit)
            number = hit.view(np.uint8)
            total[at(those, behind)] += number if count is None else number * taken(count, elements, behind)
        found.append(hits)
        x, count = largest, total
    return found, count


def _shares(y: Any, count: Any) -> Any:
    """Divide, in a dtype in which no count is infinite; a window without elements has nothing to divide."""
    return (y / np.maximum(count, 1).astype(np.result_type(y.dtype, np.float32))).astype(y.dtype, copy=False)


def _constant(x: Any) -> Any:
    """What the result does not depend on but in steps."""
    return x.detach() if isinstance(x, Tensor) else x


def _domain(draw: Draw) -> Drawn:
    """Draw numbers of which no two are near each other, and windows over them."""
    shape, windows = drawn_windows(draw, dilates=True)
    size = math.prod(shape)
    order = draw.permutation(size)
    numbers = np.arange(size) if order is None else np.mod(order, size)
    return ((numbers.reshape(shape) - size // 2) / 16,), {"windows": windows}


def _sharing_domain(draw: Draw) -> Drawn:
    (x,), attributes = _domain(draw)
    out = window_maxima.forward(x, **attributes)
    return (draw.array(REAL, out.shape), x, out), attributes


def _taking_domain(draw: Draw) -> Drawn:
    (_, x, out), attributes = _sharing_domain(draw)
    return (draw.array(REAL, x.shape), x, out), attributes


# The rules: each of two operations that are linear in their first operand is the other's transpose


def _by_x(g: Any, x: Any, out: Any, windows: Windows) -> Any:
    return shared_by_window_maxima.alike(g, _constant(x), _constant(out), windows=windows)


def _by_shared(g: Any, x: Any, largest: Any, windows: Windows) -> Any:
    return taken_at_window_maxima.alike(g, x, largest, windows=windows)


def _by_taken(g: Any, x: Any, largest: Any, windows: Windows) -> Any:
    return shared_by_window_maxima.alike(g, x, largest, windows=windows)


@primitive(
    rules={"x": _by_x},
    domain=_domain,
    label="max pool",
)
def window_maxima(x: Any, /, windows: Windows) -> Any:
    """The largest element of each window; ``max_pooling`` is its face."""
    lowest = _lowest(x)
    for behind, each in by_axis(windows):
        x = combined(np.maximum, x, behind, each, lowest)
    return x


@primitive(
    rules={"y": _by_shared},
    domain=_sharing_domain,
    label="max poolᵀ",
)
def shared_by_window_maxima(y: Any, x: Any, largest: Any, /, windows: Windows) -> Any:
    """Give what each window has to the largest elements of it in ``x``, in equal shares."""
    ties, count = _ties(x, largest, windows)
    result = _shares(y, count)
    for (behind, each), hits in zip(reversed(by_axis(windows)), reversed(ties), strict=True):
        result = handed_back(result, behind, each, hits)
    return result


@primitive(
    rules={"y": _by_taken},
    domain=_taking_domain,
    label="max pool",
)
def taken_at_window_maxima(y: Any, x: Any, largest: Any, /, windows: Windows) -> Any:
    """The mean of ``y`` over the places where the largest elements of each window of ``x`` are."""
    ties, count = _ties(x, largest, windows)
    for (behind, each), hits in zip(by_axis(windows), ties, strict=True):
        total = np.zeros_like(y, shape=with_length(y.shape, behind, each.number))
        for (those, elements), hit in zip(each.steps(), hits, strict=True):
            total[at(those, behind)] += masked(taken(y, elements, behind), hit)
        y = total
    return _shares(y, count)


@primitive(domain=_domain, label="argmax pool")
def places_of_window_maxima(x: Any, /, windows: Windows) -> Any:
    """Where the largest element of each window is; ``max_pooling_places`` is its face."""
    lowest, distance = _lowest(x), 1
    place = np.zeros_like(x, np.int64)
    for behind, each in by_axis(windows):
        largest = np.full_like(x, lowest, shape=with_length(x.shape, behind, each.number))
        found = np.zeros_like(largest, np.int64)
        is_first = np.ones((each.number, *(1,) * behind), np.bool_)
        along = np.arange(each.length).reshape(-1, *(1,) * behind) * distance
        for those, elements in each.steps():
            window, element = at(those, behind), at(elements, behind)
            here, there = x[element], largest[window]
            better = (here > there) | (here != here) | is_first[window]  # noqa: PLR0124 - true of NaN alone
            largest[window] = np.where(better, here, there)
            found[window] = np.where(better, place[element] + along[element], found[window])
            is_first[window] = False
        x, place, distance = largest, found, distance * each.length
    return place


# The faces


def max_pooling(
    x: Any,
    /,
    size: Shape,
    stride: Shape | None = None,
    padding: Shape | None = None,
    dilation: Shape | None = None,
    ceil_mode: bool = False,
) -> Any:
    """The largest element of each window over the last axes: ``(..., *spatial)`` gives ``(..., *counts)``.

    Equal maxima share the gradient evenly, as they do in ``max``; PyTorch gives it all to the first one.

    Parameters
    ----------
    x
        Real numbers. NaN is larger than all of them.
    size
        Of a window: a number for each of the axes that are pooled over, which are the last ones.
    stride
        How far one window is from the next; by default ``size``, so that windows lie side by side.
    padding
        How far the first window starts in front of an axis, and how far beyond its end a window may reach; at most half
        of what a window extends over. There is nothing there that could be the largest.
    dilation
        How far the elements of a window are from each other.
    ceil_mode
        Whether a last window may reach beyond the end and the padding, so that no element is left out.

    Raises
    ------
    ValueError
        If the numbers are not one for each axis, or no window fits.
    TypeError
        If ``x`` is complex.

    >>> import autograd as ag
    >>> ag.max_pooling(ag.Tensor([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]), (2, 2))
    Tensor([[5., 9.]], dtype=float64)
    """
    x = operations.asarray(x)
    return window_maxima(x, windows=_sliding("max_pooling", x, size, stride, padding, dilation, ceil_mode))


def max_pooling_places(
    x: Any,
    /,
    size: Shape,
    stride: Shape | None = None,
    padding: Shape | None = None,
    dilation: Shape | None = None,
    ceil_mode: bool = False,
) -> Any:
    """Where ``max_pooling`` has found the largest element of each window: integers, without derivative.

    A place is counted through all the axes that are pooled over, as if they were one, without padding. Of several
    largest elements it is the first; of several NaN the last.

    >>> import autograd as ag
    >>> ag.max_pooling_places(ag.Tensor([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]), (2, 2))
    Tensor([[1, 6]], dtype=int64)
    """
    x = operations.asarray(x)
    windows = _sliding("max_pooling_places", x, size, stride, padding, dilation, ceil_mode)
    return places_of_window_maxima(x, windows=windows)


def _sliding(
    name: str,
    x: Any,
    size: Shape,
    stride: Shape | None,
    padding: Shape | None,
    dilation: Shape | None,
    ceil_mode: bool,
) -> Windows:
    ones = (1,) * len(size)
    return sliding(name, x.shape, size, stride or size, padding or (0,) * len(size), dilation or ones, ceil_mode)


def adaptive_max_pooling(x: Any, /, counts: Shape) -> Any:
    """The largest element of each of so many windows along the last axes: ``(..., *spatial)`` gives ``(..., *counts)``.

    Window ``i`` of ``n`` over ``L`` elements goes from ``i L / n``, rounded down, to ``(i + 1) L / n``, rounded up.
    Equal maxima share the gradient evenly. Raises ``ValueError`` if there are not as many axes, or nothing on them.

    >>> import autograd as ag
    >>> ag.adaptive_max_pooling(ag.Tensor([1.0, 5.0, 2.0, 0.0, 3.0]), (2,))
    Tensor([5., 3.], dtype=float64)
    """
    x = operations.asarray(x)
    return window_maxima(x, windows=adaptive("adaptive_max_pooling", x.shape, counts))


def adaptive_max_pooling_places(x: Any, /, counts: Shape) -> Any:
    """Where ``adaptive_max_pooling`` has found the largest elements, counted as by ``max_pooling_places``.

    >>> import autograd as ag
    >>> ag.adaptive_max_pooling_places(ag.Tensor([1.0, 5.0, 2.0, 0.0, 3.0]), (2,))
    Tensor([1, 4], dtype=int64)
    """
    x = operations.asarray(x)
    return places_of_window_maxima(x, windows=adaptive("adaptive_max_pooling_places", x.shape, counts))


def max_unpooling(x: Any, places: Any, /, shape: Shape) -> Any:
    """Put the results of max pooling back to where they were found, among zeros.

    ``x`` is ``(..., *counts)``; ``places`` are of the same shape, as ``max_pooling_places`` gives them. Gives
    ``(..., *shape)``. Where a place comes several times, one of the values is there, and that one gets the gradient.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If ``places`` are not integers.
    IndexError
        If a place is not in ``shape``.

    >>> import autograd as ag
    >>> ag.max_unpooling(ag.Tensor([5.0, 3.0]), [1, 4], (5,))
    Tensor([0., 5., 0., 0., 3.], dtype=float64)
    """
    x, places = operations.asarray(x), operations.asarray(places)
    if places.dtype.kind not in "iu":
        raise TypeError(f"max_unpooling: places are integers, as max_pooling_places gives them; got {describe(places)}")
    if x.shape != places.shape or x.ndim < len(shape):
        raise ValueError(
            f"max_unpooling: x and places have one shape, with at least the axes of shape={shape}; got {describe(x)} "
            f"and {describe(places)}"
        )
    room = math.prod(shape)
    if places.size and not 0 <= places.data.min() <= places.data.max() < room:
        wrong = places.data[(places.data < 0) | (places.data >= room)][0]
        raise IndexError(f"max_unpooling: the place {wrong} is not in shape={shape}, which has places 0 to {room - 1}")
    lead = x.shape[: x.ndim - len(shape)]
    rows, columns = math.prod(lead), math.prod(x.shape[len(lead) :])
    zeros = np.zeros((rows, room), x.dtype)
    index = (np.arange(rows).reshape(-1, 1), operations.reshape(places, (rows, columns)))
    filled = operations.assign(zeros, index, operations.reshape(x, (rows, columns)))
    return operations.reshape(filled, (*lead, *shape))
