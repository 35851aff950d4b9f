"""What a checkpointed function leaves elsewhere than among its results: refused where a gradient is to pass through it.

The first call of such a function keeps nothing for a backward, so that a Tensor that was made inside and outlives the
call has no way back. It has a node that says so, and not that of a constant, which would lose its gradient in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..graph import Node, Operation, Pullback, operation
from ..modes import Interceptor, Mode, current_mode, is_grad_enabled, no_grad
from ..primitives.declaration import Primitive
from ..tensor import Tensor
from .levels import bare
from .substituting import Collecting


class _NoWayBack:
    """The pullbacks of what was only computed, ``inside`` of some call; to look at its graph is no error."""

    __slots__ = ("_name", "inside")

    def __init__(self, name: str, inside: object) -> None:
        self._name = name
        self.inside = inside

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Pullback]:
        raise RuntimeError(
            f"checkpoint: what {self._name} made inside of a checkpointed function is no result of the function, which "
            "keeps nothing else for a backward: return it, or put detach() of it elsewhere"
        )


class FirstCall(Collecting):
    """Find the Tensors that a block computes with and did not make, and mark those that it makes of them.

    In a graph, what is marked was made by ``call``, of all that was found so far: to know more, one would have to keep
    what happens inside.
    """

    def __init__(self, call: Primitive) -> None:
        super().__init__()
        self._call = call
        self._found: tuple[Node, ...] = ()
        self._inside = object()  # what this call is known by

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and mark its result if a gradient would pass through it."""
        result = super().apply(inner, primitive, operands, attributes)
        if result._node is None and primitive.differentiable and self._would_be_recorded(operands):
            whole = bare(result)
            node: Operation = operation(self._call, self._found, [], whole.shape, whole.dtype)
            node.pullbacks = _NoWayBack(primitive.name, self._inside)
            whole._node = node
        return result

    def capture(self, tensor: Tensor) -> None:
        """Add a Tensor as it is now, if it requires grad and was not made inside."""
        node = tensor._node
        if node is None or not node.requires_grad or node in self.captured:
            return
        if isinstance(node, Operation) and getattr(node.pullbacks, "inside", None) is self._inside:
            return
        super().capture(tensor._handle(Tensor))
        self._found += (node,)

    def _would_be_recorded(self, operands: Sequence[Any]) -> bool:
        """Whether only the block itself is why an operation is not recorded."""
        if is_grad_enabled() or not any(isinstance(each, Tensor) and each.requires_grad for each in operands):
            return False
        mode: Mode | None = current_mode()
        while mode is not None and mode.setting is not self:
            if isinstance(mode.setting, no_grad):
                return False
            mode = mode.outer
        return True
