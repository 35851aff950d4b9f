"""Windows that slide over the last axes, and convolution, which is a matrix product with them.

``windows`` and ``overlap_add`` are each other's transpose, so one is the gradient rule of the other. A convolution by a
kernel is one matrix product: of the kernel, as a matrix, with all windows as columns (Chellapilla, Puri and Simard,
"High Performance Convolutional Neural Networks for Document Processing", 2006, section 3).

In memory, convolutions have the samples last, whatever the order of the axes: so what windows share in a row of all
samples is one run of memory, and is copied at once. Results stay so, and the next layer finds them in order.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .shaping import counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = ["convolution", "convolution_transpose", "overlap_add", "sliding_window_view", "windows"]

Sizes = tuple[int, ...]


def _counts(name: str, spatial: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Sizes:
    """How many windows there are along each axis; raises ``ValueError`` where none fits."""
    if not len(size) == len(stride) == len(dilation) or len(spatial) < len(size):
        raise ValueError(
            f"{name}: size, stride and dilation have one number for each of the last axes, got {size}, {stride} and "
            f"{dilation} for axes of sizes {spatial}"
        )
    if min((*size, *stride, *dilation), default=1) < 1:
        raise ValueError(f"{name}: size, stride and dilation are at least 1, got {size}, {stride} and {dilation}")
    extents = [d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True)]
    if any(extent > length for extent, length in zip(extents, spatial, strict=True)):
        raise ValueError(f"{name}: windows that extend over {tuple(extents)} do not fit into axes of sizes {spatial}")
    return tuple((n - e) // s + 1 for n, e, s in zip(spatial, extents, stride, strict=True))


def _check_tuples(name: str, *sizes: Any) -> None:
    if not all(isinstance(each, tuple) for each in sizes):
        given = ", ".join(map(repr, sizes))
        raise TypeError(f"{name}: sizes and steps are tuples, a number for each axis that is slid over, got {given}")


def _shape_of(name: str, x: Any, *sizes: Any) -> Sizes:
    """The shape of what is slid over, which has an axis; raises ``TypeError`` where a size is no tuple."""
    _check_tuples(name, *sizes)
    shape: Sizes = getattr(x, "shape", ())
    if not shape or not sizes[0]:
        raise ValueError(f"{name}: there must be an axis to slide over, got the shape {shape} and the size {sizes[0]}")
    return shape


def _places(offset: Sizes, counts: Sizes, stride: Sizes) -> tuple[Any, ...]:
    """Where the elements at one offset of all windows are, among the last axes."""
    along = zip(offset, counts, stride, strict=True)
    return (Ellipsis, *(slice(start, start + step * (count - 1) + 1, step) for start, count, step in along))


def _windows_domain(draw: Draw) -> Drawn:
    size = tuple(draw.choice([1, 2, 3]) for _ in range(draw.choice([1, 2])))
    stride, dilation = (tuple(draw.choice([1, 2]) for _ in size) for _ in range(2))
    extra = [draw.choice([0, 1, 2]) for _ in size]
    spatial = tuple(d * (k - 1) + 1 + e for k, d, e in zip(size, dilation, extra, strict=True))
    return (draw.array(REAL, (2, *spatial)),), {"size": size, "stride": stride, "dilation": dilation}


def _added_up(g: Any, x_shape: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    return overlap_add.alike(g, shape=x_shape[len(x_shape) - len(size) :], stride=stride, dilation=dilation)


@primitive(
    rules={"x": _added_up},
    domain=_windows_domain,
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
    counts = _counts("windows", shape[max(len(shape) - axes, 0) :], size, stride, dilation)
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
    (x,), attributes = _windows_domain(draw)
    size, stride, dilation = attributes["size"], attributes["stride"], attributes["dilation"]
    counts = _counts("windows", x.shape[1:], size, stride, dilation)
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
    if len(x.shape) < 2 * axes or counts != _counts("overlap_add", shape, size, stride, dilation):
        raise ValueError(f"overlap_add: windows of shape {x.shape} were not taken from axes of sizes {shape}")
    one = x[(Ellipsis, *(0,) * axes, *(slice(None),) * axes)]
    out = np.zeros_like(one, shape=(*x.shape[: len(x.shape) - 2 * axes], *shape))  # and of the same order in memory
    for offset in np.ndindex(*size):
        start = tuple(o * d for o, d in zip(offset, dilation, strict=True))
        out[_places(start, counts, stride)] += x[(Ellipsis, *offset, *(slice(None),) * axes)]
    return out


# All samples go through one matrix product, for many small ones would each have to start the processor's threads.


def _samples_last(x: Any) -> Any:
    """Move the samples to the end, in memory, too: ``(*others, N)``."""
    moved = np.moveaxis(x, 0, -1)
    return np.ascontiguousarray(moved) if type(moved) is np.ndarray else moved


def _columns(x: Any, size: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    """All windows as columns: ``(groups, channels * elements of a window, windows * samples)``."""
    taken = windows.alike(np.moveaxis(_samples_last(x), -1, 0), size=size, stride=stride, dilation=dilation)
    places = math.prod(taken.shape[2 + len(size) :])
    return np.reshape(np.moveaxis(taken, 0, -1), (groups, x.shape[1] // groups * math.prod(size), places * x.shape[0]))


def _rows(g: Any, groups: int) -> Any:
    """Channels as rows: ``(groups, channels, places * samples)``."""
    return np.reshape(_samples_last(g), (groups, g.shape[1] // groups, g.shape[0] * math.prod(g.shape[2:])))


def _as_matrices(weight: Any, groups: int) -> Any:
    """Kernels as matrices: ``(groups, out channels, in channels * elements of a window)``."""
    return np.reshape(weight, (groups, weight.shape[0] // groups, math.prod(weight.shape[1:])))


def _back(g: Any, weight: Any, shape: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    """Give each window what its elements add to the result, and add that up: the transpose by ``x``."""
    columns = np.matmul(np.swapaxes(_as_matrices(weight, groups), -1, -2), _rows(g, groups))
    taken = np.reshape(columns, (weight.shape[1] * groups, *weight.shape[2:], *g.shape[2:], g.shape[0]))
    return overlap_add.alike(np.moveaxis(taken, -1, 0), shape=shape, stride=stride, dilation=dilation)


def _by_weight(g: Any, x: Any, weight_shape: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    columns = _columns(x, weight_shape[2:], stride, dilation, groups)
    products = np.matmul(columns, np.swapaxes(_rows(g, groups), -1, -2))  # BLAS is quicker with the long side first
    return np.reshape(np.swapaxes(products, -1, -2), weight_shape)


def _convolution_domain(draw: Draw) -> Drawn:
    (x,), attributes = _windows_domain(draw)
    groups, each = draw.choice([1, 2]), draw.choice([1, 2])
    samples, outputs = draw.choice([1, 2]), draw.choice([1, 2])
    x = draw.array(REAL, (samples, groups * each, *x.shape[1:]))
    weight = draw.array(REAL, (groups * outputs, each, *attributes["size"]))
    return (x, weight), {"stride": attributes["stride"], "dilation": attributes["dilation"], "groups": groups}


def _check_axes(name: str, x: Any, weight: Any, *sizes: Any) -> None:
    _check_tuples(name, *sizes)
    shapes = getattr(x, "shape", ()), getattr(weight, "shape", ())
    if len(shapes[0]) != len(shapes[1]) or len(shapes[0]) < 3:
        raise ValueError(
            f"{name}: x is (N, C, *spatial) and weight has as many axes, got shapes {shapes[0]} and {shapes[1]}"
        )


def _check_channels(name: str, x: Any, weight: Any, channels: int, groups: int) -> None:
    if groups < 1 or x.shape[1] != channels or weight.shape[0] % groups:
        raise ValueError(
            f"{name}: the channels of x, {x.shape[1]}, do not fit to a weight of shape {weight.shape} and "
            f"groups={groups}"
        )


@primitive(
    rules={
        "x": lambda g, weight, x_shape, stride, dilation, groups: _back(
            g, weight, x_shape[2:], stride, dilation, groups
        ),
        "weight": _by_weight,
    },
    domain=_convolution_domain,
    label="conv",
    analytic=True,
)
def convolution(x: Any, weight: Any, /, stride: Sizes, dilation: Sizes, groups: int = 1) -> Any:
    """Slide kernels over the last axes, and sum the products: what neural networks call a convolution.

    ``x`` is ``(N, C, *spatial)``, ``weight`` is ``(O, C // groups, *size)``; gives ``(N, O, *counts)``. There is no
    padding: pad ``x`` first. Raises ``ValueError`` if channels or sizes do not fit.

    >>> import autograd as ag
    >>> ag.convolution(ag.Tensor([[[1.0, 2.0, 4.0]]]), [[[-1.0, 1.0]]], (1,), (1,))
    Tensor([[[1., 2.]]], dtype=float64)
    """
    _check_axes("convolution", x, weight, stride, dilation)
    _check_channels("convolution", x, weight, weight.shape[1] * groups, groups)
    counts = _counts("convolution", x.shape[2:], weight.shape[2:], stride, dilation)
    columns = _columns(x, weight.shape[2:], stride, dilation, groups)
    products = np.matmul(_as_matrices(weight, groups), columns)
    return np.moveaxis(np.reshape(products, (weight.shape[0], *counts, x.shape[0])), -1, 0)


def _transpose_domain(draw: Draw) -> Drawn:
    (x, weight), attributes = _convolution_domain(draw)
    y = convolution.forward(x, weight, **attributes)
    return (draw.array(REAL, y.shape), weight), {**attributes, "shape": x.shape[2:]}


@primitive(
    rules={
        "x": lambda g, weight, stride, dilation, groups: convolution.alike(
            g, weight, stride=stride, dilation=dilation, groups=groups
        ),
        "weight": lambda g, x, weight_shape, stride, dilation, groups: _by_weight(
            x, g, weight_shape, stride, dilation, groups
        ),
    },
    domain=_transpose_domain,
    label="convᵀ",
    analytic=True,
)
def convolution_transpose(x: Any, weight: Any, /, shape: Sizes, stride: Sizes, dilation: Sizes, groups: int = 1) -> Any:
    """The transpose of ``convolution``: from ``(N, O, *counts)`` to ``(N, C, *shape)`` by ``(O, C // groups, *size)``.

    ``shape`` says how long the axes are that are slid over, for a stride leaves that open. Raises ``ValueError`` if
    channels or sizes do not fit.

    >>> import autograd as ag
    >>> ag.convolution_transpose(ag.Tensor([[[1.0, 2.0]]]), [[[1.0, 10.0]]], (3,), (1,), (1,))
    Tensor([[[ 1., 12., 20.]]], dtype=float64)
    """
    _check_axes("convolution_transpose", x, weight, shape, stride, dilation)
    _check_channels("convolution_transpose", x, weight, weight.shape[0], groups)
    return _back(x, weight, shape, stride, dilation, groups)
