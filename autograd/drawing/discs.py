"""The disc of an operation, and the block that stands for many."""

from __future__ import annotations

from .markup import cell, ink, row, table, written
from .scene import Block, Disc
from .theme import Theme

#: From this many characters on, a label that has several words takes several lines.
LONG = 9


def disc_attributes(disc: Disc, theme: Theme) -> dict[str, str]:
    """Say how Graphviz draws an operation. A label of several words takes several lines where it is long."""
    words = disc.label.replace("_", " ").split()
    lines = words if len(disc.label) >= LONG else [" ".join(words)]
    return {
        "label": "\\n".join(written(line, longest=16) for line in lines),
        "shape": "circle",
        "style": "filled",
        "margin": "0.03",
        "width": "0.45",
        "color": theme.disc,
        "fontcolor": theme.on_disc,
        "fontsize": "15" if len(disc.label) == 1 else "10",
    }


def block_text(block: Block) -> str:
    """Say how many nodes a block stands for."""
    text = f"{block.operations:,} {'operation' if block.operations == 1 else 'operations'}"
    if block.leaves:
        text += f" on {block.leaves:,} {'weight or input' if block.leaves == 1 else 'weights and inputs'}"
    return text


def block_label(block: Block, theme: Theme) -> str:
    """Write the label of a block."""
    text = ink(written(block_text(block)), theme.on_disc, 10)
    return table([row(cell(text))], style="ROUNDED", bgcolor=theme.disc, cellpadding=10)
