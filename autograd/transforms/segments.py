"""Calls of functions that are one operation in the graph: those computed anew, and those with their own gradient.

A call with one result is one node. Where there are several results, each is a node of its own, and all lead to one
node that stands for the call. They tell it what has arrived in the cotangents themselves: a result that no gradient
reaches is missing from them, which is something else than zeros.
"""

from __future__ import annotations

import functools
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Node, Operation, Pullback, operation
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor
from .levels import bare, levels_here, levels_of, wrapped

#: No floating dtype: what arrives at the node of a call is not numbers.
_NO_NUMBERS = np.dtype(bool)

#: Stands for a cotangent that was given away.
_GIVEN = object()


class Cotangents:
    """The cotangents of several results, by their places, on their way through a walk as one."""

    __slots__ = ("_outlines", "arrived", "pulled")

    shape = ()
    dtype = _NO_NUMBERS

    def __init__(self, arrived: Mapping[int, Any]) -> None:
        self.arrived = arrived
        self.pulled: list[Any] | None = None
        self._outlines: Mapping[int, str] | None = None

    def __add__(self, other: Cotangents) -> Cotangents:
        total = dict(self.arrived)
        for place, g in other.arrived.items():  # what a backward has saved may get more than one
            total[place] = total[place] + g if place in total else g
        return Cotangents(total)

    def has(self, index: int) -> bool:
        """Tell whether the cotangent of one operand is still to be had."""
        return not self.pulled or self.pulled[index] is not _GIVEN

    def pull(self, segment: Segment, operands: Sequence[Any], index: int) -> Any:
        """Give the cotangent of one operand; all are computed when the first one is asked for, and given away once."""
        if self.pulled is None:
            pulled = segment.pull(self.arrived, operands)
            self._outlines = {place: describe(g) for place, g in self.arrived.items()}
            self.pulled, self.arrived = pulled, {}
        cotangent, self.pulled[index] = self.pulled[index], _GIVEN
        return cotangent

    def __repr__(self) -> str:
        outlines = self._outlines or {place: describe(g) for place, g in self.arrived.items()}
        described = (f"{place}, {what}" for place, what in sorted(outlines.items()))
        return f"of the gradients of results {', and '.join(described)}"


class Segment(ABC):
    """A call of a function: its results are computed, and cotangents of them can be pulled back to its operands."""

    #: What drawings and errors call the operation.
    kind: Kind

    def __init__(self) -> None:
        self.levels = levels_here()
        self._results: list[Any] = []
        self._last: tuple[Callable[[], Any], list[Cotangents]] = (lambda: None, [])

    @abstractmethod
    def pull(self, arrived: Mapping[int, Any], operands: Sequence[Any]) -> list[Any]:
        """Give the cotangents of all operands, or ``NO_PATH``, for those of some results, by their places."""

    def recorded(self, operands: Sequence[Any], results: Sequence[Tensor]) -> list[Tensor]:
        """Give the results as what this call has made of the operands, which are bare."""
        self._results = [bare(result)._array for result in results]
        return [wrapped(new, levels_of(result)) for new, result in zip(self._made(operands), results, strict=True)]

    def _made(self, operands: Sequence[Any]) -> list[Tensor]:
        if len(self._results) == 1:
            return [self.kind.call.apply(operands, {"segment": self})]
        call = self.kind.several.apply(operands, {"segment": self})
        places = range(len(self._results))
        return [self.kind.result.apply([call], {"segment": self, "place": place}) for place in places]

    def result(self, place: int) -> Any:
        """Give a result, once."""
        result, self._results[place] = self._results[place], None
        return result

    def pull_one(self, g: Any, operands: Sequence[Any], index: int) -> Any:
        """Give the cotangent of one operand for that of the only result; what was computed goes when that goes."""
        known, found = self._last
        if known() is not g or not found or not found[0].has(index):
            found = [Cotangents({0: g})]
            self._last = _reference(g, found), found
        return found[0].pull(self, operands, index)


def _reference(g: Any, found: list[Cotangents]) -> Callable[[], Any]:
    """A reference to a cotangent that does not keep it, if it can be one; it clears what was found when that goes."""
    try:
        return weakref.ref(g, lambda _: found.clear())
    except TypeError:  # a number of NumPy
        return lambda: g


class _OfSeveral(Primitive):
    """What stands for a call with several results: it has no value, and what arrives at it are ``Cotangents``."""

    def perform(self, operands: Sequence[Any], attributes: dict[str, Any], recording: bool) -> Tensor:
        """Record the call if an operand requires grad."""
        call = Tensor._made(np.zeros((), _NO_NUMBERS))
        nodes = [x._node if isinstance(x, Tensor) and x.requires_grad else None for x in operands]
        if recording and any(nodes):
            call._node = self._recorded(attributes["segment"], operands, nodes)
        return call

    def _recorded(self, segment: Segment, operands: Sequence[Any], nodes: Sequence[Node | None]) -> Operation:
        needed = [x._array if isinstance(x, Tensor) else x for x in operands]
        places = (slice(0, len(needed)),)
        pullbacks: list[Pullback] = [
            (node, functools.partial(_pulled_from_several, segment=segment, index=index), needed, places)
            for index, node in enumerate(nodes)
            if node is not None
        ]
        return operation(self, nodes, pullbacks, (), _NO_NUMBERS)


class Kind:
    """The operations that calls of one kind are in the graph: the call, and a result of several."""

    def __init__(self, name: str, label: str) -> None:
        def call(*operands: Any, segment: Segment) -> Any:  # noqa: ARG001 - they are what it was computed from
            return segment.result(0)

        def result(call: Any, /, *, segment: Segment, place: int) -> Any:  # noqa: ARG001
            return segment.result(place)

        call.__name__ = result.__name__ = name
        self.call = _primitive(Primitive, call, label, operands=_pulled_from_one)
        self.several = _primitive(_OfSeveral, call, label, operands=_pulled_from_several)
        self.result = _primitive(Primitive, result, label, call=lambda g, place: Cotangents({place: g}))


def _pulled_from_one(g: Any, operands: Sequence[Any], segment: Segment, index: int) -> Any:
    return segment.pull_one(g, operands, index)


def _pulled_from_several(g: Any, operands: Sequence[Any], segment: Segment, index: int) -> Any:
    return g.pull(segment, operands, index)


def _primitive(
    kind: type[Primitive], forward: Callable[..., Any], label: str, **rules: Callable[..., Any]
) -> Primitive:
    """Not registered: it is made of other primitives, whose properties are checked, or of what a user checks."""
    return kind(forward, forward, rules, domain=None, label=label, analytic=False, settles_numbers=False)


def in_other_convention(gradient: Any) -> Any:
    """Change from the convention inside of a walk to the one outside, or back; they differ for complex numbers."""
    return operations.conj(gradient) if gradient.dtype.kind == "c" else gradient
