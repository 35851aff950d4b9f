"""Draw what flows through a network of sigmoids while it is trained on handwritten digits, for the documentation.

Writes into docs/images; run it as ``python examples/flow.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from sklearn.datasets import load_digits

import autograd as ag
import nn
import optim

IMAGES = Path(__file__).parent.parent / "docs" / "images"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def trained(epochs: int = 20) -> Any:
    """Train the network; give the history of it."""
    digits = load_digits()
    ag.manual_seed(0)
    model = nn.Sequential(nn.data.Normalizer(64).fit(digits.data), nn.MLP([64, 48, 48, 48, 10], "sigmoid"))
    optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optimizer)
    return trainer.fit(digits.data, digits.target, epochs=epochs, callbacks=[nn.FlowRecorder()], verbose=0)


def draw(history: Any, folder: Path) -> Iterator[Path]:
    """Draw the picture for light and for dark pages."""
    for theme in THEMES:
        path = folder / f"flow-{theme}.png"
        ag.draw_flow(history, theme=theme).savefig(path, dpi=90)
        yield path


def main() -> int:
    """Draw the pictures; give the exit code."""
    for path in draw(trained(), IMAGES):
        print(f"{path.relative_to(IMAGES.parent.parent)}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
