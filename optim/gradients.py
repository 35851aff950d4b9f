"""What is done to the gradients of parameters between two steps."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Tensor, zeros_like


def drop_gradients(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Set gradients to ``None``, or to zeros where there is one."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            parameter.grad = zeros_like(parameter.grad)
