"""Ranges, weighted means, covariances and correlations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .choices import clip
from .elementwise import complex_of, conj, divide, imag, multiply, real, sqrt
from .linalg import matmul
from .reductions import Axis, max, mean, min, sum
from .shaping import astype, broadcast_to, concat, counted_axes, permute_dims, reshape

__all__ = [
    "average",
    "corrcoef",
    "cov",
    "ptp",
]


@implements(np.ptp)
def ptp(x: Any, /, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """Range over ``axis``, by default all: the maximum minus the minimum. Ties share the gradient evenly.

    >>> import autograd as ag
    >>> ag.ptp(ag.Tensor([3.0, 1.0, 7.0]))
    Tensor(6., dtype=float64)
    """
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


@implements(np.average)
def average(
    x: Any, /, axis: Axis = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Mean over ``axis``, by default all, weighted if ``weights`` are given.

    These have the shape of ``x`` or that of the axes given, and get a gradient, too. With ``returned`` the sum of the
    weights comes as a second result. Raises ``ZeroDivisionError`` if that is 0 somewhere.

    >>> import autograd as ag
    >>> ag.average(ag.Tensor([1.0, 4.0]), weights=[2.0, 1.0])
    Tensor(2., dtype=float64)
    """
    x = operations.asarray(x)
    if weights is None:
        result = mean(x, axis=axis, keepdims=keepdims)
        total = operations.ones_like(result) * (math.prod(x.shape) / math.prod(result.shape) if result.size else 0.0)
        return (result, total) if returned else result
    weights = operations.asarray(weights)
    if weights.shape != x.shape:
        weights = _laid_along(x, weights, axis)
    dtype = np.result_type(x.dtype, weights.dtype, *([np.float64] if x.dtype.kind in "biu" else []))
    total = sum(weights, axis=axis, dtype=dtype, keepdims=keepdims)
    if (total == 0)._is_anywhere():
        raise ZeroDivisionError("average: the weights add up to 0, so the mean is not defined")
    product = multiply(astype(x, dtype, copy=False), astype(weights, dtype, copy=False))
    result = divide(sum(product, axis=axis, keepdims=keepdims), total)
    return (result, broadcast_to(total, result.shape)) if returned else result


def _laid_along(x: Any, weights: Any, axis: Axis) -> Any:
    """Weights of the axes given, laid along these."""
    axes = () if axis is None else counted_axes("average", axis, x.ndim)
    if axis is None or weights.shape != tuple(x.shape[a] for a in axes):
        raise ValueError(
            f"average: weights must have the shape of the operand, {x.shape}, or that of the axes given; given "
            f"{describe(weights)} with axis={axis}"
        )
    order = tuple(sorted(range(len(axes)), key=axes.__getitem__))
    return reshape(permute_dims(weights, order), tuple(n if a in axes else 1 for a, n in enumerate(x.shape)))


def _as_variables(name: str, x: Any, rowvar: bool) -> Any:
    """A matrix with a variable in each row."""
    x = operations.asarray(x)
    if x.ndim > 2:
        raise ValueError(f"{name}: takes a vector or a matrix; given {describe(x)}")
    if x.ndim < 2:
        return reshape(x, (1, -1))
    return x if rowvar else permute_dims(x)


def _covariances(
    name: str, x: Any, y: Any, rowvar: bool, ddof: float, frequencies: Any, importances: Any, dtype: Any
) -> Any:
    given = [operations.asarray(each) for each in (x, y) if each is not None]
    dtype = np.result_type(np.float64, *(each.dtype for each in given)) if dtype is None else np.dtype(dtype)
    x = _as_variables(name, x, rowvar or len(given[0].shape) < 2)
    if not x.shape[0]:  # nothing for a dtype, a y or a weight to act on, says NumPy
        return astype(real(matmul(x, permute_dims(x))), np.float64, copy=False)
    if y is not None:
        x = concat([x, _as_variables(name, y, rowvar or len(given[1].shape) < 2)])
    x = astype(x, dtype, copy=False)
    weights = _observation_weights(name, x, frequencies, importances)
    if weights is None:
        count: Any = x.shape[1]
        total = count - ddof
        centred = x - mean(x, axis=1, keepdims=True)
        weighted = centred
    else:
        count = sum(weights)
        centred = x - divide(sum(multiply(x, weights), axis=1, keepdims=True), count)
        weighted = multiply(centred, weights)
        total = count - ddof
        if importances is not None and ddof:
            total = count - ddof * divide(sum(multiply(weights, operations.asarray(importances))), count)
    if (~(operations.asarray(total) > 0))._is_anywhere():
        raise ValueError(f"{name}: {x.shape[1]} observations leave no degrees of freedom with ddof={ddof}")
    other = permute_dims(weighted)
    return divide(matmul(centred, conj(other) if dtype.kind == "c" else other), total)


def _observation_weights(name: str, x: Any, frequencies: Any, importances: Any) -> Any:
    """How much each observation counts."""
    product = None
    for weights in (frequencies, importances):
        if weights is None:
            continue
        given = operations.asarray(weights)
        if given.shape != x.shape[1:] or (given < 0)._is_anywhere():
            raise ValueError(f"{name}: weights are a vector of {x.shape[1]} numbers from 0 on; given {describe(given)}")
        if weights is frequencies and (given != operations.round(given))._is_anywhere():
            raise TypeError(f"{name}: fweights are whole numbers, how often each observation was made")
        product = given if product is None else product * given
    return product


@implements(np.cov)
def cov(
    x: Any,
    /,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Covariances of variables, of which each row, or with ``rowvar=False`` each column, holds the observations.

    ``y`` adds variables. The sums are divided by the number of observations minus ``ddof``: 1, or 0 with ``bias``.
    ``fweights`` says how often each observation was made, ``aweights`` how much it counts. The result is float64 or
    complex128 unless ``dtype`` is given. Raises ``ValueError`` where no degrees of freedom are left.

    >>> import autograd as ag
    >>> ag.cov(ag.Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]], dtype=float64)
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof is a whole number; given {ddof}")
    ddof = int(not bias) if ddof is None else ddof
    result = _covariances("cov", x, y, rowvar, ddof, fweights, aweights, dtype)
    return operations.squeeze(result)


@implements(np.corrcoef)
def corrcoef(x: Any, /, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Correlations of variables, from -1 to 1: covariances divided by both standard deviations.

    >>> import autograd as ag
    >>> ag.corrcoef(ag.Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]], dtype=float64)
    """
    covariance = _covariances("corrcoef", x, y, rowvar, 1, None, None, dtype)
    diagonal = np.arange(covariance.shape[0])
    deviations = sqrt(real(covariance[diagonal, diagonal]))
    result = divide(divide(covariance, deviations[:, None]), deviations)
    if result.dtype.kind == "c":
        result = complex_of(clip(real(result), -1, 1), clip(imag(result), -1, 1))
    else:
        result = clip(result, -1, 1)
    return operations.squeeze(result)
