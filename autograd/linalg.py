"""Linear algebra, named as in ``numpy.linalg`` and in the extension ``linalg`` of the Array API standard.

NumPy's own functions, ``np.linalg.det`` and so on, answer Tensors with these.

>>> import autograd as ag
>>> x = ag.Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
>>> ag.linalg.det(x).backward()
>>> x.grad.tolist()
[[3.0, -1.0], [-1.0, 2.0]]
"""

from __future__ import annotations

from numpy.linalg import LinAlgError

from .primitives.determinants import det, slogdet
from .primitives.eigensystems import eig, eigh, eigvals, eigvalsh, svd, svdvals
from .primitives.least_squares import lstsq, pinv
from .primitives.linalg import matmul
from .primitives.matrix_diagonals import diagonal_of_matrices as diagonal
from .primitives.matrix_diagonals import trace_of_matrices as trace
from .primitives.norms import matrix_norm, norm, vector_norm
from .primitives.shaping import matrix_transpose
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
