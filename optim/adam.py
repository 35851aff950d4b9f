"""Adam: steps whose size does not depend on the scale of the gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

import numpy as np

from .checks import check_at_least_zero, check_betas
from .decay import decay_of, decayed
from .implementation import Implementation
from .moments import moved, moved_by_squares
from .optimizer import Optimizer


class Adam(Optimizer):
    """Adaptive moment estimation: the mean gradient over the root of the mean squared gradient, times ``lr``.

    With the gradient ``g`` in step ``t``::

        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        p = p - lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + eps)

    Both means are moving averages that start at zero, and are corrected for that by ``1 - beta**t``. Kingma and Ba,
    "Adam: A Method for Stochastic Optimization" (2015), algorithm 1, in the order of computation that its section 2
    gives. AMSGrad: Reddi et al., "On the Convergence of Adam and Beyond" (2018), as PyTorch has it.

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
    amsgrad
        Whether to divide by the largest average of squares so far.
    maximize
        Whether to climb instead.
    decoupled_weight_decay
        Whether to decay the parameter itself instead, as ``AdamW`` does.
    implementation
        PyTorch's ``foreach``, ``fused`` and the like, which change nothing; see ``Optimizer``.

    Raises
    ------
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter(1.2)
    >>> optimizer = optim.Adam([x], lr=0.1)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> round(x.item(), 3)
    1.1
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
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
    def states(options: Mapping[str, Any]) -> Sequence[str]:
        """Name what is remembered of each parameter."""
        return ("exp_avg", "exp_avg_sq", "max_exp_avg_sq") if options["amsgrad"] else ("exp_avg", "exp_avg_sq")

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Sequence[Any]:
        """Give the numbers that the formula needs; both corrections enter the rate, so that none is left for arrays."""
        beta1, beta2 = options["betas"]
        correction = (1 - beta2**step) ** 0.5
        rate = lr * correction / (1 - beta1**step)
        return beta1, beta2, 1 - beta1, 1 - beta2, rate, options["eps"] * correction, decay_of(lr, options)

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
        kept1, kept2, new1, new2, rate, eps, decay = numbers
        parameter, gradient = decayed(parameter, gradient, decay, options)
        exp_avg = moved(states["exp_avg"], gradient, kept1, new1, scratch)
        exp_avg_sq = moved_by_squares(states["exp_avg_sq"], gradient, kept2, new2, scratch)
        averages = {"exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
        if options["amsgrad"]:
            exp_avg_sq = averages["max_exp_avg_sq"] = np.maximum(states["max_exp_avg_sq"], exp_avg_sq)
        root = np.sqrt(exp_avg_sq, out=scratch)
        root += eps
        change = np.divide(exp_avg, root, out=scratch)
        change *= rate
        parameter -= change
        return parameter, averages


class AdamW(Adam):
    """Adam whose weight decay does not pass through the averages: ``p = p - lr * weight_decay * p`` before each step.

    Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2. All else is as in ``Adam``.

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.AdamW([x], lr=0.1, weight_decay=0.5)
    >>> (x * 0).backward()
    >>> optimizer.step()
    >>> round(x.item(), 3)
    0.95
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            decoupled_weight_decay=True,
            **implementation,
        )
