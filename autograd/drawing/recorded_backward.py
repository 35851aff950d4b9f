"""The graph of a backward that was recorded, alone or together with the forward that it came from.

Both are one graph: what a gradient rule keeps of the forward are the forward's own nodes. Here each half gets a frame,
and each gradient the name of what it is the gradient of.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from ..excerpts import Copier
from ..graph import Graph, Node, by_number
from ..tensor import Tensor

Which = Literal["forward", "backward", "both"]

#: The titles of the frames.
FORWARD, BACKWARD = "forward", "backward"


def with_backward(graph: Graph, which: Which) -> Graph:
    """Give, as copies, the recorded backward of a graph, or both; of the forward, what the backward reads at least.

    Raises
    ------
    ValueError
        If no gradient of the graph has a graph of its own.
    """
    if which == "forward":
        return graph
    gradients = _recorded(graph)
    if not gradients:
        raise ValueError(
            f"draw: graph={which!r} shows a backward that was recorded, and no gradient here was; call "
            "backward(create_graph=True) first, on a loss whose gradient depends on a weight or an input"
        )
    forward = set(graph)
    whole = Graph(*graph.outputs, *gradients.values())
    chosen = {node for node in whole if which == "both" or node not in forward}
    copier = Copier({}, ())
    for node in sorted(chosen, key=by_number):
        copier.copy(node, chosen)
    names = _names(graph, gradients)
    for node, copied in copier.copies.items():
        notes = copied.annotate()
        notes.name = names.get(node, notes.name)
        notes.scopes = (FORWARD if node in forward else BACKWARD, *node.scopes)
    ends = [*(graph.outputs if which == "both" else ()), *gradients.values()]
    return Graph(*(Tensor._made(end.data, copier.copies[end.node]) for end in _last(ends, chosen) if end.node))


def _recorded(graph: Graph) -> dict[Node, Tensor]:
    """The gradients that have a graph of their own, by the node that they belong to."""
    forward = set(graph)
    return {
        node: node.grad
        for node in graph
        if node.grad is not None and node.grad.node is not None and node.grad.node not in forward
    }


def _names(graph: Graph, gradients: dict[Node, Tensor]) -> dict[Node, str]:
    """What each gradient is called: ``∂loss/∂w``."""
    named = [output.name for output in graph.outputs if output.name]
    result = named[0] if len(named) == len(graph.outputs) == 1 else ""
    return {
        gradient.node: f"∂{result}/∂{node.name or node.operation}"
        for node, gradient in gradients.items()
        if gradient.node is not None
    }


def _last(ends: Collection[Tensor], chosen: Collection[Node]) -> list[Tensor]:
    """Those whose nodes were copied, each node once."""
    return list({end.node: end for end in ends if end.node in chosen}.values())
