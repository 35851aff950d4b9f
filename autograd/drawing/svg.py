"""What an SVG of Graphviz lacks, mended afterwards."""

from __future__ import annotations

import re

#: The space that ``cards`` leaves between a number and the right edge of its cell.
PADDING = 3

_SIZE = re.compile(r'(<svg width="[^"]+" height="[^"]+")')
_LINK = re.compile(r'<a xlink:title="([^"]*)">')
_NODE = re.compile(r'<g id="node\d+".*?</g>\n</g>', re.DOTALL)
#: A rectangle and the text behind it: where the rectangle begins and ends, and where the text begins.
_CELL = re.compile(
    r'(?P<before><polygon [^>]*points="(?P<left>[^,]+),\S+ \S+ (?P<right>[^,]+),[^>]*>\n<text xml:space="preserve") '
    r'text-anchor="start" x="(?P<start>[^"]+)"'
)


def mended(svg: str) -> str:
    """Mend an SVG: it fits on its page, has tooltips, and its numbers are aligned in any font.

    Graphviz writes an image of a fixed width, wraps what has a tooltip in a link to nowhere, which not every viewer
    shows, and places a number by its left end, computed for the font that it found itself.
    """
    svg = _SIZE.sub(r'\1 style="max-width: 100%; height: auto"', svg, count=1)
    svg = _LINK.sub(r"<title>\1</title>", svg).replace("</a>", "")
    return _NODE.sub(lambda node: _CELL.sub(_aligned, node[0]), svg)


def _aligned(cell: re.Match[str]) -> str:
    """Place the text of a cell by its right end; leave a text alone that does not stand in the rectangle before it."""
    left, right, start = (float(cell[name]) for name in ("left", "right", "start"))
    if not left <= start <= right:
        return cell[0]
    return f'{cell["before"]} text-anchor="end" x="{right - PADDING:g}"'
