"""How large a graph is: its operations, its depth, and the bytes that it keeps until a backward has passed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from .graph import Graph, Node
from .packing import Packed
from .tables import in_units, table


@dataclasses.dataclass(frozen=True, slots=True)
class OperationFigures:
    """What the graph has of one operation."""

    operation: str
    count: int
    #: Memory that nothing before in the graph keeps already, in bytes.
    nbytes: int


@dataclasses.dataclass(frozen=True, slots=True)
class GraphFigures:
    """What ``Graph.statistics`` has counted; ``str`` gives it as a table.

    ``depth`` is the number of operations on the longest way from a leaf to a result. ``nbytes`` is the memory that the
    recorded operations keep for the backward (and for those who look, under ``retain_all``): each array is counted
    once, with the first operation that keeps it, a view as the whole memory that it keeps alive. The values of the
    leaves, ``leaf_nbytes``, are there without the graph, and are not part of it; nor are the gradients,
    ``gradient_nbytes``.
    """

    operations: int
    leaves: int
    edges: int
    depth: int
    nbytes: int
    leaf_nbytes: int
    gradient_nbytes: int
    #: By operation, the largest memory first.
    by_operation: tuple[OperationFigures, ...]

    @property
    def _leaves(self) -> str:
        return f"{self.leaves:,} {'leaf' if self.leaves == 1 else 'leaves'}"

    def __str__(self) -> str:
        rows = [(each.operation, f"{each.count:,}", in_units(each.nbytes)) for each in self.by_operation]
        rows.append(("all", f"{self.operations:,}", in_units(self.nbytes)))
        leaves = f"{self._leaves} of {in_units(self.leaf_nbytes)}"
        gradients = f"gradients of {in_units(self.gradient_nbytes)}"
        below = f"depth {self.depth:,}, {self.edges:,} edges, {leaves}, {gradients}"
        return f"{table(('operation', 'count', 'keeps'), rows)}\n{below}"

    def __repr__(self) -> str:
        return (
            f"<GraphFigures: {self.operations:,} operations on {self._leaves}, depth {self.depth:,}, "
            f"keeps {in_units(self.nbytes)}>"
        )


def figures_of(graph: Graph) -> GraphFigures:
    """Count what a graph consists of; see ``Graph.statistics``."""
    seen: set[int] = set()
    leaf_nbytes = sum(_new_bytes(leaf.value, seen) for leaf in graph.leaves)
    gradient_nbytes = sum(_new_bytes(node.grad, seen) for node in graph.nodes)
    counts: dict[str, list[int]] = {}
    for node in graph.operations:
        figures = counts.setdefault(node.operation, [0, 0])
        figures[0] += 1
        figures[1] += sum(_new_bytes(array, seen) for array in _kept(node))
    by_operation = [OperationFigures(name, *figures) for name, figures in counts.items()]
    by_operation.sort(key=lambda each: (-each.nbytes, -each.count, each.operation))
    return GraphFigures(
        operations=len(graph.operations),
        leaves=len(graph.leaves),
        edges=sum(1 for _ in graph.edges()),
        depth=_depth(graph),
        nbytes=sum(each.nbytes for each in by_operation),
        leaf_nbytes=leaf_nbytes,
        gradient_nbytes=gradient_nbytes,
        by_operation=tuple(by_operation),
    )


def _depth(graph: Graph) -> int:
    """How many operations are on the longest way from a leaf to a result."""
    depths: dict[Node | None, int] = {None: 0}
    for node in graph:
        depths[node] = 0 if not node.number else 1 + max(map(depths.__getitem__, node.parents), default=0)
    return max(depths.values())


def _kept(node: Node) -> Iterator[Any]:
    """Give all that an operation keeps alive: for its rules, and for those who look."""
    pullbacks = getattr(node, "pullbacks", None)
    yield from pullbacks.held() if isinstance(pullbacks, Packed) else node.kept().values()
    if node.notes is not None:
        yield node.notes.value
        yield from node.notes.operands or ()


def _new_bytes(value: Any, seen: set[int]) -> int:
    """How much memory a value keeps alive that was not seen before."""
    if isinstance(value, (tuple, list)):
        return sum(_new_bytes(part, seen) for part in value)
    array = getattr(value, "_array", value)
    while isinstance(array, np.ndarray) and isinstance(array.base, np.ndarray):
        array = array.base
    if not hasattr(array, "nbytes") or isinstance(array, np.generic) or id(array) in seen:
        return 0
    seen.add(id(array))
    return int(array.nbytes)
