"""Graphs that many tests draw."""

import numpy as np
import pytest

import autograd as ag


@pytest.fixture
def network():
    """One training step of a 2-4-1 net, everything kept; gives the loss and all Tensors by name."""
    rng = np.random.default_rng(5)
    x = ag.Tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], name="x")
    y = ag.Tensor([[0.0], [0.85], [1.0], [0.0]], name="y")
    shapes = {"hidden": (4, 2), "output": (1, 4)}
    weights = {at: ag.Tensor(rng.normal(size=shape), requires_grad=True, name="weight") for at, shape in shapes.items()}
    biases = {at: ag.Tensor(np.zeros(shape[0]), requires_grad=True, name="bias") for at, shape in shapes.items()}
    with ag.retain_all():
        with ag.scope("hidden: Linear(2, 4)"):
            z1 = ag.linear(x, weights["hidden"], biases["hidden"])
        h = ag.sigmoid(z1)
        with ag.scope("output: Linear(4, 1)"):
            z2 = ag.linear(h, weights["output"], biases["output"])
        loss = ((z2 - y) ** 2).sum()
    for name, tensor in {"z1": z1, "h": h, "z2": z2, "loss": loss}.items():
        tensor.name = name
    tensors = {"x": x, "y": y, "z1": z1, "h": h, "z2": z2, "loss": loss}
    tensors |= {f"{at}.weight": weight for at, weight in weights.items()}
    tensors |= {f"{at}.bias": bias for at, bias in biases.items()}
    return loss, tensors
