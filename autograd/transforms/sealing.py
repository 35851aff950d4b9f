"""Values without a derivative that must not pass for constants: a derivative that goes through one of them raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from ..graph import Node, Operation, operation
from ..primitives.declaration import Primitive
from ..tensor import Tensor


def seal(sources: Sequence[Node | None], array: Any, refusal: str, known: Node | None = None) -> Operation:
    """Give the node of an array that may depend on some others, and of which there is no derivative.

    ``known`` is what is known of its history besides: derivatives that go there alone do pass.
    """

    def refuse(g: Any, needed: Any) -> NoReturn:  # noqa: ARG001 - the form of a rule
        raise RuntimeError(refusal)

    nodes = [node for node in sources if node is not None and node.requires_grad]
    pullbacks: list[Any] = [(node, refuse, [], ()) for node in nodes]
    if known is not None and known.requires_grad:
        nodes.append(known)
        pullbacks.append((known, lambda g, _: g, [], ()))
    return operation(_seal, nodes, pullbacks, array.shape, array.dtype)


def sealed(sources: Sequence[Node | None], array: Any, refusal: str, known: Node | None = None) -> Tensor:
    """Give such an array as a Tensor: a derivative of it by the sources raises ``RuntimeError`` with the refusal."""
    return Tensor._made(array, seal(sources, array, refusal, known))


def _forward(*sources: Any) -> NoReturn:
    raise NotImplementedError("a sealed value is never computed again")


_forward.__name__ = "sealed"  # what drawings and errors call such a node

_seal = Primitive(_forward, _forward, {}, domain=None, label="sealed", analytic=False, settles_numbers=False)
