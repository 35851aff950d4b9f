"""Draw what autograd records: one training step of a small network, the chain rule on three operations, and an anomaly.

Writes into docs/images; run it as ``python examples/drawing.py``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd as ag
import nn

IMAGES = Path(__file__).parent.parent / "docs" / "images"


def network() -> ag.Tensor:
    """Compute the loss of a 2-4-1 network on the four corners of a square, and all gradients."""
    ag.manual_seed(3)
    model = nn.Sequential(
        {"hidden": nn.Linear(2, 4), "sigmoid": nn.Sigmoid(), "output": nn.Linear(4, 1), "probability": nn.Sigmoid()}
    )
    x = ag.Tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], name="x")
    y = ag.Tensor([[0.0], [0.85], [1.0], [0.0]], name="y")
    with ag.retain_all():  # so that intermediate values and gradients can be seen, too
        loss: ag.Tensor = nn.BCELoss(reduction="sum")(model(x), y)
    loss.name = "loss"
    loss.backward()
    return loss


def chain() -> ag.Tensor:
    """Compute ``c = sqrt(ln(x * x))`` at 2, and all derivatives on the way."""
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        a = x * x
        b = ag.log(a)
        c: ag.Tensor = ag.sqrt(b)
    a.name, b.name, c.name = "a", "b", "c"
    c.backward()
    return c


class Spread(nn.Module):
    """The standard deviation of each row, whose gradient is infinite where it is 0."""

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        """Give a number for each row."""
        centred = x - x.mean(axis=-1, keepdims=True)
        return ag.sqrt((centred**2).mean(axis=-1))


def anomaly() -> ag.Graph:
    """Find where an infinite gradient is made; give what is around."""
    ag.manual_seed(0)
    model = nn.Sequential({"scale": nn.Linear(3, 3, bias=False), "spread": Spread()})
    inputs = ag.Tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]], np.float32, name="inputs")
    try:
        with ag.detect_anomaly():
            model(inputs).sum().backward()
    except ag.AnomalyError as error:
        return error.graph(distance=1)
    raise AssertionError


def main() -> None:
    """Write the pictures."""
    graph = ag.draw(network())
    others = {"chain.svg": ag.draw(chain()), "anomaly.svg": ag.draw(anomaly())}
    paths = [graph.save_as(IMAGES / "graph.svg"), *(other.save_as(IMAGES / name) for name, other in others.items())]
    graph.graph_attr["dpi"] = "72"  # a small file
    paths.append(graph.save_as(IMAGES / "graph.png"))
    for path in paths:
        print(f"{path.relative_to(IMAGES.parent.parent)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
