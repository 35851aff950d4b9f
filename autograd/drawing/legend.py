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
    parts = [
        _ramp("edge: rms gradient", theme.ramp, scale.marks(), theme),
        _ramp("value", _samples(theme.value, theme), SIGNS, theme),
        _ramp("grad", _samples(theme.gradient, theme), SIGNS, theme),
        _ramp("cards", list(theme.bars.values()), [kind.value for kind in theme.bars], theme),
    ]
    rows = [row(cell(table([row(*(cell(part, valign="TOP", cellpadding=8) for part in parts))]), align="LEFT"))]
    rows += [
        row(cell(italic(ink(written(remark, 200), theme.muted, 10)), align="LEFT", cellpadding=8)) for remark in remarks
    ]
    return table(rows)


def _samples(hues: Hues, theme: Theme) -> list[str]:
    return [theme.tint(hues, number, 1.0) for number in (-1.0, -0.5, 0.0, 0.5, 1.0)]


def _ramp(title: str, colors: Sequence[str], marks: Sequence[str], theme: Theme) -> str:
    """A row of colours below a title, with a mark below each."""
    swatches = row(*(cell("", bgcolor=color, width=30, height=8) for color in colors))
    texts = row(*(cell(ink(mark, theme.muted, 9), cellpadding=2) for mark in marks))
    heading = row(cell(ink(title, theme.muted, 10), align="LEFT"))
    return table([heading, row(cell(table([swatches, texts], cellspacing=1)))])
