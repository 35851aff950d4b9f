"""Histograms: how many elements, or how much of their weights, lie in each of some bins.

Counts have no derivative. Sums of weights have one by the weights; densities have one by the edges too, and edges by
what they are made of: the smallest and the largest element, or the range.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import describe, explained
from ..registry import implements, operations
from ..tensor import Tensor
from .elementwise import complex_of, divide
from .interpolation import linspace
from .searching import occurrences, searchsorted, weighted_occurrences
from .shaping import astype, ravel, reshape

__all__ = [
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
    "histogramdd",
]

Ends = tuple[Any, Any]


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value


def _is_single(bins: Any) -> bool:
    """Whether this is for all coordinates: neither a list nor a vector."""
    return not isinstance(bins, (list, tuple)) and (isinstance(bins, str) or np.ndim(bins) == 0)


def _ends(name: str, x: Any, limits: Any) -> Ends:
    """The first and the last edge: the range, or the smallest and the largest element; apart by 1 if they are equal."""
    if limits is not None:
        low, high = limits
        if not _plain(low) <= _plain(high):
            raise ValueError(f"{name}: the range goes up from the first edge to the last; given {limits}")
    elif not x.size:
        low, high = 0, 1
    else:
        low, high = operations.min(x), operations.max(x)
    ends = [_plain(low), _plain(high)]
    if not np.isfinite(ends).all():
        raise ValueError(f"{name}: the bins must end somewhere; they would go from {ends[0]} to {ends[1]}")
    return (low - 0.5, high + 0.5) if ends[0] == ends[1] else (low, high)


def _edges(name: str, x: Any, bins: Any, limits: Any, weights: Any) -> Any:
    """The edges of bins, as NumPy lays them, recorded."""
    if not _is_single(bins):
        edges = operations.asarray(bins)
        if edges.ndim != 1:
            raise ValueError(f"{name}: bins are a number, a name, or a vector of edges; given {describe(edges)}")
        if np.any(edges.data[:-1] > edges.data[1:]):
            raise ValueError(f"{name}: the edges of bins must not go down")
        return edges
    ends = _ends(name, x, limits)
    try:  # NumPy chooses how many there are, and their dtype
        known = np.histogram_bin_edges(
            x.data, bins, None if limits is None else tuple(map(_plain, limits)), _plain(weights)
        )
    except (TypeError, ValueError) as error:
        raise explained(error, name, [x], {"bins": bins}) from error
    return linspace(*ends, len(known), dtype=known.dtype)


def _elements(name: str, a: Any, weights: Any) -> tuple[Any, Any]:
    a = operations.asarray(a)
    if a.dtype.kind == "c":
        raise TypeError(f"{name}: bins lie on the real line; given {describe(a)}")
    if a.dtype.kind == "b":  # counted as 0 and 1
        a = astype(a, np.uint8)
    if weights is not None:
        weights = operations.asarray(weights)
        if weights.shape != a.shape:
            raise ValueError(f"{name}: there is a weight for each element; given {describe(weights)} for {describe(a)}")
        weights = ravel(weights)
    return ravel(a), weights


@implements(np.histogram_bin_edges)
def histogram_bin_edges(a: Any, /, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """The edges that ``histogram`` takes for these arguments.

    Bins of one width have gradients by the ends of the range, or by the smallest and the largest element; edges that
    are given, as they are. How many bins a name such as ``"auto"`` means, has none.

    >>> import autograd as ag
    >>> ag.histogram_bin_edges(ag.Tensor([0.0, 3.0, 4.0]), bins=2)
    Tensor([0., 2., 4.], dtype=float64)
    """
    a, weights = _elements("histogram_bin_edges", a, weights)
    return _edges("histogram_bin_edges", a, bins, range, weights)


def _places(x: Any, edges: Any) -> Any:
    """The bin of each element, counted from 1: 0 and the last number are outside."""
    x, edges = x.detach(), edges.detach()
    places = searchsorted(edges, x, side="right")
    on_last = (x == edges[-1]) if edges.size else False
    return places - astype(operations.asarray(on_last), np.intp)


def _sums(places: Any, weights: Any, count: int) -> Any:
    """How often each place occurs, or the sum of its weights."""
    if weights is None:
        return occurrences(places, minlength=count)
    if weights.dtype.kind != "c":
        return weighted_occurrences(places, weights, minlength=count)
    return complex_of(*(weighted_occurrences(places, part, minlength=count) for part in (weights.real, weights.imag)))


@implements(np.histogram)
def histogram(
    a: Any, /, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any]:
    """How many elements lie in each bin, and the edges of the bins. All bins but the last are open on the right.

    Parameters
    ----------
    bins
        How many bins of one width, or their edges, or the name of a rule that says how many.
    range
        The first and the last edge; by default the smallest and the largest element.
    density
        Divide by the sum and by the width of each bin; float64.
    weights
        What each element counts, of the shape of ``a``; the sums are of their dtype, and have gradients by them.

    Counts are integers, and have no derivative; for edges, see ``histogram_bin_edges``.

    >>> import autograd as ag
    >>> counts, edges = ag.histogram([0.5, 1.5, 1.75], bins=ag.Tensor([0.0, 1.0, 2.0]))
    >>> counts
    Tensor([1, 2], dtype=int64)
    """
    a, weights = _elements("histogram", a, weights)
    edges = _edges("histogram", a, bins, range, weights)
    sums = _sums(_places(a, edges), weights, edges.size + 1)[1 : edges.size]
    if not density:
        return sums, edges
    widths = astype(edges[1:] - edges[:-1], np.float64, copy=False)
    return divide(divide(sums, widths), operations.sum(sums)), edges


@implements(np.histogramdd)
def histogramdd(
    sample: Any, /, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, list[Any]]:
    """How many points of several coordinates lie in each bin, and the edges along each coordinate; see ``histogram``.

    Parameters
    ----------
    sample
        The points, ``(n, d)``; or a sequence of ``d`` vectors, one for each coordinate.
    bins, range
        As of ``histogram``, one for all coordinates or one for each.

    The result is float64, ``d`` axes.

    >>> import autograd as ag
    >>> counts, edges = ag.histogramdd(ag.Tensor([[0.0, 0.0], [1.0, 1.0], [1.0, 0.9]]), bins=2)
    >>> counts
    Tensor([[1., 0.],
            [0., 2.]], dtype=float64)
    """
    return _of_coordinates("histogramdd", _coordinates(sample), bins, range, density, weights)


def _coordinates(sample: Any) -> list[Any]:
    if hasattr(sample, "shape") and len(sample.shape) == 2:
        sample = operations.asarray(sample)
        return [sample[:, i] for i in range(sample.shape[1])]
    vectors = sample if isinstance(sample, (list, tuple)) and not _is_single(sample[0]) else [sample]
    coordinates = [operations.asarray(vector) for vector in vectors]
    if len({vector.shape for vector in coordinates}) > 1 or coordinates[0].ndim != 1:
        raise ValueError(
            "histogramdd: points are given as (n, d), or as vectors of one length, one for each coordinate; given "
            + ", ".join(map(describe, coordinates))
        )
    return coordinates


def _of_coordinates(
    name: str, coordinates: Sequence[Any], bins: Any, limits: Any, density: bool | None, weights: Any
) -> tuple[Any, list[Any]]:
    bins = [bins] * len(coordinates) if _is_single(bins) else list(bins)
    limits = [None] * len(coordinates) if limits is None else list(limits)
    if not len(bins) == len(limits) == len(coordinates):
        raise ValueError(
            f"{name}: the points have {len(coordinates)} coordinates; bins are given for {len(bins)}, ranges for "
            f"{len(limits)}"
        )
    dtype = np.result_type(*(x.dtype for x in coordinates))
    coordinates = [astype(x, dtype, copy=False) for x in coordinates]
    edges = [_edges_along(name, x, b, r) for x, b, r in zip(coordinates, bins, limits, strict=True)]
    shape = tuple(each.size + 1 for each in edges)
    places = operations.asarray(np.zeros(coordinates[0].shape, np.intp))
    for x, along in zip(coordinates, edges, strict=True):
        places = places * (along.size + 1) + _places(x, along)
    if weights is not None:
        weights = operations.asarray(weights)
        if weights.dtype.kind == "c":
            raise TypeError(f"{name}: weights are real; given {describe(weights)}. Take real and imaginary parts apart")
        if weights.shape != places.shape:
            raise ValueError(f"{name}: there is a weight for each of {places.size} points; given {describe(weights)}")
        weights = astype(weights, np.float64, copy=False)
    sums = astype(_sums(places, weights, math.prod(shape)), np.float64, copy=False)
    sums = reshape(sums, shape)[(slice(1, -1),) * len(shape)]
    if not density:
        return sums, edges
    result = sums
    for axis, along in enumerate(edges):
        widths = along[1:] - along[:-1]
        result = divide(result, reshape(widths, (-1,) + (1,) * (len(edges) - axis - 1)))
    return divide(result, operations.sum(sums)), edges


def _edges_along(name: str, x: Any, bins: Any, limits: Any) -> Any:
    """The edges along one coordinate, which have the dtype of their ends: here NumPy does not look at the points'."""
    if not _is_single(bins):
        return _edges(name, x, bins, limits, None)
    try:
        number = operator.index(bins)
    except TypeError as error:
        raise TypeError(f"{name}: bins are a whole number of them, or their edges; given {describe(bins)}") from error
    if number < 1:
        raise ValueError(f"{name}: there is at least one bin; given {number}")
    return linspace(*_ends(name, x, limits), number + 1)


@implements(np.histogram2d)
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any, Any]:
    """How many points ``(x, y)`` lie in each bin, ``x`` along the first axis; and the edges along both.

    Arguments are as those of ``histogramdd``; a vector of edges that are not two is for both coordinates.

    >>> import autograd as ag
    >>> counts, along_x, along_y = ag.histogram2d(ag.Tensor([0.0, 1.0, 1.0]), [0.0, 1.0, 0.9], bins=2)
    >>> counts
    Tensor([[1., 0.],
            [0., 2.]], dtype=float64)
    """
    coordinates = [operations.asarray(x), operations.asarray(y)]
    if coordinates[0].ndim != 1 or coordinates[0].shape != coordinates[1].shape:
        raise ValueError(
            f"histogram2d: x and y are vectors of one length; given {', '.join(map(describe, coordinates))}"
        )
    if not _is_single(bins) and len(bins) not in (1, 2):
        bins = [bins, bins]
    sums, (along_x, along_y) = _of_coordinates("histogram2d", coordinates, bins, range, density, weights)
    return sums, along_x, along_y
