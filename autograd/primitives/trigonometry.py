"""Trigonometric functions, their inverses, and angles; arguments in radians unless said otherwise.

The derivatives are those of any table of calculus, written so that they stay exact near the ends of a domain and do
not overflow far from the middle.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import NONZERO, REAL, Interval, elementwise

__all__ = [
    "acos",
    "angle",
    "arccos",
    "arcsin",
    "arctan",
    "arctan2",
    "asin",
    "atan",
    "atan2",
    "deg2rad",
    "degrees",
    "hypot",
    "rad2deg",
    "radians",
    "sinc",
    "tan",
]

#: Away from the ends of [-1, 1], where the slopes of arcsine and its kin are infinite.
_INSIDE = Interval(-0.9, 0.9)


# Trigonometric functions


@primitive(
    forward=np.tan,
    rules={"x": lambda g, out: g * (1 + out * out)},
    domain=elementwise(Interval(-1.2, 1.2)),
    label="tan",
    analytic=True,
)
def tan(x: Any, /) -> Any:
    """Tangent of each element, in radians.

    >>> import autograd as ag
    >>> ag.tan(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 1.55740772], dtype=float64)
    """


@primitive(
    forward=np.arcsin,
    rules={"x": lambda g, x: g / np.sqrt((1 - x) * (1 + x))},
    domain=elementwise(_INSIDE),
    label="arcsin",
    analytic=True,
)
def asin(x: Any, /) -> Any:
    """Inverse sine of each element, in radians; NaN outside [-1, 1] for real ones. Its slope at the ends is infinite.

    >>> import autograd as ag
    >>> ag.asin(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 1.57079633], dtype=float64)
    """


@primitive(
    forward=np.arccos,
    rules={"x": lambda g, x: -g / np.sqrt((1 - x) * (1 + x))},
    domain=elementwise(_INSIDE),
    label="arccos",
    analytic=True,
)
def acos(x: Any, /) -> Any:
    """Inverse cosine of each element, in radians; NaN outside [-1, 1] for real ones. Its slope at the ends is infinite.

    >>> import autograd as ag
    >>> ag.acos(ag.Tensor([0.0, 1.0]))
    Tensor([1.57079633, 0.        ], dtype=float64)
    """


def _atan_rule(g: Any, x: Any) -> Any:
    if x.dtype.kind == "c":
        return g / (1 + x * x)
    root = np.hypot(1, x)  # whose square may overflow, where the derivative has become 0
    return g / root / root


@primitive(forward=np.arctan, rules={"x": _atan_rule}, domain=elementwise(REAL), label="arctan", analytic=True)
def atan(x: Any, /) -> Any:
    """Inverse tangent of each element, in radians.

    >>> import autograd as ag
    >>> ag.atan(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 0.78539816], dtype=float64)
    """


# The plane: lengths and angles of points. Both are taken to be flat at the origin, where they have no derivative.


def _unless_zero(numerator: Any, denominator: Any) -> Any:
    """A quotient, which is 0 wherever the denominator is."""
    return np.where(denominator == 0, 0, numerator / np.where(denominator == 0, 1, denominator))


@primitive(
    forward=np.hypot,
    rules={"x": lambda g, x, out: g * _unless_zero(x, out), "y": lambda g, y, out: g * _unless_zero(y, out)},
    domain=elementwise(REAL, NONZERO),
    label="hypot",
)
def hypot(x: Any, y: Any, /) -> Any:
    """``sqrt(x**2 + y**2)`` without overflow, with broadcasting; its derivative at the origin is taken to be 0.

    >>> import autograd as ag
    >>> ag.hypot(ag.Tensor([3.0, 0.0]), ag.Tensor([4.0, 0.0]))
    Tensor([5., 0.], dtype=float64)
    """


def _atan2_rule(g: Any, across: Any, length: Any) -> Any:
    """``across / length**2`` as a product of quotients neither of which overflows."""
    return _unless_zero(g * _unless_zero(across, length), length)


@primitive(
    forward=np.arctan2,
    rules={
        "y": lambda g, y, x: _atan2_rule(g, x, np.hypot(x, y)),
        "x": lambda g, y, x: -_atan2_rule(g, y, np.hypot(x, y)),
    },
    domain=elementwise(NONZERO, REAL),
    label="atan2",
)
def atan2(y: Any, x: Any, /) -> Any:
    """Angle of the point ``(x, y)``, from -π to π, with broadcasting; its derivative at the origin is taken to be 0.

    >>> import autograd as ag
    >>> ag.atan2(ag.Tensor([1.0, 0.0]), ag.Tensor([0.0, -1.0]))
    Tensor([1.57079633, 3.14159265], dtype=float64)
    """


@implements(np.angle)
def angle(z: Any, /, deg: bool = False) -> Any:
    """Angle of each complex number, from -π to π, or in degrees; 0 or π for real ones, with a gradient of 0.

    The derivative at 0 is taken to be 0, as in PyTorch.

    >>> import autograd as ag
    >>> ag.angle(ag.Tensor([1j, -1.0]), deg=True)
    Tensor([ 90., 180.], dtype=float64)
    """
    z = operations.asarray(z)
    radians = atan2(operations.imag(z) if z.dtype.kind == "c" else 0, operations.real(z))
    return operations.multiply(radians, 180 / math.pi) if deg else radians


@primitive(
    forward=np.deg2rad,
    rules={"x": lambda g: g * (math.pi / 180)},
    domain=elementwise(REAL),
    label="deg→rad",
    numpy=[np.radians],
)
def deg2rad(x: Any, /) -> Any:
    """Convert degrees to radians.

    >>> import autograd as ag
    >>> ag.deg2rad(ag.Tensor([0.0, 180.0]))
    Tensor([0.        , 3.14159265], dtype=float64)
    """


@primitive(
    forward=np.rad2deg,
    rules={"x": lambda g: g * (180 / math.pi)},
    domain=elementwise(REAL),
    label="rad→deg",
    numpy=[np.degrees],
)
def rad2deg(x: Any, /) -> Any:
    """Convert radians to degrees.

    >>> import autograd as ag
    >>> ag.rad2deg(ag.Tensor([0.0, 1.0]))
    Tensor([ 0.        , 57.29577951], dtype=float64)
    """


# The sine beside its argument


def _sinc_rule(g: Any, x: Any, order: int) -> Any:
    return g * sinc_derivative.alike(x, order=order + 1)


@primitive(
    rules={"x": _sinc_rule},
    domain=lambda draw: ((draw.array(REAL),), {"order": draw.integer(1, 3)}),
    label="sinc′",
    analytic=True,
)
def sinc_derivative(x: Any, /, order: int) -> Any:
    """The derivative of the given order of ``sinc``, as precise at 0 and near it as elsewhere.

    With ``t = πx`` and ``f = sin(t) / t``, differentiating ``t f = sin(t)`` n times gives
    ``f⁽ⁿ⁾ = (sin(t + nπ/2) - n f⁽ⁿ⁻¹⁾) / t``. That loses digits for ``t`` below ``n``, where the power series of ``f``,
    differentiated term by term, converges fast.
    """
    t = math.pi * x
    is_near = np.abs(t) < order + 1
    return math.pi**order * np.where(
        is_near, _sinc_series(np.where(is_near, t, 0), order), _sinc_recurrence(np.where(is_near, 1, t), order)
    )


def _sinc_recurrence(t: Any, order: int) -> Any:
    sine, cosine = np.sin(t), np.cos(t)
    value = sine / t
    for n in range(1, order + 1):
        value = ((sine, cosine, -sine, -cosine)[n % 4] - n * value) / t
    return value


def _sinc_series(t: Any, order: int) -> Any:
    first = (order + 1) // 2
    square, total = t * t, t * 0
    for k in reversed(range(first, first + 12 + 2 * order)):
        total = total * square + (-1) ** k / (math.factorial(2 * k - order) * (2 * k + 1))
    return total * t if order % 2 else total


@primitive(
    rules={"x": lambda g, x: g * sinc_derivative.alike(x, order=1)},
    domain=elementwise(REAL),
    label="sinc",
    analytic=True,
    numpy=[np.sinc],
)
def sinc(x: Any, /) -> Any:
    """``sin(πx) / (πx)`` for each element, 1 at 0. All its derivatives are exact at 0, too.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.5, 1.0], requires_grad=True)
    >>> ag.sinc(x).sum().backward()
    >>> x.grad
    Tensor([-1.27323954, -1.        ], dtype=float64)
    """
    return np.sinc(x)


# NumPy's older names

arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
radians, degrees = deg2rad, rad2deg
