"""The legend, which heads a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from .flow import Scale
from .markup import cell, ink, italic, row, table, written
from .theme import Hues, Theme

#: What the colours of a cell stand for: negative numbers, zero, positive ones.
SIGNS = ("−", "", "0", "", "+")


def legend(scale: Scale, remarks: Sequence[str], theme: Theme) -> str:
    """Write the legend: what the edges and the cells mean, the kinds of cards, and remarks on this drawing."""
    ramps = [
        _ramp("gradient, rms: edges, rings, bars", [theme.idle, *theme.ramp], ["none", *scale.marks()], theme),
        _ramp("value", _samples(theme.value, theme), SIGNS, theme),
        _ramp("grad", _samples(theme.gradient, theme), SIGNS, theme),
        _ramp("cards", list(theme.bars.values()), [kind.value for kind in theme.bars], theme),
    ]
    scales = table([row(*(cell(ramp, valign="TOP", cellpadding=8) for ramp in ramps))])
    return table([row(cell(scales, align="LEFT")), *_notes(remarks, theme)])


def remarks_alone(remarks: Sequence[str], theme: Theme) -> str:
    """Write the legend of a drawing that shows no numbers."""
    return table(_notes(remarks, theme)) if remarks else ""


def _notes(remarks: Sequence[str], theme: Theme) -> list[str]:
    notes = (italic(ink(written(remark, 200), theme.muted, 10)) for remark in remarks)
    return [row(cell(note, align="LEFT", cellpadding=8)) for note in notes]


def _samples(hues: Hues, theme: Theme) -> list[str]:
    return [theme.tint(hues, number, 1.0) for number in (-1.0, -0.5, 0.0, 0.5, 1.0)]


def _ramp(title: str, colors: Sequence[str], marks: Sequence[str], theme: Theme) -> str:
    """A row of colours below a title, with a mark below each."""
    swatches = row(*(cell("", bgcolor=color, border=1, color=theme.idle, width=30, height=8) for color in colors))
    texts = row(*(cell(ink(mark, theme.muted, 9), cellpadding=2) for mark in marks))
    heading = row(cell(ink(title, theme.muted, 10), align="LEFT"))
    return table([heading, row(cell(table([swatches, texts], cellspacing=1)))])
