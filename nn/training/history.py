"""History: the loss and the metrics of each epoch."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from typing import Any

from ..files import write_whole


class History:
    """What a run of ``Trainer.fit`` has reached, epoch by epoch.

    Attributes
    ----------
    epochs
        The numbers of the epochs, from 1 on.
    values
        For each name, ``"loss"``, ``"mae"``, ``"val_loss"``, ..., the list of its values; NaN where there was none.
    flow_record
        What the callback ``FlowRecorder`` has recorded, for ``autograd.draw_flow``; ``None`` without it.

    Notes
    -----
    Code for Keras finds its names, too: ``history`` is ``values``, and ``epoch`` counts from 0.

    >>> history = History()
    >>> history.append({"loss": 2.0, "val_loss": 2.5})
    >>> history.append({"loss": 1.0, "val_loss": 1.25})
    >>> history
    <History of 2 epochs: loss 2 to 1, val_loss 2.5 to 1.25>
    >>> history.values["loss"]
    [2.0, 1.0]
    """

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self.values: dict[str, list[float]] = {}
        self.flow_record: Any = None

    def append(self, logs: Mapping[str, float]) -> None:
        """Add what the next epoch has reached."""
        for name in logs:
            self.values.setdefault(name, [float("nan")] * len(self.epochs))
        for name, values in self.values.items():
            values.append(float(logs.get(name, float("nan"))))
        self.epochs.append(len(self.epochs) + 1)

    @property
    def history(self) -> dict[str, list[float]]:
        """What Keras calls ``values``."""
        return self.values

    @property
    def epoch(self) -> list[int]:
        """The numbers of the epochs from 0 on, as in Keras."""
        return [number - 1 for number in self.epochs]

    def __len__(self) -> int:
        """Give the number of epochs."""
        return len(self.epochs)

    def plot(self) -> Any:
        """Plot each quantity over the epochs, that of the validation beside it; one below the other.

        Returns
        -------
        tuple of matplotlib.axes.Axes
            One for each quantity. A notebook shows the picture by itself; elsewhere ``matplotlib.pyplot.show()``
            does, or ``history.plot()[0].figure.savefig("history.png")`` writes it.

        Raises
        ------
        ImportError
            If there is no matplotlib.
        ValueError
            If there is no epoch yet.
        """
        plt = _pyplot()
        names = [name for name in self.values if not (name.startswith("val_") and name[4:] in self.values)]
        if not names:
            raise ValueError("History.plot: there is no epoch yet")
        figure, axes = plt.subplots(
            len(names), sharex=True, squeeze=False, layout="constrained", figsize=(6.4, 1.2 + 2.4 * len(names))
        )
        marker = "o" if len(self) == 1 else None  # a line of one point would not be seen
        for each, name in zip(axes[:, 0], names, strict=True):
            for key, label in ((name, "training"), (f"val_{name}", "validation")):
                if key in self.values:
                    each.plot(self.epochs, self.values[key], label=label, marker=marker)
            each.set_ylabel(name.replace("_", " "))
            each.grid(alpha=0.3)
            if f"val_{name}" in self.values:
                each.legend()
        axes[-1, 0].set_xlabel("epoch")
        axes[-1, 0].xaxis.get_major_locator().set_params(integer=True)
        return tuple(figure.axes)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write a table with a row for each epoch, whole or not at all. Raises ``OSError`` if it cannot be written."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["epoch", *self.values])
        table.writerows(zip(self.epochs, *self.values.values(), strict=True))
        write_whole("History.to_csv", path, text.getvalue().encode())

    def state_dict(self) -> dict[str, Any]:
        """Give all values."""
        return {"values": {name: list(values) for name, values in self.values.items()}, "count": len(self)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        if any(len(values) != state["count"] for values in state["values"].values()) or not (
            state["values"] or state["count"] == 0
        ):
            raise ValueError("the history has not the same number of epochs everywhere")
        self.epochs = list(range(1, state["count"] + 1))
        self.values = {name: list(values) for name, values in state["values"].items()}

    def __repr__(self) -> str:
        if not self.epochs:
            return "<History of no epochs>"
        told = ", ".join(f"{name} {values[0]:.4g} to {values[-1]:.4g}" for name, values in self.values.items())
        return f"<History of {len(self)} epoch{'s' if len(self) > 1 else ''}: {told}>"


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise ImportError(
            "History.plot: pictures are drawn by matplotlib, which is not installed: pip install matplotlib, or "
            "pip install glassgrad[training]"
        ) from error
    return plt
