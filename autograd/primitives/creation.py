"""Arrays made of a shape, of a range, or like another array: the creation functions of the Array API."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import check_device, describe, refuse_to_detach, refuse_to_lose
from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import REAL, elementwise
from .shaping import astype, broadcast_to

__all__ = [
    "arange",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]

Shape = int | tuple[int, ...]


def _plain(value: Any, name: str) -> Any:
    """A bound or a value as a plain one, which must not require grad."""
    if isinstance(value, Tensor) and value.requires_grad:
        raise TypeError(f"{name}: gives a constant and would lose the gradient of a Tensor; multiply ones instead")
    return value.data if isinstance(value, Tensor) else value


@implements()
def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Numbers from ``start`` (0 if there is one bound only) up to, but without, ``stop``.

    >>> import autograd as ag
    >>> ag.arange(3)
    Tensor([0, 1, 2], dtype=int64)
    """
    check_device("arange", device)
    bounds: list[Any] = [_plain(bound, "arange") for bound in (*((0, start) if stop is None else (start, stop)), step)]
    return Tensor(np.arange(*bounds, dtype=dtype))


@implements()
def empty(shape: Shape, *, dtype: Any = None, device: Any = None) -> Tensor:
    """An array of that shape with any numbers: zeros, so that two runs see the same.

    >>> import autograd as ag
    >>> ag.empty((2, 3)).shape
    (2, 3)
    """
    check_device("empty", device)
    return Tensor(np.zeros(shape, float if dtype is None else dtype))


@implements()
def eye(n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Any = None, device: Any = None) -> Tensor:
    """Ones on the diagonal ``k`` places above the main one, zeros elsewhere.

    >>> import autograd as ag
    >>> ag.eye(2)
    Tensor([[1., 0.],
            [0., 1.]], dtype=float64)
    """
    check_device("eye", device)
    return Tensor(np.eye(n_rows, n_cols, k, dtype=float if dtype is None else dtype))


@implements()
def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """Take over an array of another library by the DLPack protocol; its values are copied.

    Raises ``BufferError`` for ``copy=False``, as no Tensor shares its memory, except for another Tensor, which nobody
    writes into.

    >>> import autograd as ag, numpy as np
    >>> ag.from_dlpack(np.ones(2))
    Tensor([1., 1.], dtype=float64)
    """
    check_device("from_dlpack", device)
    if isinstance(x, Tensor):
        return Tensor(x)
    if not hasattr(x, "__dlpack__"):
        raise TypeError(f"from_dlpack: takes an array that has a method __dlpack__; given {describe(x)}")
    if copy is False:
        raise BufferError("from_dlpack: a Tensor shares its memory with nothing, so copy=False cannot be")
    return Tensor(np.from_dlpack(x))


@implements()
def full(shape: Shape, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """An array of that shape with one value everywhere.

    >>> import autograd as ag
    >>> ag.full(2, 7.0)
    Tensor([7., 7.], dtype=float64)
    """
    check_device("full", device)
    return Tensor(np.full(shape, _plain(fill_value, "full"), dtype))


@implements()
def ones(shape: Shape, *, dtype: Any = None, device: Any = None) -> Tensor:
    """An array of that shape of ones, float64 if no dtype is given.

    >>> import autograd as ag
    >>> ag.ones(2)
    Tensor([1., 1.], dtype=float64)
    """
    check_device("ones", device)
    return Tensor(np.ones(shape, float if dtype is None else dtype))


@implements()
def zeros(shape: Shape, *, dtype: Any = None, device: Any = None) -> Tensor:
    """An array of that shape of zeros, float64 if no dtype is given.

    >>> import autograd as ag
    >>> ag.zeros(2)
    Tensor([0., 0.], dtype=float64)
    """
    check_device("zeros", device)
    return Tensor(np.zeros(shape, float if dtype is None else dtype))


# Like another array


@primitive(domain=elementwise(REAL), numpy=[np.zeros_like])
def zeros_like(x: Any, /, dtype: Any = None, *, device: Any = None) -> Any:
    """Zeros of the shape and dtype of ``x``; a constant. ``device`` can only be ``"cpu"``."""
    check_device("zeros_like", device)
    return np.zeros_like(x, dtype=dtype)


@primitive(domain=elementwise(REAL), numpy=[np.ones_like])
def ones_like(x: Any, /, dtype: Any = None, *, device: Any = None) -> Any:
    """Ones of the shape and dtype of ``x``; a constant. ``device`` can only be ``"cpu"``."""
    check_device("ones_like", device)
    return np.ones_like(x, dtype=dtype)


@implements(np.full_like)
def full_like(
    x: Any, /, fill_value: Any, dtype: Any = None, *, shape: int | Shape | None = None, device: Any = None
) -> Any:
    """An array of the shape and dtype of ``x``, full of a value, which is broadcast; it gets the gradient of all.

    Raises ``TypeError`` for a value that requires grad where the dtype is integer or boolean, and for a complex one in
    a real dtype. ``device`` can only be ``"cpu"``.

    >>> import autograd as ag
    >>> ag.full_like(ag.Tensor([1.0, 2.0]), 5)
    Tensor([5., 5.], dtype=float64)
    """
    check_device("full_like", device)
    x, fill_value = operations.asarray(x), operations.asarray(fill_value)
    dtype = x.dtype if dtype is None else np.dtype(dtype)
    refuse_to_detach(fill_value, dtype, "full_like")
    refuse_to_lose(fill_value, dtype, "full_like", only_complex=True)
    full = broadcast_to(astype(fill_value, dtype, copy=False), x.shape if shape is None else shape)
    return x._as_many(full)


@implements(np.empty_like, derivative=False)
def empty_like(x: Any, /, dtype: Any = None, *, shape: int | Shape | None = None, device: Any = None) -> Any:
    """An array of the shape and dtype of ``x`` to be filled later: a constant, of zeros.

    ``device`` can only be ``"cpu"``.

    >>> import autograd as ag
    >>> ag.empty_like(ag.Tensor([1.0, 2.0]))
    Tensor([0., 0.], dtype=float64)
    """
    check_device("empty_like", device)
    return full_like(x, 0, dtype, shape=shape)
