"""Losses for numbers that are to be predicted."""

from __future__ import annotations

from typing import Any

from autograd import Tensor, abs, square, subtract

from .reducing import reduced, same_shape


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``(input - target)**2``, and by default the mean of it over all elements (without the factor 1/2).

    ``input`` and ``target`` have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.mse_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(2., dtype=float64)
    """
    return reduced("mse_loss", square(subtract(*same_shape("mse_loss", input, target))), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``|input - target|``, and by default the mean of it over all elements; the derivative at 0 is 0.

    ``input`` and ``target`` have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.l1_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(1., dtype=float64)
    """
    return reduced("l1_loss", abs(subtract(*same_shape("l1_loss", input, target))), reduction)
