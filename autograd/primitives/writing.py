"""NumPy's functions that write into an array, in all places or in some.

Tensors have values, and nobody writes into these. ``np.put(x, ...)`` and its like do what ``x[i] = v`` does: the handle
``x`` moves on to a new value, recorded as made of the old one and of what was put there; what has read ``x`` before
keeps the old one. So a leaf that requires grad is refused outside ``no_grad``. Into a plain array only what does not
require grad is written. All give ``None``, as NumPy's do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import describe, explained, refuse_to_detach, refuse_to_lose
from ..registry import implements, operations
from ..tensor import Tensor
from .choices import where
from .picking import as_indices, within
from .shaping import astype, broadcast_to, counted_axes, ravel, reshape

__all__ = [
    "copyto",
    "fill_diagonal",
    "place",
    "put_along_axis",
    "putmask",
]

Shape = tuple[int, ...]


def _move_on(name: str, target: Any, result: Any) -> None:
    """Make a result the value of what was to be written into: the handle of a Tensor, or a plain array."""
    if isinstance(target, Tensor):
        target._become(result, f"np.{name}")
    elif not isinstance(target, np.ndarray):
        raise TypeError(f"{name}: writes into a Tensor or an array, got {type(target).__name__}")
    elif result.requires_grad:
        raise TypeError(
            f"{name}: a plain array cannot record what requires grad; make it a Tensor first, or detach() the values"
        )
    else:
        target[...] = result.data


def _current(name: str, target: Any, *values: Any) -> Any:
    """The value of what is to be written into, after checking that it can hold the new ones."""
    current = operations.asarray(target)
    for value in values:
        refuse_to_detach(value, current.dtype, name)
        refuse_to_lose(value, current.dtype, name)
    return current


def _assigned(name: str, current: Any, index: Any, values: Any) -> Any:
    try:
        return operations.assign(current, index, values)
    except (IndexError, ValueError) as error:
        raise explained(error.__cause__ or error, name, [current, values], {}) from error


@implements(np.copyto)
def copyto(dst: Any, /, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Put ``src``, broadcast, into ``dst``, or into those places of it where a condition holds.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 2.0])
    >>> ag.copyto(x, 5.0, where=[True, False])
    >>> x
    Tensor([5., 2.], dtype=float64)
    """
    current, values = _current("copyto", dst, src), operations.asarray(src)
    if not np.can_cast(values.dtype, current.dtype, casting):  # type: ignore[arg-type]
        raise TypeError(f"copyto: {values.dtype} cannot become {current.dtype} with casting={casting!r}")
    new = broadcast_to(astype(values, current.dtype, copy=False), current.shape)
    _move_on("copyto", dst, new.clone() if where is True else operations.where(where, new, current))


@implements(np.put_along_axis)
def put_along_axis(x: Any, /, indices: Any, values: Any, axis: int | None = -1) -> None:
    """Put values at places along one axis, by an array of integers that broadcasts with ``x`` on all others.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.put_along_axis(x, ag.Tensor([[1], [0]]), 9.0, axis=1)
    >>> x
    Tensor([[1., 9.],
            [9., 4.]], dtype=float64)
    """
    if getattr(getattr(indices, "dtype", None), "kind", "") == "b":
        raise IndexError(f"put_along_axis: indices must be integers, got {describe(indices)}")
    current, indices = _current("put_along_axis", x, values), as_indices("put_along_axis", indices)
    shape = current.shape
    if axis is None:
        current, axis = ravel(current), 0
    (along,) = counted_axes("put_along_axis", axis, current.ndim)
    if indices.ndim != current.ndim:
        raise ValueError(
            f"put_along_axis: indices must be integers of {current.ndim} axes, got {indices.dtype} {indices.shape}"
        )
    others = np.ogrid[tuple(slice(size) for size in current.shape)]
    index = tuple(indices if a == along else others[a] for a in range(current.ndim))
    _move_on("put_along_axis", x, reshape(_assigned("put_along_axis", current, index, values), shape))


def _again(values: Any, count: int) -> Any:
    """So many of the values, which come again from the front; there is at least one."""
    return operations.resize(operations.asarray(values), (count,))


@implements(np.put)
def numpy_put(x: Any, ind: Any, v: Any, /, mode: str = "raise") -> None:
    """``np.put``: put values at places of the flattened array; too few of them come again from the front."""
    current, indices = _current("put", x, v), ravel(as_indices("put", ind))
    places = within("put", indices, current.size, mode)
    if indices.size and not current.size:
        raise IndexError(f"put: x has the shape {current.shape}, and no place to put {indices.size} values at")
    if not indices.size or not np.size(v):
        return
    flat = _assigned("put", ravel(current), places, _again(v, indices.size))
    _move_on("put", x, reshape(flat, current.shape))


@implements(np.place)
def place(x: Any, /, mask: Any, vals: Any) -> None:
    """Put the first values, in their order, where a mask is true; too few of them come again from the front.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 2.0, 3.0])
    >>> ag.place(x, [True, False, True], [8.0, 9.0])
    >>> x
    Tensor([8., 2., 9.], dtype=float64)
    """
    current, mask = _current("place", x, vals), _mask("place", mask, x)
    count = int(np.count_nonzero(mask.data))
    if not count:
        return
    if not np.size(vals):
        raise ValueError(f"place: the mask is true in {count} places, and there is no value to put there")
    _move_on("place", x, _assigned("place", current, mask, _again(vals, count)))


@implements(np.putmask)
def putmask(x: Any, /, mask: Any, values: Any) -> None:
    """Put values where a mask is true, each at its own place; too few of them come again from the front.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 2.0, 3.0])
    >>> ag.putmask(x, [True, False, True], [7.0, 8.0, 9.0])
    >>> x
    Tensor([7., 2., 9.], dtype=float64)
    """
    current, mask = _current("putmask", x, values), _mask("putmask", mask, x)
    if not np.size(values) or not current.size:
        return
    laid = reshape(astype(_again(values, current.size), current.dtype, copy=False), current.shape)
    _move_on("putmask", x, where(mask, laid, current))


def _mask(name: str, mask: Any, x: Any) -> Any:
    """A mask of the size of what it belongs to, as booleans of its shape."""
    mask = astype(operations.asarray(mask), np.bool_, copy=False)
    if mask.size != np.size(x):
        raise ValueError(
            f"{name}: the mask must have the size of what it belongs to, {describe(x)}; given {mask.shape}"
        )
    return reshape(mask, np.shape(x))


@implements(np.fill_diagonal)
def fill_diagonal(x: Any, /, val: Any, wrap: bool = False) -> None:
    """Put values on the main diagonal; too few of them come again from the front.

    ``wrap`` goes on below a tall matrix, after a row left out.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.fill_diagonal(x, 0.0)
    >>> x
    Tensor([[0., 2.],
            [3., 0.]], dtype=float64)
    """
    current = _current("fill_diagonal", x, val)
    shape = current.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise ValueError(
            f"fill_diagonal: takes a matrix, or an array whose axes have one size; given {describe(current)}"
        )
    val = operations.asarray(val)
    if not current.size or not val.size:
        return
    step = sum(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    end = shape[1] ** 2 if len(shape) == 2 and not wrap else None
    places = np.arange(current.size)[:end:step]
    flat = _assigned("fill_diagonal", ravel(current), places, _again(val, len(places)))
    _move_on("fill_diagonal", x, reshape(flat, shape))
