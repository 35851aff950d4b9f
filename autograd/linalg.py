"""Linear algebra, named as in ``numpy.linalg`` and in the extension ``linalg`` of the Array API standard.

NumPy's own functions, ``np.linalg.det`` and so on, answer Tensors with these.

>>> import autograd as ag
>>> x = ag.Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
>>> ag.linalg.det(x).backward()
>>> x.grad.tolist()
[[3.0, -1.0], [-1.0, 2.0]]
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import LinAlgError

from .primitives.determinants import det, slogdet
from .primitives.eigensystems import EigResult, eigh, eigvalsh, svd, svdvals
from .primitives.eigensystems import eig as _eig
from .primitives.eigensystems import eigvals as _eigvals
from .primitives.least_squares import lstsq
from .primitives.least_squares import pinv as _pinv
from .primitives.linalg import matmul
from .primitives.matrix_diagonals import diagonal_of_matrices as diagonal
from .primitives.matrix_diagonals import trace_of_matrices as trace
from .primitives.norms import matrix_norm, norm, vector_norm
from .primitives.shaping import astype, matrix_transpose
from .primitives.solving import cond, inv, matrix_power, matrix_rank, multi_dot, solve, tensorinv, tensorsolve
from .primitives.tensor_products import cross_of_three as cross
from .primitives.tensor_products import outer_of_vectors as outer
from .primitives.tensor_products import tensordot, vecdot
from .primitives.triangular_factors import cholesky, qr

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]

# Where the Array API asks for something else than NumPy does


def _complex(x: Any) -> Any:
    return x if x.dtype.kind == "c" else astype(x, np.result_type(x.dtype, np.complex64))


def eig(x: Any, /) -> Any:
    """Eigenvalues and eigenvectors, as columns of length 1, of square matrices: a named tuple of complex Tensors.

    ``np.linalg.eig`` gives real ones if all eigenvalues of a real matrix are real. Of a complex vector the largest
    component is real. If eigenvalues are equal, a gradient that uses vectors is NaN.

    >>> import autograd as ag
    >>> ag.linalg.eig(ag.Tensor([[3.0, 0.0], [0.0, 1.0]])).eigenvalues
    Tensor([3.+0.j, 1.+0.j], dtype=complex128)
    """
    return EigResult(*map(_complex, _eig(x)))


def eigvals(x: Any, /) -> Any:
    """Eigenvalues of square matrices, in no particular order: complex, where ``np.linalg.eigvals`` may give real ones.

    Where there are too few eigenvectors, as in ``[[0, 1], [0, 0]]``, there is no derivative: it raises, or is huge.

    >>> import autograd as ag
    >>> ag.linalg.eigvals(ag.Tensor([[0.0, 2.0], [-2.0, 0.0]]))
    Tensor([0.+2.j, 0.-2.j], dtype=complex128)
    """
    return _complex(_eigvals(x))


def pinv(x: Any, /, rtol: Any = None, hermitian: bool = False) -> Any:
    """Moore-Penrose pseudo-inverse of matrices, ``(..., m, n)``; gives ``(..., n, m)``.

    Singular values up to ``rtol`` times the largest count as 0, by default the rounding error times the longer side;
    ``np.linalg.pinv`` takes 1e-15. ``hermitian`` says that ``x`` is Hermitian; its lower triangle is then read. The
    gradient is that of matrices of the same rank; where the rank changes there is none.

    >>> import autograd as ag
    >>> ag.linalg.pinv(ag.Tensor([[2.0], [0.0]])).tolist()
    [[0.5, 0.0]]
    """
    return _pinv(x, hermitian=hermitian, rtol=rtol)
