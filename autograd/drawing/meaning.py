"""What nodes and edges mean, put on a scene: the strength of gradients, marks, local derivatives, verdicts."""

from __future__ import annotations

import unicodedata
from collections import defaultdict, deque
from collections.abc import Mapping

import numpy as np

from ..graph import Graph, Node, Operation
from .derivatives import local_derivatives
from .figures import figure
from .knowledge import Knowledge
from .marks import Examiner, explained
from .recorded_backward import BACKWARD
from .scene import Absence, Card, Disc, Scene, Wire

#: Names up to so long stand in a derivative, as in ``∂loss/∂w``.
SHORT = 6


def annotate(scene: Scene, graph: Graph, check: bool) -> None:
    """Say on each card, disc and wire of a scene what is known of its gradient; ``check``, whether it is right."""
    knowledge = Knowledge(graph)
    examiner = Examiner(graph, knowledge)
    for card in scene.cards:
        if card.node is not None:
            card.strength = knowledge.strength(card.node)
            card.marks = examiner.marks(card.node)
    scene.remarks += explained(mark for card in scene.cards for mark in card.marks)
    symbols = {card.node: card.name for card in scene.cards if card.is_named and _is_symbol(card.name)}
    into: dict[Disc, list[Wire]] = defaultdict(list)
    for wire in scene.wires:
        if isinstance(wire.head, Disc):
            into[wire.head].append(wire)
    for disc in scene.discs:
        if isinstance(disc.node, Operation):
            disc.strength = knowledge.strength(disc.node)
            _put_derivatives(disc.node, into[disc], symbols, knowledge)
    _mark_kept(scene)
    if check:
        _check(scene, graph, knowledge)


def _is_symbol(name: str) -> bool:
    """Whether a name can stand in a fraction: a short one that is written from left to right."""
    return len(name) <= SHORT and not any(unicodedata.bidirectional(each) in ("R", "AL") for each in name)


def _put_derivatives(
    node: Operation, wires: list[Wire], symbols: Mapping[Node | None, str], knowledge: Knowledge
) -> None:
    """Say on the wires into an operation what its local derivatives are; they come in the order of its operands."""
    waiting: dict[Node, deque[Wire]] = defaultdict(deque)
    for wire in wires:
        if isinstance(wire.tail, Card) and wire.tail.node is not None:
            waiting[wire.tail.node].append(wire)
    derivatives = local_derivatives(node)
    gradient = knowledge.gradient(node)
    for place, parent in enumerate(node.parents):
        if parent is None or not waiting[parent]:
            continue
        wire = waiting[parent].popleft()
        if place not in derivatives:
            continue
        derivative = derivatives[place]
        names = [symbols[each] for each in (node, parent) if each in symbols]
        wire.derivative = f"{'∂{}/∂{}'.format(*names) if len(names) == 2 else '∂'} = {figure(derivative)}"
        if not isinstance(gradient, Absence):
            arrived = float(np.real(gradient))
            wire.chain = f"{figure(derivative)} · {figure(arrived)} = {figure(derivative * arrived)}"


def _mark_kept(scene: Scene) -> None:
    """Mark the wires that lead from the frame of the forward into that of the backward."""
    crossing = [wire for wire in scene.wires if wire.head.scopes[:1] == (BACKWARD,) != wire.tail.scopes[:1]]
    for wire in crossing:
        wire.is_kept = True
    if crossing:
        scene.remarks.append("Dashed: what gradient rules read of the forward; there the two graphs are joined.")


def _check(scene: Scene, graph: Graph, knowledge: Knowledge) -> None:
    from .checks import Checked

    checked = Checked(graph, knowledge)
    drawn: list[Card | Disc] = [*(card for card in scene.cards if card.node and card.node.is_leaf), *scene.discs]
    for each in drawn:
        if each.node is not None:
            each.verdict = checked.verdicts.get(each.node)
    for node, block in scene.folding.items():
        found = None if node.is_leaf else checked.verdicts.get(node)
        if found is not None and (block.verdict is None or found.is_worse(block.verdict)):
            block.verdict = found
    scene.remarks += checked.remarks()
