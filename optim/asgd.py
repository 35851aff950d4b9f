"""ASGD: gradient descent that also averages the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import check_at_least_zero
from .decay import penalised
from .implementation import Implementation
from .optimizer import Optimizer


class ASGD(Optimizer):
    """Averaged stochastic gradient descent: a rate that decays, and a mean of the parameters that it passes.

    With the gradient ``g`` in step ``t``::

        p = (1 - lambd * eta) * p - eta * g
        a = a + mu * (p - a)
        eta = lr / (1 + lambd * lr * t)**alpha;  mu = 1 / max(1, t - t0)        for the next step

    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), with the rate of Bottou, as
    PyTorch has it. The averages are in ``state_dict()["state"]``, as ``"ax"``.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The first learning rate, at least 0.
    lambd
        How fast the rate decays, and the parameters with it.
    alpha
        The power of its decay.
    t0
        After how many steps the averages begin.
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
    >>> optimizer = optim.ASGD([x], lr=0.25, t0=0)
    >>> for gradient in (1.0, -1.0, 1.0):
    ...     x.grad = gradient
    ...     optimizer.step()
    >>> average = optimizer.state_dict()["state"][0]["ax"]
    >>> round(x.item(), 3), round(average.item(), 3)
    (0.75, 0.875)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate", weight_decay="weight_decay value")

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return ("ax",)

    @staticmethod
    def scalars(options: Mapping[str, Any]) -> Mapping[str, float]:
        """Name the rate of the next step, and its share in the average."""
        return {"eta": options["lr"], "mu": 1.0}

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any], eta: Any, mu: Any) -> Any:
        """Give the numbers that the formula needs; those for the next step first."""
        lambd = options["lambd"]
        following = lr / (1 + lambd * lr * step) ** options["alpha"]
        share = 1 / np.maximum(1.0, step - options["t0"])
        return following, share, eta, 1 - lambd * eta, mu, options["weight_decay"]

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
        _, _, eta, left, mu, weight_decay = numbers
        gradient = penalised(parameter, gradient, weight_decay, options)
        parameter *= left
        parameter -= np.multiply(eta, gradient, out=scratch)
        mean = states["ax"]
        difference = np.subtract(parameter, mean, out=scratch)
        difference *= mu
        mean += difference
        return parameter, {"ax": mean}
