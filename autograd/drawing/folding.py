"""Folding: what lies in modules below a depth is drawn as one block, and large graphs fold by themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..graph import Node
from .figures import shape_text
from .naming import Scopes, title_of
from .places import Places, Readers, is_weight
from .repeating import Rolled
from .scene import Block, Repeat

Folding = dict[Node, Block]

#: A block tells at most so many shapes, and so many of its operations.
MOST_SHAPES, MOST_OPERATIONS = 3, 3


@dataclass(frozen=True)
class _Way:
    """A way to fold: what lies in more than ``depth`` scopes; with weights, inputs, and operations above that depth."""

    depth: int
    weights: bool = False
    loose: bool = False
    inputs: bool = False
    all_in_one: bool = False

    def group(self, place: Scopes) -> Scopes | None:
        """Say in which block an operation is drawn, by the scopes that it folds, or ``None`` if it is drawn itself."""
        if self.all_in_one:
            return ()
        return place[: self.depth + 1] if self.loose or len(place) > self.depth else None


def fold(nodes: Sequence[Node], rolled: Rolled, readers: Readers, depth: int | None, most: int) -> Folding:
    """Say which nodes are drawn inside which block.

    Modules below ``depth`` are folded, if it is given; and further, until about ``most`` things are left, in the
    gentlest way that suffices: the innermost modules, then outer ones, each first beside its weights and then with
    them; then the operations between modules, too; and last, the inputs.
    """
    chosen: dict[Node, Scopes] = {}
    way = None
    for way in _ever_tighter(max((len(rolled.places[node]) for node in nodes), default=0), depth):
        chosen = _grouped(nodes, rolled.places, readers, way) if way else {}
        if len(nodes) - len(chosen) + len(set(chosen.values())) <= most:
            break
    return _blocks(nodes, chosen, readers, rolled.repeats, way) if way else {}


def _ever_tighter(deepest: int, depth: int | None) -> Iterator[_Way | None]:
    depths = range(deepest - 1 if depth is None else min(depth, deepest), -1, -1)
    if depth is None:
        yield None
    else:
        yield _Way(depth, weights=True)
    for each in depths:
        yield _Way(each)
        yield _Way(each, weights=True)
    for each in depths or (0,):
        yield _Way(each, loose=True)
    for each in depths or (0,):
        yield _Way(each, weights=True, loose=True, inputs=True)
    yield _Way(0, weights=True, inputs=True, all_in_one=True)


def _grouped(nodes: Iterable[Node], places: Places, readers: Readers, way: _Way) -> dict[Node, Scopes]:
    """Say by which scopes nodes are folded."""
    groups = {node: group for node in nodes if not node.is_leaf and (group := way.group(places[node])) is not None}
    for node in nodes:
        if node.is_leaf and (way.inputs or (way.weights and is_weight(node))):
            of_readers = [groups.get(reader) for reader in readers.get(node, ())]
            group = next((each for each in of_readers if each is not None), None)
            if group is not None and (way.inputs or all(each == group for each in of_readers)):
                groups[node] = group
    return groups


def _blocks(
    nodes: Iterable[Node],
    groups: Mapping[Node, Scopes],
    readers: Readers,
    repeats: Mapping[Scopes, Repeat],
    way: _Way,
) -> Folding:
    """Make the blocks: one of a module with its weights takes the place of its frame, others lie inside of it."""
    members: dict[Scopes, list[Node]] = {group: [] for node, group in groups.items() if not node.is_leaf}
    for node in nodes:
        if node in groups:
            members[groups[node]].append(node)
    folding: Folding = {}
    for number, (scopes, inside) in enumerate(members.items()):
        block = Block(f"block{number}", scopes, sum(not node.is_leaf for node in inside))
        block.leaves = len(inside) - block.operations
        if way.weights and len(scopes) > way.depth and not way.all_in_one:
            repeat = repeats.get(scopes, Repeat(title_of(scopes), 1))
            block.scopes, block.title, block.count = scopes[:-1], repeat.title, repeat.count
            block.facts = list(_facts(inside, readers))
        folding.update(dict.fromkeys(inside, block))
    return folding


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
