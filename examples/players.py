"""Pages that play: the chain rule on three operations, a 2-4-1 net and its training, a 4-layer CNN, and a small GPT.

    python examples/players.py [--out FOLDER]

Each is one file that works without a network: open it in a browser, and press the space bar.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

import autograd as ag
import nn
import optim

CORNERS, TARGETS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [0.85], [1.0], [0.0]]


def chain() -> ag.Tensor:
    """Compute ``c = sqrt(ln(x * x))`` at 2."""
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        a = x * x
        b = ag.log(a)
        c: ag.Tensor = ag.sqrt(b)
    a.name, b.name, c.name = "a", "b", "c"
    return c


def shared() -> ag.Tensor:
    """Compute ``b = a + a; c = b + b``, which shows why the walk has its order."""
    a = ag.Tensor(3.0, requires_grad=True, name="a")
    with ag.retain_all():
        b = a + a
        c: ag.Tensor = b + b
    b.name, c.name = "b", "c"
    return c


def network() -> nn.Sequential:
    """Make a 2-4-1 network."""
    ag.manual_seed(3)
    return nn.Sequential({"hidden": nn.Linear(2, 4), "h": nn.Sigmoid(), "output": nn.Linear(4, 1), "p": nn.Sigmoid()})


def loss_of(model: nn.Module) -> ag.Tensor:
    """Compute the cross-entropy of a network on the four corners of a square."""
    x, y = ag.Tensor(CORNERS, name="x"), ag.Tensor(TARGETS, name="y")
    with ag.retain_all():
        loss: ag.Tensor = nn.BCELoss(reduction="sum")(model(x), y)
    loss.name = "loss"
    return loss


def training(steps: int = 24, each: int = 10) -> ag.StepRecorder:
    """Train the network; keep every tenth step."""
    model, recorder = network(), ag.StepRecorder()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for step in range(steps * each):
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        if step % each == 0:
            recorder.keep(loss)
        optimizer.step()
    return recorder


def convolutions() -> ag.Tensor:
    """Compute the loss of a net of four layers, two of them convolutions, on two small images."""
    ag.manual_seed(0)
    model = nn.Sequential(
        {
            "first": nn.Conv2d(1, 4, 3, padding=1),
            "relu1": nn.ReLU(),
            "second": nn.Conv2d(4, 8, 3, padding=1),
            "relu2": nn.ReLU(),
            "pool": nn.MaxPool2d(2),
            "flat": nn.Flatten(),
            "hidden": nn.Linear(8 * 4 * 4, 16),
            "relu3": nn.ReLU(),
            "output": nn.Linear(16, 10),
        }
    )
    images = ag.Tensor(np.random.default_rng(0).normal(size=(2, 1, 8, 8)), np.float32, name="images")
    with ag.retain_all():
        loss: ag.Tensor = nn.functional.cross_entropy(model(images), ag.Tensor([3, 7]))
    loss.name = "loss"
    return loss


class GPT(nn.Module):
    """A Transformer of three layers that says which of 20 characters comes next."""

    def __init__(self) -> None:
        self.characters, self.places = nn.Embedding(20, 16), nn.Embedding(8, 16)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(16, 2, 32, 0.0, "relu", batch_first=True, norm_first=True) for _ in range(3)
        )
        self.norm, self.head = nn.LayerNorm(16), nn.Linear(16, 20)

    def forward(self, codes: ag.Tensor) -> ag.Tensor:
        """Give the logits of each next character."""
        is_later = np.triu(np.ones((8, 8), bool), 1)
        x = self.characters(codes) + self.places(np.arange(8))
        for layer in self.layers:
            x = layer(x, is_later, is_causal=True)
        logits: ag.Tensor = self.head(self.norm(x))
        return logits


def transformer() -> ag.Tensor:
    """Compute the loss of a small GPT on two lines of eight characters."""
    ag.manual_seed(0)
    model = GPT()
    codes = np.random.default_rng(0).integers(0, 20, (2, 9))
    with ag.retain_all():
        logits = model(codes[:, :-1])
        loss: ag.Tensor = nn.functional.cross_entropy(logits.reshape(-1, 20), codes[:, 1:].reshape(-1))
    loss.name = "loss"
    return loss


def main() -> int:
    """Write the pages; give the exit code."""
    parser = argparse.ArgumentParser(description="Write pages that play computations.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where they go (default: %(default)s)")
    out: Path = parser.parse_args().out
    pages = {
        "chain": ag.play(chain(), title="c = √ln(x·x)"),
        "order": ag.play(shared(), title="b = a + a; c = b + b"),
        "network": ag.play(loss_of(network()), title="a 2-4-1 network"),
        "training": ag.play(training(), title="the training of a 2-4-1 network"),
        "cnn": ag.play(convolutions(), title="a convolutional net of four layers"),
        "gpt": ag.play(transformer(), title="a small GPT"),
    }
    for name, page in pages.items():
        path = page.save_as(out / f"play_{name}.html")
        print(f"{path}: {page!r}, {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
