"""Sums of stretches of an axis: what ``np.add.reduceat`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import operations
from .declaration import primitive
from .domains import REAL, Drawn
from .reductions import refuse_loss
from .shaping import counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []


def _stretches_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    starts = np.arange(x.shape[axis])[:: draw.integer(1, 2)]
    return (x, starts), {"axis": axis, "dtype": None}


def _spread_over_stretches(g: Any, starts: Any, x_shape: tuple[int, ...], axis: int) -> Any:
    places = np.searchsorted(starts, np.arange(x_shape[axis]), side="right") - 1
    return np.take(g, places, axis=axis)


@primitive(rules={"x": _spread_over_stretches}, domain=_stretches_domain, label="Σ stretches", analytic=True)
def sums_of_stretches(x: Any, starts: Any, /, axis: int, dtype: Any = None) -> Any:
    """Sums from each start to the next along an axis; starts go up from 0."""
    return np.add.reduceat(x, starts, axis=axis, dtype=dtype)


def add_reduceat(call: str, x: Any, indices: Any, axis: int = 0, dtype: Any = None) -> Any:
    """What ``np.add.reduceat`` gives: sums from each index up to the next one, or one element if that is not higher."""
    x, indices = operations.asarray(x), np.asarray(operations.asarray(indices).data)
    (along,) = counted_axes(call, axis, x.ndim)
    size = x.shape[along]
    if indices.ndim != 1 or indices.dtype.kind not in "iu" or not indices.size:
        raise TypeError(f"{call}: indices are a vector of whole numbers that is not empty; given {describe(indices)}")
    if (indices < 0).any() or (indices >= size).any():
        raise IndexError(f"{call}: along axis {axis}, indices are from 0 to {size - 1}; given {describe(indices)}")
    if dtype is not None:
        refuse_loss(x, dtype)
    ends = np.append(indices[1:], size)
    lengths = np.maximum(ends - indices, 1)
    starts = np.cumsum(lengths) - lengths
    # Laid behind each other, as stretches may overlap.
    places = np.repeat(indices - starts, lengths) + np.arange(lengths.sum())
    if not np.array_equal(places, np.arange(size)):
        x = operations.take(x, places, axis=along)
    return sums_of_stretches(x, starts, axis=along, dtype=dtype)
