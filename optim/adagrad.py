"""Adagrad, Adadelta and RMSprop: steps divided by the root of squared gradients, summed or averaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .bundle import States
from .moments import moved, moved_by_squares
from .optimizer import Optimizer, check_at_least_zero, penalised


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
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

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
    ) -> None:
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults)

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
        super().__init__(params, defaults)

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
