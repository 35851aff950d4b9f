"""Linear equations: inverses, solutions, powers; and what a matrix does to errors in them."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import Drawn
from .eigensystems import svdvals
from .linalg import matmul, packed
from .matrices import matrices, square_domain, square_matrices, transposed
from .norms import norm
from .shaping import counted_axes
from .tensor_products import ordered

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []


@primitive(
    rules={"x": lambda g, out: -(transposed(out) @ packed(g) @ transposed(out))},
    domain=lambda draw: ((square_domain(draw),), {}),
    label="inv",
    analytic=True,
    numpy=[np.linalg.inv],
)
def inv(x: Any, /) -> Any:
    """Inverse of square matrices. Raises for singular ones.

    >>> import autograd as ag
    >>> ag.linalg.inv(ag.Tensor([[2.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return np.linalg.inv(x)


def _solve_domain(draw: Draw) -> Drawn:
    x = square_domain(draw)
    columns = draw.choice([(), (2,), (0,)])
    leading = draw.choice([(), (1,), x.shape[:-2]]) if columns else ()
    return (x, draw.generic((*leading, x.shape[-1], *columns), complex=draw.boolean())), {}


def _solve_by_right(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if len(y_shape) == 1:
        return np.linalg.solve(transposed(x), g[..., None])[..., 0]
    return np.linalg.solve(transposed(x), g)


def _solve_by_matrix(g: Any, x: Any, out: Any, y_shape: tuple[int, ...]) -> Any:
    by_right = _solve_by_right(g, x, y_shape)
    if len(y_shape) == 1:
        return -by_right[..., :, None] * out[..., None, :]
    return -(by_right @ transposed(out))


@primitive(
    rules={"x": _solve_by_matrix, "y": _solve_by_right},
    domain=_solve_domain,
    label="solve",
    analytic=True,
    numpy=[np.linalg.solve],
)
def solve(x: Any, y: Any, /) -> Any:
    """The solution ``z`` of ``x @ z = y`` for square matrices ``x``. Raises for singular ones.

    ``y`` is one vector, ``(n,)``, or matrices, ``(..., n, k)``; leading axes are batches, and broadcast.

    >>> import autograd as ag
    >>> ag.linalg.solve(ag.Tensor([[2.0, 0.0], [0.0, 4.0]]), [1.0, 1.0])
    Tensor([0.5 , 0.25], dtype=float64)
    """
    return np.linalg.solve(x, y)


@implements(np.linalg.tensorsolve)
def tensorsolve(x: Any, y: Any, axes: Sequence[int] | None = None) -> Any:
    """The solution ``z`` of ``tensordot(x, z, z.ndim) = y``; the axes given are moved to the end of ``x`` first.

    >>> import autograd as ag
    >>> ag.linalg.tensorsolve(2 * np.eye(4).reshape(2, 2, 2, 2), ag.Tensor([[2.0, 4.0], [6.0, 8.0]])).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if axes is not None:
        last = counted_axes("tensorsolve", axes, x.ndim)
        x = ordered(x, [axis for axis in range(x.ndim) if axis not in last] + list(last))
    shape = x.shape[y.ndim :] if y.ndim < x.ndim else x.shape  # as NumPy has it, where nothing is left
    if x.size != y.size**2 or math.prod(shape) != y.size:
        raise ValueError(
            f"tensorsolve: the first {y.ndim} axes of {describe(x)}, and the others, must hold as many elements each "
            f"as {describe(y)}"
        )
    solution = solve(operations.reshape(x, (y.size, y.size)), operations.ravel(y))
    return operations.reshape(solution, shape)


@implements(np.linalg.tensorinv)
def tensorinv(x: Any, ind: int = 2) -> Any:
    """The inverse of ``x`` as a map: ``tensordot(tensorinv(x, ind), x, ind)`` changes nothing.

    The first ``ind`` axes of ``x`` must hold as many elements as the others.

    >>> import autograd as ag
    >>> ag.linalg.tensorinv(ag.Tensor([[2.0, 0.0], [0.0, 4.0]]), ind=1).tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    x = operations.asarray(x)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind counts the first axes and is above 0, got {ind}")
    first, last = x.shape[:ind], x.shape[ind:]
    if math.prod(first) != math.prod(last):
        raise ValueError(f"tensorinv: the first {ind} axes of {describe(x)} must hold as many elements as the others")
    inverse = inv(operations.reshape(x, (math.prod(first), math.prod(first))))
    return operations.reshape(inverse, (*last, *first))


@implements(np.linalg.matrix_power)
def matrix_power(x: Any, n: int) -> Any:
    """Square matrices to a whole power; negative ones by the inverse. The power 0 is the identity, a constant.

    >>> import autograd as ag
    >>> ag.linalg.matrix_power(ag.Tensor([[1.0, 1.0], [0.0, 1.0]]), 5).tolist()
    [[1.0, 5.0], [0.0, 1.0]]
    """
    x = square_matrices("matrix_power", x)
    try:
        n = operator.index(n)
    except TypeError as error:
        raise TypeError(f"matrix_power: the exponent is a whole number, got {describe(n)}") from error
    if n == 0:
        return operations.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)
    if n == 1:
        return x.clone()
    square, left = (inv(x) if n < 0 else x), abs(n)
    result: Any = None
    while left:
        if left % 2:
            result = square if result is None else matmul(result, square)
        left //= 2
        square = matmul(square, square) if left else square
    return result


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """Product of two or more matrices, in the order that takes the fewest multiplications.

    The first may be a vector, a row; the last, too, a column.

    >>> import autograd as ag
    >>> ag.linalg.multi_dot([ag.Tensor([1.0, 2.0]), np.eye(2), [3.0, 4.0]]).item()
    11.0
    """
    if len(arrays) < 2:
        raise ValueError(f"multi_dot: takes two matrices or more, got {len(arrays)}")
    tensors = [operations.asarray(array) for array in arrays]
    ends = tensors[0], tensors[-1]
    if any(each.ndim != 2 for each in tensors[1:-1]) or any(each.ndim not in (1, 2) for each in ends):
        raise ValueError(
            f"multi_dot: takes matrices, the first and the last may be vectors; got {', '.join(map(describe, tensors))}"
        )
    first, last = (each.ndim for each in ends)
    tensors[0] = tensors[0][None, :] if first == 1 else tensors[0]
    tensors[-1] = tensors[-1][:, None] if last == 1 else tensors[-1]
    product = _product(tensors, _splits([*(each.shape[0] for each in tensors), tensors[-1].shape[1]]), 0, len(tensors))
    if first == 1 or last == 1:
        shape = (product.shape[:1] if first == 2 else ()) + (product.shape[1:] if last == 2 else ())
        product = operations.reshape(product, shape)
    return product


def _splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """For each run of matrices, given the sizes between them, where to split it with the fewest multiplications."""
    count = len(sizes) - 1
    costs = {(start, start + 1): 0 for start in range(count)}
    splits: dict[tuple[int, int], int] = {}
    for length in range(2, count + 1):
        for start in range(count - length + 1):
            end = start + length
            candidates = {
                split: costs[start, split] + costs[split, end] + sizes[start] * sizes[split] * sizes[end]
                for split in range(start + 1, end)
            }
            splits[start, end] = min(candidates, key=candidates.__getitem__)
            costs[start, end] = candidates[splits[start, end]]
    return splits


def _product(tensors: Sequence[Any], splits: dict[tuple[int, int], int], start: int, end: int) -> Any:
    if end - start == 1:
        return tensors[start]
    split = splits[start, end]
    return matmul(_product(tensors, splits, start, split), _product(tensors, splits, split, end))


@implements(np.linalg.cond)
def cond(x: Any, p: float | str | None = None) -> Any:
    """Condition number of matrices: ``norm(x, p) * norm(inv(x), p)``, by default of the order 2.

    Of the orders 2 and -2, for which it is a quotient of singular values, ``x`` need not be square. For the others a
    singular matrix raises. What is not defined is infinite, unless there is NaN in ``x``.

    >>> import autograd as ag
    >>> ag.linalg.cond(ag.Tensor([[2.0, 0.0], [0.0, 4.0]])).item()
    2.0
    """
    x = matrices("cond", x)
    if not x.shape[-1] * x.shape[-2]:
        raise ValueError(f"cond: matrices without elements have no condition number; given {describe(x)}")
    with np.errstate(all="ignore"):
        result = _condition(x, p)
    has_nan = operations.any(operations.isnan(x), axis=(-2, -1))
    return operations.where(operations.isnan(result) & ~has_nan, np.inf, result)


def _condition(x: Any, p: float | str | None) -> Any:
    if p in (None, 2, -2):
        values = svdvals(x)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    x = square_matrices("cond", x)
    return norm(x, p, axis=(-2, -1)) * norm(inv(x), p, axis=(-2, -1))


@primitive(domain=lambda draw: ((draw.generic((2, 3)),), {}), label="rank")
def rank(x: Any, /, tol: Any = None, hermitian: bool = False, rtol: Any = None) -> Any:
    """How many singular values count as not 0; ``matrix_rank`` is its face."""
    return np.linalg.matrix_rank(x, tol, hermitian, rtol=rtol)


@implements(np.linalg.matrix_rank, derivative=False)
def matrix_rank(x: Any, /, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values of matrices are above ``tol``, or ``rtol`` times the largest; a constant.

    >>> import autograd as ag
    >>> ag.linalg.matrix_rank(ag.Tensor([[1.0, 2.0], [2.0, 4.0]])).item()
    1
    """
    tol, rtol = (each.data if isinstance(each, Tensor) else each for each in (tol, rtol))
    return rank(x, tol, hermitian, rtol)
