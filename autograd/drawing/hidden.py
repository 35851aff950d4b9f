"""What there is to say of nodes that have no card: those inside of blocks, and those that others are drawn for."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..graph import Graph, Node
from .knowledge import Knowledge
from .marks import Examiner, explained, norm
from .markup import legible
from .naming import path_of
from .places import is_weight
from .scene import Absence, Block, Mark, Scene

#: What is remarkable, and the node it is remarkable about.
Found = list[tuple[Node, Mark]]


def annotate_hidden(scene: Scene, graph: Graph) -> None:
    """Say on each block how strong the gradients of its weights are, and what is remarkable in it; of the rest, where.

    Nobody should overlook a NaN because it was made in a layer that is folded, or in the seventh of twelve.
    """
    knowledge = Knowledge(graph)
    examiner = Examiner(graph, knowledge)
    cards = {card.node for card in scene.cards}

    def found(nodes: Iterable[Node]) -> Found:
        return [(node, mark) for node in nodes if node not in cards for mark in examiner.marks(node)]

    inside: Found = []
    members_of: dict[Block, list[Node]] = {block: [] for block in scene.blocks}
    for node, block in scene.folding.items():
        members_of[block].append(node)
    for block, members in members_of.items():
        block.strength = _strength(members, knowledge)
        marks = found(members)
        block.marks = tuple(mark for _, mark in _summed_up(marks))
        inside += marks
    scene.remarks += explained((mark for _, mark in inside), "Marked inside of blocks")
    if elsewhere := [f"{mark.text} (first: {_place(node)})" for node, mark in _summed_up(found(scene.unseen))]:
        scene.remarks.append(f"Marked in what is not drawn: {'; '.join(elsewhere)}.")


def _strength(members: Iterable[Node], knowledge: Knowledge) -> float | None:
    """The root mean square of the gradients of all weights together, if there are any."""
    gradients = [knowledge.gradient(node) for node in members if is_weight(node)]
    norms = [(norm(each), each.size) for each in gradients if not isinstance(each, Absence)]
    count = sum(size for _, size in norms)
    return math.hypot(*((length or 0.0) / math.sqrt(count) for length, _ in norms)) if count else None


def _summed_up(found: Found) -> Found:
    """Make one mark of all of a kind, at the first of their nodes."""
    kinds: dict[str, Found] = {}
    for node, mark in found:
        kinds.setdefault(mark.kind, []).append((node, mark))
    return [(marks[0][0], _together(marks)) for marks in kinds.values()]


def _together(marks: Found) -> Mark:
    """Make one mark: which it is, or how many there are."""
    (node, first), *others = marks
    about = f"{_place(node)}: {first.about}"
    if others:
        return Mark(f"{len(marks):,} ×", first.kind, f"{about}; and {len(others):,} more", first.is_alarm)
    return first._replace(detail=first.detail.replace("here", f"by {node.operation}"), about=about)


def _place(node: Node) -> str:
    name = legible(node.name or node.operation)
    return f"{name} in {path_of(node.scopes)}" if node.scopes else name
