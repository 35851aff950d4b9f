"""Whole numbers near others, and what is left beside them: rounding, remainders, parts.

What is constant in pieces has a gradient of zero, as in PyTorch; what is left beside it has the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import NONZERO, REAL, Drawn, Interval

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "ceil",
    "divmod",
    "fix",
    "floor",
    "floor_divide",
    "fmod",
    "modf",
    "remainder",
    "rint",
    "round",
    "trunc",
]

#: What is added to whole numbers to stay away from steps, those at halves too.
_FRACTION = Interval(0.1, 0.4)


def between_steps(draw: Draw) -> Drawn:
    """One operand, whose numbers keep away from whole ones and from halves."""
    whole, fraction = draw.broadcastable(REAL, _FRACTION)
    return (np.floor(whole) + fraction,), {}


def quotient_between_steps(draw: Draw) -> Drawn:
    """Two operands whose quotient is no whole number, and either of which may be the one that is broadcast."""
    whole, fraction, operand = draw.broadcastable(REAL, _FRACTION, NONZERO)
    quotient = np.floor(whole) + fraction
    return ((quotient * operand, operand) if draw.boolean() else (operand, operand / quotient)), {}


def flat(g: Any) -> Any:
    """Give the cotangent of an operand that a result does not follow."""
    return np.zeros_like(g)


# To whole numbers, or to decimals


@primitive(forward=np.floor, rules={"x": flat}, domain=between_steps, label="floor")
def floor(x: Any, /) -> Any:
    """The whole number at or below each element; the gradient is 0."""


@primitive(forward=np.ceil, rules={"x": flat}, domain=between_steps, label="ceil")
def ceil(x: Any, /) -> Any:
    """The whole number at or above each element; the gradient is 0."""


def _rounded(draw: Draw) -> Drawn:
    (x,), _ = between_steps(draw)
    decimals = draw.choice([0, 1, -1])
    return (x / 10.0**decimals,), {"decimals": decimals}


@primitive(rules={"x": flat}, domain=_rounded, label="round", numpy=[np.round, np.around])
def round(x: Any, /, decimals: int = 0) -> Any:
    """The nearest number with so many decimals, to even at halves; the gradient is 0.

    Negative ``decimals`` round to tens, hundreds and so on.

    >>> import autograd as ag
    >>> ag.round(ag.Tensor([1.25, 2.5, 31.0]), -1)
    Tensor([ 0.,  0., 30.], dtype=float64)
    """
    return np.round(x, decimals)


@primitive(forward=np.rint, rules={"x": flat}, domain=between_steps, label="rint")
def rint(x: Any, /) -> Any:
    """The nearest whole number, to even at halves; the gradient is 0. Integers give floating results, as in NumPy.

    >>> import autograd as ag
    >>> ag.rint(ag.Tensor([-1.7, 0.5, 1.5]))
    Tensor([-2.,  0.,  2.], dtype=float64)
    """


@primitive(forward=np.trunc, rules={"x": flat}, domain=between_steps, label="trunc", numpy=[np.fix])
def trunc(x: Any, /) -> Any:
    """The nearest whole number that is not further from zero; the gradient is 0.

    >>> import autograd as ag
    >>> ag.trunc(ag.Tensor([-1.7, 1.7]))
    Tensor([-1.,  1.], dtype=float64)
    """


fix = trunc

# Quotients and remainders


@primitive(
    forward=np.floor_divide,
    rules={"x": flat, "y": flat},
    domain=quotient_between_steps,
    label="//",
)
def floor_divide(x: Any, y: Any, /) -> Any:
    """The whole number at or below ``x / y``; the gradient is 0."""


@primitive(
    forward=np.remainder,
    rules={"x": lambda g: g, "y": lambda g, x, y: -g * np.floor_divide(x, y)},
    domain=quotient_between_steps,
    label="mod",
)
def remainder(x: Any, y: Any, /) -> Any:
    """``x - y * floor(x / y)``, which has the sign of ``y``."""


@primitive(
    forward=np.fmod,
    rules={"x": lambda g: g, "y": lambda g, x, y, out: -g * np.rint((x - out) / y)},
    domain=quotient_between_steps,
    label="fmod",
)
def fmod(x: Any, y: Any, /) -> Any:
    """``x - y * trunc(x / y)``, which has the sign of ``x``; the derivative by ``y`` is ``-trunc(x / y)``.

    >>> import autograd as ag
    >>> ag.fmod(ag.Tensor([-5.0, 5.0]), 3.0)
    Tensor([-2.,  2.], dtype=float64)
    """


@implements(np.divmod)
def divmod(x: Any, y: Any, /) -> tuple[Any, Any]:
    """``floor_divide`` and ``remainder``, in a tuple; the first one has a gradient of 0.

    >>> import autograd as ag
    >>> ag.divmod(ag.Tensor([-5.0, 5.0]), 3.0)
    (Tensor([-2.,  1.], dtype=float64), Tensor([1., 2.], dtype=float64))
    """
    return floor_divide(x, y), remainder(x, y)


# Parts


@primitive(rules={"x": lambda g: g}, domain=between_steps, label="frac")
def fractional_part(x: Any, /) -> Any:
    """What is left of each element without its whole part; the first result of ``modf``."""
    return np.modf(x)[0]


@primitive(rules={"x": flat}, domain=between_steps, label="trunc")
def whole_part(x: Any, /) -> Any:
    """The whole part of each element, as a floating number; the second result of ``modf``."""
    return np.modf(x)[1]


@implements(np.modf)
def modf(x: Any, /) -> tuple[Any, Any]:
    """The fractional and the whole part of each element, in a tuple, both with the sign of the element.

    The gradient passes through the fractional part; that of the whole part is 0.

    >>> import autograd as ag
    >>> ag.modf(ag.Tensor([1.5, -2.25]))
    (Tensor([ 0.5 , -0.25], dtype=float64), Tensor([ 1., -2.], dtype=float64))
    """
    x = operations.asarray(x)
    return fractional_part(x), whole_part(x)
