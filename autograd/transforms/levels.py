"""Tensors that stand for batches, laid bare: what an operation of a whole function is recorded on.

Inside ``vmap`` a Tensor may stand for a batch, and the whole of it for a batch again, once for each level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from ..modes import Mode, current_mode
from ..registry import operations
from ..tensor import Tensor
from .batching import Batched, batching

Levels = Sequence[batching]


def levels_here() -> Levels:
    """Give the levels that this thread is in, outermost first."""
    mode: Mode | None = current_mode()
    if mode is None or mode.interceptor is None:  # which each of them has
        return ()
    found: list[batching] = []
    while mode is not None:
        if isinstance(mode.setting, batching):
            found.append(mode.setting)
        mode = mode.outer
    return found[::-1]


@contextmanager
def entered(levels: Levels) -> Iterator[None]:
    """Be in these levels for a block, in each of them once."""
    here = levels_here()
    with ExitStack() as stack:
        for level in levels:
            if level not in here:
                stack.enter_context(level)
        yield


def levels_of(value: Any) -> Levels:
    """Give the levels in which a value stands for a batch, outermost first."""
    found: list[batching] = []
    while isinstance(value, Batched):
        found.append(value.level)
        value = value.whole
    return found[::-1]


def bare(value: Any) -> Any:
    """Give what stands for nothing else: the whole of the whole."""
    while isinstance(value, Batched):
        value = value.whole
    return value


def wrapped(whole: Any, levels: Levels) -> Any:
    """Give what stands for the examples of each level; undoes ``bare``."""
    for level in levels:
        whole = Batched(whole, level)
    return whole


def gathered(cotangent: Any, levels: Levels, wanted: Levels) -> Tensor:
    """Give the bare cotangent of a value that stands for batches in the wanted ones of all levels; add up the others.

    Call it inside the levels.
    """
    tensor: Any = operations.asarray(cotangent)
    for level in reversed(levels):
        is_batched = isinstance(tensor, Batched) and tensor.level is level
        if not is_batched and level in wanted:
            tensor = operations.broadcast_to(tensor, (level.count, *tensor.shape))
        elif is_batched:
            tensor = tensor.whole if level in wanted else operations.sum(tensor.whole, axis=0)
    gathered_whole: Tensor = tensor
    return gathered_whole
