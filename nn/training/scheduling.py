"""Learning rates that change as the training goes on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from optim.lr_scheduler import ReduceLROnPlateau

from .callbacks import Callback, Logs
from .monitoring import looked_up
from .progress import say


class LearningRateScheduler(Callback):
    """Sets the learning rates of the optimizer; the history has that of the first group as ``"learning_rate"``.

    Parameters
    ----------
    schedule
        A scheduler of ``optim.lr_scheduler``, which is stepped, or a function that gives the rate of an epoch, which is
        numbered from 0 as in Keras; all groups of parameters get that rate. If it takes two arguments, the second is
        the rate that the first group has.
    per
        Whether a scheduler is stepped after each ``"epoch"`` or after each step of the optimizer, ``"batch"``.
    monitor
        What ``ReduceLROnPlateau`` looks at.
    verbose
        Whether a line tells the rate of each epoch: 1, or 0.

    Raises
    ------
    TypeError
        If the schedule is neither of them.
    ValueError
        If ``per`` does not fit, the scheduler belongs to another optimizer, there is nothing to monitor, or the
        function gives no rate.

    >>> import nn
    >>> halving = nn.LearningRateScheduler(lambda epoch: 0.1 * 0.5**epoch)
    """

    def __init__(
        self,
        schedule: Any,
        per: Literal["epoch", "batch"] = "epoch",
        monitor: str = "val_loss",
        verbose: int = 0,
    ) -> None:
        self._function: Callable[[int, float], float] | None = None
        if hasattr(schedule, "step") and hasattr(schedule, "optimizer"):
            self._scheduler = schedule
        elif callable(schedule) and not isinstance(schedule, type):
            self._function = schedule if _takes_rate(schedule) else lambda epoch, _: schedule(epoch)
        else:
            raise TypeError(
                "LearningRateScheduler: takes a scheduler of optim.lr_scheduler, or a function of the epoch, got "
                f"{schedule!r}"
            )
        if per not in ("epoch", "batch"):
            raise ValueError(f"LearningRateScheduler: per is 'epoch' or 'batch', got {per!r}")
        self._monitored = monitor if isinstance(schedule, ReduceLROnPlateau) else None
        if per == "batch" and (self._function is not None or self._monitored is not None):
            raise ValueError("LearningRateScheduler: per='batch' is for schedulers that only count; give per='epoch'")
        self._per_batch = per == "batch"
        self.verbose = verbose

    def on_train_begin(self, logs: Logs) -> None:
        """Check that the scheduler belongs to the optimizer that is used."""
        if self._function is None and self._scheduler.optimizer is not self.trainer.optimizer:
            raise ValueError("LearningRateScheduler: the scheduler was made for another optimizer than the Trainer has")

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Set the rate that a function gives."""
        if self._function is not None:
            groups = self.trainer.optimizer.param_groups
            rate = _checked(self._function(epoch, float(groups[0]["lr"])), epoch)
            for group in groups:
                group["lr"] = rate
        say(self.verbose, f"LearningRateScheduler: epoch {epoch + 1} begins with {self._rate():.4g}")

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Step the scheduler, if that is wanted here."""
        if self._per_batch:
            self._scheduler.step()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Note the rate of the epoch, and step the scheduler."""
        logs["learning_rate"] = self._rate()
        if self._monitored is not None:
            self._scheduler.step(looked_up("LearningRateScheduler", self._monitored, logs))
        elif self._function is None and not self._per_batch:
            self._scheduler.step()

    def _rate(self) -> float:
        return float(self.trainer.optimizer.param_groups[0]["lr"])

    def state_dict(self) -> dict[str, Any]:
        """Give the state of the scheduler."""
        return {} if self._function is not None else {"scheduler": self._scheduler.state_dict()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        if self._function is None:
            self._scheduler.load_state_dict(state_dict["scheduler"])


def _takes_rate(schedule: Callable[..., Any]) -> bool:
    """Whether a function needs two arguments; what has a default is its own."""
    try:
        parameters = inspect.signature(schedule).parameters.values()
    except (TypeError, ValueError):  # some that are written in C do not tell
        return False
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in by_place and each.default is each.empty for each in parameters) == 2


def _checked(given: Any, epoch: int) -> float:
    """Give a rate that a function has given, if it is one."""
    rate = np.asarray(given)
    if rate.ndim or rate.dtype.kind not in "iuf" or not 0 <= rate < np.inf:
        raise ValueError(
            f"LearningRateScheduler: the rate of epoch {epoch} is a finite number of at least 0, got {given!r}"
        )
    return float(rate)
