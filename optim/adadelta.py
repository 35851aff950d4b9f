"""Adadelta: steps in proportion to the mean of those before, divided by that of the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero
from .decay import penalised
from .implementation import Implementation
from .moments import moved_by_squares
from .optimizer import Optimizer


class Adadelta(Optimizer):
    """Gradient descent whose steps have the size of recent steps, over that of recent gradients.

    With the gradient ``g`` in step ``t``::

        v = rho * v + (1 - rho) * g**2
        d = sqrt(u + eps) / sqrt(v + eps) * g
        u = rho * u + (1 - rho) * d**2
        p = p - lr * d

    Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), algorithm 1.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        By which the steps are multiplied, at least 0.
    rho
        How much of each average is kept from step to step, in [0, 1].
    eps
        Added below the roots; at least 0. The first steps are about as large as its root.
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
    >>> optimizer = optim.Adadelta([x], eps=0.01)
    >>> x.grad = 5.0
    >>> optimizer.step()
    >>> round(x.item(), 3)
    0.684
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", eps="epsilon value", weight_decay="weight_decay value")
        if not 0.0 <= options["rho"] <= 1.0:
            raise ValueError(f"Invalid rho value: {options['rho']}; it must be at least 0 and at most 1")

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("square_avg", "acc_delta")

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs."""
        return lr, options["rho"], 1 - options["rho"], options["eps"], options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and averages."""
        lr, kept, new, eps, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        squares, changes = moved_by_squares(states["square_avg"], gradient, kept, new, scratch), states["acc_delta"]
        ratio = np.add(changes, eps, out=scratch)
        ratio /= squares + eps
        change = np.sqrt(ratio, out=scratch)
        change *= gradient
        changes = moved_by_squares(changes, change, kept, new, None)  # what scratch holds is needed still
        change *= lr
        parameter -= change
        return parameter, {"square_avg": squares, "acc_delta": changes}
