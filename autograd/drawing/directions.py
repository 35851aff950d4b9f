"""Which way a drawing runs: from left to right as long as that fits on a page, else from top to bottom."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from .cards import card_width
from .scene import Block, Card, Scene, Thing

#: A drawing that would be wider than this, in points, runs from top to bottom: of a wider one, which a page shows at
#: less than a third of its size, nobody can read the numbers.
WIDEST = 2800

#: About how wide a block is, and an operation with the edges beside it.
BLOCK, OPERATION = 220, 110


def direction_of(scene: Scene, in_full: int) -> Literal["LR", "TB"]:
    """Say which way suits a scene, by the length of its longest chain; wires come in the order of computation."""
    ends: defaultdict[Thing, int] = defaultdict(int)
    for wire in scene.wires:
        start = ends[wire.tail] or _width(wire.tail, in_full)
        ends[wire.head] = max(ends[wire.head], start + _width(wire.head, in_full))
    return "LR" if max(ends.values(), default=0) <= WIDEST else "TB"


def _width(thing: Thing, in_full: int) -> int:
    match thing:
        case Card():
            return card_width(thing, in_full)
        case Block():
            return BLOCK
    return OPERATION
