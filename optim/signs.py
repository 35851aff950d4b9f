"""Rprop and Lion: steps that look at the sign of gradients alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero, check_betas
from .implementation import Implementation
from .moments import moved
from .optimizer import Optimizer


class Rprop(Optimizer):
    """Resilient back-propagation: each number has a step size, which grows while its gradient keeps its sign.

    With the gradient ``g`` in step ``t``::

        s = s * etaplus     where g has the sign of the gradient before
        s = s * etaminus    where it has the other; there g = 0
        p = p - sign(g) * clip(s, smallest, largest)

    Riedmiller and Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm" (1993), in
    the form without stepping back that Igel and Hüsken (2000) call iRprop-. It needs the gradient of all data.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The first step size, at least 0.
    etas
        ``etaminus`` in (0, 1), and ``etaplus`` above 1.
    step_sizes
        The smallest and the largest step size.
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
    >>> optimizer = optim.Rprop([x], lr=0.25)
    >>> for gradient in (3.0, -7.0, -7.0):
    ...     x.grad = gradient
    ...     optimizer.step()
    >>> x.item()                        # down by 0.25; turned, so that the step is halved; up by 0.125
    0.875
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize}
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate")
        smaller, larger = options["etas"]
        if not 0.0 < smaller < 1.0 < larger:
            raise ValueError(f"Invalid eta values: {smaller}, {larger}; the first is between 0 and 1, the other above")

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:
        """Name what is remembered of each parameter."""
        return {"prev": 0.0, "step_size": options["lr"]}

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs."""
        return *options["etas"], *options["step_sizes"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter, gradient to compare with, and step sizes."""
        etaminus, etaplus, smallest, largest = numbers
        if options["maximize"]:
            gradient = -gradient
        agreement = np.multiply(gradient, states["prev"], out=scratch)
        turned = agreement < 0
        step_size = states["step_size"]
        step_size *= np.where(turned, etaminus, np.where(agreement > 0, etaplus, 1))
        step_size = np.minimum(np.maximum(step_size, smallest), largest)
        gradient = np.where(turned, 0, gradient)
        change = np.sign(gradient, out=scratch)
        change *= step_size
        parameter -= change
        return parameter, {"prev": gradient, "step_size": step_size}


class Lion(Optimizer):
    """Evolved sign momentum: each number moves by the rate, in the direction of a mean gradient's sign.

    With the gradient ``g`` in step ``t``::

        d = sign(beta1 * m + (1 - beta1) * g)
        p = p - lr * (d + weight_decay * p)
        m = beta2 * m + (1 - beta2) * g

    Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), algorithm 2. Its rate is some 3 to 10 times
    smaller than Adam's.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0: how far each number moves in a step.
    betas
        How much of the mean enters the direction, and how much of it is kept from step to step; in [0, 1).
    weight_decay
        Which share of the parameter each step takes away, times ``lr``; at least 0.
    maximize
        Whether to climb instead.

    Raises
    ------
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter([1.0, 1.0])
    >>> optimizer = optim.Lion([x], lr=0.25)
    >>> x.grad = [5.0, -0.001]
    >>> optimizer.step()
    >>> x.tolist()
    [0.75, 1.25]
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", weight_decay="weight_decay value")
        check_betas(options)

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("exp_avg",)

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs."""
        beta1, beta2 = options["betas"]
        return lr, 1 - lr * options["weight_decay"], beta1, 1 - beta1, beta2, 1 - beta2

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and average."""
        lr, left, share, new_share, kept, new = numbers
        if options["maximize"]:
            gradient = -gradient
        mean = states["exp_avg"]
        blend = np.multiply(share, mean, out=scratch)
        blend += new_share * gradient
        direction = np.sign(blend, out=scratch)
        direction *= lr
        if options["weight_decay"]:
            parameter *= left
        parameter -= direction
        return parameter, {"exp_avg": moved(mean, gradient, kept, new, scratch)}
