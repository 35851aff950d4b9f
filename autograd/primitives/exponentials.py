"""More exponentials, logarithms, roots and powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import NONZERO, POSITIVE, REAL, elementwise
from .elementwise import sigmoid

__all__ = [
    "cbrt",
    "exp2",
    "float_power",
    "i0",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "reciprocal",
]

_LN2 = math.log(2)
_LN10 = math.log(10)


@primitive(
    forward=np.exp2,
    rules={"x": lambda g, out: g * (out * _LN2)},
    domain=elementwise(REAL),
    label="2ˣ",
    analytic=True,
)
def exp2(x: Any, /) -> Any:
    """2 to the power of each element.

    >>> import autograd as ag
    >>> ag.exp2(ag.Tensor([0.0, 3.0]))
    Tensor([1., 8.], dtype=float64)
    """


@primitive(
    forward=np.log2,
    rules={"x": lambda g, x: g / (x * _LN2)},
    domain=elementwise(POSITIVE),
    label="log₂",
    analytic=True,
)
def log2(x: Any, /) -> Any:
    """Logarithm to base 2 of each element; ``-inf`` at 0, NaN for negative real numbers.

    >>> import autograd as ag
    >>> ag.log2(ag.Tensor([1.0, 8.0]))
    Tensor([0., 3.], dtype=float64)
    """


@primitive(
    forward=np.log10,
    rules={"x": lambda g, x: g / (x * _LN10)},
    domain=elementwise(POSITIVE),
    label="log₁₀",
    analytic=True,
)
def log10(x: Any, /) -> Any:
    """Logarithm to base 10 of each element; ``-inf`` at 0, NaN for negative real numbers.

    >>> import autograd as ag
    >>> ag.log10(ag.Tensor([1.0, 1000.0]))
    Tensor([0., 3.], dtype=float64)
    """


def exponential_share(x: Any, y: Any, scale: float = 1.0) -> Any:
    """``exp(x) / (exp(x) + exp(y))`` to a base: a half where both are infinitely large, or infinitely small."""
    is_same = np.isinf(x) & (x == y)
    return sigmoid.alike(scale * (np.where(is_same, 0, x) - np.where(is_same, 0, y)))


@primitive(
    forward=np.logaddexp,
    rules={"x": lambda g, x, y: g * exponential_share(x, y), "y": lambda g, x, y: g * exponential_share(y, x)},
    domain=elementwise(REAL, REAL),
    label="ln(eˣ+eʸ)",
)
def logaddexp(x: Any, y: Any, /) -> Any:
    """``ln(exp(x) + exp(y))`` without overflow, with broadcasting; real numbers only.

    >>> import autograd as ag
    >>> ag.logaddexp(ag.Tensor([0.0, 1000.0]), 0.0)
    Tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """


@primitive(
    forward=np.logaddexp2,
    rules={
        "x": lambda g, x, y: g * exponential_share(x, y, _LN2),
        "y": lambda g, x, y: g * exponential_share(y, x, _LN2),
    },
    domain=elementwise(REAL, REAL),
    label="log₂(2ˣ+2ʸ)",
)
def logaddexp2(x: Any, y: Any, /) -> Any:
    """``log2(2**x + 2**y)`` without overflow, with broadcasting; real numbers only.

    >>> import autograd as ag
    >>> ag.logaddexp2(ag.Tensor([0.0, 5000.0]), ag.Tensor([0.0, 5000.0]))
    Tensor([1.000e+00, 5.001e+03], dtype=float64)
    """


@primitive(forward=np.cbrt, rules={"x": lambda g, out: g / (3 * out * out)}, domain=elementwise(NONZERO), label="∛")
def cbrt(x: Any, /) -> Any:
    """Cube root of each element, negative for negative ones; its derivative at 0 is infinite.

    >>> import autograd as ag
    >>> ag.cbrt(ag.Tensor([-8.0, 27.0]))
    Tensor([-2.,  3.], dtype=float64)
    """


@primitive(
    forward=np.reciprocal,
    rules={"x": lambda g, out: -g * out * out},
    domain=elementwise(NONZERO),
    label="1/x",
    analytic=True,
)
def reciprocal(x: Any, /) -> Any:
    """``1 / x`` for each element. Integers stay integers, as in NumPy, and have no gradient.

    >>> import autograd as ag
    >>> ag.reciprocal(ag.Tensor([2.0, -4.0]))
    Tensor([ 0.5 , -0.25], dtype=float64)
    """


@implements(np.float_power)
def float_power(x: Any, y: Any, /) -> Any:
    """``power`` in double precision or better, whatever the operands are; gradients as those of ``power``.

    >>> import autograd as ag
    >>> ag.float_power(ag.Tensor([2, 3]), -1)
    Tensor([0.5       , 0.33333333], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    dtype = np.result_type(x.dtype, y.dtype, np.float64)
    return operations.power(operations.astype(x, dtype, copy=False), operations.astype(y, dtype, copy=False))


# The modified Bessel function of order 0

#: Angles of a quarter turn over which its integral is summed: enough for all numbers that do not overflow.
_COSINES = [math.cos(math.pi * (place + 0.5) / 128) for place in range(64)]

#: What is as large as this has an infinite exponential, and is no larger, so that the terms of the sum are not all 0.
_OVERFLOWN = 1000.0


def _i0_rule(g: Any, x: Any, order: int) -> Any:
    return g * i0_derivative.alike(x, order=order + 1)


@primitive(
    rules={"x": _i0_rule},
    domain=lambda draw: ((draw.array(REAL),), {"order": draw.integer(1, 3)}),
    label="I₀′",
)
def i0_derivative(x: Any, /, order: int) -> Any:
    """The derivative of the given order of ``i0``; the first one is the modified Bessel function of order 1.

    I₀(x) is the mean of ``cosh(x cos θ)`` over a quarter turn (NIST Digital Library of Mathematical Functions,
    10.32.1), so its derivatives are means of ``cosⁿ θ`` times ``cosh(x cos θ)`` or ``sinh(x cos θ)``. Sums
    over equal steps converge exponentially, and no digits are lost, for all terms have one sign.
    """
    size = np.minimum(np.abs(x), _OVERFLOWN)
    total = size * 0
    for cosine in _COSINES:
        falling = -2 * cosine * size
        ends = -np.expm1(falling) if order % 2 else 1 + np.exp(falling)
        total = total + cosine**order * np.exp((cosine - 1) * size) * ends
    mean = total * np.exp(size) / (2 * len(_COSINES))
    return np.sign(x) * mean if order % 2 else mean


@primitive(
    rules={"x": lambda g, x: g * i0_derivative.alike(x, order=1)},
    domain=elementwise(REAL),
    label="I₀",
    numpy=[np.i0],
)
def i0(x: Any, /) -> Any:
    """Modified Bessel function of the first kind and order 0 of each element; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> ag.i0(x).sum().backward()
    >>> x.grad
    Tensor([0.        , 0.5651591], dtype=float64)
    """
    return np.i0(x)
