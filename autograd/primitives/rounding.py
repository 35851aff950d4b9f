"""Whole numbers near others, and what is left beside them: rounding, remainders, parts.

What is constant in pieces has a gradient of zero, as in PyTorch; what is left beside it has the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import implements, operations
from .comparison import between_steps, flat, floor_divide, quotient_between_steps, remainder
from .declaration import primitive

__all__ = [
    "divmod",
    "fix",
    "fmod",
    "modf",
    "rint",
    "trunc",
]


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
