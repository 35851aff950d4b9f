"""Schedules along half a wave of the cosine: Loshchilov and Hutter, "SGDR" (2017), section 3."""

from __future__ import annotations

import math
from typing import Any

from .scheduler import LRScheduler, along_cosine, is_number, is_positive_integer


class CosineAnnealingLR(LRScheduler):
    """Lets the rate fall to ``eta_min`` in ``T_max`` epochs, and rise again in as many, along a cosine.

    ``lr = eta_min + (initial_lr - eta_min) * (1 + cos(pi * epoch / T_max)) / 2``, computed from the rate before,
    so that other schedules may be chained to it. Raises ``ValueError`` unless ``T_max`` is above 0.
    """

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if not T_max > 0:
            raise ValueError(f"Expected T_max above 0, but got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Give the rates at ``last_epoch``, from those before."""
        rates = self._rates()
        if self._initial:
            return rates
        if self._step_count == 1 and self.last_epoch > 0:
            return self.closed_form()
        before, now = self._height(self.last_epoch - 1), self._height(self.last_epoch)
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the lowest point, which is no product
            return [rate + (base - self.eta_min) * now for rate, base in zip(rates, self.base_lrs, strict=True)]
        return [now / before * (rate - self.eta_min) + self.eta_min for rate in rates]

    def closed_form(self) -> list[float]:
        """Give the rates at ``last_epoch``, from the initial ones."""
        return [along_cosine(base, self.eta_min, self.last_epoch / self.T_max) for base in self.base_lrs]

    def _height(self, epoch: int) -> float:
        return (1 + math.cos(math.pi * epoch / self.T_max)) / 2


class CosineAnnealingWarmRestarts(LRScheduler):
    """Lets the rate fall to ``eta_min`` along a cosine in ``T_0`` epochs, then begins anew, ``T_mult`` times as long.

    Raises ``ValueError`` unless ``T_0`` and ``T_mult`` are whole numbers of at least 1.
    """

    def __init__(self, optimizer: Any, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if not is_positive_integer(T_0):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if not is_positive_integer(T_mult):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not is_number(eta_min):
            raise ValueError(f"Expected float or int eta_min, but got {eta_min} of type {type(eta_min).__name__}")
        self.T_0 = T_0
        self.T_i = T_0  # the length of this cycle
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch  # how much of it has passed
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Give the rates at this place in the cycle."""
        return [along_cosine(base, self.eta_min, self.T_cur / self.T_i) for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to the one given: ``step(epoch + batch / batches)`` within an epoch."""
        self._step_count += 1
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            self.last_epoch += 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        elif epoch < 0:
            raise ValueError(f"Expected non-negative epoch, but got {epoch}")
        else:
            self._go_to(epoch)
        self._set(self.get_lr())

    def restart(self) -> None:
        """Begin the first cycle."""
        self._go_to(0)
        self._set(self.get_lr())

    def _go_to(self, epoch: float) -> None:
        self.last_epoch = math.floor(epoch)
        if self.T_mult == 1 or epoch < self.T_0:
            self.T_cur, self.T_i = epoch % self.T_0, self.T_0
            return
        cycle = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
        self.T_cur = epoch - self.T_0 * (self.T_mult**cycle - 1) / (self.T_mult - 1)
        self.T_i = self.T_0 * self.T_mult**cycle
