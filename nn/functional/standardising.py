"""What all normalisations are made of: deviations from means, their mean squares, and the division by the root of it.

Three operations, each with few passes over memory, serve batches, layers, groups and instances alike. What is composed
of them has its gradient from theirs, to any order: statistics are nodes of the graph like everything else.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import primitive
from autograd.primitives.domains import POSITIVE, REAL, Drawn

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw

Shape = tuple[int, ...]
Axes = tuple[int, ...]

_add_up: Any = np.add.reduce


def _reduced(shape: Shape, axes: Axes) -> Shape:
    """A shape with axes of size 1 in the place of those that are reduced."""
    return tuple([1 if axis in axes else size for axis, size in enumerate(shape)])


def _count(shape: Shape, axes: Axes) -> int:
    """How many elements are reduced to one."""
    return math.prod([shape[axis] for axis in axes]) or 1


def _is_within(shape: Shape, other: Shape) -> bool:
    """Whether arrays of these shapes broadcast to the second one, but for axes of size 1 in front."""
    more = max(0, len(shape) - len(other))
    missing = len(other) - len(shape)
    return all(size == 1 or (axis >= more and size == other[missing + axis]) for axis, size in enumerate(shape))


def _sum_of_products(x: Any, y: Any, shape: Shape) -> Any:
    """``x * y``, added up to a shape that broadcasts to theirs; the products take no memory."""
    missing = x.ndim - len(shape)
    axes = list(range(x.ndim))
    kept = [axis for axis in axes[missing:] if shape[axis - missing] != 1]
    return np.einsum(x, axes, y, axes, kept).reshape(shape)


def _weighted_sum_of_products(x: Any, y: Any, factor: Any, shape: Shape) -> Any:
    """``x * y * factor``, added up to a shape; the factor comes last if it is the same for all that is added up."""
    if _is_within(factor.shape, shape):
        return (_sum_of_products(x, y, shape) * factor).reshape(shape)
    return _sum_of_products(x * factor, y, shape)


def mean_over(x: Any, axes: Axes) -> Any:
    """The mean over some axes, which are counted from the front and stay, with size 1."""
    return _add_up(x, axis=axes, keepdims=True) / _count(x.shape, axes)


def _over_axes(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1, min_side=1)
    axes = draw.axes(x.ndim)
    axes = tuple(range(x.ndim)) if axes is None else (axes,) if isinstance(axes, int) else axes
    return (x,), {"axes": tuple(sorted(axis % x.ndim for axis in axes))}


def _by_centred(g: Any, axes: Axes) -> Any:
    return centred.alike(g, axes=axes)


@primitive(rules={"x": _by_centred}, domain=_over_axes, label="x - mean", analytic=True)
def centred(x: Any, /, axes: Axes) -> Any:
    """``x`` less its mean over some axes, which are counted from the front."""
    return x - mean_over(x, axes)


@primitive(
    rules={"x": lambda g, x, axes: x * (g * (2 / _count(x.shape, axes)))},
    domain=_over_axes,
    label="mean x²",
    analytic=True,
)
def mean_square(x: Any, /, axes: Axes) -> Any:
    """The mean of ``x**2`` over some axes, which are counted from the front and stay, with size 1."""
    return _sum_of_products(x, x, _reduced(x.shape, axes)) / _count(x.shape, axes)


def _divided(x: Any, variance: Any, weight: Any, eps: float) -> Any:
    scale = 1 / np.sqrt(variance + eps)
    if weight is None:
        return x * scale
    if _is_within(weight.shape, variance.shape):
        return x * (scale * weight)
    result = x * scale
    result *= weight
    return result


def _divided_by_x(g: Any, variance: Any, weight: Any, eps: float) -> Any:
    return _divided(g, variance, weight, eps)


def _by_variance(g: Any, x: Any, variance: Any, weight: Any, eps: float) -> Any:
    scale = 1 / np.sqrt(variance + eps)
    shape = variance.shape
    total = _sum_of_products(g, x, shape) if weight is None else _weighted_sum_of_products(g, x, weight, shape)
    return total * (scale * scale * scale * -0.5)


def _by_weight(g: Any, x: Any, variance: Any, weight_shape: Shape, eps: float) -> Any:
    return _weighted_sum_of_products(g, x, 1 / np.sqrt(variance + eps), weight_shape)


def _divided_domain(draw: Draw) -> Drawn:
    (x,), attributes = _over_axes(draw)
    variance = draw.array(POSITIVE, _reduced(x.shape, attributes["axes"]))
    others = tuple(axis for axis in range(x.ndim) if draw.boolean())
    shape = draw.choice([_reduced(x.shape, others), x.shape[draw.integer(0, x.ndim) :]])
    weight, bias = (draw.array(REAL, shape) if draw.boolean() else None for _ in range(2))
    return (x, variance, weight, bias), {"eps": draw.choice([0.0, 0.5])}


@primitive(
    rules={
        "x": _divided_by_x,
        "variance": _by_variance,
        "weight": _by_weight,
        "bias": lambda g: g,
    },
    domain=_divided_domain,
    label="x / σ",
)
def divided_by_deviation(x: Any, variance: Any, weight: Any = None, bias: Any = None, /, eps: float = 0.0) -> Any:
    """``x / sqrt(variance + eps) * weight + bias``, of which all broadcast to the shape of ``x``."""
    result = _divided(x, variance, weight, eps)
    if bias is None:
        return result
    if bias.dtype != result.dtype:
        return result + bias
    result += bias
    return result
