"""Schedules by which the rate goes up and down, and the momentum down and up: Smith (2017), Smith and Topin (2018)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from .scheduler import (
    LRScheduler,
    along_cosine,
    along_line,
    checked_optimizer,
    is_number,
    is_positive_integer,
    of_each_group,
)

#: The last step of a phase, and between which entries of a group the rate and the momentum go in it.
Phase = tuple[float, str, str, str, str]


class _MomentumToo(LRScheduler):
    """Sets the momentum as well, which is ``"momentum"`` or the first of ``"betas"``."""

    def _prepare_momentum(self, base: Any, largest: Any, begins: bool) -> None:
        """Note the bounds of each group's momentum; a schedule that begins sets the largest."""
        optimizer = self.optimizer
        if not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
        self.use_beta1 = "betas" in optimizer.defaults
        self.base_momentums = of_each_group("base_momentum", optimizer, base)
        self.max_momentums = of_each_group("max_momentum", optimizer, largest)
        if begins:
            for group, low, high in zip(optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True):
                group.update(base_momentum=low, max_momentum=high)
            self._set_momentums(self.max_momentums)

    def _set_momentums(self, momentums: list[float]) -> None:
        for group, momentum in zip(self.optimizer.param_groups, momentums, strict=True):
            if self.use_beta1:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum


class CyclicLR(_MomentumToo):
    """Lets the rate rise from ``base_lr`` to ``max_lr`` and fall again, over and over; meant to be stepped per batch.

    Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.

    Parameters
    ----------
    optimizer
        What is scheduled.
    base_lr, max_lr
        The bounds: a number, or one for each group.
    step_size_up, step_size_down
        In how many steps it rises and falls; as many, if the second is ``None``.
    mode
        ``"triangular"``; ``"triangular2"``, half as high in each new cycle; ``"exp_range"``, times ``gamma**step``.
    gamma
        For ``"exp_range"``.
    scale_fn, scale_mode
        In the place of a mode: a function of the number of the cycle (``"cycle"``) or of the step (``"iterations"``).
    cycle_momentum, base_momentum, max_momentum
        Whether the momentum falls while the rate rises, and its bounds.
    last_epoch
        How many steps there were before.

    Raises
    ------
    ValueError
        For a mode that there is not, or if the optimizer has no momentum to cycle.
    """

    _not_saved = ("optimizer", "scale_fn")

    def __init__(  # noqa: PLR0913, PLR0917 - PyTorch's
        self,
        optimizer: Any,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: Literal["cycle", "iterations"] = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError(
                f"mode is invalid and scale_fn is None: got {mode!r}, not 'triangular', 'triangular2' or 'exp_range'"
            )
        self.optimizer = checked_optimizer(self, optimizer)
        base_lrs = of_each_group("base_lr", optimizer, base_lr)
        self.max_lrs = of_each_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            self._set(base_lrs)
        self.total_size = float(step_size_up + (step_size_up if step_size_down is None else step_size_down))
        self.step_ratio = step_size_up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self.scale_fn = scale_fn
        if scale_fn is None:
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.scale_mode = scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._prepare_momentum(base_momentum, max_momentum, begins=last_epoch == -1)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def get_lr(self) -> list[float]:
        """Give the rates at this step; set the momentums."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        place = 1.0 + self.last_epoch / self.total_size - cycle
        height = place / self.step_ratio if place <= self.step_ratio else (place - 1) / (self.step_ratio - 1)
        height *= self._scale(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, strict=True)
            self._set_momentums([high - (high - low) * height for low, high in bounds])
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def _scale(self, number: int) -> float:
        if self.scale_fn is not None:
            return self.scale_fn(number)
        if self.mode == "triangular2":
            return 2.0 ** (1 - number)
        return self.gamma**number if self.mode == "exp_range" else 1.0


class OneCycleLR(_MomentumToo):
    """Lets the rate rise to ``max_lr`` and fall far below its start, once; meant to be stepped per batch.

    Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (2018), in
    the form of fast.ai, as PyTorch has it.

    Parameters
    ----------
    optimizer
        What is scheduled.
    max_lr
        The top: a number, or one for each group.
    total_steps
        The number of steps; or ``epochs`` and ``steps_per_epoch``, whose product it is.
    epochs, steps_per_epoch
        See ``total_steps``.
    pct_start
        The share of the steps in which the rate rises.
    anneal_strategy
        ``"cos"`` or ``"linear"``.
    cycle_momentum, base_momentum, max_momentum
        Whether the momentum falls while the rate rises, and its bounds.
    div_factor, final_div_factor
        The rate begins at ``max_lr / div_factor``, and ends at that divided by ``final_div_factor``.
    three_phase
        Whether it falls as it rose, and to its end only then.
    last_epoch
        How many steps there were before.

    Raises
    ------
    ValueError
        If the number of steps is missing or was exceeded, an option makes no sense, or there is no momentum to cycle.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - PyTorch's
        self,
        optimizer: Any,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        self.total_steps = _total_steps(total_steps, epochs, steps_per_epoch)
        if not is_number(pct_start) or not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self.anneal_strategy = anneal_strategy
        self._phases = _phases(self.total_steps, pct_start, three_phase)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, of_each_group("max_lr", optimizer, max_lr), strict=True):
                initial = rate / div_factor
                group.update(initial_lr=initial, max_lr=rate, min_lr=initial / final_div_factor)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._prepare_momentum(base_momentum, max_momentum, begins=last_epoch == -1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Give the rates at this step; set the momentums."""
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"Tried to step {self.last_epoch} times. The specified number of total steps is {self.total_steps}"
            )
        between = along_cosine if self.anneal_strategy == "cos" else along_line
        starts = [0.0, *(phase[0] for phase in self._phases)]
        number = next((n for n, phase in enumerate(self._phases) if self.last_epoch <= phase[0]), len(self._phases) - 1)
        end, from_lr, to_lr, from_momentum, to_momentum = self._phases[number]
        share = (self.last_epoch - starts[number]) / (end - starts[number])
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            self._set_momentums([between(group[from_momentum], group[to_momentum], share) for group in groups])
        return [between(group[from_lr], group[to_lr], share) for group in groups]


def _total_steps(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    given = (
        {"epochs": epochs, "steps_per_epoch": steps_per_epoch} if total_steps is None else {"total_steps": total_steps}
    )
    for name, value in given.items():
        if not is_positive_integer(value):
            raise ValueError(f"Expected positive integer {name}, but got {value}")
    return math.prod(value for value in given.values() if value is not None)


def _phases(steps: int, share: float, three: bool) -> list[Phase]:
    """Give each phase: its last step, and between which rates and momentums of a group it goes."""
    last = steps - 1
    rise = (share * steps - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    if not three:
        return [rise, (last, "max_lr", "min_lr", "base_momentum", "max_momentum")]
    fall = (2 * share * steps - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum")
    return [rise, fall, (last, "initial_lr", "min_lr", "max_momentum", "max_momentum")]
