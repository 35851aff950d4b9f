"""A few nodes cut out of a graph, so that a drawing shows the neighbourhood of one of them and no more.

What lies beyond is left out: where an operand comes from there, its value alone stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .graph import Graph, Leaf, Node, Operation, by_depth, operation
from .tensor import Tensor


class StandIn(Leaf):
    """The value that a node had, without what it was computed from."""

    __slots__ = ("_value",)

    def __init__(self, node: Node) -> None:
        self.shape, self.dtype, self.depth = node.shape, node.dtype, 0
        self.notes = None
        self.requires_grad = node.requires_grad
        self._value = node.value

    @property
    def value(self) -> Any:
        """The values, if anything knew them."""
        return self._value


def cut_out(center: Operation, distance: int, ends: Iterable[Node], gradients: Mapping[Node, Tensor]) -> Graph:
    """Copy the nodes up to ``distance`` steps from ``center``: before it, and behind it on the way to the ends.

    ``gradients`` are shown at their nodes, in place of those that nodes have. Of what is behind, only nodes are taken
    whose values are known, and the value of ``center`` must be.
    """
    chosen = _before(center, distance) | _behind(center, distance, ends)
    copier = _Copier(gradients)
    for node in sorted(chosen, key=by_depth):
        copier.copy(node, chosen)
    read = {parent for node in chosen for parent in node.parents}
    outputs = [Tensor._made(node.value, copier.copies[node]) for node in chosen if node not in read]
    return Graph(*outputs)


def _before(center: Node, distance: int) -> set[Node]:
    chosen, border = {center}, {center}
    for _ in range(distance):
        border = {parent for node in border for parent in node.parents if parent is not None} - chosen
        chosen |= border
    return chosen


def _behind(center: Node, distance: int, ends: Iterable[Node]) -> set[Node]:
    readers: dict[Node, list[Node]] = {}
    seen = dict.fromkeys(ends)
    rest = list(seen)
    while rest:
        node = rest.pop()
        for parent in node.parents:
            if parent is None:
                continue
            readers.setdefault(parent, []).append(node)
            if parent not in seen:
                seen[parent] = None
                rest.append(parent)
    chosen: set[Node] = set()
    border = {center}
    for _ in range(distance):
        border = {each for node in border for each in readers.get(node, ()) if each.value is not None} - chosen
        chosen |= border
    return chosen


class _Copier:
    """Copies nodes, each after those that it reads."""

    def __init__(self, gradients: Mapping[Node, Tensor]) -> None:
        self.copies: dict[Node, Node] = {}
        self._gradients = gradients

    def copy(self, node: Node, chosen: set[Node]) -> None:
        """Copy an operation, with its operands where they are not chosen themselves; or a leaf."""
        if not isinstance(node, Operation):
            self._stand_in(node)
            return
        for parent in node.parents:
            if parent is not None and parent not in chosen and parent not in self.copies:
                self._stand_in(parent)
        parents = [None if parent is None else self.copies[parent] for parent in node.parents]
        copied = operation(node.primitive, parents, [], node.shape, node.dtype, node.depth)
        notes = copied.annotate()
        notes.value, notes.operands = node.value, node.operands
        self._describe(copied, node)

    def _stand_in(self, node: Node) -> None:
        """Put a leaf with the value of a node, if anything knows it, in its place."""
        leaf = StandIn(node)
        self._describe(leaf, node)
        notes = leaf.annotate()
        notes.walked = True  # of a backward that may not have come here yet, nobody can say "no path"
        if not node.is_leaf and node.name is None:
            notes.name = f"… {node.operation}"

    def _describe(self, copied: Node, node: Node) -> None:
        notes = copied.annotate()
        notes.name, notes.scopes, notes.line = node.name, node.scopes, node.line
        notes.grad, notes.walked = self._gradients.get(node, node.grad), node.walked
        self.copies[node] = copied
