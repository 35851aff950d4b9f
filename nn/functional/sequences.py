"""What all recurrences share: the order of steps through sequences of several lengths, and arrays joined in one.

A step works on a matrix ``(features, sequences)``, so that what belongs to one gate lies together; the arrays of all
steps are ``(T, features, sequences)``. The sequences stand side by side, the longest first, and ``sizes`` counts those
that have a first element, a second one, and so on. A step changes the states of as many; those of the others stay what
they were at first, or at the end of their sequences. So the last states are those after the last step.

A recurrence takes all that it depends on joined in one vector, so that its rule goes back through the steps once and
has the gradients of all.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, concat, reshape
from autograd.primitives.domains import Interval

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw

Shapes = tuple[tuple[int, ...], ...]
Sizes = tuple[int, ...]

#: Of numbers that go through many products and activations in their tests.
MODERATE = Interval(-1.0, 1.0)


@functools.lru_cache(maxsize=64)
def steps(sizes: Sizes, reverse: bool) -> list[tuple[int, slice]]:
    """Give for each step its time, and whose states it changes; with ``reverse``, the last one first.

    >>> steps((2, 1), False)
    [(0, slice(None, 2, None)), (1, slice(None, 1, None))]
    """
    found = [(time, slice(None, size)) for time, size in enumerate(sizes)]
    return found[::-1] if reverse else found


def replaced(states: Any, new: Any) -> Any:
    """Give states of which the first ones are new."""
    count = new.shape[1]
    return new if count == states.shape[1] else np.concatenate([new, states[:, count:]], axis=1)


def filled(changes: Any, states: Any) -> Any:
    """Give changes of the first states with zeros for the others."""
    count = changes.shape[1]
    if count == states.shape[1]:
        return changes
    return np.concatenate([changes, np.zeros_like(changes[:, :1]).repeat(states.shape[1] - count, 1)], axis=1)


def in_time(parts: list[Any], reverse: bool) -> Any:
    """Stack what was found step by step, the first time first."""
    return np.stack(parts[::-1] if reverse else parts)


def before_each(states: Any, first: Any, reverse: bool) -> Any:
    """Give the states before each step, from those after each step and the first ones."""
    parts = [states[1:], first[None]] if reverse else [first[None], states[:-1]]
    return np.concatenate(parts)


def by_weight(by_product: Any, operand: Any) -> Any:
    """Give the gradient by a weight from those by its products, all of them ``(T, features, sequences)``."""
    return np.tensordot(by_product, operand, axes=((0, 2), (0, 2)))


def joined(parts: Sequence[Any]) -> Tensor:
    """Join Tensors and arrays in one vector."""
    vector: Tensor = concat([reshape(part, (-1,)) for part in parts])
    return vector


def rejoined(parts: Sequence[Any]) -> Any:
    """Join gradients in one vector, inside a rule."""
    return np.concatenate([np.reshape(part, (-1,)) for part in parts])


def cut(vector: Any, shapes: Shapes) -> list[Any]:
    """Give the parts that were joined."""
    ends = list(itertools.accumulate(map(math.prod, shapes)))
    pairs = itertools.pairwise([0, *ends])
    return [np.reshape(vector[start:end], shape) for (start, end), shape in zip(pairs, shapes, strict=True)]


def drawn_sizes(draw: Draw) -> Sizes:
    """Draw how many sequences have each element: of one length, or of several."""
    return tuple(sorted(draw.integers(1, 2, draw.integer(1, 2)), reverse=True))
