"""How activations, gradients and updates of a model's layers went during training, as a picture by Matplotlib.

Left, a row for each layer: the histograms of its activations and of its gradients, one beside the other for all steps.
Right, all layers together: how many units are saturated or dead, how large updates are beside the weights, and how
large the gradients. A layer has the same colour everywhere, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..flow_recording import FlowRecord
from .flow_numbers import logarithm, medians, range_of, ratio, runs
from .theme import THEMES, Theme

#: More layers than this are not drawn unless they are named.
MOST_LAYERS = 12

#: Of how many cells a map of histograms is: along its axis of numbers, and at most along its axis of steps.
CELLS = 80
COLUMNS = 100

#: Of a name that is longer than this, the end is shown.
LONGEST_NAME = 26

#: Where log10(update / weight) is about right.
USUAL = -3.0

#: How the second kind of lines is drawn.
DASHES = (0, (3, 2))


def draw_flow(source: Any, *, layers: Sequence[str] | None = None, theme: Literal["light", "dark"] = "light") -> Any:
    """Draw what flowed through a model during training: activations, gradients and updates of each layer.

    Parameters
    ----------
    source
        What ``record_flow`` gave, a model that was recorded by it, the history of a training with the callback
        ``nn.FlowRecorder``, or that callback.
    layers
        Which layers are drawn, by name; by default all, and of more than 12 only so many, from the first to the last.
    theme
        ``"light"`` or ``"dark"``.

    Returns
    -------
    matplotlib.figure.Figure
        ``figure.savefig("flow.png")`` writes it; a notebook shows it.

    Raises
    ------
    TypeError
        If the source has no record.
    ValueError
        If there is no step in it, a layer is not, or there is no such theme.
    ModuleNotFoundError
        If there is no Matplotlib.

    Notes
    -----
    Left, each column of a map is the histogram of a step, or of several that follow one another, scaled to its own
    highest bin; the line is the median. The ends of a map leave out up to 0.2 % of the numbers. A cross marks steps
    with NaN or Inf. Right, ``record_flow`` says what is dead and what is saturated. The update of a layer is usually
    about a thousandth of its weights, the line at -3: far above, training is unstable; far below, it is slow.

    >>> import autograd as ag, nn, optim
    >>> model = nn.MLP([2, 4, 1], activation="tanh")
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with ag.record_flow(model) as flow:
    ...     for _ in range(5):
    ...         optimizer.zero_grad()
    ...         model([[1.0, 2.0]]).sum().backward()
    ...         optimizer.step()
    ...         flow.step()
    >>> [axes.get_title("left") for axes in ag.draw_flow(model).axes[:2]]
    ['activations', 'log₁₀ |gradient|']
    """
    record = _record_of(source)
    if theme not in THEMES:
        raise ValueError(f"draw_flow: theme is 'light' or 'dark', got {theme!r}")
    sheet = _Sheet(record, _chosen(record, layers), THEMES[theme])
    sheet.draw()
    if layers is None:
        sheet.say_what_is_left_out()
    return sheet.figure


def _record_of(source: Any) -> FlowRecord:
    record = source if isinstance(source, FlowRecord) else getattr(source, "flow_record", None)
    if not isinstance(record, FlowRecord):
        raise TypeError(
            f"draw_flow: nothing was recorded of this {type(source).__name__}. Record the training: `with "
            "autograd.record_flow(model) as flow:`, in which flow.step() follows each optimizer.step(); or "
            "trainer.fit(..., callbacks=[nn.FlowRecorder()])"
        )
    if not record.layers or not record.steps:
        raise ValueError(
            "draw_flow: there is no step in the record yet; flow.step() closes one, after the forward, the backward "
            "and the step of the optimizer"
        )
    return record


def _chosen(record: FlowRecord, layers: Sequence[str] | None) -> list[str]:
    known = list(record.layers)
    if layers is None:
        places = np.linspace(0, len(known) - 1, min(len(known), MOST_LAYERS)).round().astype(int)
        return [known[place] for place in places]
    if isinstance(layers, str) or not layers or not set(layers) <= set(known):
        raise ValueError(f"draw_flow: layers is a list of names among {', '.join(map(repr, known))}; got {layers!r}")
    return list(layers)


@dataclass(frozen=True)
class _Lines:
    """A panel in which each layer is a line."""

    title: str
    values: Callable[[Any], Any]
    dashed: Callable[[Any], Any] | None = None


SHARES = _Lines("share of", lambda rows: rows["dead"], lambda rows: rows["saturated"])
UPDATES = _Lines("log₁₀ (update / weight)", ratio)
NORMS = _Lines("log₁₀ gradient norm", lambda rows: logarithm(rows["weight_gradient"]))


class _Sheet:
    """The figure on its way."""

    def __init__(self, record: FlowRecord, names: list[str], theme: Theme) -> None:
        self.record, self.names, self.theme = record, names, theme
        self.steps = np.array(record.steps)
        self.labels = {name: _label(name, record.layers[name]) for name in names}
        self.margin = 0.75 + 0.085 * max(len(line) for label in self.labels.values() for line in label.split("\n"))
        self.width, self.height = 10.6 + self.margin, max(5.6, 1.15 + 0.8 * len(names))
        self.figure = _new_figure((self.width, self.height), theme)

    def draw(self) -> None:
        """Draw all panels; distances between them are in inches."""
        maps = self._grid(len(self.names), 2, self.margin, 6.1, hspace=0.14, wspace=0.2)
        for row, name in enumerate(self.names):
            for column, kind in enumerate(("activations", "gradients")):
                axes = self._axes(maps[row, column], is_last=row == len(self.names) - 1)
                axes.locator_params(axis="y", nbins=3)
                self._map(axes, name, kind)
                if row == 0:
                    self._title(axes, "activations" if column == 0 else "log₁₀ |gradient|")
                if column == 0:
                    self._name(axes, name)
        panels = self._grid(3, 1, self.margin + 6.7, 3.5, hspace=0.32)
        for row, lines in enumerate((SHARES, UPDATES, NORMS)):
            axes = self._axes(panels[row, 0], is_last=row == 2)
            self._title(axes, lines.title)
            self._lines(axes, lines)

    def say_what_is_left_out(self) -> None:
        """Write below the panels that there are more layers, if so."""
        if len(self.names) < len(self.record.layers):
            text = f"{len(self.names)} of {len(self.record.layers)} layers; layers=[...] chooses others"
            self.figure.text(0.15 / self.width, 0.15 / self.height, text, color=self.theme.muted, fontsize=9)

    # The two kinds of panels

    def _map(self, axes: Any, name: str, kind: str) -> None:
        """All histograms of a layer side by side."""
        histograms, rows = self.record.histograms(name, kind), self.record.of(name)
        is_zero = rows["gradient_zeros"] == 1 if kind == "gradients" else np.zeros(len(rows), bool)
        low, high = range_of(histograms)
        size = -(-len(histograms) // COLUMNS)  # how many steps go together
        starts = np.arange(0, len(histograms), size)
        if np.isnan(low):
            if not is_zero.any():
                axes.text(0.5, 0.5, "no gradient" if kind == "gradients" else "no numbers", **self._note(axes))
            axes.set(yticks=[], xlim=self._ends())
        else:
            edges = np.linspace(low, high, CELLS + 1)
            counts = np.add.reduceat(np.stack([each.rebinned(edges) for each in histograms], axis=1), starts, axis=1)
            heights = np.sqrt(counts / np.maximum(counts.max(axis=0), 1e-300))
            borders = self._borders()[[*starts, -1]]
            axes.pcolormesh(borders, edges, heights, cmap=self._inks(kind), vmin=0, vmax=1, rasterized=True)
            middles = (borders[1:] + borders[:-1]) / 2
            axes.plot(middles, medians(counts, edges), color=self.theme.ink, linewidth=1.0, **self._points())
            axes.set(ylim=(low, high), xlim=self._ends())
        self._say_where_it_is_zero(axes, is_zero)
        marked = self.steps[rows["unfinite" if kind == "activations" else "gradient_unfinite"] > 0]
        style = {"color": self.theme.gradient_ink, "marker": "x", "linestyle": "none", "clip_on": False}
        axes.plot(marked, np.full(len(marked), 0.9), transform=axes.get_xaxis_transform(), markersize=5, **style)

    def _say_where_it_is_zero(self, axes: Any, is_zero: Any) -> None:
        """Write into the steps whose gradient has no logarithm that it is 0; otherwise they would seem unknown."""
        for first, last in runs(is_zero):
            is_long = last - first > len(self.steps) // 3
            note = {**self._note(axes), "transform": axes.get_xaxis_transform()}
            axes.text((self.steps[first] + self.steps[last]) / 2, 0.5, "0 everywhere" if is_long else "0", **note)

    def _lines(self, axes: Any, lines: _Lines) -> None:
        """A quantity of all layers that have it."""
        drawn = False
        for name, color in self._colors():
            rows = self.record.of(name)
            for values, style in ((lines.values(rows), "-"), (lines.dashed and lines.dashed(rows), DASHES)):
                if values is not None and not np.isnan(values).all():
                    axes.plot(self.steps, values, color=color, linestyle=style, linewidth=1.5, **self._points())
                    drawn = True
        axes.set_xlim(self._ends())
        axes.grid(axis="y", color=self.theme.frame_border, linewidth=0.6)
        if lines is SHARES:
            axes.set_ylim(-0.03, 1.03)
            axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
            axes.plot([], [], color=self.theme.muted, label="dead units")
            axes.plot([], [], color=self.theme.muted, linestyle=DASHES, label="saturated outputs")
            axes.legend(
                loc="lower right",
                bbox_to_anchor=(1.0, 0.99),
                ncols=2,
                frameon=False,
                fontsize=8.5,
                labelcolor=self.theme.muted,
                handlelength=2.4,
                columnspacing=1.2,
                borderaxespad=0,
            )
        if lines is UPDATES:
            axes.axhline(USUAL, color=self.theme.ink, linewidth=1.0, linestyle=(0, (6, 3)))
            low, high = axes.get_ylim()
            axes.set_ylim(min(low, USUAL - 0.5), max(high, USUAL + 0.5))
            axes.annotate(
                "−3",
                (1, USUAL),
                (4, 0),
                xycoords=axes.get_yaxis_transform(),
                textcoords="offset points",
                va="center",
                color=self.theme.ink,
                fontsize=9,
                annotation_clip=False,
            )
        if not drawn:
            axes.text(0.5, 0.5, "no layer has it", **self._note(axes))

    # What they have in common

    def _grid(self, rows: int, columns: int, left: float, width: float, **between: float) -> Any:
        """Divide a part of the figure that begins at ``left``, and leave room for titles and steps."""
        return self.figure.add_gridspec(
            rows,
            columns,
            left=left / self.width,
            right=(left + width) / self.width,
            bottom=0.75 / self.height,
            top=1 - 0.4 / self.height,
            **between,
        )

    def _axes(self, place: Any, *, is_last: bool) -> Any:
        axes = self.figure.add_subplot(place, facecolor=self.theme.frame)
        axes.spines[:].set_color(self.theme.frame_border)
        axes.tick_params(colors=self.theme.muted, labelsize=8, length=2.5, labelbottom=is_last)
        axes.locator_params(axis="y", nbins=4)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if is_last:
            axes.set_xlabel("step", color=self.theme.muted, fontsize=9)
        return axes

    def _title(self, axes: Any, text: str) -> None:
        axes.set_title(text, color=self.theme.ink, fontsize=10.5, loc="left", pad=5)

    def _name(self, axes: Any, name: str) -> None:
        """Write the name of a layer beside its row, with a bar of its colour."""
        color = dict(self._colors())[name]
        place = {"transform": axes.transAxes, "clip_on": False}
        axes.plot([-0.17, -0.17], [0.04, 0.96], color=color, linewidth=5, solid_capstyle="butt", **place)
        style = {"color": self.theme.ink, "fontsize": 9, "parse_math": False, **place}
        axes.text(-0.2, 0.5, self.labels[name], ha="right", va="center", **style)

    def _note(self, axes: Any) -> dict[str, Any]:
        style = {"ha": "center", "va": "center", "color": self.theme.muted, "fontsize": 9}
        return {**style, "transform": axes.transAxes}

    def _colors(self) -> Iterator[tuple[str, Any]]:
        """The colours of the layers: a ramp that grows lighter, or darker, as one goes deeper, in any kind of sight."""
        from matplotlib import colormaps

        ends = (0.0, 0.82) if self.theme is THEMES["light"] else (1.0, 0.25)
        return zip(self.names, colormaps["viridis"](np.linspace(*ends, len(self.names))), strict=True)

    def _inks(self, kind: str) -> Any:
        from matplotlib.colors import LinearSegmentedColormap

        ink = self.theme.value_ink if kind == "activations" else self.theme.gradient_ink
        return LinearSegmentedColormap.from_list(kind, [self.theme.frame, ink])

    def _points(self) -> dict[str, Any]:
        """Markers, where a line alone would not be seen."""
        return {"marker": "o", "markersize": 3} if len(self.steps) == 1 else {}

    def _ends(self) -> tuple[float, float]:
        borders = self._borders()
        return float(borders[0]), float(borders[-1])

    def _borders(self) -> Any:
        """Where the columns of a map begin and end: in the middle between two steps."""
        between = (self.steps[1:] + self.steps[:-1]) / 2
        first, last = (between[0] - self.steps[0], self.steps[-1] - between[-1]) if len(between) else (0.5, 0.5)
        return np.concatenate([[self.steps[0] - first], between, [self.steps[-1] + last]])


def _label(name: str, kind: str) -> str:
    """What a row is called: the name of the layer, as much of it as there is room for, and its type."""
    shown = name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
    return f"{shown}\n{kind[:LONGEST_NAME]}" if name else kind[:LONGEST_NAME]


def _new_figure(size: tuple[float, float], theme: Theme) -> Any:
    """Make a figure that no list of open figures keeps."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "draw_flow draws with Matplotlib, which is not installed: pip install matplotlib, or "
            "pip install glassgrad[training]"
        ) from error
    return Figure(figsize=size, facecolor=theme.ground)
