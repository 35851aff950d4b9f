"""The architecture of a model: its layers, and what flows from one to another.

This package knows no models. Whatever has a method ``__architecture__``, which gives an ``Architecture``, can be drawn;
the modules of ``nn`` have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeGuard

from ..graph import Graph, Node, by_number
from .arranging import Arrangement, View, arranged
from .naming import Scopes, kind_of, title_of
from .remarks import remarks_on
from .scene import Block, Disc, Repeat, Scene, Thing, Wire
from .theme import Kind


class Drawable(Protocol):
    """What has an architecture."""

    def __architecture__(self, *inputs: Any) -> Architecture:
        """Tell the architecture, for inputs of these shapes or for these examples."""


def is_drawable(thing: object) -> TypeGuard[Drawable]:
    """Tell whether something has an architecture."""
    return hasattr(type(thing), "__architecture__")


class Step(Node):
    """What a value goes through in a model: a layer, or an operation between layers; or where one comes from.

    Attributes
    ----------
    parents
        The steps that its inputs come from.
    label
        What an operation between layers is drawn with; a layer has none.
    kind
        ``Kind.INPUT`` and ``Kind.WEIGHT`` of what comes from nowhere, else ``None``.
    output
        The shapes of what comes out, as text.
    weights
        The sizes of its parameters, and whether they are trained, by what identifies each of them.
    """

    __slots__ = ("_name", "kind", "label", "output", "parents", "requires_grad", "weights")

    def __init__(
        self,
        name: str,
        scopes: Scopes,
        parents: Iterable[Step] = (),
        *,
        output: str = "",
        label: str = "",
        kind: Kind | None = None,
        weights: dict[Hashable, tuple[int, bool]] | None = None,
    ) -> None:
        self._name = name
        self.parents: Sequence[Step] = tuple(dict.fromkeys(parents))
        self.label = label
        self.kind = kind
        self.output = output
        self.weights = weights or {}
        self.shape, self.dtype = (), None
        self.number = 1 + max((parent.number for parent in self.parents), default=-1)  # after all that it reads
        self.requires_grad = kind is not Kind.INPUT
        self.notes = None
        notes = self.annotate()
        notes.name, notes.scopes = name, scopes

    @property
    def is_leaf(self) -> bool:
        """Whether a value comes from here, rather than goes through."""
        return self.kind is not None

    @property
    def layer(self) -> str:
        """The type of a layer, as in ``"Linear"``; nothing for other steps."""
        return "" if self.label or self.is_leaf else kind_of(self._name).partition("(")[0]

    @property
    def operation(self) -> str:
        """What equal steps have in common: what they are called, what comes out, and how many weights they have."""
        weights = sorted(self.weights.values())
        return f"{self.label or kind_of(self._name)} {self.output} {weights}"


class Architecture(Graph):
    """The steps of a model, in the order in which they happen; ``title`` is the model's."""

    def __init__(self, title: str, steps: Iterable[Step]) -> None:
        self.title = title
        self.outputs = ()
        self.nodes: tuple[Step, ...] = tuple(sorted(steps, key=by_number))


def read_architecture(architecture: Architecture, fold_above: int | None, view: View) -> Scene:
    """Say what a drawing of an architecture shows."""
    arrangement = arranged(architecture, fold_above, view)
    scene = _Reader(arrangement).scene
    parameters = f"{architecture.title}: parameters {_weights_of(architecture.nodes) or '0'}"
    scene.remarks += [parameters, *remarks_on(architecture, arrangement, view)]
    return scene


class _Reader:
    """Reads an architecture once, from the inputs on."""

    def __init__(self, arrangement: Arrangement) -> None:
        self.scene = Scene(repeats=arrangement.rolled.repeats)
        self._arrangement = arrangement
        self._things: dict[Node, Thing] = {}
        self._wires: set[tuple[Thing, Thing]] = set()
        folded: dict[Block, list[Step]] = {}
        for node in arrangement.drawn:
            if isinstance(node, Step) and node in arrangement.folding:
                folded.setdefault(arrangement.folding[node], []).append(node)
        for block, steps in folded.items():
            self._add_block(block, steps)
        steps = [node for node in arrangement.drawn if isinstance(node, Step)]
        for step in steps:
            if step not in self._things:
                self._add(step)
        for step in steps:
            self._read(step)

    def _read(self, step: Step) -> None:
        head = self._things[step]
        for parent in step.parents:
            tail = self._things.get(self._arrangement.rolled.drawn(parent), head)
            if tail is not head and (tail, head) not in self._wires:
                self._wires.add((tail, head))
                self.scene.wires.append(Wire(tail, head, (), None))

    def _add(self, step: Step) -> None:
        """Draw a step by itself: an operation between layers as a disc, all else as a box."""
        place = self._arrangement.place(step)
        if step.label:
            disc = Disc(f"disc{len(self.scene.discs)}", step.label, step.label, None, place)
            self._things[step] = disc
            self.scene.discs.append(disc)
            return
        block = Block(f"layer{len(self._things)}", place, title=step.name or "", kind=step.kind)
        if not step.is_leaf:
            repeat = self._arrangement.rolled.repeats.get(place, Repeat(title_of(place), 1))
            block.scopes, block.title, block.count = place[:-1], repeat.title, repeat.count
        self._add_block(block, [step])

    def _add_block(self, block: Block, steps: Sequence[Step]) -> None:
        block.facts = list(_facts(steps, self._arrangement))
        self.scene.blocks.append(block)
        self._things.update(dict.fromkeys(steps, block))


def _facts(steps: Sequence[Step], arrangement: Arrangement) -> Iterator[tuple[str, str]]:
    """What a box says of the steps in it."""
    held = set(steps)
    ends = [step for step in steps if not _is_read_within(step, held, arrangement)]
    if output := ", ".join(dict.fromkeys(step.output for step in ends if step.output)):
        yield "output", output
    if weights := _weights_of(steps):
        yield "parameters", weights
    if len(steps) > 1:
        layers = Counter(step.layer for step in steps if step.layer)
        yield "layers", ", ".join(name if count == 1 else f"{count:,} {name}" for name, count in layers.most_common(4))


def _is_read_within(step: Step, held: Collection[Node], arrangement: Arrangement) -> bool:
    readers = arrangement.readers.get(step, ())
    return bool(readers) and all(reader in held for reader in readers)


def _weights_of(steps: Iterable[Step]) -> str:
    """Say how many numbers are parameters of some steps, each counted once, and whether they are trained."""
    sizes = dict(pair for step in steps for pair in step.weights.items()).values()
    trained = sum(size for size, is_trained in sizes if is_trained)
    frozen = sum(size for size, is_trained in sizes if not is_trained)
    if trained and frozen:
        return f"{trained + frozen:,}: {trained:,} trainable, {frozen:,} frozen"
    return f"{trained or frozen:,}, {'trainable' if trained else 'frozen'}" if trained or frozen else ""
