"""Convolution as neural networks have it: kernels that slide over the last axes.

A convolution is linear in what it slides over and linear in its kernels. So ``<g, convolution(x, weight)>``, with a
cotangent ``g``, is linear in three things. The derivative by each is a primitive, whose gradient rules are the others:

- ``convolution`` is the derivative by ``g``,
- ``convolution_transpose`` the one by ``x``,
- ``convolution_weight`` the one by ``weight``.

Each is one matrix product: the kernels, as a matrix, times all windows of ``x``, as columns, are the result
(Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document Processing", 2006, section
3). All samples go through one product, for many small ones would each have to start the processor's threads.

In memory, the samples come last, whatever the order of the axes: so what windows share in a row of all samples is one
run of memory, and is copied at once. Results stay so, and the next layer finds them in order.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from .declaration import primitive
from .domains import REAL, Drawn
from .residuals import WithResidual, leaving_residual
from .windowing import Sizes, add_up, check_tuples, counts_of, windows_domain

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = ["convolution", "convolution_transpose", "convolution_weight"]

#: So many bytes of windows a convolution keeps for the gradient of its kernels. They can be ten times as large as the
#: operand, so larger ones are laid out once more in the backward.
MOST_KEPT = 8 << 20

_CACHE_LINE, _PAGE = 64, 4096  # bytes


# As matrices. Three axes each: groups, rows, columns


def _samples_last(x: Any) -> Any:
    return np.ascontiguousarray(x.transpose(*range(1, x.ndim), 0))


def _samples_first(x: Any) -> Any:
    return x.transpose(x.ndim - 1, *range(x.ndim - 1))


def _as_columns(x: Any, size: Sizes, counts: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    """All windows of all samples as columns; a row for each channel and each element of a window."""
    laid = _samples_last(x)
    channel, *along, sample = laid.strides
    taken: Any = np.ndarray(
        (len(laid), *size, *counts, len(x)),
        laid.dtype,
        laid,
        strides=(channel, *map(mul, along, dilation), *map(mul, along, stride), sample),
    )
    columns = _empty(laid.dtype, groups, len(laid) // groups * math.prod(size), math.prod(counts) * len(x))
    np.copyto(columns.reshape(taken.shape, copy=False), taken)
    return columns


def _empty(dtype: Any, groups: int, rows: int, columns: int) -> Any:
    """Matrices, whose rows are an odd number of cache lines apart: those that are pages apart drive each other out."""
    nbytes = columns * dtype.itemsize
    if nbytes >= _PAGE:
        apart = (-(-nbytes // _CACHE_LINE) | 1) * _CACHE_LINE // dtype.itemsize
        return np.empty((groups, rows, apart), dtype)[..., :columns]
    return np.empty((groups, rows, columns), dtype)


def _as_rows(y: Any, groups: int) -> Any:
    """A row for each channel, a column for each place of each sample."""
    return _samples_last(y).reshape(groups, y.shape[1] // groups, len(y) * math.prod(y.shape[2:]))


def _as_matrices(weight: Any, groups: int) -> Any:
    """A row for each kernel, a column for each channel and element that it is multiplied with."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def _kernels(columns: Any, y: Any, groups: int, shape: Sizes) -> Any:
    """What windows, as columns, and the result of the convolution give to the kernels."""
    rows = _as_rows(y, groups)
    products = np.matmul(columns, rows.transpose(0, 2, 1))  # BLAS is quicker with the long side first
    return products.transpose(0, 2, 1).reshape(shape)


# What is given


def _check(name: str, x: Any, other: Any, *sizes: Any) -> None:
    check_tuples(name, *sizes)
    shapes = getattr(x, "shape", ()), getattr(other, "shape", ())
    if len(shapes[0]) != len(shapes[1]) or len(shapes[0]) < 3:
        given = "y is (N, O, *counts)" if name == "convolution_weight" else "weight has as many axes"
        raise ValueError(f"{name}: x is (N, C, *spatial) and {given}, got shapes {shapes[0]} and {shapes[1]}")


def _check_channels(name: str, x: Any, weight: Any, channels: int, groups: int) -> None:
    if groups < 1 or x.shape[1] != channels or weight.shape[0] % groups:
        raise ValueError(
            f"{name}: the channels of x, {x.shape[1]}, do not fit to a weight of shape {weight.shape} and "
            f"groups={groups}"
        )


def _check_counts(name: str, given: Sizes, counts: Sizes, spatial: Sizes, size: Sizes) -> None:
    if given != counts:
        raise ValueError(f"{name}: kernels of size {size} have {counts} places on axes of {spatial}, got {given}")


def _domain(draw: Draw) -> Drawn:
    (x,), attributes = windows_domain(draw)
    groups, each = draw.choice([1, 2]), draw.choice([1, 2])
    samples, outputs = draw.choice([1, 2]), draw.choice([1, 2])
    x = draw.array(REAL, (samples, groups * each, *x.shape[1:]))
    weight = draw.array(REAL, (groups * outputs, each, *attributes["size"]))
    return (x, weight), {"stride": attributes["stride"], "dilation": attributes["dilation"], "groups": groups}


def _transpose_domain(draw: Draw) -> Drawn:
    (x, weight), attributes = _domain(draw)
    y = convolution.forward(x, weight, **attributes)
    return (draw.array(REAL, y.shape), weight), {**attributes, "shape": x.shape[2:]}


def _weight_domain(draw: Draw) -> Drawn:
    (x, weight), attributes = _domain(draw)
    y = convolution.forward(x, weight, **attributes)
    return (x, draw.array(REAL, y.shape)), {**attributes, "size": weight.shape[2:]}


# The three primitives


def _by_x(g: Any, weight: Any, x_shape: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    return convolution_transpose.alike(g, weight, shape=x_shape[2:], stride=stride, dilation=dilation, groups=groups)


def _by_weight(g: Any, x: Any, residual: Any, weight_shape: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    if residual is not None and type(g) is np.ndarray:
        return _kernels(residual, g, groups, weight_shape)
    return _correlated(x, g, weight_shape, stride, dilation, groups)


def _correlated(g: Any, x: Any, weight_shape: Sizes, stride: Sizes, dilation: Sizes, groups: int) -> Any:
    return convolution_weight.alike(g, x, size=weight_shape[2:], stride=stride, dilation=dilation, groups=groups)


@primitive(rules={"x": _by_x, "weight": _by_weight}, domain=_domain, label="conv", analytic=True)
@leaving_residual
def convolution(x: Any, weight: Any, /, stride: Sizes, dilation: Sizes, groups: int = 1) -> Any:
    """Slide kernels over the last axes, and sum the products: what neural networks call a convolution.

    ``x`` is ``(N, C, *spatial)``, ``weight`` is ``(O, C // groups, *size)``; gives ``(N, O, *counts)``, of the
    dtype that a product of both has. There is no padding: pad ``x`` first. ``stride`` and ``dilation`` are tuples, a
    number for each of the last axes. Raises ``ValueError`` if channels or sizes do not fit, ``TypeError`` if a size is
    no tuple.

    >>> import autograd as ag
    >>> ag.convolution(ag.Tensor([[[1.0, 2.0, 4.0]]]), [[[-1.0, 1.0]]], (1,), (1,))
    Tensor([[[1., 2.]]], dtype=float64)
    """
    _check("convolution", x, weight, stride, dilation)
    _check_channels("convolution", x, weight, weight.shape[1] * groups, groups)
    size = weight.shape[2:]
    counts = counts_of("convolution", x.shape[2:], size, stride, dilation)
    columns = _as_columns(x, size, counts, stride, dilation, groups)
    products = np.matmul(_as_matrices(weight, groups), columns)
    result = _samples_first(products.reshape(len(weight), *counts, len(x)))
    pays = math.prod(size) > 1 and columns.nbytes <= MOST_KEPT
    return WithResidual(result, columns if pays else None)


@primitive(
    rules={
        "x": lambda g, weight, stride, dilation, groups: convolution.alike(
            g, weight, stride=stride, dilation=dilation, groups=groups
        ),
        "weight": _correlated,
    },
    domain=_transpose_domain,
    label="convᵀ",
    analytic=True,
)
def convolution_transpose(x: Any, weight: Any, /, shape: Sizes, stride: Sizes, dilation: Sizes, groups: int = 1) -> Any:
    """The transpose of ``convolution``: from ``(N, O, *counts)`` to ``(N, C, *shape)`` by ``(O, C // groups, *size)``.

    ``shape`` says how long the axes are that are slid over, for a stride leaves that open; dtype and errors are those
    of ``convolution``.

    >>> import autograd as ag
    >>> ag.convolution_transpose(ag.Tensor([[[1.0, 2.0]]]), [[[1.0, 10.0]]], (3,), (1,), (1,))
    Tensor([[[ 1., 12., 20.]]], dtype=float64)
    """
    _check("convolution_transpose", x, weight, shape, stride, dilation)
    _check_channels("convolution_transpose", x, weight, len(weight), groups)
    size, counts = weight.shape[2:], x.shape[2:]
    _check_counts(
        "convolution_transpose",
        counts,
        counts_of("convolution_transpose", shape, size, stride, dilation),
        shape,
        size,
    )
    kernels, rows = _as_matrices(weight, groups), _as_rows(x, groups)
    columns = _empty(np.result_type(kernels, rows), groups, kernels.shape[2], rows.shape[2])
    np.matmul(kernels.transpose(0, 2, 1), rows, out=columns)
    channels = weight.shape[1] * groups
    total = np.zeros((channels, *shape, len(x)), columns.dtype)
    add_up(total, columns.reshape(channels, *size, *counts, len(x)), 1, stride, dilation)
    return _samples_first(total)


@primitive(
    rules={
        "x": lambda g, y, x_shape, stride, dilation, groups: convolution_transpose.alike(
            y, g, shape=x_shape[2:], stride=stride, dilation=dilation, groups=groups
        ),
        "y": lambda g, x, stride, dilation, groups: convolution.alike(
            x, g, stride=stride, dilation=dilation, groups=groups
        ),
    },
    domain=_weight_domain,
    label="convʷ",
    analytic=True,
)
def convolution_weight(x: Any, y: Any, /, size: Sizes, stride: Sizes, dilation: Sizes, groups: int = 1) -> Any:
    """What ``convolution`` gives to its kernels: from ``(N, C, *spatial)`` and ``(N, O, *counts)`` to their gradient.

    Its shape is ``(O, C // groups, *size)``; ``y`` is the gradient by the result of the convolution. ``size`` is that
    of the kernels, for a stride leaves it open; dtype and errors are those of ``convolution``.

    >>> import autograd as ag
    >>> ag.convolution_weight(ag.Tensor([[[1.0, 2.0, 4.0]]]), [[[1.0, 10.0]]], (2,), (1,), (1,))
    Tensor([[[21., 42.]]], dtype=float64)
    """
    name = "convolution_weight"
    _check(name, x, y, size, stride, dilation)
    if groups < 1 or len(x) != len(y) or x.shape[1] % groups or y.shape[1] % groups:
        raise ValueError(
            f"{name}: x and y have as many samples, and channels that are multiples of groups={groups}; got shapes "
            f"{x.shape} and {y.shape}"
        )
    counts = counts_of(name, x.shape[2:], size, stride, dilation)
    _check_counts(name, y.shape[2:], counts, x.shape[2:], size)
    columns = _as_columns(x, size, counts, stride, dilation, groups)
    return _kernels(columns, y, groups, (y.shape[1], x.shape[1] // groups, *size))
