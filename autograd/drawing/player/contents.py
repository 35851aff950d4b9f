"""All that a page says of a graph, as data: nodes, the numbers of a step, the walk, and the pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...graph import Graph, Node, Operation
from ...primitives.domains import elementwise
from ...source_lines import SourceLine
from ...tensor import Tensor
from ..figures import constant, figure, shape_text
from ..knowledge import Knowledge, numbers_of
from ..markup import legible
from ..reading import read
from ..scene import Absence, Card
from .arrays import IN_FULL, Arrays, number
from .formulas import averaged, result_formula, rule_formula, rule_source
from .replay import Contribution, Replay, declared_rule, replay, untouched

Data = dict[str, Any]

#: A number as long as one gets, for cells that are to have room for whatever they will hold.
ROOMY = -1.2e-4


class Frame:
    """One graph with the numbers of its values, its gradients, and all that its backward adds up.

    Everything is read at once: what changes afterwards, weights above all, does not change what was read.
    """

    def __init__(self, graph: Graph, arrays: Arrays) -> None:
        self.graph = graph
        self._arrays = arrays
        self._index = {node: index for index, node in enumerate(graph)}
        with untouched(graph):
            self.replay: Replay = replay(graph)
            knowledge = Knowledge(graph)
            self.values = [knowledge.value(node) for node in graph]
        self.numbers = self._numbers()

    @property
    def structure(self) -> list[Any]:
        """What two frames have in common that can be played one after the other."""
        return [
            (node.operation, node.shape, str(node.dtype), [self._index.get(each) for each in node.parents if each])
            for node in self.graph
        ]

    def _numbers(self) -> Data:
        """Give values and gradients by node, and by visit what was contributed and the sums after that."""
        gradients = self.replay.gradients
        return {
            "values": [each.value if isinstance(each, Absence) else self._arrays.add(each) for each in self.values],
            "gradients": [self._gradient(node, gradients) for node in self.graph],
            "contributions": [
                [
                    {
                        "gave": self._arrays.add(each.gave),
                        "total": self._arrays.add(each.total),
                        "given": {name: self._given(value) for name, value in each.given.items()},
                    }
                    for each in visit.contributions
                ]
                for visit in self.replay.visits
            ],
        }

    def _gradient(self, node: Node, gradients: dict[Node, Any]) -> int | str:
        if node in gradients:
            return self._arrays.add(gradients[node])
        return str((Absence.NO_PATH if node.requires_grad else Absence.NOT_ASKED_FOR).value)

    def _given(self, value: Any) -> Data:
        """Give what a rule was given: an array by its number, anything else as a text."""
        if isinstance(value, (np.ndarray, np.generic, Tensor)):
            return {"array": self._arrays.add(numbers_of(value))}
        return {"text": _attribute(value)}

    def walk(self) -> list[Data]:
        """Give the visits: which node, and for each contribution where it goes and the rule that gives it."""
        written = functools.cache(_written)  # of each rule once
        return [
            {
                "node": self._index[visit.node],
                "contributions": [
                    {
                        "parent": self._index[each.parent],
                        "position": each.position,
                        **self._rule(visit.node, each, written),
                    }
                    for each in visit.contributions
                ],
            }
            for visit in self.replay.visits
        ]

    @staticmethod
    def _rule(node: Operation, contribution: Contribution, written: Callable[..., Data]) -> Data:
        rule = declared_rule(node, contribution.position)
        about = written(rule)
        formula = about["formula"] and averaged(about["formula"], rule, contribution.given)
        return {**about, "formula": formula}

    def nodes(self) -> list[Data]:
        """Say of each node what does not change from step to step."""
        with untouched(self.graph):
            scene = read(self.graph, len(self.graph))
        cards = {card.node: card for card in scene.cards if card.node is not None}
        return [self._node(node, cards[node]) for node in self.graph]

    def _node(self, node: Node, card: Card) -> Data:
        about: Data = {
            "name": legible(card.name, 200),
            "named": card.is_named,
            "kind": card.kind.name.lower(),
            "operation": node.operation,
            "shape": shape_text(node.shape),
            "dtype": str(node.dtype),
            "scopes": list(card.scopes),
            "line": node.line,
            "code": self._code(node),
            "parents": [None if each is None else self._index[each] for each in node.parents],
        }
        if isinstance(node, Operation):
            names = [node.primitive.operand_name(position) for position in range(len(node.parents))]
            about |= {
                "label": node.primitive.label,
                "operands": names,
                "constants": [self._constant(node, position) for position in range(len(node.parents))],
                "formula": result_formula(node.primitive.label, names),
                "elementwise": isinstance(node.primitive.domain, elementwise),
            }
        return about

    @staticmethod
    def _code(node: Node) -> str | None:
        line = None if node.notes is None else node.notes.line
        return line.text() or None if isinstance(line, SourceLine) else None

    def _constant(self, node: Operation, position: int) -> Data | None:
        """Give an operand that no node stands for."""
        if node.parents[position] is not None:
            return None
        operand = node.operands[position]
        if operand is None:
            return {"text": "…"}
        array = numbers_of(operand)
        if array.ndim == 0:
            return {"text": constant(array.item()), "number": number(array[()])}
        return {"array": self._arrays.add(array)}


def _written(rule: Callable[..., Any] | None) -> Data:
    """Write a rule as a formula, or else give its source."""
    formula = rule_formula(rule)
    return {"formula": formula, "source": None if formula else rule_source(rule)}


def longest(frames: list[Frame], roomy: bool) -> list[tuple[Any, Any]]:
    """Give for each node a value and a gradient that take as much room as any that will be shown."""
    values = zip(*(frame.values for frame in frames), strict=True)
    gradients = zip(*(_sums(frame) for frame in frames), strict=True)
    return [
        (
            _longest([each for each in of_values if not isinstance(each, Absence)], roomy),
            _longest([each for sums in of_gradients for each in sums], roomy),
        )
        for of_values, of_gradients in zip(values, gradients, strict=True)
    ]


def _sums(frame: Frame) -> list[list[Any]]:
    """Give for each node of a frame all sums that stand there one after the other."""
    sums: dict[Node, list[Any]] = {node: [] for node in frame.graph}
    for visit in frame.replay.visits:
        for each in visit.contributions:
            sums[each.parent].append(each.total)
    for node, gradient in frame.replay.gradients.items():
        sums[node].append(gradient)
    return list(sums.values())


def _longest(arrays: list[Any], roomy: bool) -> Any:
    if not arrays or arrays[0].size > IN_FULL:
        return arrays[0] if arrays else None
    elements = zip(*(array.ravel().tolist() for array in arrays), strict=True)
    chosen = np.array([max(each, key=lambda number: len(figure(number))) for each in elements], arrays[0].dtype)
    return np.full_like(arrays[0], ROOMY) if roomy else chosen.reshape(arrays[0].shape)


def _attribute(value: Any) -> str:
    if isinstance(value, (bool, int, float)):
        return constant(value)
    return legible(str(value), 60)
