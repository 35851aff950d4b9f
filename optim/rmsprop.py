"""RMSprop: steps divided by the root of the mean squared gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero
from .decay import penalised
from .implementation import Implementation
from .moments import moved, moved_by_squares
from .optimizer import Optimizer


class RMSprop(Optimizer):
    """Gradient descent divided by the root of the mean squared gradient.

    With the gradient ``g`` in step ``t``::

        v = alpha * v + (1 - alpha) * g**2
        d = g / (sqrt(v) + eps)
        p = p - lr * d                                      without momentum
        b = momentum * b + d;  p = p - lr * b               with momentum

    Centered, ``v`` less the square of the mean gradient takes the place of ``v``: an estimate of the variance. Tieleman
    and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012); centered and with momentum: Graves,
    "Generating Sequences With Recurrent Neural Networks" (2013), equations 38 to 45, as PyTorch has them.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0.
    alpha
        How much of the averages is kept from step to step, at least 0.
    eps
        Added to the root, so that nothing is divided by zero; at least 0.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
    momentum
        How much of the buffer is kept from step to step, at least 0; 0 for no momentum.
    centered
        Whether to divide by an estimate of the standard deviation.
    maximize
        Whether to climb instead.
    implementation
        PyTorch's ``foreach``, ``fused`` and the like, which change nothing; see ``Optimizer``.

    Raises
    ------
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.RMSprop([x], lr=0.1, alpha=0.75)
    >>> x.grad = 5.0
    >>> optimizer.step()
    >>> round(x.item(), 3)
    0.8
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(
            options,
            lr="learning rate",
            eps="epsilon value",
            momentum="momentum value",
            weight_decay="weight_decay value",
            alpha="alpha value",
        )

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:
        """Name what is remembered of each parameter."""
        momentum = ("momentum_buffer",) if options["momentum"] else ()
        return ("square_avg", *momentum, *(("grad_avg",) if options["centered"] else ()))

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs."""
        alpha = options["alpha"]
        return lr, alpha, 1 - alpha, options["eps"], options["momentum"], options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter, averages and buffer."""
        lr, kept, new, eps, momentum, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        squares = moved_by_squares(states["square_avg"], gradient, kept, new, scratch)
        remembered, variance = {"square_avg": squares}, squares
        if options["centered"]:
            mean = remembered["grad_avg"] = moved(states["grad_avg"], gradient, kept, new, scratch)
            square = np.multiply(mean, mean, out=scratch)
            variance = np.subtract(squares, square, out=scratch)
        root = np.sqrt(variance, out=scratch)
        root += eps
        change = np.divide(gradient, root, out=scratch)
        if options["momentum"]:
            buffer = remembered["momentum_buffer"] = states["momentum_buffer"]
            buffer *= momentum
            buffer += change
            change = buffer
        parameter -= np.multiply(lr, change, out=scratch)
        return parameter, remembered
