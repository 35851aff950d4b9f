"""Small signs that cards and blocks have in common, as Graphviz's markup."""

from __future__ import annotations

from .discs import verdict_text
from .flow import Pen
from .markup import bold, cell, ink, row, table, written
from .scene import Mark, Verdict
from .svg import PADDING
from .theme import Theme

#: The size of the bar that tells, beside the word, how strong a gradient is.
STRIPE_WIDTH, STRIPE_HEIGHT = 4, 13

#: The size of the bar and the word together.
TITLE_WIDTH, TITLE_HEIGHT = 42, 14


def striped(name: str, pen: Pen | None = None) -> str:
    """A name behind a bar that tells how strong a gradient is, or behind the room for one; it has always the same size.

    A table grows with the cell that it stands in, unless that is forbidden.
    """
    color = pen.color if pen is not None and pen.width > 1 and pen.style == "solid" else None
    stripe = cell("", fixedsize="TRUE", width=STRIPE_WIDTH, height=STRIPE_HEIGHT, bgcolor=color)
    gap = cell("", fixedsize="TRUE", width=STRIPE_WIDTH, height=STRIPE_HEIGHT)
    size = {"fixedsize": "TRUE", "width": TITLE_WIDTH, "height": TITLE_HEIGHT}
    return table([row(stripe, gap, cell(name, align="LEFT"))], align="LEFT", **size)


def pill(mark: Mark, theme: Theme) -> str:
    """What is remarkable: an alarm inverted, the rest framed."""
    ground, text, frame = (theme.neutral, theme.ink, theme.muted)
    if mark.is_alarm:
        ground, text, frame = (theme.ink, theme.ground, theme.ink)
    label = cell(bold(ink(written(mark.text), text, 9)), cellpadding=PADDING)
    return table([row(label)], style="ROUNDED", border=1, color=frame, bgcolor=ground)


def checked(verdict: Verdict, right: str, wrong: str, theme: Theme, color: str) -> str:
    """What a check said: in this colour if all is right, else in that of faults."""
    if verdict.agrees:
        return ink(written(f"{verdict_text(verdict)} {right}"), color, 9)
    return bold(ink(written(f"{wrong} {verdict_text(verdict)} off"), theme.fault, 9))


def times(count: int, color: str, on_color: str) -> str:
    """How often something is there, set so that nobody overlooks it; nothing for once."""
    if count == 1:
        return ""
    text = bold(ink(f"× {count:,}", on_color, 10))
    return table([row(cell(text))], style="ROUNDED", bgcolor=color, cellpadding=3)
