"""LRScheduler: the base of all schedules. It counts; a subclass says the rates."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any


class LRScheduler(ABC):
    """Sets the learning rates of an optimizer's groups; a subclass gives them, by ``get_lr``.

    Parameters
    ----------
    optimizer
        Its groups each get ``"initial_lr"``, the rate that they have now, unless they have one.
    last_epoch
        How often the schedule was stepped before; -1 begins anew, and anything else needs ``"initial_lr"`` in each
        group, as in an optimizer whose state was loaded.

    Raises
    ------
    TypeError
        If what is given has no groups of parameters.
    KeyError
        If it is to go on, and a group does not know its initial rate.

    >>> import nn, optim
    >>> class Harmonic(optim.lr_scheduler.LRScheduler):
    ...     def get_lr(self):
    ...         return [rate / (1 + self.last_epoch) for rate in self.base_lrs]
    >>> scheduler = Harmonic(optim.SGD([nn.Parameter([1.0])], lr=1.0))
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    #: Attributes that are no part of the state.
    _not_saved: tuple[str, ...] = ("optimizer",)

    def __init__(self, optimizer: Any, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"'initial_lr' is not specified in param_groups[{number}], which a scheduler with last_epoch="
                    f"{last_epoch} goes on from; load the optimizer's state before, or begin with last_epoch=-1"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.begin()

    @abstractmethod
    def get_lr(self) -> list[float]:
        """Give the rate of each group at ``last_epoch``; those before stand in ``optimizer.param_groups``."""

    def closed_form(self) -> list[float]:
        """Give the rate of each group at ``last_epoch``, whatever it was before."""
        return self.get_lr()

    def step(self) -> None:
        """Go on to the next epoch, and set its rates."""
        self._step_count += 1
        self.last_epoch += 1
        self._set(self.get_lr())

    def begin(self) -> None:
        """Take the first step, which sets the rates of the start."""
        self._step_count = 0
        self._initial = True
        try:
            self.step()
        finally:
            self._initial = False

    def restart(self) -> None:
        """Set the rates of epoch 0, as a schedule that takes over from another one does."""
        self.last_epoch = 0
        self._set(self.closed_form())

    def get_last_lr(self) -> list[float]:
        """Give the rates that were set last."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """Give all that the schedule goes on from, as numbers, texts and lists: JSON can write it."""
        return {key: value for key, value in vars(self).items() if key not in self._not_saved}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the ``state_dict`` of a scheduler of the same class; the optimizer's own holds the rates."""
        vars(self).update(state_dict)

    def _set(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self._rates()

    def _rates(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]


def checked_optimizer(scheduler: Any, optimizer: Any) -> Any:
    """Give the optimizer; raise ``TypeError`` for what is none."""
    if not hasattr(optimizer, "param_groups"):
        raise TypeError(
            f"{type(scheduler).__name__}: takes an optimizer, got a {type(optimizer).__name__}, which has no "
            "param_groups"
        )
    return optimizer


def of_each_group(name: str, optimizer: Any, value: Any) -> list[Any]:
    """Give the value for each group: one for all, or a list of as many; raise ``ValueError`` for another number."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups: {name} has {len(value)} values, "
            f"param_groups has {count}"
        )
    return list(value)


def is_positive_integer(value: Any) -> bool:
    """Whether a value is a whole number above 0."""
    return isinstance(value, int) and value > 0


def is_number(value: Any) -> bool:
    """Whether a value is a Python number."""
    return isinstance(value, (int, float))


def along_cosine(start: float, end: float, share: float) -> float:
    """Give the value at a share of the way from ``start`` to ``end``, along half a wave of the cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


def along_line(start: float, end: float, share: float) -> float:
    """Give the value at a share of the straight way from ``start`` to ``end``."""
    return (end - start) * share + start
