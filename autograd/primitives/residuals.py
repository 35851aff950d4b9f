"""What a forward leaves to its gradient rules besides the result: the field calls it residuals."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple


class WithResidual(NamedTuple):
    """What a forward gives that has computed something on its way which a rule would compute once more.

    A rule gets it by the name ``residual``, and only then it is kept until the backward. In a walk that records itself
    the rule gets ``None``, for nobody knows what a residual depends on: then it computes that from the operands,
    as it does where the forward leaves ``None``, for what would take too much memory, say.

    Parameters
    ----------
    result
        The array that the forward is asked for.
    residual
        An array, or ``None``; like the result in memory that nobody writes into later.

    >>> import numpy as np, autograd as ag
    >>> from autograd.extending import WithResidual, primitive
    >>> def by_x(g, x, residual):
    ...     return g * (np.exp(x) if residual is None else residual)
    >>> @primitive(rules={"x": by_x})
    ... def exp_less_one(x, /):
    ...     exponential = np.exp(x)
    ...     return WithResidual(exponential - 1, exponential)
    >>> ag.grad(exp_less_one)(0.0), ag.grad(ag.grad(exp_less_one))(0.0)
    (np.float64(1.0), np.float64(1.0))
    """

    result: Any
    residual: Any


def together(forward: Callable[..., Any], name: str) -> Callable[..., WithResidual]:
    """Have a forward, of which a rule asks for a residual, leave one; raises ``TypeError`` where it does not."""

    @functools.wraps(forward)
    def compute(*operands: Any, **attributes: Any) -> WithResidual:
        given = forward(*operands, **attributes)
        if type(given) is not WithResidual:
            kind = type(given).__name__
            raise TypeError(f"{name}: a rule takes the residual, so the forward gives a WithResidual; it gave a {kind}")
        return given

    return compute


def alone(compute: Callable[..., WithResidual]) -> Callable[..., Any]:
    """Have a forward give its result alone."""

    @functools.wraps(compute)
    def forward(*operands: Any, **attributes: Any) -> Any:
        return compute(*operands, **attributes).result

    return forward
