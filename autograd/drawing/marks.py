"""What is remarkable about a Tensor: a gradient that vanishes or explodes, units that are dead or saturated, NaN made.

The thresholds stand here, and nowhere else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..graph import Graph, Node, Operation
from .figures import constant, figure
from .knowledge import Knowledge, numbers_of, root_mean_square
from .scene import Absence, Mark, Numbers

#: The Euclidean norm of a gradient, as a share of that of the result's: below, it vanishes; above, it explodes.
VANISHING, EXPLODING = 1e-5, 1e4

#: Of fewer samples nobody can tell whether a unit is dead.
FEWEST = 4

#: An element is saturated where the derivative of its activation is below this share of the largest that it can be:
#: beyond 0.975 of tanh, and beyond 0.987, or below 0.013, of the logistic function.
FLAT = 0.05

#: From this share of saturated elements on, a Tensor is marked.
SATURATED = 0.2

#: The derivative of an activation by its result, as a share of its largest.
_STEEPNESS = {"tanh": lambda out: 1 - out**2, "sigmoid": lambda out: 4 * out * (1 - out)}


class Examiner:
    """Looks for what is remarkable in a graph."""

    def __init__(self, graph: Graph, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._readers: dict[Node, list[Node]] = defaultdict(list)
        for parent, node, _ in graph.edges():
            self._readers[parent].append(node)
        results = [knowledge.gradient(output.node) for output in graph.outputs if output.node is not None]
        self._reference = math.hypot(*(norm(each) or 0.0 for each in results)) or 1.0

    def marks(self, node: Node) -> tuple[Mark, ...]:
        """Say what is remarkable about a node, its value first."""
        value, gradient = self._knowledge.value(node), self._knowledge.gradient(node)
        found = (
            self._made_in_forward(node, value),
            _dead(node, value),
            _saturated(node, value),
            self._made_in_backward(node, gradient),
            self._size(gradient),
        )
        return tuple(mark for mark in found if mark is not None)

    def _made_in_forward(self, node: Node, value: Numbers) -> Mark | None:
        """NaN or Inf that an operation makes of finite operands."""
        bad = _not_finite(value)
        if not isinstance(node, Operation) or bad is None or not _all_known(node):
            return None
        operands = [operand for operand in node.operands if operand is not None]
        if not operands or not all(_is_finite(numbers_of(operand)) for operand in operands):
            return None
        return Mark(f"{bad} made", "here", f"{node.operation} gave {bad}, of finite operands", is_alarm=True)

    def _made_in_backward(self, node: Node, gradient: Numbers) -> Mark | None:
        """NaN or Inf that gradient rules make of finite gradients."""
        bad = _not_finite(gradient)
        readers = self._readers[node]
        if bad is None or not readers:
            return None
        arrived = [self._knowledge.gradient(reader) for reader in readers]
        if not all(not isinstance(each, Absence) and _is_finite(each) for each in arrived):
            return None
        rules = ", ".join(dict.fromkeys(reader.operation for reader in readers))
        return Mark(f"{bad} made", f"by {rules}", f"the gradient rule of {rules} gave {bad}, of finite gradients", True)

    def _size(self, gradient: Numbers) -> Mark | None:
        size = norm(gradient)
        if not size or not math.isfinite(size) or not math.isfinite(self._reference):
            return None
        share = size / self._reference
        about = f"the norm of this gradient is {figure(share)} of that of the result's"
        if share < VANISHING:
            return Mark("vanishing", figure(share), about)
        return Mark("exploding", figure(share), about, is_alarm=True) if share > EXPLODING else None


def norm(gradient: Numbers) -> float | None:
    """The Euclidean norm of a gradient, if there is one."""
    mean = root_mean_square(gradient)
    return None if mean is None or isinstance(gradient, Absence) else mean * math.sqrt(gradient.size)


def _dead(node: Node, value: Numbers) -> Mark | None:
    """Units of a rectifier that are 0 for all samples, so that none of them has a gradient; of few, that is chance.

    A unit is a place along the last axis, or a channel along the second one of what a convolution gave.
    """
    if isinstance(value, Absence) or value.ndim < 2 or not value.size or not _is_rectifier(node):
        return None
    is_channel = value.ndim > 3 or any(parent and "conv" in parent.operation for parent in node.parents)
    axis = 1 if is_channel else value.ndim - 1
    samples = value.size // value.shape[axis]
    dead = int(np.all(value <= 0, axis=tuple(other for other in range(value.ndim) if other != axis)).sum())
    if not dead or samples < FEWEST:
        return None
    units = value.shape[axis]
    about = f"{dead} of {units} units are 0 for all {samples:,} samples: no gradient passes through them"
    return Mark("dead", f"{dead:,} of {units:,}", about)


def _all_known(node: Operation) -> bool:
    """Whether all operands are known; of what ``retain_all`` saw, a missing one was not given."""
    was_seen = node.notes is not None and node.notes.operands is not None
    return was_seen or all(operand is not None for operand in node.operands)


def _is_rectifier(node: Node) -> bool:
    if node.operation == "maximum":
        return any(operand is not None and np.array_equal(numbers_of(operand), 0) for operand in node.operands)
    return node.operation == "relu"


def _saturated(node: Node, value: Numbers) -> Mark | None:
    if isinstance(value, Absence) or not value.size or node.operation not in _STEEPNESS:
        return None
    flat = int((_STEEPNESS[node.operation](value) < FLAT).sum())
    if flat < SATURATED * value.size:
        return None
    about = f"of {flat:,} of {value.size:,} elements the derivative is below {FLAT:.0%} of its largest"
    return Mark("saturated", f"{flat:,} of {value.size:,}", about)


def _not_finite(numbers: Numbers) -> str | None:
    """What is not finite among numbers."""
    if isinstance(numbers, Absence) or _is_finite(numbers):
        return None
    return "NaN" if np.isnan(numbers).any() else "inf"


def _is_finite(numbers: np.ndarray[Any, Any]) -> bool:
    return numbers.dtype.kind not in "fc" or bool(np.isfinite(numbers).all())


_MEANINGS = {
    "NaN made": "of finite numbers, by an operation or its gradient rule",
    "inf made": "of finite numbers, by an operation or its gradient rule",
    "vanishing": f"the norm of the gradient is below {constant(VANISHING)} of that of the result's",
    "exploding": f"the norm of the gradient is above {constant(EXPLODING)} times that of the result's",
    "dead": "units that are 0 for all samples",
    "saturated": f"elements where the derivative is below {FLAT:.0%} of its largest",
}


def explained(marks: Iterable[Mark], where: str = "Marked") -> list[str]:
    """Say in one remark what the marks of a drawing mean, and how many there are of each kind; nothing for none.

    >>> explained([Mark("dead", "1 of 4", ""), Mark("dead", "2 of 4", "")])
    ['Marked: 2 × dead (units that are 0 for all samples).']
    """
    counts = Counter(mark.kind for mark in marks)
    said = [f"{counts[kind]:,} × {kind} ({meaning})" for kind, meaning in _MEANINGS.items() if kind in counts]
    return [f"{where}: {'; '.join(said)}."] if said else []
