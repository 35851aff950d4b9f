"""Reductions that leave NaN out: as their namesakes give without those elements, which get no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .comparison import isnan
from .cumulative import cumsum
from .declaration import primitive
from .domains import Drawn, along_axis, reduction_without_ties
from .elementwise import root_of_squares, square, where
from .products import cumprod, prod
from .reductions import Axis, shared_by_ties, sum

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


def _with(x: Any, number: int) -> Any:
    """``x`` with a number in the place of each NaN."""
    x = operations.asarray(x)
    return where(isnan(x), number, x) if x.dtype.kind in "fc" else x


@implements(np.nansum)
def nansum(x: Any, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    """Sum over ``axis``, by default all, with 0 for NaN.

    >>> import autograd as ag
    >>> ag.nansum(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(3., dtype=float64)
    """
    return sum(_with(x, 0), axis=axis, dtype=dtype, keepdims=keepdims)


@implements(np.nanprod)
def nanprod(x: Any, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    """Product over ``axis``, by default all, with 1 for NaN.

    >>> import autograd as ag
    >>> ag.nanprod(ag.Tensor([3.0, float("nan"), 2.0]))
    Tensor(6., dtype=float64)
    """
    return prod(_with(x, 1), axis=axis, dtype=dtype, keepdims=keepdims)


@implements(np.nancumsum)
def nancumsum(x: Any, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Sums up to each element, along ``axis`` or of the flattened array, with 0 for NaN.

    >>> import autograd as ag
    >>> ag.nancumsum(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor([1., 1., 3.], dtype=float64)
    """
    return cumsum(_with(x, 0), axis=axis, dtype=dtype)


@implements(np.nancumprod)
def nancumprod(x: Any, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Products up to each element, along ``axis`` or of the flattened array, with 1 for NaN.

    >>> import autograd as ag
    >>> ag.nancumprod(ag.Tensor([3.0, float("nan"), 2.0]))
    Tensor([3., 3., 6.], dtype=float64)
    """
    return cumprod(_with(x, 1), axis=axis, dtype=dtype)


# Means and variances


def _count(x: Any, axis: Axis) -> Any:
    """How many elements are no NaN, as an array of the real dtype of ``x``, with the reduced axes kept."""
    return sum(operations.logical_not(isnan(x)), axis=axis, keepdims=True)


def _over(total: Any, count: Any) -> Any:
    """``total / count`` in the dtype of ``total``; NaN where there is nothing to count."""
    undefined = count <= 0
    count = operations.astype(where(undefined, 1, count), np.result_type(total.dtype.char.lower(), np.float16))
    return where(undefined, np.nan, total / count)


def _laid_out(result: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """A result with the reduced axes kept, as it is or without them."""
    if keepdims or not x.ndim:
        return result
    return operations.squeeze(result, axis=tuple(range(x.ndim)) if axis is None else axis)


def _as_floating(x: Any, dtype: Any = None) -> Any:
    x = operations.asarray(x)
    if dtype is None:
        dtype = x.dtype if x.dtype.kind in "fc" else np.float64
    return operations.astype(x, dtype, copy=False)


def _mean(x: Any, axis: Axis) -> Any:
    """The mean with the reduced axes kept; sums of float16 would soon overflow."""
    return _over(sum(_with(x, 0), axis=axis, keepdims=True), _count(x, axis))


def _in_single(x: Any) -> Any:
    """At least single precision: sums of float16 would soon overflow, and squares."""
    return operations.astype(x, np.result_type(x.dtype, np.float32), copy=False)


@implements(np.nanmean)
def nanmean(x: Any, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    """Mean over ``axis``, by default all, of the elements that are no NaN; NaN where there are none.

    >>> import autograd as ag
    >>> ag.nanmean(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(1.5, dtype=float64)
    """
    x = _as_floating(x, dtype)
    mean = operations.astype(_mean(_in_single(x), axis), x.dtype, copy=False)
    return _laid_out(mean, x, axis, keepdims)


def _variance(x: Any, axis: Axis, ddof: float, mean: Any) -> Any:
    """The variance with the reduced axes kept."""
    x = _in_single(x)
    deviation = _with(x - (_mean(x, axis) if mean is None else mean), 0)
    if deviation.dtype.kind == "c":
        squares = square(operations.real(deviation)) + square(operations.imag(deviation))
    else:
        squares = square(deviation)
    return _over(sum(squares, axis=axis, keepdims=True), _count(x, axis) - ddof)


def _degrees(ddof: float, correction: float | None) -> float:
    return ddof if correction is None else correction


@implements(np.nanvar)
def nanvar(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Variance over ``axis``, by default all, of the elements that are no NaN; NaN where it leaves ``n <= ddof``.

    ``correction`` is another name for ``ddof``; ``mean``, if it is known, has the reduced axes kept.

    >>> import autograd as ag
    >>> ag.nanvar(ag.Tensor([1.0, float("nan"), 3.0]))
    Tensor(1., dtype=float64)
    """
    x = _as_floating(x, dtype)
    variance = _variance(x, axis, _degrees(ddof, correction), mean)
    return _laid_out(_as_given(variance, x), x, axis, keepdims)


def _as_given(result: Any, x: Any) -> Any:
    """A real result of float16 in it again, if that is what ``x`` was."""
    return operations.astype(result, np.float16) if x.dtype == np.float16 else result


@implements(np.nanstd)
def nanstd(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Standard deviation over ``axis``: the square root of ``nanvar``. Its derivative at 0 is 0.

    >>> import autograd as ag
    >>> ag.nanstd(ag.Tensor([1.0, float("nan"), 3.0]))
    Tensor(1., dtype=float64)
    """
    x = _as_floating(x, dtype)
    variance = _variance(x, axis, _degrees(ddof, correction), mean)
    return _laid_out(_as_given(root_of_squares(variance), x), x, axis, keepdims)


# Extrema and their places

# NumPy's annotations do not know keepdims as a variable.
_largest: Any = np.fmax.reduce
_smallest: Any = np.fmin.reduce


@primitive(rules={"x": shared_by_ties}, domain=reduction_without_ties, label="max", numpy=[np.nanmax])
def nanmax(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Maximum over ``axis``, by default all, of the elements that are no NaN; NaN, without a warning, if all are.

    Equal maxima share the gradient evenly.

    >>> import autograd as ag
    >>> ag.nanmax(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(2., dtype=float64)
    """
    return _largest(x, axis=axis, keepdims=keepdims)


@primitive(rules={"x": shared_by_ties}, domain=reduction_without_ties, label="min", numpy=[np.nanmin])
def nanmin(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Minimum over ``axis``, by default all, of the elements that are no NaN; NaN, without a warning, if all are.

    Equal minima share the gradient evenly.
    """
    return _smallest(x, axis=axis, keepdims=keepdims)


def _searched(draw: Draw) -> Drawn:
    (x,), attributes = along_axis(draw)
    return (x,), {"axis": draw.choice([None, attributes["axis"]]), "keepdims": draw.boolean()}


@primitive(domain=_searched, numpy=[np.nanargmax])
def nanargmax(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first maximum along ``axis`` that is no NaN, by default in the flattened array; a constant.

    Raises ``ValueError`` where all elements are NaN.
    """
    return np.nanargmax(x, axis=axis, keepdims=keepdims)


@primitive(domain=_searched, numpy=[np.nanargmin])
def nanargmin(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first minimum along ``axis`` that is no NaN, by default in the flattened array; a constant.

    Raises ``ValueError`` where all elements are NaN.
    """
    return np.nanargmin(x, axis=axis, keepdims=keepdims)
