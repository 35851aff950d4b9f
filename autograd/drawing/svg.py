"""What an SVG of Graphviz lacks, mended afterwards."""

from __future__ import annotations

import re

#: The space that ``cards`` leaves between a number and the right edge of its cell.
PADDING = 3

_SIZE = re.compile(r'(<svg width="[^"]+" height="[^"]+")')
_LINK = re.compile(r'<a xlink:title="([^"]*)">')
_NODE = re.compile(r'<g id="node\d+".*?</g>\n</g>', re.DOTALL)
_NUMBER = re.compile(r'(points="(?:\S+ ){2}(\S+),.*\n<text xml:space="preserve") text-anchor="start" x="[^"]+"')


def mended(svg: str) -> str:
    """Mend an SVG: it fits on its page, has tooltips, and its numbers are aligned in any font.

    Graphviz writes an image of a fixed width, wraps what has a tooltip in a link to nowhere, which not every viewer
    shows, and places a number by its left end, computed for the font that it found itself.
    """
    svg = _SIZE.sub(r'\1 style="max-width: 100%; height: auto"', svg, count=1)
    svg = _LINK.sub(r"<title>\1</title>", svg).replace("</a>", "")
    return _NODE.sub(lambda node: _NUMBER.sub(_at_the_right, node[0]), svg)


def _at_the_right(number: re.Match[str]) -> str:
    """Place the text of a cell by its right end."""
    return f'{number[1]} text-anchor="end" x="{float(number[2]) - PADDING:g}"'
