"""Equations without an exact solution, or with many: the pseudo-inverse and least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..forms import NOT_GIVEN
from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import Drawn
from .eigensystems import svdvals
from .linalg import matmul, packed
from .matrices import adjoint, apart_from_singular, conjugated, matrices, refuse_infinities, square_matrices, transposed
from .triangular_factors import hermitian as made_hermitian

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []


def _refuse_cut(name: str, x: Any, rcond: Any) -> None:
    """Raise where singular values are cut off that are not 0, but for rounding errors: then the rank is another."""
    rounding = 10 * _rounding(x.dtype) * max(x.shape[-2:])
    if not np.any(np.asarray(rcond) > rounding) or not min(x.shape[-2:]):
        return
    values = svdvals(operations.asarray(x).detach())
    largest = operations.max(values, axis=-1, keepdims=True)
    is_cut = values <= np.asarray(rcond)[..., None] * largest
    is_kept = operations.any(~is_cut, axis=-1, keepdims=True)  # where all are cut off, result and gradient are 0
    if (is_cut & is_kept & (values > rounding * largest))._is_anywhere():
        raise np.linalg.LinAlgError(
            f"{name}: rcond={rcond} cuts off singular values that are not 0, and there is no rule for the gradient of "
            "that: it holds for the rank that the matrix has. Give a smaller rcond"
        )


def _pinv_by_x(g: Any, x: Any, out: Any, rcond: Any) -> Any:
    _refuse_cut("pinv", x, rcond)
    return _pinv_rule(g, x, out)


def _pinv_rule(g: Any, x: Any, out: Any) -> Any:
    """Golub and Pereyra, "The differentiation of pseudo-inverses ..." (1973), eq. 4.12; for a rank that is constant."""
    g = packed(g)
    turned = transposed(g)
    by_rows = turned @ out @ adjoint(out)
    by_columns = adjoint(out) @ out @ turned
    missed = by_rows - x @ (out @ by_rows) + by_columns - (by_columns @ out) @ x
    return conjugated(missed) - transposed(out) @ g @ transposed(out)


def _rectangular_domain(draw: Draw) -> Drawn:
    rows, columns = draw.integer(0, 3), draw.integer(0, 3)
    return (apart_from_singular(draw, rows, columns, complex=draw.boolean()),), {}


@primitive(rules={"x": _pinv_by_x}, domain=_rectangular_domain, label="pinv")
def pseudo_inverse(x: Any, /, rcond: Any = 1e-15, hermitian: bool = False) -> Any:
    """``pinv`` of matrices; of Hermitian ones, if they are, by their eigenvalues."""
    refuse_infinities(x)
    return np.linalg.pinv(x, rcond, hermitian)


@implements(np.linalg.pinv)
def pinv(x: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = NOT_GIVEN) -> Any:
    """Moore-Penrose pseudo-inverse of matrices, ``(..., m, n)``; gives ``(..., n, m)``.

    Parameters
    ----------
    rcond, rtol
        Singular values up to this part of the largest count as 0; two names of one thing. By default 1e-15, and with
        ``rtol=None`` the rounding error times the longer side.
    hermitian
        Whether ``x`` is Hermitian; its lower triangle is then read.

    Raises
    ------
    ValueError
        If ``rcond`` and ``rtol`` are both given, or ``x`` is said to be Hermitian and not square.
    LinAlgError
        If there are infinities in ``x``, which is not Hermitian: LAPACK may look for ever. In the backward, if singular
        values were cut off that are not 0.

    Notes
    -----
    The gradient is that of matrices of the same rank; where the rank changes there is none.

    >>> import autograd as ag
    >>> ag.linalg.pinv(ag.Tensor([[2.0], [0.0]])).tolist()
    [[0.5, 0.0]]
    """
    if rcond is not None and rtol is not NOT_GIVEN:
        raise ValueError("pinv: rcond and rtol are two names of one thing; give one")
    x = square_matrices("pinv", x) if hermitian else matrices("pinv", x)
    rcond, rtol = (each.detach().data if isinstance(each, Tensor) else each for each in (rcond, rtol))
    if rcond is None and rtol is None:
        rcond = _rounding(x.dtype) * max(x.shape[-2:])
    elif rcond is None:
        rcond = 1e-15 if rtol is NOT_GIVEN else rtol
    return pseudo_inverse(made_hermitian(x) if hermitian else x, rcond=rcond, hermitian=bool(hermitian))


def _rounding(dtype: Any) -> float:
    return float(np.finfo(dtype if dtype.kind in "fc" else np.float64).eps)


def _lstsq_domain(draw: Draw) -> Drawn:
    rows, columns = draw.integer(0, 3), draw.integer(0, 3)
    x = draw.generic((rows, columns), complex=draw.boolean()) * 0.15
    x = x + np.eye(rows, columns) * np.arange(1.0, columns + 1)
    return (x, draw.generic((rows, *draw.choice([(), (2,)])), complex=draw.boolean())), {}


def _as_columns(y: Any, shape: tuple[int, ...]) -> Any:
    return y[:, None] if len(shape) == 1 else y


def _lstsq_by_matrix(g: Any, x: Any, y: Any, rcond: float) -> Any:
    """As the solution is ``pinv(x) @ y``."""
    _refuse_cut("lstsq", x, rcond)
    by_inverse = _as_columns(g, g.shape) @ transposed(_as_columns(y, y.shape))
    return _pinv_rule(by_inverse, x, pseudo_inverse.alike(x, rcond=rcond))


def _lstsq_by_right(g: Any, x: Any, rcond: float) -> Any:
    return transposed(pseudo_inverse.alike(x, rcond=rcond)) @ g


@primitive(
    rules={"x": _lstsq_by_matrix, "y": _lstsq_by_right},
    domain=_lstsq_domain,
    label="lstsq",
)
def least_squares_solution(x: Any, y: Any, /, rcond: float = 1e-15) -> Any:
    """The smallest of those ``z`` for which ``x @ z`` is nearest to ``y``."""
    refuse_infinities(x)
    return np.linalg.lstsq(x, y, rcond)[0]


@implements(np.linalg.lstsq)
def lstsq(x: Any, y: Any, rcond: float | None = None) -> tuple[Any, Any, int, Any]:
    """Least squares: the smallest ``z`` that minimises ``|x @ z - y|``, for one matrix ``x``, ``(m, n)``.

    Parameters
    ----------
    y
        A vector, ``(m,)``, or the columns of a matrix, ``(m, k)``.
    rcond
        Singular values up to this part of the largest count as 0; by default the rounding error times the longer side.
        Below 0, and from 1 on, it is the rounding error, as in LAPACK.

    Returns
    -------
    tuple
        The solution; the sum of squares that is left in each column, which is empty if ``m <= n`` or the rank is less
        than ``n``; the rank, a whole number; the singular values of ``x``. All but the rank have gradients, for a rank
        that is constant.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    LinAlgError
        If there are infinities in ``x``, for which LAPACK may look for ever. In the backward by ``x``, if singular
        values were cut off that are not 0.

    >>> import autograd as ag
    >>> solution, left, rank, values = ag.linalg.lstsq(ag.Tensor([[1.0], [1.0]]), [1.0, 3.0])
    >>> solution.round().item(), left.round().item(), rank
    (2.0, 2.0, 1)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if x.ndim != 2 or y.ndim not in (1, 2) or x.shape[0] != y.shape[0]:
        raise ValueError(
            f"lstsq: takes a matrix (m, n) and a right side (m,) or (m, k), got {describe(x)} and {describe(y)}"
        )
    rows, columns = x.shape
    if x.dtype != y.dtype:  # whole numbers count as float64, as in NumPy
        common = np.result_type(*(each.dtype if each.dtype.kind in "fc" else np.float64 for each in (x, y)))
        x, y = (operations.astype(each, common, copy=False) for each in (x, y))
    smallest = _rounding(np.result_type(x.dtype, y.dtype))
    if rcond is None:
        rcond = smallest * max(rows, columns)
    rcond = max(rcond, smallest) if rcond < 1 else smallest  # what LAPACK makes of a part that leaves nothing
    solution = least_squares_solution(x, y, rcond=rcond)
    values = svdvals(x)
    found = int(np.count_nonzero(values.data > rcond * np.max(values.data, initial=0.0)))
    if found < columns or rows <= columns:
        return solution, operations.asarray(np.zeros(0, values.dtype)), found, values
    left = _as_columns(y - matmul(x, solution), y.shape)
    squares = operations.square(operations.abs(left)) if left.dtype.kind == "c" else operations.square(left)
    return solution, operations.sum(squares, axis=0), found, values
