"""How the windows of a pooling lie along an axis, and how to go through them without making them.

The largest of a window is the largest of its rows' largest, and so for sums. So the axes are gone through one after
the other, the last one first, which takes ``k + k`` passes for windows of ``k`` by ``k`` instead of ``k * k``.

Windows differ from place to place at the ends, where padding counts for nothing, and where the length is no multiple of
their number. So each kind of windows gives *steps*: a step takes one element of some windows, as what is to be read
from the axis and which windows it belongs to. Both are slices wherever windows are spaced evenly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .masks import masked

if TYPE_CHECKING:
    from ..testing.strategies import Draw

Shape = tuple[int, ...]
#: Which windows a step is about, and where along the axis the element of each is.
Step = tuple[Any, Any]


class Sliding(NamedTuple):
    """``number`` windows of ``size`` elements: an element is ``dilation`` from the next, a window ``stride``.

    The first starts ``padding`` in front of an axis of ``length`` elements. What lies beyond the axis is no element.
    """

    length: int
    number: int
    size: int
    stride: int
    padding: int = 0
    dilation: int = 1

    @property
    def most(self) -> int:
        """How many elements a window has at most."""
        return self.size

    @property
    def are_disjoint(self) -> bool:
        """Whether no element belongs to two windows."""
        return self.stride > self.dilation * (self.size - 1) or self.number == 1

    def steps(self) -> list[Step]:
        """Give the steps, by the place of the element in its window; no element comes twice in one."""
        found = []
        for offset in range(-self.padding, -self.padding + self.size * self.dilation, self.dilation):
            first = max(0, -(offset // self.stride))
            last = min(self.number - 1, (self.length - 1 - offset) // self.stride)
            if first <= last:
                start, end = offset + first * self.stride, offset + last * self.stride
                found.append((slice(first, last + 1), slice(start, end + 1, self.stride)))
        return found

    def sizes(self, include_pad: bool) -> Any:
        """Count the elements of each window, and those of the padding if they are to count.

        What a window has beyond the padding never counts.
        """
        starts = np.arange(self.number) * self.stride - self.padding
        ends = np.minimum(starts + self.size, self.length + self.padding)
        return ends - starts if include_pad else np.minimum(ends, self.length) - np.maximum(starts, 0)


class Adaptive(NamedTuple):
    """``number`` windows, from ``i L / n``, rounded down, to ``(i + 1) L / n``, rounded up: as even as can be.

    They overlap where the length ``L`` is no multiple of the number ``n``.
    """

    length: int
    number: int

    @property
    def most(self) -> int:
        """How many elements a window has at most."""
        return int(self.sizes(False).max())

    @property
    def are_disjoint(self) -> bool:
        """Whether no element belongs to two windows; if so, they are evenly spaced, and ``Sliding``."""
        return False

    def steps(self) -> list[Step]:
        """Give the steps, by the place of the element in its window; no element comes twice in one."""
        starts, sizes, everywhere = self._starts(), self.sizes(False), slice(0, self.number)
        found = []
        for place in range(self.most):
            (those,) = np.nonzero(sizes > place)
            while len(those):  # once, unless there are more windows than elements
                elements, picked = np.unique(starts[those] + place, return_index=True)
                found.append((everywhere if len(picked) == self.number else those[picked], elements))
                those = np.delete(those, picked)
        return found

    def sizes(self, include_pad: bool) -> Any:  # noqa: ARG002 - there is no padding
        """Count the elements of each window."""
        return -((-(np.arange(self.number) + 1) * self.length) // self.number) - self._starts()

    def _starts(self) -> Any:
        return np.arange(self.number) * self.length // self.number


#: One for each of the axes that are pooled over, which are the last ones.
Windows = tuple[Sliding | Adaptive, ...]


def sliding(
    name: str,
    shape: Shape,
    size: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    ceil_mode: bool,
) -> Windows:
    """Lay windows over the last axes of an array of this shape; raises ``ValueError`` where they do not fit.

    With ``ceil_mode``, a last window may hang over the end, if it starts on the axis or its padding in front.
    """
    spatial = shape[len(shape) - len(size) :]
    if not size or not len(spatial) == len(size) == len(stride) == len(padding) == len(dilation):
        raise ValueError(
            f"{name}: size, stride, padding and dilation have one number for each of the last axes, got {size}, "
            f"{stride}, {padding} and {dilation} for an operand of shape {shape}"
        )
    if min(*size, *stride, *dilation) < 1:
        raise ValueError(f"{name}: size, stride and dilation are at least 1, got {size}, {stride} and {dilation}")
    laid = []
    for n, k, s, p, d in zip(spatial, size, stride, padding, dilation, strict=True):
        extent = d * (k - 1) + 1
        if not 0 <= p <= extent // 2:
            raise ValueError(
                f"{name}: padding is from 0 to half of what a window extends over, got {p} for a window that extends "
                f"over {extent}"
            )
        room = n + 2 * p - extent
        count = (-(-room // s) if ceil_mode else room // s) + 1
        if ceil_mode and (count - 1) * s >= n + p:  # it would start in the padding behind
            count -= 1
        if count < 1 or n < 1:
            raise ValueError(
                f"{name}: windows of size {size}, dilation {dilation} and padding {padding} do not fit into axes of "
                f"sizes {spatial}"
            )
        laid.append(Sliding(n, count, k, s, p, d))
    return tuple(laid)


def adaptive(name: str, shape: Shape, counts: Shape) -> Windows:
    """Lay so many windows over the last axes of an array of this shape, evenly; raises ``ValueError`` if it cannot."""
    spatial = shape[len(shape) - len(counts) :]
    if len(spatial) != len(counts) or min((*counts, *spatial), default=0) < 1:
        raise ValueError(
            f"{name}: takes how many windows, at least one, each of the last axes is to have, got {counts} for an "
            f"operand of shape {shape}"
        )
    return tuple(
        Adaptive(n, count) if n % count else Sliding(n, count, n // count, n // count)
        for n, count in zip(spatial, counts, strict=True)
    )


# Going through the windows of one axis, which has so many others ``behind`` it


def by_axis(windows: Windows) -> list[tuple[int, Sliding | Adaptive]]:
    """Give the axes, by how many are behind them, in the order of the way there: the last one first."""
    return list(enumerate(reversed(windows)))


def at(places: Any, behind: int) -> tuple[Any, ...]:
    """Give the index of places along an axis."""
    return (Ellipsis, places, *(slice(None),) * behind)


def taken(x: Any, places: Any, behind: int) -> Any:
    """Give the elements at places along an axis."""
    return x[at(places, behind)] if isinstance(places, slice) else np.take(x, places, axis=-1 - behind)


def with_length(shape: Shape, behind: int, length: int) -> Shape:
    """Give a shape with another length of that axis."""
    along = len(shape) - 1 - behind
    return (*shape[:along], length, *shape[along + 1 :])


def combined(operation: np.ufunc, x: Any, behind: int, windows: Sliding | Adaptive, nothing: Any) -> Any:
    """Combine the elements of each window along an axis, by the sum or the maximum; ``nothing`` changes neither."""
    parts = [(those, taken(x, elements, behind)) for those, elements in windows.steps()]
    everywhere = slice(0, windows.number)
    whole = [part for those, part in parts if isinstance(those, slice) and those == everywhere]
    if whole:
        result = operation(*whole[:2]) if len(whole) > 1 else np.copy(whole[0])
        for part in whole[2:]:
            operation(result, part, out=result)
        parts = [(those, part) for those, part in parts if not isinstance(those, slice) or those != everywhere]
    else:
        result = np.full_like(x, nothing, shape=with_length(x.shape, behind, windows.number))
    for those, part in parts:
        place = at(those, behind)
        if isinstance(those, slice):
            operation(result[place], part, out=result[place])
        else:
            result[place] = operation(result[place], part)
    return result


def handed_back(g: Any, behind: int, windows: Sliding | Adaptive, hits: list[Any] | None = None) -> Any:
    """Give each element of an axis the sum of what its windows have; with hits, for each step, only to these."""
    total = np.zeros_like(g, shape=with_length(g.shape, behind, windows.length))
    for number, (those, elements) in enumerate(windows.steps()):
        given = taken(g, those, behind)
        if hits is not None:
            given = masked(given, hits[number])
        if windows.are_disjoint:
            total[at(elements, behind)] = given
        else:
            total[at(elements, behind)] += given
    return total


# For the checks


def drawn_windows(draw: Draw, dilates: bool = False) -> tuple[Shape, Windows]:
    """Draw a shape, and windows that lie on it."""
    axes = draw.choice([1, 2, 3])
    spatial = tuple(draw.integer(1, 5 - axes // 2) for _ in range(axes))
    if draw.boolean():
        windows = adaptive("", spatial, tuple(draw.integer(1, 4) for _ in spatial))
    else:
        size, stride = tuple(draw.integer(1, n) for n in spatial), tuple(draw.integer(1, 2) for _ in spatial)
        fits = [dilates and 2 * (k - 1) < n for n, k in zip(spatial, size, strict=True)]
        dilation = tuple(draw.integer(1, 2) if fit else 1 for fit in fits)
        padding = tuple(draw.integer(0, (d * (k - 1) + 1) // 2) for k, d in zip(size, dilation, strict=True))
        windows = sliding("", spatial, size, stride, padding, dilation, draw.boolean())
    return (*draw.choice([(), (2,)]), *spatial), windows
