"""Medians, quantiles and percentiles, with their forms that leave NaN out.

Their gradient goes to the elements that the result is made of; of equal elements, to those that a stable sort puts
there. A NaN makes the result NaN, and gets its gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import implements, operations
from .comparison import argsort
from .elementwise import divide
from .order_statistics import METHODS, Rows, interpolated, places, weighted_place
from .reductions import Axis, mean
from .shaping import astype, broadcast_to, concat, permute_dims, reshape

__all__ = [
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]


def _median(name: str, x: Any, axis: Axis, keepdims: bool, *, skip: bool) -> Any:
    x = operations.asarray(x)
    rows = Rows(name, x, axis)
    if not rows.length:
        return mean(x, axis=axis, keepdims=keepdims)
    if not skip:
        middle = operations.asarray(sorted({(rows.length - 1) // 2, rows.length // 2}))
        result = rows.unless_undefined(mean(rows.pick(middle), axis=-1, keepdims=True))
    else:
        count = rows.count()
        middle = concat([(count - 1) // 2, count // 2], axis=-1)
        result = mean(rows.pick(middle), axis=-1, keepdims=True)
    return rows.restored(result, (), keepdims)


@implements(np.median)
def median(x: Any, /, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """Median over ``axis``, by default all: the middle element, or the mean of the two in the middle.

    Integers give float64. ``overwrite_input`` is a hint for arrays; nothing is ever overwritten.

    >>> import autograd as ag
    >>> x = ag.Tensor([5.0, 1.0, 2.0, 9.0], requires_grad=True)
    >>> ag.median(x).backward()
    >>> x.grad
    Tensor([0.5, 0. , 0.5, 0. ], dtype=float64)
    """
    del overwrite_input
    return _median("median", x, axis, keepdims, skip=False)


@implements(np.nanmedian)
def nanmedian(x: Any, /, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """Median over ``axis``, by default all, of the elements that are no NaN; NaN where there are none.

    >>> import autograd as ag
    >>> ag.nanmedian(ag.Tensor([5.0, float("nan"), 2.0, 9.0]))
    Tensor(5., dtype=float64)
    """
    del overwrite_input
    return _median("nanmedian", x, axis, keepdims, skip=True)


def _quantile(
    name: str, x: Any, q: Any, axis: Axis, method: str, keepdims: bool, weights: Any, *, whole: int, skip: bool
) -> Any:
    """The quantiles of which ``q`` are the shares, in parts of ``whole``."""
    x = operations.asarray(x)
    if x.dtype.kind not in "iuf":
        raise TypeError(f"{name}: takes real numbers, which have an order and distances; given {x.dtype}")
    if method not in METHODS:
        raise ValueError(f"{name}: method={method!r} is not known; choose one of {', '.join(METHODS)}")
    is_number = type(q) in (int, float)
    q = operations.asarray(q)
    shares = divide(q, whole) if whole != 1 else q
    if q.ndim > 2:
        raise ValueError(f"{name}: q must be a number, a vector or a matrix; given {q.dtype} {q.shape}")
    if (~((shares >= 0) & (shares <= 1)))._is_anywhere():
        raise ValueError(f"{name}: q must be from 0 to {whole}; given {q.tolist()}")
    rows = Rows(name, x, axis)
    if not rows.length:
        raise ValueError(f"{name}: at least one element is needed; given {x.dtype} {x.shape} with axis={axis}")
    flat = reshape(shares, (-1,))
    if weights is not None:
        if method != "inverted_cdf":
            raise ValueError(f"{name}: weights go with method='inverted_cdf' only; given {method!r}")
        result = rows.pick(weighted_place(rows, _like(rows, weights, axis), flat, skip=skip))
    else:
        n = rows.count() if skip else rows.length
        low, high, share = places(method, astype(n, flat.dtype) if skip and flat.dtype.kind == "f" else n, flat)
        result = rows.pick(low)
        if share is not None:
            share = astype(share, x.dtype) if is_number and x.dtype.kind == "f" else share
            result = interpolated(result, rows.pick(high), share)
    if not skip:
        result = rows.unless_undefined(result)
    return rows.restored(result, q.shape, keepdims)


def _like(rows: Rows, weights: Any, axis: Axis) -> Any:
    """Weights laid out like the operand: of its shape, or of its reduced axes. They get no gradient."""
    weights = operations.asarray(weights).detach()
    if (weights < 0)._is_anywhere():
        raise ValueError(f"{rows.name}: weights must not be negative")
    if weights.shape == rows.shape:
        return weights
    if axis is None or weights.shape != tuple(rows.shape[a] for a in rows.axes):
        raise ValueError(
            f"{rows.name}: weights must have the shape of the operand, {rows.shape}, or that of the axes given; "
            f"given {weights.dtype} {weights.shape} with axis={axis}"
        )
    weights = permute_dims(weights, tuple(argsort(np.array(rows.axes)).tolist()))
    sizes = tuple(size if a in rows.axes else 1 for a, size in enumerate(rows.shape))
    return broadcast_to(reshape(weights, sizes), rows.shape)


@implements(np.quantile)
def quantile(
    x: Any,
    /,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> Any:
    """Quantiles over ``axis``, by default all, for shares ``q`` from 0 to 1.

    Parameters
    ----------
    x
        Real numbers.
    q
        A number, or an array, whose axes then come first in the result. Where the method interpolates, ``q`` has a
        gradient, too.
    method
        One of NumPy's thirteen: ``linear``, ``lower``, ``higher``, ``midpoint``, ``nearest``, or of Hyndman and Fan's
        ``inverted_cdf``, ``averaged_inverted_cdf``, ``closest_observation``, ``interpolated_inverted_cdf``, ``hazen``,
        ``weibull``, ``median_unbiased``, ``normal_unbiased``.
    weights
        How much each element counts, with ``method="inverted_cdf"``: of the shape of ``x``, or of the axes given. They
        decide which element is taken, and have no gradient.

    Raises ``ValueError`` for a ``q`` beyond 0 and 1, an unknown method, nothing to take quantiles of, wrong weights.

    >>> import autograd as ag
    >>> ag.quantile(ag.Tensor([1.0, 2.0, 4.0]), [0.5, 0.75])
    Tensor([2., 3.], dtype=float64)
    """
    del overwrite_input
    return _quantile("quantile", x, q, axis, method, keepdims, weights, whole=1, skip=False)


@implements(np.percentile)
def percentile(
    x: Any,
    /,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> Any:
    """Percentiles over ``axis``: quantiles for ``q`` from 0 to 100.

    Parameters, shapes and errors are those of ``quantile``.

    >>> import autograd as ag
    >>> ag.percentile(ag.Tensor([1.0, 2.0, 4.0]), 75)
    Tensor(3., dtype=float64)
    """
    del overwrite_input
    return _quantile("percentile", x, q, axis, method, keepdims, weights, whole=100, skip=False)


@implements(np.nanquantile)
def nanquantile(
    x: Any,
    /,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> Any:
    """Quantiles over ``axis`` of the elements that are no NaN; NaN where there are none.

    Parameters, shapes and errors are those of ``quantile``.

    >>> import autograd as ag
    >>> ag.nanquantile(ag.Tensor([1.0, float("nan"), 2.0, 4.0]), 0.75)
    Tensor(3., dtype=float64)
    """
    del overwrite_input
    return _quantile("nanquantile", x, q, axis, method, keepdims, weights, whole=1, skip=True)


@implements(np.nanpercentile)
def nanpercentile(
    x: Any,
    /,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> Any:
    """Percentiles over ``axis`` of the elements that are no NaN; NaN where there are none.

    Parameters, shapes and errors are those of ``quantile``, for ``q`` from 0 to 100.

    >>> import autograd as ag
    >>> ag.nanpercentile(ag.Tensor([1.0, float("nan"), 2.0, 4.0]), 75)
    Tensor(3., dtype=float64)
    """
    del overwrite_input
    return _quantile("nanpercentile", x, q, axis, method, keepdims, weights, whole=100, skip=True)
