"""The picture of the page: the drawing's own SVG, with classes in place of colours, and handles on what it shows.

The drawing is written in both themes, which differ in colours alone. Each pair of colours gets a number, Graphviz lays
out the drawing once, with the numbers for colours, and the page chooses.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..cards import BARS
from ..renderers import rendered
from ..rendering import Drawing
from ..svg import mended
from ..theme import DARK, LIGHT
from .outlines import corner, simplified
from .palette import Palette

_SVG = "{http://www.w3.org/2000/svg}"
_ROWS = {"value": "value", "grad": "gradient"}

#: Without the shapes on its edges, which cards and blocks tell, too, a picture needs less room between its ranks.
RANKS = "0.25"


def picture(palette: Palette, light: Drawing, dark: Drawing, filled: Collection[str]) -> str:
    """Give the SVG for the page: nodes and edges are groups with Graphviz's names for them as ``data-key``.

    The page fills the cells of the cards named in ``filled``, with numbers and colours.
    """
    for drawing in (light, dark):
        drawing.graph_attr |= {"label": "", "ranksep": RANKS}  # the page has a legend of its own
    source = palette.coded(light.source, dark.source)
    return _Tagging(palette, filled).tagged(mended(rendered(source, "svg", light.engine).decode()))


class _Shape(NamedTuple):
    """A shape for the page, and the colour that it has in the image."""

    element: ET.Element
    fill: str


class _Tagging:
    """Rewrites the SVG of Graphviz."""

    def __init__(self, palette: Palette, filled: Collection[str]) -> None:
        self._palette = palette
        self._filled = filled

    def tagged(self, image: str) -> str:
        root = ET.fromstring(image)  # noqa: S314 - what Graphviz has just written
        written = ET.Element("svg", {"viewBox": root.get("viewBox", ""), "class": "drawing"})
        (graph,) = root.findall(f"{_SVG}g")
        page = ET.SubElement(written, "g", {"transform": _translation(graph)})
        page.extend(self._group(group) for group in graph.findall(f"{_SVG}g"))
        return ET.tostring(written, encoding="unicode")

    def _group(self, group: ET.Element) -> ET.Element:
        """Write a node, an edge, or a frame: nodes in numbers from a corner of their own on."""
        kind, key = group.get("class", ""), group.findtext(f"{_SVG}title", "")
        written = ET.Element("g", {"class": kind, "data-key": key})
        shapes = list(_shapes(group))
        rows = _rows(shapes, self._palette) if key.startswith("card") else [""] * len(shapes)
        bare = {row for row in _ROWS.values() if key in self._filled and _is_filled(shapes, rows, row)}
        for shape, row in zip(shapes, rows, strict=True):
            classes = [] if row in bare or row == "stripe" else self._colors(shape.element)
            is_derivative = kind == "edge" and "∂" in (shape.element.text or "")
            classes += [each for each in (row, "derivative" if is_derivative else "") if each]
            written.append(_plain(shape.element, " ".join(classes)))
        origin = corner(written[0]) if kind == "node" else (0.0, 0.0)
        for each in written:
            simplified(each, origin)
        if kind == "node":
            written.set("transform", f"translate({origin[0]:g} {origin[1]:g})")
            written.append(_ring(written[0]))
        return written

    def _colors(self, element: ET.Element) -> list[str]:
        names = (self._palette.name(attribute, element.get(attribute, "")) for attribute in ("fill", "stroke"))
        return [name for name in names if name]


def _rows(shapes: list[_Shape], palette: Palette) -> list[str]:
    """Say of each shape in a card which row it stands in, behind its title; the last shape is the frame."""
    titles = {
        ("value", (LIGHT.value_ink, DARK.value_ink)),
        ("grad", (LIGHT.gradient_ink, DARK.gradient_ink)),
        *((title, (LIGHT.muted, DARK.muted)) for title in _ROWS),
    }
    rows: list[str] = []
    row = ""
    for element, fill in shapes[:-1]:
        title = (element.text or "", palette.pair(fill))
        if element.tag == "text" and title in titles and _ROWS[title[0]] != row:
            row = _ROWS[title[0]]
            for before in range(len(rows) - 1, -1, -1):
                if shapes[before].element.tag != "polygon":
                    break
                rows[before] = "stripe"
            rows.append(f"{row}-title")
        else:
            row = "mark" if element.tag == "path" and row else row
            rows.append(row)
    return [*rows, ""]


def _is_filled(shapes: list[_Shape], rows: list[str], row: str) -> bool:
    """Whether the page gives a row its colours: one of cells, a number in each, or a histogram's bars."""
    tags = [shape.element.tag for shape, its in zip(shapes, rows, strict=True) if its == row]
    return tags.count("polygon") in (tags.count("text"), BARS)


def _plain(element: ET.Element, classes: str) -> ET.Element:
    """Give a shape without what the style sheet says."""
    shape = ET.Element(element.tag)
    shape.text = element.text
    for name, value in element.attrib.items():
        is_usual = (name, value) in (("text-anchor", "start"), ("font-size", "10.00"), ("stroke", "none"))
        if not is_usual and not value.startswith("#") and name not in ("font-family", "style") and name[0] != "{":
            shape.set(name, value)
    if classes:
        shape.set("class", classes)
    return shape


def _ring(outline: ET.Element) -> ET.Element:
    """A second outline, for the page to mark what it points at."""
    return ET.Element(outline.tag, {**outline.attrib, "class": "ring"})


def _shapes(group: ET.Element) -> Iterator[_Shape]:
    for element in group.iter():
        tag = element.tag.removeprefix(_SVG)
        if tag not in ("g", "title"):
            element.tag = tag
            yield _Shape(element, element.get("fill", ""))


def _translation(graph: ET.Element) -> str:
    found = re.search(r"translate\([^)]*\)", graph.get("transform", ""))
    return "" if found is None else found[0]
