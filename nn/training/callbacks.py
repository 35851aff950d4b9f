"""Callbacks: what is told how a training goes, and may take part in it; with Keras' names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..module import Module
    from .trainer import Trainer

Logs = dict[str, float]


class Callback:
    """The base of all callbacks. A subclass overrides what it wants to be told; the others do nothing.

    Epochs and batches are numbered from 0 here, as in Keras. ``logs`` holds what was reached by name: after a batch the
    loss of the epoch so far, after an epoch the loss, the metrics, and those of the validation as ``"val_loss"`` and so
    on. What is added to the logs of an epoch is part of the history.

    ``self.trainer`` and ``self.model`` are known from ``on_train_begin`` on; ``self.trainer.stop_training = True`` ends
    the training after the epoch.

    >>> import nn
    >>> class Patient(nn.Callback):
    ...     def on_epoch_end(self, epoch, logs):
    ...         self.trainer.stop_training = logs["loss"] < 0.1
    """

    trainer: Trainer

    @property
    def model(self) -> Module:
        """The model that is trained."""
        return self.trainer.model

    def on_train_begin(self, logs: Logs) -> None:
        """Is called once, before the first epoch. If a run goes on, ``trainer.history`` has its epochs already."""

    def on_train_end(self, logs: Logs) -> None:
        """Is called once, after the last epoch, with what that has reached; not if there was an error."""

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Is called before each epoch."""

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Is called after each epoch and its validation."""

    def on_train_batch_begin(self, batch: int, logs: Logs) -> None:
        """Is called before each step of the optimizer; one by several batches is that of one large batch."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Is called after each step of the optimizer, while the gradients are still there."""

    def on_test_begin(self, logs: Logs) -> None:
        """Is called before each validation."""

    def on_test_end(self, logs: Logs) -> None:
        """Is called after each validation, with what it has given."""

    def state_dict(self) -> dict[str, Any]:
        """Give what changes from epoch to epoch, for checkpoints: numbers, texts, arrays, dicts, lists."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave, after ``on_train_begin``."""


class LambdaCallback(Callback):
    """A callback made of functions, by the names of the methods that they stand for.

    Raises ``TypeError`` for other names.

    >>> import nn
    >>> show = nn.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
    """

    def __init__(self, **functions: Callable[..., Any]) -> None:
        known = [name for name in vars(Callback) if name.startswith("on_")]
        for name, function in functions.items():
            if name not in known or not callable(function):
                raise TypeError(
                    f"LambdaCallback: takes functions by the names {', '.join(known)}; got {name}={function!r}"
                )
        vars(self).update(functions)


class Callbacks:
    """All callbacks of a training, called in their order."""

    def __init__(self, given: Any, progress: Callback, trainer: Trainer) -> None:
        given = given if isinstance(given, Sequence) else [] if given is None else [given]
        for callback in (*given, progress):
            if not isinstance(callback, Callback):
                raise TypeError(
                    "fit: callbacks are objects of classes that derive from nn.Callback, got "
                    f"{callback!r}{_hint(callback)}"
                )
            callback.trainer = trainer
        self._given, self._all = list(given), [*given, progress]

    def __call__(self, event: str, *arguments: Any) -> None:
        """Tell all of them what happens."""
        for callback in self._all:
            getattr(callback, event)(*arguments)

    def state_dict(self) -> dict[str, Any]:
        """Give the state of each, by its place and class; how the training is shown is not part of it."""
        return {_called(place, callback): callback.state_dict() for place, callback in enumerate(self._given)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave; raises ``ValueError`` if there are other callbacks now."""
        names = [_called(place, callback) for place, callback in enumerate(self._given)]
        if names != list(state_dict):
            raise ValueError(
                f"it was written with the callbacks {_listed(state_dict)}, and now there are {_listed(names)}"
            )
        for name, callback in zip(names, self._given, strict=True):
            callback.load_state_dict(state_dict[name])


def _hint(given: Any) -> str:
    if isinstance(given, type):
        return f"; make one: {given.__name__}(...)"
    is_schedule = hasattr(given, "step") and hasattr(given, "optimizer")
    return "; make one: nn.LearningRateScheduler(schedule)" if is_schedule else ""


def _called(place: int, callback: Callback) -> str:
    return f"{place}: {type(callback).__name__}"


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
