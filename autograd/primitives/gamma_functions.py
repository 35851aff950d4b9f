"""The gamma function, its logarithm and derivatives, and what is made of it, named as in ``scipy.special``.

SciPy computes them. The derivatives are in the NIST Digital Library of Mathematical Functions, chapter 5.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import refuse_complex
from ..registry import implements, operations
from .borrowed import found, from_scipy
from .declaration import primitive
from .domains import POSITIVE, Drawn, Interval, elementwise
from .rounding import flat

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "beta",
    "betaln",
    "digamma",
    "gamma",
    "gammaln",
    "gammasgn",
    "loggamma",
    "multigammaln",
    "poch",
    "polygamma",
    "psi",
    "rgamma",
]

#: Not so near to the pole at 0 that what is made of it grows.
_AWAY_FROM_ZERO = Interval(0.5, 4.0)


def _orders(draw: Draw) -> Drawn:
    return (draw.integer(0, 3), draw.array(_AWAY_FROM_ZERO)), {}


_zeta, _psi, _factor = (from_scipy(name, "polygamma") for name in ("zeta", "psi", "gamma"))


def _polygamma_rule(g: Any, n: Any, x: Any) -> Any:
    return g * polygamma.alike(n + 1, x)


@primitive(
    rules={"x": _polygamma_rule},
    domain=_orders,
    label="ψ⁽ⁿ⁾",
)
def polygamma(n: Any, x: Any, /) -> Any:
    """The ``n``-th derivative of ``digamma`` at real ``x``, for whole numbers ``n``, with broadcasting.

    It is ``(-1)**(n + 1) * n! * zeta(n + 1, x)`` (DLMF 25.11.12); there is no derivative by ``n``. Other than SciPy's,
    it keeps single precision if ``n`` is a Python number. Raises ``ValueError`` for a negative Python number ``n``.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> ag.special.polygamma(1, x)
    Tensor([1.64493407, 0.64493407], dtype=float64, ...)
    """
    refuse_complex(x)
    if isinstance(n, int):
        if n < 0:
            raise ValueError(f"n must be a whole number from 0 on, got {n}")
        return _psi(x) if n == 0 else (-1.0) ** (n + 1) * float(_factor(n + 1.0)) * _zeta(n + 1.0, x)
    is_first = n == 0
    order = np.where(is_first, 2.0, n + 1.0)
    return np.where(is_first, _psi(x), (-1.0) ** order * _factor(order) * _zeta(order, x))


@primitive(
    forward=from_scipy("digamma"),
    rules={"z": lambda g, z: g * polygamma.alike(1, z)},
    domain=elementwise(POSITIVE),
    label="ψ",
)
def digamma(z: Any, /) -> Any:
    """Derivative of ``gammaln``. For complex numbers it has no derivative here: SciPy lacks their ``polygamma``.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 1e4], requires_grad=True)
    >>> ag.special.digamma(x).sum().backward()
    >>> x.grad
    Tensor([1.64493407e+00, 1.00005000e-04], dtype=float64)
    """


@primitive(
    forward=from_scipy("psi"),
    rules={"z": lambda g, z: g * polygamma.alike(1, z)},
    domain=elementwise(POSITIVE),
    label="ψ",
)
def psi(z: Any, /) -> Any:
    """Another name of ``digamma``.

    >>> import autograd as ag
    >>> ag.special.psi(ag.Tensor([1.0, 2.0]))
    Tensor([-0.57721566,  0.42278434], dtype=float64)
    """


@primitive(
    forward=from_scipy("gamma"),
    rules={"z": lambda g, z, out: g * (out * digamma.alike(z))},
    domain=elementwise(_AWAY_FROM_ZERO),
    label="Γ",
)
def gamma(z: Any, /) -> Any:
    """Gamma function, which is ``(z - 1)!`` for whole numbers; it has poles at 0, -1, -2, ...

    Complex numbers have a first derivative here.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.5, 5.0], requires_grad=True)
    >>> ag.special.gamma(x)
    Tensor([ 1.77245385, 24.        ], dtype=float64, ...)
    """


@primitive(
    forward=from_scipy("gammaln"),
    rules={"x": lambda g, x: g * digamma.alike(x)},
    domain=elementwise(POSITIVE),
    label="ln |Γ|",
)
def gammaln(x: Any, /) -> Any:
    """Logarithm of the absolute value of the gamma function; real numbers only.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 1e4], requires_grad=True)
    >>> ag.special.gammaln(x).sum().backward()
    >>> x.grad
    Tensor([-0.57721566,  9.21029037], dtype=float64)
    """


@primitive(
    forward=from_scipy("loggamma"),
    rules={"z": lambda g, z: g * digamma.alike(z)},
    domain=elementwise(POSITIVE),
    label="ln Γ",
)
def loggamma(z: Any, /) -> Any:
    """Logarithm of the gamma function, on its principal branch: NaN for negative real numbers.

    Complex numbers have a first derivative here.

    >>> import autograd as ag
    >>> ag.special.loggamma(ag.Tensor([3.0 + 4.0j]))
    Tensor([-1.756...+4.742...j], dtype=complex128)
    """


@primitive(
    forward=from_scipy("gammasgn"),
    rules={"x": flat},
    domain=elementwise(POSITIVE),
    label="sign Γ",
)
def gammasgn(x: Any, /) -> Any:
    """Sign of the gamma function; the gradient is 0.

    >>> import autograd as ag
    >>> ag.special.gammasgn(ag.Tensor([-1.5, -0.5, 2.0]))
    Tensor([ 1., -1.,  1.], dtype=float64)
    """


def _rgamma_rule(g: Any, z: Any, out: Any) -> Any:
    """``-digamma(z) / Γ(z)``; left of 1/2 by reflection (DLMF 5.5.3), which is finite at the poles of Γ.

    At infinity, where the one is infinite and the other 0, it is 0.
    """
    is_left = z.real < 0.5
    mirrored = 1 - np.where(is_left, z, 0.5)
    angle = math.pi * mirrored
    left = gamma.alike(mirrored) * (-np.cos(angle) - np.sin(angle) * digamma.alike(mirrored) / math.pi)
    return g * np.where(is_left, left, -out * digamma.alike(np.where(is_left | np.isinf(z), 1, z)))


@primitive(
    forward=from_scipy("rgamma"), rules={"z": _rgamma_rule}, domain=elementwise(Interval(-2.0, 4.0)), label="1/Γ"
)
def rgamma(z: Any, /) -> Any:
    """``1 / gamma(z)``: 0 at the poles of the gamma function, where its derivative is exact as well.

    Complex numbers have a first derivative here.

    >>> import autograd as ag
    >>> x = ag.Tensor([-3.0, 0.0, 1.0], requires_grad=True)
    >>> ag.special.rgamma(x).sum().backward()
    >>> x.grad
    Tensor([-6.        ,  1.        ,  0.57721566], dtype=float64)
    """


# More made of gamma functions


@primitive(
    forward=from_scipy("beta"),
    rules={
        "a": lambda g, a, b, out: g * (out * (digamma.alike(a) - digamma.alike(a + b))),
        "b": lambda g, a, b, out: g * (out * (digamma.alike(b) - digamma.alike(a + b))),
    },
    domain=elementwise(_AWAY_FROM_ZERO, _AWAY_FROM_ZERO),
    label="B",
    settles_numbers=True,
)
def beta(a: Any, b: Any, /) -> Any:
    """Beta function, ``gamma(a) * gamma(b) / gamma(a + b)``, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.beta(ag.Tensor([1.0, 2.0]), 3.0)
    Tensor([0.33333333, 0.08333333], dtype=float64)
    """


@primitive(
    forward=from_scipy("betaln"),
    rules={
        "a": lambda g, a, b: g * (digamma.alike(a) - digamma.alike(a + b)),
        "b": lambda g, a, b: g * (digamma.alike(b) - digamma.alike(a + b)),
    },
    domain=elementwise(_AWAY_FROM_ZERO, _AWAY_FROM_ZERO),
    label="ln |B|",
    settles_numbers=True,
)
def betaln(a: Any, b: Any, /) -> Any:
    """Logarithm of the absolute value of the beta function, with broadcasting.

    >>> import autograd as ag
    >>> ag.special.betaln(ag.Tensor([1.0, 1e4]), 1e4)
    Tensor([-9.21034037e+00, -1.38662833e+04], dtype=float64)
    """


@primitive(
    forward=from_scipy("poch"),
    rules={
        "z": lambda g, z, m, out: g * (out * (digamma.alike(z + m) - digamma.alike(z))),
        "m": lambda g, z, m, out: g * (out * np.where(out == 0, 0, digamma.alike(z + m))),  # also at infinity
    },
    domain=elementwise(_AWAY_FROM_ZERO, _AWAY_FROM_ZERO),
    label="(z)ₘ",
)
def poch(z: Any, m: Any, /) -> Any:
    """Rising factorial ``gamma(z + m) / gamma(z)``, with broadcasting.

    Its derivatives are NaN where ``z`` or ``z + m`` is one of 0, -1, -2, ...

    >>> import autograd as ag
    >>> ag.special.poch(ag.Tensor([1.0, 2.0]), 3.0)
    Tensor([ 6., 24.], dtype=float64)
    """


@implements()
def multigammaln(a: Any, d: int) -> Any:
    """Logarithm of the multivariate gamma function of dimension ``d``, real numbers only.

    ``d (d-1)/4 ln π`` plus the sum of ``gammaln(a + (1 - j)/2)`` for ``j`` from 1 to ``d`` (DLMF 35.3.4). Other than
    SciPy, which raises, it gives NaN where ``a <= (d - 1)/2``. Raises ``ValueError`` if ``d`` is no positive integer.

    >>> import autograd as ag
    >>> x = ag.Tensor([2.0, 1e4], requires_grad=True)
    >>> ag.special.multigammaln(x, 3).sum().backward()
    >>> x.grad
    Tensor([-0.11794136, 27.6307211 ], dtype=float64)
    """
    if d < 1 or d != int(d):
        raise ValueError(f"multigammaln: the dimension d must be a positive integer, got {d!r}")
    found("gammaln", "multigammaln")  # or it would be gammaln that misses SciPy
    a = operations.asarray(a)
    a = operations.where(a > 0.5 * (d - 1), a, math.nan)
    total = gammaln(a) + d * (d - 1) / 4 * math.log(math.pi)
    for j in range(2, d + 1):
        total = total + gammaln(a - 0.5 * (j - 1))
    return total
