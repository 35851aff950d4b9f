"""A few nodes cut out of a graph, so that a drawing shows the neighbourhood of one of them and no more.

What lies beyond is left out: of a result that an operand is, the value alone is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .graph import Graph, Leaf, Node, Operation, by_number
from .tensor import Tensor


class LeafCopy(Leaf):
    """A leaf with the value that another one had."""

    __slots__ = ("_value",)

    def __init__(self, leaf: Node) -> None:
        self.shape, self.dtype, self.number, self.notes = leaf.shape, leaf.dtype, 0, None
        self.requires_grad = leaf.requires_grad
        self._value = leaf.value

    @property
    def value(self) -> Any:
        """The values, if anything knew them."""
        return self._value


class Border(Node):
    """A result where the graph is cut off: its value, without the operation that computed it."""

    __slots__ = ("_operation", "_value")

    def __init__(self, node: Node) -> None:
        self.shape, self.dtype, self.number, self.notes = node.shape, node.dtype, 0, None
        self._operation, self._value = node.operation, node.value

    @property
    def operation(self) -> str:
        """The name of the primitive that is cut off, as in ``"… multiply"``."""
        return f"… {self._operation}"

    @property
    def value(self) -> Any:
        """The values, if anything knew them."""
        return self._value


class Onward(Operation):
    """An operation whose result is read by others that are left out."""

    __slots__ = ()


def cut_out(center: Node, distance: int, ends: Collection[Node], gradients: Mapping[Node, Tensor]) -> Graph:
    """Copy the nodes up to ``distance`` steps from ``center``: before it, and behind it on the way to the ends.

    ``gradients`` are those of a walk that was given up, shown in place of those that nodes have. Of what is behind,
    only nodes are taken whose values are known, and the value of ``center`` must be.
    """
    chosen = _before(center, distance) | _behind(center, distance, ends)
    read = {parent for node in chosen for parent in node.parents}
    last = [node for node in chosen if node not in read]
    copier = Copier(gradients, set(last).difference(ends) if ends else set())
    for node in sorted(chosen, key=by_number):
        copier.copy(node, chosen)
    return Graph(*(Tensor._made(node.value, copier.copies[node]) for node in last))


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


class Copier:
    """Copies nodes, each after those that it reads."""

    def __init__(self, gradients: Mapping[Node, Tensor], onward: Collection[Node]) -> None:
        self.copies: dict[Node, Node] = {}
        self._gradients = gradients
        self._onward = onward

    def copy(self, node: Node, chosen: set[Node]) -> None:
        """Copy an operation, with the border where its operands are not chosen themselves; or a leaf."""
        if not isinstance(node, Operation):
            self._copy_alone(node)
            return
        for parent in node.parents:
            if parent is not None and parent not in chosen and parent not in self.copies:
                self._copy_alone(parent)
        copied = Onward() if node in self._onward else Operation()
        copied.primitive, copied.number = node.primitive, node.number
        copied.shape, copied.dtype = node.shape, node.dtype
        copied.parents = [None if parent is None else self.copies[parent] for parent in node.parents]
        copied.pullbacks = [(self.copies.get(of, of), *rest) for of, *rest in node.pullbacks or ()]
        copied.notes = None
        self._describe(copied, node)
        notes = copied.annotate()
        notes.value = node.value
        notes.operands = None if node.notes is None else node.notes.operands  # None: what rules keep is all there is

    def _copy_alone(self, node: Node) -> None:
        """Copy a leaf, or a result without what it was computed from."""
        if not node.is_leaf:
            self._describe(Border(node), node)
            return
        copied = LeafCopy(node)
        self._describe(copied, node)
        copied.annotate().walked = True  # where others that read it are left out, nobody can say "no path"

    def _describe(self, copied: Node, node: Node) -> None:
        notes = copied.annotate()
        notes.name, notes.scopes, notes.line = node.name, node.scopes, None if node.notes is None else node.notes.line
        if node.notes is not None:
            notes.attributes, notes.pullbacks = node.notes.attributes, node.notes.pullbacks
        notes.grad = self._gradients.get(node, node.grad)
        notes.walked = node.walked and not self._gradients  # of a walk that goes on, what has not arrived comes later
        self.copies[node] = copied
