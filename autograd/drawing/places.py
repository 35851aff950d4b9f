"""Where each node lies: who reads it, and which scopes are around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..graph import Node
from .naming import DEEPEST, Scopes

#: For each node that is read, the operations that read it, each as often as it does.
Readers = Mapping[Node, Sequence[Node]]

#: For each node the scopes that it is drawn in.
Places = dict[Node, Scopes]


def readers_of(nodes: Iterable[Node]) -> Readers:
    """Find who reads each node."""
    readers: defaultdict[Node, list[Node]] = defaultdict(list)
    for node in nodes:
        for parent in node.parents:
            if parent is not None:
                readers[parent].append(node)
    readers.default_factory = None
    return readers


def places_of(nodes: Iterable[Node]) -> Places:
    """Find the scopes of each node, as it was recorded."""
    return {node: node.scopes[:DEEPEST] for node in nodes}


def is_weight(node: Node) -> bool:
    """Whether a node is a leaf that requires grad."""
    return node.is_leaf and node.requires_grad
