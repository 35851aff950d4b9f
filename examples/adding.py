"""Adding: an LSTM reads fifty numbers, two of them marked, and says the sum of these two.

    python examples/adding.py [--epochs 8]

It must remember a number over dozens of steps, and learn that from nothing but the sums: the task by which Hochreiter
and Schmidhuber tried the LSTM in "Long Short-Term Memory" (1997), section 5.4, here in its usual form of today.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import numpy as np
import numpy.typing as npt

import autograd as ag
import nn
import optim

SEED = 0
LENGTH = 50
HIDDEN = 32

Floats = npt.NDArray[np.float32]


def draw_sequences(count: int, length: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw numbers from 0 to 1 with their marks, ``(count, length, 2)``, and sums, ``(count, 1)``.

    One number of the first half is marked, and one of the second.
    """
    numbers, rows, half = random.random((count, length)), np.arange(count), length // 2
    marks = np.zeros((count, length))
    marks[rows, random.integers(half, size=count)] = 1
    marks[rows, random.integers(half, length, size=count)] = 1
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1).astype(np.float32), sums.astype(np.float32)


class Adder(nn.Module):
    """An LSTM, and a number made of what it knows after the last step."""

    def __init__(self) -> None:
        self.lstm = nn.LSTM(2, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, 1)
        with ag.no_grad():  # at first it forgets little: Gers, Schmidhuber and Cummins, "Learning to Forget" (2000)
            self.lstm.get_parameter("bias_hh_l0")[HIDDEN : 2 * HIDDEN] += 1.0

    def forward(self, sequences: Any) -> ag.Tensor:
        """Give the sums: ``(N, length, 2)`` gives ``(N, 1)``."""
        states, _ = self.lstm(sequences)
        sums: ag.Tensor = self.head(states[:, -1])
        return sums


def train(sequences: Floats, sums: Floats, epochs: int, *, rate: float = 0.01, verbose: int = 2) -> nn.Trainer:
    """Train a new one with Adam; the last tenth of the sequences shows how it goes."""
    ag.manual_seed(SEED)
    adder = Adder()
    optimizer = optim.Adam(adder.parameters(), lr=rate)
    slower = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    trainer = nn.Trainer(adder, nn.MSELoss(), optimizer)
    trainer.fit(
        sequences,
        sums,
        epochs=epochs,
        batch_size=64,
        validation_split=0.1,
        clip_norm=1.0,
        callbacks=[nn.LearningRateScheduler(slower)],
        verbose=verbose,
    )
    return trainer


def main() -> int:
    """Train and say how well it adds; give the exit code."""
    parser = argparse.ArgumentParser(description="Teach an LSTM to add two marked numbers of a sequence.")
    parser.add_argument("--epochs", type=int, default=8, help="how often it sees all sequences (default: %(default)s)")
    epochs: int = parser.parse_args().epochs
    random = np.random.default_rng(SEED)
    begun = time.perf_counter()
    trainer = train(*draw_sequences(10_000, LENGTH, random), epochs)
    seconds = time.perf_counter() - begun
    sequences, sums = draw_sequences(2_000, LENGTH, random)
    error = trainer.evaluate(sequences, sums)["loss"]
    print(f"\nMean squared error on {len(sums)} new sequences: {error:.6f} after {seconds:.0f} s of training.")
    print(f"Who always says {sums.mean():.2f}, the mean, has {sums.var():.4f}.\n")
    for sequence, total, said in zip(sequences[:5], sums[:, 0], trainer.predict(sequences[:5])[:, 0], strict=False):
        first, second = sequence[sequence[:, 1] == 1, 0]
        print(f"{first:.3f} + {second:.3f} = {total:.3f}; it says {said:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
