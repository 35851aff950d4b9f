"""Places and counts, searched by values. They have no derivative and are constants, except for weighted counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .comparison import Axis, argwhere
from .declaration import primitive
from .domains import REAL, Drawn, Interval
from .shaping import astype, ravel

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "argpartition",
    "bincount",
    "count_nonzero",
    "digitize",
    "flatnonzero",
    "lexsort",
    "searchsorted",
]

#: Numbers of which some are equal, and some are 0.
_FEW = Interval(-0.03, 0.03)


def _counted(draw: Draw) -> Drawn:
    x = draw.array(_FEW)
    return (x,), {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}


@primitive(domain=_counted, label="count", numpy=[np.count_nonzero])
def count_nonzero(x: Any, /, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """How many elements over ``axis`` are not zero: integers, a constant.

    >>> import autograd as ag
    >>> ag.count_nonzero(ag.Tensor([0.0, 3.0, 4.0]))
    Tensor(2, dtype=int64)
    """
    return np.count_nonzero(x, axis=axis, keepdims=keepdims)


@implements(np.flatnonzero, derivative=False)
def flatnonzero(x: Any, /) -> Any:
    """Places in the flattened array of the elements that are not zero: integers, a constant.

    >>> import autograd as ag
    >>> ag.flatnonzero(ag.Tensor([[0.0, 3.0], [4.0, 0.0]]))
    Tensor([1, 2], dtype=int64)
    """
    return argwhere(ravel(x))[:, 0]


def _bins(draw: Draw) -> Any:
    return np.unique(draw.array(REAL, (draw.integer(1, 4),)))


def _searched_for(draw: Draw) -> Drawn:
    return (_bins(draw), draw.array(REAL)), {"side": draw.choice(["left", "right"])}


@primitive(domain=_searched_for, label="searchsorted")
def places_in_order(x: Any, values: Any, /, side: str) -> Any:
    """Where values belong in a sorted vector; ``searchsorted`` is its face."""
    return np.searchsorted(x, values, side=side)  # type: ignore[call-overload]


@implements(np.searchsorted, derivative=False)
def searchsorted(x: Any, values: Any, /, side: str = "left", sorter: Any = None) -> Any:
    """Places in the sorted vector ``x`` before which ``values`` would keep it sorted: integers, a constant.

    Before equal elements for ``side="left"``, behind them for ``"right"``. ``sorter`` holds the places that sort ``x``.

    >>> import autograd as ag
    >>> ag.searchsorted(ag.Tensor([1.0, 2.0, 3.0]), [2.0, 2.5])
    Tensor([1, 2], dtype=int64)
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side is 'left' or 'right'; given {side!r}")
    x = operations.asarray(x)
    if x.ndim != 1 or (sorter is not None and np.shape(sorter) != x.shape):
        raise ValueError(
            f"searchsorted: x and sorter are vectors of one length; given {describe(x)} and {describe(sorter)}"
        )
    return places_in_order(x if sorter is None else operations.take(x, sorter), values, side=side)


@primitive(
    domain=lambda draw: ((draw.array(REAL), _bins(draw)), {"right": draw.boolean()}),
    label="digitize",
)
def bins_of(x: Any, bins: Any, /, right: bool) -> Any:
    """The bin of each element; ``digitize`` is its face."""
    return np.digitize(x, bins, right=right)


@implements(np.digitize, derivative=False)
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """Number of the bin of each element, between edges that go up or down: integers, a constant.

    0 is before the first edge. ``right`` says that the right edge of a bin belongs to it.

    >>> import autograd as ag
    >>> ag.digitize(ag.Tensor([0.5, 2.0]), [0.0, 1.0, 2.0])
    Tensor([1, 3], dtype=int64)
    """
    return bins_of(x, bins, right=bool(right))


# Counts


@primitive(
    domain=lambda draw: ((np.array([draw.integer(0, 4) for _ in range(3)]),), {"minlength": draw.integer(0, 6)}),
    label="count",
)
def occurrences(x: Any, /, minlength: int) -> Any:
    """How often each number occurs; ``bincount`` is its face."""
    return np.bincount(x, minlength=minlength)


def _weighted_domain(draw: Draw) -> Drawn:
    weights = draw.array(REAL, (draw.integer(0, 4),))
    return (np.array([draw.integer(0, 4) for _ in weights], np.intp), weights), {"minlength": draw.integer(5, 6)}


@primitive(
    rules={"weights": lambda g, x: np.take(g, x)},  # noqa: PLW0108 - the names say what is needed
    domain=_weighted_domain,
    label="Σ bins",
)
def weighted_occurrences(x: Any, weights: Any, /, minlength: int) -> Any:
    """Sum of the weights of each number; ``bincount`` is its face."""
    return np.bincount(x, weights, minlength).astype(weights.dtype, copy=False)


@implements(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each of 0, 1, ... occurs in a vector of whole numbers: integers, a constant.

    With ``weights`` their sums, as float64; by the weights they can be differentiated.

    >>> import autograd as ag
    >>> ag.bincount([1, 0, 1], weights=ag.Tensor([1.0, 2.0, 3.0]))
    Tensor([2., 4.], dtype=float64)
    """
    x = operations.asarray(np.asarray(x, np.intp) if isinstance(x, (list, tuple)) and not x else x)
    if x.dtype.kind not in "biu" or x.ndim != 1:
        raise TypeError(f"bincount: takes a vector of whole numbers from 0 on; given {describe(x)}")
    if weights is None:
        return occurrences(x, minlength=minlength)
    weights = operations.asarray(weights)
    if weights.dtype.kind == "c":
        raise TypeError(f"bincount: weights are real; given {describe(weights)}. Take real and imaginary parts apart")
    return weighted_occurrences(x, astype(weights, np.float64, copy=False), minlength=minlength)


# Orders


def _partitioned(draw: Draw) -> Drawn:
    x = draw.distinct(min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    return (x,), {"kth": draw.integer(0, x.shape[axis] - 1), "axis": axis}


@primitive(domain=_partitioned, label="argpartition", numpy=[np.argpartition])
def argpartition(x: Any, /, kth: int | tuple[int, ...], axis: int | None = -1) -> Any:
    """Indices that bring the elements that stand at ``kth`` when sorted to their places; a constant.

    >>> import autograd as ag
    >>> ag.argpartition(ag.Tensor([3.0, 1.0]), 0)
    Tensor([1, 0], dtype=int64)
    """
    return np.argpartition(x, kth, axis=axis)


@primitive(
    domain=lambda draw: (draw.broadcastable(*[_FEW] * 2)[:1] * 2, {"axis": -1}),
    label="lexsort",
)
def order_by_keys(*keys: Any, axis: int) -> Any:
    """Indices that sort by several keys; ``lexsort`` is its face."""
    return np.lexsort(keys, axis)


@implements(np.lexsort, derivative=False)
def lexsort(keys: Sequence[Any], axis: int = -1) -> Any:
    """Indices that sort by the last of the keys, where it is equal by the one before it, and so on; a constant.

    >>> import autograd as ag
    >>> ag.lexsort([[3, 1, 2], [0, 1, 0]])
    Tensor([2, 0, 1], dtype=int64)
    """
    keys = tuple(keys)
    if not keys:
        raise TypeError("lexsort: at least one key is needed")
    return order_by_keys(*keys, axis=axis)
