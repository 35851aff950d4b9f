"""Average pooling: the mean of each of the windows that slide over the last axes."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import operations
from .declaration import primitive
from .domains import REAL, Drawn
from .pooling_windows import Shape, Windows, adaptive, by_axis, combined, drawn_windows, handed_back, sliding
from .reductions import mean

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "adaptive_average_pooling",
    "average_pooling",
]


def _divided(x: Any, windows: Windows, include_pad: bool, divisor: float | None) -> Any:
    """Divide what belongs to windows by how many elements these have, or by a number that is given."""
    if divisor is not None:
        return x / divisor
    sizes = [each.sizes(include_pad) for each in windows]
    if all((each == each[0]).all() for each in sizes):
        return x / math.prod(int(each[0]) for each in sizes)
    return x / reduce(np.multiply.outer, sizes).astype(x.real.dtype)


def _domain(draw: Draw) -> Drawn:
    shape, windows = drawn_windows(draw)
    options = {"include_pad": draw.boolean(), "divisor": draw.choice([None, 3, -0.5])}
    return (draw.array(REAL, shape),), {"windows": windows, **options}


def _spreading_domain(draw: Draw) -> Drawn:
    (x,), attributes = _domain(draw)
    return (draw.array(REAL, window_means.forward(x, **attributes).shape),), attributes


def _by_means(g: Any, windows: Windows, include_pad: bool, divisor: float | None) -> Any:
    return spread_over_windows.alike(g, windows=windows, include_pad=include_pad, divisor=divisor)


def _by_spread(g: Any, windows: Windows, include_pad: bool, divisor: float | None) -> Any:
    return window_means.alike(g, windows=windows, include_pad=include_pad, divisor=divisor)


@primitive(
    rules={"x": _by_means},
    domain=_domain,
    label="mean pool",
    analytic=True,
)
def window_means(x: Any, /, windows: Windows, include_pad: bool, divisor: float | None) -> Any:
    """The sum of each window, divided by its size or by another number; ``average_pooling`` is its face."""
    if x.dtype.kind in "biu":
        x = x.astype(np.float64)
    total = x.astype(np.float32) if x.dtype == np.float16 else x  # whose sums would soon overflow
    for behind, each in by_axis(windows):
        total = combined(np.add, total, behind, each, 0)
    return _divided(total, windows, include_pad, divisor).astype(x.dtype, copy=False)


@primitive(
    rules={"x": _by_spread},
    domain=_spreading_domain,
    label="mean poolᵀ",
    analytic=True,
)
def spread_over_windows(x: Any, /, windows: Windows, include_pad: bool, divisor: float | None) -> Any:
    """Give each element its share of what its windows have: the transpose of ``window_means``."""
    x = _divided(x, windows, include_pad, divisor)
    for behind, each in reversed(by_axis(windows)):
        x = handed_back(x, behind, each)
    return x


def average_pooling(
    x: Any,
    /,
    size: Shape,
    stride: Shape | None = None,
    padding: Shape | None = None,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: float | None = None,
) -> Any:
    """The mean of each window over the last axes: ``(..., *spatial)`` gives ``(..., *counts)``.

    Parameters
    ----------
    x
        Real or complex numbers; of integers and booleans the means are float64.
    size
        Of a window: a number for each of the axes that are pooled over, which are the last ones.
    stride
        How far one window is from the next; by default ``size``, so that windows lie side by side.
    padding
        How many zeros there are in front of an axis and behind it; at most half of ``size``.
    ceil_mode
        Whether a last window may reach beyond the end and the padding, so that no element is left out.
    count_include_pad
        Whether zeros of the padding count as elements. What is beyond the padding does not.
    divisor_override
        What to divide the sum of a window by instead of how many elements it has.

    Raises
    ------
    ValueError
        If the numbers are not one for each axis, no window fits, or ``divisor_override`` is 0.

    >>> import autograd as ag
    >>> ag.average_pooling(ag.Tensor([[1.0, 5.0, 2.0, 0.0], [3.0, 3.0, 9.0, 7.0]]), (2, 2))
    Tensor([[3. , 4.5]], dtype=float64)
    """
    if divisor_override == 0:
        raise ValueError("average_pooling: divisor_override cannot be 0")
    x = operations.asarray(x)
    zeros, ones = (0,) * len(size), (1,) * len(size)
    windows = sliding("average_pooling", x.shape, size, stride or size, padding or zeros, ones, ceil_mode)
    return window_means(x, windows=windows, include_pad=count_include_pad, divisor=divisor_override)


def adaptive_average_pooling(x: Any, /, counts: Shape) -> Any:
    """The mean of each of so many windows along the last axes: ``(..., *spatial)`` gives ``(..., *counts)``.

    Window ``i`` of ``n`` over ``L`` elements goes from ``i L / n``, rounded down, to ``(i + 1) L / n``, rounded up.
    Raises ``ValueError`` if there are not as many axes, or nothing on them.

    >>> import autograd as ag
    >>> ag.adaptive_average_pooling(ag.Tensor([1.0, 5.0, 3.0, 0.0, 3.0]), (2,))
    Tensor([3., 2.], dtype=float64)
    """
    x = operations.asarray(x)
    windows = adaptive("adaptive_average_pooling", x.shape, counts)
    if set(counts) == {1}:
        return mean(x, axis=tuple(range(-len(counts), 0)), keepdims=True)
    return window_means(x, windows=windows, include_pad=False, divisor=None)
