"""Rules that were forgotten: without any a primitive gives constants, and gradients are lost in silence."""

from __future__ import annotations

from typing import Any

import numpy as np

from .calls import Call, operand_name
from .numeric import Array

#: Slopes for these steps agree where there is a derivative; at a jump they are as far apart as the steps.
_STEPS = (1e-4, 1e-5)


def check_rules(call: Call) -> None:
    """The floating result changes with no floating operand that has no rule, unless it is declared so."""
    primitive = call.primitive
    if primitive.is_constant or call.forward().dtype.kind not in "fc":
        return
    declared = (*primitive.differentiable, *primitive.without_rule)
    for position, operand in enumerate(call.operands):
        name = operand_name(primitive, position)
        if name not in declared and np.asarray(operand).dtype.kind in "fc" and _changes(call, position):
            raise AssertionError(
                f"{call}: there is no rule for argument {name}, and the result changes with it: "
                f"{_consequence(name, is_alone=not declared)}"
            )


def _consequence(name: str, *, is_alone: bool) -> str:
    """Say what becomes of an operand's gradient, and how it is declared that this is meant."""
    if is_alone:
        return (
            f"its gradient would be lost in silence. Declare rules={{{name!r}: ...}}, or, if a constant is meant, "
            "rules={}"
        )
    return (
        f"it is refused where it requires grad. Declare rules={{{name!r}: ...}} beside the others, or, if there is to "
        f"be none, rules={{{name!r}: None}}"
    )


def _changes(call: Call, position: int) -> bool:
    """Whether the result has a slope by an operand, along a random direction."""
    try:
        wide, narrow = (_slope(call, position, step) for step in _STEPS)
    except (ArithmeticError, ValueError):  # beside the domain, or results of several shapes
        return False
    size = np.max(np.abs(narrow), initial=0.0)
    return bool(1e-6 < size < np.inf and np.max(np.abs(wide - narrow)) < 0.1 * size)


def _slope(call: Call, position: int, step: float) -> Array:
    operand = np.asarray(call.operands[position])
    way = step * np.random.default_rng(0).standard_normal(operand.shape)
    _, attributes = call.primitive.bind(call.operands, call.attributes)
    ends: list[Any] = []
    for moved in (operand - way, operand + way):
        operands = [*call.operands[:position], moved, *call.operands[position + 1 :]]
        ends.append(np.asarray(call.primitive.forward(*operands, **attributes)))
    slope: Array = (ends[1] - ends[0]) / (2 * step)
    return slope
