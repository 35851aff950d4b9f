"""Draw what autograd records: a step of training, the chain rule on three operations, and what may go wrong.

Writes into docs/images; run it as ``python examples/drawing.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def vanishing() -> ag.Tensor:
    """Compute the loss of four layers of sigmoids with small weights, and all gradients."""
    rng = np.random.default_rng(0)
    h = ag.Tensor(rng.normal(size=(4, 2)), name="x")
    with ag.retain_all():
        for layer in range(4):
            with ag.scope(f"layer {layer}"):
                h = ag.sigmoid(h @ ag.Tensor(0.1 * rng.normal(size=(2, 2)), requires_grad=True, name="W"))
        loss: ag.Tensor = (h**2).mean()
    loss.name = "loss"
    loss.backward()
    return loss


def dead() -> ag.Tensor:
    """Compute a layer of ReLUs of which two are dead, and a tanh that is saturated, and all gradients."""
    x = ag.Tensor([[0.5, 1.0], [1.0, 0.2], [0.3, 0.4], [0.9, 0.8]], name="x")
    weights = ag.Tensor([[1.0, -2.0, 0.5, -1.0], [0.5, -1.0, 2.0, -0.5]], requires_grad=True, name="W")
    with ag.retain_all():
        h = ag.relu(x @ weights)
        loss: ag.Tensor = ag.tanh(4 * h.sum(axis=1)).sum()
    h.name, loss.name = "h", "loss"
    loss.backward()
    return loss


class Square(ag.Function):
    """The square, with a mistake in its backward: half of the gradient is missing."""

    @staticmethod
    def forward(ctx: Any, x: ag.Tensor) -> ag.Tensor:
        """Give ``x * x``."""
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, g: ag.Tensor) -> ag.Tensor:
        """Give ``g * x``, which should be ``g * 2 * x``."""
        (x,) = ctx.saved_tensors
        product: ag.Tensor = g * x
        return product


def mistaken() -> ag.Tensor:
    """Compute with an operation whose backward is wrong, and all gradients."""
    x = ag.Tensor([0.5, 1.0, -1.0], requires_grad=True, name="x")
    with ag.retain_all():
        squared = Square.apply(ag.exp(x))  # type: ignore[attr-defined]  # what calls a Function has no static type
        loss: ag.Tensor = (3 * squared).sum()
    loss.name = "loss"
    loss.backward()
    return loss


def failure() -> ValueError:
    """Give the error of a network whose layers do not fit."""
    ag.manual_seed(3)
    model = nn.Sequential({"hidden": nn.Linear(2, 4), "relu": nn.ReLU(), "output": nn.Linear(3, 1)})
    try:
        with ag.retain_all():
            model(ag.Tensor([[0.0, 1.0], [1.0, 1.0]], np.float32, name="x"))
    except ValueError as error:
        return error
    raise AssertionError


def second_order() -> ag.Tensor:
    """Compute ``y = x sin x`` at 2, and its derivative as a graph of its own."""
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        y: ag.Tensor = x * ag.sin(x)
        y.name = "y"
        y.backward(create_graph=True)
    return y


def main() -> None:
    """Write the pictures."""
    graph = ag.draw(network())
    others = {
        "chain.svg": ag.draw(chain()),
        "anomaly.svg": ag.draw(anomaly()),
        "vanishing.svg": ag.draw(vanishing()),
        "dead.svg": ag.draw(dead()),
        "check.svg": ag.draw(mistaken(), check=True),
        "failure.svg": ag.draw(failure()),
        "backward.svg": ag.draw(second_order(), graph="both"),
    }
    paths = [graph.save_as(IMAGES / "graph.svg"), *(other.save_as(IMAGES / name) for name, other in others.items())]
    graph.graph_attr["dpi"] = "72"  # a small file
    paths.append(graph.save_as(IMAGES / "graph.png"))
    for path in paths:
        print(f"{path.relative_to(IMAGES.parent.parent)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
