"""Reductions that leave NaN out: as their namesakes give without those elements, which get no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..forms import NOT_GIVEN
from ..registry import implements, operations
from .comparison import isnan
from .cumulative import cumsum
from .declaration import primitive
from .domains import Drawn, along_axis, reduction_without_ties
from .partial_reductions import known, mean_of_some, reduced, variance_of_some
from .products import cumprod
from .reductions import Axis, shared_by_ties
from .shaping import broadcast_to

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
    return operations.where(isnan(x), number, x) if x.dtype.kind in "fc" else x


@implements(np.nansum)
def nansum(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = True,
) -> Any:
    """Sum over ``axis``, by default all, with 0 for NaN; of what a mask ``where`` leaves, and from ``initial`` on.

    >>> import autograd as ag
    >>> ag.nansum(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(3., dtype=float64)
    """
    return reduced("nansum", "sum", _with(x, 0), axis, dtype, keepdims, initial, where)


@implements(np.nanprod)
def nanprod(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = True,
) -> Any:
    """Product over ``axis``, by default all, with 1 for NaN; of what a mask ``where`` leaves, and from ``initial`` on.

    >>> import autograd as ag
    >>> ag.nanprod(ag.Tensor([3.0, float("nan"), 2.0]))
    Tensor(6., dtype=float64)
    """
    return reduced("nanprod", "prod", _with(x, 1), axis, dtype, keepdims, initial, where)


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


def _mean_of(name: str, x: Any, dtype: Any, mean: Any) -> Any:
    """A mean that is known; it changes nothing of the dtype or the shape of what it is subtracted from, as in NumPy."""
    mean = operations.asarray(mean)
    try:
        broadcast_to(mean, x.shape)
    except ValueError as error:
        raise ValueError(f"{name}: mean must broadcast to the shape {x.shape}; given {mean.shape}") from error
    return operations.astype(mean, dtype or x.dtype, copy=False) if x.dtype.kind in "fc" else mean


def _variance(name: str, x: Any, axis: Axis, dtype: Any, where: Any, mean: Any, **options: Any) -> Any:
    """The variance, or with ``root=True`` its square root."""
    x = operations.asarray(x)
    if mean is not None:
        mean = _mean_of(name, x, dtype, mean)
    quiet = x.dtype.kind in "fc"
    return variance_of_some(name, x, axis, dtype, where=known(name, x, where), mean=mean, quiet=quiet, **options)


@implements(np.nanmean)
def nanmean(x: Any, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """Mean over ``axis``, by default all, of the elements that are no NaN; NaN where there are none.

    ``where`` is a mask that leaves out others, too.

    >>> import autograd as ag
    >>> ag.nanmean(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(1.5, dtype=float64)
    """
    x = operations.asarray(x)
    return mean_of_some("nanmean", x, axis, dtype, keepdims, known("nanmean", x, where), quiet=x.dtype.kind in "fc")


@implements(np.nanvar)
def nanvar(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Variance over ``axis``, by default all, of the elements that are no NaN; NaN where it leaves ``n <= ddof``.

    ``where`` is a mask that leaves out others, too. ``correction`` is another name for ``ddof``; ``mean``, if it is
    known, has the reduced axes kept.

    >>> import autograd as ag
    >>> ag.nanvar(ag.Tensor([1.0, float("nan"), 3.0]))
    Tensor(1., dtype=float64)
    """
    return _variance("nanvar", x, axis, dtype, where, mean, ddof=ddof, keepdims=keepdims, correction=correction)


@implements(np.nanstd)
def nanstd(
    x: Any,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Standard deviation over ``axis``: the square root of ``nanvar``, with its parameters. Its derivative at 0 is 0.

    >>> import autograd as ag
    >>> ag.nanstd(ag.Tensor([1.0, float("nan"), 3.0]))
    Tensor(1., dtype=float64)
    """
    options = {"ddof": ddof, "keepdims": keepdims, "correction": correction}
    return _variance("nanstd", x, axis, dtype, where, mean, root=True, **options)


# Extrema and their places

# NumPy's annotations do not know keepdims as a variable.
_largest: Any = np.fmax.reduce
_smallest: Any = np.fmin.reduce


@primitive(rules={"x": shared_by_ties(np.fmax)}, domain=reduction_without_ties, label="max", numpy=[np.nanmax])
def nanmax(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Maximum over ``axis``, by default all, of the elements that are no NaN; NaN, without a warning, if all are.

    Equal maxima share the gradient evenly.

    >>> import autograd as ag
    >>> ag.nanmax(ag.Tensor([1.0, float("nan"), 2.0]))
    Tensor(2., dtype=float64)
    """
    return _largest(x, axis=axis, keepdims=keepdims)


@primitive(rules={"x": shared_by_ties(np.fmin)}, domain=reduction_without_ties, label="min", numpy=[np.nanmin])
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
