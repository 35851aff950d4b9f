"""What NumPy's functions take beyond ours: orders of memory, kinds of sorting, dtypes of joins.

Some of it changes no value: a Tensor shows no order in memory and is no subclass of ``ndarray``. What would change one
is done, or refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import check_order
from ..registry import face, operations
from .joining import converted
from .shaping import concat, permute_dims, ravel, reshape, stack

__all__: list[str] = []


def _check_fields(name: str, order: Any) -> None:
    if order is not None:
        raise TypeError(f"{name}: order= names fields, and a Tensor has none; given {order!r}")


def _check_selection(name: str, kind: Any) -> None:
    if kind != "introselect":
        raise ValueError(f"{name}: the one kind of selection is 'introselect'; given {kind!r}")


@face(np.reshape)
def _reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Any:
    check_order("reshape", order, "CF")
    if order == "C":
        return reshape(a, shape, copy=copy)
    shape = (shape,) if np.ndim(shape) == 0 else tuple(shape)
    return permute_dims(reshape(permute_dims(a), shape[::-1]))


@face(np.ravel)
def _ravel(a: Any, order: str = "C") -> Any:
    check_order("ravel", order, "CF")
    return ravel(permute_dims(a) if order == "F" else a)


@face(np.broadcast_to)
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:  # noqa: ARG001 - no Tensor is a subclass
    return operations.broadcast_to(array, shape)


def _alike(name: str, value: Any) -> Callable[..., Any]:
    """A face of what makes an array of one value of the shape of another."""

    def like(
        a: Any,
        dtype: Any = None,
        order: str = "K",
        subok: bool = True,  # noqa: ARG001 - no Tensor is a subclass
        shape: Any = None,
        *,
        device: Any = None,
    ) -> Any:
        check_order(name, order)
        return operations.full_like(operations.asarray(a).detach(), value, dtype, shape=shape, device=device)

    return like


face(np.zeros_like)(_alike("zeros_like", 0))
face(np.ones_like)(_alike("ones_like", 1))
face(np.empty_like)(_alike("empty_like", 0))


@face(np.full_like)
def _full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,  # noqa: ARG001 - no Tensor is a subclass
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    check_order("full_like", order)
    return operations.full_like(a, fill_value, dtype, shape=shape, device=device)


@face(np.sort)
def _sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    _check_fields("sort", order)
    return operations.sort(a, axis, kind, stable=stable)


@face(np.argsort)
def _argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    _check_fields("argsort", order)
    return operations.argsort(a, axis, kind, stable=stable)


@face(np.partition)
def _partition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> Any:
    _check_fields("partition", order)
    _check_selection("partition", kind)
    return operations.partition(a, kth, axis)


@face(np.argpartition)
def _argpartition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> Any:
    _check_fields("argpartition", order)
    _check_selection("argpartition", kind)
    return operations.argpartition(a, kth, axis)


@face(np.concatenate)
def _concatenate(arrays: Any, /, axis: Any = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    return concat(converted("concatenate", [operations.asarray(array) for array in arrays], dtype, casting), axis=axis)


@face(np.stack)
def _stack(arrays: Any, axis: int = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    return stack(converted("stack", [operations.asarray(array) for array in arrays], dtype, casting), axis=axis)
