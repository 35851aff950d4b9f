"""The disc of an operation, and what stands where one has failed."""

from __future__ import annotations

import textwrap

from .figures import share
from .flow import Pen
from .markup import bold, cell, ink, legible, row, table, written
from .scene import Disc, Fault, Verdict
from .theme import Theme

#: From this many characters on, a label that has several words takes several lines.
LONG = 9

#: How wide, and how long, the message of an error is.
_WIDTH, _LONGEST = 44, 480


def disc_attributes(disc: Disc, pen: Pen, theme: Theme) -> dict[str, str]:
    """Say how Graphviz draws an operation: with a ring that tells how strong the gradient is which arrives there.

    A label of several words takes several lines where it is long; a verdict stands below it.
    """
    words = disc.label.replace("_", " ").split()
    lines = words if len(disc.label) >= LONG else [" ".join(words)]
    is_wrong = disc.has_failed or (disc.verdict is not None and not disc.verdict.agrees)
    fill, text = (theme.fault, theme.on_fault) if is_wrong else (theme.disc, theme.on_disc)
    is_ringed = pen.width > 1 and not is_wrong
    verdict = [] if disc.verdict is None else [verdict_text(disc.verdict)]
    return {
        "label": "\\n".join([*(written(line, longest=16) for line in lines), *verdict]),
        "shape": "circle",
        "style": "filled",
        "margin": "0.03",
        "width": "0.45",
        "fillcolor": fill,
        "color": pen.color if is_ringed else fill,
        "penwidth": "3" if is_ringed else "1",
        "fontcolor": text,
        "fontsize": "15" if len(disc.label) == 1 and not verdict else "10",
    }


def verdict_text(verdict: Verdict) -> str:
    """Say in a few characters whether a gradient is right, and if not, how far it is off."""
    return "✓" if verdict.agrees else f"✗ {share(verdict.error)}"


def fault_label(fault: Fault, theme: Theme) -> str:
    """Write what stands where the result of an operation that raised would be: the error, in some lines."""
    title = bold(ink(written(f"{fault.operation} failed"), theme.on_fault, 11))
    lines = textwrap.wrap(legible(fault.message, _LONGEST), _WIDTH)
    text = table(row(cell(ink(written(line, _WIDTH), theme.ink, 9), align="LEFT")) for line in lines)
    body = table([row(cell(text))], style="ROUNDED", bgcolor=theme.ground, cellpadding=8)
    return table(
        [row(cell(title, align="LEFT", cellpadding=5)), row(cell(body))],
        style="ROUNDED",
        border=1,
        color=theme.fault,
        bgcolor=theme.fault,
    )
