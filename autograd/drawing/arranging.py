"""Which nodes of a graph are drawn, where, and what stands for the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..graph import Graph, Node
from .focusing import Target, around, between
from .folding import Folding, fold
from .naming import Scopes
from .places import Readers, places_of, readers_of
from .repeating import Rolled, roll_up
from .scene import Block

#: Repetitions are rolled up by themselves in graphs of more nodes than this.
FEW = 60

#: Graphs of more nodes than this fold by themselves: those of modules; and those without any, of which little is left,
#: or whose depth was given.
MANY, VERY_MANY = 100, 200


@dataclass(frozen=True)
class View:
    """What is drawn of a graph; the options of ``draw`` of the same names.

    ``fold_to`` says to how many things a graph is folded that is too large; by default to as many as are not.
    """

    depth: int | None = None
    roll_up: bool | None = False
    focus: Target | Collection[Target] | None = None
    path: tuple[Target, Target] | None = None
    distance: int = 1
    fold_to: int | None = None

    def __post_init__(self) -> None:
        if self.depth is not None and self.depth < 0:
            raise ValueError(f"draw: depth must be at least 0, got {self.depth}; None folds no modules")
        if self.distance < 0:
            raise ValueError(f"draw: distance must be at least 0, got {self.distance}")
        if self.distance != 1 and self.focus is None:
            raise ValueError(f"draw: distance={self.distance} is that around focus=, which is not given")
        if self.focus is not None and self.path is not None:
            raise ValueError("draw: focus and path both choose a part of the graph; give one of them")


#: Every node by itself.
WHOLE = View()


@dataclass(frozen=True)
class Arrangement:
    """What is drawn of a graph: ``drawn``, operands first, each by itself or inside a block of ``folding``.

    ``chosen`` are all nodes that are not beyond the border of the drawing, those that others stand for included;
    ``results`` those that have a card of their own whatever they lie in.
    """

    drawn: Sequence[Node]
    chosen: set[Node]
    readers: Readers
    rolled: Rolled
    folding: Folding
    results: Sequence[Node]

    def block(self, node: Node) -> Block | None:
        """Give the block that a node, or the one that stands for it, is drawn in, if any."""
        return self.folding.get(self.rolled.drawn(node))

    def place(self, node: Node) -> Scopes:
        """Give the scopes that a chosen node is drawn in: its own, or those around its block."""
        block = self.block(node)
        return self.rolled.places[node] if block is None else block.scopes


def arranged(graph: Graph, fold_above: int | None, view: View) -> Arrangement:
    """Choose the part of a graph that is drawn, roll up in it what repeats, and fold it."""
    if fold_above is None:
        fold_above = MANY if view.depth is None and any(node.scopes for node in graph) else VERY_MANY
    readers = readers_of(graph)
    chosen = _chosen(graph, readers, view)
    nodes = [node for node in graph if node in chosen]
    rolled = Rolled(places_of(nodes))
    results = [node for node in dict.fromkeys(output.node for output in graph.outputs) if node in chosen]
    if view.roll_up or (view.roll_up is None and len(nodes) > FEW):
        rolled = roll_up([node for node in nodes if not node.is_leaf], rolled.places, readers, set(results))
    drawn = [node for node in nodes if not _is_rolled_away(node, rolled, readers)]
    folding = fold(drawn, rolled, readers, view.depth, fold_above, _wanted(len(nodes), fold_above, view))
    return Arrangement(drawn, chosen, readers, rolled, folding, results if len(results) <= fold_above else [])


def _wanted(count: int, fold_above: int, view: View) -> int:
    """How many things are to be left of a graph of this many nodes; all that may be, where a depth was asked for."""
    is_too_large = view.depth is None and count > fold_above
    return min(fold_above, view.fold_to) if is_too_large and view.fold_to is not None else fold_above


def _is_rolled_away(node: Node, rolled: Rolled, readers: Readers) -> bool:
    """Whether another operation stands for this one; or of a leaf, for all that read it."""
    if not node.is_leaf:
        return node in rolled.stands_for
    return bool(readers.get(node)) and all(reader in rolled.stands_for for reader in readers[node])


def _chosen(graph: Graph, readers: Readers, view: View) -> set[Node]:
    if view.focus is not None:
        return around(graph, readers, view.focus, view.distance)
    if view.path is not None:
        return between(graph, readers, view.path)
    return set(graph.nodes)
