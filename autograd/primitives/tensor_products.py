"""Products of vectors, matrices and tensors, made of matrix products and of ``einsum``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations, register
from .contraction import einsum
from .linalg import matmul
from .matrices import conjugated
from .shaping import counted_axes, matrix_transpose

__all__ = [
    "cross",
    "inner",
    "kron",
    "matvec",
    "outer",
    "tensordot",
    "vdot",
    "vecdot",
    "vecmat",
]

Axes = int | tuple[int | Sequence[int], int | Sequence[int]]

register("matmul", matmul, np.linalg.matmul)
register("matrix_transpose", matrix_transpose, np.linalg.matrix_transpose)


def ordered(x: Any, order: Sequence[int]) -> Any:
    """Permute the axes, if they are not in that order already."""
    return x if tuple(order) == tuple(range(x.ndim)) else operations.permute_dims(x, tuple(order))


def moved_to_end(name: str, x: Any, *axes: int) -> Any:
    """Move axes to the end, in the order given; the errors bear the operation's name."""
    last = counted_axes(name, axes, x.ndim)
    return ordered(x, [axis for axis in range(x.ndim) if axis not in last] + list(last))


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(x: Any, y: Any, /, axes: Axes = 2) -> Any:
    """Sum of products over several axes at once: the last ``axes`` of ``x`` and the first of ``y``, or pairs of axes.

    Parameters
    ----------
    axes
        How many, or the axes of ``x`` and the axes of ``y``, which are paired in that order.

    >>> import autograd as ag
    >>> ag.tensordot(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 1.0], [0.0, 1.0]], axes=([0, 1], [1, 0])).item()
    8.0
    """
    x, y = operations.asarray(x), operations.asarray(y)
    of_x, of_y = _paired(x, y, axes)
    kept_x = [axis for axis in range(x.ndim) if axis not in of_x]
    kept_y = [axis for axis in range(y.ndim) if axis not in of_y]
    shape = [x.shape[axis] for axis in kept_x], [y.shape[axis] for axis in kept_y]
    common = math.prod(x.shape[axis] for axis in of_x)
    rows = operations.reshape(ordered(x, (*kept_x, *of_x)), (math.prod(shape[0]), common))
    columns = operations.reshape(ordered(y, (*of_y, *kept_y)), (common, math.prod(shape[1])))
    return operations.reshape(matmul(rows, columns), (*shape[0], *shape[1]))


def _paired(x: Any, y: Any, axes: Any) -> tuple[Sequence[int], Sequence[int]]:
    if isinstance(axes, (int, np.integer)):
        if not 0 <= axes <= min(x.ndim, y.ndim):
            raise ValueError(f"tensordot: axes={axes} for operands {describe(x)} and {describe(y)}; at most all of one")
        axes = range(x.ndim - axes, x.ndim), range(axes)
    of_x, of_y = (
        counted_axes("tensordot", [one] if isinstance(one, (int, np.integer)) else list(one), operand.ndim)
        for one, operand in zip(axes, (x, y), strict=True)
    )
    if [x.shape[axis] for axis in of_x] != [y.shape[axis] for axis in of_y]:
        raise ValueError(
            f"tensordot: axes {tuple(of_x)} of {describe(x)} and {tuple(of_y)} of {describe(y)} must be as many, and "
            "of the same sizes"
        )
    return of_x, of_y


@implements(np.kron)
def kron(x: Any, y: Any, /) -> Any:
    """Kronecker product: each element of ``x`` times all of ``y``, as blocks; the one of fewer axes gets more in front.

    >>> import autograd as ag
    >>> ag.kron(ag.Tensor([1.0, 10.0]), [1.0, 2.0])
    Tensor([ 1.,  2., 10., 20.], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    ndim = max(x.ndim, y.ndim)
    blocks, inside = ((1,) * (ndim - each.ndim) + each.shape for each in (x, y))
    x = operations.reshape(x, tuple(size for block in blocks for size in (block, 1)))
    y = operations.reshape(y, tuple(size for part in inside for size in (1, part)))
    return operations.reshape(
        operations.multiply(x, y), tuple(block * part for block, part in zip(blocks, inside, strict=True))
    )


@implements(np.outer)
def outer(x: Any, y: Any, /) -> Any:
    """All products of an element of ``x`` and one of ``y``, both flattened: ``(x.size, y.size)``.

    >>> import autograd as ag
    >>> ag.outer(ag.Tensor([1.0, 2.0]), [3.0, 4.0]).tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """
    return operations.multiply(operations.reshape(x, (-1, 1)), operations.ravel(y))


@implements(np.linalg.outer)
def outer_of_vectors(x: Any, y: Any, /) -> Any:
    """``outer`` as ``linalg`` has it: of two vectors, and of nothing else.

    >>> import autograd as ag
    >>> ag.linalg.outer([1.0, 2.0], ag.Tensor([3.0])).tolist()
    [[3.0], [6.0]]
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if x.ndim != 1 or y.ndim != 1:
        raise ValueError(f"linalg.outer: takes two vectors, got {describe(x)} and {describe(y)}; outer flattens others")
    return outer(x, y)


@implements(np.inner)
def inner(x: Any, y: Any, /) -> Any:
    """Sum of products over the last axis of both; a number scales.

    >>> import autograd as ag
    >>> ag.inner(ag.Tensor([1.0, 2.0]), [3.0, 4.0]).item()
    11.0
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if not x.ndim or not y.ndim:
        return operations.multiply(x, y)
    if x.shape[-1] != y.shape[-1]:
        raise ValueError(f"inner: the last axes of {describe(x)} and {describe(y)} must be of one size")
    return tensordot(x, y, axes=((-1,), (-1,)))


@implements(np.vdot)
def vdot(x: Any, y: Any, /) -> Any:
    """Sum of the products of all elements, those of ``x`` conjugated.

    >>> import autograd as ag
    >>> ag.vdot(ag.Tensor([1j, 2.0]), [1j, 3.0]).item()
    (7+0j)
    """
    x, y = operations.ravel(x), operations.ravel(y)
    if x.shape != y.shape:
        raise ValueError(f"vdot: both must have as many elements, and they have {x.size} and {y.size}")
    return matmul(conjugated(x), y)


@implements(np.linalg.vecdot, *([np.vecdot] if hasattr(np, "vecdot") else []))
def vecdot(x: Any, y: Any, /, *, axis: int = -1) -> Any:
    """Sum of products along an axis, the elements of ``x`` conjugated; the other axes broadcast.

    >>> import autograd as ag
    >>> ag.vecdot(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0])
    Tensor([21., 43.], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if not x.ndim or not y.ndim:
        raise ValueError(f"vecdot: takes vectors, got {describe(x)} and {describe(y)}")
    x, y = moved_to_end("vecdot", x, axis), moved_to_end("vecdot", y, axis)
    if x.shape[-1] != y.shape[-1]:
        raise ValueError(f"vecdot: the vectors have {x.shape[-1]} and {y.shape[-1]} elements; they must be as long")
    return einsum("...i,...i->...", conjugated(x), y)


@implements(*([np.matvec] if hasattr(np, "matvec") else []))
def matvec(matrix: Any, vector: Any, /) -> Any:
    """Matrix times vector, over the last two axes of one and the last of the other; the other axes broadcast.

    >>> import autograd as ag
    >>> ag.matvec(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0])
    Tensor([21., 43.], dtype=float64)
    """
    matrix, vector = operations.asarray(matrix), operations.asarray(vector)
    _check_product("matvec", matrix, vector, -1)
    return matmul(matrix, vector[..., None])[..., 0]


@implements(*([np.vecmat] if hasattr(np, "vecmat") else []))
def vecmat(vector: Any, matrix: Any, /) -> Any:
    """Vector, conjugated, times matrix, over the last axis of one and the last two of the other.

    >>> import autograd as ag
    >>> ag.vecmat(ag.Tensor([1.0, 10.0]), [[1.0, 2.0], [3.0, 4.0]])
    Tensor([31., 42.], dtype=float64)
    """
    matrix, vector = operations.asarray(matrix), operations.asarray(vector)
    _check_product("vecmat", matrix, vector, -2)
    return matmul(conjugated(vector)[..., None, :], matrix)[..., 0, :]


def _check_product(name: str, matrix: Any, vector: Any, axis: int) -> None:
    if matrix.ndim < 2 or not vector.ndim or matrix.shape[axis] != vector.shape[-1]:
        raise ValueError(
            f"{name}: a matrix {describe(matrix)} and a vector {describe(vector)}; axis {axis} of the one must be as "
            "long as the other"
        )


@implements(np.cross)
def cross(x: Any, y: Any, /, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Vector product of vectors of three elements; one of two has a third of 0, and two of two give that third alone.

    Parameters
    ----------
    axisa, axisb, axisc
        The axis of the vectors in ``x``, in ``y``, and in the result; the others broadcast.
    axis
        One for all three.

    >>> import autograd as ag
    >>> ag.cross(ag.Tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if not x.ndim or not y.ndim:
        raise ValueError(f"cross: takes vectors, got {describe(x)} and {describe(y)}")
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = moved_to_end("cross", x, axisa), moved_to_end("cross", y, axisb)
    if x.shape[-1] not in (2, 3) or y.shape[-1] not in (2, 3):
        raise ValueError(f"cross: takes vectors of 3 elements, or 2; these have {x.shape[-1]} and {y.shape[-1]}")
    x0, x1, x2 = x[..., 0], x[..., 1], x[..., 2] if x.shape[-1] == 3 else None
    y0, y1, y2 = y[..., 0], y[..., 1], y[..., 2] if y.shape[-1] == 3 else None
    third = x0 * y1 - x1 * y0
    if x2 is None and y2 is None:
        return third
    parts = [_difference(x1, y2, x2, y1), _difference(x2, y0, x0, y2), third]
    ndim = third.ndim + 1
    (place,) = counted_axes("cross", axisc, ndim)
    return operations.stack([operations.broadcast_to(part, third.shape) for part in parts], axis=place)


def _difference(a: Any, b: Any, c: Any, d: Any) -> Any:
    """``a b - c d``, where a factor that is missing is 0."""
    if a is None or b is None:
        return -(c * d)
    return a * b if c is None or d is None else a * b - c * d


@implements(np.linalg.cross)
def cross_of_three(x: Any, y: Any, /, *, axis: int = -1) -> Any:
    """``cross`` as ``linalg`` has it: of vectors of three elements, along one axis of all.

    >>> import autograd as ag
    >>> ag.linalg.cross([0.0, 1.0, 0.0], ag.Tensor([0.0, 0.0, 1.0]))
    Tensor([1., 0., 0.], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    sizes = [moved_to_end("linalg.cross", each, axis).shape[-1] for each in (x, y)]
    if sizes != [3, 3]:
        raise ValueError(f"linalg.cross: takes vectors of 3 elements; these have {sizes[0]} and {sizes[1]}")
    return cross(x, y, axis=axis)
