"""Logic: Rosenblatt's perceptron learns AND and OR, and not XOR, for which a hidden layer is needed.

    python examples/logic.py [--seeds 10]

The perceptron is shown the four inputs again and again, and corrects itself where it is wrong; the network goes down
the slope of its cross-entropy.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from rich.console import Console
from rich.table import Table

import autograd as ag
import nn
import optim

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}
EPOCHS = 500


def learn_by_rosenblatts_rule(gate: str) -> tuple[nn.Perceptron, str]:
    """Train a single unit; give it, and how that went."""
    perceptron = nn.Perceptron(2)
    return perceptron, str(perceptron.fit(INPUTS, GATES[gate]))


def learn_by_descent(gate: str, seed: int, epochs: int = EPOCHS) -> tuple[nn.MLP, float]:
    """Train a network with a hidden layer of four units, from a seed; give it and its loss in the end."""
    ag.manual_seed(seed)
    network = nn.MLP([2, 4, 1], activation="tanh")
    trainer = nn.Trainer(network, nn.BCEWithLogitsLoss(), optim.Adam(network.parameters(), lr=0.05))
    history = trainer.fit(INPUTS, np.array(GATES[gate])[:, None], epochs=epochs, shuffle=False, verbose=0)
    return network, history.values["loss"][-1]


def answers(network: nn.Module) -> list[int]:
    """Give what a network with logits says to the four inputs."""
    found: list[int] = (network(INPUTS).data[:, 0] > 0).astype(int).tolist()
    return found


def main() -> int:
    """Print what was learned by which; give the exit code."""
    parser = argparse.ArgumentParser(description="Teach logical gates to a perceptron and to a network.")
    parser.add_argument("--seeds", type=int, default=10, help="how many networks are trained (default: %(default)s)")
    seeds: int = parser.parse_args().seeds
    console = Console(width=110, force_terminal=sys.stdout.isatty())  # so that a file gets no control characters
    table = Table("gate", "learned by", "right", "how it went", title="Four inputs: 00, 01, 10, 11")
    for gate, wanted in GATES.items():
        perceptron, story = learn_by_rosenblatts_rule(gate)
        right = int(np.sum(perceptron.predict(INPUTS) == wanted))
        table.add_row(gate, "a perceptron", f"{right} of 4", story)
    trained = [learn_by_descent("XOR", seed) for seed in range(seeds)]
    learned = sum(answers(network) == GATES["XOR"] for network, _ in trained)
    network, loss = trained[0]
    right = int(np.sum(np.array(answers(network)) == GATES["XOR"]))
    story = f"loss {loss:.4f} after {EPOCHS} epochs; {learned} of {seeds} seeds learned it"
    table.add_row("XOR", "an MLP, 2-4-1", f"{right} of 4", story)
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
