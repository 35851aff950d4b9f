"""Bessel functions of the first and second kind, named as in ``scipy.special``, which computes them.

Each derivative is half the difference of the two neighbouring orders (NIST Digital Library of Mathematical Functions,
10.6.1), in which nothing is divided by ``z``: it is exact at 0, too. There is none by the order; where it would be
needed, an error says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .borrowed import from_scipy
from .declaration import primitive
from .domains import REAL, Drawn, Interval, elementwise

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..testing.strategies import Draw

__all__ = ["j0", "j1", "jn", "jv", "y0", "y1", "yn", "yv"]

#: Away from the poles at 0 of the functions of the second kind.
AWAY_FROM_ZERO = Interval(0.5, 4.0)


def of_order(interval: Interval) -> Callable[[Draw], Drawn]:
    """A whole or half order, and numbers from an interval."""

    def domain(draw: Draw) -> Drawn:
        return (draw.choice([0, 1, 2, 0.5, 2.5]), draw.array(interval)), {}

    return domain


def of_whole_order(name: str) -> Callable[[Any, Any], Any]:
    """A function of SciPy, which would go to double precision for an order that is an integer."""
    function = from_scipy(name)
    return lambda n, x: function(n * 1.0, x)


# First kind


def _j0_rule(g: Any, x: Any) -> Any:
    return -g * j1.alike(x)


@primitive(forward=from_scipy("j0"), rules={"x": _j0_rule}, domain=elementwise(REAL), label="J₀")
def j0(x: Any, /) -> Any:
    """Bessel function of the first kind and order 0; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> ag.special.j0(x).sum().backward()
    >>> x.grad
    Tensor([-0.        , -0.44005059], dtype=float64)
    """


def _j1_rule(g: Any, x: Any) -> Any:
    return g * (0.5 * (j0.alike(x) - jv.alike(2, x)))


@primitive(
    forward=from_scipy("j1"),
    rules={"x": _j1_rule},
    domain=elementwise(REAL),
    label="J₁",
)
def j1(x: Any, /) -> Any:
    """Bessel function of the first kind and order 1; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0], requires_grad=True)
    >>> ag.special.j1(x).backward()
    >>> x.grad
    Tensor([0.5], dtype=float64)
    """


def _jv_rule(g: Any, v: Any, z: Any) -> Any:
    return g * (0.5 * (jv.alike(v - 1, z) - jv.alike(v + 1, z)))


@primitive(
    forward=from_scipy("jv"),
    rules={"v": None, "z": _jv_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="Jᵥ",
)
def jv(v: Any, z: Any, /) -> Any:
    """Bessel function of the first kind and real order ``v``, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.jv(2, ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 0.11490348], dtype=float64)
    """


@primitive(
    forward=from_scipy("jv", "jn"),
    rules={"v": None, "z": _jv_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="Jᵥ",
)
def jn(v: Any, z: Any, /) -> Any:
    """Another name of ``jv``.

    >>> import autograd as ag
    >>> ag.special.jn(2, ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 0.11490348], dtype=float64)
    """


# Second kind


def _y0_rule(g: Any, x: Any) -> Any:
    return -g * y1.alike(x)


@primitive(forward=from_scipy("y0"), rules={"x": _y0_rule}, domain=elementwise(AWAY_FROM_ZERO), label="Y₀")
def y0(x: Any, /) -> Any:
    """Bessel function of the second kind and order 0: ``-inf`` at 0, NaN for negative numbers; real numbers only.

    >>> import autograd as ag
    >>> ag.special.y0(ag.Tensor([1.0, 2.0]))
    Tensor([0.08825696, 0.51037567], dtype=float64)
    """


def _y1_rule(g: Any, x: Any) -> Any:
    return g * (0.5 * (y0.alike(x) - yv.alike(2, x)))


@primitive(
    forward=from_scipy("y1"),
    rules={"x": _y1_rule},
    domain=elementwise(AWAY_FROM_ZERO),
    label="Y₁",
)
def y1(x: Any, /) -> Any:
    """Bessel function of the second kind and order 1: ``-inf`` at 0, NaN for negative numbers; real numbers only.

    >>> import autograd as ag
    >>> ag.special.y1(ag.Tensor([1.0, 2.0]))
    Tensor([-0.78121282, -0.10703243], dtype=float64)
    """


def _yv_rule(g: Any, v: Any, z: Any) -> Any:
    return g * (0.5 * (yv.alike(v - 1, z) - yv.alike(v + 1, z)))


@primitive(
    forward=from_scipy("yv"),
    rules={"v": None, "z": _yv_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="Yᵥ",
)
def yv(v: Any, z: Any, /) -> Any:
    """Bessel function of the second kind and real order ``v``, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.yv(2, ag.Tensor([1.0, 2.0]))
    Tensor([-1.65068261, -0.6174081 ], dtype=float64)
    """


def _yn_rule(g: Any, n: Any, x: Any) -> Any:
    n = np.trunc(n)  # as SciPy takes the order
    return g * (0.5 * (yv.alike(n - 1, x) - yv.alike(n + 1, x)))


@primitive(
    forward=of_whole_order("yn"),
    rules={"x": _yn_rule},
    domain=lambda draw: ((draw.integer(0, 3), draw.array(AWAY_FROM_ZERO)), {}),
    label="Yₙ",
)
def yn(n: Any, x: Any, /) -> Any:
    """Bessel function of the second kind and whole order ``n``, with broadcasting; real numbers only.

    >>> import autograd as ag
    >>> ag.special.yn(2, ag.Tensor([1.0, 2.0]))
    Tensor([-1.65068261, -0.6174081 ], dtype=float64)
    """
