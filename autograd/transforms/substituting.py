"""What a function reads from elsewhere: found when it is first called, and put in its place when it is called again."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple

from ..graph import Node
from ..modes import Interceptor, joining
from ..primitives.declaration import Primitive
from ..tensor import Tensor
from .batching import Batched
from .calls import node_of


class Met(NamedTuple):
    """A Tensor that a block has computed with, and what its value and its node were then."""

    tensor: weakref.ref[Tensor]
    value: Any
    node: Node | None


class Collecting(joining):
    """Find the Tensors that a block computes with and did not make: call it in ``no_grad``.

    ``captured`` has those that require grad, by their nodes, in the order in which they are met. ``met`` has all that
    are still there once the block has ended.
    """

    takes_batches = True

    def __init__(self) -> None:
        self.captured: dict[Node, Tensor] = {}
        self.met: list[Met] = []
        self._meeting: dict[int, Met] = {}

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and look at its operands."""
        for operand in operands:
            if isinstance(operand, Tensor):
                self.capture(operand)
                if id(operand) not in self._meeting:
                    self._meet(operand)
        return inner(primitive, operands, attributes)

    def capture(self, tensor: Tensor) -> None:
        """Add a Tensor to the captured ones, if it requires grad."""
        if tensor.requires_grad:
            self.captured.setdefault(node_of(tensor), tensor)

    def _meet(self, tensor: Tensor) -> None:
        """Remember a Tensor as it is, until it goes: what was made inside the block does so before it ends."""
        meeting, key = self._meeting, id(tensor)
        reference = weakref.ref(tensor, lambda _: meeting.pop(key, None))
        meeting[key] = Met(reference, _value_of(tensor), tensor._node)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)
        alive = [(each.tensor(), each) for each in self._meeting.values()]
        self.met = [Met(weakref.ref(tensor), each.value, each.node) for tensor, each in alive if tensor is not None]
        self._meeting.clear()  # which refers to itself


class Substituting(joining):
    """Put others in the place of operands that require grad, by their nodes; have all be what they were when met."""

    takes_batches = True

    def __init__(self, substitutes: Mapping[Node, Tensor], met: Sequence[Met]) -> None:
        self._substitutes = substitutes
        self._changed: dict[int, tuple[Tensor, Any, Tensor]] = {}
        for each in met:
            tensor = each.tensor()
            if tensor is not None and (_value_of(tensor) is not each.value or tensor._node is not each.node):
                before = None if each.node is None else substitutes.get(each.node)
                before = _constant(each.value, tensor) if before is None else before
                self._changed[id(tensor)] = tensor, _value_of(tensor), before

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied to the substitutes."""
        return inner(primitive, [self.substitute(operand) for operand in operands], attributes)

    def substitute(self, operand: Any) -> Any:
        """Give what stands for an operand."""
        if not isinstance(operand, Tensor):
            return operand
        if id(operand) in self._changed:
            _, now, before = self._changed[id(operand)]
            if _value_of(operand) is now:  # and was not changed by the function itself
                return before
        return self._substitutes.get(node_of(operand), operand) if operand.requires_grad else operand


def _value_of(tensor: Tensor) -> Any:
    """What a handle holds, which is another object once the handle has moved on."""
    return tensor.whole if isinstance(tensor, Batched) else tensor._array


def _constant(value: Any, like: Tensor) -> Tensor:
    return Batched(value, like.level) if isinstance(like, Batched) else Tensor._made(value)
