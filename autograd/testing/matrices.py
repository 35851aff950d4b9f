"""Hypothesis strategies for matrices with properties.

All come from a product of orthogonal matrices and singular values that are drawn; the simplest is diagonal.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ..primitives.domains import REAL
from .numeric import Array
from .strategies import Draw, Shape, drawing

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_LARGEST = 3


def orthogonal(size: int | None = None, *, batch: Shape = (), complex: bool = False) -> SearchStrategy[Array]:
    """Draw orthogonal matrices, or unitary ones, of the shape ``(*batch, size, size)``.

    They are Cayley transforms ``(I - K) (I + K)^-1`` of skew matrices K, with some columns negated: of both
    determinants, and all that there are except for a set of measure 0.

    >>> from hypothesis import given
    >>> @given(orthogonal(3))
    ... def test(q):
    ...     assert np.allclose(q.T @ q, np.eye(3), atol=1e-14)
    >>> test()
    """
    _check(size, batch, 1.0, "orthogonal")
    return _orthogonal(size, batch, complex)


def positive_definite(
    size: int | None = None, *, condition: float = 10.0, batch: Shape = (), complex: bool = False
) -> SearchStrategy[Array]:
    """Draw positive definite matrices, symmetric or Hermitian, of the shape ``(*batch, size, size)``.

    Their eigenvalues go from 1 down to ``1 / condition`` and keep away from each other, unless the condition is 1.

    >>> from autograd.testing import check_gradients
    >>> check_gradients(np.linalg.inv, positive_definite())
    """
    _check(size, batch, condition, "positive_definite")
    return _positive_definite(size, condition, batch, complex)


def conditioned(
    shape: int | tuple[int, int] | None = None,
    *,
    condition: float = 10.0,
    batch: Shape = (),
    complex: bool = False,
) -> SearchStrategy[Array]:
    """Draw matrices of a given condition number, of the shape ``(*batch, rows, columns)``; an ``int`` is a square.

    Their singular values go from 1 down to ``1 / condition`` and keep away from each other; a single one is 1.

    >>> from hypothesis import given
    >>> @given(conditioned((4, 3), condition=1e6))
    ... def test(A):
    ...     assert abs(np.linalg.cond(A) / 1e6 - 1) < 1e-6
    >>> test()
    """
    if isinstance(shape, tuple) and len(shape) != 2:
        raise ValueError(f"conditioned: a shape is one whole number or two, rows and columns, got {shape}")
    rows, columns = shape if isinstance(shape, tuple) else (shape, shape)
    for size in (rows, columns):
        _check(size, batch, condition, "conditioned")
    return _conditioned(rows, columns, condition, batch, complex)


def _check(size: Any, batch: Any, condition: Any, caller: str) -> None:
    if size is not None and not isinstance(size, Integral):
        raise TypeError(f"{caller}: the size of a matrix is a whole number, got {size!r}")
    if not isinstance(batch, tuple) or not all(isinstance(length, Integral) for length in batch):
        raise TypeError(f"{caller}: the batch is a tuple of whole numbers, such as (2,), got {batch!r}")
    if not isinstance(condition, Real):
        raise TypeError(f"{caller}: a condition number is a number of at least 1, got {condition!r}")
    if size is not None and size < 0:
        raise ValueError(f"{caller}: the size of a matrix must not be negative, got {size}")
    if any(length < 0 for length in batch):
        raise ValueError(f"{caller}: the lengths of a batch must not be negative, got {batch}")
    if not 1 <= float(condition) < math.inf:
        raise ValueError(f"{caller}: a condition number is at least 1, got {condition}")


@drawing
def _orthogonal(draw: Draw, size: int | None, batch: Shape, complex: bool) -> Array:
    return _rotation(draw, draw.integer(1, _LARGEST) if size is None else size, batch, complex)


@drawing
def _positive_definite(draw: Draw, size: int | None, condition: float, batch: Shape, complex: bool) -> Array:
    size = draw.integer(1, _LARGEST) if size is None else size
    values = _spread(draw, size, condition)
    vectors = _rotation(draw, size, batch, complex)
    product = (vectors * values) @ _adjoint(vectors)
    symmetric: Array = (product + _adjoint(product)) / 2
    return symmetric


@drawing
def _conditioned(
    draw: Draw, rows: int | None, columns: int | None, condition: float, batch: Shape, complex: bool
) -> Array:
    rows = draw.integer(1, _LARGEST) if rows is None else rows
    columns = rows if columns is None else columns
    rank = min(rows, columns)
    values = _spread(draw, rank, condition)
    left = _rotation(draw, rows, batch, complex)[..., :rank]
    right = _rotation(draw, columns, batch, complex)[..., :rank]
    matrix: Array = (left * values) @ _adjoint(right)
    return matrix


def _rotation(draw: Draw, size: int, batch: Shape, complex: bool) -> Array:
    shape = (*batch, size, size)
    square: Array = draw.array(REAL, shape)
    if complex:
        square = square + 1j * draw.array(REAL, shape)
    skew = np.tril(square, 0 if complex else -1)
    skew = (skew - _adjoint(skew)) / 2
    signs = np.where(draw.integers(0, 1, size), -1.0, 1.0)
    cayley: Array = np.linalg.solve(np.eye(size) + skew, np.eye(size) - skew) * signs
    return cayley


def _spread(draw: Draw, count: int, condition: float) -> Array:
    """Numbers from 1 down to ``1 / condition``, whose logarithms are evenly spread but for what is drawn."""
    if count < 2:
        return np.ones(count)
    between = np.array(draw.integers(0, 32, count - 2)) / 64
    places = np.concatenate([[0.0], np.arange(1, count - 1) + between, [count - 1.0]])
    values: Array = condition ** (-places / (count - 1))
    return values


def _adjoint(matrix: Array) -> Any:
    return np.conj(np.swapaxes(matrix, -1, -2))
