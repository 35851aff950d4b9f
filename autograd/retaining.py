"""Keep everything that was recorded, so that it can be looked at.

A backward drops what it has used. For drawings and for learners, ``retain_all`` keeps it: every value, every operand,
every gradient, the scope and the source line of each operation.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from .modes import Interceptor, current_mode, joining
from .tensor import Tensor

if TYPE_CHECKING:
    from .primitives.declaration import Primitive

_ROOT = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would be the slowest import here
_OWN_FOLDERS = tuple(os.path.join(_ROOT, package, "") for package in ("autograd", "nn", "optim"))  # noqa: PTH118


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
        return _noted(inner(primitive, operands, attributes), operands)


def _noted(result: Tensor, operands: Sequence[Any]) -> Tensor:
    if result.node is not None:
        notes = result.node.annotate()
        notes.value = result.data
        notes.operands = tuple(_snapshot(operand) for operand in operands)
        notes.retains_grad = True
        notes.scopes = current_mode().scopes
        notes.line = line_of_user()
    return result


def _snapshot(operand: Any) -> Any:
    """What an operand is now: a handle or an array that later changes in place pass by."""
    if isinstance(operand, Tensor):
        return Tensor._made(operand._array, operand._node)
    return np.array(operand) if isinstance(operand, (np.ndarray, list, tuple)) else operand


def line_of_user() -> str | None:
    """Where the innermost frame outside these packages is, as ``file:number``."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OWN_FOLDERS):
        frame = frame.f_back
    return None if frame is None else f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"  # noqa: PTH119
