"""Schedules made of schedules: one after another, all at once, and one after a warm-up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from .factors import LinearLR
from .scheduler import LRScheduler


class _Several:
    """Several schedules of one optimizer."""

    optimizer: Any

    def __init__(self, optimizer: Any, schedulers: Sequence[Any]) -> None:
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name} expects at least one scheduler, but got no scheduler")
        for index, scheduler in enumerate(schedulers):
            if not hasattr(scheduler, "optimizer"):
                raise TypeError(f"{name}: the scheduler at index {index} is a {type(scheduler).__name__}")
            if not isinstance(scheduler, (LRScheduler, _Several)):
                raise ValueError(  # noqa: TRY004 - PyTorch's
                    f"{name} does not support {type(scheduler).__name__}, at index {index}: its step() takes what was "
                    "measured; step it by itself"
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(
                    f"{name} expects all schedulers to belong to the same optimizer; that at index {index} has another"
                )
        self.optimizer = optimizer
        self._schedulers = list(schedulers)

    def get_last_lr(self) -> list[float]:
        """Give the rates that were set last."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Give all that the schedules go on from, as numbers, texts and lists: JSON can write it."""
        own = {key: value for key, value in vars(self).items() if key not in ("optimizer", "_schedulers")}
        return {**own, "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the ``state_dict`` of schedulers of the same classes; the optimizer's own holds the rates."""
        vars(self).update({key: value for key, value in state_dict.items() if key != "_schedulers"})
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)

    def _undo(self) -> None:
        """Take back the step that each has taken when it was made."""
        for scheduler in self._schedulers:
            if isinstance(scheduler, _Several):
                scheduler._undo()
            else:
                scheduler.last_epoch -= 1


class SequentialLR(_Several):
    """Uses one schedule after another: the next one from each of the epochs in ``milestones`` on, beginning at its 0.

    Raises ``ValueError`` unless there is one milestone less than schedulers, all of the same optimizer.

    >>> import nn, optim
    >>> from optim.lr_scheduler import ConstantLR, ExponentialLR, SequentialLR
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> first, then = ConstantLR(optimizer, factor=0.125, total_iters=9), ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler, rates = SequentialLR(optimizer, [first, then], milestones=[2]), []
    >>> for _ in range(5):
    ...     rates += scheduler.get_last_lr()
    ...     scheduler.step()
    >>> rates
    [0.125, 0.125, 1.0, 0.5, 0.25]
    """

    def __init__(
        self, optimizer: Any, schedulers: Sequence[Any], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR expects one scheduler more than milestones, but got {len(schedulers)} schedulers and "
                f"{len(milestones)} milestones"
            )
        self._milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self._undo()
        self._schedulers[bisect_right(self._milestones, 0)].begin()

    def step(self) -> None:
        """Go on to the next epoch, and set its rates."""
        self.last_epoch += 1
        index = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[index]
        if index and self._milestones[index - 1] == self.last_epoch:
            scheduler.restart()
        else:
            scheduler.step()


class ChainedScheduler(_Several):
    """Applies several schedules at each step, each to the rates that the one before has set."""

    def __init__(self, schedulers: Sequence[Any], optimizer: Any = None) -> None:
        if optimizer is None and schedulers:
            optimizer = getattr(schedulers[0], "optimizer", None)
        super().__init__(optimizer, schedulers)

    def step(self) -> None:
        """Step each schedule."""
        for scheduler in self._schedulers:
            scheduler.step()


class WarmupLR(SequentialLR):
    """Lets the rate rise along a line for ``total_iters`` epochs, then uses another schedule, or stays.

    Parameters
    ----------
    optimizer
        What is scheduled.
    scheduler
        The schedule that follows, whose epochs begin after the warm-up; ``None`` for the initial rate.
    start_factor
        The rate begins at this share of the initial one; above 0, at most 1.
    total_iters
        How many epochs the rise takes; 0 for none.

    Goyal et al., "Accurate, Large Minibatch SGD" (2017), section 2.2.

    >>> import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> scheduler, rates = optim.lr_scheduler.WarmupLR(optimizer, start_factor=0.25, total_iters=3), []
    >>> for _ in range(5):
    ...     rates += scheduler.get_last_lr()
    ...     scheduler.step()
    >>> rates
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    def __init__(self, optimizer: Any, scheduler: Any = None, start_factor: float = 0.1, total_iters: int = 5) -> None:
        rise = LinearLR(optimizer, start_factor if total_iters else 1.0, total_iters=total_iters)
        parts = [rise] if scheduler is None else [rise, scheduler]
        super().__init__(optimizer, parts, milestones=[total_iters] * (len(parts) - 1))
