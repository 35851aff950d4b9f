"""Repetition: modules of equal structure, one after the other, of which only the first is drawn.

Inside a scope the computation is a series of items: the modules in there, and the operations between them. Two
neighbouring pieces of it are equal if they hold the same operations on the same shapes in the same scopes, wired in the
same way, and if nothing but the second reads what the first computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from ..graph import Node, by_number
from .naming import Scopes, kind_of, range_of, span
from .numbering import Numbering
from .places import Places, Readers
from .scene import Repeat

#: A piece that repeats has at most so many items; ``Linear, ReLU, Linear, ReLU`` has pieces of two.
LONGEST = 6


@dataclass
class Rolled:
    """What is drawn once; ``stands_for`` has, for a node that is not drawn, the one that is drawn in its place."""

    places: Places
    stands_for: dict[Node, Node] = field(default_factory=dict)
    repeats: dict[Scopes, Repeat] = field(default_factory=dict)

    def drawn(self, node: Node) -> Node:
        """Give the node that is drawn for a node: itself, mostly."""
        while node in self.stands_for:
            node = self.stands_for[node]
        return node


def roll_up(operations: Sequence[Node], places: Places, readers: Readers, outputs: AbstractSet[Node]) -> Rolled:
    """Find what repeats among operations, which come in topological order: the outermost repetitions first."""
    roller = _Roller(Rolled(dict(places)), readers, outputs)
    unseen: list[tuple[Scopes, Sequence[Node]]] = [((), operations)]
    while unseen:
        unseen += roller.roll(*unseen.pop())
    return roller.rolled


@dataclass(frozen=True)
class _Item:
    """A module, or a single operation between modules; ``scopes`` are its own, or those around the operation."""

    scopes: Scopes
    nodes: list[Node]
    is_module: bool

    @property
    def kind(self) -> str:
        """What it is, without arguments."""
        return kind_of(self.scopes[-1]).partition("(")[0] if self.is_module else self.nodes[0].operation


class _Roller:
    """Looks into one scope after the other."""

    def __init__(self, rolled: Rolled, readers: Readers, outputs: AbstractSet[Node]) -> None:
        self.rolled = rolled
        self._readers = readers
        self._outputs = outputs
        self._numbering = Numbering(rolled.places)

    def roll(self, scopes: Scopes, operations: Iterable[Node]) -> list[tuple[Scopes, Sequence[Node]]]:
        """Roll up what repeats directly inside some scopes; give the modules in there that are drawn."""
        items = self._items(scopes, operations)
        drawn: list[_Item] = []
        start = 0
        for place, period, count in self._repetitions(items, len(scopes)):
            pieces = [items[at : at + period] for at in range(place, place + period * count, period)]
            drawn += items[start:place] + self._only_the_first(pieces, scopes)
            start = place + period * count
        return [(item.scopes, item.nodes) for item in drawn + items[start:] if item.is_module]

    def _items(self, scopes: Scopes, operations: Iterable[Node]) -> list[_Item]:
        items: dict[object, _Item] = {}
        for node in operations:
            inner = self.rolled.places[node][: len(scopes) + 1]
            is_module = len(inner) > len(scopes)
            item = items.setdefault(inner if is_module else node, _Item(inner, [], is_module))
            item.nodes.append(node)
        return list(items.values())

    # What repeats

    def _repetitions(self, items: Sequence[_Item], depth: int) -> Iterator[tuple[int, int, int]]:
        """Give where equal pieces stand one after the other: the first item, how many each has, how many they are."""
        if not any(item.is_module for item in items):
            return
        kinds = [self._numbering.of_all(item.nodes, depth) for item in items]
        lengths = {period: _matches(kinds, period) for period in range(1, min(LONGEST, len(items) // 2) + 1)}
        place = 0
        while place < len(items):
            period, count = self._longest(items, place, lengths, depth)
            if count > 1:
                yield place, period, count
            place += period * count

    def _longest(
        self, items: Sequence[_Item], place: int, lengths: dict[int, list[int]], depth: int
    ) -> tuple[int, int]:
        """Give the repetition that begins at a place and reaches farthest: the period, and how often it is there."""
        for period in sorted(lengths, key=lambda period: -(lengths[period][place] // period * period)):
            most = 1 + lengths[period][place] // period
            if most > 1 and any(item.is_module for item in items[place : place + period]):
                count = self._chained(items, range(place, place + most * period, period), depth)
                if count > 1:
                    return period, count
        return 1, 1

    def _chained(self, items: Sequence[_Item], places: range, depth: int) -> int:
        """Count the pieces that are really equal, each of which reads nothing but what those before it may read."""
        pieces = (_nodes(items[at : at + places.step]) for at in places)
        before = next(pieces)
        wanted = self._numbering.of_all(before, depth)
        for count, piece in enumerate(pieces, start=1):
            if not self._follows(piece, before) or self._numbering.of_all(piece, depth) != wanted:
                return count
            before = piece
        return len(places)

    def _follows(self, piece: Iterable[Node], before: Iterable[Node]) -> bool:
        """Whether what one piece computes goes into the next, and nowhere else, and only that is new to the next."""
        both = {*piece, *before}
        known = both | {parent for node in before for parent in node.parents if parent is not None}
        return all(
            node not in self._outputs and both.issuperset(self._readers.get(node, ())) for node in before
        ) and all(parent is None or parent.is_leaf or parent in known for node in piece for parent in node.parents)

    # What is drawn of it

    def _only_the_first(self, pieces: Sequence[list[_Item]], scopes: Scopes) -> list[_Item]:
        """Have the first piece stand for all of them; put a scope around it unless it is one. Give its items."""
        first, last = pieces[0], pieces[-1]
        nodes = self._in_order(first, len(scopes))
        for piece in pieces[1:]:
            self.rolled.stands_for.update(zip(self._in_order(piece, len(scopes)), nodes, strict=True))
        if len(first) == 1:
            self.rolled.repeats[first[0].scopes] = Repeat(range_of(first[0].scopes, last[0].scopes), len(pieces))
            return first
        names = [next(item.scopes for item in each if item.is_module) for each in (first, last[::-1])]
        around = (*scopes, f"{span(*names)} · {', '.join(item.kind for item in first)}")
        self.rolled.repeats[around] = Repeat(around[-1], len(pieces))
        for node in nodes:
            self.rolled.places[node] = around + self.rolled.places[node][len(scopes) :]
        return [_Item(around + item.scopes[len(scopes) :], item.nodes, item.is_module) for item in first]

    def _in_order(self, piece: Iterable[_Item], depth: int) -> list[Node]:
        """The operations of a piece, so that those of an equal piece come in the same order."""
        numbers = self._numbering.of_each(_nodes(piece), depth)
        return sorted(numbers, key=numbers.__getitem__)


def _nodes(piece: Iterable[_Item]) -> list[Node]:
    """All operations of a piece, operands first."""
    return sorted((node for item in piece for node in item.nodes), key=by_number)


def _matches(numbers: Sequence[int], period: int) -> list[int]:
    """Say for each place how many numbers from there on are equal to those ``period`` places later.

    >>> _matches([1, 2, 1, 2, 1, 3], 2)
    [3, 2, 1, 0, 0, 0]
    """
    lengths = [0] * len(numbers)
    for place in range(len(numbers) - period - 1, -1, -1):
        lengths[place] = lengths[place + 1] + 1 if numbers[place] == numbers[place + period] else 0
    return lengths
