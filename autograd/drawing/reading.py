"""From a graph to a scene."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from ..excerpts import Onward
from ..graph import Graph, Node, Operation
from .arranging import WHOLE, Arrangement, View, arranged
from .failing import Failed
from .figures import constant, shape_text
from .knowledge import Knowledge, numbers_of
from .markup import legible
from .naming import Scopes, qualified, shared
from .places import is_weight
from .remarks import remarks_on
from .scene import Absence, Card, Disc, Fault, Scene, Stub, Thing, Wire
from .theme import Kind

#: Stands in the label of an operation for a constant that was not kept.
UNKNOWN = "…"


def read(graph: Graph, fold_above: int | None, view: View = WHOLE) -> Scene:
    """Say what a drawing of a graph shows; one of more than ``fold_above`` nodes is folded."""
    arrangement = arranged(graph, fold_above, view)
    scene = _Reader(graph, arrangement).scene
    scene.remarks += remarks_on(graph, arrangement, view)
    if any(numbers is Absence.NOT_KEPT for card in scene.cards for numbers in (card.value, card.gradient)):
        scene.remarks.append(
            "“not kept”: nothing holds this any more. To see all of it, compute inside “with autograd.retain_all():”."
        )
    return scene


class _Reader:
    """Reads a graph once, operands before results."""

    def __init__(self, graph: Graph, arrangement: Arrangement) -> None:
        self._folding = arrangement.folding
        unseen = arrangement.chosen.difference(arrangement.drawn)
        self.scene = Scene(
            blocks=list(dict.fromkeys(self._folding.values())),
            folding=self._folding,
            unseen=[node for node in graph if node in unseen],
            repeats=arrangement.rolled.repeats,
        )
        self._arrangement = arrangement
        self._results = set(arrangement.results)
        self._knowledge = Knowledge(graph)
        self._cards: dict[Node, Card] = {}
        self._discs: dict[Node, Disc] = {}
        self._constants: dict[tuple[Any, ...], Card] = {}  # by their memory, which their cards keep
        self._bundles: dict[tuple[Thing, Thing], Wire] = {}
        self._stubs: dict[object, tuple[Stub, set[Node]]] = {}
        for node in arrangement.drawn:
            self._read(node)
        for node in arrangement.results:
            if not isinstance(node, Failed):
                self._read_result(node)
        for node in graph:
            if node in arrangement.chosen:
                self._read_beyond(node)

    def _read(self, node: Node) -> None:
        if isinstance(node, Failed):
            self._read_failed(node)
        elif node in self._folding:
            self._read_folded(node)
        else:
            card = self._add_card(node)
            if isinstance(node, Operation):
                self._read_operation(node, card)

    def _read_failed(self, node: Failed) -> None:
        fault = Fault("fault", node.operation, node.message, self._arrangement.place(node))
        self.scene.faults.append(fault)
        self._read_operation(node, fault)

    def _read_operation(self, node: Operation, result: Card | Fault) -> None:
        place = self._arrangement.place(node)
        disc = self._discs[node] = Disc(f"disc{len(self.scene.discs)}", "", node.operation, node.line, place, node)
        self.scene.discs.append(disc)
        texts: list[str | None] = []
        for position, parent in enumerate(node.parents):
            if parent is None:
                texts.append(self._read_constant(node, position, disc))
            else:
                texts.append(None)
                self._add_wire(self._wire_from(parent, disc), bundle=parent not in self._cards)
        disc.label = _with_constants(node.primitive.label, texts)
        disc.has_failed = isinstance(result, Fault)
        self._add_wire(Wire(disc, result, node.shape, self._knowledge.strength(node)))

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
            if parent is not None and self._arrangement.block(parent) is not block:
                self._add_wire(self._wire_from(parent, block), bundle=True)

    def _read_result(self, node: Node) -> None:
        """Draw the card of a result that is computed inside a block, or in what another computation stands for."""
        if node not in self._cards:
            drawn = self._arrangement.rolled.drawn(node)
            tail = self._folding[drawn] if drawn in self._folding else self._discs[drawn]
            card = self._add_card(node, () if drawn is not node else tail.scopes)
            self._add_wire(Wire(tail, card, node.shape, self._knowledge.strength(node)))

    def _wire_from(self, parent: Node, head: Thing) -> Wire:
        return Wire(self._tail(parent, head), head, parent.shape, self._knowledge.strength(parent))

    def _tail(self, parent: Node, head: Thing) -> Thing:
        """What the value of a node comes from: a stub, if that is beyond the border."""
        return self._drawn_as(parent) or self._stub(parent if isinstance(head, Disc) else ("into", head), [parent])

    def _drawn_as(self, node: Node) -> Thing | None:
        """The card of a node, or the block that it is in."""
        drawn = self._arrangement.rolled.drawn(node)
        return self._cards.get(drawn) or self._folding.get(drawn)

    def _read_beyond(self, node: Node) -> None:
        """Draw a stub behind a result that is read beyond the border."""
        beyond = [
            reader for reader in self._arrangement.readers.get(node, ()) if reader not in self._arrangement.chosen
        ]
        tail = self._drawn_as(node)
        if beyond and tail is not None and not node.is_leaf:
            stub = self._stub(("behind", tail), beyond)
            self._add_wire(Wire(tail, stub, node.shape, self._knowledge.strength(node)), bundle=True)

    def _stub(self, place: object, nodes: Iterable[Node]) -> Stub:
        """Give the stub at some place of the border, which says what is beyond it there."""
        if place not in self._stubs:
            stub = Stub(f"stub{len(self._stubs)}", "")
            self._stubs[place] = stub, set()
            self.scene.stubs.append(stub)
        stub, beyond = self._stubs[place]
        beyond.update(nodes)
        stub.text = _said_of_all(beyond)
        return stub

    def _add_wire(self, wire: Wire, bundle: bool = False) -> None:
        """Draw a wire; ``bundle``, draw one for all that lead the same way, as strong as the strongest."""
        known = self._bundles.setdefault((wire.tail, wire.head), wire) if bundle else wire
        if known is wire:
            self.scene.wires.append(wire)
        elif wire.strength is not None and not wire.strength <= (known.strength or 0):
            known.strength, known.shape = wire.strength, wire.shape

    def _add_card(self, node: Node, scopes: Scopes | None = None) -> Card:
        """Draw a Tensor. A weight takes its place, and the beginning of its name, from where it is used."""
        kind = self._kind(node)
        name = legible(node.name or "", longest=200)
        used = [reader for reader in self._arrangement.readers.get(node, ()) if reader.scopes]
        if kind is Kind.WEIGHT and used:
            name = qualified(name, used[0].scopes) if name else ""
        card = Card(
            key=f"card{len(self.scene.cards)}",
            name=name or _said_of(node),
            is_named=bool(name),
            kind=kind,
            shape=node.shape,
            dtype=node.dtype,
            value=self._knowledge.value(node),
            gradient=self._knowledge.gradient(node),
            scopes=self._place(node, used) if scopes is None else scopes,
            node=node,
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
        return Kind.INTERMEDIATE if self._arrangement.readers.get(node) or isinstance(node, Onward) else Kind.RESULT

    def _place(self, node: Node, used: Iterable[Node]) -> Scopes:
        """The scopes that a node is drawn in; a weight where it is used, as far as that is drawn."""
        if is_weight(node):
            places = {self._arrangement.place(reader) for reader in used if reader in self._arrangement.chosen}
            if places:
                return shared(places)
        return self._arrangement.place(node)


def _said_of(node: Node) -> str:
    """What a card says of a Tensor that has no name."""
    if node.is_leaf:
        return "weight" if node.requires_grad else "constant"
    return node.operation


def _said_of_all(beyond: Collection[Node]) -> str:
    """What a stub says of the nodes that it stands for."""
    if len(beyond) > 1:
        return f"… {len(beyond):,} nodes"
    (node,) = beyond
    return f"… {legible(node.name or node.operation)} {shape_text(node.shape)}"


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
