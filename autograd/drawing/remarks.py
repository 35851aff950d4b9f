"""What the legend says of how a graph is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import Graph
from .arranging import Arrangement, View


def remarks_on(graph: Graph, arrangement: Arrangement, view: View) -> Iterator[str]:
    """Say what is left out, what is drawn once for many, and what is folded."""
    if len(arrangement.chosen) < len(graph):
        yield (
            f"Drawn are {len(arrangement.chosen):,} of {_nodes(len(graph))}, as chosen by "
            f"{'focus' if view.path is None else 'path'}=; what begins with “…” is where the others are."
        )
    rolled = arrangement.rolled
    if rolled.stands_for:
        yield (
            "× n: so many equal modules, one after the other, of which the first is drawn; it stands for "
            f"{_nodes(len(rolled.stands_for))} of the others. roll_up=False draws all."
        )
    folding = arrangement.folding
    if folding:
        blocks = len(set(folding.values()))
        reason = "To keep the drawing readable" if view.depth is None else f"For depth={view.depth}"
        yield (
            f"This graph has {_nodes(len(graph))}. {reason}, {len(folding):,} of them are folded into {blocks:,} "
            f"{'block' if blocks == 1 else 'blocks'}"
            f"{'; depth= opens modules, fold_above= sets the limit' if view.depth is None else ''}."
        )
        if not any(node.scopes for node in graph):
            yield "No module is known of it, to be a block of its own; those are of what is computed in retain_all()."


def _nodes(number: int) -> str:
    return f"{number:,} {'node' if number == 1 else 'nodes'}"
