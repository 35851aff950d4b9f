"""Hyperbolic functions and their inverses, besides ``tanh``, which is in ``elementwise``.

The derivatives are written so that they stay exact near the ends of a domain and do not overflow far from the middle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .declaration import primitive
from .domains import REAL, Interval, elementwise

__all__ = [
    "acosh",
    "arccosh",
    "arcsinh",
    "arctanh",
    "asinh",
    "atanh",
    "cosh",
    "sinh",
]


@primitive(
    forward=np.sinh, rules={"x": lambda g, x: g * np.cosh(x)}, domain=elementwise(REAL), label="sinh", analytic=True
)
def sinh(x: Any, /) -> Any:
    """Hyperbolic sine of each element.

    >>> import autograd as ag
    >>> ag.sinh(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 1.17520119], dtype=float64)
    """


@primitive(
    forward=np.cosh, rules={"x": lambda g, x: g * np.sinh(x)}, domain=elementwise(REAL), label="cosh", analytic=True
)
def cosh(x: Any, /) -> Any:
    """Hyperbolic cosine of each element.

    >>> import autograd as ag
    >>> ag.cosh(ag.Tensor([0.0, 1.0]))
    Tensor([1.        , 1.54308063], dtype=float64)
    """


def _root_of_one_plus_square(x: Any) -> Any:
    """``sqrt(1 + x**2)``, without overflow for real ``x``."""
    return np.sqrt(1 + x * x) if x.dtype.kind == "c" else np.hypot(1, x)


@primitive(
    forward=np.arcsinh,
    rules={"x": lambda g, x: g / _root_of_one_plus_square(x)},
    domain=elementwise(REAL),
    label="arsinh",
    analytic=True,
)
def asinh(x: Any, /) -> Any:
    """Inverse hyperbolic sine of each element.

    >>> import autograd as ag
    >>> ag.asinh(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 0.88137359], dtype=float64)
    """


@primitive(
    forward=np.arccosh,
    rules={"x": lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1))},
    domain=elementwise(Interval(1.2, 4.0)),
    label="arcosh",
    analytic=True,
)
def acosh(x: Any, /) -> Any:
    """Inverse hyperbolic cosine of each element; NaN below 1 for real numbers. Its slope at 1 is infinite.

    >>> import autograd as ag
    >>> ag.acosh(ag.Tensor([1.0, 2.0]))
    Tensor([0.        , 1.3169579], dtype=float64)
    """


@primitive(
    forward=np.arctanh,
    rules={"x": lambda g, x: g / ((1 - x) * (1 + x))},
    domain=elementwise(Interval(-0.9, 0.9)),
    label="artanh",
    analytic=True,
)
def atanh(x: Any, /) -> Any:
    """Inverse hyperbolic tangent of each element; infinite at -1 and 1, NaN beyond for real numbers.

    >>> import autograd as ag
    >>> ag.atanh(ag.Tensor([0.0, 0.5]))
    Tensor([0.        , 0.54930614], dtype=float64)
    """


# NumPy's older names

arcsinh, arccosh, arctanh = asinh, acosh, atanh
