"""Draw the paths of all optimizers on a surface: a few together, and each alone.

Writes into docs/images; run it as ``python examples/optimizers.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

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
    "LBFGS": partial(optim.LBFGS, max_iter=1, line_search_fn="strong_wolfe"),
    "SAM": lambda p: optim.SAM(optim.SGD(p, lr=0.01), rho=0.1),
    "Lookahead": lambda p: optim.Lookahead(optim.Adam(p, lr=0.3)),
}


def main() -> None:
    """Write the pictures."""
    paths = {name: surfaces.path(surfaces.BEALE, make, STEPS) for name, make in MAKERS.items()}
    together = visualize.draw_paths(
        surfaces.BEALE, {name: paths[name] for name in ("GradientDescent", "Nesterov", "RMSprop", "Adam")}
    )
    alone = Figure(figsize=(12, 18), layout="constrained")
    for axes, (name, path) in zip(alone.subplots(6, 3).flat, paths.items(), strict=True):
        visualize.draw_paths(surfaces.BEALE, {name: path}, axes)
        axes.set_title(name)
    for name, figure, dots in (("paths.png", together, 80), ("optimizers.png", alone, 50)):
        figure.savefig(IMAGES / name, dpi=dots)
        print(f"docs/images/{name}: {(IMAGES / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
