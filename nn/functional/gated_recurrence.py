"""The recurrence of gated recurrent units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import primitive, sigmoid
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


def _by_joined(g: Any, joined: Any, out: Any, shapes: Shapes, sizes: Sizes, reverse: bool) -> Any:
    """The gates of all steps at once, then back through the steps."""
    terms, weight, bias, first = cut(joined, shapes)
    count, size, width = out.shape
    before = before_each(out, first, reverse)
    product = weight @ before + bias
    gates = sigmoid.alike(terms[:, : 2 * size] + product[:, : 2 * size])
    reset, update, shown = gates[:, :size], gates[:, size:], product[:, 2 * size :]
    candidate = np.tanh(terms[:, 2 * size :] + reset * shown)
    # What a small change of each gate's product does to the state.
    by_candidate = (1 - update) * (1 - candidate * candidate)
    by_reset = by_candidate * shown * (reset * (1 - reset))
    by_update = (before - candidate) * (update * (1 - update))
    by_product = np.stack([by_reset, by_update, by_candidate * reset], axis=1)
    arrived, found = np.zeros_like(first), []
    for time, whose in steps(sizes, not reverse):
        arrived = arrived + g[time]
        by_state = arrived[:, whose]
        found.append(filled(by_state, first))
        by_gates = np.reshape(by_product[time, :, :, whose] * by_state, (3 * size, -1))
        arrived = replaced(arrived, weight.T @ by_gates + by_state * update[time, :, whose])
    by_states = in_time(found, not reverse)
    by_all_gates = np.reshape(by_product * by_states[:, None], (count, 3 * size, width))
    by_terms = np.concatenate([by_all_gates[:, : 2 * size], by_candidate * by_states], axis=1)
    return rejoined([by_terms, by_weight(by_all_gates, before), np.sum(by_all_gates, axis=(0, 2)), arrived])


def _domain(draw: Draw) -> Drawn:
    sizes, features = drawn_sizes(draw), draw.integer(1, 2)
    rows, width = 3 * features, sizes[0]
    shapes = ((len(sizes), rows, width), (rows, features), (rows, 1), (features, width))
    parts = [draw.array(MODERATE, shape) for shape in shapes]
    return (rejoined(parts),), {"shapes": shapes, "sizes": sizes, "reverse": draw.boolean()}


@primitive(rules={"joined": _by_joined}, domain=_domain, label="GRU")
def gated_recurrence(joined: Any, /, shapes: Shapes, sizes: Sizes, reverse: bool) -> Any:
    """States after each step, ``(T, features, sequences)``.

    ``joined`` holds the terms, and the weight and bias of the states, a column, each of the reset gate, the update gate
    and the candidate below each other, and the first states; see ``sequences`` for all else.
    Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), section 2.3, with the reset
    gate after the product, as PyTorch and cuDNN have it.
    """
    terms, weight, bias, state = cut(joined, shapes)
    size, found = len(state), []
    for time, whose in steps(sizes, reverse):
        term, old = terms[time, :, whose], state[:, whose]
        product = weight @ old + bias
        gates = sigmoid.alike(term[: 2 * size] + product[: 2 * size])
        candidate = np.tanh(term[2 * size :] + gates[:size] * product[2 * size :])
        state = replaced(state, candidate + gates[size:] * (old - candidate))
        found.append(state)
    return in_time(found, reverse)
