"""Windows that slide over the last axes.

``windows`` and ``overlap_add`` are each other's transpose, so one is the gradient rule of the other.
"""

from __future__ import annotations

import operator
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .shaping import counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = ["overlap_add", "sliding_window_view", "windows"]

Sizes = tuple[int, ...]


def counts_of(name: str, spatial: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Sizes:
    """How many windows there are along each axis; raises ``ValueError`` where none fits."""
    if not len(spatial) == len(size) == len(stride) == len(dilation):
        raise ValueError(
            f"{name}: size, stride and dilation have one number for each of the last axes, got {size}, {stride} and "
            f"{dilation} for axes of sizes {spatial}"
        )
    if min((*size, *stride, *dilation), default=1) < 1:
        raise ValueError(f"{name}: size, stride and dilation are at least 1, got {size}, {stride} and {dilation}")
    along = zip(spatial, size, stride, dilation, strict=True)
    counts = tuple([(length - d * (k - 1) - 1) // s + 1 for length, k, s, d in along])
    if min(counts, default=1) < 1:
        extents = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
        raise ValueError(f"{name}: windows that extend over {extents} do not fit into axes of sizes {spatial}")
    return counts


def check_tuples(name: str, *sizes: Any) -> None:
    """Raise ``TypeError`` for sizes that are not a number for each axis."""
    if not all(isinstance(each, tuple) for each in sizes):
        given = ", ".join(map(repr, sizes))
        raise TypeError(f"{name}: sizes and steps are tuples, a number for each axis that is slid over, got {given}")


def _shape_of(name: str, x: Any, *sizes: Any) -> Sizes:
    """The shape of what is slid over, which has an axis; raises ``TypeError`` where a size is no tuple."""
    check_tuples(name, *sizes)
    shape: Sizes = getattr(x, "shape", ())
    if not shape or not sizes[0]:
        raise ValueError(f"{name}: there must be an axis to slide over, got the shape {shape} and the size {sizes[0]}")
    return shape


def add_up(out: Any, taken: Any, first: int, stride: Sizes, dilation: Sizes) -> None:
    """Add each window to where it was taken from; ``first`` is where its axes begin, in ``out`` and in ``taken``."""
    axes = len(stride)
    size, counts = taken.shape[first : first + axes], taken.shape[first + axes : first + 2 * axes]
    before = (slice(None),) * first
    along = [
        [slice(start, start + step * (count - 1) + 1, step) for start in range(0, k * d, d)]
        for k, d, count, step in zip(size, dilation, counts, stride, strict=True)
    ]
    for offset, places in zip(product(*map(range, size)), product(*along), strict=True):
        part = out[before + places]
        np.add(part, taken[before + offset], out=part)


def windows_domain(draw: Draw) -> Drawn:
    """Draw an operand of two or three axes, and windows that fit."""
    size = tuple(draw.choice([1, 2, 3]) for _ in range(draw.choice([1, 2])))
    stride, dilation = (tuple(draw.choice([1, 2]) for _ in size) for _ in range(2))
    extra = [draw.choice([0, 1, 2]) for _ in size]
    spatial = tuple(d * (k - 1) + 1 + e for k, d, e in zip(size, dilation, extra, strict=True))
    return (draw.array(REAL, (2, *spatial)),), {"size": size, "stride": stride, "dilation": dilation}


def _added_up(g: Any, x_shape: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    return overlap_add.alike(g, shape=x_shape[len(x_shape) - len(size) :], stride=stride, dilation=dilation)


@primitive(
    rules={"x": _added_up},
    domain=windows_domain,
    label="windows",
    analytic=True,
)
def windows(x: Any, /, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """All windows of a size over the last axes: ``(..., *spatial)`` gives ``(..., *size, *counts)``.

    ``stride`` is how far one window is from the next, ``dilation`` how far the elements of a window are from each
    other; each has a number for every axis that is slid over. Raises ``ValueError`` if no window fits.

    >>> import autograd as ag
    >>> ag.windows(ag.Tensor([1.0, 2.0, 3.0, 4.0]), (2,), (1,), (1,))
    Tensor([[1., 2., 3.],
            [2., 3., 4.]], dtype=float64)
    """
    shape = _shape_of("windows", x, size, stride, dilation)
    axes = len(size)
    counts = counts_of("windows", shape[max(len(shape) - axes, 0) :], size, stride, dilation)
    steps = x.strides[len(x.shape) - axes :]
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[: len(x.shape) - axes], *size, *counts),
        (
            *x.strides[: len(x.shape) - axes],
            *(step * d for step, d in zip(steps, dilation, strict=True)),
            *(step * s for step, s in zip(steps, stride, strict=True)),
        ),
        writeable=False,
    )


@implements(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any, /, window_shape: int | Sizes, axis: int | Sizes | None = None, *, writeable: bool = False
) -> Any:
    """All windows of a shape, next to each other by one element, as NumPy has them: the windows are the last axes.

    Parameters
    ----------
    window_shape
        How many elements a window has along each axis that it slides over; at least 1.
    axis
        These axes; by default all. One that is given twice is slid over twice.
    writeable
        Must be ``False``: Tensors have values, and no memory to be written into.

    Raises
    ------
    ValueError
        If there is not a number for each axis, or no window fits.

    >>> import autograd as ag
    >>> ag.sliding_window_view(ag.Tensor([1.0, 2.0, 3.0, 4.0]), 3)
    Tensor([[1., 2., 3.],
            [2., 3., 4.]], dtype=float64)
    """
    if writeable:
        raise ValueError("sliding_window_view: writeable=True gives memory to write into, which a Tensor has not")
    x = operations.asarray(x)
    ndim = x.ndim
    lengths, axes = _several(window_shape), range(ndim) if axis is None else _several(axis)
    if len(lengths) != len(axes):
        raise ValueError(
            f"sliding_window_view: window_shape has a number for each axis that is slid over, {len(axes)}; given "
            f"{window_shape}"
        )
    for length, over in zip(lengths, axes, strict=True):
        (place,) = counted_axes("sliding_window_view", over, ndim)
        taken = windows(operations.moveaxis(x, place, -1), size=(operator.index(length),), stride=(1,), dilation=(1,))
        x = operations.moveaxis(taken, -1, place)
    return x


def _several(numbers: int | Sizes) -> Sizes:
    return tuple(numbers) if isinstance(numbers, (tuple, list)) else (numbers,)


def _overlap_domain(draw: Draw) -> Drawn:
    (x,), attributes = windows_domain(draw)
    size, stride, dilation = attributes["size"], attributes["stride"], attributes["dilation"]
    counts = counts_of("windows", x.shape[1:], size, stride, dilation)
    return (draw.array(REAL, (2, *size, *counts)),), {"shape": x.shape[1:], "stride": stride, "dilation": dilation}


def _windows_of(g: Any, x_shape: Sizes, shape: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    axes = len(shape)
    return windows.alike(
        g, size=x_shape[len(x_shape) - 2 * axes : len(x_shape) - axes], stride=stride, dilation=dilation
    )


@primitive(rules={"x": _windows_of}, domain=_overlap_domain, label="overlap-add", analytic=True)
def overlap_add(x: Any, /, shape: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """Add windows up where they were taken from: ``(..., *size, *counts)`` gives ``(..., *shape)``.

    The transpose of ``windows``, not its inverse: where windows overlap, elements add up.

    >>> import autograd as ag
    >>> ag.overlap_add(ag.windows(ag.Tensor([1.0, 1.0, 1.0]), (2,), (1,), (1,)), (3,), (1,), (1,))
    Tensor([1., 2., 1.], dtype=float64)
    """
    _shape_of("overlap_add", x, shape, stride, dilation)
    axes = len(shape)
    size, counts = x.shape[-2 * axes : len(x.shape) - axes], x.shape[len(x.shape) - axes :]
    if len(x.shape) < 2 * axes or counts != counts_of("overlap_add", shape, size, stride, dilation):
        raise ValueError(f"overlap_add: windows of shape {x.shape} were not taken from axes of sizes {shape}")
    one = x[(Ellipsis, *(0,) * axes, *(slice(None),) * axes)]
    out = np.zeros_like(one, shape=(*x.shape[: len(x.shape) - 2 * axes], *shape))  # and of the same order in memory
    add_up(out, x, len(x.shape) - 2 * axes, stride, dilation)
    return out
