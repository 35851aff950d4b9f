"""Reductions over axes, and the functions made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..registry import implements
from .domains import along_axis, reduction, reduction_without_ties
from .elementwise import abs, multiply, sqrt, square
from .declaration import primitive

__all__ = [
    "cumulative_sum",
    "log_softmax",
    "logsumexp",
    "max",
    "mean",
    "min",
    "softmax",
    "std",
    "sum",
    "var",
]

Axis = int | tuple[int, ...] | None

# Faster than np.sum and its like, and the same; NumPy's annotations do not know keepdims as a variable.
_add_up: Any = np.add.reduce
_largest: Any = np.maximum.reduce
_smallest: Any = np.minimum.reduce

#: Below this many bytes, filling a new array is faster than NumPy's broadcast_to; above, a view costs no memory.
_SMALL = 1 << 15


def kept_shape(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """The shape with 1 in the place of each reduced axis."""
    if axis is None:
        return (1,) * len(shape)
    reduced = [a % len(shape) for a in ((axis,) if isinstance(axis, int) else axis)]
    return tuple(1 if a in reduced else size for a, size in enumerate(shape))


def spread(g: Any, x_shape: tuple[int, ...], axis: Axis, keepdims: bool) -> Any:
    """Lay what came from a reduction back over the axes that were reduced."""
    if not keepdims and x_shape:
        g = g.reshape(kept_shape(x_shape, axis))
    if type(g) is np.ndarray and math.prod(x_shape) * g.itemsize <= _SMALL:
        laid = np.empty(x_shape, g.dtype)
        laid[...] = g
        return laid
    return np.broadcast_to(g, x_shape)


def _count(shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements each result of a reduction is made of."""
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[a] for a in ((axis,) if isinstance(axis, int) else axis))


@primitive(
    rules={"x": spread},
    domain=reduction,
    label="Σ",
    analytic=True,
    numpy=[np.sum],
)
def sum(x: Any, /, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Sum over ``axis``: one, several, or by default all.

    >>> import autograd as ag
    >>> ag.sum(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.], dtype=float64)
    """
    return _add_up(x, axis=axis, dtype=dtype, keepdims=keepdims)


@primitive(
    rules={"x": lambda g, x_shape, axis, keepdims: spread(g / _count(x_shape, axis), x_shape, axis, keepdims)},
    domain=lambda draw: reduction(draw, min_side=1),
    label="mean",
    analytic=True,
    numpy=[np.mean],
)
def mean(x: Any, /, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Mean over ``axis``: one, several, or by default all. Integers give float64.

    >>> import autograd as ag
    >>> ag.mean(ag.Tensor([1.0, 2.0, 6.0]))
    Tensor(3., dtype=float64)
    """
    x = np.asarray(x) if isinstance(x, (int, float)) else x
    if dtype is None and x.dtype.kind in "iub":
        dtype = np.float64
    return _add_up(x, axis=axis, dtype=dtype, keepdims=keepdims) / _count(x.shape, axis)


def _shared_by_ties(g: Any, x: Any, out: Any, axis: Axis) -> Any:
    """Give an extremum's gradient to the elements that equal it, in equal shares."""
    kept = kept_shape(x.shape, axis)
    ties = x == np.reshape(out, kept)
    return np.where(ties, np.reshape(g, kept) / np.sum(ties, axis=axis, keepdims=True), 0)


@primitive(rules={"x": _shared_by_ties}, domain=reduction_without_ties, label="max", numpy=[np.max, np.amax])
def max(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Maximum over ``axis``: one, several, or by default all. Equal maxima share the gradient evenly.

    >>> import autograd as ag
    >>> x = ag.Tensor([5.0, 1.0, 5.0], requires_grad=True)
    >>> ag.max(x).backward()
    >>> x.grad
    Tensor([0.5, 0. , 0.5], dtype=float64)
    """
    return _largest(x, axis=axis, keepdims=keepdims)


@primitive(rules={"x": _shared_by_ties}, domain=reduction_without_ties, label="min", numpy=[np.min, np.amin])
def min(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Minimum over ``axis``: one, several, or by default all. Equal minima share the gradient evenly."""
    return _smallest(x, axis=axis, keepdims=keepdims)


@implements(np.var)
def var(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """Variance over ``axis``: the mean of ``|x - mean(x)|**2``, with ``n - ddof`` in the denominator.

    ``correction`` is the Array API's name for ``ddof``. Complex values have a real variance.

    >>> import autograd as ag
    >>> ag.var(ag.Tensor([1.0, 2.0, 6.0]))
    Tensor(4.66666667, dtype=float64)
    """
    ddof = ddof if correction is None else correction
    deviation = x - mean(x, axis=axis, keepdims=True)
    if deviation.dtype.kind == "c":
        deviation = abs(deviation)
    squares = sum(square(deviation), axis=axis, keepdims=keepdims)
    return multiply(squares, 1 / _degrees_of_freedom(deviation.shape, axis, ddof))


def _degrees_of_freedom(shape: tuple[int, ...], axis: Axis, ddof: float) -> float:
    degrees = _count(shape, axis) - ddof
    if degrees <= 0:
        raise ValueError(f"var: {_count(shape, axis)} elements leave no degrees of freedom with ddof={ddof}")
    return degrees


@implements(np.std)
def std(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """Standard deviation over ``axis``: the square root of ``var``, whose derivative is infinite at 0.

    >>> import autograd as ag
    >>> ag.std(ag.Tensor([1.0, 3.0]))
    Tensor(1., dtype=float64)
    """
    return sqrt(var(x, axis, ddof=ddof, correction=correction, keepdims=keepdims))


def _reverse_cumulative(g: Any, x_shape: tuple[int, ...], axis: int | None) -> Any:
    along = 0 if axis is None else axis
    total = np.flip(np.cumsum(np.flip(g, along), axis=along), along)
    return np.reshape(total, x_shape) if axis is None else total


@primitive(
    rules={"x": _reverse_cumulative},
    domain=along_axis,
    label="cumsum",
    analytic=True,
    numpy=[np.cumsum, np.cumulative_sum] if hasattr(np, "cumulative_sum") else [np.cumsum],
)
def cumulative_sum(x: Any, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Sums of the elements up to each one, along ``axis``; by default of the flattened array.

    >>> import autograd as ag
    >>> ag.cumulative_sum(ag.Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3., 6.], dtype=float64)
    """
    return np.cumsum(x, axis=axis, dtype=dtype)


# Normalising: logsumexp and what is made of it


def _weighted(g: Any, x: Any, out: Any, axis: Axis) -> Any:
    kept = kept_shape(x.shape, axis)
    return np.reshape(g, kept) * np.exp(x - np.reshape(out, kept))


@primitive(
    rules={"x": _weighted},
    domain=lambda draw: reduction(draw, min_side=1),
    label="logsumexp",
)
def logsumexp(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """``ln(sum(exp(x)))`` over ``axis``, without overflow.

    >>> import autograd as ag
    >>> ag.logsumexp(ag.Tensor([1000.0, 1000.0]))
    Tensor(1000.69314718, dtype=float64)
    """
    top = _largest(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    total = np.log(_add_up(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.reshape(total, np.squeeze(total, axis=axis).shape)


@primitive(
    rules={"x": lambda g, out, axis: out * (g - np.sum(g * out, axis=axis, keepdims=True))},
    domain=along_axis,
    label="softmax",
)
def softmax(x: Any, /, axis: int = -1) -> Any:
    """``exp(x) / sum(exp(x))`` along ``axis``, without overflow.

    >>> import autograd as ag
    >>> ag.softmax(ag.Tensor([1000.0, 1000.0, -1000.0]))
    Tensor([0.5, 0.5, 0. ], dtype=float64)
    """
    e = np.exp(x - _largest(x, axis=axis, keepdims=True))
    return e / _add_up(e, axis=axis, keepdims=True)


@primitive(
    rules={"x": lambda g, out, axis: g - np.exp(out) * np.sum(g, axis=axis, keepdims=True)},
    domain=along_axis,
    label="log softmax",
)
def log_softmax(x: Any, /, axis: int = -1) -> Any:
    """``ln(softmax(x))`` along ``axis``, precise where softmax is near 0.

    >>> import autograd as ag
    >>> ag.log_softmax(ag.Tensor([0.0, 1000.0]))
    Tensor([-1000.,     0.], dtype=float64)
    """
    shifted = x - _largest(x, axis=axis, keepdims=True)
    return shifted - np.log(_add_up(np.exp(shifted), axis=axis, keepdims=True))
