"""Adagrad: steps divided by the root of all squared gradients so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero
from .decay import penalised
from .implementation import Implementation
from .optimizer import Optimizer


class Adagrad(Optimizer):
    """Gradient descent that slows down where gradients have been large.

    With the gradient ``g`` in step ``t``::

        s = s + g**2
        p = p - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)

    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011),
    figure 1.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0.
    lr_decay
        How much slower it gets with each step.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
    initial_accumulator_value
        What the sums begin with.
    eps
        Added to the root, so that nothing is divided by zero; at least 0.
    maximize
        Whether to climb instead.
    implementation
        PyTorch's ``foreach``, ``fused`` and the like, which change nothing; see ``Optimizer``.

    Raises
    ------
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter([1.0, 1.0])
    >>> optimizer = optim.Adagrad([x], lr=0.5)
    >>> for _ in range(2):
    ...     x.grad = [3.0, 0.1]
    ...     optimizer.step()
    >>> x.data.round(3)                 # the scale of a gradient does not matter
    array([0.146, 0.146], dtype=float32)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "maximize": maximize,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(
            options,
            lr="learning rate",
            lr_decay="lr_decay value",
            weight_decay="weight_decay value",
            initial_accumulator_value="initial_accumulator_value value",
            eps="epsilon value",
        )

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:
        """Name what is remembered of each parameter."""
        return {"sum": options["initial_accumulator_value"]}

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:
        """Give the numbers that the formula needs."""
        return lr / (1 + (step - 1) * options["lr_decay"]), options["eps"], options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and sum."""
        rate, eps, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        total = states["sum"]
        total += np.multiply(gradient, gradient, out=scratch)
        root = np.sqrt(total, out=scratch)
        root += eps
        change = np.divide(gradient, root, out=scratch)
        change *= rate
        parameter -= change
        return parameter, {"sum": total}
