"""Digits: a perceptron of several layers and a convolutional net read the handwritten digits of scikit-learn.

    python examples/digits.py [--splits 5]

A quarter of the 1797 images, with all digits alike, is for the test. So few images make one split easy and another one
hard: there are several, each with a new network, and the figure is their mean. Sizes, rates and epochs were chosen on a
fifth of what the first split leaves to learn from.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.datasets import load_digits

import autograd as ag
import nn
import optim
from nn.data import Compose, DataLoader, GaussianNoise, RandomRotation, RandomShift, TensorDataset, train_test_split

TEST_SHARE = 0.25
BATCH_SIZE = 32

Images = npt.NDArray[np.float32]  # (N, 1, 8, 8), from 0 to 1
Labels = npt.NDArray[np.int64]  # (N,)


def read_digits() -> tuple[Images, Labels]:
    """Give all images and what they show."""
    digits = load_digits()
    return digits.images[:, None].astype(np.float32) / 16, digits.target


def split(images: Images, labels: Labels, seed: int) -> list[Any]:
    """Part images for the test, by a seed: give those to learn from, those for the test, and the labels likewise."""
    return train_test_split(images, labels, test_size=TEST_SHARE, stratify=labels, seed=seed)


# -------------------------------------------------------------------------------------------------------- the networks


def make_mlp() -> nn.Module:
    """Make a network with a hidden layer; it knows nothing of places."""
    return nn.Sequential(nn.Flatten(), nn.MLP([64, 256, 10], dropout=0.3))


def make_cnn() -> nn.Module:
    """Make a net of three convolutions."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(256, 10)),
    )


@dataclass(frozen=True)
class Plan:
    """A network, and how it is trained: ``augment`` changes each image a little, anew in each epoch."""

    make: Callable[[], nn.Module]
    augment: Callable[[Any], Any]
    epochs: int
    rate: float


PLANS = {
    "MLP": Plan(make_mlp, GaussianNoise(0.1), epochs=40, rate=0.005),
    "CNN": Plan(make_cnn, Compose([RandomShift(1), RandomRotation(10)]), epochs=30, rate=0.005),
}


def train(plan: Plan, images: Images, labels: Labels, seed: int) -> nn.Trainer:
    """Train a new network, with Adam and a rate that rises once and falls."""
    ag.manual_seed(seed)
    network = plan.make()
    optimizer = optim.Adam(network.parameters(), lr=plan.rate)
    loader = DataLoader(TensorDataset(images, labels), BATCH_SIZE, shuffle=True, transform=plan.augment)
    rate = optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, epochs=plan.epochs, steps_per_epoch=len(loader))
    trainer = nn.Trainer(network, nn.CrossEntropyLoss(), optimizer, metrics=["accuracy"])
    trainer.fit(loader, epochs=plan.epochs, callbacks=[nn.LearningRateScheduler(rate, per="batch")], verbose=0)
    return trainer


def accuracy(trainer: nn.Trainer, images: Images, labels: Labels) -> float:
    """Give the share of the images that are read rightly."""
    return trainer.evaluate(images, labels)["accuracy"]


def tested(plan: Plan, splits: int) -> tuple[npt.NDArray[np.float64], nn.Module]:
    """Give the accuracies in the tests of so many splits, and the last network."""
    data, found = read_digits(), list[float]()
    for seed in range(splits):
        images, test_images, labels, test_labels = split(*data, seed)
        trainer = train(plan, images, labels, seed)
        found.append(accuracy(trainer, test_images, test_labels))
    return np.array(found), trainer.model


def main() -> int:
    """Print the table; give the exit code."""
    parser = argparse.ArgumentParser(description="Train an MLP and a CNN on handwritten digits.")
    parser.add_argument("--splits", type=int, default=5, help="how many splits are tested (default: %(default)s)")
    splits: int = parser.parse_args().splits
    console = Console(width=110, force_terminal=sys.stdout.isatty())  # so that a file gets no control characters
    table = Table("network", "parameters", "test, split by split", "mean", "s, a training")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, plan in PLANS.items():
        begun = time.perf_counter()
        accuracies, network = tested(plan, splits)
        seconds = (time.perf_counter() - begun) / splits
        count = sum(parameter.size for parameter in network.parameters())
        each = "  ".join(f"{accuracy:.1%}" for accuracy in accuracies)
        table.add_row(name, f"{count:,}", each, f"{accuracies.mean():.2%}", f"{seconds:.1f}")
    console.print(table)
    console.print("Each is trained on 1347 images; the test has 450 others.", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
