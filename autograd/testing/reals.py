"""Arrays as rows of real numbers: a complex number counts as a pair of reals."""

from __future__ import annotations

import numpy as np

from .numeric import Array


def as_reals(array: Array) -> Array:
    """Give all numbers of an array in one axis of float64, complex ones as pairs.

    >>> as_reals(np.array([[1 + 2j, 3j]]))
    array([1., 2., 0., 3.])
    """
    flat = np.ravel(array)
    return flat.astype(np.complex128).view(np.float64) if flat.dtype.kind == "c" else flat.astype(np.float64)


def from_reals(reals: Array, like: Array) -> Array:
    """Undo ``as_reals``: give the numbers the shape and kind of ``like``.

    >>> from_reals(np.array([1.0, 2.0, 0.0, 3.0]), like=np.array([[1j, 1j]]))
    array([[1.+2.j, 0.+3.j]])
    """
    return (np.ascontiguousarray(reals).view(np.complex128) if like.dtype.kind == "c" else reals).reshape(like.shape)


def place_of(real: int, array: Array) -> tuple[tuple[int, ...], str]:
    """Say at which index one of the reals of an array stands, and in which part of a complex number.

    >>> place_of(5, np.array([[1j, 2j], [3j, 4j]]))
    ((1, 0), '.imag')
    """
    element, part = (real // 2, (".real", ".imag")[real % 2]) if array.dtype.kind == "c" else (real, "")
    return tuple(int(i) for i in np.unravel_index(element, array.shape)), part


def stretches(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Tell whether an array of one shape broadcasts to another.

    >>> stretches((3, 1), (2, 3, 4)), stretches((2, 3), (2, 3, 4))
    (True, False)
    """
    sizes = zip(shape[::-1], wanted[::-1], strict=False)
    return len(shape) <= len(wanted) and all(size in (1, other) for size, other in sizes)


def joined(parts: list[Array]) -> Array:
    """Give all numbers of several rows in one."""
    return np.concatenate(parts) if parts else np.zeros(0)
