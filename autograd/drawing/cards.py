"""The card of a Tensor: its name and shape, its value and its gradient, as Graphviz's markup."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .badges import checked, pill, striped
from .figures import figure, shape_text
from .flow import Pen
from .markup import bold, cell, ink, italic, legible, row, table, written
from .scene import Absence, Card, Numbers
from .svg import PADDING
from .theme import Hues, Theme

Array = np.ndarray[Any, Any]

#: A histogram: how many bars, how wide each, and how high the highest.
BARS, BAR_WIDTH, BAR_HEIGHT = 18, 7, 28

#: How wide the titles of the rows are, with what is around them.
TITLES = 56

#: A row of numbers that stands alone is broken into rows of so many.
LONGEST_ROW = 8


def card_label(card: Card, pen: Pen, theme: Theme, in_full: int) -> str:
    """Write a card; an array of more than ``in_full`` elements, and more than one, is summarised.

    ``pen`` tells how strong the gradient is; below the gradient stands what is remarkable about the card.
    """
    bar = theme.bars[card.kind]
    in_full = max(in_full, 1)
    header = row(cell(_header(card, theme, in_full), align="LEFT", cellpadding=5))
    rows = [*_rows(card, pen, theme, in_full), *_marks(card, theme)]
    body = table(rows, style="ROUNDED", bgcolor=theme.bodies[card.kind], cellpadding=4)
    return table([header, row(cell(body))], style="ROUNDED", border=1, color=bar, bgcolor=bar)


def card_width(card: Card, in_full: int) -> int:
    """About how wide a card is, in points."""
    header = 12 + 6 * len(f"{legible(card.name)}  {shape_text(card.shape)}")
    numbers = card.value if isinstance(card.gradient, Absence) else card.gradient
    if isinstance(numbers, Absence) or numbers.size == 0:
        return max(header, TITLES + 80)
    if numbers.size > max(in_full, 1):
        return max(header, TITLES + BARS * (BAR_WIDTH + 1))
    width = max(_width_of_cells(each, max(in_full, 1)) for each in (card.value, card.gradient))
    return max(header, TITLES + len(_lines(numbers)[0][0]) * (width + 1))


def _header(card: Card, theme: Theme, in_full: int) -> str:
    """The name, bold if somebody gave it, and the shape; the dtype where the numbers do not tell it."""
    name = written(card.name)
    name = bold(name) if card.is_named else italic(name)
    is_plain = card.dtype.kind in "fc" and math.prod(card.shape) <= in_full
    facts = shape_text(card.shape) if is_plain else f"{shape_text(card.shape)} {card.dtype}"
    return ink(name + ink(f"  {facts}", theme.on_bar, 9), theme.on_bar, 11)


def _rows(card: Card, pen: Pen, theme: Theme, in_full: int) -> Iterator[str]:
    """The value and the gradient; where both are written out, their columns have the same width."""
    width = max(_width_of_cells(numbers, in_full) for numbers in (card.value, card.gradient))
    for word, color, numbers, hues in (
        ("value", theme.value_ink, card.value, theme.value),
        ("grad", theme.gradient_ink, card.gradient, theme.gradient),
    ):
        content = _shown(numbers, hues, theme, in_full, width)
        name = ink(word, theme.muted if isinstance(numbers, Absence) else color)
        title = striped(name, pen if numbers is card.gradient else None)
        yield row(cell(title, align="LEFT"), cell(content, align="RIGHT"))


def _marks(card: Card, theme: Theme) -> Iterator[str]:
    """What is remarkable, a row each; and the verdict of a check."""
    for mark in card.marks:
        yield row(cell(pill(mark, theme), colspan=2, align="RIGHT"))
    if card.verdict is not None:
        said = checked(card.verdict, "grad checked", "grad", theme, theme.muted)
        yield row(cell(said, colspan=2, align="RIGHT"))


def _shown(numbers: Numbers, hues: Hues, theme: Theme, in_full: int, width: int) -> str:
    """Show numbers in full or in sum, or say why there are none."""
    if isinstance(numbers, Absence):
        return italic(ink(numbers.value, theme.muted))
    if numbers.size == 0:
        return italic(ink("empty", theme.muted))
    if numbers.size <= in_full:
        return _grid(numbers, hues, theme, width)
    return _summary(numbers, hues, theme)


# Every number


def _width_of_cells(numbers: Numbers, in_full: int) -> int:
    """How wide, in points, the longest number is in a broad font of 10 points; other fonts fit in there, too."""
    if isinstance(numbers, Absence) or numbers.size > in_full:
        return 0
    longest = max((figure(number) for number in numbers.ravel().tolist()), key=len, default="")
    return 2 * PADDING + sum(4 if character in ".-" else 7 for character in longest)


def _lines(numbers: Array) -> tuple[list[list[Any]], int]:
    """The rows in which numbers are written, and how many of them are a matrix.

    A vector is a row, of several lines if it is long, unless it is a matrix of one column.
    """
    if (numbers.ndim != 2 and numbers.size == max(numbers.shape, default=1)) or numbers.shape[:-1] == (1,):
        flat = numbers.ravel().tolist()
        lines = [flat[start : start + LONGEST_ROW] for start in range(0, numbers.size, LONGEST_ROW)]
        return lines, len(lines)
    return numbers.reshape(-1, numbers.shape[-1]).tolist(), numbers.shape[-2]


def _grid(numbers: Array, hues: Hues, theme: Theme, width: int) -> str:
    """Every element in a cell of its own; the matrices of a batch below each other, with a gap between them."""
    lines, height = _lines(numbers)
    largest = _largest(numbers)
    rows: list[str] = []
    for index, line in enumerate(lines):
        if index and index % height == 0:
            rows.append(row(cell("", height=4)))
        rows.append(row(*(_cell(number, largest, hues, theme, width) for number in line)))
    return table(rows, cellspacing=1, cellpadding=PADDING)


def _cell(number: Any, largest: float, hues: Hues, theme: Theme, width: int) -> str:
    if not np.isfinite(number):
        return _alarm(figure(number), theme, width)
    tint = theme.tint(hues, _signed(number), largest)
    return cell(ink(figure(number), theme.ink), align="RIGHT", bgcolor=tint, width=width)


def _alarm(text: str, theme: Theme, width: int | None = None) -> str:
    """A cell that nobody overlooks: inverted."""
    return cell(bold(ink(text, theme.ground)), align="RIGHT", bgcolor=theme.ink, width=width, cellpadding=PADDING)


def _signed(number: Any) -> float:
    """A number that can be tinted: complex ones by their size."""
    return abs(number) if isinstance(number, complex) else float(number)


def _largest(numbers: Array) -> float:
    sizes = np.abs(_reals(numbers))
    return float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))


def _reals(numbers: Array) -> Array:
    return np.abs(numbers) if numbers.dtype.kind == "c" else numbers.astype(float)


# What sums up many numbers


def _summary(numbers: Array, hues: Hues, theme: Theme) -> str:
    """A histogram above its range, the mean and the deviation; what is not finite is counted."""
    lines = [row(_alarm(text, theme)) for text in _not_finite(numbers)]
    finite = _reals(numbers[np.isfinite(numbers)])
    if finite.size:
        lines += [row(cell(content)) for content in _distribution(finite, hues, theme)]
    if numbers.dtype.kind == "c":
        lines.append(row(cell(_said("of absolute values", theme))))
    return table(lines, cellpadding=1)


def _not_finite(numbers: Array) -> Iterator[str]:
    for name, count in (("NaN", np.isnan(numbers).sum()), ("inf", np.isinf(numbers).sum())):
        if count:
            yield f"{name} {count:,} of {numbers.size:,}"


def _distribution(numbers: Array, hues: Hues, theme: Theme) -> Iterator[str]:
    unit = _largest(numbers)
    if not unit:
        yield bold(ink("0 everywhere", theme.ink))
        return
    scaled = numbers / unit  # lies between -1 and 1, where nothing overflows
    low, high, mean, deviation = (
        ink(figure(float(each)), theme.ink, 9)
        for each in (numbers.min(), numbers.max(), unit * scaled.mean(), unit * scaled.std())
    )
    yield _histogram(scaled, hues, theme)
    yield table([row(cell(low, align="LEFT"), cell(high, align="RIGHT"))])
    yield _said("mean", theme) + mean + _said("  deviation", theme) + deviation


def _said(word: str, theme: Theme) -> str:
    return ink(f"{word} ", theme.muted, 9)


def _histogram(scaled: Array, hues: Hues, theme: Theme) -> str:
    counts, edges = np.histogram(scaled, bins=BARS)
    heights = np.ceil(BAR_HEIGHT * counts / counts.max()).astype(int)
    centres = (edges[:-1] + edges[1:]) / 2
    bars = (_bar(int(height), float(centre), hues, theme) for height, centre in zip(heights, centres, strict=True))
    return table([row(*bars)], cellspacing=1)


def _bar(height: int, centre: float, hues: Hues, theme: Theme) -> str:
    """A bar as high as its share, below what is left of the height; an empty one is a line on the ground."""
    color = theme.solid(hues, centre) if height else theme.idle
    height = max(height, 1)
    return cell(table([_piece(BAR_HEIGHT + 1 - height), _piece(height, color)]))


def _piece(height: int, color: str | None = None) -> str:
    return row(cell("", fixedsize="TRUE", width=BAR_WIDTH, height=height, bgcolor=color))
