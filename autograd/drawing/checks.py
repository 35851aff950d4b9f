"""Gradient checks of a drawing: each operation's rules, and the gradients of leaves, against numeric derivatives.

Both run recorded forwards again, in double precision, at operands that are moved along one random direction. The
direction is relative to each number, so that no number changes its sign and none leaves a domain that ends at 0.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..graph import Graph, Node, Operation
from ..modes import no_grad
from ..patches import Patch
from ..tensor import Tensor
from ..testing.numeric import by_differences
from ..walk import NO_PATH, fit
from .failing import Failed
from .figures import figure, share
from .knowledge import Knowledge, numbers_of
from .scene import Absence, Numbers, Verdict

Array = np.ndarray[Any, Any]

#: What relative error is put up with: in double precision, and in gradients that were recorded in a coarser one.
TOLERANCE = 1e-6
_TOLERANCES = {"float16": 3e-2, "float32": 1e-3, "complex64": 1e-3}

#: So many operations are checked at most; of more, as many of each kind as there is room for.
MOST_OPERATIONS = 300

#: Leaves are compared as long as that takes no more than so many operations and so many numbers to be computed.
MOST_STEPS, MOST_NUMBERS = 20_000, 200_000_000

#: How often a method for numeric derivatives computes the function, as a rule.
_EVALUATIONS = 8

#: Gradients of leaves that are smaller than this share of the largest are measured by it: they may be what rounding
#: has left where all else cancels, as in the bias before a normalisation.
_NOISE = 1e-3

#: A slope that jumps by this share at the operands has no derivative there.
_KINK = 1e-3


class Checked:
    """The verdicts on the operations and on the leaves of a graph, and what of them could not be had."""

    def __init__(self, graph: Graph, knowledge: Knowledge) -> None:
        known = [node for node in graph.operations if isinstance(node, Operation) and _is_known(node)]
        if not known:
            raise ValueError(
                "draw: check=True computes the recorded operations again, and nothing has kept what they were applied "
                "to; compute inside `with autograd.retain_all():`"
            )
        self.chosen = _sample(known)
        self.unknown = len(graph.operations) - len(known)
        self.unsampled = len(known) - len(self.chosen)
        random = np.random.default_rng(0)
        with no_grad(), np.errstate(all="ignore"):
            self.verdicts: dict[Node, Verdict] = {}
            for node in self.chosen:
                verdict = _rules_of(node, random)
                if verdict is not None:
                    self.verdicts[node] = verdict
            self.leaves_left_out = self._check_leaves(graph, knowledge, random)

    def remarks(self) -> list[str]:
        """Say in sentences what was found."""
        rules = [verdict for node, verdict in self.verdicts.items() if not node.is_leaf]
        wrong = [verdict for verdict in rules if not verdict.agrees]
        worst = max((verdict.error for verdict in rules if verdict.agrees), default=0.0)
        said = (
            f"Gradient check: the rules of {len(rules) - len(wrong):,} of {len(rules):,} operations (✓) agree with "
            f"numeric derivatives at the recorded operands, to {figure(max(worst, 1e-16))}."
        )
        remarks = [said, *(f"✗ {verdict.about}" for verdict in wrong[:5])]
        if self.unsampled:
            remarks.append(f"Not checked: {self.unsampled:,} further operations of the same kinds.")
        if self.unknown:
            remarks.append(f"Not checked: {self.unknown:,} that were computed outside of retain_all.")
        if self.leaves_left_out:
            remarks.append(f"Not compared: the gradients of leaves; {self.leaves_left_out}.")
        return remarks

    def _check_leaves(self, graph: Graph, knowledge: Knowledge, random: np.random.Generator) -> str:
        """Compare the gradients of leaves with the derivatives of the whole; give the reason if that cannot be."""
        seeds = _seeds(graph, knowledge)
        leaves = [node for node in graph.leaves if not isinstance(knowledge.gradient(node), Absence)]
        steps = _EVALUATIONS * len(leaves) * len(graph.operations)
        numbers = _EVALUATIONS * len(leaves) * sum(int(np.prod(node.shape)) for node in graph.operations)
        if not leaves:
            return ""
        if self.unknown or not seeds:
            return "not all that led to them is known"
        if steps > MOST_STEPS or numbers > MOST_NUMBERS:
            return f"{len(leaves):,} times {len(graph.operations):,} operations are too many to compute again"
        program = _Program(graph, knowledge, seeds)
        compared = {leaf: program.compare(leaf, knowledge.gradient(leaf), random) for leaf in leaves}
        least = _NOISE * max((each.size for each in compared.values() if each is not None), default=0.0)
        for leaf, each in compared.items():
            tolerance = _TOLERANCES.get(str(leaf.dtype), TOLERANCE)
            off = None if each is None else each.relative(tolerance, least)
            verdict = _verdict(off, "the gradient", None, tolerance)
            if verdict is not None:
                self.verdicts[leaf] = verdict
        return ""


def _is_known(node: Operation) -> bool:
    """Whether an operation can be computed again; several results of a Function cannot, for they share one node."""
    if isinstance(node, Failed) or node.notes is None or node.notes.operands is None:
        return False
    if not node.primitive.differentiable:
        return False
    return all(each.dtype.kind in "fc" for each in (node, *node.next))


def _applied(node: Operation, operands: Sequence[Any], recording: bool = False) -> Tensor:
    """Apply the primitive of an operation, in the way of that operation, to other operands."""
    attributes = {} if node.notes is None else node.notes.attributes
    fresh = {name: copy.copy(value) for name, value in attributes.items()}  # applications of a Function have state
    return node.primitive.perform([_as_operand(each) for each in operands], fresh, recording)


def _as_operand(operand: Any) -> Any:
    return Tensor._made(operand) if isinstance(operand, np.ndarray) else operand


def _sample(nodes: Sequence[Operation]) -> list[Operation]:
    """Take all, or, of too many, one of each kind, then a second one, and so on."""
    if len(nodes) <= MOST_OPERATIONS:
        return list(nodes)
    kinds: dict[Any, list[Operation]] = {}
    for node in nodes:
        kinds.setdefault((node.operation, node.shape), []).append(node)
    rounds = sorted((place, order) for order, each in enumerate(kinds.values()) for place in range(len(each)))
    listed = list(kinds.values())
    return [listed[order][place] for place, order in rounds[:MOST_OPERATIONS]]


# The rules of one operation


def _rules_of(node: Operation, random: np.random.Generator) -> Verdict | None:
    """Check all rules of an operation; ``None`` where its operands lie at a kink, or its result is not finite."""
    operands = [_double(operand) for operand in node.operands]
    verdicts = []
    for place, parent in enumerate(node.parents):
        if parent is not None and parent.requires_grad:
            verdict = _rule_of(node, operands, place, random)
            if verdict is not None:
                verdicts.append(verdict)
    return max(verdicts, key=lambda verdict: (not verdict.agrees, verdict.error), default=None)


def _rule_of(node: Operation, operands: list[Any], place: int, random: np.random.Generator) -> Verdict | None:
    primitive = node.primitive
    leaves = [Tensor._made(each) if at == place else each for at, each in enumerate(operands)]
    leaves[place].requires_grad_()
    result = _applied(node, leaves, recording=True)
    if not isinstance(result.node, Operation) or not np.isfinite(result.data).all():
        return None
    cotangent = _random_like(result.data, random)
    ((parent, rule, needed, _),) = result.node.pullbacks or ()
    contribution = rule(cotangent, needed)
    if contribution is NO_PATH:
        contribution = np.zeros(parent.shape)
    if isinstance(contribution, Patch):
        total = np.zeros(parent.shape, parent.dtype)
        contribution.add_to(total)
        contribution = total
    try:
        contribution = fit(np.asarray(contribution), parent.shape, parent.dtype)
    except ValueError as error:
        return Verdict(False, np.inf, f"{primitive.name}: {error}")

    def curve(change: Array) -> Array:
        moved = [each + change if at == place else each for at, each in enumerate(operands)]
        return _paired(cotangent, _applied(node, moved)._array)

    off = _compare(contribution, operands[place], curve, random).relative(TOLERANCE)
    name = primitive.operand_name(place)
    return _verdict(off, f"the rule of {primitive.name} for {name}", node.line, TOLERANCE)


# The gradients of leaves


class _Program:
    """The operations of a graph, to be computed again in double precision."""

    def __init__(self, graph: Graph, knowledge: Knowledge, seeds: Mapping[Node, Array]) -> None:
        self._graph = graph
        self._values = {leaf: _double(knowledge.value(leaf)) for leaf in graph.leaves}
        self._seeds = seeds

    def compare(self, leaf: Node, gradient: Numbers, random: np.random.Generator) -> _Comparison | None:
        """Compare the gradient of a leaf with the derivative of all that was computed of it, if both are known."""
        value = self._values[leaf]
        if isinstance(gradient, Absence) or isinstance(value, Absence):
            return None
        return _compare(np.conj(gradient), value, lambda change: self._total(leaf, change), random)

    def _total(self, leaf: Node, change: Array) -> Array:
        """Give the results, weighted by their gradients and added up, where one leaf is changed."""
        values = {**self._values, leaf: self._values[leaf] + change}
        for node in self._graph.operations:
            if isinstance(node, Operation):
                operands = [
                    _double(operand) if parent is None else values[parent]
                    for parent, operand in zip(node.parents, node.operands, strict=True)
                ]
                values[node] = _applied(node, operands)._array
        return sum((_paired(seed, values[node]) for node, seed in self._seeds.items()), start=np.zeros(()))


def _seeds(graph: Graph, knowledge: Knowledge) -> dict[Node, Array]:
    """What backwards started with, by the results that they started from."""
    known = {output.node: knowledge.gradient(output.node) for output in graph.outputs if output.node is not None}
    return {node: np.conj(g).astype(_wide(g.dtype)) for node, g in known.items() if not isinstance(g, Absence)}


# What both need


class _Comparison(NamedTuple):
    """By how much a gradient is off along one direction, the size of what was compared, and how sure that is."""

    off: float
    size: float
    doubt: float
    jump: float

    def relative(self, tolerance: float, least: float = 0.0) -> float | None:
        """Give the relative error, of a size of at least ``least``.

        ``None`` where there is nothing to compare with: at a kink, or where values are not finite or too rough.
        """
        error = self.off / max(self.size, least, float(np.finfo(float).tiny))
        if not np.isfinite(error):
            return None
        is_kink = self.jump > _KINK * self.size
        return None if error > tolerance and (is_kink or self.off <= 10 * self.doubt) else error


def _compare(
    gradient: Array, value: Array, curve: Callable[[Array], Array], random: np.random.Generator
) -> _Comparison:
    """Compare a gradient with the numeric derivative along a random direction."""
    sizes = np.abs(value)
    largest = float(np.max(sizes, initial=0.0))
    direction = _random_like(value, random) * np.where(sizes > 0, sizes, largest or 1.0)
    found = by_differences(lambda step: curve(step * direction), shorter=1e-3)
    parts = np.real(gradient * direction)
    derivative, claimed = float(found.value), float(parts.sum())
    size = max(float(np.sqrt((parts**2).sum())), abs(derivative))
    return _Comparison(abs(claimed - derivative), size, float(found.error), abs(float(found.jump)))


def _verdict(off: float | None, what: str, line: str | None, tolerance: float) -> Verdict | None:
    if off is None:
        return None
    where = f", recorded at {line}" if line else ""
    if off <= tolerance:
        return Verdict(True, off, f"{what} agrees with the numeric derivative to {figure(max(off, 1e-16))}")
    return Verdict(False, off, f"{what} is off by {share(off)} of the numeric derivative{where}")


def _paired(cotangent: Array, result: Any) -> Array:
    return np.asarray(np.real(np.sum(cotangent * result)))


def _double(operand: Any) -> Any:
    """An operand in double precision, if it has a precision."""
    if operand is None or isinstance(operand, (Absence, bool, int, float, complex)):
        return operand
    array = numbers_of(operand)
    return array.astype(_wide(array.dtype)) if array.dtype.kind in "fc" else array


def _wide(dtype: Any) -> Any:
    return np.complex128 if dtype.kind == "c" else np.float64


def _random_like(array: Array, random: np.random.Generator) -> Array:
    numbers = random.standard_normal(np.shape(array))
    return np.asarray(numbers + 1j * random.standard_normal(np.shape(array)) if np.iscomplexobj(array) else numbers)
