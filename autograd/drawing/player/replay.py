"""A backward, watched: what each rule gave, in the order of the walk, and the sum that it was added to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ...graph import Graph, Node, Operation
from ...modes import Attendant, Interceptor, Rule, joining_walks
from ...patches import Patch
from ...tensor import Tensor, gradients_of
from ...walk import NO_PATH, fit

if TYPE_CHECKING:
    from ...primitives.declaration import Primitive

Array = np.ndarray[Any, Any]


@dataclass(eq=False)
class Contribution:
    """What one rule gave for one operand, and the sum at that operand's node afterwards.

    ``given`` is what the rule was given besides the gradient, by the names of its parameters.
    """

    parent: Node
    position: int
    gave: Array
    total: Array
    given: dict[str, Any]


@dataclass(eq=False)
class Visit:
    """One operation of the walk: the gradient that had arrived, and what its rules made of it."""

    node: Operation
    gradient: Array
    contributions: list[Contribution] = field(default_factory=list)


@dataclass
class Replay:
    """A walk from its beginning to its end: visits in their order, and all gradients that arrived."""

    visits: list[Visit] = field(default_factory=list)
    gradients: dict[Node, Array] = field(default_factory=dict)


@contextmanager
def untouched(graph: Graph) -> Iterator[None]:
    """Give the nodes of a graph notes of their own inside the block, and back what they had afterwards.

    What ``retain_all`` kept of operations that a backward has released is there again meanwhile.
    """
    before = [(node, node.notes, getattr(node, "pullbacks", None)) for node in graph]
    try:
        for node, notes, pullbacks in before:
            node.notes = copy.copy(notes)
            if isinstance(node, Operation) and pullbacks is None and notes is not None:
                node.pullbacks = notes.pullbacks
        yield
    finally:
        for node, notes, pullbacks in before:
            node.notes = notes
            if isinstance(node, Operation):
                node.pullbacks = pullbacks


@contextmanager
def showing(graph: Graph, gradients: Mapping[Node, Array]) -> Iterator[None]:
    """Have the nodes of a graph hold these gradients inside the block, for those who draw it."""
    with untouched(graph):
        for node in graph:
            notes = node.annotate()
            notes.retains_grad, notes.walked = True, node in gradients
            notes.grad = Tensor(gradients[node]) if node in gradients else None
        yield


def replay(graph: Graph) -> Replay:
    """Have the engine walk a graph of one result, inside ``untouched``, and watch it; leave no gradient anywhere.

    Hooks see the gradients once more, for they may change them.
    """
    _check_that_it_can(graph)
    for node in graph:
        if node.notes is not None:
            node.notes.retains_grad = False
    watching = _Watching()
    with watching:
        arrived = gradients_of(graph.outputs, [None], None, retain_graph=True, create_graph=False, caller="play")
    for leaf, gradient in arrived.items():
        watching.replay.gradients[leaf] = np.array(gradient.data)
    return watching.replay


def _check_that_it_can(graph: Graph) -> None:
    released = next((node for node in graph.operations if getattr(node, "pullbacks", None) is None), None)
    if released is not None:
        raise RuntimeError(
            f"play: a backward has passed here, and what {released.operation} needs was released then. Call play "
            "before backward(), or compute inside `with autograd.retain_all():`, which keeps it"
        )
    (output,) = graph.outputs
    if output.size != 1:
        raise ValueError(
            f"play: a backward starts from one number, and this Tensor has the shape {output.shape}; "
            "play its sum or its mean"
        )


class _Watching(joining_walks):
    """The mode in which a walk is watched; the forward goes on as it was."""

    def __init__(self) -> None:
        self.replay = Replay()
        self._has_begun = False

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        return inner(primitive, operands, attributes)

    def walk(self, inner: Attendant | None, seeds: Mapping[Node, Any]) -> Attendant:  # noqa: ARG002 - as declared
        if self._has_begun:  # inside of a rule, a checkpoint's, say: of a graph that is not shown
            return Attendant(inner)
        self._has_begun = True
        return _Watcher(inner, self.replay)


class _Watcher(Attendant):
    """Writes down what happens in a walk, and adds up as the walk does."""

    def __init__(self, inner: Attendant | None, replay: Replay) -> None:
        super().__init__(inner)
        self._replay = replay
        self._totals: dict[Node, Any] = {}

    def arrive(self, node: Node, g: Any) -> None:
        super().arrive(node, g)
        self._totals.pop(node, None)
        self._replay.gradients[node] = _shown(g)
        if isinstance(node, Operation):
            self._replay.visits.append(Visit(node, _shown(g)))

    def apply(self, node: Operation, parent: Node, rule: Rule, g: Any, needed: Any) -> Any:
        gave = super().apply(node, parent, rule, g, needed)
        visit = self._replay.visits[-1]
        visit.gradient = self._replay.gradients[node] = _shown(g)  # which a hook may have changed
        position = _position(node, rule)
        if gave is not NO_PATH:
            landed, total = self._added(parent, gave)
            given = _named(node, position, needed)
            visit.contributions.append(Contribution(parent, position, _shown(landed), _shown(total), given))
        return gave

    def _added(self, parent: Node, gave: Any) -> tuple[Any, Any]:
        """Give a contribution in the shape of the value it belongs to, and the sum so far."""
        so_far = self._totals.get(parent)
        if isinstance(gave, Patch):
            landed = np.zeros(parent.shape, parent.dtype)
            gave.add_to(landed)
            total = landed if so_far is None else np.array(so_far)
            if so_far is not None:
                gave.add_to(total)
        else:
            landed = fit(gave, parent.shape, parent.dtype)
            total = landed if so_far is None else so_far + landed
        self._totals[parent] = total
        return landed, total


def _position(node: Operation, rule: Rule) -> int:
    """Which operand a rule is for: operations keep a rule for each one that requires grad, in their order."""
    positions = [at for at, parent in enumerate(node.parents) if parent is not None and parent.requires_grad]
    rules = [its for _, its, _, _ in node.pullbacks or ()]
    return next(at for at, its in zip(positions, rules, strict=True) if its is rule)


def declared_rule(node: Operation, position: int) -> Callable[..., Any] | None:
    """Give the gradient rule for an operand as its primitive declares it, if there is one to read."""
    primitive = node.primitive
    names = primitive.operand_names
    return primitive.rules.declared.get(names[min(position, len(names) - 1)]) if names else None


def _named(node: Operation, position: int, needed: Any) -> dict[str, Any]:
    """What a rule was given, by the names of its parameters."""
    code = getattr(declared_rule(node, position), "__code__", None)
    if code is None:
        return {}
    names = [name for name in code.co_varnames[1 : code.co_argcount] if name != "index"]
    values = [needed] if len(names) == 1 else list(needed)
    return dict(zip(names, values, strict=False))


def _shown(cotangent: Any) -> Array:
    """What a user sees of a cotangent: an array, by PyTorch's convention for complex ones."""
    array = np.asarray(cotangent)
    if array.dtype == object:  # of several results
        return np.empty(0)
    return array.conj() if array.dtype.kind == "c" else array
