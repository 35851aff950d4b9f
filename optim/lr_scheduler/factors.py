"""Schedules that multiply the rate by a factor at each step: constant, in steps, linear, exponential, of one's own.

So they can be chained, and go on from whatever rate there is.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .scheduler import LRScheduler, of_each_group


class _Factor(LRScheduler):
    """Multiplies rates by ``ratio()`` at each step; ``factor()`` is the product of all so far."""

    @abstractmethod
    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""

    @abstractmethod
    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""

    def get_lr(self) -> list[float]:
        """Give the rates at ``last_epoch``, from those before."""
        ratio = self.ratio()
        return [rate * ratio for rate in self._rates()]

    def closed_form(self) -> list[float]:
        """Give the rates at ``last_epoch``, from the initial ones."""
        factor = self.factor()
        return [rate * factor for rate in self.base_lrs]


class StepLR(_Factor):
    """Multiplies the rate by ``gamma`` every ``step_size`` epochs: ``initial_lr * gamma**(epoch // step_size)``.

    Raises ``ValueError`` unless ``step_size`` is above 0.
    """

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if not step_size > 0:
            raise ValueError(f"Expected step_size above 0, but got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        return self.gamma if self.last_epoch and self.last_epoch % self.step_size == 0 else 1.0

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(_Factor):
    """Multiplies the rate by ``gamma`` at each of the epochs in ``milestones``."""

    def __init__(self, optimizer: Any, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        return self.gamma ** self.milestones.count(self.last_epoch)

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return self.gamma ** bisect_right(self.milestones, self.last_epoch)


class ExponentialLR(_Factor):
    """Multiplies the rate by ``gamma`` each epoch: ``lr = initial_lr * gamma**epoch``."""

    def __init__(self, optimizer: Any, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        return 1.0 if self._initial else self.gamma

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return self.gamma**self.last_epoch


class ConstantLR(_Factor):
    """Multiplies the rate by ``factor`` until ``total_iters`` epochs have passed.

    Raises ``ValueError`` if the factor is not in [0, 1].
    """

    def __init__(self, optimizer: Any, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"Constant multiplicative factor expected to be between 0 and 1, got {factor}")
        self._share = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Give the rates at ``last_epoch``; of a rate that was multiplied by 0, the initial one is what is left."""
        if self._share == 0 and self.last_epoch == self.total_iters:
            return list(self.base_lrs)
        return super().get_lr()

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        if self.last_epoch == 0:
            return self._share
        return 1 / self._share if self.last_epoch == self.total_iters else 1.0

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return self._share if self.last_epoch < self.total_iters else 1.0


class LinearLR(_Factor):
    """Multiplies the rate by a factor that goes from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    Raises ``ValueError`` unless ``start_factor`` is above 0 and at most 1, and ``end_factor`` in [0, 1].
    """

    def __init__(
        self,
        optimizer: Any,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to 1, got "
                f"{start_factor}"
            )
        if not 0 <= end_factor <= 1:
            raise ValueError(f"Ending multiplicative factor expected to be between 0 and 1, got {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        if self.last_epoch == 0:
            return self.start_factor
        if self._initial or self.last_epoch > self.total_iters:
            return 1.0
        return self._at(self.last_epoch) / self._at(self.last_epoch - 1)

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return self._at(min(self.total_iters, self.last_epoch))

    def _at(self, epoch: int) -> float:
        return self.start_factor + (self.end_factor - self.start_factor) * epoch / self.total_iters


class PolynomialLR(_Factor):
    """Lets the rate fall to 0 in ``total_iters`` epochs: ``lr = initial_lr * (1 - epoch / total_iters)**power``."""

    def __init__(self, optimizer: Any, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def ratio(self) -> float:
        """Give the change at ``last_epoch``."""
        if self._initial or self.last_epoch > self.total_iters:
            return 1.0
        left = self.total_iters - self.last_epoch
        return float((left / (left + 1)) ** self.power)

    def factor(self) -> float:
        """Give the rate at ``last_epoch``, where the initial one is 1."""
        return float((1 - min(self.total_iters, self.last_epoch) / self.total_iters) ** self.power)


class _OfFunctions(LRScheduler):
    """Holds a function of the epoch for each group; the functions are no part of the state."""

    _not_saved = ("optimizer", "lr_lambdas")

    def __init__(
        self, optimizer: Any, lr_lambda: Callable[[int], float] | list[Callable[[int], float]], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas = of_each_group("lr_lambda", optimizer, lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"lr_lambda should be a function, but got {type(function).__name__}")
        super().__init__(optimizer, last_epoch)

    def _values(self) -> list[float]:
        return [function(self.last_epoch) for function in self.lr_lambdas]

    def state_dict(self) -> dict[str, Any]:
        """Give all that the schedule goes on from; functions are left out, objects that are called are not."""
        objects = [getattr(function, "__dict__", {}) or None for function in self.lr_lambdas]
        return {**super().state_dict(), "lr_lambdas": objects}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a ``state_dict``; the functions stay."""
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "lr_lambdas"})
        for function, attributes in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if attributes is not None:
                vars(function).update(attributes)


class LambdaLR(_OfFunctions):
    """Multiplies the initial rate by what a function gives for the epoch: ``lr = initial_lr * lr_lambda(epoch)``.

    ``lr_lambda`` is one function, or a list of one for each group; ``ValueError`` for another number.
    """

    def get_lr(self) -> list[float]:
        """Give the rates at ``last_epoch``."""
        return [rate * value for rate, value in zip(self.base_lrs, self._values(), strict=True)]


class MultiplicativeLR(_OfFunctions):
    """Multiplies the rate, each epoch, by what a function gives for it: ``lr = lr * lr_lambda(epoch)``.

    ``lr_lambda`` is one function, or a list of one for each group; ``ValueError`` for another number.
    """

    def get_lr(self) -> list[float]:
        """Give the rates at ``last_epoch``, from those before."""
        if self._initial:
            return self._rates()
        return [rate * value for rate, value in zip(self._rates(), self._values(), strict=True)]
