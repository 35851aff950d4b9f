"""What a forward leaves to its gradient rules besides the result: the field calls it residuals.

Only for primitives of this library, since a rule must do without: it gets ``None`` by the name ``residual`` in a walk
that records itself, where nobody knows what a residual depends on, and computes that from the operands then. Others
write a ``Function``, of which the backward knows what the forward has saved.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

Forward = Callable[..., Any]


class WithResidual(NamedTuple):
    """What such a forward gives: the result, and an array in memory of its own, or ``None`` if that would not pay."""

    result: Any
    residual: Any


def leaving_residual(forward: Forward) -> Forward:
    """Mark a forward that gives a ``WithResidual``."""
    forward.leaves_residual = True  # type: ignore[attr-defined]
    return forward


def leaves_residual(forward: Forward) -> bool:
    """Whether a forward is marked so."""
    return getattr(forward, "leaves_residual", False)


def result_alone(forward: Forward) -> Forward:
    """Have such a forward give its result alone."""

    @functools.wraps(forward)
    def alone(*operands: Any, **attributes: Any) -> Any:
        return forward(*operands, **attributes).result

    return alone
