"""Adamax: Adam with the largest gradient in the place of the mean square."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero, check_betas
from .decay import penalised
from .implementation import Implementation
from .moments import moved
from .optimizer import Optimizer


class Adamax(Optimizer):
    """Adam with the largest recent gradient in the place of the root of the mean square.

    With the gradient ``g`` in step ``t``::

        m = beta1 * m + (1 - beta1) * g
        u = max(beta2 * u, abs(g) + eps)
        p = p - lr / (1 - beta1**t) * m / u

    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 2.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0: about how far a parameter moves in a step.
    betas
        How much of the mean, and of the largest, is kept from step to step; in [0, 1).
    eps
        Added to the gradient's size, so that nothing is divided by zero; at least 0.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
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
    >>> optimizer = optim.Adamax([x], lr=0.25)
    >>> x.grad = 5.0
    >>> optimizer.step()
    >>> round(x.item(), 3)
    0.75
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", eps="epsilon value", weight_decay="weight_decay value")
        check_betas(options)

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("exp_avg", "exp_inf")

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:
        """Give the numbers that the formula needs."""
        beta1, beta2 = options["betas"]
        return beta1, beta2, 1 - beta1, lr / (1 - beta1**step), options["eps"], options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter, average and largest."""
        kept1, kept2, new1, rate, eps, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        mean, largest = moved(states["exp_avg"], gradient, kept1, new1, scratch), states["exp_inf"]
        size = np.abs(gradient, out=scratch)
        size += eps
        largest *= kept2
        largest = np.maximum(largest, size, out=None if scratch is None else largest)
        change = np.divide(mean, largest, out=scratch)
        change *= rate
        parameter -= change
        return parameter, {"exp_avg": mean, "exp_inf": largest}
