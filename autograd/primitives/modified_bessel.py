"""Modified Bessel functions, and these scaled by exponentials, named as in ``scipy.special``, which computes them.

Each derivative is half the sum of the two neighbouring orders, with a minus sign for the second kind (NIST Digital
Library of Mathematical Functions, 10.29.1), in which nothing is divided by ``z``: it is exact at 0, too. There is none
by the order; where it would be needed, an error says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import refuse_complex
from .bessel import AWAY_FROM_ZERO, of_order, of_whole_order
from .borrowed import from_scipy
from .declaration import primitive
from .domains import NONZERO, REAL, elementwise
from .exponentials import i0, i0_derivative

__all__ = ["i0", "i0e", "i1", "i1e", "iv", "ive", "k0", "k0e", "k1", "k1e", "kn", "kv", "kve"]

# Modified, first kind


def _i1_rule(g: Any, x: Any) -> Any:
    return g * i0_derivative.alike(x, order=2)


@primitive(
    forward=from_scipy("i1"),
    rules={"x": _i1_rule},
    domain=elementwise(REAL),
    label="I₁",
)
def i1(x: Any, /) -> Any:
    """Modified Bessel function of the first kind and order 1; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> ag.special.i1(x)
    Tensor([0.       , 0.5651591], dtype=float64, ...)
    """


def _iv_rule(g: Any, v: Any, z: Any) -> Any:
    return g * (0.5 * (iv.alike(v - 1, z) + iv.alike(v + 1, z)))


@primitive(
    forward=from_scipy("iv"),
    rules={"v": None, "z": _iv_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="Iᵥ",
)
def iv(v: Any, z: Any, /) -> Any:
    """Modified Bessel function of the first kind and real order ``v``, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.iv(2, ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 0.13574767], dtype=float64)
    """


def _i0e_rule(g: Any, x: Any, out: Any) -> Any:
    return g * (i1e.alike(x) - np.sign(x) * out)


@primitive(
    forward=from_scipy("i0e"),
    rules={"x": _i0e_rule},
    domain=elementwise(NONZERO),
    label="e⁻ˣI₀",
)
def i0e(x: Any, /) -> Any:
    """``exp(-|x|) * i0(x)``, without overflow; its derivative at 0, where it has a kink, is 0. Real numbers only.

    >>> import autograd as ag
    >>> ag.special.i0e(ag.Tensor([0.0, 1e4]))
    Tensor([1.        , 0.00398947], dtype=float64)
    """


#: Beyond this, which float16 holds, the second order is taken from the others; SciPy's is NaN still farther away.
_FAR = 3e4


def _i1e_rule(g: Any, x: Any, out: Any) -> Any:
    is_far = np.abs(x) > _FAR
    i0, beyond = i0e.alike(x), out / np.where(is_far, x, 1)
    near = 0.5 * (i0 + ive.alike(2, np.where(is_far, 0, x)))
    return g * (np.where(is_far, i0 - beyond, near) - np.sign(x) * out)


@primitive(
    forward=from_scipy("i1e"),
    rules={"x": _i1e_rule},
    domain=elementwise(NONZERO),
    label="e⁻ˣI₁",
)
def i1e(x: Any, /) -> Any:
    """``exp(-|x|) * i1(x)``, without overflow; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0], requires_grad=True)
    >>> ag.special.i1e(x).backward()
    >>> x.grad
    Tensor([0.5], dtype=float64)
    """


def _ive_rule(g: Any, v: Any, z: Any, out: Any) -> Any:
    return g * (0.5 * (ive.alike(v - 1, z) + ive.alike(v + 1, z)) - np.sign(z) * out)


@primitive(
    rules={"v": None, "z": _ive_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="e⁻ˣIᵥ",
)
def ive(v: Any, z: Any, /) -> Any:
    """``exp(-|z|) * iv(v, z)``, without overflow, with broadcasting; real numbers only.

    >>> import autograd as ag
    >>> ag.special.ive(2, ag.Tensor([0.0, 1e4]))
    Tensor([0.        , 0.00398867], dtype=float64)
    """
    refuse_complex(z)
    return from_scipy("ive")(v, z)


# Modified, second kind


def _k0_rule(g: Any, x: Any) -> Any:
    return -g * k1.alike(x)


@primitive(forward=from_scipy("k0"), rules={"x": _k0_rule}, domain=elementwise(AWAY_FROM_ZERO), label="K₀")
def k0(x: Any, /) -> Any:
    """Modified Bessel function of the second kind and order 0: infinite at 0, NaN below; real numbers only.

    >>> import autograd as ag
    >>> ag.special.k0(ag.Tensor([1.0, 2.0]))
    Tensor([0.42102444, 0.11389387], dtype=float64)
    """


def _k1_rule(g: Any, x: Any) -> Any:
    return g * (-0.5 * (k0.alike(x) + kv.alike(2, x)))


@primitive(
    forward=from_scipy("k1"),
    rules={"x": _k1_rule},
    domain=elementwise(AWAY_FROM_ZERO),
    label="K₁",
)
def k1(x: Any, /) -> Any:
    """Modified Bessel function of the second kind and order 1: infinite at 0, NaN below; real numbers only.

    >>> import autograd as ag
    >>> ag.special.k1(ag.Tensor([1.0, 2.0]))
    Tensor([0.60190723, 0.13986588], dtype=float64)
    """


def _kv_rule(g: Any, v: Any, z: Any) -> Any:
    return g * (-0.5 * (kv.alike(v - 1, z) + kv.alike(v + 1, z)))


@primitive(
    forward=from_scipy("kv"),
    rules={"v": None, "z": _kv_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="Kᵥ",
)
def kv(v: Any, z: Any, /) -> Any:
    """Modified Bessel function of the second kind and real order ``v``, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.kv(2, ag.Tensor([1.0, 2.0]))
    Tensor([1.6248389 , 0.25375975], dtype=float64)
    """


def _kn_rule(g: Any, n: Any, x: Any) -> Any:
    n = np.trunc(n)  # as SciPy takes the order
    return g * (-0.5 * (kv.alike(n - 1, x) + kv.alike(n + 1, x)))


@primitive(
    forward=of_whole_order("kn"),
    rules={"x": _kn_rule},
    domain=lambda draw: ((draw.integer(0, 3), draw.array(AWAY_FROM_ZERO)), {}),
    label="Kₙ",
)
def kn(n: Any, x: Any, /) -> Any:
    """Modified Bessel function of the second kind and whole order ``n``, with broadcasting; real numbers only.

    >>> import autograd as ag
    >>> ag.special.kn(2, ag.Tensor([1.0, 2.0]))
    Tensor([1.6248389 , 0.25375975], dtype=float64)
    """


def _k0e_rule(g: Any, x: Any, out: Any) -> Any:
    return g * (out - k1e.alike(x))


@primitive(
    forward=from_scipy("k0e"),
    rules={"x": _k0e_rule},
    domain=elementwise(AWAY_FROM_ZERO),
    label="eˣK₀",
)
def k0e(x: Any, /) -> Any:
    """``exp(x) * k0(x)``, without underflow; real numbers only.

    >>> import autograd as ag
    >>> ag.special.k0e(ag.Tensor([1.0, 1e4]))
    Tensor([1.14446308, 0.01253298], dtype=float64)
    """


def _k1e_rule(g: Any, x: Any, out: Any) -> Any:
    return g * (out - 0.5 * (k0e.alike(x) + kve.alike(2, x)))


@primitive(
    forward=from_scipy("k1e"),
    rules={"x": _k1e_rule},
    domain=elementwise(AWAY_FROM_ZERO),
    label="eˣK₁",
)
def k1e(x: Any, /) -> Any:
    """``exp(x) * k1(x)``, without underflow; real numbers only.

    >>> import autograd as ag
    >>> ag.special.k1e(ag.Tensor([1.0, 1e4]))
    Tensor([1.63615349, 0.01253361], dtype=float64)
    """


def _kve_rule(g: Any, v: Any, z: Any, out: Any) -> Any:
    return g * (out - 0.5 * (kve.alike(v - 1, z) + kve.alike(v + 1, z)))


@primitive(
    forward=from_scipy("kve"),
    rules={"v": None, "z": _kve_rule},
    domain=of_order(AWAY_FROM_ZERO),
    label="eˣKᵥ",
)
def kve(v: Any, z: Any, /) -> Any:
    """``exp(z) * kv(v, z)``, without underflow, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.kve(2, ag.Tensor([1.0, 1e4]))
    Tensor([4.41677005, 0.01253549], dtype=float64)
    """
