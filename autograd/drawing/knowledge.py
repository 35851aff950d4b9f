"""What is known of each node: its value, wherever something still holds it, and its gradient, or why there is none."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Graph, Node
from ..tensor import Tensor
from .scene import Absence, Numbers


def numbers_of(value: Any) -> np.ndarray[Any, Any]:
    """Give an operand of any form as an array."""
    return np.asarray(value.data if isinstance(value, Tensor) else value)


def root_mean_square(gradient: Numbers) -> float | None:
    """Measure a gradient, if there is one; scaled on the way, so that it neither overflows nor vanishes.

    >>> root_mean_square(np.array([2e200, -2e200]))
    2e+200
    """
    if isinstance(gradient, Absence) or gradient.size == 0:
        return None
    if gradient.size == 1:
        return float(abs(gradient.item()))
    sizes = np.abs(gradient).astype(float)
    largest = float(sizes.max())
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.mean((sizes / largest) ** 2)))


class Knowledge:
    """What there is to know of the nodes of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._found: dict[Node, Any] = {output.node: output for output in graph.outputs if output.node is not None}
        for operation in graph.operations:
            for parent, operand in zip(operation.parents, operation.operands, strict=True):
                if parent is not None and operand is not None:
                    self._found.setdefault(parent, operand)
        self._passed = _below_a_backward(graph)
        self._strengths: dict[Node, float | None] = {}

    def value(self, node: Node) -> Numbers:
        """The value of a node: what the operations that read it have of it, or else its own.

        These differ where a weight has got a new value since.
        """
        value = self._found.get(node)
        if value is None:
            value = node.value
        return Absence.NOT_KEPT if value is None else numbers_of(value)

    def gradient(self, node: Node) -> Numbers:
        """The gradient of a node, or why there is none."""
        if not node.requires_grad:
            return Absence.NOT_ASKED_FOR
        if node.grad is not None:
            return numbers_of(node.grad)
        if node not in self._passed:
            return Absence.NOT_COMPUTED_YET
        would_be_kept = node.is_leaf or (node.notes is not None and node.notes.retains_grad)
        return Absence.NO_PATH if would_be_kept and not node.walked else Absence.NOT_KEPT

    def strength(self, node: Node) -> float | None:
        """How strong the gradient of a node is, or ``None`` where it is not known or there is none."""
        if node not in self._strengths:
            self._strengths[node] = root_mean_square(self.gradient(node))
        return self._strengths[node]


def _below_a_backward(graph: Graph) -> set[Node]:
    """The nodes from which some result was computed that a backward has passed; and leaves that none was computed from.

    These stand beside the graph, as a weight that was given along to be drawn.
    """
    passed: set[Node] = set()
    read: set[Node | None] = set()
    for node in reversed(graph.nodes):
        read.update(node.parents)
        if node in passed or (node.walked and not node.is_leaf):
            passed.add(node)
            passed.update(parent for parent in node.parents if parent is not None)
    return passed.union(leaf for leaf in graph.leaves if leaf not in read) if passed else passed
