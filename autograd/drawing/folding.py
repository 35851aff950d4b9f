"""Large graphs: operations that belong together are drawn as one block, so that the drawing stays small."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import Graph, Node
from .naming import DEEPEST, Scopes
from .scene import Block

Folding = dict[Node, Block]


def fold(graph: Graph, most: int) -> Folding:
    """Say which nodes of a graph are drawn inside which block, so that about ``most`` things are drawn at most.

    The gentlest way that suffices is taken: operations of the same scopes become a block, then of the same outer
    scopes, then those outside of any scope, too; and last, the weights and inputs of a block become part of it.
    """
    folding: Folding = {}
    if len(graph) <= most:
        return folding
    for folding in _ever_tighter(graph):
        if len(graph) - len(folding) + len(set(folding.values())) <= most:
            break
    return folding


def _ever_tighter(graph: Graph) -> Iterator[Folding]:
    deepest = max(len(node.scopes) for node in graph)
    depths = dict.fromkeys(min(depth, deepest) for depth in (DEEPEST, 4, 2, 1))
    for with_leaves in (False, True):
        for with_loose in (False, True):
            for depth in depths:
                folding = _operations_by_scopes(graph, depth, with_loose)
                yield _joined_by_leaves(graph, folding) if with_leaves else folding
    yield _joined_by_leaves(graph, _operations_by_scopes(graph, 0, with_loose=True))


def _operations_by_scopes(graph: Graph, depth: int, with_loose: bool) -> Folding:
    """Fold operations that lie in the same scopes, of which ``depth`` count; ``with_loose``, those in none, too."""
    blocks: dict[Scopes, Block] = {}
    folding: Folding = {}
    for node in graph.operations:
        scopes = node.scopes[:depth]
        if node.scopes or with_loose:
            block = blocks.setdefault(scopes, Block(f"block{len(blocks)}", scopes))
            block.operations += 1
            folding[node] = block
    return folding


def _joined_by_leaves(graph: Graph, folding: Folding) -> Folding:
    """Fold each weight and input into the block that uses it first."""
    joined = dict(folding)
    for parent, node, _ in graph.edges():
        if parent.is_leaf and parent not in joined and node in folding:
            joined[parent] = folding[node]
            folding[node].leaves += 1
    return joined
