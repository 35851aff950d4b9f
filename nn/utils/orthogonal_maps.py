"""Orthogonal matrices from matrices that are free: three maps, and the parametrisation that applies one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, concat, diagonal, generator, matmul, matrix_transpose, tril, triu
from autograd.linalg import solve

from ..module import Module

#: Halvings before the series, and its terms: enough to all digits for rotations of up to a hundred radians.
_HALVINGS, _TERMS = 8, 12


def _identity(size: int, like: Tensor) -> Any:
    return np.eye(size, dtype=like.dtype)


def _skew(x: Tensor) -> Tensor:
    """The skew-symmetric matrix of the lower triangle of a tall matrix, ``(n, k)`` to ``(n, n)``."""
    rows, columns = x.shape[-2:]
    lower = tril(x)
    if rows != columns:
        missing = np.zeros((*x.shape[:-1], rows - columns), x.dtype)
        lower = concat([lower, missing], axis=-1)
    skew: Tensor = lower - np.conj(matrix_transpose(lower))
    return skew


def exponential(x: Tensor) -> Tensor:
    """``exp(A)`` of the skew-symmetric ``A`` of ``x``, by its series and squarings: Higham (2008), section 10.3.

    What is squared is ``exp(A) - I``, of which the small numbers are not rounded to the digits of the ``I``.
    """
    a = _skew(x) * 2.0**-_HALVINGS
    less_one = a / _TERMS
    for term in range(_TERMS - 1, 0, -1):
        less_one = (a + matmul(a, less_one)) / term
    for _ in range(_HALVINGS):
        less_one = 2 * less_one + matmul(less_one, less_one)
    rotation: Tensor = (less_one + _identity(a.shape[-1], a))[..., : x.shape[-1]]
    return rotation


def cayley(x: Tensor) -> Tensor:
    """``(I - A / 2)^-1 (I + A / 2)`` of the skew-symmetric ``A`` of ``x``."""
    half = _skew(x) / 2
    one = _identity(half.shape[-1], half)
    turned: Tensor = solve(one - half, one + half)
    return turned[..., : x.shape[-1]]


def householder(x: Tensor) -> Tensor:
    """The product of the reflections by the columns below the diagonal of ``x``, with signs from the diagonal.

    With the columns as ``V`` it is ``I - V M^-1 V.T``, where ``M`` is the upper triangle of ``V.T V`` with half its
    diagonal: Joffrain et al., "Accumulating Householder Transformations, Revisited" (2006).
    """
    rows, columns = x.shape[-2:]
    one = np.eye(rows, columns, dtype=x.dtype)
    reflectors = tril(x, -1) + one
    products = matmul(matrix_transpose(reflectors), reflectors)
    middle = triu(products) - products * np.eye(columns, dtype=x.dtype) / 2
    reflected = one - matmul(reflectors, solve(middle, matrix_transpose(reflectors[..., :columns, :])))
    signs: Any = np.trunc(diagonal(x.detach(), axis1=-2, axis2=-1).data)
    product: Tensor = reflected * signs[..., None, :]
    return product


MAPS = {"matrix_exp": exponential, "cayley": cayley, "householder": householder}


class Orthogonal(Module):
    """A tall matrix with orthonormal columns, or a wide one with such rows, from a free one of its shape.

    ``base``, if there is one, is the orthogonal matrix that is turned: the value at which the parametrisation starts,
    filled up to a square.
    """

    base: Tensor

    def __init__(self, orthogonal_map: str, use_trivialization: bool) -> None:
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Tensor) -> Tensor:
        """Compute the orthogonal matrix."""
        is_wide = X.shape[-2] < X.shape[-1]
        found = MAPS[self.orthogonal_map](matrix_transpose(X) if is_wide else X)
        if self.use_trivialization:
            found = matmul(self.base.detach(), found)
        return matrix_transpose(found) if is_wide else found

    def right_inverse(self, Q: Tensor) -> Tensor:
        """Start at the orthogonal matrix next to a value, in the sense of its QR decomposition."""
        array = asarray(Q).data
        tall = np.swapaxes(array, -2, -1) if array.shape[-2] < array.shape[-1] else array
        if self.use_trivialization:
            self.base = Tensor(_completed(tall))
            return Tensor(-np.eye(*array.shape[-2:], dtype=array.dtype) + np.zeros_like(array))
        if self.orthogonal_map != "householder":
            raise NotImplementedError(f"{self.orthogonal_map} cannot be assigned to without use_trivialization")
        reflectors = _reflectors(tall)
        return Tensor(np.swapaxes(reflectors, -2, -1) if tall is not array else reflectors)

    def extra_repr(self) -> str:
        """Give the map."""
        return f"orthogonal_map={self.orthogonal_map}"


def _completed(tall: Any) -> Any:
    """A square orthogonal matrix of which the first columns span those of a tall one."""
    rows, columns = tall.shape[-2:]
    if rows != columns:
        drawn = generator().standard_normal((*tall.shape[:-1], rows - columns)).astype(tall.dtype)
        tall = np.concatenate([tall, drawn], axis=-1)
    elif np.allclose(
        np.conj(np.swapaxes(tall, -2, -1)) @ tall, np.eye(rows), atol=10 * rows * np.finfo(tall.dtype).eps
    ):
        return tall
    orthogonal, triangular = np.linalg.qr(tall)
    return orthogonal * _signs(triangular)[..., None, :]


def _reflectors(tall: Any) -> Any:
    """The reflections of a QR decomposition below the diagonal, and on it the signs with which they give ``Q``."""
    columns = tall.shape[-1]
    packed, scales = np.linalg.qr(tall, mode="raw")
    reflectors = np.tril(np.swapaxes(packed, -2, -1), -1)
    reflectors[..., np.arange(columns), np.arange(columns)] = _signs(packed) * np.where(scales == 0, -1, 1)
    return reflectors.astype(tall.dtype)


def _signs(triangular: Any) -> Any:
    """The signs on a diagonal; 1 for a 0, which there is if columns depend on each other: theirs must not vanish."""
    diagonals = np.diagonal(triangular, axis1=-2, axis2=-1)
    return np.where(diagonals == 0, 1, np.sign(diagonals))
