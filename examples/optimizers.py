"""Draw the paths of all optimizers on a surface, all schedules, and the loss around a trained network.

Writes into docs/images; run it as ``python examples/optimizers.py``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from sklearn.datasets import load_digits

import autograd as ag
import nn
import optim
from optim import lr_scheduler, surfaces, swa_utils, visualize

IMAGES = Path(__file__).parent.parent / "docs" / "images"

STEPS = 100

MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "SGD": partial(optim.SGD, lr=0.01, momentum=0.8, dampening=0.5),
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
    "SAM": lambda p: optim.SAM(optim.SGD(p, lr=0.01), rho=0.1),
    "Lookahead": lambda p: optim.Lookahead(optim.Adam(p, lr=0.3)),
}

#: The parameter that takes the steps: a matrix of one row, for what is for matrices.
SHAPES = {"Muon": (1, 2)}


#: Schedules of 60 epochs, of a rate that begins with 1.
SCHEDULES: Mapping[str, Callable[[Any], Any]] = {
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + epoch / 10)),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda epoch: 1 - epoch / 600),
    "StepLR": lambda o: lr_scheduler.StepLR(o, step_size=15, gamma=0.5),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, milestones=[10, 40], gamma=0.5),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, factor=0.5, total_iters=20),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=30),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.95),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, total_iters=50, power=2.0),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=60),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=10, T_mult=2),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.1, 1.0, step_size_up=10, mode="triangular2"),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=61),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.ConstantLR(o, 0.3, 20), lr_scheduler.ExponentialLR(o, 0.9)], milestones=[20]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.LinearLR(o, 0.1, total_iters=10), lr_scheduler.ExponentialLR(o, 0.97)]
    ),
    "WarmupLR": lambda o: lr_scheduler.WarmupLR(o, lr_scheduler.CosineAnnealingLR(o, T_max=50), total_iters=10),
    "SWALR": lambda o: swa_utils.SWALR(o, swa_lr=0.2, anneal_epochs=30),
}


def path_of(name: str) -> Any:
    """Let an optimizer go on Beale's function."""
    return surfaces.path(surfaces.BEALE, MAKERS[name], STEPS, SHAPES.get(name, (2,)))


def portrait(name: str, paths: Mapping[str, Any]) -> Any:
    """Draw the path of one optimizer, and how high it was after each step, beside those of gradient descent."""
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    plain = {"color": "0.45", "linewidth": 1.0, "label": "GradientDescent"}
    visualize.draw_paths(surfaces.BEALE, {name: paths[name]}, left)
    left.set_title(f"{name} on Beale's function")
    if name != "GradientDescent":
        left.plot(*paths["GradientDescent"].T, **plain)
        right.plot(surfaces.BEALE(paths["GradientDescent"].T), **plain)
        left.legend(**visualize.LEGEND)
    else:
        left.get_legend().remove()
    right.plot(surfaces.BEALE(paths[name].T), color=visualize.COLOURS[0])
    right.set(yscale="log", ylim=(1e-6, 30), xlabel="steps", title="height above the minimum")
    right.grid(alpha=0.3)
    return figure


def all_alone(paths: Mapping[str, Any]) -> Any:
    """Draw the path of each optimizer into a field of its own."""
    figure = Figure(figsize=(16, 15), layout="constrained")
    for axes, (name, path) in zip(figure.subplots(5, 4, sharex=True, sharey=True).flat, paths.items(), strict=True):
        visualize.draw_paths(surfaces.BEALE, {name: path}, axes)
        axes.get_legend().remove()
        axes.set_title(name, fontsize="x-large")
    return figure


def schedules() -> Any:
    """Draw the rate of each schedule over 60 epochs."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    for axes, (name, make) in zip(figure.subplots(4, 4, sharex=True, sharey=True).flat, SCHEDULES.items(), strict=True):
        optimizer = optim.SGD([nn.Parameter([0.0])], lr=1.0, momentum=0.9)
        scheduler, rates = make(optimizer), []
        for _ in range(61):
            rates.append(optimizer.param_groups[0]["lr"])
            scheduler.step()
        axes.step(range(61), rates, where="post", color=visualize.COLOURS[0])
        axes.set(title=name, ylim=(0, 1.08), xticks=range(0, 61, 20))
        axes.grid(alpha=0.3)
    figure.supxlabel("epochs")
    figure.supylabel("learning rate")
    return figure


def landscape() -> Any:
    """Train a network on handwritten digits, and draw the loss around where it ends."""
    digits = load_digits()
    images, labels = (digits.data / 16).astype(np.float32), digits.target
    ag.manual_seed(0)
    model, loss = nn.MLP([64, 32, 10]), nn.CrossEntropyLoss()
    nn.Trainer(model, loss, optim.Adam(model.parameters(), lr=0.01)).fit(images, labels, epochs=20, verbose=0)
    around = visualize.loss_landscape(model.parameters(), lambda: loss(model(images), labels), points=41)
    return visualize.draw_landscape(*around)


def save(figure: Any, path: Path, dots: int) -> None:
    """Write a picture in 128 colours, which look the same and take a third of the memory."""
    memory = io.BytesIO()
    figure.savefig(memory, dpi=dots)
    Image.open(memory).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Write the pictures."""
    paths = {name: path_of(name) for name in MAKERS}
    together = visualize.draw_paths(
        surfaces.BEALE, {name: paths[name] for name in ("GradientDescent", "Nesterov", "RMSprop", "Adam")}
    )
    pictures = {
        "paths.png": (together, 110),
        "optimizers.png": (all_alone(paths), 60),
        "schedules.png": (schedules(), 75),
        "landscape.png": (landscape(), 110),
        **{f"optimizers/{name}.png": (portrait(name, paths), 90) for name in MAKERS},
    }
    IMAGES.joinpath("optimizers").mkdir(exist_ok=True)
    for name, (figure, dots) in pictures.items():
        save(figure, IMAGES / name, dots)
        print(f"docs/images/{name}: {(IMAGES / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
