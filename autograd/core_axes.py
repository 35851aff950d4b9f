"""Products of vectors and matrices over axes that a call names: ``axis=``, ``axes=``, ``keepdims=`` of NumPy's.

Axes are brought to the end, where our functions have them, and those of the result to where they shall be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .registry import operations

#: The options of ufuncs that have core axes.
OPTIONS = ("axes", "axis", "keepdims")


def _core_counts(ufunc: np.ufunc) -> tuple[list[int], int]:
    """How many core axes each operand has, and the result."""
    given, _, made = (ufunc.signature or "").partition("->")
    counts = [len([axis for axis in part.strip("()").split(",") if axis]) for part in given.split("),(")]
    return counts, len([axis for axis in made.strip("()").split(",") if axis])


def with_core_axes(
    call: str, ufunc: np.ufunc, function: Callable[..., Any], operands: Sequence[Any], options: dict[str, Any]
) -> Any:
    """Apply ``function``, whose core axes are the last ones, over those that the options name."""
    counts, made = _core_counts(ufunc)
    named: list[tuple[int, ...]]
    put: tuple[int, ...]
    axes, axis, keepdims = (options.get(name) for name in OPTIONS)
    over_vectors = counts == [1] * len(counts) and not made
    if not over_vectors and axis is not None:
        raise TypeError(f"{call}: axis= is for products over a single axis that all operands have; give axes=")
    if not over_vectors and keepdims:
        raise TypeError(f"{call}: keepdims= is for products whose result has none of the axes that are multiplied")
    if axis is not None and axes is not None:
        raise TypeError(f"{call}: axis= and axes= say the same; give one")
    tensors = [operations.asarray(operand) for operand in operands]
    if axes is None and not over_vectors:
        return function(*tensors)
    if axes is None:
        named = [(-1 if axis is None else axis,)] * len(counts)
        put = named[0] if keepdims else ()
    else:
        *named, put = _named(call, axes, [*counts, made], keepdims)
    moved = [
        operations.moveaxis(tensor, places, tuple(range(-len(places), 0)))
        for tensor, places in zip(tensors, named, strict=True)
    ]
    result = function(*moved)
    if keepdims:
        return operations.expand_dims(result, axis=put)
    return operations.moveaxis(result, tuple(range(-len(put), 0)), put) if put else result


def _named(call: str, axes: Any, counts: list[int], keepdims: Any) -> list[tuple[int, ...]]:
    """The core axes of each operand and of the result."""
    given = axes if isinstance(axes, (list, tuple)) else ()
    entries = [tuple(entry) if isinstance(entry, (list, tuple)) else (entry,) for entry in given]
    if len(entries) == len(counts) - 1 and not counts[-1]:
        entries.append(entries[0] if keepdims else ())
    wanted = [*counts[:-1], counts[0] if keepdims else counts[-1]]
    are_whole = all(isinstance(axis, (int, np.integer)) for entry in entries for axis in entry)
    if not are_whole or [len(entry) for entry in entries] != wanted:
        raise ValueError(
            f"{call}: axes= gives the axes of each operand and of the result, {wanted} of them; given {axes}"
        )
    return entries
