"""NAdam: Adam with Nesterov's momentum."""

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


class NAdam(Optimizer):
    """Adam with Nesterov's momentum, which warms up.

    With the gradient ``g`` in step ``t``::

        mu(t) = beta1 * (1 - 0.96**(t * momentum_decay) / 2);  M = mu(1) * ... * mu(t)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        n = (1 - mu(t)) / (1 - M) * g + mu(t + 1) / (1 - M * mu(t + 1)) * m
        p = p - lr * n / (sqrt(v / (1 - beta2**t)) + eps)

    Dozat, "Incorporating Nesterov Momentum into Adam" (2016), algorithm 2, with the schedule of its section 3, as
    PyTorch has it.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0: about how far a parameter moves in a step.
    betas
        How much of each average is kept from step to step: that of the gradient, that of its square. In [0, 1).
    eps
        Added to the root, so that nothing is divided by zero; at least 0.
    weight_decay
        Adds ``weight_decay * parameter`` to the gradient: a penalty on the sum of squares.
    momentum_decay
        How fast the momentum warms up, at least 0.
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
    >>> optimizer = optim.NAdam([x], lr=0.1)
    >>> for _ in range(20):
    ...     x.grad = 2 * x
    ...     optimizer.step()
    >>> abs(x.item()) < 0.2
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
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
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
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
            weight_decay="weight_decay value",
            momentum_decay="momentum_decay value",
        )
        check_betas(options)

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("exp_avg", "exp_avg_sq")

    @staticmethod
    def scalars(options: Mapping[str, Any]) -> Mapping[str, float]:  # noqa: ARG004
        """Name the product of all momentums."""
        return {"mu_product": 1.0}

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any], mu_product: Any) -> Any:
        """Give the numbers that the formula needs; the correction of the root enters the rates."""
        beta1, beta2 = options["betas"]
        momentum, following = (
            beta1 * (1 - 0.5 * 0.96 ** (number * options["momentum_decay"])) for number in (step, step + 1)
        )
        mu_product = mu_product * momentum
        correction = (1 - beta2**step) ** 0.5
        of_gradient = lr * correction * (1 - momentum) / (1 - mu_product)
        of_mean = lr * correction * following / (1 - mu_product * following)
        return (
            mu_product,
            beta1,
            beta2,
            1 - beta1,
            1 - beta2,
            of_gradient,
            of_mean,
            options["eps"] * correction,
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
        _, kept1, kept2, new1, new2, of_gradient, of_mean, eps, decay = numbers
        parameter, gradient = decayed(parameter, gradient, decay, options)
        mean = moved(states["exp_avg"], gradient, kept1, new1, scratch)
        squares = moved_by_squares(states["exp_avg_sq"], gradient, kept2, new2, scratch)
        root = np.sqrt(squares, out=scratch)
        root += eps
        ahead = of_gradient * gradient
        ahead += of_mean * mean
        ahead /= root
        parameter -= ahead
        return parameter, {"exp_avg": mean, "exp_avg_sq": squares}
