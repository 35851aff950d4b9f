"""Shapes in few characters: what Graphviz writes as polygons and curves, as the rectangles that they are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

#: How many points the curve around a box with round corners has, as Graphviz draws it.
_AROUND = 25

Point = tuple[float, float]


def points_of(shape: ET.Element) -> list[Point]:
    """Give the points that a polygon or a path goes through, or by."""
    numbers = [float(each) for each in _NUMBER.findall(shape.get("points") or shape.get("d") or "")]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def corner(shape: ET.Element) -> Point:
    """Give the left upper corner of what a shape covers."""
    if shape.tag == "ellipse":
        return float(shape.attrib["cx"]), float(shape.attrib["cy"])
    points = points_of(shape)
    return min(x for x, _ in points), min(y for _, y in points)


def simplified(shape: ET.Element, origin: Point) -> None:
    """Write a shape in numbers of one decimal from ``origin`` on, a box as a rectangle.

    >>> cell = ET.Element("polygon", points="9.5,4 9.5,-12 20.333,-12 20.333,4 9.5,4")
    >>> simplified(cell, (9.5, -12.0))
    >>> ET.tostring(cell, encoding="unicode")
    '<rect x="0" y="0" width="10.8" height="16" />'
    """
    points = points_of(shape)
    if (shape.tag == "polygon" and _is_box(points)) or (shape.tag == "path" and len(points) == _AROUND):
        _make_rectangle(shape, points)
    for name in ("points", "d"):
        if name in shape.attrib:
            shape.set(name, _moved(shape.attrib[name], origin))
    for name, start in zip(("x", "y", "cx", "cy"), (*origin, *origin), strict=True):
        if name in shape.attrib:
            shape.set(name, _written(float(shape.attrib[name]) - start))


def _is_box(points: list[Point]) -> bool:
    return len(points) == 5 and len({x for x, _ in points}) == 2 and len({y for _, y in points}) == 2


def _make_rectangle(shape: ET.Element, points: list[Point]) -> None:
    """Put the rectangle in place of a polygon, or of a curve, which begins where a round corner does."""
    (left, top), right, bottom = corner(shape), max(x for x, _ in points), max(y for _, y in points)
    for name in ("points", "d"):
        shape.attrib.pop(name, None)
    shape.attrib |= {
        "x": str(left),
        "y": str(top),
        "width": _written(right - left),
        "height": _written(bottom - top),
    }
    if shape.tag == "path":
        shape.set("rx", _written(points[0][0] - left))
    shape.tag = "rect"


def _moved(text: str, origin: Point) -> str:
    """Write the numbers of a list of points, which are x and y by turns, from another origin on."""
    places = iter(range(len(text)))
    return _NUMBER.sub(lambda number: _written(float(number[0]) - origin[next(places) % 2]), text)


def _written(number: float) -> str:
    return f"{round(number, 1) + 0.0:g}"
