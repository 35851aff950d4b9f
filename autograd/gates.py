"""Where all gradients that go into a part of a program, and all that come out of it, are seen together.

A backward visits nodes one by one, and each sees the gradient of its own value. A ``Passage`` puts nodes that do
nothing around a part: a gate behind each of its results, one before each of its operands, and one ``meeting`` node
before these. The gates tell the meeting what passes them, in the cotangents themselves, so that nothing is left where
two walks could mix it up. All of them come after the meeting, which is therefore visited when all has arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .currency import Arrays, Tensors
from .graph import Node, Operation, Pullback, next_number, operation
from .modes import current_mode
from .primitives.declaration import Primitive
from .tensor import Tensor
from .walk import NO_PATH

Gradients = tuple[Tensor | None, ...]
#: Sees the gradients for the operands and of the results; may give others to use for the operands.
Look = Callable[[Gradients, Gradients], Sequence[Any] | None]

#: No floating dtype: what arrives at a meeting is not numbers.
_NO_NUMBERS = np.dtype(bool)


class Passage:
    """A part of a program whose gradients ``look`` sees: ``enter`` it with the operands, ``leave`` with the results.

    ``look`` gets two tuples, the gradients for the operands and those of the results, with ``None`` where no gradient
    arrived. It is called once in each backward that reaches the part, when all of them are known; also if no operand
    requires grad. A backward that is limited to inputs which do not lie before the part does not call it.

    >>> import autograd as ag
    >>> from autograd.gates import Passage
    >>> x = ag.Tensor(3.0, requires_grad=True)
    >>> passage = Passage(lambda operands, results: print([g.item() for g in operands], [g.item() for g in results]))
    >>> (inside,) = passage.enter([x])
    >>> (y,) = passage.leave([inside * inside])
    >>> (y * 2).backward()
    [12.0] [2.0]
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._meeting: Operation | None = None
        self._count = [0]  # of results, known once they are there; their nodes would make a cycle

    def enter(self, operands: Sequence[Any]) -> list[Any]:
        """Give the operands to go on with; what is no Tensor that requires grad is left as it is."""
        nodes = [
            operand.node if isinstance(operand, Tensor) and operand.requires_grad else None for operand in operands
        ]
        known = [node for node in nodes if node is not None]
        pullbacks = _pullbacks_of_meeting(self._look, nodes, self._count)
        self._meeting = operation(_meeting, known, pullbacks, (), _NO_NUMBERS)
        return [
            operand if node is None else self._gate(operand, [(self._meeting, _telling("in", place), [], ())])
            for place, (operand, node) in enumerate(zip(operands, nodes, strict=True))
        ]

    def leave(self, results: Sequence[Any]) -> list[Any]:
        """Give the results to go on with; what is no Tensor that requires grad is left as it is."""
        if self._meeting is None:
            raise RuntimeError("Passage: enter comes before leave")
        nodes = [result.node if isinstance(result, Tensor) and result.requires_grad else None for result in results]
        if not self._meeting.parents:  # there is nothing to wait for but the results
            self._meeting.number = next_number()
        left = []
        for place, (result, node) in enumerate(zip(results, nodes, strict=True)):
            if node is not None:
                through: Pullback = (node, _passing, [], ())
                left.append(self._gate(result, [through, (self._meeting, _telling("out", place), [], ())]))
            else:
                left.append(result)
        self._count[0] = len(left)
        return left

    def _gate(self, tensor: Tensor, pullbacks: list[Pullback]) -> Tensor:
        parents = [parent for parent, _, _, _ in pullbacks]
        node = operation(_gate, parents, pullbacks, tensor.shape, tensor.dtype)
        mode = current_mode()
        if mode.interceptor is not None:  # who watches wants to see the values
            notes = node.annotate()
            notes.value, notes.scopes = tensor.data, mode.scopes
        return Tensor._made(tensor._array, node)


class _Told:
    """What gates tell the meeting: which gradients have passed. It goes the way of a cotangent, and is added up."""

    __slots__ = ("gradients", "settled")

    shape = ()
    dtype = _NO_NUMBERS

    def __init__(self, gradients: dict[tuple[str, int], Any]) -> None:
        self.gradients = gradients
        self.settled: list[Any] | None = None  # the cotangents to go on with, once somebody has looked

    def __add__(self, other: _Told) -> _Told:
        return _Told(self.gradients | other.gradients)


def _telling(way: str, place: int) -> Callable[[Any, Any], _Told]:
    return lambda g, _: _Told({(way, place): g})


def _passing(g: Any, needed: Any) -> Any:  # noqa: ARG001 - a rule
    return g


def _pullbacks_of_meeting(look: Look, operands: list[Node | None], count: list[int]) -> list[Pullback]:
    def settle(told: _Told) -> list[Any]:
        if told.settled is None:
            told.settled = _settled(look, operands, count[0], told.gradients)
        return told.settled

    def look_alone(told: _Told, _: Any) -> Any:
        settle(told)
        return NO_PATH

    def going_on(place: int) -> Callable[[Any, Any], Any]:
        return lambda told, _: settle(told)[place]

    onwards: list[Pullback] = [(node, going_on(i), [], ()) for i, node in enumerate(operands) if node is not None]
    return [(_NOWHERE, look_alone, [], ()), *onwards]


def _settled(look: Look, operands: list[Node | None], count: int, gradients: dict[tuple[str, int], Any]) -> list[Any]:
    """Show the gradients, and give the cotangents that the operands get."""
    is_recorded = any(isinstance(g, Tensor) for g in gradients.values())
    currency = Tensors(Tensor) if is_recorded else Arrays(Tensor)

    def shown(way: str, count: int) -> Gradients:
        found = [gradients.get((way, place)) for place in range(count)]
        return tuple(None if g is None else currency.show(g) for g in found)

    seen = shown("in", len(operands))
    chosen = look(seen, shown("out", count))
    settled: list[Any] = []
    for place, node in enumerate(operands):
        g = seen[place] if chosen is None else chosen[place]
        if node is None or g is None:
            settled.append(NO_PATH)
        else:
            settled.append(gradients["in", place] if g is seen[place] else currency.take(g, node))
    return settled


class _Nowhere(Node):
    """Stands for an operand where there is none: the first rule of a meeting looks, and gives nothing to anybody."""

    __slots__ = ()

    def __init__(self) -> None:
        self.shape, self.dtype, self.number, self.notes = (), _NO_NUMBERS, 0, None


_NOWHERE = _Nowhere()


def _gate_forward(x: Any, /) -> Any:
    return x


def _meeting_forward(*operands: Any) -> Any:
    return operands


def _described(forward: Callable[..., Any], name: str) -> Primitive:
    """Something with a name and a label for the nodes; it is nothing that anybody calls."""
    forward.__name__ = name
    return Primitive(forward, forward, {}, domain=None, label=name, analytic=False, settles_numbers=False)


_gate = _described(_gate_forward, "gate")
_meeting = _described(_meeting_forward, "meeting")
