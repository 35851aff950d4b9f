"""The order that sorts, which is NumPy's stable one, found faster; and what it does to an array and to its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from .declaration import primitive
from .domains import REAL, Drawn

if TYPE_CHECKING:
    from ..testing.strategies import Draw

#: From how many elements along an axis on the other ways pay.
_MANY = 64


def check_way(kind: Any, stable: Any) -> None:
    """Raise for what is no way to sort; which of them is taken cannot be told from the result, for it is stable.

    >>> check_way("quicksort", None)
    """
    if kind is not None and not (isinstance(kind, str) and kind[:1].lower() in (*"qhms",)):
        raise ValueError(f"kind is 'quicksort', 'heapsort', 'mergesort' or 'stable'; given {describe(kind)}")
    if not (stable is None or isinstance(stable, (bool, np.bool_))):
        raise TypeError(f"stable is True, False or None; given {describe(stable)}")


def stable_order(x: Any, axis: int | None = -1) -> Any:
    """``np.argsort(x, axis, kind="stable")``: equal elements stay in their order, and NaN comes last.

    >>> stable_order(np.array([2.0, 1.0, 2.0, 1.0]))
    array([1, 3, 0, 2])
    """
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    length = x.shape[axis] if type(x) is np.ndarray and -x.ndim <= axis < x.ndim else 0
    if _MANY <= length < 1 << 32:
        if x.dtype == np.float32:
            return _order_by_keys(x, axis)
        if x.dtype == np.float64:
            return _order_without_ties(x, axis)
    return np.argsort(x, axis=axis, kind="stable")


def _order_by_keys(x: Any, axis: int) -> Any:
    """Sort integers of 64 bits that hold an element in the upper half and its place in the lower one."""
    bits = (x + np.float32(0)).view(np.int32)  # the sum makes -0 a 0, which it equals
    bits[np.isnan(x)] = np.iinfo(np.int32).max
    bits ^= (bits >> 31) & np.int32(0x7FFFFFFF)  # of negative numbers, those with larger bits are smaller
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    keys = bits.astype(np.int64)
    keys <<= 32
    keys |= np.arange(x.shape[axis]).reshape(shape)
    keys.sort(axis=axis)
    keys &= 0xFFFFFFFF
    return keys


def _order_without_ties(x: Any, axis: int) -> Any:
    """Sort by a faster way, which is stable if no two elements are equal."""
    order = np.argsort(x, axis=axis)
    ordered = np.moveaxis(np.take_along_axis(x, order, axis=axis), axis, -1)
    ties = (ordered[..., 1:] == ordered[..., :-1]).any() or np.isnan(ordered[..., -1]).any()
    return np.argsort(x, axis=axis, kind="stable") if ties else order


def _ordered_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1)
    axis = draw.axis(x.ndim)
    return (x, np.argsort(draw.array(REAL, x.shape), axis=axis)), {"axis": axis}


def _flat(order: Any) -> Any:
    """Places along the last axis as places among all elements."""
    lines = np.arange(0, order.size, max(order.shape[-1], 1))
    return order + lines.reshape(*order.shape[:-1], -1) if order.size else order


def _put_back(g: Any, order: Any, axis: int) -> Any:
    return restored.alike(g, order, axis=axis)


@primitive(
    rules={"x": _put_back},
    domain=_ordered_domain,
    label="reorder",
    analytic=True,
)
def reordered(x: Any, order: Any, /, axis: int) -> Any:
    """Take the elements along ``axis`` in an order, a permutation in each line: faster than any index, as none repeats.

    >>> reordered(np.array([5.0, 6.0, 7.0]), np.array([2, 0, 1]), axis=0)
    Tensor([7., 5., 6.], dtype=float64)
    """
    places = _flat(np.moveaxis(order, axis, -1))
    return np.moveaxis(np.reshape(np.moveaxis(x, axis, -1), -1)[places], -1, axis)


@primitive(
    rules={"x": lambda g, order, axis: reordered.alike(g, order, axis=axis)},
    domain=_ordered_domain,
    label="restore",
    analytic=True,
)
def restored(x: Any, order: Any, /, axis: int) -> Any:
    """Put the elements along ``axis`` back from an order: the inverse of ``reordered``, and its transpose.

    >>> restored(np.array([7.0, 5.0, 6.0]), np.array([2, 0, 1]), axis=0)
    Tensor([5., 6., 7.], dtype=float64)
    """
    places = _flat(np.moveaxis(order, axis, -1))
    back = np.empty(places.shape, x.dtype)
    back.reshape(-1)[places] = np.moveaxis(x, axis, -1)
    return np.moveaxis(back, -1, axis)
