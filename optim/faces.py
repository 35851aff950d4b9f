"""Gradient descent, momentum and Nesterov's form of it, by the names that lessons use; each is an ``SGD``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .sgd import SGD


class GradientDescent(SGD):
    """Each parameter moves against its gradient: ``p = p - lr * g``. It is ``SGD`` with nothing else.

    Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées" (1847).

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.GradientDescent([x], lr=0.25)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> x.item()
    0.5
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, *, maximize: bool = False) -> None:
        super().__init__(params, lr, maximize=maximize)


class Momentum(SGD):
    """A heavy ball: ``b = momentum * b + g; p = p - lr * b``. It is ``SGD`` with a momentum.

    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.Momentum([x], lr=0.25, momentum=0.5)
    >>> for _ in range(2):
    ...     x.grad = 1.0
    ...     optimizer.step()            # 0.25 * 1, then 0.25 * (0.5 + 1)
    >>> x.item()
    0.375
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.9, *, maximize: bool = False
    ) -> None:
        super().__init__(params, lr, momentum, maximize=maximize)


class Nesterov(SGD):
    """A heavy ball that looks where it is going: ``b = momentum * b + g; p = p - lr * (g + momentum * b)``.

    It is ``SGD`` with a momentum and ``nesterov=True``. Nesterov, "A method for solving the convex programming problem
    with convergence rate O(1/k^2)" (1983), in the form of Sutskever et al. (2013).

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.Nesterov([x], lr=0.25, momentum=0.5)
    >>> x.grad = 1.0
    >>> optimizer.step()                # 0.25 * (1 + 0.5 * 1)
    >>> x.item()
    0.625
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.9, *, maximize: bool = False
    ) -> None:
        super().__init__(params, lr, momentum, nesterov=True, maximize=maximize)
