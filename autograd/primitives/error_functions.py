"""The error function, the normal distribution, and what belongs to them, named as in ``scipy.special``.

The derivatives are in the NIST Digital Library of Mathematical Functions, section 7.10. Real numbers are computed by
NumPy; complex ones, and the inverse functions, by SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import refuse_complex
from .borrowed import from_scipy
from .declaration import primitive
from .domains import REAL, Interval, elementwise
from .error_numerics import erf_of_reals, erfc_of_reals, erfcx_of_reals, ndtr_of_reals
from .numbers import in_floating

__all__ = [
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "log_ndtr",
    "ndtr",
    "ndtri",
    "ndtri_exp",
]

_TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)
_ROOT_PI = math.sqrt(math.pi)
_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)

#: Beyond this, ``exp(-x²/2)`` is 0.
_VANISHED = 60.0
#: From here on, the derivative of erfcx is a sum; before, a difference that loses less than three digits.
_SUMMED = 10.0
#: How many terms that sum has: with more of them it changes no more.
_TERMS = 12


def _unless_complex(real: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    """A function of real numbers, and the one of SciPy for complex ones."""
    of_complex = from_scipy(name)

    def forward(x: Any) -> Any:
        return of_complex(x) if np.iscomplexobj(x) else real(x)

    return forward


def _slope_of_bell(g: Any, x: Any, rate: float, out: Any) -> Any:
    near = x if x.dtype.kind == "c" else np.clip(x, -_VANISHED, _VANISHED)
    return g * (-2 * rate * near * out)


@primitive(rules={"x": _slope_of_bell}, domain=elementwise(REAL), label="exp(-x²)", analytic=True)
def bell(x: Any, /, rate: float = 1.0) -> Any:
    """``exp(-rate x²)``, for a rate of 1 or 1/2; all its derivatives are 0 at infinity."""
    with np.errstate(over="ignore"):
        return np.exp(-rate * (x * x))


@primitive(
    forward=_unless_complex(erf_of_reals, "erf"),
    rules={"x": lambda g, x: g * (_TWO_BY_ROOT_PI * bell.alike(x))},
    domain=elementwise(REAL),
    label="erf",
    analytic=True,
)
def erf(x: Any, /) -> Any:
    """Error function: twice the integral of ``exp(-t²) / √π`` from 0 to ``x``.

    It needs no SciPy for real numbers, whose results it gives to all but the last digit.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> ag.special.erf(x).sum().backward()
    >>> x.grad
    Tensor([1.12837917, 0.4151075 ], dtype=float64)
    """


@primitive(
    forward=_unless_complex(erfc_of_reals, "erfc"),
    rules={"x": lambda g, x: g * (-_TWO_BY_ROOT_PI * bell.alike(x))},
    domain=elementwise(REAL),
    label="erfc",
    analytic=True,
)
def erfc(x: Any, /) -> Any:
    """``1 - erf(x)``, precise where that is near 0, too; without SciPy for real numbers.

    >>> import autograd as ag
    >>> ag.special.erfc(ag.Tensor([0.0, 10.0]))
    Tensor([1.00000000e+00, 2.08848758e-45], dtype=float64)
    """


def _scaled_far(x: Any, is_large: Any) -> tuple[Any, Any]:
    """For large ``x``, ``1 / x`` and the sum ``t`` by which the slope of erfcx is ``-t / (√π x²)``.

    By the asymptotic series (DLMF 7.12.1), in which no digit cancels.
    """
    inverse = 1 / np.where(is_large, x, _SUMMED)
    share = 0.5 * inverse * inverse
    total: Any = 1.0
    for term in range(2 * _TERMS + 1, 1, -2):
        total = 1 - term * share * total
    return inverse, total


def _slope_of_erfcx(x: Any, out: Any) -> Any:
    """``2 x erfcx(x) - 2/√π``."""
    is_large = x > _SUMMED
    inverse, total = _scaled_far(x, is_large)
    far = -0.5 * _TWO_BY_ROOT_PI * inverse * inverse * total
    return np.where(is_large, far, 2 * np.where(is_large, 0, x) * out - _TWO_BY_ROOT_PI)


@primitive(
    forward=_unless_complex(erfcx_of_reals, "erfcx"),
    rules={"x": lambda g, x, out: g * _slope_of_erfcx(x, out)},
    domain=elementwise(REAL),
    label="erfcx",
    analytic=True,
)
def erfcx(x: Any, /) -> Any:
    """``exp(x²) erfc(x)``, which does not underflow for large ``x``; without SciPy for real numbers.

    >>> import autograd as ag
    >>> ag.special.erfcx(ag.Tensor([0.0, 1e4]))
    Tensor([1.00000000e+00, 5.64189581e-05], dtype=float64)
    """


@primitive(
    forward=from_scipy("erfi"),
    rules={"x": lambda g, x: g * (_TWO_BY_ROOT_PI * np.exp(x * x))},
    domain=elementwise(Interval(-2.0, 2.0)),
    label="erfi",
    analytic=True,
)
def erfi(x: Any, /) -> Any:
    """Imaginary error function ``-i erf(i x)``, by SciPy.

    >>> import autograd as ag
    >>> ag.special.erfi(ag.Tensor([0.0, 1.0]))
    Tensor([0.        , 1.65042576], dtype=float64)
    """


@primitive(
    forward=from_scipy("erfinv"),
    rules={"y": lambda g, out: g * (np.exp(out * out) / _TWO_BY_ROOT_PI)},
    domain=elementwise(Interval(-0.9, 0.9)),
    label="erf⁻¹",
)
def erfinv(y: Any, /) -> Any:
    """Inverse of ``erf``, by SciPy: infinite at -1 and 1, as its derivative is; NaN beyond.

    >>> import autograd as ag
    >>> ag.special.erfinv(ag.Tensor([0.0, 0.5]))
    Tensor([0.        , 0.47693628], dtype=float64)
    """


@primitive(
    forward=from_scipy("erfcinv"),
    rules={"y": lambda g, out: g * (-np.exp(out * out) / _TWO_BY_ROOT_PI)},
    domain=elementwise(Interval(0.1, 1.9)),
    label="erfc⁻¹",
)
def erfcinv(y: Any, /) -> Any:
    """Inverse of ``erfc``, by SciPy: infinite at 0 and 2, as its derivative is; NaN beyond.

    >>> import autograd as ag
    >>> ag.special.erfcinv(ag.Tensor([1.0, 1e-20]))
    Tensor([-0.        , 6.60158062], dtype=float64)
    """


# The normal distribution of mean 0 and variance 1


def normal_density(x: Any) -> Any:
    """``exp(-x²/2) / √(2π)``, the derivative of ``ndtr``, for arrays and Tensors alike."""
    return bell.alike(x, rate=0.5) / _ROOT_TWO_PI


@primitive(
    forward=_unless_complex(ndtr_of_reals, "ndtr"),
    rules={"x": lambda g, x: g * normal_density(x)},
    domain=elementwise(REAL),
    label="Φ",
    analytic=True,
)
def ndtr(x: Any, /) -> Any:
    """The share of the normal distribution below ``x``; without SciPy for real numbers.

    >>> import autograd as ag
    >>> ag.special.ndtr(ag.Tensor([-40.0, 0.0, 1.0]))
    Tensor([0.        , 0.5       , 0.84134475], dtype=float64)
    """


def _slope_of_ratio(g: Any, x: Any, out: Any) -> Any:
    """``-out (x + out)``, and where ``x`` is negative the same by the derivative of erfcx, in which nothing cancels.

    At infinity what it tends to: 0 above, -1 below.
    """
    is_lowest, is_endless = x == -np.inf, np.isinf(x)
    x, out = np.where(is_endless, 0, x), np.where(is_endless, 0, out)
    is_above = x > 0
    above = -out * (np.where(is_above, x, 0) + out)
    place = np.where(is_above, 0, -x) * _ROOT_HALF
    is_large = place > _SUMMED
    inverse, total = _scaled_far(place, is_large)
    far = out * inverse
    place, near = np.where(is_large, 0, place), np.where(is_large, 0, out)
    below = np.where(is_large, -0.5 * far * far * total, near * near * (_ROOT_PI * place * erfcx.alike(place) - 1))
    return g * np.where(is_lowest, -1, np.where(is_above, above, below))


@primitive(rules={"x": _slope_of_ratio}, domain=elementwise(REAL), label="φ/Φ")
def density_by_share(x: Any, /) -> Any:
    """The derivative of ``log_ndtr``: density of the normal distribution at ``x``, divided by its share below ``x``."""
    with np.errstate(divide="ignore"):
        return (2 / _ROOT_TWO_PI) / erfcx_of_reals(x * -_ROOT_HALF)


@primitive(rules={"x": lambda g, x: g * density_by_share.alike(x)}, domain=elementwise(REAL), label="ln Φ")
def log_ndtr(x: Any, /) -> Any:
    """``ln(ndtr(x))``, precise at both ends, as its derivative is; real numbers only, and without SciPy.

    >>> import autograd as ag
    >>> x = ag.Tensor([-1e4, 0.0, 1e4], requires_grad=True)
    >>> ag.special.log_ndtr(x)
    Tensor([-5.00000101e+07, -6.93147181e-01, -0.00000000e+00], dtype=float64, ...)
    >>> ag.special.log_ndtr(x).sum().backward()
    >>> x.grad
    Tensor([1.00000001e+04, 7.97884561e-01, 0.00000000e+00], dtype=float64)
    """
    refuse_complex(x)
    x = in_floating(x)
    below = np.minimum(x, -1)
    with np.errstate(divide="ignore", over="ignore"):
        tail = np.log(0.5 * erfcx_of_reals(below * -_ROOT_HALF)) - 0.5 * (below * below)
    return np.where(x < -1, tail, np.log1p(-0.5 * erfc_of_reals(np.maximum(x, -1) * _ROOT_HALF)))


@primitive(
    forward=from_scipy("ndtri"),
    rules={"y": lambda g, out: g * (_ROOT_TWO_PI * np.exp(0.5 * (out * out)))},
    domain=elementwise(Interval(0.1, 0.9)),
    label="Φ⁻¹",
)
def ndtri(y: Any, /) -> Any:
    """Inverse of ``ndtr``, by SciPy: infinite at 0 and 1, as its derivative is; NaN beyond.

    >>> import autograd as ag
    >>> ag.special.ndtri(ag.Tensor([0.5, 0.975]))
    Tensor([0.        , 1.95996398], dtype=float64)
    """


@primitive(
    forward=from_scipy("ndtri_exp"),
    rules={"y": lambda g, out: g / density_by_share.alike(out)},
    domain=elementwise(Interval(-4.0, -0.1)),
    label="(ln Φ)⁻¹",
)
def ndtri_exp(y: Any, /) -> Any:
    """Inverse of ``log_ndtr``, by SciPy, for ``y <= 0``.

    >>> import autograd as ag
    >>> ag.special.ndtri_exp(ag.Tensor([-1e4, -1.0]))
    Tensor([-141.37983987,   -0.33747496], dtype=float64)
    """
