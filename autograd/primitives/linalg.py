"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .domains import REAL
from .primitive import primitive

__all__ = [
    "linear",
    "matmul",
]


def _transposed(matrix: Any) -> Any:
    return np.swapaxes(matrix, -1, -2)


def _matmul_by_first(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    if y.ndim == 1:
        return g[..., None] * y
    if len(x_shape) == 1:
        return np.matmul(y, g[..., None])[..., 0]
    return np.matmul(g, _transposed(y))


def _matmul_by_second(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if len(y_shape) == 1:
        return g[..., None] * x if x.ndim > 1 else g * x
    if x.ndim == 1:
        return x[:, None] * g[..., None, :]
    if len(y_shape) == 2 and x.ndim > 2:
        return np.matmul(_transposed(_as_rows(x)), _as_rows(g))
    return np.matmul(_transposed(x), g)


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


def _linear_domain(draw: Any) -> Any:
    x, weight, bias = draw.linear_operands(REAL)
    return (x, weight, bias if draw.boolean() else None), {}


@primitive(
    rules={
        "x": lambda g, weight: g @ weight,
        "weight": lambda g, x: np.matmul(_transposed(_as_rows(g)), _as_rows(x)) if x.ndim > 1 else g[:, None] * x,
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
    product = np.matmul(x, weight.T)
    return product if bias is None else product + bias
