"""What serves functions that are one operation in the graph: those computed anew, and those with their own gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..graph import Node
from ..modes import Interceptor, joining
from ..primitives.declaration import Primitive
from ..random import generator
from ..registry import operations
from ..tensor import Tensor
from .calls import node_of


class Substituting(joining):
    """Replace operands by others, by their nodes; ask for what is to replace one that is met for the first time."""

    def __init__(self, substitutes: dict[Node, Tensor], *, collects: bool) -> None:
        self._substitutes = substitutes
        self._collects = collects

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied to the substitutes."""
        return inner(primitive, [self.substitute(operand) for operand in operands], attributes)

    def substitute(self, operand: Any) -> Any:
        """Give what stands for an operand."""
        if not isinstance(operand, Tensor) or not operand.requires_grad:
            return operand
        if self._collects:
            self._substitutes.setdefault(node_of(operand), operand)
        return self._substitutes.get(node_of(operand), operand)


class Pulled(ABC):
    """Has the gradients of all operands once the first one is asked for."""

    _last: tuple[Any, list[Any]] = (None, [])

    def pull(self, g: Any, operands: Sequence[Any], index: int) -> Any:
        """Give the gradient by one operand; each is given away once."""
        seen, gradients = self._last
        if seen is not g or gradients[index] is None:
            gradients = self.pull_all(g, operands)
            self._last = (g, gradients)
        gradient, gradients[index] = gradients[index], None
        if all(each is None for each in gradients):
            self._last = (None, [])
        return gradient

    @abstractmethod
    def pull_all(self, g: Any, operands: Sequence[Any]) -> list[Any]:
        """Give the gradients of all operands: arrays for an array, Tensors for a Tensor."""


@contextmanager
def random_again(state: Any) -> Iterator[None]:
    """Have the library's generator give the numbers again that it gave from a state on."""
    random = generator().bit_generator
    later, random.state = random.state, state
    try:
        yield
    finally:
        random.state = later


def in_other_convention(gradient: Any) -> Any:
    """Change from the convention inside of a walk to the one outside, or back; they differ for complex numbers."""
    return operations.conj(gradient) if gradient.dtype.kind == "c" else gradient
