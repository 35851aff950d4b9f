"""Several results of one application: a node for each, which come from one that stands for the application.

As ``transforms.segments`` has it: what has arrived at the results goes on to that node by their places, so that a
result which no gradient reaches is missing, which is something else than zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Node, operation
from ..primitives.declaration import Primitive
from ..tensor import Tensor
from ..transforms.segments import Cotangents


def whole() -> Any:
    """Give the array of the node that stands for several results, or for none."""
    return np.zeros((), Cotangents.dtype)


def part_of(name: str) -> Primitive:
    """Give the primitive that takes one of several results of a Function of that name."""

    def part(whole: Any, /, *, results: Any, place: int) -> Any:  # noqa: ARG001 - it is what the result comes from
        return results.result(place)

    part.__name__ = name
    rules = {"whole": lambda g, place: Cotangents({place: g})}
    return Primitive(part, part, rules, domain=None, label=None, analytic=False, settles_numbers=False)


def recorded_again(result: Any, place: int, call: Node, part: Primitive) -> Tensor:
    """Give the array of one of several results with its history."""
    pullbacks: list[Any] = [(call, lambda g, _: Cotangents({place: g}), [], ())]
    return Tensor._made(result, operation(part, [call], pullbacks, result.shape, result.dtype))
