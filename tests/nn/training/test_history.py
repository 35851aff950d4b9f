"""History: what it holds, its table and its picture."""

import errno
import os
import sys

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn


def made():
    history = nn.History()
    history.append({"loss": 2.0, "mae": 1.0, "val_loss": 3.0})
    history.append({"loss": 1.0, "mae": 0.5, "val_loss": 2.0, "learning_rate": 0.1})
    return history


def test_values_have_one_place_for_each_epoch():
    history = made()
    assert history.epochs == [1, 2]
    assert len(history) == 2
    np.testing.assert_array_equal(history.values["learning_rate"], [np.nan, 0.1])
    history.append({"loss": 0.5})
    np.testing.assert_array_equal(history.values["mae"], [1.0, 0.5, np.nan])


def test_the_names_of_keras():
    history = made()
    assert history.history == history.values
    assert history.history["loss"] == [2.0, 1.0]
    assert history.epoch == [0, 1]


def test_it_says_what_it_is():
    assert repr(made()).startswith("<History of 2 epochs: loss 2 to 1, mae 1 to 0.5, val_loss 3 to 2")
    assert repr(nn.History()) == "<History of no epochs>"


def test_a_table(tmp_path):
    made().to_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text().splitlines() == [
        "epoch,loss,mae,val_loss,learning_rate",
        "1,2.0,1.0,3.0,nan",
        "2,1.0,0.5,2.0,0.1",
    ]


def test_a_table_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "history.csv"
    path.write_text("old")

    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"History.to_csv: cannot write .*history.csv: No space left"):
        made().to_csv(path)
    assert path.read_text() == "old"


def test_a_picture(tmp_path):
    axes = made().plot()
    try:
        assert [each.get_ylabel() for each in axes] == ["loss", "mae", "learning rate"]
        training, validation = axes[0].get_lines()
        assert (training.get_label(), list(training.get_ydata())) == ("training", [2.0, 1.0])
        assert (validation.get_label(), list(validation.get_xdata())) == ("validation", [1, 2])
        assert len(axes[1].get_lines()) == 1
        axes[0].figure.savefig(tmp_path / "history.png")
    finally:
        plt.close("all")
    assert (tmp_path / "history.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_plotted(monkeypatch):
    with pytest.raises(ValueError, match=r"History.plot: there is no epoch yet"):
        nn.History().plot()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install matplotlib, or pip install glassgrad\[training\]"):
        made().plot()
