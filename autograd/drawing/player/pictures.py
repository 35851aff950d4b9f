"""The picture of the page: the drawing's own SVG, with classes in place of colours, and handles on what it shows.

The drawing is written in both themes, which differ in colours alone. Each pair of colours gets a number, Graphviz lays
out the drawing once, with the numbers for colours, and the page chooses.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from ..renderers import rendered
from ..rendering import Drawing
from ..svg import mended
from ..theme import DARK, LIGHT

_COLOR = re.compile(r'(?<==")#[0-9a-fA-F]{6}(?=")')
_SVG = "{http://www.w3.org/2000/svg}"
_ROWS = {"value": "value", "grad": "gradient"}

Pair = tuple[str, str]


class Palette:
    """Pairs of colours, light and dark, by number."""

    def __init__(self) -> None:
        self.pairs: dict[Pair, int] = {}

    def coded(self, light: str, dark: str) -> str:
        """Give the DOT text with a number in place of each pair of colours."""
        others = iter(_COLOR.findall(dark))

        def code(match: re.Match[str]) -> str:
            pair = match[0], next(others)
            return f"#{self.pairs.setdefault(pair, len(self.pairs)) + 1:06x}"

        return _COLOR.sub(code, light)

    def pair(self, code: str) -> Pair | None:
        """Give the pair that a colour in an image stands for, if it stands for one."""
        number = self.number(code)
        return None if number is None else list(self.pairs)[number]

    def number(self, code: str) -> int | None:
        """Give the number of the pair that a colour in an image stands for, if it stands for one."""
        is_code = bool(re.fullmatch(r"#[0-9a-f]{6}", code)) and 0 < int(code[1:], 16) <= len(self.pairs)
        return int(code[1:], 16) - 1 if is_code else None

    def css(self) -> str:
        """Write the style sheet that gives the numbers their colours."""
        lines = []
        for (light, dark), number in self.pairs.items():
            lines += [f".f{number}{{fill:{light}}}", f".s{number}{{stroke:{light}}}"]
            if light != dark:
                lines += [
                    f"[data-theme=dark] .f{number}{{fill:{dark}}}",
                    f"[data-theme=dark] .s{number}{{stroke:{dark}}}",
                ]
        return "\n".join(lines)


def picture(palette: Palette, light: Drawing, dark: Drawing) -> str:
    """Give the SVG for the page: nodes and edges are groups with Graphviz's names for them as ``data-key``."""
    for drawing in (light, dark):
        drawing.graph_attr["label"] = ""  # the page has a legend of its own
    source = palette.coded(light.source, dark.source)
    return _Tagging(palette).tagged(mended(rendered(source, "svg", light.engine).decode()))


def variables() -> str:
    """Write the style sheet that names the colours of both themes."""
    rules = []
    for selector, theme in ((":root", LIGHT), ("[data-theme=dark]", DARK)):
        named = {
            "ground": theme.ground,
            "ink": theme.ink,
            "muted": theme.muted,
            "border": theme.frame_border,
            "idle": theme.idle,
            "value-ink": theme.value_ink,
            "gradient-ink": theme.gradient_ink,
            **{f"r{number}": color for number, color in enumerate(theme.ramp)},
            **{kind.name.lower(): color for kind, color in theme.bars.items()},
        }
        rules.append(f"{selector}{{{';'.join(f'--{name}:{color}' for name, color in named.items())}}}")
    return "\n".join(rules)


class _Tagging:
    """Rewrites the SVG of Graphviz."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette

    def tagged(self, image: str) -> str:
        root = ET.fromstring(image)  # noqa: S314 - what Graphviz has just written
        written = ET.Element("svg", {"viewBox": root.get("viewBox", ""), "class": "drawing"})
        (graph,) = root.findall(f"{_SVG}g")
        page = ET.SubElement(written, "g", {"transform": _translation(graph)})
        for group in graph.findall(f"{_SVG}g"):
            kind = group.get("class", "")
            key = group.findtext(f"{_SVG}title", "")
            own = ET.SubElement(page, "g", {"class": kind, "data-key": key})
            shapes = [self._shape(each) for each in _shapes(group)]
            if kind == "node" and key.startswith("card"):
                self._mark_rows(shapes)
            for shape, _ in shapes if kind == "edge" else ():
                if "∂" in (shape.text or ""):
                    _add_class(shape, "derivative")
            own.extend(shape for shape, _ in shapes)
            if kind == "node":
                own.append(_ring(shapes[0][0]))
        return ET.tostring(written, encoding="unicode")

    def _shape(self, element: ET.Element) -> tuple[ET.Element, str]:
        """Give a shape without what the style sheet says, and its colour."""
        shape = ET.Element(element.tag.removeprefix(_SVG))
        shape.text = element.text
        classes = []
        for name, value in element.attrib.items():
            number = self._palette.number(value) if name in ("fill", "stroke") else None
            if number is not None:
                classes.append(f"{name[0]}{number}")
            elif name == "font-size":
                if float(value) != 10:
                    shape.set(name, f"{float(value):g}")
            elif name not in ("font-family", "style") and not name.startswith("{"):
                shape.set(name, value)
        if classes:
            shape.set("class", " ".join(classes))
        return shape, element.get("fill", "")

    def _mark_rows(self, shapes: list[tuple[ET.Element, str]]) -> None:
        """Say of each shape behind the title of a row in a card which row that is; the last one is the frame."""
        titles = {
            ("value", (LIGHT.value_ink, DARK.value_ink)),
            ("grad", (LIGHT.gradient_ink, DARK.gradient_ink)),
            *((title, (LIGHT.muted, DARK.muted)) for title in _ROWS),
        }
        row = ""
        stripe: list[ET.Element] = []
        for shape, fill in shapes[:-1]:
            title = (shape.text or "", self._palette.pair(fill))
            if shape.tag == "text" and title in titles and _ROWS[title[0]] != row:
                row = _ROWS[title[0]]
                _add_class(shape, f"{row}-title")
                for each in stripe:  # which stands before the title
                    each.set("class", "stripe")
            elif shape.tag == "path" and row:
                row = "mark"
            if row and not (shape.get("class") or "").endswith("-title"):
                _add_class(shape, row)
            stripe = [*stripe, shape] if shape.tag == "polygon" else []


def _add_class(shape: ET.Element, name: str) -> None:
    shape.set("class", f"{shape.get('class', '')} {name}".strip())


def _ring(outline: ET.Element) -> ET.Element:
    """A second outline, for the page to mark what it points at."""
    kept = ("cx", "cy", "rx", "ry", "d", "points")
    return ET.Element(
        outline.tag, {**{name: outline.attrib[name] for name in kept if name in outline.attrib}, "class": "ring"}
    )


def _shapes(group: ET.Element) -> Iterator[ET.Element]:
    return (each for each in group.iter() if each.tag not in (f"{_SVG}g", f"{_SVG}title"))


def _translation(graph: ET.Element) -> str:
    found: Any = re.search(r"translate\([^)]*\)", graph.get("transform", ""))
    return "" if found is None else str(found[0])
