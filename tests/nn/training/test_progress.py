"""How a training shows itself: lines, a bar in a terminal, one in a notebook."""

import builtins
import contextlib
import io
import re
import sys
import types

import numpy as np
import pytest
from rich.console import Console

import autograd as ag
import nn
import optim
from nn.training import progress

X = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
Y = X.sum(axis=1, keepdims=True)


def fit(terminal=None, **options):
    ag.manual_seed(0)
    model = nn.Linear(2, 1)
    trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), ["mae"])
    options = {"epochs": 12, "batch_size": 5, "validation_split": 0.2} | options
    with contextlib.redirect_stdout(terminal or sys.stdout):
        trainer.fit(X, Y, **options)
    return trainer.history


LINE = r"Epoch +(\d+)/12, [\d.]+ s: loss ([\d.e-]+), mae [\d.e-]+, val_loss [\d.e-]+, val_mae [\d.e-]+"


@pytest.mark.parametrize("verbose", ["auto", 2])
def test_lines_where_there_is_no_terminal(verbose, capsys):
    history = fit(verbose=verbose)
    told = [re.fullmatch(LINE, line).groups() for line in capsys.readouterr().out.splitlines()]
    assert told == [
        (str(epoch), f"{loss:.4g}") for epoch, loss in zip(history.epochs, history.values["loss"], strict=True)
    ]


def test_silence(capsys):
    fit(verbose=0)
    fit(verbose=False)
    assert capsys.readouterr() == ("", "")


def trained():
    model = nn.Linear(2, 1)
    return nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), ["mae"])


@pytest.mark.parametrize("verbose", ["auto", 1, 2])
def test_evaluate_and_predict_tell_what_they_did(verbose, capsys):
    trainer = trained()
    found = trainer.evaluate(X, Y, verbose=verbose)
    assert re.fullmatch(
        rf"evaluate, [\d.]+ s: loss {found['loss']:.4g}, mae {found['mae']:.4g}\n", capsys.readouterr().out
    )
    trainer.predict(X, verbose=verbose)
    assert re.fullmatch(r"predict, [\d.]+ s\n", capsys.readouterr().out)


def test_evaluate_and_predict_are_silent_otherwise(capsys):
    trainer = trained()
    trainer.evaluate(X, Y), trainer.evaluate(X, Y, verbose=0), trainer.predict(X), trainer.predict(X, verbose=False)
    assert capsys.readouterr() == ("", "")
    for call in (lambda: trainer.evaluate(X, Y, verbose=3), lambda: trainer.predict(X, verbose="yes")):
        with pytest.raises(ValueError, match=r"^(evaluate|predict): verbose is 'auto', 0 \(silent\)"):
            call()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Stand in for a terminal of 120 columns; time passes by a second at each look."""
    for name, value in (("TERM", "xterm"), ("COLUMNS", "120"), ("LINES", "24")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    seconds = iter(range(10**6))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
    return Terminal()


def shown(text):
    """What stood in the line of the bar, each time it was drawn."""
    return [line for line in re.split(r"[\r\n]", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text)) if "Epoch" in line]


@pytest.mark.parametrize("verbose", ["auto", 1])
def test_a_bar_in_a_terminal(verbose, terminal):
    history = fit(terminal, verbose=verbose)
    lines = shown(terminal.getvalue())
    loss, val_loss = (history.values[name][-1] for name in ("loss", "val_loss"))
    assert re.search(r"Epoch 12/12 ━+ [\d:]+ taken: loss", lines[-1])
    assert f"loss {loss:.4g}, mae" in lines[-1]
    assert f"val_loss {val_loss:.4g}" in lines[-1]
    assert any(re.search(r"Epoch  6/12 .* \d+:\d\d left: loss [\d.]+, mae [\d.]+, val_loss", line) for line in lines)
    assert max(map(len, lines)) <= 120


def test_the_time_that_is_left(terminal):
    fit(terminal, verbose=1, epochs=4, validation_split=0)
    left = [
        int(minutes) * 60 + int(seconds) for minutes, seconds in re.findall(r"(\d+):(\d\d) left", terminal.getvalue())
    ]
    assert left[0] > left[len(left) // 2] > left[-1]


def test_a_bar_ends_with_an_error(terminal):
    def fail(epoch, logs):
        if epoch == 2:
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fit(terminal, callbacks=[nn.LambdaCallback(on_epoch_end=fail)])
    assert terminal.getvalue().endswith("\x1b[?25h")  # the cursor is there again
    assert "Epoch  3/12" in shown(terminal.getvalue())[-1]


def test_a_training_that_stops_early_says_so(terminal):
    fit(terminal, callbacks=[nn.EarlyStopping("loss", min_delta=1e9)])
    assert re.search(r"Epoch +\d+/12 .* taken", shown(terminal.getvalue())[-1])


def test_data_of_unknown_length(terminal):
    ag.manual_seed(0)
    model = nn.Linear(2, 1)
    trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1))
    stream = nn.data.IterableDataset(lambda: zip(X, Y, strict=True))
    with contextlib.redirect_stdout(terminal):
        trainer.fit(stream, epochs=2)
    assert "Epoch 2/2" in shown(terminal.getvalue())[-1]


def test_without_rich(terminal, monkeypatch):
    def missing(name, *arguments, original=builtins.__import__):
        if name.startswith("rich"):
            raise ImportError(name)
        return original(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", missing)
    fit(terminal, verbose="auto")
    assert re.match(LINE, terminal.getvalue())
    with pytest.raises(ImportError, match=r"pip install rich, or pip install glassgrad\[training\]; verbose=2 prints"):
        fit(terminal, verbose=1)


def test_a_bar_in_a_notebook(monkeypatch, capsys):
    pictures = []

    class ZMQInteractiveShell:
        pass

    class Handle:
        def update(self, picture):
            pictures.append(picture)

    def display(picture, display_id):
        assert display_id is True
        pictures.append(picture)
        return Handle()

    ipython, shown_by = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = ZMQInteractiveShell
    shown_by.HTML, shown_by.display = str, display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", shown_by)
    history = fit()
    assert "Epoch 12/12" in pictures[-1]
    assert "<progress value='1.0000' max='1'>" in pictures[-1]
    assert f"val_loss {history.values['val_loss'][-1]:.4g}" in pictures[-1]
    assert capsys.readouterr().out == ""


def test_callbacks_write_above_the_bar(terminal):
    fit(terminal, epochs=20, callbacks=[nn.LearningRateScheduler(lambda epoch: 0.1, verbose=1)])
    assert "LearningRateScheduler: epoch 20 begins with 0.1\n" in terminal.getvalue()


def test_names_in_the_bar_are_no_markup(terminal):
    bar = progress.TerminalBar(1, 1, dict, Console(file=terminal, width=100, force_terminal=True))
    bar.trainer = types.SimpleNamespace(stop_training=False)
    with bar:
        bar.on_epoch_begin(0, {})
        bar.on_epoch_end(0, {"[red]": 1.0})
    assert "[red] 1" in terminal.getvalue()
