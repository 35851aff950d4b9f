"""``ufunc.at``: a function applied in place at an index, as often as the index says, one after the other.

As in the module ``writing``, nobody writes into a Tensor: its handle moves on to the new value. So a leaf that requires
grad is refused outside ``no_grad``, and a plain array holds only what does not require grad.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import describe
from ..registry import operations
from ..tensor import Tensor
from .elementwise import add, negative
from .indexing import assign, scattered, take_index
from .shaping import astype, broadcast_to, concat, ravel, reshape

__all__: list[str] = []


def apply_at(call: str, ufunc: np.ufunc, function: Any, target: Any, index: Any, *values: Any) -> None:
    """Do what ``ufunc.at`` does, with ``function`` for the ufunc: change ``target`` at ``index``."""
    if not isinstance(target, (Tensor, np.ndarray)):
        raise TypeError(f"{call}: writes into a Tensor or an array, got {type(target).__name__}")
    current = operations.asarray(target)
    values = tuple(operations.asarray(value) for value in values)
    if not isinstance(target, Tensor) and any(value.requires_grad for value in values):
        raise TypeError(
            f"{call}: a plain array cannot record what requires grad; make it a Tensor first, or detach() the values"
        )
    try:
        places = np.asarray(np.arange(current.size).reshape(current.shape)[_plain(index)])
        values = tuple(broadcast_to(value, places.shape) for value in values)
    except (IndexError, ValueError) as error:
        given = ", ".join(describe(value) for value in (current, *values))
        raise type(error)(f"{call}({given}): {error}") from error
    if ufunc in (np.add, np.subtract):
        share = _fitting(call, values[0], current)
        result = add(current, scattered(negative(share) if ufunc is np.subtract else share, index, current.shape))
    else:
        result = _one_after_the_other(call, function, current, ravel(places).data, [ravel(v) for v in values])
    if isinstance(target, Tensor):
        target._become(result, call)
    else:
        target[...] = result.data


def _plain(index: Any) -> Any:
    if isinstance(index, tuple):
        return tuple(map(_plain, index))
    if isinstance(index, list) and not index:
        return np.zeros(0, np.intp)
    return index.data if isinstance(index, Tensor) else index


def _fitting(call: str, values: Any, current: Any) -> Any:
    if not np.can_cast(values.dtype, current.dtype, "same_kind"):
        raise TypeError(f"{call}: the result would be {values.dtype} and cannot become {current.dtype} in place")
    return astype(values, current.dtype, copy=False)


def _one_after_the_other(call: str, function: Any, current: Any, places: Any, values: list[Any]) -> Any:
    """Go in rounds: in each, every place that has a turn left takes its next one.

    Places with many turns come first, so that those of a round are a part from the front, and what is behind is done.
    """
    if not places.size:
        return current.clone()
    touched, inverse, counts = np.unique(places, return_inverse=True, return_counts=True)
    turns = np.argsort(inverse, kind="stable")  # by place, and for each place in order
    starts = np.cumsum(counts) - counts
    order = np.argsort(-counts, kind="stable")
    touched, counts, starts = touched[order], counts[order], starts[order]
    flat = ravel(current)
    state, done = take_index(flat, touched), []
    for turn in range(counts[0]):
        active = int(np.count_nonzero(counts > turn))
        if active < state.size:
            done.append(state[active:])
            state = state[:active]
        picked = turns[starts[:active] + turn]
        state = _fitting(call, function(state, *(take_index(value, picked) for value in values)), current)
    return reshape(assign(flat, touched, concat([state, *reversed(done)])), current.shape)
