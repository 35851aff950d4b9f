"""Folding: what lies in modules below a depth is drawn as one block, and large graphs fold by themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from ..graph import Node
from .figures import shape_text
from .naming import Scopes, title_of
from .places import Places, Readers, is_weight
from .repeating import Rolled
from .scene import Block, Repeat

Folding = dict[Node, Block]

#: A drawing of fewer things than this says next to nothing.
FEWEST = 6

#: A block tells at most so many shapes, and so many of its operations.
MOST_SHAPES, MOST_OPERATIONS = 3, 3


@dataclass(frozen=True)
class _Way:
    """A way to fold: modules below ``depth``, and those inside of which modules lie at most ``height`` deep.

    Each may be folded without its weights or with them; ``loose`` folds the operations between modules, too, and
    ``inputs`` what these read. What is folded ``all_in_one`` is one block.
    """

    depth: int | None = None
    height: int = -1
    weights: bool = False
    loose: bool = False
    inputs: bool = False
    all_in_one: bool = False

    def group(self, place: Scopes, heights: Mapping[Scopes, int]) -> Scopes | None:
        """Say in which block an operation is drawn, by the scopes that it folds, or ``None`` if it is drawn itself."""
        if self.all_in_one:
            return ()
        around = (place[:length] for length in range(1, len(place) + 1))
        module = next((scopes for scopes in around if self.folds(scopes, heights)), None)
        return place if module is None and self.loose else module

    def folds(self, scopes: Scopes, heights: Mapping[Scopes, int]) -> bool:
        """Whether this module is one block."""
        is_deep = self.depth is not None and len(scopes) > self.depth
        return bool(scopes) and not self.all_in_one and (is_deep or heights[scopes] <= self.height)


def fold(nodes: Sequence[Node], rolled: Rolled, readers: Readers, depth: int | None, most: int, wanted: int) -> Folding:
    """Say which nodes are drawn inside which block.

    Modules below ``depth`` are folded, if it is given; and further, until about ``wanted`` things are left: the
    innermost modules, then those around them, each first beside its weights and then with them. Only while more than
    ``most`` are left, the operations between modules are folded, too; and last, the inputs.
    """
    heights = _heights({rolled.places[node] for node in nodes})
    highest = max(heights.values(), default=0)

    def tried(ways: Iterable[_Way]) -> Iterator[_Folded]:
        for way in ways:
            groups = _grouped(nodes, rolled.places, heights, readers, way)
            yield _Folded(way, groups, len(nodes) - len(groups) + len(set(groups.values())))

    folded = _gentlest(tried(_by_modules(highest, depth)), most, wanted)
    folded = _gentlest(chain([folded], tried(_ever_tighter(highest, depth))), most, most)
    return _blocks(nodes, folded, heights, readers, rolled.repeats)


class _Folded(NamedTuple):
    """What a way to fold makes of a graph: the scopes that each folded node goes to, and how many things are left."""

    way: _Way
    groups: dict[Node, Scopes]
    left: int


def _gentlest(tried: Iterator[_Folded], most: int, wanted: int) -> _Folded:
    """Take the first that leaves as few things as wanted, but not one that leaves next to none, if that can be."""
    best = next(tried)
    for tighter in tried:
        if best.left <= wanted:
            break
        if (FEWEST if best.left <= most else 0) <= tighter.left < best.left:
            best = tighter
    return best


def _heights(places: Iterable[Scopes]) -> dict[Scopes, int]:
    """Say of all scopes how deep others lie inside of them: 0 where there are none."""
    heights: dict[Scopes, int] = {}
    for place in places:
        for length in range(len(place), 0, -1):
            heights[place[:length]] = max(heights.get(place[:length], 0), len(place) - length)
    return heights


def _by_modules(highest: int, depth: int | None) -> Iterator[_Way]:
    yield _Way(depth, weights=depth is not None)
    for height in range(highest + 1):
        if depth is None:
            yield _Way(depth, height)
        yield _Way(depth, height, weights=True)


def _ever_tighter(highest: int, depth: int | None) -> Iterator[_Way]:
    for height in range(highest + 1):
        yield _Way(depth, height, loose=True)
    for height in range(highest + 1):
        yield _Way(depth, height, weights=True, loose=True, inputs=True)
    yield _Way(weights=True, inputs=True, all_in_one=True)


def _grouped(
    nodes: Iterable[Node], places: Places, heights: Mapping[Scopes, int], readers: Readers, way: _Way
) -> dict[Node, Scopes]:
    """Say by which scopes nodes are folded."""
    blocks = {place: way.group(place, heights) for place in {places[node] for node in nodes}}
    groups = {node: block for node in nodes if not node.is_leaf and (block := blocks[places[node]]) is not None}
    for node in nodes:
        if node.is_leaf and (way.inputs or (way.weights and is_weight(node))):
            of_readers = [groups.get(reader) for reader in readers.get(node, ())]
            group = next((each for each in of_readers if each is not None), None)
            if group is not None and (way.inputs or all(each == group for each in of_readers)):
                groups[node] = group
    return groups


def _blocks(
    nodes: Iterable[Node],
    folded: _Folded,
    heights: Mapping[Scopes, int],
    readers: Readers,
    repeats: Mapping[Scopes, Repeat],
) -> Folding:
    """Make the blocks: one of a module that is folded as a whole takes the place of its frame, others lie inside."""
    way, groups, _ = folded
    members: dict[Scopes, list[Node]] = {group: [] for node, group in groups.items() if not node.is_leaf}
    for node in nodes:
        if node in groups:
            members[groups[node]].append(node)
    folding: Folding = {}
    for number, (scopes, inside) in enumerate(members.items()):
        block = Block(f"block{number}", scopes, sum(not node.is_leaf for node in inside))
        block.leaves = len(inside) - block.operations
        if way.folds(scopes, heights) and (way.weights or not _reads_weights(inside)):
            repeat = repeats.get(scopes, Repeat(title_of(scopes), 1))
            block.scopes, block.title, block.count = scopes[:-1], repeat.title, repeat.count
            block.facts = list(_facts(inside, readers))
        folding.update(dict.fromkeys(inside, block))
    return folding


def _reads_weights(nodes: Iterable[Node]) -> bool:
    return any(parent is not None and is_weight(parent) for node in nodes for parent in node.parents)


# What a block holds


def _facts(inside: Sequence[Node], readers: Readers) -> Iterator[tuple[str, str]]:
    held = set(inside)
    operations = [node for node in inside if not node.is_leaf]
    weights = [node for node in inside if is_weight(node)]
    read = dict.fromkeys(parent for node in operations for parent in node.parents if parent not in held)
    written = [node for node in operations if not held.issuperset(readers.get(node, ())) or node not in readers]
    if came := [node for node in read if node is not None and not is_weight(node)]:
        yield "in", _shapes(came)
    yield "out", _shapes(written)
    if weights:
        numbers = sum(math.prod(node.shape) for node in weights)
        yield "parameters", f"{numbers:,} in {_counted(len(weights), 'array')}"
    yield _counted(len(operations), "operation"), _most_common(Counter(node.operation for node in operations))


def _shapes(nodes: Sequence[Node]) -> str:
    shapes = [shape_text(node.shape) for node in nodes]
    more = [f"{len(shapes) - MOST_SHAPES:,} more"] if len(shapes) > MOST_SHAPES else []
    return ", ".join(shapes[:MOST_SHAPES] + more)


def _most_common(counts: Counter[str]) -> str:
    texts = [name if count == 1 else f"{count:,} {name}" for name, count in counts.most_common(MOST_OPERATIONS)]
    return ", ".join([*texts, "…"] if len(counts) > MOST_OPERATIONS else texts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
