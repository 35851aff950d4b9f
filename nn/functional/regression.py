"""Losses for numbers that are to be predicted."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, abs, primitive, subtract
from autograd.primitives.domains import REAL

from .reducing import check_reduction, reduced, reduced_losses, same_shape, share, total


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


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``(input - target)**2``, and by default the mean of it over all elements (without the factor 1/2).

    ``input`` and ``target`` have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.mse_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(2., dtype=float64)
    """
    check_reduction("mse_loss", reduction)
    return squared_error.apply(same_shape("mse_loss", input, target), {"reduction": reduction})


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``|input - target|``, and by default the mean of it over all elements; the derivative at 0 is 0.

    ``input`` and ``target`` have the same shape, any; ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``. Raises
    ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.l1_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(1., dtype=float64)
    """
    return reduced("l1_loss", abs(subtract(*same_shape("l1_loss", input, target))), reduction)
