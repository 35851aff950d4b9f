"""Arrays put together: beside, below and behind each other, in blocks, appended and inserted; and parts left away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import explained, refuse_to_lose
from ..registry import implements, operations
from ..tensor import Tensor
from .arranging import atleast_1d, atleast_2d, atleast_3d, moveaxis
from .indexing import take_index
from .shaping import astype, broadcast_to, concat, counted_axes, ravel, reshape

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
    return parts if dtype is None and casting == "same_kind" else converted(name, parts, dtype, casting)


def converted(name: str, parts: Sequence[Any], dtype: Any, casting: Any) -> Sequence[Any]:
    """The parts of a join in the dtype that is asked for, or in the one that all have together."""
    wanted = np.result_type(*(part.dtype for part in parts)) if dtype is None else np.dtype(dtype)
    for part in parts:
        if not np.can_cast(part.dtype, wanted, casting):
            raise TypeError(f"{name}: {part.dtype} cannot become {wanted} with casting={casting!r}")
    return [operations.astype(part, wanted, copy=False) for part in parts]


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
    if not depth:
        return operations.asarray(arrays).clone()
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
        return x if x.ndim == ndim else reshape(x, (1,) * (ndim - x.ndim) + x.shape)
    return _joined("block", [_blocks(part, depth - 1, ndim) for part in arrays], ndim - depth)


@implements(np.append)
def append(x: Any, /, values: Any, axis: int | None = None) -> Any:
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


# To leave away and to insert, NumPy rearranges the numbers of the elements along an axis, and the elements follow.

#: Up to so many parts are cut out and joined; more elements are picked one by one.
_MOST_PARTS = 64


def _runs(order: Any, border: int = -1) -> list[slice] | None:
    """Numbers as stretches in which each is one more than the one before, cut at a border; ``None`` if many."""
    ends = np.flatnonzero((np.diff(order) != 1) | (order[1:] == border)) + 1
    if len(ends) >= _MOST_PARTS:
        return None
    starts = [0, *ends.tolist()]
    return [
        slice(int(order[start]), int(order[end - 1]) + 1)
        for start, end in zip(starts, [*starts[1:], len(order)], strict=True)
        if end > start
    ]


def _plain(obj: Any) -> Any:
    """What says where, as NumPy takes it."""
    return obj.data if isinstance(obj, Tensor) else obj


@implements(np.insert)
def insert(x: Any, /, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Insert values before the places ``obj`` (a number, a slice, an array, a mask) of ``axis``.

    By default of the flattened array. The values take the dtype of ``x``; ``TypeError`` if they would lose something by
    that.

    >>> import autograd as ag
    >>> ag.insert(ag.Tensor([1.0, 3.0]), 1, 2.0)
    Tensor([1., 2., 3.], dtype=float64)
    """
    x, values, obj = operations.asarray(x), operations.asarray(values), _plain(obj)
    refuse_to_lose(values, x.dtype, "insert")
    given = [x, obj, values]
    x = ravel(x) if axis is None else x
    (along,) = counted_axes("insert", 0 if axis is None else axis, x.ndim)
    is_number = np.ndim(obj) == 0 and not isinstance(obj, slice)
    values = astype(values, x.dtype, copy=False)
    values = reshape(values, (1,) * (x.ndim - values.ndim) + values.shape)
    if is_number:  # the values of one place stand in their first axis, says NumPy
        values = moveaxis(values, 0, along)
    size = x.shape[along]
    try:
        places = _places(obj, size)
        count = values.shape[along] if np.size(places) == 1 else np.size(places)
        order = np.insert(np.arange(size), places, np.arange(size, size + count))
        values = _inserted(values, (*x.shape[:along], count, *x.shape[along + 1 :]))
    except (ValueError, IndexError, TypeError) as error:
        raise explained(error, "insert", given, {"axis": axis}) from error
    runs = _runs(order, size)
    before = (slice(None),) * along
    if runs is None or not (count and size):  # what is empty has its place in the graph, too
        return take_index(concat([x, values], axis=along), (*before, order))
    parts = []
    for run in runs:
        source, start = (x, 0) if run.start < size else (values, size)
        parts.append(take_index(source, (*before, slice(run.start - start, run.stop - start))))
    return concat(parts, axis=along)


def _inserted(values: Any, shape: tuple[int, ...]) -> Any:
    """Values in the shape in which they are inserted; as in any assignment, they may have axes of size 1 before it."""
    extra = values.ndim - len(shape)
    if values.shape[:extra] == (1,) * extra:
        values = reshape(values, values.shape[extra:])
    return broadcast_to(values, shape)


def _places(obj: Any, size: int) -> Any:
    """The places that something names, which may be a slice or a mask."""
    if isinstance(obj, slice):
        return np.arange(size)[obj]
    mask = np.asarray(obj)
    if mask.dtype != np.bool_:
        return obj
    if mask.ndim != 1:
        raise ValueError(f"places given as booleans are an array of one axis, got the shape {mask.shape}")
    return np.flatnonzero(mask)


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
    before = (slice(None),) * along
    runs = _runs(left)
    if runs is not None:
        parts = [take_index(x, (*before, run)) for run in runs or [slice(0)]]
        return concat(parts, axis=along)
    is_left = np.zeros(x.shape[along], np.bool_)
    is_left[left] = True
    return take_index(x, (*before, is_left))
