"""Losses for numbers that are to be predicted."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, abs, ones_like, primitive, subtract, where
from autograd.primitives.domains import REAL

from .reducing import check_reduction, reduced, reduced_losses, same_shape, share, total, weighted


@primitive(
    rules={
        "x": lambda g, x, y, reduction: share(2 * g, x.size, reduction) * (x - y),
        "y": lambda g, x, y, reduction: share(2 * g, x.size, reduction) * (y - x),
    },
    domain=reduced_losses(REAL, REAL),
    label="MSE",
    analytic=True,
)
def squared_error(x: Any, y: Any, /, reduction: str = "mean") -> Any:
    """``(x - y)**2``, reduced. One operation, for speed; ``mse_loss`` is its face."""
    return total(np.square(x - y), reduction)


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Tensor:
    """``(input - target)**2``, and by default the mean of it over all elements (without the factor 1/2).

    ``input``, ``target`` and ``weight``, with which each loss is multiplied if it is given, have the same shape, any;
    ``reduction`` is ``"mean"``, which then divides by the sum of the weights, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.mse_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(2., dtype=float64)
    """
    check_reduction("mse_loss", reduction)
    pair = same_shape("mse_loss", input, target)
    if weight is None:
        return squared_error.apply(pair, {"reduction": reduction})
    return _weighed("mse_loss", squared_error(*pair, reduction="none"), weight, reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Tensor:
    """``|input - target|``, and by default the mean of it over all elements; the derivative at 0 is 0.

    ``input``, ``target`` and ``weight``, with which each loss is multiplied if it is given, have the same shape, any;
    ``reduction`` is ``"mean"``, which then divides by the sum of the weights, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.l1_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(1., dtype=float64)
    """
    losses = abs(subtract(*same_shape("l1_loss", input, target)))
    return reduced("l1_loss", losses, reduction) if weight is None else _weighed("l1_loss", losses, weight, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """``|d|`` for the difference ``d = input - target``, with a rounded kink: ``huber_loss`` divided by ``beta``.

    That is ``d**2 / (2 beta)`` where ``|d|`` is below ``beta``, else ``|d| - beta / 2``; ``l1_loss`` for ``beta = 0``.
    ``input`` and ``target`` have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast, or ``beta`` is below 0.
    Source: Girshick, Fast R-CNN, 2015.

    >>> import nn
    >>> nn.functional.smooth_l1_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    Tensor([0.125, 2.5  ], dtype=float64)
    """
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: beta must not be below 0, got {beta}")
    if not beta:
        return l1_loss(input, target, reduction)
    difference = subtract(*same_shape("smooth_l1_loss", input, target))
    return reduced("smooth_l1_loss", _rounded(difference, beta) / beta, reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Tensor:
    """``d**2 / 2`` for the difference ``d = input - target``, straight where ``|d|`` is above ``delta``.

    There it is ``delta * (|d| - delta / 2)``. ``input``, ``target`` and ``weight``, with which each loss is multiplied
    if it is given, have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast, or ``delta`` is not above 0.
    Source: Huber, Robust Estimation of a Location Parameter, 1964.

    >>> import nn
    >>> nn.functional.huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none", delta=2.0)
    Tensor([0.125, 4.   ], dtype=float64)
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be above 0, got {delta}")
    losses = _rounded(subtract(*same_shape("huber_loss", input, target)), delta)
    _check_weight("huber_loss", losses, weight)
    return reduced("huber_loss", weighted(losses, weight), reduction)


def _weighed(name: str, losses: Tensor, weight: Any, reduction: str) -> Tensor:
    """Reduce losses with weights; their mean is by the sum of these."""
    _check_weight(name, losses, weight)
    loss = reduced(name, weighted(losses, weight), "sum" if reduction == "mean" else reduction)
    return loss / weighted(ones_like(losses), weight).sum() if reduction == "mean" else loss


def _check_weight(name: str, losses: Tensor, weight: Any) -> None:
    if weight is not None and np.shape(weight) != losses.shape:
        raise ValueError(f"{name}: weight has the shape of input, {losses.shape}, got {np.shape(weight)}")


def _rounded(difference: Tensor, width: float) -> Tensor:
    """A parabola up to ``width`` on both sides, and straight beyond."""
    distance = abs(difference)
    result: Tensor = where(distance < width, difference * difference / 2, width * (distance - width / 2))
    return result
