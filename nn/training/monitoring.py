"""Callbacks that watch a number: early stopping, and files of the model."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from autograd import Tensor

from ..saving import save
from .callbacks import Callback, Logs
from .progress import say

Mode = Literal["auto", "min", "max"]

#: Numbers that are better if they are larger, as far as names can tell.
_RISING = r"acc|accuracy|top_\d+_accuracy|auc|f1(_\w+)?|precision(_\w+)?|recall(_\w+)?|r2"
#: And those that are better if they are smaller.
_FALLING = r"(.*_)?loss|mae|mse|rmse|(.*_)?error"


class Monitor:
    """Watches one of the numbers of each epoch, and knows the best so far.

    >>> monitor = Monitor("EarlyStopping", "val_loss", "auto", 0.0)
    >>> [monitor.has_improved({"val_loss": loss}) for loss in (2.0, 1.0, 1.5)], monitor.best
    ([True, True, False], 1.0)
    """

    def __init__(self, caller: str, name: str, mode: Mode, min_delta: float) -> None:
        if not math.isfinite(min_delta):
            raise ValueError(f"{caller}: min_delta must be a finite number, got {min_delta!r}")
        self._caller = caller
        self.name = name
        self._min_delta = abs(min_delta)
        self._sign = {"min": 1, "max": -1}[self._resolved(mode)]
        self.reset()

    def reset(self) -> None:
        """Forget the best."""
        self.best = self._sign * math.inf

    def has_improved(self, logs: Logs) -> bool:
        """Tell whether an epoch is the best so far. NaN never is."""
        value = looked_up(self._caller, self.name, logs)
        if self._sign * (self.best - value) > self._min_delta:
            self.best = value
            return True
        return False

    def _resolved(self, mode: str) -> str:
        if mode in ("min", "max"):
            return mode
        name = self.name.removeprefix("val_")
        if mode != "auto":
            raise ValueError(f"{self._caller}: mode is 'auto', 'min' or 'max', got {mode!r}")
        if re.fullmatch(_RISING, name):
            return "max"
        if re.fullmatch(_FALLING, name):
            return "min"
        raise ValueError(
            f"{self._caller}: whether {self.name} should rise or fall is not known from its name; give mode='max' or "
            "mode='min'"
        )


def looked_up(caller: str, name: str, logs: Logs) -> float:
    """Give one of the numbers of an epoch, or raise ``ValueError`` with those that there are."""
    if name not in logs:
        hint = "; give fit validation_data or validation_split" if name.startswith("val_") else ""
        raise ValueError(f"{caller}: there is no {name!r} to monitor, only {', '.join(logs)}{hint}")
    return logs[name]


class EarlyStopping(Callback):
    """Ends the training when a number has not improved for some epochs, and gives the model its best weights back.

    Parameters
    ----------
    monitor
        The name of the number: ``"val_loss"``, ``"accuracy"``, ...
    min_delta
        By how much more than this it must have changed to count as an improvement.
    patience
        How many epochs in a row without improvement end the training; 0 is the same as 1.
    verbose
        Whether a line tells that it has ended the training: 1, or 0.
    mode
        Whether it should fall, ``"min"``, or rise, ``"max"``; ``"auto"`` knows it for losses and the metrics of
        ``nn.metrics``.
    restore_best_weights
        Whether the model has the weights and buffers of its best epoch in the end, however it ends, but for errors. In
        Keras they are not restored by default.

    Attributes
    ----------
    best
        The best value.
    best_epoch
        Its epoch, from 0 on; ``None`` if none has improved.
    stopped_epoch
        The epoch after which the training was ended; ``None`` if it was not.

    Raises
    ------
    ValueError
        If an option is out of its range, or, after the first epoch, if there is no such number.

    >>> import nn
    >>> stopping = nn.EarlyStopping(monitor="val_accuracy", patience=5)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: Mode = "auto",
        restore_best_weights: bool = True,
    ) -> None:
        if not patience >= 0:
            raise ValueError(f"EarlyStopping: patience is a number of epochs of at least 0, got {patience!r}")
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.restore_best_weights = restore_best_weights
        self._begin()

    def _begin(self) -> None:
        self._monitor.reset()
        self._wait = 0
        self._weights: dict[str, Tensor] | None = None
        self.best_epoch: int | None = None
        self.stopped_epoch: int | None = None

    @property
    def best(self) -> float:
        """The best value so far."""
        return self._monitor.best

    def on_train_begin(self, logs: Logs) -> None:
        """Begin anew."""
        self._begin()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Keep the weights of the best epoch, and count those that are not better."""
        if self._monitor.has_improved(logs):
            self._wait, self.best_epoch = 0, epoch
            self._weights = self.model.state_dict() if self.restore_best_weights else None
            return
        self._wait += 1
        if self._wait >= self.patience:
            self.stopped_epoch = epoch
            self.trainer.stop_training = True
            best = "was never better" if self.best_epoch is None else f"was best in epoch {self.best_epoch + 1}"
            say(self.verbose, f"EarlyStopping: ended after epoch {epoch + 1}; {self._monitor.name} {best}")

    def on_train_end(self, logs: Logs) -> None:
        """Restore the best weights."""
        if self._weights is not None:
            self.model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """Give the best value and weights, and how long that was ago."""
        return {
            "best": self.best,
            "wait": self._wait,
            "weights": self._weights,
            "best_epoch": self.best_epoch,
            "stopped_epoch": self.stopped_epoch,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self._monitor.best, self._wait, self._weights, self.best_epoch, self.stopped_epoch = (
            state_dict[key] for key in ("best", "wait", "weights", "best_epoch", "stopped_epoch")
        )


class ModelCheckpoint(Callback):
    """Writes the model's weights into a file by ``nn.save``, after each epoch or when a number has improved.

    Each file is written whole or not at all. To go on with a whole run that was interrupted, use ``fit(resume=...)``.

    Parameters
    ----------
    filepath
        The file. Its name may contain the epoch, from 1 on, and all that was reached in it:
        ``"{epoch:03d}-{val_loss:.4f}.safetensors"``.
        Its folder is made if there is none.
    monitor
        The name of the number to watch, for ``save_best_only``.
    verbose
        Whether a line tells of each file: 1, or 0.
    save_best_only
        Whether only an epoch that is better than all before is written.
    mode, min_delta
        What is better; see ``EarlyStopping``.

    Raises
    ------
    ValueError
        After the first epoch, if there is no such number, or the path asks for one that there is not.
    OSError
        If a file cannot be written.

    >>> import nn
    >>> keeping = nn.ModelCheckpoint("best.safetensors", save_best_only=True)
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: Mode = "auto",
        min_delta: float = 0.0,
    ) -> None:
        self._pattern = os.fspath(filepath)
        self.verbose = verbose
        self._monitor = Monitor("ModelCheckpoint", monitor, mode, min_delta) if save_best_only else None

    def on_train_begin(self, logs: Logs) -> None:
        """Begin anew."""
        if self._monitor is not None:
            self._monitor.reset()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Write the model, if it is to be kept."""
        if self._monitor is None or self._monitor.has_improved(logs):
            path = self._path(epoch + 1, logs)
            path.parent.mkdir(parents=True, exist_ok=True)
            save(self.model, path)
            say(self.verbose, f"ModelCheckpoint: wrote {path} after epoch {epoch + 1}")

    def _path(self, epoch: int, logs: Logs) -> Path:
        try:
            return Path(self._pattern.format(epoch=epoch, **logs))
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(
                f"ModelCheckpoint: the file {self._pattern!r} cannot be named; there are epoch, {', '.join(logs)}: "
                f"{type(error).__name__} {error}"
            ) from error

    def state_dict(self) -> dict[str, Any]:
        """Give the best value so far."""
        return {} if self._monitor is None else {"best": self._monitor.best}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        if self._monitor is not None:
            self._monitor.best = state_dict["best"]
