"""A map of two inputs, linear in each of them."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

__all__ = ["bilinear"]


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """``x1 @ weight[k] @ x2 + bias[k]`` for each ``k``: ``(*, in1)`` and ``(*, in2)`` give ``(*, out)``.

    ``weight`` is ``(out, in1, in2)``, ``bias`` ``(out,)`` or ``None``. Raises ``ValueError`` if the shapes do not fit.

    >>> import nn
    >>> nn.functional.bilinear([1.0, 2.0], [10.0], [[[1.0], [1.0]]], [0.5])
    Tensor([30.5], dtype=float64)
    """
    x, y, weight = asarray(input1), asarray(input2), asarray(weight)
    fits = weight.ndim == 3 and x.shape[-1:] == weight.shape[1:2] and y.shape[-1:] == weight.shape[2:]
    if not fits or x.shape[:-1] != y.shape[:-1]:
        raise ValueError(
            f"bilinear: (*, in1), (*, in2) and a weight (out, in1, in2) are needed, got {describe(x)}, {describe(y)} "
            f"and {describe(weight)}"
        )
    outgoing, in1, in2 = weight.shape
    by_first = autograd.matmul(x, weight.transpose(1, 0, 2).reshape(in1, outgoing * in2))
    by_both = autograd.matmul(by_first.reshape(*x.shape[:-1], outgoing, in2), y[..., None])
    result: Tensor = by_both.reshape(*x.shape[:-1], outgoing)
    return result if bias is None else result + bias
