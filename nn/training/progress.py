"""How a training shows itself: a bar in a terminal and in a notebook, and lines where there is neither."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from .callbacks import Callback, Logs

#: How many seconds a bar stays as it is.
_REFRESH = 0.1


class Progress(Callback):
    """Shows nothing; the base of those that do. ``now`` gives what the epoch has reached so far.

    It is entered before a training, and left after it, however that ends.
    """

    def __init__(self, epochs: int, steps: int | None, now: Callable[[], Logs]) -> None:
        self._epochs = epochs
        self._steps = steps
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


class Lines(Progress):
    """Prints a line after each epoch.

    >>> lines = Lines(10, 1, dict)
    >>> lines.on_epoch_begin(8, {})
    >>> lines.on_epoch_end(8, {"loss": 0.25})
    Epoch  9/10, ... s: loss 0.25
    """

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Look at the clock."""
        self._begun = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Print what the epoch has reached."""
        seconds = time.monotonic() - self._begun
        say(True, f"{counted(epoch, self._epochs)}, {seconds:.2f} s: {told(logs)}")


class Bar(Progress):
    """Shows how far a training has come, what it has reached, and how long it will take; a subclass draws that."""

    def __init__(self, epochs: int, steps: int | None, now: Callable[[], Logs]) -> None:
        super().__init__(epochs, steps, now)
        self._start: float | None = None  # when the first epoch began, and at which share of the way
        self._start_share = 0.0
        self._next = 0.0
        self._epoch = 0
        self._last: Logs = {}

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Begin with the first epoch."""
        self._epoch = epoch
        if self._start is None:
            self._start, self._start_share = time.monotonic(), epoch / self._epochs

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Show how far the epoch has come, if that was not shown just now."""
        moment = time.monotonic()
        if moment >= self._next:
            self._next = moment + _REFRESH
            share = (self._epoch + (batch + 1) / self._steps if self._steps else self._epoch) / self._epochs
            self.show(share, counted(self._epoch, self._epochs), told(self._last | self._now()), self._left(share))

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Show what the epoch has reached; the last one, and others if they take long."""
        self._last = dict(logs)
        share, moment = (epoch + 1) / self._epochs, time.monotonic()
        if moment >= self._next or share == 1 or self.trainer.stop_training:
            self._next = moment + _REFRESH
            self.show(share, counted(epoch, self._epochs), told(logs), self._left(share))

    def show(self, share: float, epoch: str, reached: str, left: str) -> None:
        """Draw it: how much is done, which epoch that is, what was reached and how long the rest will take."""
        raise NotImplementedError

    def _left(self, share: float) -> str:
        """How long it will take, if it goes on as so far; in the end, how long it took."""
        elapsed = time.monotonic() - (self._start or 0.0)
        done = share - self._start_share
        if share >= 1 or self.trainer.stop_training:
            return f"{clock(elapsed)} taken"
        return f"{clock(elapsed / done * (1 - share))} left" if done > 0 else ""


class TerminalBar(Bar):
    """Draws the bar in a terminal, by rich."""

    def __init__(self, epochs: int, steps: int | None, now: Callable[[], Logs], console: Any = None) -> None:
        super().__init__(epochs, steps, now)
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Rich

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[left]}:", markup=False),
            TextColumn("{task.fields[reached]}", markup=False),
        )
        self._rich = Rich(*columns, console=console, auto_refresh=False)
        self._task = self._rich.add_task("", total=1.0, left="", reached="")

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._rich.stop()

    def show(self, share: float, epoch: str, reached: str, left: str) -> None:
        """Draw it."""
        self._rich.update(self._task, completed=share, description=epoch, reached=reached, left=left, refresh=True)


class NotebookBar(Bar):
    """Draws the bar below a cell of a notebook."""

    def __init__(self, epochs: int, steps: int | None, now: Callable[[], Logs]) -> None:
        super().__init__(epochs, steps, now)
        self._handle: Any = None

    def show(self, share: float, epoch: str, reached: str, left: str) -> None:
        """Draw it, first below what the cell has shown, then in the same place."""
        from IPython.display import HTML, display

        picture = HTML(
            f"<div>{html.escape(epoch)} <progress value='{share:.4f}' max='1'></progress> {html.escape(left)} "
            f"<code>{html.escape(reached)}</code></div>"
        )
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)


def progress_for(verbose: Any, epochs: int, steps: int | None, now: Callable[[], Logs]) -> Progress:
    """Choose by Keras' ``verbose``: 0 for nothing, 1 for a bar, 2 for lines; ``"auto"`` for what fits the place."""
    check_verbose("fit", verbose)
    if verbose in (0, 2):
        return (Lines if verbose else Progress)(epochs, steps, now)
    if _is_notebook():
        return NotebookBar(epochs, steps, now)
    if verbose == "auto" and not sys.stdout.isatty():
        return Lines(epochs, steps, now)
    try:
        return TerminalBar(epochs, steps, now)
    except ImportError as error:
        if verbose == "auto":
            return Lines(epochs, steps, now)
        raise ImportError(
            "fit: the bar is drawn by rich, which is not installed: pip install rich, or pip install "
            "glassgrad[training]; verbose=2 prints lines"
        ) from error


def check_verbose(caller: str, verbose: Any) -> None:
    """Raise ``ValueError`` for what is none of Keras' words."""
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f"{caller}: verbose is 'auto', 0 (silent), 1 (a bar) or 2 (lines), got {verbose!r}")


@contextmanager
def timed(caller: str, verbose: Any) -> Iterator[Logs]:
    """Print how long a block took, and what it has put into the logs, unless ``verbose`` is 0.

    >>> with timed("evaluate", 2) as logs:
    ...     logs["loss"] = 0.25
    evaluate, ... s: loss 0.25
    """
    check_verbose(caller, verbose)
    begun, logs = time.monotonic(), Logs()
    yield logs
    reached = f": {told(logs)}" if logs else ""
    say(verbose, f"{caller}, {time.monotonic() - begun:.2f} s{reached}")


def say(verbose: Any, text: str) -> None:
    """Print a line, unless ``verbose`` is 0; where there is a bar, above it."""
    if verbose:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def told(logs: Logs) -> str:
    """Write down numbers by name, to four digits.

    >>> told({"loss": 0.123456, "val_mae": 12.0})
    'loss 0.1235, val_mae 12'
    """
    return ", ".join(f"{name} {value:.4g}" for name, value in logs.items())


def counted(epoch: int, epochs: int) -> str:
    """Name an epoch that is counted from 0.

    >>> counted(4, 100)
    'Epoch   5/100'
    """
    return f"Epoch {epoch + 1:>{len(str(epochs))}}/{epochs}"


def clock(seconds: float) -> str:
    """Write down a time.

    >>> clock(75.2), clock(7300)
    ('1:15', '2:01:40')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _is_notebook() -> bool:
    """Whether the output is shown by a kernel of Jupyter."""
    ipython = sys.modules.get("IPython")
    shell: Any = None if ipython is None else ipython.get_ipython()
    return any(each.__name__ == "ZMQInteractiveShell" for each in type(shell).__mro__)
