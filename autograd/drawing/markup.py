"""Graphviz's HTML-like markup: tables of cells, and text that cannot break out of them."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

#: Unicode categories that are no text: control and format characters, surrogates, private and unassigned ones.
_NO_TEXT = {"Cc", "Cf", "Cs", "Co", "Cn"}


def legible(text: str, longest: int = 60) -> str:
    r"""Make one short line of any text: blanks become single spaces, and what is no text becomes ``�``.

    >>> legible("two\n\nlines"), legible("a\x00b"), legible("x" * 10_000, longest=5)
    ('two lines', 'a�b', 'xxxx…')
    """
    line = " ".join(text.split())
    if len(line) > longest:
        line = f"{line[: longest - 1].rstrip()}…"
    return "".join("�" if unicodedata.category(each) in _NO_TEXT else each for each in line)


def written(text: str, longest: int = 60) -> str:
    r"""Make any text safe inside markup.

    A backslash is written twice, and as character references: Graphviz takes ``\N`` for the name of a node.

    >>> written('<b> & "q"')
    '&lt;b&gt; &amp; &quot;q&quot;'
    """
    return html.escape(legible(text, longest)).replace("\\", "&#92;&#92;")


def tooltip(text: str) -> str:
    r"""Make any text safe as a quoted attribute, in which Graphviz reads character references, too.

    It also looks for ``\N`` there, more than once, so that a backslash is replaced by one that only looks so.

    >>> tooltip("<b>")
    '&lt;b&gt;'
    """
    return html.escape(legible(text, longest=200)).replace("\\", "\N{REVERSE SOLIDUS OPERATOR}")


def element(tag: str, content: str, **attributes: object) -> str:
    """Write an element. ``None`` leaves an attribute out, and an underscore stands for a hyphen.

    >>> element("FONT", "x", point_size=9, color=None)
    '<FONT POINT-SIZE="9">x</FONT>'
    """
    given = [f' {key.upper().replace("_", "-")}="{value}"' for key, value in attributes.items() if value is not None]
    return f"<{tag}{''.join(given)}>{content}</{tag}>"


def table(rows: Iterable[str], **attributes: object) -> str:
    """Write a table without borders, of rows; ``attributes`` add to it."""
    frame = {"border": 0, "cellborder": 0, "cellspacing": 0, "cellpadding": 0}
    return element("TABLE", "".join(rows), **{**frame, **attributes})


def row(*cells: str) -> str:
    """Write a row of cells."""
    return element("TR", "".join(cells))


def cell(content: str, **attributes: object) -> str:
    """Write a cell."""
    return element("TD", content, **attributes)


def ink(content: str, color: str, size: float | None = None) -> str:
    """Colour a piece of markup, and give it another size."""
    return _styled("FONT", content, color=color, point_size=size)


def bold(content: str) -> str:
    """Make a piece of markup bold."""
    return _styled("B", content)


def italic(content: str) -> str:
    """Make a piece of markup italic."""
    return _styled("I", content)


def _styled(tag: str, content: str, **attributes: object) -> str:
    """Style a piece of markup; of nothing comes nothing, for Graphviz knows no style without text."""
    return element(tag, content, **attributes) if content else ""
