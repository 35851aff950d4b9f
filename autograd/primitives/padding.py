"""Arrays made larger at their ends, in all the ways that NumPy knows.

Axis after axis is padded, each time from what is there already. Where this is linear in the elements it is one
primitive, whose gradient folds the ends back, the last axis first, in time that grows with the size. Largest and
smallest elements and medians are joined on in front and behind.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

import numpy as np

from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import REAL, Drawn
from .matrices import without_gradient
from .quantiles import median
from .reductions import max as largest
from .reductions import min as smallest
from .shaping import broadcast_to, concat

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "pad",
]

Shape = tuple[int, ...]
#: A number for the front and one for the back of each axis.
Pairs = tuple[tuple[Any, Any], ...]
#: Parts of a gradient and where along an axis each starts.
Parts = Iterator[tuple[Any, int]]

#: For each mode, what NumPy calls its option, and the value that says nothing.
_OPTIONS: dict[str, tuple[str | None, Any]] = {
    "constant": ("constant_values", 0),
    "edge": (None, None),
    "empty": (None, None),
    "linear_ramp": ("end_values", 0),
    "maximum": ("stat_length", None),
    "mean": ("stat_length", None),
    "median": ("stat_length", None),
    "minimum": ("stat_length", None),
    "reflect": ("reflect_type", "even"),
    "symmetric": ("reflect_type", "even"),
    "wrap": (None, None),
}


class Ends(NamedTuple):
    """An axis to be padded: which, how long it is, and how much comes in front and behind."""

    axis: int
    size: int
    front: int
    back: int

    def part(self, x: Any, start: int | None, end: int | None) -> Any:
        """Give a slice along this axis."""
        return x[(slice(None),) * self.axis + (slice(start, end),)]


def _all_ends(shape: Shape, widths: Pairs) -> list[Ends]:
    """The axes in the order in which they are padded."""
    return [Ends(axis, shape[axis], *pair) for axis, pair in enumerate(widths)]


# The gradient: what the front and the back of an axis were made of


def _folded(g: Any, x_shape: Shape, widths: Pairs, mode: str, option: Any) -> Any:
    """Fold the ends of each axis back to where they came from."""
    for ends in reversed(_all_ends(x_shape, widths)):
        total = ends.part(g, ends.front, ends.front + ends.size)
        for part, start in _origins(g, ends, mode, option) if ends.front or ends.back else ():
            if part.shape[ends.axis]:
                end = start + part.shape[ends.axis]
                changed = ends.part(total, start, end) + part
                total = np.concatenate(
                    [ends.part(total, None, start), changed, ends.part(total, end, None)], axis=ends.axis
                )
        g = total
    return g


def _origins(g: Any, ends: Ends, mode: str, option: Any) -> Parts:
    """What the gradients of both ends add to which part of the axis."""
    front, back = ends.part(g, None, ends.front), ends.part(g, ends.front + ends.size, None)
    match mode:
        case "edge":
            yield _summed(front, ends), 0
            yield _summed(back, ends), ends.size - 1
        case "linear_ramp":
            yield _summed(front, ends, np.arange(ends.front) / ends.front if ends.front else None), 0
            yield _summed(back, ends, np.arange(ends.back)[::-1] / ends.back if ends.back else None), ends.size - 1
        case "mean":
            for end, length, at_front in zip((front, back), option[ends.axis], (True, False), strict=True):
                count = min(length, ends.size)
                shape = (*g.shape[: ends.axis], count, *g.shape[ends.axis + 1 :])
                yield np.broadcast_to(_summed(end, ends) / count, shape), 0 if at_front else ends.size - count
        case "reflect" | "symmetric" | "wrap":
            yield from _copied(front, ends, np.arange(-ends.front, 0), mode, option)
            yield from _copied(back, ends, np.arange(ends.size, ends.size + ends.back), mode, option)


def _summed(end: Any, ends: Ends, weights: Any = None) -> Any:
    """The sum over what was made of one element, each weighted with how much of that it is."""
    if weights is not None:
        end = end * _beside(weights, end, ends)
    return np.sum(end, axis=ends.axis, keepdims=True)


def _beside(weights: Any, end: Any, ends: Ends) -> Any:
    """A vector laid along the axis, in the dtype of what it is multiplied with."""
    return weights.astype(end.dtype).reshape(-1, *(1,) * (end.ndim - ends.axis - 1))


def _copied(end: Any, ends: Ends, positions: Any, mode: str, reflect_type: str | None) -> Parts:
    """Of copies: what stands at these positions is an element, or its mirror image, or that turned about the edge.

    An odd reflection goes up, by twice the difference of the first and the last element, from period to period.
    """
    turn = mode == "reflect" and ends.size > 1
    period = {"wrap": ends.size, "symmetric": 2 * ends.size}.get(mode, 2 * (ends.size - 1) or 1)
    periods, places = np.divmod(positions, period)
    is_mirrored = places >= ends.size
    places = np.where(is_mirrored, period - places - (not turn), places)
    if reflect_type == "odd":
        first, last = -2 * periods, 2 * (periods + is_mirrored)
        yield _summed(end, ends, first), 0
        yield _summed(end, ends, last), ends.size - 1
        end = end * _beside(np.where(is_mirrored, -1, 1), end, ends)
    if ends.size == 1:
        yield _summed(end, ends), 0
        return
    for start, stop in pairwise(_runs(places)):
        run = ends.part(end, start, stop)
        falls = places[start] > places[stop - 1]
        yield (np.flip(run, ends.axis), int(places[stop - 1])) if falls else (run, int(places[start]))


def _runs(places: Any) -> list[int]:
    """Where runs of places that go up, or down, by one start; and where the last one ends."""
    steps = np.diff(places)
    jumps = np.abs(steps) != 1
    turns = jumps.copy()
    turns[1:] |= (steps[1:] != steps[:-1]) & ~jumps[:-1]
    return [0, *(np.flatnonzero(turns) + 1).tolist(), len(places)] if len(places) else []


def _linear_domain(draw: Draw) -> Drawn:
    mode = draw.choice(["constant", "edge", "linear_ramp", "mean", "reflect", "symmetric", "wrap", "empty"])
    x = draw.array(REAL, min_side=0 if mode == "constant" else 1)
    widths = tuple((draw.integer(0, 5), draw.integer(0, 5)) for _ in x.shape)
    option: Any = _OPTIONS[mode][1]
    if mode in ("constant", "linear_ramp"):
        option = tuple((draw.integer(-2, 2), draw.integer(-2, 2)) for _ in x.shape)
    elif mode == "mean":
        option = tuple((draw.choice([1, 2, 9]), draw.choice([1, 2, 9])) for _ in x.shape)
    elif mode in ("reflect", "symmetric"):
        option = draw.choice(["even", "odd"])
    return (x,), {"widths": widths, "mode": mode, "option": option}


@primitive(rules={"x": _folded}, domain=_linear_domain, label="pad", analytic=True)
def padded(x: Any, /, widths: Pairs, mode: str, option: Any) -> Any:
    """Pad; ``pad`` is its face. The rule is that of the linear modes."""
    if not widths:  # of no axes; NumPy does not take an empty tuple
        return x.copy()
    if mode in ("constant", "empty"):
        return _with_constants(x, widths, option or ((0, 0),) * len(widths))
    name = _OPTIONS[mode][0]
    return np.pad(x, widths, mode, **({} if name is None else {name: option}))  # type: ignore[call-overload]


def _with_constants(x: Any, widths: Pairs, constants: Any) -> Any:
    """Pad with constants, in the order of memory that ``x`` has; ``np.pad`` does not keep that of a convolution."""
    shape = tuple(front + size + back for (front, back), size in zip(widths, x.shape, strict=True))
    out = np.empty_like(x, shape=shape)
    out[tuple(slice(front, front + size) for (front, _), size in zip(widths, x.shape, strict=True))] = x
    for axis, ((front, back), (before, behind)) in enumerate(zip(widths, constants, strict=True)):
        others = (slice(None),) * axis
        out[(*others, slice(None, front))] = before
        out[(*others, slice(shape[axis] - back, None))] = behind
    return out


# Of several elements: the largest, the smallest, the one in the middle


_STATISTICS: dict[str, Callable[..., Any]] = {"maximum": largest, "minimum": smallest, "median": median}


def _padded_by_statistics(x: Any, widths: Pairs, mode: str, lengths: Pairs) -> Any:
    for ends in _all_ends(x.shape, widths):
        parts = [x]
        for width, length, at_front in zip((ends.front, ends.back), lengths[ends.axis], (True, False), strict=True):
            if not width:
                continue
            count = min(length, ends.size)
            if not count:
                raise ValueError(f"pad: there is no {mode} of no elements, along axis {ends.axis} of shape {x.shape}")
            part = ends.part(x, None, count) if at_front else ends.part(x, ends.size - count, None)
            found = _STATISTICS[mode](part, axis=ends.axis, keepdims=True)
            shape = (*x.shape[: ends.axis], width, *x.shape[ends.axis + 1 :])
            parts.insert(0 if at_front else len(parts), broadcast_to(found, shape))
        x = concat(parts, axis=ends.axis) if len(parts) > 1 else x
    return x


# The face


def _widths(given: Any, ndim: int) -> Pairs:
    """How much comes in front of and behind each axis."""
    pairs = _pairs("pad_width", _by_axis(given, ndim) if isinstance(given, dict) else given, ndim)
    numbers = np.asarray(given if ndim == 0 else pairs)  # a number has no axes, and yet NumPy asks for widths
    if numbers.size and (numbers.dtype.kind not in "iu" or numbers.min() < 0):
        raise ValueError(f"pad: widths are whole numbers from 0 on; given {given}")
    return pairs


def _by_axis(named: dict[Any, Any], ndim: int) -> list[Any]:
    """The pairs of all axes, of a mapping that names some."""
    pairs: list[Any] = [(0, 0)] * ndim
    for axis, pair in named.items():
        if not isinstance(axis, SupportsIndex):
            raise TypeError(f"pad: a mapping goes from axes, whole numbers, to widths; given {named}")
        place = np.lib.array_utils.normalize_axis_index(operator.index(axis), ndim, "pad")
        pairs[place] = (pair, pair) if np.ndim(pair) == 0 else pair
    return pairs


def _pairs(name: str, given: Any, ndim: int) -> Pairs:
    """For each axis a pair: of one number, of a pair for all, of pairs."""
    try:
        laid = np.broadcast_to(np.asarray(given), (ndim, 2)).tolist()
    except ValueError as error:
        raise ValueError(
            f"pad: {name} is a number, a pair for all axes, or a pair for each of {ndim}; given {given}"
        ) from error
    return tuple((front, back) for front, back in laid)


def _option(mode: str, options: dict[str, Any], shape: Shape) -> Any:
    """The option of a mode, as pairs for the axes where it is made of numbers."""
    name, default = _OPTIONS[mode]
    for given in options:
        if given != name:
            raise ValueError(f"pad: mode={mode!r} does not take {given}=; it takes {name or 'no option'}")
    option = default if name is None else options.get(name, default)
    if name is None:
        return None
    if name == "reflect_type":
        if option not in ("even", "odd"):
            raise ValueError(f"pad: reflect_type is 'even' or 'odd'; given {option!r}")
        return option
    if option is None:  # of all that there is
        return tuple((size, size) for size in shape)
    if isinstance(option, Tensor):
        option = without_gradient(f"pad: {name}", option)
    return _pairs(name, option, len(shape))


@implements(np.pad)
def pad(x: Any, /, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """Make ``x`` larger in front of and behind each axis.

    Parameters
    ----------
    x
        What is padded; the gradient of each new element goes to what it was made of.
    pad_width
        How much: a number, a pair for the front and the back, a pair for each axis, or a mapping from axes to these.
    mode
        ``"constant"``, ``"edge"``, ``"linear_ramp"``, ``"maximum"``, ``"mean"``, ``"median"``, ``"minimum"``,
        ``"reflect"``, ``"symmetric"``, ``"wrap"``, as in NumPy. ``"empty"`` gives zeros, where NumPy leaves open what
        stands there. Functions that write into a vector are not taken.
    options
        ``constant_values``, ``end_values``, ``stat_length`` or ``reflect_type``, for the modes that know them.

    >>> import autograd as ag
    >>> ag.pad(ag.Tensor([1.0, 2.0, 3.0]), (1, 2), mode="reflect")
    Tensor([2., 1., 2., 3., 2., 1.], dtype=float64)
    """
    if callable(mode):
        raise TypeError("pad: a function as mode writes into its vector, which cannot be recorded; use concat")
    if mode not in _OPTIONS:
        raise ValueError(f"pad: mode is one of {', '.join(_OPTIONS)}; given {mode!r}")
    x = operations.asarray(x)
    widths = _widths(pad_width, x.ndim)
    option = _option(mode, options, x.shape)
    if mode in _STATISTICS and x.dtype.kind in "fc":
        return _padded_by_statistics(x, widths, mode, option)
    return padded(x, widths=widths, mode=mode, option=option)
