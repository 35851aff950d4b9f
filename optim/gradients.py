"""What is done to the gradients of parameters between two steps."""

from __future__ import annotations

from autograd import Tensor, zeros_like


def drop_gradient(parameter: Tensor, set_to_none: bool) -> None:
    """Set a gradient to ``None``, or to zeros if there is one."""
    if set_to_none:
        parameter.grad = None
    elif parameter.grad is not None:
        parameter.grad = zeros_like(parameter.grad)
