"""Keep everything that was recorded, so that it can be looked at.

A backward drops what it has used. For drawings and for learners, ``retain_all`` keeps it: every value, every operand,
every gradient, the scope and the source line of each operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .modes import Interceptor, current_mode, joining
from .source_lines import line_of_user
from .tensor import Tensor

if TYPE_CHECKING:
    from .graph import Node
    from .primitives.declaration import Primitive


class retain_all(joining):  # noqa: N801 - used like no_grad
    """Keep the values, operands and gradients of all operations recorded inside the block.

    Without it a backward lets go of each value and gradient as soon as it is used, and a drawing made afterwards shows
    only those of the leaves and of the result. It costs memory for every intermediate array.

    >>> import autograd as ag
    >>> x = ag.Tensor(3.0, requires_grad=True)
    >>> with ag.retain_all():
    ...     y = x * x
    ...     loss = y * 2
    >>> loss.backward()
    >>> y.grad
    Tensor(2., dtype=float64)
    """

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and keep what it was applied to."""
        result: Tensor = inner(primitive, operands, attributes)
        if result.node is not None:
            note(result.node, result, operands, attributes)
            notes = result.node.annotate()
            notes.retains_grad = result.dtype.kind in "fc"  # of several results together there is none
            notes.pullbacks = getattr(result.node, "pullbacks", None)  # so that the walk can be watched again
        return result


def note(node: Node, result: Tensor, operands: Sequence[Any], attributes: dict[str, Any]) -> None:
    """Keep what an operation was applied to, what it gave, and where in the program that was."""
    notes = node.annotate()
    notes.value = result.data
    notes.operands = tuple(_snapshot(operand) for operand in operands)
    notes.attributes = attributes
    notes.scopes = current_mode().scopes
    notes.line = line_of_user()


def _snapshot(operand: Any) -> Any:
    """What an operand is now: a handle or an array that later changes in place pass by."""
    if isinstance(operand, Tensor):
        return Tensor._made(operand._array, operand._node)
    return np.array(operand) if isinstance(operand, (np.ndarray, list, tuple)) else operand
