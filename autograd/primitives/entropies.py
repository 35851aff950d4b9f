"""Products with logarithms, and the entropies and divergences made of them, named as in ``scipy.special``.

They need no SciPy. A factor 0 makes a product 0, whatever the logarithm is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import refuse_complex
from .declaration import primitive
from .domains import POSITIVE, REAL, Drawn, Interval, elementwise
from .numbers import in_floating, in_one_floating

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = ["entr", "kl_div", "rel_entr", "xlog1py", "xlogy"]


def _quotient(x: Any, y: Any) -> Any:
    """``x / y``, which is 0 where both are 0."""
    return x / np.where((x == 0) & (y == 0), 1, y)


def _log_rule(g: Any, x: Any, y: Any) -> Any:
    """``ln y``; where ``x`` is 0, and ``y`` is 0 or below, it is taken to be 0, as in PyTorch."""
    x, y = in_one_floating(x, y)
    return g * np.log(np.where((x == 0) & _is_up_to(y, 0), 1, y))


def _is_up_to(y: Any, pole: float) -> Any:
    """Where there is no logarithm of the distance to a pole; complex numbers have one beside it."""
    return y == pole if np.iscomplexobj(y) else y <= pole


@primitive(
    rules={"x": _log_rule, "y": lambda g, x, y: g * _quotient(x, y)},
    domain=elementwise(REAL, POSITIVE),
    label="x ln y",
    analytic=True,
    settles_numbers=True,
)
def xlogy(x: Any, y: Any, /) -> Any:
    """``x * ln(y)``, and 0 where ``x`` is 0 and ``y`` is a number; with broadcasting.

    There the derivative by ``y`` is 0, and that by ``x`` is ``ln(y)``, or 0 if ``y`` is 0, too, or below.

    >>> import autograd as ag
    >>> ag.special.xlogy(ag.Tensor([0.0, 2.0]), ag.Tensor([0.0, 1.0]))
    Tensor([0., 0.], dtype=float64)
    """
    x, y = in_one_floating(x, y)
    return x * np.log(np.where((x == 0) & ~np.isnan(y), 1, y))


def _log1p_rule(g: Any, x: Any, y: Any) -> Any:
    x, y = in_one_floating(x, y)
    return g * np.log1p(np.where((x == 0) & _is_up_to(y, -1), 0, y))


@primitive(
    rules={"x": _log1p_rule, "y": lambda g, x, y: g * _quotient(x, 1 + y)},
    domain=elementwise(REAL, Interval(-0.75, 3.0)),
    label="x ln(1+y)",
    analytic=True,
    settles_numbers=True,
)
def xlog1py(x: Any, y: Any, /) -> Any:
    """``x * ln(1 + y)``, and 0 where ``x`` is 0 and ``y`` is a number; with broadcasting.

    There the derivative by ``y`` is 0, and that by ``x`` is ``ln(1 + y)``, or 0 if ``y`` is -1 or below.

    >>> import autograd as ag
    >>> ag.special.xlog1py(ag.Tensor([0.0, 2.0]), ag.Tensor([-1.0, 1e-20]))
    Tensor([0.e+00, 2.e-20], dtype=float64)
    """
    x, y = in_one_floating(x, y)
    return x * np.log1p(np.where((x == 0) & ~np.isnan(y), 0, y))


@primitive(rules={"x": lambda g, x: g * (-1 - np.log(x))}, domain=elementwise(POSITIVE), label="-x ln x")
def entr(x: Any, /) -> Any:
    """``-x * ln(x)``, 0 at 0, ``-inf`` for negative numbers; real numbers only.

    Its derivative is ``-1 - ln(x)``: infinite at 0, and NaN for negative numbers, as in PyTorch.

    >>> import autograd as ag
    >>> ag.special.entr(ag.Tensor([0.0, 0.5, 1.0]))
    Tensor([ 0.        ,  0.34657359, -0.        ], dtype=float64)
    """
    refuse_complex(x)
    x = in_floating(x)
    is_positive = x > 0
    return np.where(is_positive, -x * np.log(np.where(is_positive, x, 1)), np.where(x < 0, -np.inf, x))


def _log_of_quotient(x: Any, y: Any) -> Any:
    """``ln(x / y)``, precise where the two are nearly equal; where both are 0, it is taken to be 0."""
    x, y = in_one_floating(x, y)
    both = (x == 0) & (y == 0)
    x, y = np.where(both, 1, x), np.where(both, 1, y)
    change = (x - y) / y
    is_near = np.abs(change) < 0.5
    return np.where(is_near, np.log1p(np.where(is_near, change, 0)), np.log(x) - np.log(y))


def _by_cases(x: Any, y: Any, inside: Any, at_zero: Any) -> Any:
    """One value where ``x`` and ``y`` are positive, another where ``x = 0 <= y``; beyond it is infinite."""
    both = x + y
    outside = np.where(np.isnan(both), both, np.inf)
    return np.where((x > 0) & (y > 0), inside, np.where((x == 0) & (y >= 0), at_zero, outside))


def _unequal(draw: Draw) -> Drawn:
    """Two positive numbers, nowhere equal: there the derivatives are 0, and numbers show what rounding leaves of it."""
    x, y = draw.broadcastable(Interval(0.2, 2.0), Interval(2.25, 4.0))
    return (x, y) if draw.boolean() else (y, x), {}


def _inside(x: Any, y: Any) -> tuple[Any, Any]:
    """Both, with 1 in their places unless both are positive."""
    is_inside = (x > 0) & (y > 0)
    return np.where(is_inside, x, 1), np.where(is_inside, y, 1)


@primitive(
    rules={
        "x": lambda g, x, y: g * (_log_of_quotient(x, y) + 1),
        "y": lambda g, x, y: -g * _quotient(x, y),
    },
    domain=elementwise(POSITIVE, POSITIVE),
    label="x ln(x/y)",
    settles_numbers=True,
)
def rel_entr(x: Any, y: Any, /) -> Any:
    """``x * ln(x / y)`` of positive numbers, 0 where ``x = 0 <= y``, infinite elsewhere; with broadcasting.

    The derivative by ``x`` is infinite where only ``x`` is 0, that by ``y`` is 0 there.

    >>> import autograd as ag
    >>> ag.special.rel_entr(ag.Tensor([0.0, 1.0, 2.0]), ag.Tensor([0.0, 0.0, 1.0]))
    Tensor([0.        ,        inf, 1.38629436], dtype=float64)
    """
    refuse_complex(x, y)
    x, y = in_one_floating(x, y)
    p, q = _inside(x, y)
    return _by_cases(x, y, p * _log_of_quotient(p, q), x)


@primitive(
    rules={
        "x": lambda g, x, y: g * _log_of_quotient(x, y),
        "y": lambda g, x, y: g * ((y - x) / np.where((x == 0) & (y == 0), 1, y)),
    },
    domain=_unequal,
    label="x ln(x/y) - x + y",
    settles_numbers=True,
)
def kl_div(x: Any, y: Any, /) -> Any:
    """``x * ln(x / y) - x + y`` of positive numbers, ``y`` where ``x = 0 <= y``, infinite elsewhere; with broadcasting.

    The derivative by ``x`` is infinite where only ``x`` is 0. PyTorch's loss of this name is another function.

    >>> import autograd as ag
    >>> ag.special.kl_div(ag.Tensor([0.0, 1.0, 2.0]), 1.0)
    Tensor([1.        , 0.        , 0.38629436], dtype=float64)
    """
    refuse_complex(x, y)
    x, y = in_one_floating(x, y)
    p, q = _inside(x, y)
    return _by_cases(x, y, p * _log_of_quotient(p, q) - (p - q), y)
