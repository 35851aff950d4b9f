"""What the families of linear algebra share: transposes, identity, checks of shapes, and domains of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..modes import current_mode
from ..registry import operations

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []


def transposed(matrix: Any) -> Any:
    """The transpose of each matrix."""
    return np.swapaxes(matrix, -1, -2)


def adjoint(matrix: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return transposed(conjugated(matrix))


def conjugated(matrix: Any) -> Any:
    """The conjugate of complex numbers; what is real stays as it is."""
    return matrix.conj() if matrix.dtype.kind == "c" else matrix


def on_diagonal(size: int) -> Any:
    """A mask of the diagonal of a square matrix."""
    return np.eye(size, dtype=bool)


def below_diagonal(size: int) -> Any:
    """A mask of what is below the diagonal of a square matrix."""
    return np.tri(size, k=-1, dtype=bool)


def as_diagonal(values: Any) -> Any:
    """Matrices with these values on the diagonal."""
    return np.where(on_diagonal(values.shape[-1]), values[..., None, :], 0)


def diagonal_of(matrix: Any) -> Any:
    """The diagonal of square matrices."""
    return np.einsum("...ii->...i", matrix)


def square_matrices(name: str, x: Any) -> Any:
    """Make a Tensor of an operand that must be a square matrix, or a batch of them."""
    x = operations.asarray(x)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"{name}: takes square matrices, (..., n, n), got {describe(x)}")
    return x


def matrices(name: str, x: Any) -> Any:
    """Make a Tensor of an operand that must be a matrix, or a batch of them."""
    x = operations.asarray(x)
    if x.ndim < 2:
        raise ValueError(f"{name}: takes matrices, (..., m, n), got {describe(x)}")
    return x


def without_gradient(what: str, x: Any) -> Any:
    """The array of an operand of something that has no derivative; raises if a gradient would get lost."""
    if x.requires_grad and current_mode().recording:
        raise TypeError(f"{what}, {describe(x)}, has no derivative, and the operand requires grad; detach() it first")
    return x.data


def refuse_infinities(x: Any) -> None:
    """Raise for a matrix with infinities in it, for whose singular vectors LAPACK may look for ever.

    >>> refuse_infinities(np.array([[1.0, np.nan]]))
    """
    if type(x) is np.ndarray and np.isinf(x).any():
        raise np.linalg.LinAlgError("takes finite numbers only; given infinities")


# Domains


def batch(draw: Draw) -> tuple[int, ...]:
    """The leading axes of a batch of matrices."""
    return draw.choice([(), (2,), (1, 2), (0,)])


def apart_from_singular(draw: Draw, rows: int, columns: int, *, complex: bool = False) -> Any:
    """Matrices whose singular values, and eigenvalues, are distinct, and not near to 0."""
    noise = draw.generic((*batch(draw), rows, columns), complex=complex)
    return 0.15 * noise + np.eye(rows, columns) * np.arange(1.0, columns + 1)


def square_domain(draw: Draw) -> Any:
    """Well-conditioned square matrices, real or complex."""
    size = draw.integer(0, 3)
    return apart_from_singular(draw, size, size, complex=draw.boolean())
