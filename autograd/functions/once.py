"""Backwards that cannot be differentiated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import Node
from ..modes import is_grad_enabled, no_grad
from ..registry import operations
from ..tensor import Tensor
from ..transforms.batching import Batched, CannotBatchError
from ..transforms.sealing import sealed
from .contexts import Context


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate the ``backward`` of a ``Function`` that computes in any way, by SciPy or compiled code, say.

    It gets constant Tensors, and what it gives has no derivative: a second derivative of the Function raises
    ``RuntimeError``, where without the mark it would be wrong. A derivative in forward mode is one of the backward, and
    raises, too. The mark stands below ``staticmethod``.

    >>> import numpy as np, autograd as ag
    >>> class Square(ag.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     @ag.once_differentiable
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return 2 * x.data * g.data
    >>> ag.grad(Square.apply)(3.0)
    np.float64(6.0)
    >>> ag.grad(ag.grad(Square.apply))(3.0)
    Traceback (most recent call last):
    RuntimeError: Square: its backward is marked with once_differentiable, ...
    """

    @functools.wraps(backward)
    def once(ctx: Context, *gradients: Tensor | None) -> Any:
        if not is_grad_enabled():
            return backward(ctx, *gradients)
        if any(isinstance(g, Batched) for g in gradients):
            raise CannotBatchError("what this backward gives is a constant for each gradient")
        with no_grad():
            given = backward(ctx, *(None if g is None else g.detach() for g in gradients))
        sources = [*(None if g is None else g.node for g in gradients), *ctx._nodes]
        if isinstance(given, tuple):
            return tuple(_sealed(each, ctx._name, sources) for each in given)
        return _sealed(given, ctx._name, sources)

    return once


def _sealed(gradient: Any, name: str, sources: Sequence[Node | None]) -> Any:
    """Give a gradient as what has no derivative; leave what is no gradient to those who say so."""
    if not isinstance(gradient, (Tensor, np.ndarray, np.generic, float, int, complex)):
        return gradient

    refusal = (
        f"{name}: its backward is marked with once_differentiable, and a derivative of it is asked for: a second "
        "derivative, or one in forward mode (jvp, linearize; of a jacobian, mode='reverse' needs none). Write the "
        "backward in operations on Tensors, and take the mark away"
    )
    array = operations.asarray(gradient)._array
    return sealed(sources, array, refusal)
