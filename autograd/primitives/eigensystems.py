"""Singular values and eigenvalues, and their vectors.

A decomposition of several parts is one primitive, which gives the parts joined below each other in one matrix, as
columns that belong together: a singular value stands between its two vectors. So its rule sees the whole, nothing is
computed twice, and plain indexing takes it apart. The values alone are a primitive of their own.

Rules are written without conjugates of ``g``: it stands for ``d result = Re(sum(g * dz))``. Vectors have derivatives
that divide by differences of values; where two values are equal the derivative does not exist, and the gradient is NaN,
unless only the values are used: their gradient is finite. (Giles, "An extended collection of matrix derivative results
for forward and reverse mode algorithmic differentiation" (2008), section 3, has the rules of real matrices.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import Drawn
from .matrices import (
    adjoint,
    apart_from_singular,
    as_diagonal,
    conjugated,
    diagonal_of,
    matrices,
    on_diagonal,
    refuse_infinities,
    square_matrices,
    transposed,
    without_gradient,
)
from .triangular_factors import folded

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []

# NumPy's named tuples, which it does not export
_EighResult: Any = type(np.linalg.eigh(np.eye(1)))
EigResult: Any = type(np.linalg.eig(np.eye(1)))
_SVDResult: Any = type(np.linalg.svd(np.eye(1)))


def _unused(*gradients: Any) -> Any:
    """Whether nothing of a matrix's vectors has a gradient."""
    unused: Any = True
    for g in gradients:
        unused = np.all(g == 0, axis=(-2, -1), keepdims=True) & unused
    return unused


def _inverse(values: Any, unused: Any) -> Any:
    """``1 / values``; where that does not exist NaN, or 0 if it is not used."""
    is_zero = values == 0
    return np.where(is_zero, np.where(unused, 0.0, np.nan).astype(values.dtype), 1 / np.where(is_zero, 1, values))


def _differences(values: Any) -> Any:
    """Of each value, in a column, and each other, in a row; 1 for a value and itself."""
    return np.where(on_diagonal(values.shape[-1]), 1, values[..., None, :] - values[..., :, None])


def _off_diagonal(matrix: Any) -> Any:
    return np.where(on_diagonal(matrix.shape[-1]), 0, matrix)


def _unless_phases_count(gradient: Any, phases: Any, *sizes: Any) -> Any:
    """The gradient, or NaN if the result depends on the phases of vectors, which the matrix does not determine."""
    tolerance = np.finfo(gradient.dtype).eps ** 0.25
    whole = sum(np.sum(np.abs(size), axis=(-2, -1)) for size in sizes)
    depends = np.any(np.abs(phases) > tolerance * whole[..., None], axis=-1)
    return np.where(depends[..., None, None], np.nan, gradient)


# Hermitian matrices


def _eigh_rule(g: Any, out: Any, lower: bool) -> Any:
    values, vectors, by_values, by_vectors = out[..., 0, :].real, out[..., 1:, :], g[..., 0, :], g[..., 1:, :]
    turned = transposed(vectors) @ by_vectors
    inner = as_diagonal(by_values) + _off_diagonal(turned) * _inverse(_differences(values), _unused(by_vectors))
    gradient = folded(conjugated(vectors) @ inner @ transposed(vectors), lower)
    if out.dtype.kind != "c":
        return gradient
    return _unless_phases_count(gradient, diagonal_of(turned).imag, turned)


def _hermitian_domain(draw: Draw, *, complex: bool = True) -> Drawn:
    size = draw.integer(0, 3)
    x = apart_from_singular(draw, size, size, complex=complex and draw.boolean())
    return (x,), {"lower": draw.boolean()}


@primitive(
    rules={"x": _eigh_rule},
    domain=lambda draw: _hermitian_domain(draw, complex=False),  # the phases of complex vectors are LAPACK's own
    label="eigh",
)
def joined_eigh(x: Any, /, lower: bool = True) -> Any:
    """Eigenvalues of a Hermitian matrix, and below each its vector, ``(..., 1 + n, n)``."""
    values, vectors = np.linalg.eigh(x, "L" if lower else "U")
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigvalsh_rule(g: Any, x: Any, lower: bool) -> Any:
    vectors = joined_eigh.alike(x, lower=lower)[..., 1:, :]
    return folded((conjugated(vectors) * g[..., None, :]) @ transposed(vectors), lower)


@primitive(rules={"x": _eigvalsh_rule}, domain=_hermitian_domain, label="eigvalsh")
def hermitian_eigenvalues(x: Any, /, lower: bool = True) -> Any:
    """Eigenvalues of a Hermitian matrix, of which one triangle is read, in ascending order."""
    return np.linalg.eigvalsh(x, "L" if lower else "U")


def _is_lower(name: str, triangle: Any) -> bool:
    if not isinstance(triangle, str) or triangle.upper() not in ("L", "U"):
        raise ValueError(f"{name}: UPLO is 'L' or 'U', the triangle that is read; got {triangle!r}")
    return triangle.upper() == "L"


@implements(np.linalg.eigh)
def eigh(x: Any, UPLO: str = "L") -> Any:
    """Eigenvalues, ascending, and orthonormal eigenvectors, as columns, of Hermitian matrices; NumPy's named tuple.

    The triangle that ``UPLO`` names is read; the gradient lies there, and half the sum of it and its conjugate
    transpose is the Hermitian gradient that PyTorch gives. If eigenvalues are equal, a gradient that uses vectors is
    NaN. The phases of complex vectors are arbitrary: the gradient of a result that depends on them is NaN, too.

    >>> import autograd as ag
    >>> x = ag.Tensor([[2.0, 0.0], [0.0, 5.0]], requires_grad=True)
    >>> ag.linalg.eigh(x).eigenvalues[1].backward()
    >>> x.grad.tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    joined = joined_eigh(square_matrices("eigh", x), lower=_is_lower("eigh", UPLO))
    return _EighResult(_real(joined[..., 0, :]), joined[..., 1:, :])


def _real(values: Any) -> Any:
    return operations.real(values) if values.dtype.kind == "c" else values


@implements(np.linalg.eigvalsh)
def eigvalsh(x: Any, UPLO: str = "L") -> Any:
    """Eigenvalues of Hermitian matrices, in ascending order; of equal ones the gradient is finite. See ``eigh``.

    Where eigenvalues are equal, their second derivatives do not exist, and are NaN.

    >>> import autograd as ag
    >>> ag.linalg.eigvalsh(ag.Tensor([[2.0, 0.0], [0.0, 1.0]]))
    Tensor([1., 2.], dtype=float64)
    """
    return hermitian_eigenvalues(square_matrices("eigvalsh", x), lower=_is_lower("eigvalsh", UPLO))


# Any square matrices


def _spectral_domain(draw: Draw, largest: int = 3) -> Drawn:
    size = draw.integer(0, largest)
    x = apart_from_singular(draw, size, size, complex=draw.boolean())
    # Makes eigenvalues complex, and their vectors' components of different size.
    turn = 2.0 * np.eye(size, k=1) - 1.2 * np.eye(size, k=-1) if draw.boolean() else 0.0
    return (x + turn,), {}


def _eig_rule(g: Any, out: Any) -> Any:
    """With vectors of length 1 whose largest component is real, as LAPACK has them.

    ``dV = V (C + diag(c))`` where ``C = (V^-1 dx V) / differences``, and ``c`` keeps the lengths and those components.
    """
    values, vectors, by_values, by_vectors = out[..., 0, :], out[..., 1:, :], g[..., 0, :], g[..., 1:, :]
    turned = transposed(vectors) @ by_vectors
    along = diagonal_of(turned)
    free = turned - (transposed(vectors) @ conjugated(vectors)) * along.real[..., None, :]
    if out.dtype.kind == "c" and values.shape[-1]:
        largest = np.argmax(np.abs(vectors), axis=-2)
        rows = np.take_along_axis(vectors, largest[..., :, None], axis=-2)
        free = free - transposed(rows) * (1j * along.imag / diagonal_of(rows).real)[..., None, :]
    inner = as_diagonal(by_values) + _off_diagonal(free) * _inverse(_differences(values), _unused(by_vectors))
    return np.linalg.solve(transposed(vectors), inner @ transposed(vectors))


@primitive(
    rules={"x": _eig_rule},
    domain=lambda draw: _spectral_domain(draw, largest=2),  # LAPACK may turn larger vectors round within a small step
    label="eig",
)
def joined_eig(x: Any, /) -> Any:
    """Eigenvalues, and below each its vector, ``(..., 1 + n, n)``; real if all eigenvalues of a real matrix are."""
    values, vectors = np.linalg.eig(x)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigvals_rule(g: Any, x: Any) -> Any:
    vectors = transposed(joined_eig.alike(x)[..., 1:, :])
    return np.linalg.solve(vectors, g[..., :, None] * vectors)


@primitive(rules={"x": _eigvals_rule}, domain=_spectral_domain, label="eigvals", numpy=[np.linalg.eigvals])
def eigvals(x: Any, /) -> Any:
    """Eigenvalues of square matrices, in no particular order; complex, unless all are real and ``x`` is.

    Where there are too few eigenvectors, as in ``[[0, 1], [0, 0]]``, there is no derivative: it raises, or is huge.

    >>> import autograd as ag
    >>> np.linalg.eigvals(ag.Tensor([[0.0, 2.0], [-2.0, 0.0]]))
    Tensor([0.+2.j, 0.-2.j], dtype=complex128)
    """
    return np.linalg.eigvals(x)


@implements(np.linalg.eig)
def eig(x: Any) -> Any:
    """Eigenvalues and eigenvectors, as columns of length 1, of square matrices; NumPy's named tuple.

    Of a complex vector the largest component is real. If eigenvalues are equal, a gradient that uses vectors is NaN.

    >>> import autograd as ag
    >>> np.linalg.eig(ag.Tensor([[3.0, 0.0], [0.0, 1.0]])).eigenvalues
    Tensor([3., 1.], dtype=float64)
    """
    joined = joined_eig(square_matrices("eig", x))
    return EigResult(joined[..., 0, :], joined[..., 1:, :])


# Singular values


def _svd_rule(g: Any, out: Any, x_shape: tuple[int, ...]) -> Any:
    """The pullback of ``dS``, ``dU``, ``dV``, with the phases given to U; ``w``, in ``out``, is the conjugate of V."""
    rows, columns = x_shape[-2:]
    u, s, w = out[..., :rows, :], out[..., rows, :].real, out[..., rows + 1 :, :]
    by_u, by_s, by_w = g[..., :rows, :], g[..., rows, :], g[..., rows + 1 :, :]
    unused = _unused(by_u, by_w)
    inverse = _inverse(s, unused[..., 0])[..., None, :]
    of_u, of_w = transposed(u) @ by_u, transposed(w) @ by_w
    sums = np.where(on_diagonal(s.shape[-1]), 1, s[..., None, :] + s[..., :, None])
    by_turns = (of_u - adjoint(of_u)) * s[..., None, :] + s[..., :, None] * conjugated(of_w - adjoint(of_w))
    inner = as_diagonal(by_s) + _off_diagonal(by_turns) * _inverse(_differences(s) * sums, unused)
    if out.dtype.kind == "c":
        inner = inner + 1j * as_diagonal(diagonal_of(of_u).imag) * inverse
    gradient = conjugated(u) @ inner @ adjoint(w)
    if rows > s.shape[-1]:
        gradient = gradient + ((by_u - conjugated(u) @ of_u) * inverse) @ adjoint(w)
    if columns > s.shape[-1]:
        gradient = gradient + (conjugated(u) * inverse) @ (transposed(by_w) - transposed(of_w) @ adjoint(w))
    if out.dtype.kind != "c":
        return gradient
    return _unless_phases_count(gradient, diagonal_of(of_u).imag - diagonal_of(of_w).imag, of_u, of_w)


def _singular_domain(draw: Draw, *, complex: bool = True) -> Drawn:
    rows, columns = draw.integer(0, 3), draw.integer(0, 3)
    return (apart_from_singular(draw, rows, columns, complex=complex and draw.boolean()),), {}


@primitive(rules={"x": _svd_rule}, domain=lambda draw: _singular_domain(draw, complex=False), label="svd")
def joined_svd(x: Any, /) -> Any:
    """For each singular value, in a column, its left vector, the value, and its right vector, conjugated."""
    refuse_infinities(x)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], transposed(vh)], axis=-2)


def _singular_values_rule(g: Any, x: Any) -> Any:
    joined = joined_svd.alike(x)
    rows = x.shape[-2]
    return (conjugated(joined[..., :rows, :]) * g[..., None, :]) @ adjoint(joined[..., rows + 1 :, :])


@primitive(rules={"x": _singular_values_rule}, domain=_singular_domain, label="svdvals")
def singular_values(x: Any, /) -> Any:
    """Singular values, in descending order."""
    return np.linalg.svd(x, compute_uv=False)


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """Singular values of matrices, in descending order. Of equal ones, and those that are 0, the gradient is finite.

    Where singular values are equal, their second derivatives do not exist, and are NaN.

    >>> import autograd as ag
    >>> ag.linalg.svdvals(ag.Tensor([[3.0, 0.0], [0.0, -4.0]]))
    Tensor([4., 3.], dtype=float64)
    """
    return singular_values(matrices("svdvals", x))


@implements(np.linalg.svd)
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """Singular value decomposition ``x = (U * S) @ Vh`` of matrices, as NumPy's named tuple ``(U, S, Vh)``.

    Parameters
    ----------
    full_matrices
        Whether U and Vh are square, or have only as many columns and rows as there are singular values.
    compute_uv
        Whether to give more than the singular values, which have a gradient even if some are equal or 0.
    hermitian
        Whether ``x`` is Hermitian; its lower triangle is then read.

    Raises
    ------
    TypeError
        If ``full_matrices``, ``x`` is not square and requires grad: the additional vectors are not determined by ``x``.
    LinAlgError
        If vectors are asked for and there are infinities in ``x``, for which LAPACK may look for ever.

    Notes
    -----
    If singular values are equal, or 0 in a matrix that is not square, a gradient that uses vectors is NaN. So is that
    of a result that depends on the phases of complex vectors, which are arbitrary.

    >>> import autograd as ag
    >>> u, s, vh = ag.linalg.svd(ag.Tensor([[0.0, 2.0], [1.0, 0.0]]), full_matrices=False)
    >>> s
    Tensor([2., 1.], dtype=float64)
    """
    if hermitian:
        return _svd_of_hermitian(square_matrices("svd", x), compute_uv)
    x = matrices("svd", x)
    if not compute_uv:
        return singular_values(x)
    rows, columns = x.shape[-2:]
    if full_matrices and rows != columns:
        plain = without_gradient("svd: full_matrices=True (the default; give False) of a matrix that is not square", x)
        refuse_infinities(plain)
        return _SVDResult(*map(operations.asarray, np.linalg.svd(plain)))
    joined = joined_svd(x)
    vh = operations.matrix_transpose(joined[..., rows + 1 :, :])
    return _SVDResult(joined[..., :rows, :], _real(joined[..., rows, :]), vh)


def _svd_of_hermitian(x: Any, compute_uv: bool) -> Any:
    """By the eigenvalues, whose signs go to the right vectors."""
    if not compute_uv:
        return operations.flip(operations.sort(operations.abs(eigvalsh(x))), axis=-1)
    values, vectors = eigh(x)
    sizes = operations.abs(values)
    order = operations.flip(operations.argsort(sizes), axis=-1)
    s = operations.take_along_axis(sizes, order, axis=-1)
    u = operations.take_along_axis(vectors, order[..., None, :], axis=-1)
    is_negative = operations.take_along_axis(values < 0, order, axis=-1)[..., None, :]
    v = operations.where(is_negative, -u, u)
    return _SVDResult(u, s, operations.matrix_transpose(operations.conj(v) if v.dtype.kind == "c" else v))
