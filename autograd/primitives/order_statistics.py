"""Which elements of a sorted row a quantile is made of, and how much of each; ``quantiles`` has the functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..forms import NOT_GIVEN
from ..registry import operations
from .choices import clip, where
from .comparison import argsort, isnan
from .cumulative import cumsum
from .declaration import primitive
from .domains import REAL, Interval, elementwise
from .indexing import take_along_axis
from .reductions import Axis, kept_shape, sum
from .rounding import ceil, floor, round
from .shaping import astype, counted_axes, permute_dims, reshape

#: How the methods that interpolate place the sorted elements: the parameters (alpha, beta) of Hyndman and Fan, Sample
#: Quantiles in Statistical Packages, The American Statistician 50 (1996). Element j, counted from 1, of n stands at
#: the fraction (j - alpha) / (n + 1 - alpha - beta).
_PLOTTING: dict[str, tuple[float, float]] = {
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (0.5, 0.5),
    "weibull": (0, 0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}

#: The methods that take one element as it is.
_PICKING: dict[str, Callable[[Any, Any], Any]] = {
    "lower": lambda n, q: floor((n - 1) * q),
    "higher": lambda n, q: ceil((n - 1) * q),
    "nearest": lambda n, q: round((n - 1) * q),
    "inverted_cdf": lambda n, q: ceil(n * q - 1),
    "closest_observation": lambda n, q: _nearest_even(n * q - 1.5),
}

METHODS = ("linear", "midpoint", "averaged_inverted_cdf", *_PLOTTING, *_PICKING)


class Places(NamedTuple):
    """The places of two elements of a sorted row, and the share of the second one; ``None`` is for no share."""

    low: Any
    high: Any
    share: Any


def _nearest_even(place: Any) -> Any:
    """The place, counted from 0, above; but if it is a whole and odd one, which is even counted from 1, itself."""
    below = floor(place)
    return where((place == below) & (below % 2 == 1), below, below + 1)


def places(method: str, n: Any, q: Any) -> Places:
    """Where the quantiles ``q`` of ``n`` sorted elements lie; by the share, ``q`` can be differentiated."""
    if method in _PICKING or (method == "linear" and q.dtype.kind in "biu"):
        place = _PICKING[method](n, q.detach()) if method in _PICKING else (n - 1) * q
        return Places(_within(place, n), None, None)
    if method == "midpoint":
        place = (n - 1) * q.detach()
        return Places(_within(floor(place), n), _within(ceil(place), n), place * 0 + 0.5)
    if method == "averaged_inverted_cdf":
        place = n * q.detach() - 1
        share: Any = where(place == floor(place), place * 0 + 0.5, 1.0)
    else:
        alpha, beta = _PLOTTING.get(method, (1, 1))
        place = (n - 1) * q if method == "linear" else n * q + (alpha + q * (1 - alpha - beta)) - 1
        share = place - floor(place.detach())
    below = floor(place.detach())
    return Places(_within(below, n), _within(below + 1, n), share)


def _within(place: Any, n: Any) -> Any:
    """A place as an index; of a row of NaN alone, the last one."""
    return astype(clip(place, 0, n - 1), np.intp)


class Rows:
    """An array whose axes that are reduced are the last one, and the order that sorts along it, NaN last."""

    def __init__(self, name: str, x: Any, axis: Axis) -> None:
        self.name = name
        self.shape = x.shape
        self.axes = tuple(range(x.ndim)) if axis is None else counted_axes(name, axis, x.ndim)
        self.others = tuple(a for a in range(x.ndim) if a not in self.axes)
        self.values = self.laid_out(x)
        self.length: int = self.values.shape[-1]
        self.order = argsort(self.values, axis=-1)

    def laid_out(self, x: Any) -> Any:
        """An array of the same shape with the same axes last, in one."""
        sizes = [x.shape[a] for a in self.others]
        length = int(np.prod([x.shape[a] for a in self.axes], dtype=np.intp))
        return reshape(permute_dims(x, (*self.others, *self.axes)), (*sizes, length))

    def pick(self, place: Any) -> Any:
        """The elements at places of the sorted rows: ``(k,)`` for all rows, or ``(..., k)`` for each its own."""
        place = reshape(place, (1,) * (self.values.ndim - place.ndim) + place.shape)
        return take_along_axis(self.values, take_along_axis(self.order, place, axis=-1), axis=-1)

    def count(self) -> Any:
        """How many elements of each row are no NaN."""
        return sum(operations.logical_not(isnan(self.values)), axis=-1, keepdims=True)

    def unless_undefined(self, result: Any) -> Any:
        """NaN in the place of the results of rows with NaN in them; the gradient goes to it."""
        if self.values.dtype.kind not in "fc":
            return result
        last = self.pick(operations.asarray([self.length - 1]))
        return where(isnan(last), last, result)

    def restored(self, result: Any, first: tuple[int, ...], keepdims: Any) -> Any:
        """Give ``(..., k)`` the shape of a reduction, behind the axes ``first`` that ``k`` is made of."""
        keepdims = keepdims and keepdims is not NOT_GIVEN  # which NumPy's quantiles take for False
        result = permute_dims(result, (result.ndim - 1, *range(result.ndim - 1)))
        kept = kept_shape(self.shape, self.axes) if keepdims else tuple(self.shape[a] for a in self.others)
        return reshape(result, first + kept)


def weighted_place(rows: Rows, weights: Any, q: Any, *, skip: bool) -> Any:
    """Where the cumulated weights of the sorted rows reach the shares ``q`` of their sums."""
    weights = rows.laid_out(weights)
    if skip:
        weights = where(isnan(rows.values), 0, weights)
    reached = cumsum(take_along_axis(weights, rows.order, axis=-1), axis=-1, dtype=np.float64)
    if (~((reached[..., -1:] > 0) & operations.isfinite(reached[..., -1:]) | (rows.count() == 0)))._is_anywhere():
        raise ValueError(f"{rows.name}: weights must be finite, and their sum positive")
    reached = reached / where(reached[..., -1:] == 0, 1, reached[..., -1:])
    if q.dtype.kind == "f":
        reached = astype(reached, q.dtype)
    reached = where(reached == 0, -1, reached)  # what has no weight is no quantile, not even the lowest
    place = sum(reached[..., None] < q, axis=-2)
    return clip(place, 0, rows.length - 1)


def _difference(x: Any, y: Any) -> Any:
    """``y - x``, also of equal infinities."""
    equal = (x == y) & np.isinf(x)
    return np.where(equal, 0, y) - np.where(equal, 0, x)


def _on_line(x: Any, y: Any, t: Any) -> Any:
    """Exact at both ends."""
    difference = _difference(x, y)
    return np.where(t >= 0.5, y - difference * (1 - t), x + difference * t)


@primitive(
    forward=_on_line,
    rules={
        "x": lambda g, t: g * (1 - t),
        "y": lambda g, t: g * t,
        "t": lambda g, x, y: g * _difference(x, y),
    },
    domain=elementwise(REAL, REAL, Interval(0.0, 1.0)),
    label="lerp",
)
def interpolated(x: Any, y: Any, t: Any, /) -> Any:
    """From ``x`` at ``t = 0`` to ``y`` at ``t = 1`` in a straight line, elementwise, with broadcasting."""
