"""A run: the loop over epochs and batches, with all that changes from one to the next."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import optim
from autograd import Tensor, asarray

from . import checkpoints
from .batches import Batch, batches_of
from .callbacks import Callbacks, Logs
from .modes import learning
from .objective import ClassWeights
from .tally import Tally

if TYPE_CHECKING:
    from ..data import DataLoader
    from .trainer import Trainer


@dataclass(frozen=True)
class Plan:
    """How a model is to be trained: the arguments of ``fit``, checked."""

    epochs: int
    accumulate: int = 1
    clip_norm: float | None = None
    clip_value: float | None = None
    class_weights: ClassWeights | None = None
    checkpoint: str | None = None
    checkpoint_every: int | None = None


@dataclass
class Run:
    """A training on its way. What changes is in it, in the trainer, and in the loaders and callbacks."""

    trainer: Trainer
    plan: Plan
    loader: DataLoader
    validation: DataLoader | None
    callbacks: Callbacks
    tally: Tally
    dtype: Any
    epoch: int = 0
    step: int = 0  # of the optimizer, in this epoch
    total_steps: int = 0
    _is_at_end: bool = field(default=False, init=False)  # of an epoch that was left after its last batch
    _is_saved: bool = field(default=False, init=False)

    def train(self) -> None:
        """Begin, or go on from the checkpoint if there is one; train until the last epoch, or somebody stops."""
        for loader in self.loaders():
            _ = loader.seed  # drawn now, whether or not there will be checkpoints
        self._begin()
        logs: Logs = {}
        with learning(self.trainer.model):
            while self.epoch < self.plan.epochs and not self.trainer.stop_training:
                if not self.step:
                    self.callbacks("on_epoch_begin", self.epoch, {})
                logs = self._train_epoch()
        if not self._is_saved:
            self._save()
        self.callbacks("on_train_end", logs)

    def _begin(self) -> None:
        state = checkpoints.read(self.plan.checkpoint) if self.plan.checkpoint else None
        if state is not None:
            self._go_on(state)
        self.callbacks("on_train_begin", {})
        if self.step:
            self.callbacks("on_epoch_begin", self.epoch, {})
        if state is not None:
            self._go_on(state)  # again: callbacks have begun with a state of their own
        else:
            self._save()  # what cannot be written is known before the first epoch

    def loaders(self) -> list[DataLoader]:
        """Give the loaders, whose place is part of the state."""
        return [self.loader] if self.validation is None else [self.loader, self.validation]

    def _train_epoch(self) -> Logs:
        """Go through the batches, or the rest of them; then validate."""
        batches = iter(()) if self._is_at_end else batches_of("fit", self.loader, self.dtype)
        while group := list(islice(batches, self.plan.accumulate)):
            self._train_on(group)
        if not self.tally.count:
            raise ValueError("fit: there are no samples: the loader gave no batch in this epoch")
        logs = self.tally.results()
        if self.validation is not None:
            self.callbacks("on_test_begin", {})
            found = self.trainer._evaluated("fit", self.validation, "val_")
            self.callbacks("on_test_end", found)
            logs |= found
        epoch, self.epoch, self.step, self._is_at_end = self.epoch, self.epoch + 1, 0, False
        self.tally.reset()
        try:
            self.callbacks("on_epoch_end", epoch, logs)
        finally:
            self.trainer.history.append(logs)
        self._is_saved = False
        if self.plan.checkpoint_every is None:
            self._save()
        return logs

    def _train_on(self, group: list[Batch]) -> None:
        """Take a step of the optimizer by one batch, or by the added gradients of several."""
        self.callbacks("on_train_batch_begin", self.step, {})
        for batch, (loss, output) in zip(group, self._stepped(group), strict=True):
            self.tally.add(loss, batch, output)
        self.callbacks("on_train_batch_end", self.step, {"loss": self.tally.loss()})
        self.step, self.total_steps, self._is_saved = self.step + 1, self.total_steps + 1, False
        if self.plan.checkpoint_every and self.total_steps % self.plan.checkpoint_every == 0:
            self._save()

    def _stepped(self, group: list[Batch]) -> list[tuple[float, Any]]:
        """Step; give the loss and the output of each batch before that."""
        trainer, found, shares = self.trainer, list[tuple[float, Any]](), self._shares(group)

        def closure() -> Tensor:
            trainer.optimizer.zero_grad()
            passed = list(self._backwards(group, shares))
            self._clip()
            found.extend(() if found else passed)  # an optimizer may look again from elsewhere
            return Tensor(math.fsum(share * loss for share, (loss, _) in zip(shares, passed, strict=True)))

        trainer.optimizer.step(closure)
        return found

    def _backwards(self, group: list[Batch], shares: list[float]) -> Iterator[tuple[float, Any]]:
        """Go forwards and backwards with each batch; give its loss and output."""
        trainer, first = self.trainer, self.step * self.plan.accumulate + 1
        for number, (batch, share) in enumerate(zip(group, shares, strict=True), first):
            output = trainer.model(*batch.inputs)
            loss = trainer.objective(output, batch.target, self._weight(batch))
            value = float(loss.item())
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"fit: the loss is {value} in epoch {self.epoch + 1}, batch {number}. Look for "
                    "such numbers in the data; `with autograd.detect_anomaly(): trainer.fit(...)` names the operation "
                    "that makes them; a lower learning rate or clip_norm=1.0 helps against growing without end"
                )
            (loss if share == 1 else loss * share).backward()
            yield value, _detached(output)

    def _shares(self, group: list[Batch]) -> list[float]:
        """How much each batch counts, so that several do what one large one would."""
        if len(group) == 1 or not self.trainer.objective.is_mean:
            return [1.0] * len(group)
        samples = sum(map(len, group))
        return [len(batch) / samples for batch in group]

    def _weight(self, batch: Batch) -> Tensor | None:
        if self.plan.class_weights is None:
            return batch.weight
        of_classes = self.plan.class_weights.of(batch.target)
        return of_classes if batch.weight is None else batch.weight * of_classes

    def _clip(self) -> None:
        if self.plan.clip_norm is None and self.plan.clip_value is None:
            return
        parameters = [each for group in self.trainer.optimizer.param_groups for each in group["params"]]
        if self.plan.clip_value is not None:
            optim.clip_grad_value_(parameters, self.plan.clip_value)
        if self.plan.clip_norm is not None:
            optim.clip_grad_norm_(parameters, self.plan.clip_norm)

    # Going on after an interruption

    def _save(self) -> None:
        if self.plan.checkpoint:
            checkpoints.write(self.plan.checkpoint, self.state_dict())
        self._is_saved = True

    def _go_on(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a checkpoint, or say that it is that of something else."""
        try:
            self.load_state_dict(state)
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise ValueError(
                f"fit: {self.plan.checkpoint} is no checkpoint of this run; what is trained must be made in the same "
                f"way again. {type(error).__name__}: {error}"
            ) from error
        self._is_saved = True

    def state_dict(self) -> dict[str, Any]:
        """Give all that the rest of the run goes on from."""
        trainer = self.trainer
        return {
            **checkpoints.state_of(trainer.model, trainer.objective.loss, trainer.optimizer),
            "data": [loader.state_dict() for loader in self.loaders()],
            "callbacks": self.callbacks.state_dict(),
            "history": trainer.history.state_dict(),
            "tally": self.tally.state_dict(),
            "place": [self.epoch, self.step, self.total_steps],
            "stopped": trainer.stop_training,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there; what raises leaves the model and the optimizer as they were."""
        trainer, place = self.trainer, state["place"]
        if not all(isinstance(number, int) and number >= 0 for number in place):
            raise ValueError(f"there is no such place in a run: {place}")
        self.callbacks.load_state_dict(state["callbacks"])
        for loader, told in zip(self.loaders(), state["data"], strict=True):
            loader.load_state_dict(told)
        trainer.history.load_state_dict(state["history"])
        self.tally.load_state_dict(state["tally"])
        self.epoch, self.step, self.total_steps = place
        self._is_at_end = bool(self.step) and not state["data"][0]["batch"]
        trainer.stop_training = state["stopped"]
        checkpoints.restore(state, trainer.model, trainer.objective.loss, trainer.optimizer)


def _detached(output: Any) -> Any:
    if isinstance(output, (tuple, list)):
        return tuple(_detached(each) for each in output)
    return asarray(output).detach()
