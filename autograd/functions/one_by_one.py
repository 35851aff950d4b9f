"""Functions inside ``vmap``, and of cotangents that stand for many: applied to one example after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..modes import outside
from ..registry import operations
from ..tensor import Tensor
from ..transforms.batching import Batched, CannotBatchError, batching
from ..transforms.levels import levels_here


def level_of(args: Sequence[Any]) -> batching | None:
    """Give the innermost batch that one of the arguments is part of."""
    own = [arg.level for arg in args if isinstance(arg, Batched)]
    return next((level for level in reversed(levels_here()) if level in own), None) if own else None


def each_applied(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any], level: batching) -> Any:
    """Apply a Function to one example of a batch after the other; give results that stand for all of them."""
    name = function.__name__
    if not (level.count and level.loops):
        reason = "loops=False forbids that" if level.count else "there are none"
        raise CannotBatchError(f"{name}: a Function is applied to one example after the other, and {reason}")
    results: list[Any] = []
    for place in range(level.count):
        row = [arg.whole[place] if isinstance(arg, Batched) and arg.level is level else arg for arg in args]
        with outside(level):
            given = function.apply(*row, **kwargs)
        results.append(given if isinstance(given, tuple) else (given,))
        if any(each is arg for each in results[-1] for arg in row if isinstance(arg, Tensor)):
            raise CannotBatchError(f"{name}: ctx.mark_dirty changes an argument in place, which no vmap can follow")
    together = tuple(_together(name, column, level) for column in zip(*results, strict=True))
    return together if isinstance(given, tuple) else together[0]


def _together(name: str, column: Sequence[Any], level: batching) -> Any:
    """Give one result of all examples; what is no Tensor must be the same for all."""
    first = column[0]
    if isinstance(first, Tensor) and all(each.shape == first.shape for each in column):
        stacked: Tensor = operations.stack(column)
        return Batched(stacked, level)
    if isinstance(first, Tensor) or any(each is not first and each != first for each in column):
        raise CannotBatchError(f"{name}: gives results of several kinds for several examples: {column!r:.80}")
    return first
