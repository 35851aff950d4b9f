"""Products of matrices and vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long

from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .matrices import transposed

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "dot",
    "linear",
    "matmul",
]


#: Up to how many rows a matrix is small: BLAS has other kernels for those, and to copy a larger one takes longer.
_SMALL = 128


def packed(g: Any) -> Any:
    """The same values; a copy if they repeat in memory, as in the cotangent of a sum: BLAS takes no such array."""
    return g.copy() if isinstance(g, np.ndarray) and 0 in g.strides and g.size else g


def _matmul_by_first(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    if y.ndim == 1:
        return g[..., None] * y
    if len(x_shape) == 1:
        return np.matmul(y, packed(g)[..., None])[..., 0]
    return np.matmul(packed(g), _laid_out(transposed(y)))


def _laid_out(transposed_matrices: Any) -> Any:
    """The same matrices; a batch of small ones in C order, for BLAS takes a third longer to transpose them itself."""
    rows, columns = transposed_matrices.shape[-2:]
    if type(transposed_matrices) is np.ndarray and transposed_matrices.ndim > 2 and rows <= min(columns, _SMALL):
        return np.ascontiguousarray(transposed_matrices)
    return transposed_matrices


def _matmul_by_second(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if len(y_shape) == 1:
        return g[..., None] * x if x.ndim > 1 else g * x
    if x.ndim == 1:
        return x[:, None] * g[..., None, :]
    if len(y_shape) == 2 and x.ndim > 2:
        return np.matmul(transposed(_as_rows(x)), _as_rows(packed(g)))
    return np.matmul(transposed(x), packed(g))


def _as_rows(batches: Any) -> Any:
    """All matrices of a batch below each other, in one."""
    rows = 1
    for size in batches.shape[:-1]:
        rows *= size
    return np.reshape(batches, (rows, batches.shape[-1]))


@primitive(
    forward=np.matmul,
    rules={"x": _matmul_by_first, "y": _matmul_by_second},
    domain=lambda draw: (draw.matmul_operands(REAL), {}),
    label="@",
    analytic=True,
)
def matmul(x: Any, y: Any, /) -> Any:
    """Matrix product over the last two axes; a vector is a row at the left and a column at the right.

    Leading axes are batches, and broadcast.

    >>> import autograd as ag
    >>> ag.matmul(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0])
    Tensor([21., 43.], dtype=float64)
    """


def _linear_domain(draw: Draw) -> Drawn:
    x, weight, bias = draw.linear_operands(REAL)
    return (x, weight, bias if draw.boolean() else None), {}


def _linear_by_weight(g: Any, x: Any) -> Any:
    if x.ndim != 2:
        if x.ndim == 1:
            return g[:, None] * x
        g, x = _as_rows(g), _as_rows(x)
    return np.dot(x.T, g).T  # transposed like the weight of a layer, see nn.Linear


def _times_matrix(x: Any, matrix: Any) -> Any:
    """One product of matrices, however many axes ``x`` has; ``dot`` starts sooner than ``matmul``, but needs two."""
    if x.ndim <= 2:
        return x.dot(matrix)
    return np.reshape(_as_rows(x).dot(matrix), (*x.shape[:-1], matrix.shape[1]))


def _linear_by_x(g: Any, weight: Any) -> Any:
    return _times_matrix(g, weight)


@primitive(
    rules={
        "x": _linear_by_x,
        "weight": _linear_by_weight,
        "bias": lambda g: g,
    },
    domain=_linear_domain,
    label="Wx+b",
    analytic=True,
)
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """``x @ weight.T + bias``: an affine map of the last axis, fused into one operation for speed.

    ``x`` is ``(..., in)``, ``weight`` is ``(out, in)``, ``bias`` is ``(out,)`` or ``None``; gives ``(..., out)``.

    >>> import autograd as ag
    >>> ag.linear(ag.Tensor([1.0, 2.0]), [[1.0, 1.0], [0.0, 3.0]], [0.5, 0.5])
    Tensor([3.5, 6.5], dtype=float64)
    """
    shape = getattr(weight, "shape", ())
    if len(shape) != 2 or not getattr(x, "ndim", 0):
        raise ValueError("x must be (..., in) and weight (out, in)")
    bias_shape = getattr(bias, "shape", ())
    if bias_shape != shape[:1] and bias_shape not in ((1,), ()):
        raise ValueError(f"bias must be (out,), {shape[:1]}")
    product = _times_matrix(x, weight.T)
    if bias is None:
        return product
    if type(bias) is not ndarray or bias.dtype is not product.dtype:
        return product + bias
    product += bias
    return product


@implements(np.dot)
def dot(x: Any, y: Any, /) -> Any:
    """Product over the last axis of ``x`` and the second to last of ``y``, or its only one; a number scales.

    Differs from ``matmul`` where ``y`` has three axes or more: those are not batches, each goes with each.

    >>> import autograd as ag
    >>> ag.dot(ag.Tensor([1.0, 2.0]), [3.0, 4.0])
    Tensor(11., dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if not x.ndim or not y.ndim:
        return operations.multiply(x, y)
    if y.ndim <= 2:
        return matmul(x, y)
    columns = operations.permute_dims(y, (y.ndim - 2, *range(y.ndim - 2), y.ndim - 1))
    columns = operations.reshape(columns, (y.shape[-2], math.prod(y.shape[:-2]) * y.shape[-1]))
    return operations.reshape(matmul(x, columns), x.shape[:-1] + y.shape[:-2] + y.shape[-1:])
