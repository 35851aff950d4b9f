"""Callbacks that write down what each epoch has reached: as a table, and for TensorBoard."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .callbacks import Callback, Logs


class CSVLogger(Callback):
    """Writes a line for each epoch into a CSV file: the epoch, from 1 on, and its numbers.

    The lines are there as soon as an epoch has ended. What a callback adds to the numbers, ``"learning_rate"``, say, is
    among them if that stands before this one. A file that is there already is replaced; of a run that goes on, by all
    of its epochs so far. Raises ``OSError`` if it cannot be written.

    >>> import nn
    >>> logger = nn.CSVLogger("training.csv")
    """

    def __init__(self, filename: str | os.PathLike[str]) -> None:
        self._path = Path(filename)
        self._columns: list[str] = []

    def on_train_begin(self, logs: Logs) -> None:
        """Begin the file, with the epochs that a run has had before."""
        history = self.trainer.history
        if not len(history):
            self._columns = []
        with self._path.open("w", encoding="utf-8", newline="") as file:
            if self._columns:
                table = csv.writer(file, lineterminator="\n")
                table.writerow(["epoch", *self._columns])
                known = [history.values[name] for name in self._columns]
                table.writerows(zip(history.epochs, *known, strict=True))

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Add a line; before the first one, the names of the columns."""
        with self._path.open("a", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            if not self._columns:
                self._columns = list(logs)
                table.writerow(["epoch", *self._columns])
            table.writerow([epoch + 1, *(logs.get(name, float("nan")) for name in self._columns)])

    def state_dict(self) -> dict[str, Any]:
        """Give the names of the columns."""
        return {"columns": self._columns}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self._columns = list(state_dict["columns"])


class TensorBoard(Callback):
    """Writes event files for TensorBoard: the numbers of each epoch, and the weights if wanted.

    ``tensorboard --logdir FOLDER`` shows them. Training and validation lie in the folders ``train`` and ``validation``
    inside of the one that is given, so that they share a chart, as in Keras. The files are written by the package
    tensorboardX: ``pip install glassgrad[tensorboard]``; ``ImportError`` says so where it is missing.

    Parameters
    ----------
    log_dir
        Where the files go.
    histogram_freq
        After how many epochs the distribution of each parameter is written; 0 for never.

    >>> import nn
    >>> board = nn.TensorBoard("runs/first", histogram_freq=10)
    """

    def __init__(self, log_dir: str | os.PathLike[str], histogram_freq: int = 0) -> None:
        if not histogram_freq >= 0:
            raise ValueError(f"TensorBoard: histogram_freq is a number of epochs of at least 0, got {histogram_freq!r}")
        self._folder = Path(log_dir)
        self._histogram_freq = histogram_freq
        self._writers: dict[str, Any] = {}

    def on_train_begin(self, logs: Logs) -> None:
        """Begin new files; steps that a run which goes on will repeat are dropped by TensorBoard."""
        self._close()  # those of a training that ended by an error
        self._begun = len(self.trainer.history)
        self._writer("train")

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Write the numbers of an epoch, and have them on the disk."""
        for name, value in logs.items():
            part = "validation" if name.startswith("val_") else "train"
            self._writer(part).add_scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)
        if self._histogram_freq and (epoch + 1) % self._histogram_freq == 0:
            for name, parameter in self.model.named_parameters():
                self._writer("train").add_histogram(name, parameter.detach().data, epoch)
        for writer in self._writers.values():
            writer.flush()

    def on_train_end(self, logs: Logs) -> None:
        """Close the files."""
        self._close()

    def _close(self) -> None:
        while self._writers:
            self._writers.popitem()[1].close()

    def _writer(self, part: str) -> Any:
        if part not in self._writers:
            purged = self._begun or None  # of an earlier run in the same folder nothing is dropped
            self._writers[part] = _summary_writer()(str(self._folder / part), purge_step=purged)
        return self._writers[part]


def _summary_writer() -> Any:
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise ImportError(
            "TensorBoard: event files are written by tensorboardX, which is not installed: pip install tensorboardX, "
            "or pip install glassgrad[tensorboard]"
        ) from error
    return SummaryWriter
