"""Values without a derivative that must not pass for constants: a derivative that goes through one of them raises."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from ..graph import Node, Operation, operation
from ..modes import Interceptor, joining
from ..primitives.declaration import Primitive
from ..tensor import Tensor
from ..transforms.batching import Batched


def seal(sources: Sequence[Node | None], array: Any, refusal: str) -> Operation:
    """Give the node of an array that may depend on some others, and of which there is no derivative."""

    def refuse(g: Any, needed: Any) -> NoReturn:  # noqa: ARG001 - the form of a rule
        raise RuntimeError(refusal)

    nodes = [node for node in sources if node is not None and node.requires_grad]
    pullbacks: list[Any] = [(node, refuse, [], ()) for node in nodes]
    depth = 1 + max(node.depth for node in nodes)
    return operation(_seal, nodes, pullbacks, array.shape, array.dtype, depth)


def _sealed(*sources: Any) -> NoReturn:
    raise NotImplementedError


_sealed.__name__ = "sealed"  # what drawings and errors call such a node

#: It is never computed.
_seal = Primitive(_sealed, _sealed, {}, domain=None, label="sealed", analytic=False, settles_numbers=False)


class Following(joining):
    """Notes which arrays are computed from some others, by operations that have a gradient."""

    takes_batches = True

    def __init__(self, inputs: Iterable[Tensor]) -> None:
        self._noted: dict[int, weakref.ref[Any]] = {}
        for tensor in inputs:
            if tensor.requires_grad:
                self._note(tensor._array)

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and note its result if it depends on what is noted."""
        result = inner(primitive, operands, attributes)
        if primitive.differentiable and any(map(self.depends, operands)) and not isinstance(result, Batched):
            self._note(result._array)
        return result

    def depends(self, value: Any) -> bool:
        """Whether a Tensor was computed from the inputs, as far as the library has seen it."""
        if not isinstance(value, Tensor) or isinstance(value, Batched):
            return False
        noted = self._noted.get(id(value._array))
        return noted is not None and noted() is value._array

    def _note(self, array: Any) -> None:
        if array.dtype.kind in "fc":
            self._noted[id(array)] = weakref.ref(array)
