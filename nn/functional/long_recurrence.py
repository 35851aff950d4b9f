"""The recurrence of long short-term memory."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import primitive
from autograd.primitives.domains import Drawn

from .sequences import (
    MODERATE,
    Shapes,
    Sizes,
    before_each,
    by_weight,
    cut,
    drawn_sizes,
    filled,
    in_time,
    rejoined,
    replaced,
    steps,
)

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw


@functools.lru_cache(maxsize=16)
def _scales(size: int, width: int, dtype: Any) -> tuple[Any, Any]:
    """Give ``a`` and ``b`` with which ``a tanh(a x) + b`` is tanh for the candidate and σ for the gates.

    They are not left to broadcasting, which takes longer than what is computed.
    """
    scale = np.full((4, size, width), 0.5, dtype)
    scale[2] = 1
    scale = scale.reshape(4 * size, width)
    rest = 1 - scale
    scale.flags.writeable = rest.flags.writeable = False
    return scale, rest


def _by_joined(g: Any, joined: Any, out: Any, shapes: Shapes, sizes: Sizes, reverse: bool) -> Any:
    """The gates of all steps at once, then back through the steps."""
    terms, weight, first_memory, first, *projection = cut(joined, shapes)
    count, (size, width) = len(sizes), first_memory.shape
    scale, rest = _scales(size, width, out.dtype)
    memory_before = before_each(out[:, :size], first_memory, reverse)
    before = before_each(out[:, size:], first, reverse)
    gates = np.reshape(scale * np.tanh((weight @ before + terms) * scale) + rest, (count, 4, size, width))
    opening, forget, candidate, output = (gates[:, gate] for gate in range(4))
    shown = np.tanh(out[:, :size])
    # What a small change of each gate's term does to the memory, or, for the last one, to what is shown of it.
    slopes = (opening * (1 - opening), forget * (1 - forget), 1 - candidate * candidate, output * (1 - output))
    by_gates = np.stack([candidate * slopes[0], memory_before * slopes[1], opening * slopes[2]], axis=1)
    by_output, by_memory = shown * slopes[3], output * (1 - shown * shown)
    to_memory, to_state = np.zeros_like(first_memory), np.zeros_like(first)
    found, found_states = [], []
    for time, whose in steps(sizes, not reverse):
        to_memory, to_state = to_memory + g[time, :size], to_state + g[time, size:]
        by_state = to_state[:, whose]
        by_shown = projection[0].T @ by_state if projection else by_state
        change = to_memory[:, whose] + by_shown * by_memory[time, :, whose]
        by_inner = np.reshape(by_gates[time, :, :, whose] * change, (3 * size, -1))
        by_terms = np.concatenate([by_inner, by_output[time, :, whose] * by_shown])
        found.append(filled(by_terms, first))
        found_states.append(filled(by_state, first))
        to_memory = replaced(to_memory, change * forget[time, :, whose])
        to_state = replaced(to_state, weight.T @ by_terms)
    by_all_terms = in_time(found, not reverse)
    parts = [by_all_terms, by_weight(by_all_terms, before), to_memory, to_state]
    if projection:
        parts.append(by_weight(in_time(found_states, not reverse), output * shown))
    return rejoined(parts)


def _domain(draw: Draw) -> Drawn:
    sizes, features, projected = drawn_sizes(draw), draw.integer(1, 2), draw.integer(0, 1)
    rows, width, seen = 4 * features, sizes[0], projected or features
    shapes: Shapes = ((len(sizes), rows, width), (rows, seen), (features, width), (seen, width))
    shapes += ((projected, features),) * (projected > 0)
    parts = [draw.array(MODERATE, shape) for shape in shapes]
    return (rejoined(parts),), {"shapes": shapes, "sizes": sizes, "reverse": draw.boolean()}


@primitive(rules={"joined": _by_joined}, domain=_domain, label="LSTM")
def long_recurrence(joined: Any, /, shapes: Shapes, sizes: Sizes, reverse: bool) -> Any:
    """Memories, and below them states, after each step, ``(T, features, sequences)``.

    ``joined`` holds the terms and the weight of the input gate, the forget gate, the candidate and the output gate
    below each other, the first memories, the first states, and, if states are projected, the weight of that; see
    ``sequences`` for all else. Sources: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); Gers et al.,
    "Learning to Forget" (2000), section 3; Sak et al., "Long Short-Term Memory Based Recurrent Neural Network
    Architectures" (2014), section 2.2, for the projection.
    """
    terms, weight, memory, state, *projection = cut(joined, shapes)
    size, found = len(memory), []
    scale, rest = _scales(*memory.shape, joined.dtype)
    terms, weight = terms * scale, weight * _scales(size, 1, joined.dtype)[0]
    for time, whose in steps(sizes, reverse):
        squashed = np.tanh(weight @ state[:, whose] + terms[time, :, whose])
        gates = scale[:, whose] * squashed + rest[:, whose]
        kept = gates[size : 2 * size] * memory[:, whose] + gates[:size] * gates[2 * size : 3 * size]
        shown = gates[3 * size :] * np.tanh(kept)
        memory, state = replaced(memory, kept), replaced(state, projection[0] @ shown if projection else shown)
        found.append(np.concatenate([memory, state]))
    return in_time(found, reverse)
