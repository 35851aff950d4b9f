"""Draw the paths of all optimizers on a surface, a few together and each alone, and the loss around a trained network.

Writes into docs/images; run it as ``python examples/optimizers.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

import autograd as ag
import nn
import optim
from optim import surfaces, visualize

IMAGES = Path(__file__).parent.parent / "docs" / "images"

STEPS = 100

MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "GradientDescent": partial(optim.GradientDescent, lr=0.01),
    "Momentum": partial(optim.Momentum, lr=0.01),
    "Nesterov": partial(optim.Nesterov, lr=0.01),
    "Adagrad": partial(optim.Adagrad, lr=0.5),
    "Adadelta": partial(optim.Adadelta, eps=1e-3),
    "RMSprop": partial(optim.RMSprop, lr=0.05),
    "Adam": partial(optim.Adam, lr=0.3),
    "AdamW": partial(optim.AdamW, lr=0.3),
    "Adamax": partial(optim.Adamax, lr=0.3),
    "NAdam": partial(optim.NAdam, lr=0.1),
    "RAdam": partial(optim.RAdam, lr=0.01, betas=(0.9, 0.8)),
    "Rprop": partial(optim.Rprop, lr=0.05),
    "Lion": partial(optim.Lion, lr=0.05),
    "ASGD": partial(optim.ASGD, lr=0.01),
    "Adafactor": partial(optim.Adafactor, lr=0.1),
    "Muon": partial(optim.Muon, lr=0.06, momentum=0.8, weight_decay=0.0),
    "LBFGS": partial(optim.LBFGS, max_iter=1, line_search_fn="strong_wolfe"),
    "AMSGrad": partial(optim.Adam, lr=0.3, amsgrad=True),
    "SAM": lambda p: optim.SAM(optim.SGD(p, lr=0.01), rho=0.1),
    "Lookahead": lambda p: optim.Lookahead(optim.Adam(p, lr=0.3)),
}

#: The parameter that takes the steps: a matrix of one row, for what is for matrices.
SHAPES = {"Muon": (1, 2)}


def landscape() -> Any:
    """Train a network on handwritten digits, and draw the loss around where it ends."""
    digits = load_digits()
    images, labels = (digits.data / 16).astype(np.float32), digits.target
    ag.manual_seed(0)
    model, loss = nn.MLP([64, 32, 10]), nn.CrossEntropyLoss()
    nn.Trainer(model, loss, optim.Adam(model.parameters(), lr=0.01)).fit(images, labels, epochs=20, verbose=0)
    around = visualize.loss_landscape(model.parameters(), lambda: loss(model(images), labels), points=41)
    return visualize.draw_landscape(*around)


def main() -> None:
    """Write the pictures."""
    paths = {name: surfaces.path(surfaces.BEALE, make, STEPS, SHAPES.get(name, (2,))) for name, make in MAKERS.items()}
    together = visualize.draw_paths(
        surfaces.BEALE, {name: paths[name] for name in ("GradientDescent", "Nesterov", "RMSprop", "Adam")}
    )
    alone = Figure(figsize=(16, 15), layout="constrained")
    for axes, (name, path) in zip(alone.subplots(5, 4, sharex=True, sharey=True).flat, paths.items(), strict=True):
        visualize.draw_paths(surfaces.BEALE, {name: path}, axes)
        axes.get_legend().remove()
        axes.set_title(name, fontsize="x-large")
    pictures = (("paths.png", together, 80), ("optimizers.png", alone, 50), ("landscape.png", landscape(), 80))
    for name, figure, dots in pictures:
        figure.savefig(IMAGES / name, dpi=dots)
        print(f"docs/images/{name}: {(IMAGES / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
