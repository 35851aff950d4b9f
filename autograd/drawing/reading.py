"""From a graph to a scene."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..excerpts import Onward
from ..graph import Graph, Node, Operation
from .figures import constant
from .folding import Folding, fold
from .knowledge import Knowledge, numbers_of
from .markup import legible
from .naming import Scopes, qualified, shared
from .scene import Absence, Card, Disc, Scene, Thing, Wire
from .theme import Kind

#: Stands in the label of an operation for a constant that was not kept.
UNKNOWN = "…"


def read(graph: Graph, most: int) -> Scene:
    """Say what a drawing of a graph shows; a graph of more than ``most`` nodes is folded."""
    folding = fold(graph, most)
    scene = _Reader(graph, folding).scene
    if folding:
        scene.remarks.append(
            f"This graph has {len(graph):,} nodes. To keep the drawing readable, {len(folding):,} of them are folded "
            f"into {len(scene.blocks):,} {'block' if len(scene.blocks) == 1 else 'blocks'}; fold_above= sets the limit."
        )
    if any(numbers is Absence.NOT_KEPT for card in scene.cards for numbers in (card.value, card.gradient)):
        scene.remarks.append(
            "“not kept”: nothing holds this any more. To see all of it, compute inside “with autograd.retain_all():”."
        )
    return scene


class _Reader:
    """Reads a graph once, operands before results."""

    def __init__(self, graph: Graph, folding: Folding) -> None:
        self.scene = Scene(blocks=list(dict.fromkeys(folding.values())))
        self._folding = folding
        self._outputs = {output.node for output in graph.outputs}
        self._knowledge = Knowledge(graph)
        self._readers: dict[Node, list[Node]] = defaultdict(list)
        for parent, node, _ in graph.edges():
            self._readers[parent].append(node)
        self._cards: dict[Node, Card] = {}
        self._constants: dict[tuple[Any, ...], Card] = {}  # by their memory, which their cards keep
        self._bundles: dict[tuple[Thing, Thing], Wire] = {}
        for node in graph:
            self._read(node)

    def _read(self, node: Node) -> None:
        if node in self._folding:
            self._read_folded(node)
        else:
            card = self._add_card(node)
            if isinstance(node, Operation):
                self._read_operation(node, card)

    def _read_operation(self, node: Operation, card: Card) -> None:
        disc = Disc(f"disc{len(self.scene.discs)}", "", node.operation, node.line, node.scopes)
        self.scene.discs.append(disc)
        texts: list[str | None] = []
        for position, parent in enumerate(node.parents):
            if parent is None:
                texts.append(self._read_constant(node, position, disc))
            else:
                texts.append(None)
                self._add_wire(self._wire_from(parent, disc), bundle=parent not in self._cards)
        disc.label = _with_constants(node.primitive.label, texts)
        self._add_wire(Wire(disc, card, node.shape, self._knowledge.strength(node)))

    def _read_constant(self, node: Operation, position: int, head: Disc) -> str | None:
        """Give the text that says the constant that an operation has for an operand; of an array, draw a card."""
        operand = node.operands[position]
        if operand is None:
            return UNKNOWN if _must_be_there(node, position) else ""
        array = numbers_of(operand)
        if array.ndim == 0:
            return constant(array.item())
        place = (array.__array_interface__["data"], array.shape, array.strides, array.dtype.str)
        if place not in self._constants:
            self._constants[place] = self._add_constant(array)
        self._add_wire(Wire(self._constants[place], head, array.shape, None))
        return None

    def _read_folded(self, node: Node) -> None:
        block = self._folding[node]
        for parent in node.parents:
            if parent is not None and self._folding.get(parent) is not block:
                self._add_wire(self._wire_from(parent, block), bundle=True)
        if node in self._outputs:
            card = self._add_card(node)
            self._add_wire(Wire(block, card, node.shape, self._knowledge.strength(node)), bundle=True)

    def _wire_from(self, parent: Node, head: Thing) -> Wire:
        tail = self._cards[parent] if parent in self._cards else self._folding[parent]
        return Wire(tail, head, parent.shape, self._knowledge.strength(parent))

    def _add_wire(self, wire: Wire, bundle: bool = False) -> None:
        """Draw a wire; ``bundle``, draw one for all that lead the same way, as strong as the strongest."""
        known = self._bundles.setdefault((wire.tail, wire.head), wire) if bundle else wire
        if known is wire:
            self.scene.wires.append(wire)
        elif wire.strength is not None and not wire.strength <= (known.strength or 0):
            known.strength, known.shape = wire.strength, wire.shape

    def _add_card(self, node: Node) -> Card:
        """Draw a Tensor. A weight takes its place, and the beginning of its name, from where it is used."""
        kind = self._kind(node)
        name = legible(node.name or "", longest=200)
        scopes = self._place(node)
        used = [reader for reader in self._readers[node] if reader.scopes]
        if kind is Kind.WEIGHT and used:
            name = qualified(name, used[0].scopes) if name else ""
            scopes = shared(self._place(reader) for reader in used)
        card = Card(
            key=f"card{len(self.scene.cards)}",
            name=name or _said_of(node),
            is_named=bool(name),
            kind=kind,
            shape=node.shape,
            dtype=node.dtype,
            value=self._knowledge.value(node),
            gradient=self._knowledge.gradient(node),
            scopes=scopes,
        )
        self._cards[node] = card
        self.scene.cards.append(card)
        return card

    def _add_constant(self, array: np.ndarray[Any, Any]) -> Card:
        card = Card(
            key=f"card{len(self.scene.cards)}",
            name="constant",
            is_named=False,
            kind=Kind.INPUT,
            shape=array.shape,
            dtype=array.dtype,
            value=array,
            gradient=Absence.NOT_ASKED_FOR,
        )
        self.scene.cards.append(card)
        return card

    def _kind(self, node: Node) -> Kind:
        if node.is_leaf:
            return Kind.WEIGHT if node.requires_grad else Kind.INPUT
        return Kind.INTERMEDIATE if self._readers[node] or isinstance(node, Onward) else Kind.RESULT

    def _place(self, node: Node) -> Scopes:
        """The scopes that a node is drawn in: its own, or those of its block."""
        return self._folding[node].scopes if node in self._folding else node.scopes


def _said_of(node: Node) -> str:
    """What a card says of a Tensor that has no name."""
    if node.is_leaf:
        return "weight" if node.requires_grad else "constant"
    return node.operation


def _must_be_there(node: Operation, position: int) -> bool:
    """Tell whether an operand of which nothing is known was given at all."""
    if node.notes is not None and node.notes.operands is not None:
        return False
    primitive = node.primitive
    name = primitive.operand_names[min(position, len(primitive.operand_names) - 1)]
    return primitive.signature.parameters[name].default is not None


def _with_constants(label: str, texts: Sequence[str | None]) -> str:
    """Put constants before or behind the label of an operation, as they stand to its first other operand.

    >>> _with_constants("-", [None, "2"]), _with_constants("-", ["2", None]), _with_constants("clip", [None, "0", "1"])
    ('- 2', '2 -', 'clip 0, 1')
    """
    first = next((position for position, text in enumerate(texts) if text is None), 0)
    before = ", ".join(text for text in texts[:first] if text)
    behind = ", ".join(text for text in texts[first:] if text)
    return " ".join(part for part in (before, label, behind) if part)
