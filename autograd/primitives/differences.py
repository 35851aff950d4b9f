"""Differences of neighbours and what is made of them: numeric derivatives, areas, unwrapped angles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .comparison import not_equal
from .declaration import primitive
from .domains import Drawn
from .reductions import sum
from .shaping import astype, broadcast_to, concat, counted_axes, ravel, reshape

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "diff",
    "ediff1d",
    "gradient",
    "trapezoid",
    "unwrap",
]


def _part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """The elements from ``start`` to ``stop`` along an axis."""
    return x[(slice(None),) * axis + (slice(start, stop),)]


@implements(np.diff)
def diff(x: Any, /, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along ``axis``, taken ``n`` times; of booleans, whether they differ.

    ``prepend`` and ``append`` are joined to ``x`` first: arrays, or numbers for a row of them.

    >>> import autograd as ag
    >>> ag.diff(ag.Tensor([1.0, 4.0, 9.0]), prepend=0.0)
    Tensor([1., 3., 5.], dtype=float64)
    """
    x = operations.asarray(x)
    if n < 0:
        raise ValueError(f"diff: n is how often differences are taken, 0 or more; given {n}")
    if not n:
        return x.clone()
    if not x.ndim:
        raise ValueError("diff: a single number has no neighbours; at least one axis is needed")
    (along,) = counted_axes("diff", axis, x.ndim)
    front, back = ([] if end is None else [_end(x, along, end)] for end in (prepend, append))
    if front or back:
        x = concat([*front, x, *back], axis=along)
    difference = not_equal if x.dtype == np.bool_ else operations.subtract
    for _ in range(n):
        x = difference(_part(x, along, 1, None), _part(x, along, None, -1))
    return x


def _end(x: Any, axis: int, end: Any) -> Any:
    end = operations.asarray(end)
    return end if end.ndim else broadcast_to(end, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))


def _numbers(name: str, x: Any) -> Any:
    x = operations.asarray(x)
    if x.dtype == np.bool_:
        raise TypeError(f"{name}: takes numbers, of which there are differences; given booleans")
    return x


@implements(np.ediff1d)
def ediff1d(x: Any, /, to_end: Any = None, to_begin: Any = None) -> Any:
    """Differences of neighbours in the flattened array, between what is put at the beginning and at the end.

    >>> import autograd as ag
    >>> ag.ediff1d(ag.Tensor([1.0, 4.0, 9.0]), to_end=[0.0])
    Tensor([3., 5., 0.], dtype=float64)
    """
    x = ravel(_numbers("ediff1d", x))
    parts = [diff(x)]
    for end, place in ((to_begin, 0), (to_end, 2)):
        if end is None:
            continue
        part = ravel(operations.asarray(end))
        if not np.can_cast(part.dtype, x.dtype, "same_kind"):
            raise TypeError(f"ediff1d: {part.dtype} at an end would lose something as {x.dtype}; convert the operand")
        parts.insert(place, astype(part, x.dtype, copy=False))
    return concat(parts)


@implements(np.trapezoid)
def trapezoid(y: Any, /, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Area below ``y`` along ``axis``, by trapezoids between points ``x``, or points that are ``dx`` apart.

    ``x`` is a vector, or of the shape of ``y``.

    >>> import autograd as ag
    >>> ag.trapezoid(ag.Tensor([1.0, 2.0, 3.0]), x=[0.0, 1.0, 3.0])
    Tensor(6.5, dtype=float64)
    """
    y = operations.asarray(y)
    (along,) = counted_axes("trapezoid", axis, y.ndim)
    width = operations.asarray(dx) if x is not None or not isinstance(dx, (int, float)) else dx
    if x is not None:
        x = operations.asarray(x)
        width = diff(x) if x.ndim == 1 else diff(x, axis=along)
        if x.ndim == 1:
            width = reshape(width, (-1, *(1,) * (y.ndim - along - 1)))
    heights = _part(y, along, 1, None) + _part(y, along, None, -1)
    return sum(width * heights / 2.0, axis=along)


# Derivatives


@implements(np.gradient)
def gradient(f: Any, /, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Numeric derivatives of ``f`` by second-order central differences, one-sided at the ends.

    Parameters
    ----------
    f
        Values on a grid; integers are taken as float64.
    spacing
        Nothing for a distance of 1; one number for all axes; or for each axis a number, or a vector of coordinates.
    axis
        One axis, several, or by default all.
    edge_order
        1 or 2: the order of the differences at the ends.

    Returns the derivative along one axis, or a tuple with one for each. Raises ``ValueError`` where an axis has fewer
    than ``edge_order + 1`` points, ``TypeError`` for a wrong number of spacings. The derivative at an inner point is
    that of the parabola through it and its neighbours: the slopes on both sides, weighted by each other's width.

    >>> import autograd as ag
    >>> ag.gradient(ag.Tensor([1.0, 2.0, 4.0, 8.0]))
    Tensor([1. , 1.5, 3. , 4. ], dtype=float64)
    """
    f = _numbers("gradient", f)
    f = f if f.dtype.kind in "fc" else astype(f, np.float64)
    axes = tuple(range(f.ndim)) if axis is None else counted_axes("gradient", axis, f.ndim)
    if len(spacing) not in (0, 1, len(axes)) or (len(spacing) == 1 < len(axes) and np.ndim(spacing[0])):
        raise TypeError(f"gradient: give no spacing, one number, or one for each of {len(axes)} axes")
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order is 1 or 2; given {edge_order}")
    spacings = spacing * len(axes) if len(spacing) == 1 else spacing or (1.0,) * len(axes)
    derivatives = tuple(_derivative(f, h, along, edge_order) for h, along in zip(spacings, axes, strict=True))
    return derivatives[0] if len(derivatives) == 1 else derivatives


def _derivative(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    count = f.shape[axis]
    if count <= edge_order:
        raise ValueError(f"gradient: {edge_order + 1} points or more are needed along axis {axis}; given {f.shape}")
    step = _part(f, axis, 1, None) - _part(f, axis, None, -1)  # to the next point
    width = _width(f, spacing, axis)
    slope = step / width
    first, last = _part(slope, axis, None, 1), _part(slope, axis, -1, None)
    if getattr(width, "ndim", 0):
        p, q = _part(width, axis, None, -1), _part(width, axis, 1, None)
        share = p / (p + q)  # of the slope behind each inner point
    else:
        share = 0.5
    before, behind = _part(slope, axis, None, -1), _part(slope, axis, 1, None)
    middle = before + (behind - before) * share
    if edge_order == 2:
        first = first + first - _part(middle, axis, None, 1)
        last = last + last - _part(middle, axis, -1, None)
    return astype(concat([first, middle, last], axis=axis), f.dtype, copy=False)


def _width(f: Any, spacing: Any, axis: int) -> Any:
    """The distance of all points, or the distances laid along the axis."""
    if isinstance(spacing, (int, float)):
        return spacing
    spacing = operations.asarray(spacing)
    if not spacing.ndim:
        return spacing
    if spacing.shape != f.shape[axis : axis + 1]:
        raise ValueError(
            f"gradient: along axis {axis} give a number or {f.shape[axis]} coordinates; given {describe(spacing)}"
        )
    coordinates = spacing if spacing.dtype.kind == "f" else astype(spacing, np.float64)
    return reshape(diff(coordinates), tuple(-1 if a == axis else 1 for a in range(f.ndim)))


# Angles


def _unwrap_domain(draw: Draw) -> Drawn:
    """Differences are multiples of 1/64, and jump at half a period, which is none."""
    x = draw.distinct(min_dims=1)
    return (x,), {"discont": None, "axis": draw.axis(x.ndim), "period": draw.choice([5.015625, 2.015625])}


@primitive(rules={"x": lambda g: g}, domain=_unwrap_domain, label="unwrap", numpy=[np.unwrap])
def unwrap(x: Any, /, discont: float | None = None, axis: int = -1, period: float = math.tau) -> Any:
    """Add periods along ``axis`` so that no step is larger than half of one, or than ``discont`` if that is more.

    What is added is constant in pieces: the gradient passes as it is.

    >>> import autograd as ag
    >>> ag.unwrap(ag.Tensor([0.0, 5.0, 2.0]), period=4.0)
    Tensor([0., 1., 2.], dtype=float64)
    """
    return np.unwrap(x, discont=discont, axis=axis, period=period)
