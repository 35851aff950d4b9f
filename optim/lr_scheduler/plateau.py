"""A schedule that waits for what is measured to stop getting better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from .scheduler import checked_optimizer, of_each_group


class ReduceLROnPlateau:
    """Multiplies the rate by ``factor`` when what is measured has not got better for more than ``patience`` epochs.

    Parameters
    ----------
    optimizer
        What is scheduled.
    mode
        Whether less is better, ``"min"``, or more, ``"max"``.
    factor
        By which the rate is multiplied; below 1.
    patience
        How many epochs may pass without getting better.
    threshold, threshold_mode
        What counts as better: by this share of the best, ``"rel"``, or by this much, ``"abs"``.
    cooldown
        How many epochs after a reduction do not count.
    min_lr
        The rate falls no deeper: a number, or one for each group.
    eps
        A change that is not larger is not made.

    Raises
    ------
    TypeError
        If what is given has no groups of parameters.
    ValueError
        For a factor of 1 or more, and a mode that there is not.

    >>> import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Any,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise ValueError(f"Factor should be < 1.0, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode {mode} is unknown; it is 'min' or 'max'")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold mode {threshold_mode} is unknown; it is 'rel' or 'abs'")
        self.optimizer = checked_optimizer(self, optimizer)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = of_each_group("min_lr", optimizer, min_lr)
        self.eps = eps
        self.last_epoch = 0
        self.best: float | None = None
        self.num_bad_epochs = 0
        self.cooldown_counter = 0

    def step(self, metrics: Any) -> None:
        """Look at what was measured in an epoch: a number, or a Tensor of one."""
        current = float(metrics)
        self.last_epoch += 1
        better = self._is_better(current)
        if better:
            self.best = current
        self.num_bad_epochs = 0 if better or self.cooldown_counter else self.num_bad_epochs + 1
        self.cooldown_counter = max(0, self.cooldown_counter - 1)
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0

    def get_last_lr(self) -> list[float]:
        """Give the rates."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Give all that the schedule goes on from, as numbers, texts and lists: JSON can write it."""
        return {key: value for key, value in vars(self).items() if key != "optimizer"}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the ``state_dict`` of a scheduler of the same class; the optimizer's own holds the rates."""
        vars(self).update(state_dict)

    def _is_better(self, value: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.best is None:
            return sign * value < math.inf
        margin = self.threshold * (self.best if self.threshold_mode == "rel" else 1)
        return sign * value < sign * self.best - margin

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        lowest = self.min_lrs if len(self.min_lrs) > 1 else self.min_lrs * len(groups)
        for group, low in zip(groups, lowest, strict=True):
            rate = max(group["lr"] * self.factor, low)
            if group["lr"] - rate > self.eps:
                group["lr"] = rate
