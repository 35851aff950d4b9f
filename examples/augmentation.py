"""Draw what each augmentation of nn.data does to handwritten digits, for the documentation.

Writes into docs/images; run it as ``python examples/augmentation.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

import autograd as ag
from nn.data import Compose, Cutout, GaussianNoise, RandomCrop, RandomFlip, RandomRotation, RandomShift

IMAGES = Path(__file__).parent.parent / "docs" / "images"
COUNT = 10

WAYS: dict[str, Callable[[Any], Any]] = {
    "as they are": ag.asarray,
    "RandomShift(2)": RandomShift(2),
    "RandomCrop(6)": RandomCrop(6),
    "RandomFlip()": RandomFlip(),
    "RandomRotation(30)": RandomRotation(30),
    "GaussianNoise(0.2)": GaussianNoise(0.2),
    "Cutout(3)": Cutout(3),
    "Compose of four, all gentle": Compose([RandomShift(1), RandomRotation(15), GaussianNoise(0.1), Cutout(2)]),
}


def draw(path: Path) -> Path:
    """Draw the first digits, a row for each way to change them."""
    digits = load_digits().images[:COUNT].astype(np.float32) / 16
    ag.manual_seed(0)
    figure = Figure(figsize=(8, 0.62 * len(WAYS)), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, augment) in zip(figure.subplots(len(WAYS), 1), WAYS.items(), strict=True):
        images = np.pad(augment(digits).numpy(), [(0, 0), (1, 1), (1, 1)], constant_values=0.4)
        axes.imshow(np.hstack(list(images)), cmap="gray", vmin=0, vmax=1)
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    figure.savefig(path, dpi=100, bbox_inches="tight")
    return path


def main() -> int:
    """Draw the picture; give the exit code."""
    print(draw(IMAGES / "augmentation.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
