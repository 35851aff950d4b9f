"""RAdam: Adam with a warm-up of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero, check_betas
from .decay import decay_of, decayed
from .implementation import Implementation
from .moments import moved, moved_by_squares
from .optimizer import Optimizer


class RAdam(Optimizer):
    """Adam that divides by the root only when enough squares have been seen for its variance to be bounded.

    With the gradient ``g`` in step ``t``::

        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        R = 2 / (1 - beta2) - 1;  r = R - 2 * t * beta2**t / (1 - beta2**t)
        p = p - lr * m / (1 - beta1**t)                                                   while r <= 5
        c = sqrt((r - 4) * (r - 2) * R / ((R - 4) * (R - 2) * r))
        p = p - lr * c * m / (1 - beta1**t) * sqrt(1 - beta2**t) / (sqrt(v) + eps)        from then on

    Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020), algorithm 2, as PyTorch has it.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0.
    betas
        How much of each average is kept from step to step: that of the gradient, that of its square. In [0, 1).
    eps
        Added to the root, so that nothing is divided by zero; at least 0.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
    decoupled_weight_decay
        Whether to decay the parameter itself instead, as ``AdamW`` does.
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
    >>> optimizer = optim.RAdam([x], lr=0.25)
    >>> x.grad = 2.0
    >>> optimizer.step()                # the first steps are those of a momentum
    >>> round(x.item(), 3)
    0.5
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", eps="epsilon value", weight_decay="weight_decay value")
        check_betas(options)

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("exp_avg", "exp_avg_sq")

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:
        """Give the numbers that the formula needs; ``divides`` is 1 if it divides by the root, else 0."""
        beta1, beta2 = options["betas"]
        rate, divides = lr / (1 - beta1**step), 0.0
        longest = 2 / (1 - beta2) - 1
        if longest > 5:
            length = longest - 2 * step * beta2**step / (1 - beta2**step)
            divides = (length > 5) * 1.0
            share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            rate = rate * (1 - divides + divides * (abs(share) * (1 - beta2**step)) ** 0.5)
        return (
            beta1,
            beta2,
            1 - beta1,
            1 - beta2,
            rate,
            divides,
            1 - divides + divides * options["eps"],
            decay_of(lr, options),
        )

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
        kept1, kept2, new1, new2, rate, divides, added, decay = numbers
        parameter, gradient = decayed(parameter, gradient, decay, options)
        mean = moved(states["exp_avg"], gradient, kept1, new1, scratch)
        squares = moved_by_squares(states["exp_avg_sq"], gradient, kept2, new2, scratch)
        divisor = np.sqrt(squares, out=scratch)
        divisor *= divides
        divisor += added
        change = np.divide(mean, divisor, out=scratch)
        change *= rate
        parameter -= change
        return parameter, {"exp_avg": mean, "exp_avg_sq": squares}
