"""Gradient descent, with momentum if wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

import numpy as np

from .checks import check_at_least_zero
from .decay import penalised
from .implementation import Implementation
from .optimizer import Optimizer


class SGD(Optimizer):
    """Gradient descent: each parameter moves against its gradient, ``p = p - lr * g``.

    With momentum, it moves along a buffer::

        b = momentum * b + (1 - dampening) * g      the first is b = g
        p = p - lr * b
        p = p - lr * (g + momentum * b)             with nesterov

    Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), section 2, as PyTorch
    has it.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0.
    momentum
        How much of the buffer is kept from step to step, at least 0; 0 for no momentum.
    dampening
        How much of the gradient does not enter the buffer.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
    nesterov
        Whether to look ahead; needs a momentum and no dampening.
    maximize
        Whether to climb instead.
    implementation
        PyTorch's ``foreach``, ``fused`` and the like, which change nothing; see ``Optimizer``.

    Raises
    ------
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter(1.2)
    >>> optimizer = optim.SGD([x], lr=0.3)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (x * x).backward()
    ...     optimizer.step()
    >>> round(x.item(), 3)
    0.192
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", momentum="momentum value", weight_decay="weight_decay value")
        if options["nesterov"] and (not options["momentum"] or options["dampening"]):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    @staticmethod
    def states(options: Mapping[str, Any]) -> Sequence[str]:
        """Name what is remembered of each parameter."""
        return ("momentum_buffer",) if options["momentum"] else ()

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Sequence[Any]:
        """Give the numbers that the formula needs; the first gradient is not dampened."""
        return lr, options["momentum"], 1 - options["dampening"] * (step > 1), options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and buffer."""
        lr, momentum, share, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        if not options["momentum"]:
            parameter -= np.multiply(lr, gradient, out=scratch)
            return parameter, {}
        buffer = states["momentum_buffer"]
        buffer *= momentum
        buffer += np.multiply(share, gradient, out=scratch)
        direction = buffer
        if options["nesterov"]:
            direction = np.multiply(momentum, buffer, out=scratch)
            direction += gradient
        parameter -= np.multiply(lr, direction, out=scratch)
        return parameter, {"momentum_buffer": buffer}
