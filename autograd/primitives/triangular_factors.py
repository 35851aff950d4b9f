"""Triangular factors of matrices: Cholesky and QR.

A decomposition of several parts is one primitive, which gives the parts joined below each other in one matrix. So its
rule sees the whole, nothing is computed twice, and plain indexing takes it apart.

Rules are written without conjugates of ``g``: it stands for ``d result = Re(sum(g * dz))``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import Drawn
from .linalg import packed
from .matrices import (
    adjoint,
    apart_from_singular,
    below_diagonal,
    conjugated,
    matrices,
    on_diagonal,
    square_matrices,
    transposed,
    without_gradient,
)

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []

# NumPy's named tuple, which it does not export
_QRResult: Any = type(np.linalg.qr(np.eye(1)))


# What belongs to a Hermitian matrix of which one triangle is read


def folded(g: Any, lower: bool) -> Any:
    """Bring a gradient by a Hermitian matrix to the triangle that stands for both; that of the other is 0."""
    size = g.shape[-1]
    both = g + adjoint(g)
    read = below_diagonal(size) if lower else below_diagonal(size).T
    return np.where(on_diagonal(size), both / 2, np.where(read, both, 0))


def _hermitian_domain(draw: Draw, *, complex: bool) -> Any:
    size = draw.integer(0, 3)
    return apart_from_singular(draw, size, size, complex=complex and draw.boolean())


@primitive(
    rules={"x": lambda g, lower: folded(g, lower)},  # noqa: PLW0108 - the names say what is needed
    domain=lambda draw: ((_hermitian_domain(draw, complex=True),), {"lower": draw.boolean()}),
    label="Hermitian",
)
def hermitian(x: Any, /, lower: bool = True) -> Any:
    """The Hermitian matrix of which ``x`` holds one triangle."""
    size = x.shape[-1]
    read = below_diagonal(size) if lower else below_diagonal(size).T
    return np.where(on_diagonal(size), x.real, np.where(read, x, adjoint(x)))


# Cholesky


def _cholesky_rule(g: Any, out: Any) -> Any:
    """Murray, "Differentiation of the Cholesky decomposition" (2016), section 3, for complex matrices as well."""
    size = out.shape[-1]
    product = transposed(out) @ packed(g)
    product = np.where(on_diagonal(size), product / 2, np.where(below_diagonal(size), product, 0))
    left = np.linalg.solve(transposed(out), product)
    return folded(transposed(np.linalg.solve(adjoint(out), transposed(left))), True)


@primitive(
    rules={"x": _cholesky_rule},
    domain=lambda draw: ((_hermitian_domain(draw, complex=True),), {}),
    label="cholesky",
)
def lower_cholesky(x: Any, /) -> Any:
    """The lower triangular factor ``L`` of ``x = L L^H``; the lower triangle of ``x`` is read."""
    return np.linalg.cholesky(x)


@implements(np.linalg.cholesky)
def cholesky(x: Any, /, *, upper: bool = False) -> Any:
    """Cholesky factor of a Hermitian, positive-definite matrix: lower triangular, or upper.

    As NumPy reads one triangle of ``x`` only, the one of the factor, the gradient lies in that triangle; half the sum
    of it and its conjugate transpose is the Hermitian gradient that PyTorch gives. Raises if ``x`` is not
    positive-definite.

    >>> import autograd as ag
    >>> ag.linalg.cholesky(ag.Tensor([[4.0, 0.0], [2.0, 2.0]])).tolist()
    [[2.0, 0.0], [1.0, 1.0]]
    """
    x = square_matrices("cholesky", x)
    return _adjoint(lower_cholesky(_adjoint(x))) if upper else lower_cholesky(x)


def _adjoint(x: Any) -> Any:
    return operations.matrix_transpose(operations.conj(x) if x.dtype.kind == "c" else x)


# QR


def _by_columns(draw: Draw) -> Drawn:
    columns = draw.integer(0, 3)
    rows = columns + draw.integer(0, 2)
    return (apart_from_singular(draw, rows, columns, complex=draw.boolean()),), {}


def _refuse_dependent(r: Any, rows: int) -> None:
    """Raise where columns are linearly dependent, but for rounding errors: some of Q, and so of R, is arbitrary."""
    sizes = operations.abs(operations.diagonal(operations.asarray(r), axis1=-2, axis2=-1)).detach()
    if not sizes.size:
        return
    rounding = np.finfo(sizes.dtype).eps * rows * operations.max(sizes, axis=-1, keepdims=True)
    if (sizes <= rounding)._is_anywhere():
        raise np.linalg.LinAlgError(
            "qr: the columns of the matrix are linearly dependent, up to rounding errors, where there is no derivative"
        )


def _qr_rule(g: Any, out: Any) -> Any:
    """The pullback of ``dR = T R`` and ``dQ = Q W + (1 - Q Q^H) dx R^-1``, where ``W + T = Q^H dx R^-1``.

    ``W`` is anti-Hermitian, and ``T`` is upper triangular with a real diagonal, for that of R is real: this tells them
    apart. Compare Roberts and Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020), section 3.
    """
    size = out.shape[-1]
    rows = out.shape[-2] - size
    _refuse_dependent(out[..., rows:, :], rows)
    q, r, by_q, by_r = out[..., :rows, :], out[..., rows:, :], g[..., :rows, :], g[..., rows:, :]
    inner = by_r @ transposed(r) - transposed(q) @ by_q
    inner = np.where(on_diagonal(size), inner.real, np.where(below_diagonal(size), adjoint(inner), inner))
    return transposed(np.linalg.solve(r, transposed(by_q + conjugated(q) @ inner)))


@primitive(rules={"x": _qr_rule}, domain=_by_columns, label="QR")
def joined_qr(x: Any, /) -> Any:
    """Q and R of a matrix that is not wider than high, R below Q."""
    return np.concatenate(np.linalg.qr(x), axis=-2)


@implements(np.linalg.qr)
def qr(x: Any, mode: str = "reduced") -> Any:
    """Orthonormal columns Q, times an upper triangular R.

    Parameters
    ----------
    mode
        ``"reduced"``: Q of as many columns as rows or columns of ``x``, whichever are less, and R, as NumPy's named
        tuple. ``"r"``: R alone. ``"complete"``: with a square Q. ``"raw"``: as LAPACK gives them, ``(h, tau)``.

    Raises
    ------
    TypeError
        If a gradient is to pass through ``"raw"``, or through ``"complete"`` of a matrix that is higher than wide: the
        additional columns of Q are not determined by ``x``.

    Notes
    -----
    The gradient exists if the first columns, as many as Q has, are linearly independent; else it raises.

    >>> import autograd as ag
    >>> np.round(ag.linalg.qr(ag.Tensor([[3.0], [4.0]])).Q.data, 12).tolist()
    [[-0.6], [-0.8]]
    """
    x = matrices("qr", x)
    rows, columns = x.shape[-2:]
    if mode == "raw" or (mode == "complete" and rows > columns):
        whole: Any = mode  # which NumPy's annotations want literally
        plain = np.linalg.qr(without_gradient(f"qr: mode={mode!r}", x), mode=whole)
        first, second = map(operations.asarray, plain)
        return (first, second) if mode == "raw" else _QRResult(first, second)
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode is one of reduced, complete, r, raw; got {mode!r}")
    joined = joined_qr(x[..., :rows])
    q, r = joined[..., :rows, :], joined[..., rows:, :]
    if columns > rows:
        further = operations.matmul(_adjoint(q), x[..., rows:])
        r = operations.concat([r, further], axis=-1)
    return r if mode == "r" else _QRResult(q, r)
