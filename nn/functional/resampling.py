"""Weighted means of a few elements along an axis: what interpolation is made of, one axis after the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import primitive
from autograd.primitives.domains import REAL, Drawn, Interval

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw


def _domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    shape = (draw.integer(1, 3), draw.integer(1, 3))
    places = draw.array(Interval(0.0, x.shape[axis] - 0.02), shape).astype(np.intp)
    return (x, places, draw.array(REAL, shape)), {"axis": axis}


def _spread_domain(draw: Draw) -> Drawn:
    (x, places, weights), attributes = _domain(draw)
    result = resampled.forward(x, places, weights, **attributes)
    return (result, places, weights), {"size": x.shape[attributes["axis"]], **attributes}


def _spread(g: Any, x_shape: tuple[int, ...], places: Any, weights: Any, axis: int) -> Any:
    return spread_from_samples.alike(g, places, weights, axis=axis, size=x_shape[axis])


def _laid_along(weights: Any, x: Any, axis: int) -> Any:
    """Weights as numbers of the same dtype, along an axis."""
    return weights.astype(x.dtype, copy=False).reshape(-1, *(1,) * (x.ndim - 1 - axis % x.ndim))


@primitive(rules={"x": _spread, "weights": None}, domain=_domain, label="resample", analytic=True)
def resampled(x: Any, places: Any, weights: Any, /, axis: int) -> Any:
    """Make element ``i`` along an axis the sum over ``k`` of ``weights[i, k]`` times element ``places[i, k]``."""
    result = x.take(places[:, 0], axis=axis)
    if places.shape[1] == 1:
        return result * _laid_along(weights[:, 0], x, axis)
    result *= _laid_along(weights[:, 0], x, axis)
    for place, weight in zip(places.T[1:], weights.T[1:], strict=True):
        part = x.take(place, axis=axis)
        part *= _laid_along(weight, x, axis)
        result += part
    return result


@primitive(
    rules={"x": lambda g, places, weights, axis: resampled.alike(g, places, weights, axis=axis), "weights": None},
    domain=_spread_domain,
    label="resampleᵀ",
    analytic=True,
)
def spread_from_samples(x: Any, places: Any, weights: Any, /, axis: int, size: int) -> Any:
    """Give back to each of ``size`` elements along an axis what was made of it: the transpose of ``resampled``."""
    order = np.argsort(places, axis=None, kind="stable")
    sources, starts = np.unique(places.reshape(-1)[order], return_index=True)
    parts = x.take(order // places.shape[1], axis=axis) * _laid_along(weights.reshape(-1)[order], x, axis)
    axis %= x.ndim
    result = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), parts.dtype)
    if math.prod(parts.shape):
        result[(slice(None),) * axis + (sources,)] = np.add.reduceat(parts, starts, axis=axis)
    return result
