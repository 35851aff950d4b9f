"""Arrays put together: beside, below and behind each other, in blocks, appended and inserted; and parts left away."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import explained
from ..registry import implements, operations
from ..tensor import Tensor, refuse_to_lose
from .arranging import atleast_1d, atleast_2d, atleast_3d
from .indexing import take_index
from .shaping import concat, counted_axes, ravel, reshape

__all__ = [
    "append",
    "block",
    "column_stack",
    "delete",
    "dstack",
    "hstack",
    "insert",
    "row_stack",
    "vstack",
]


def _parts(name: str, arrays: Any, raised: Callable[[Any], Any], dtype: Any = None, casting: str = "same_kind") -> Any:
    """The parts of a join, with the axes that it needs, in the dtype that is asked for."""
    if not isinstance(arrays, (list, tuple)):
        if not hasattr(arrays, "shape"):
            raise TypeError(f"{name}: takes a list or tuple of Tensors, got {type(arrays).__name__}")
        arrays = list(operations.asarray(arrays))
    if not arrays:
        raise ValueError(f"{name}: at least one Tensor is needed")
    parts = [raised(array) for array in arrays]
    for part in parts if dtype is not None else ():
        if not np.can_cast(part.dtype, dtype, casting):  # type: ignore[arg-type]
            raise TypeError(f"{name}: {part.dtype} cannot become {np.dtype(dtype)} with casting={casting!r}")
    return parts if dtype is None else [operations.astype(part, dtype, copy=False) for part in parts]


def _joined(name: str, parts: Sequence[Any], axis: int) -> Any:
    ndims = {part.ndim for part in parts}
    others = {part.shape[:axis] + part.shape[axis + 1 :] for part in parts}
    if len(ndims) > 1 or len(others) > 1:
        shapes = [part.shape for part in parts]
        raise ValueError(f"{name}: the shapes must agree on all axes but {axis}; they are {shapes}")
    return concat(parts, axis=axis)


@implements(np.hstack)
def hstack(tup: Sequence[Any], /, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Join side by side: along axis 1, vectors and numbers along their only axis.

    >>> import autograd as ag
    >>> ag.hstack([ag.Tensor([1.0, 2.0]), 3.0])
    Tensor([1., 2., 3.], dtype=float64)
    """
    parts = _parts("hstack", tup, atleast_1d, dtype, casting)
    return _joined("hstack", parts, 0 if parts[0].ndim == 1 else 1)


@implements(np.vstack)
def vstack(tup: Sequence[Any], /, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Join below each other: along axis 0, a vector being a row.

    >>> import autograd as ag
    >>> ag.vstack([ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0])])
    Tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    return _joined("vstack", _parts("vstack", tup, atleast_2d, dtype, casting), 0)


@implements()
def row_stack(tup: Sequence[Any], /, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """The older name of ``vstack``.

    >>> import autograd as ag
    >>> ag.row_stack([ag.Tensor([1.0, 2.0])]).shape
    (1, 2)
    """
    return vstack(tup, dtype=dtype, casting=casting)


@implements(np.dstack)
def dstack(tup: Sequence[Any], /) -> Any:
    """Join behind each other: along axis 2, a vector being ``(1, n, 1)`` and a matrix ``(m, n, 1)``.

    >>> import autograd as ag
    >>> ag.dstack([ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0])]).shape
    (1, 2, 2)
    """
    return _joined("dstack", _parts("dstack", tup, atleast_3d), 2)


@implements(np.column_stack)
def column_stack(tup: Sequence[Any], /) -> Any:
    """Join vectors, as columns, and matrices side by side.

    >>> import autograd as ag
    >>> ag.column_stack([ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0])])
    Tensor([[1., 3.],
            [2., 4.]], dtype=float64)
    """

    def column(x: Any) -> Any:
        x = operations.asarray(x)
        return x if x.ndim > 1 else reshape(x, (x.size, 1))

    return _joined("column_stack", _parts("column_stack", tup, column), 1)


@implements(np.block)
def block(arrays: Any, /) -> Any:
    """Join nested lists of blocks: the innermost lists along the last axis, those around them along the one before.

    >>> import autograd as ag
    >>> ag.block([[ag.Tensor([[1.0]]), 2.0], [3.0, 4.0]])
    Tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    depth, ndim = _nesting(arrays)
    return _blocks(arrays, depth, max(depth, ndim))


def _nesting(arrays: Any) -> tuple[int, int]:
    """How deep the lists go, and the most axes that a block has."""
    if isinstance(arrays, tuple):
        raise TypeError("block: only lists say how blocks are laid; a tuple was given")
    if not isinstance(arrays, list):
        return 0, np.ndim(arrays)
    if not arrays:
        raise ValueError("block: an empty list holds no block")
    found = [_nesting(part) for part in arrays]
    if len({depth for depth, _ in found}) > 1:
        raise ValueError("block: all lists must be nested equally deep")
    return found[0][0] + 1, max(ndim for _, ndim in found)


def _blocks(arrays: Any, depth: int, ndim: int) -> Any:
    if not depth:
        x = operations.asarray(arrays)
        return x.clone() if x.ndim == ndim else reshape(x, (1,) * (ndim - x.ndim) + x.shape)
    return _joined("block", [_blocks(part, depth - 1, ndim) for part in arrays], ndim - depth)


@implements(np.append)
def append(x: Any, values: Any, /, axis: int | None = None) -> Any:
    """Join values behind ``x`` along ``axis``; by default both are flattened first.

    >>> import autograd as ag
    >>> ag.append(ag.Tensor([1.0, 2.0]), [3.0])
    Tensor([1., 2., 3.], dtype=float64)
    """
    if axis is None:
        return concat([ravel(x), ravel(values)])
    x, values = operations.asarray(x), operations.asarray(values)
    (along,) = counted_axes("append", axis, x.ndim)
    return _joined("append", [x, values], along)


# To leave away and to insert, NumPy rearranges the numbers of the elements, and the elements follow.


def _numbered(shape: tuple[int, ...], start: int = 0) -> Any:
    return np.arange(start, start + math.prod(shape)).reshape(shape)


def _plain(obj: Any) -> Any:
    """What says where, as NumPy takes it."""
    return obj.data if isinstance(obj, Tensor) else obj


@implements(np.insert)
def insert(x: Any, /, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Insert values before the places ``obj`` (a number, a slice, an array) of ``axis``, or of the flattened array.

    The values take the dtype of ``x``; ``TypeError`` if they would lose something by that.

    >>> import autograd as ag
    >>> ag.insert(ag.Tensor([1.0, 3.0]), 1, 2.0)
    Tensor([1., 2., 3.], dtype=float64)
    """
    x, values, obj = operations.asarray(x), operations.asarray(values), _plain(obj)
    refuse_to_lose(values, x.dtype, "insert")
    try:
        order = np.insert(_numbered(x.shape), obj, _numbered(values.shape, x.size), axis)
    except (ValueError, IndexError, TypeError) as error:
        raise explained(error, "insert", [x, obj, values], {"axis": axis}) from error
    both = concat([ravel(x), ravel(operations.astype(values, x.dtype, copy=False))])
    return take_index(both, order)


@implements(np.delete)
def delete(x: Any, /, obj: Any, axis: int | None = None) -> Any:
    """Leave away the elements at the places ``obj`` (a number, a slice, an array, a mask) of ``axis``.

    By default of the flattened array.

    >>> import autograd as ag
    >>> ag.delete(ag.Tensor([1.0, 2.0, 3.0]), 1)
    Tensor([1., 3.], dtype=float64)
    """
    x, obj = operations.asarray(x), _plain(obj)
    if axis is None:
        x, axis = ravel(x), 0
    (along,) = counted_axes("delete", axis, x.ndim)
    try:
        left = np.delete(np.arange(x.shape[along]), obj)
    except (ValueError, IndexError, TypeError) as error:
        raise explained(error, "delete", [x, obj], {"axis": axis}) from error
    is_left = np.zeros(x.shape[along], np.bool_)
    is_left[left] = True
    return take_index(x, (slice(None),) * along + (is_left,))
