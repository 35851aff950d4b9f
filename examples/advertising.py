"""Advertising: a small network learns what sales come of what is spent on television, radio and newspapers.

    python examples/advertising.py [--out FOLDER]

It tells the whole story once: the model in a table, a check of its gradients, a training loop written out, what the
network predicts, and the graph of one training step as a picture. The same seed gives the same numbers.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import autograd as ag
import nn
import optim

Floats = npt.NDArray[np.float32]

DATA = Path(__file__).parent / "data" / "advertising.csv"
SEED = 3
BATCH_SIZE = 32
HELD_OUT = 7


@dataclass
class Run:
    """A training: its name, how long it is and how fast it goes, and what came of it."""

    name: str
    epochs: int
    lr: float
    model: nn.Sequential = field(default_factory=nn.Sequential)
    losses: list[float] = field(default_factory=list)
    error: float = float("nan")  # root of the mean squared error, in the units of the sales


def main() -> int:
    """Tell the story; give the exit code."""
    parser = argparse.ArgumentParser(description="Train a small network on advertising data.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="the folder for pictures (default: %(default)s)")
    out: Path = parser.parse_args().out
    console = Console(force_terminal=sys.stdout.isatty())  # no control characters in files and pipes

    spending, sales = read_markets(DATA)
    scaled = (spending - spending.mean(axis=0)) / spending.std(axis=0)
    console.print(f"{len(sales)} markets: spending on tv, radio and newspaper, and sales.\n")

    ag.manual_seed(SEED)
    model = make_model()
    console.print(nn.summary(model), "\n", highlight=False)
    check_gradients(console, model, spending, sales)

    runs = [
        Run("as they are", epochs=100, lr=0.001),
        Run("scaled", epochs=100, lr=0.001),
        Run("scaled, longer and faster", epochs=2000, lr=0.01),
    ]
    for run, inputs in zip(runs, (spending, scaled, scaled), strict=True):
        ...
    return 0
