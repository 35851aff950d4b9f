"""What stands for much: blocks, the titles of frames, and stubs where a drawing ends; as Graphviz's markup."""

from __future__ import annotations

from .badges import checked, pill, striped, times
from .figures import figure
from .flow import Pen
from .markup import bold, cell, ink, italic, row, table, written
from .scene import Block, Repeat, Stub
from .theme import Kind, Theme

#: A title has at most so many characters.
LONGEST = 80


def block_text(block: Block) -> str:
    """Say which module a block is and what is in it, or else how many nodes it stands for."""
    if block.title:
        return "; ".join([_repeated(block.title, block.count), *(f"{name}: {text}" for name, text in block.facts)])
    text = f"{block.operations:,} {'operation' if block.operations == 1 else 'operations'}"
    if block.leaves:
        text += f" on {block.leaves:,} {'weight or input' if block.leaves == 1 else 'weights and inputs'}"
    return text


def block_label(block: Block, pen: Pen, theme: Theme) -> str:
    """Write the label of a block: a module as a card with a dark header, nameless operations in one line.

    ``pen`` tells how strong the gradients of its weights are; at the end stands what is remarkable in it.
    """
    marks = [row(cell(pill(mark, theme), colspan=2, align="RIGHT")) for mark in block.marks]
    if block.verdict is not None:
        on_ground = theme.muted if block.title else theme.on_disc
        said = checked(block.verdict, "rules checked", "a rule", theme, on_ground)
        ground = None if block.title or block.verdict.agrees else theme.ground
        marks.append(row(cell(said, colspan=2, align="RIGHT", bgcolor=ground)))
    if not block.title:
        text = cell(ink(written(block_text(block)), theme.on_disc, 10), cellpadding=4)
        return table([row(text), *marks], style="ROUNDED", bgcolor=theme.disc, cellpadding=6)
    bar, on_bar = (theme.disc, theme.on_disc) if block.kind is None else (theme.bars[block.kind], theme.on_bar)
    title = bold(ink(written(block.title, LONGEST), on_bar, 11))
    header = row(cell(_beside(title, times(block.count, on_bar, bar)), align="LEFT", cellpadding=5))
    facts = [_fact(ink(written(name), theme.muted, 9), text, theme) for name, text in block.facts]
    if block.strength is not None:
        facts.append(_fact(ink("grad", theme.gradient_ink), f"{figure(block.strength)} rms of parameters", theme, pen))
    body = table(
        [*facts, *marks], style="ROUNDED", bgcolor=theme.bodies[block.kind or Kind.INTERMEDIATE], cellpadding=4
    )
    return table([header, row(cell(body))], style="ROUNDED", border=1, color=bar, bgcolor=bar)


def _fact(name: str, text: str, theme: Theme, pen: Pen | None = None) -> str:
    title = name if pen is None else striped(name, pen)
    return row(cell(title, align="LEFT"), cell(ink(written(text), theme.ink), align="LEFT"))


def frame_label(title: str, repeat: Repeat | None, theme: Theme) -> str:
    """Write the title of a frame; of one that repeats, how often it is there."""
    if repeat is None:
        return ink(written(title, LONGEST) or "scope", theme.muted, 10)
    text = ink(written(repeat.title, LONGEST), theme.muted, 10)
    return _beside(text, times(repeat.count, theme.ink, theme.frame))


def frame_text(title: str, repeat: Repeat | None) -> str:
    """Say the same in plain text."""
    return title if repeat is None else _repeated(repeat.title, repeat.count)


def stub_label(stub: Stub, theme: Theme) -> str:
    """Write the label of a stub."""
    text = italic(ink(written(stub.text), theme.muted, 9))
    return table([row(cell(text))], style="ROUNDED", border=1, color=theme.frame_border, cellpadding=4)


def _repeated(title: str, count: int) -> str:
    return title if count == 1 else f"{title}, {count:,} times"


def _beside(title: str, badge: str) -> str:
    return table([row(cell(title, align="LEFT"), cell("", width=6), cell(badge))]) if badge else title
