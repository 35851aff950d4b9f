"""The recurrence of Elman's network: the state goes through a matrix and an activation function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import primitive
from autograd.primitives.domains import NONZERO, Drawn, Interval
from autograd.primitives.numbers import number

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

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, number(0.0, x))}
_SLOPES: dict[str, Callable[[Any], Any]] = {"tanh": lambda y: 1 - y * y, "relu": lambda y: y > 0}


def _by_joined(g: Any, joined: Any, out: Any, shapes: Shapes, sizes: Sizes, reverse: bool, nonlinearity: str) -> Any:
    _, weight, first = cut(joined, shapes)
    slopes = _SLOPES[nonlinearity](out)
    arrived, found = np.zeros_like(first), []
    for time, whose in steps(sizes, not reverse):
        arrived = arrived + g[time]
        by_terms = arrived[:, whose] * slopes[time, :, whose]
        found.append(filled(by_terms, first))
        arrived = replaced(arrived, weight.T @ by_terms)
    by_all_terms = in_time(found, not reverse)
    return rejoined([by_all_terms, by_weight(by_all_terms, before_each(out, first, reverse)), arrived])


def _domain(draw: Draw) -> Drawn:
    """For the rectifier, terms that outweigh all else, so that nothing comes near its kink."""
    nonlinearity = draw.choice(["tanh", "relu"])
    sizes, features = drawn_sizes(draw), draw.integer(1, 2)
    shapes = ((len(sizes), features, sizes[0]), (features, features), (features, sizes[0]))
    few = NONZERO, Interval(-1 / 64, 1 / 64), MODERATE
    intervals = (MODERATE, MODERATE, MODERATE) if nonlinearity == "tanh" else few
    parts = [draw.array(interval, shape) for interval, shape in zip(intervals, shapes, strict=True)]
    attributes = {"shapes": shapes, "sizes": sizes, "reverse": draw.boolean(), "nonlinearity": nonlinearity}
    return (rejoined(parts),), attributes


@primitive(rules={"joined": _by_joined}, domain=_domain, label="RNN")
def simple_recurrence(joined: Any, /, shapes: Shapes, sizes: Sizes, reverse: bool, nonlinearity: str = "tanh") -> Any:
    """States after each step, ``(T, features, sequences)``: ``h' = tanh(term + weight @ h)``.

    ``joined`` holds the terms, the weight and the first states; ``nonlinearity`` is ``"tanh"`` or ``"relu"``. See
    ``sequences`` for all else.
    """
    terms, weight, state = cut(joined, shapes)
    activation, found = _ACTIVATIONS[nonlinearity], []
    for time, whose in steps(sizes, reverse):
        state = replaced(state, activation(weight @ state[:, whose] + terms[time, :, whose]))
        found.append(state)
    return in_time(found, reverse)
