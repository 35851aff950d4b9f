"""Numbers that are equal for equal computations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph import Node
from .naming import Scopes, kind_of
from .places import Places, is_weight


class Numbering:
    """Numbers operations by what they compute, in the scopes they do so, and how their operands were computed."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._numbers: dict[object, int] = {}
        self._inside: dict[Node, int] = {}
        self._outside: dict[Node, int] = {}
        self._kinds: dict[Scopes, Scopes] = {(): ()}

    def of_all(self, nodes: Iterable[Node], depth: int) -> int:
        """Number some operations together."""
        return self._number(tuple(sorted(self.of_each(nodes, depth).values())))

    def of_each(self, nodes: Iterable[Node], depth: int) -> dict[Node, int]:
        """Number operations, which come in topological order, as parts of a piece that lies in ``depth`` scopes.

        Of the scope around the piece the name does not count, and of what comes from outside only what it is.
        """
        numbers: dict[Node, int] = {}
        for node in nodes:
            operands = tuple(
                numbers[parent] if parent in numbers else self._from_outside(node, position, parent)
                for position, parent in enumerate(node.parents)
            )
            numbers[node] = self._number((self._by_itself(node), self._kind(self._places[node][depth:]), operands))
        return numbers

    def _by_itself(self, node: Node) -> int:
        if node not in self._inside:
            self._inside[node] = self._number((node.operation, node.shape, node.dtype, node.requires_grad))
        return self._inside[node]

    def _from_outside(self, node: Node, position: int, parent: Node | None) -> int:
        """Number an operand by its shape; a weight by its name, too, and single numbers not at all."""
        if parent is None:
            operand: Any = node.notes.operands[position] if node.notes is not None and node.notes.operands else None
            return self._number((operand.shape, operand.dtype)) if getattr(operand, "shape", ()) else -1
        if parent not in self._outside:
            name = (parent.name,) if is_weight(parent) else ()
            self._outside[parent] = self._number((*name, parent.shape, parent.dtype))
        return self._outside[parent]

    def _kind(self, scopes: Scopes) -> Scopes:
        if scopes not in self._kinds:
            self._kinds[scopes] = (kind_of(scopes[0]), *scopes[1:])
        return self._kinds[scopes]

    def _number(self, fact: object) -> int:
        return self._numbers.setdefault(fact, len(self._numbers))
