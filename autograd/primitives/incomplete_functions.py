"""Incomplete gamma and beta functions, regularised, and their inverses, named as in ``scipy.special``.

SciPy computes them. The derivatives by the last argument are in the NIST Digital Library of Mathematical Functions,
chapter 8. Those by the parameters ``a`` and ``b`` are not known; where one would be needed, an error says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .borrowed import from_scipy
from .declaration import primitive
from .domains import POSITIVE, Drawn, Interval
from .entropies import xlog1py, xlogy
from .gamma_functions import betaln, gammaln
from .numbers import in_one_floating

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..testing.strategies import Draw

__all__ = [
    "betainc",
    "betaincc",
    "betaincinv",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
]

_SHARE = Interval(0.1, 0.9)


def _with_parameters(count: int, interval: Interval) -> Callable[[Draw], Drawn]:
    """Numbers as parameters, of which there is no derivative, and an array from an interval."""

    def domain(draw: Draw) -> Drawn:
        parameters = (draw.choice([0.5, 1, 2.25, 4]) for _ in range(count))
        return (*parameters, draw.array(interval)), {}

    return domain


# Gamma functions


def _gamma_density(a: Any, x: Any) -> Any:
    """``x**(a-1) exp(-x) / Γ(a)``, the derivative of ``gammainc`` by ``x`` (DLMF 8.8.13); 0 at infinity."""
    a, x = in_one_floating(a, x)
    is_endless = np.isinf(x)
    x = np.where(is_endless, 1, x)
    return np.where(is_endless, 0, np.exp(xlogy.alike(a - 1, x) - x - gammaln.alike(a)))


@primitive(
    forward=from_scipy("gammainc"),
    rules={"a": None, "x": lambda g, a, x: g * _gamma_density(a, x)},
    domain=_with_parameters(1, POSITIVE),
    label="P(a, x)",
    settles_numbers=True,
)
def gammainc(a: Any, x: Any, /) -> Any:
    """Regularised lower incomplete gamma function, from 0 at ``x = 0`` to 1; there is no derivative by ``a``.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> ag.special.gammainc(1.0, x).sum().backward()
    >>> x.grad
    Tensor([1.        , 0.36787944], dtype=float64)
    """


@primitive(
    forward=from_scipy("gammaincc"),
    rules={"a": None, "x": lambda g, a, x: -g * _gamma_density(a, x)},
    domain=_with_parameters(1, POSITIVE),
    label="Q(a, x)",
    settles_numbers=True,
)
def gammaincc(a: Any, x: Any, /) -> Any:
    """Regularised upper incomplete gamma function, ``1 - gammainc(a, x)``; there is no derivative by ``a``.

    >>> import autograd as ag
    >>> ag.special.gammaincc(1.0, ag.Tensor([0.0, 50.0]))
    Tensor([1.00000000e+00, 1.92874985e-22], dtype=float64)
    """


@primitive(
    forward=from_scipy("gammaincinv"),
    rules={"a": None, "y": lambda g, a, out: g / _gamma_density(a, out)},
    domain=_with_parameters(1, _SHARE),
    label="P⁻¹(a, y)",
    settles_numbers=True,
)
def gammaincinv(a: Any, y: Any, /) -> Any:
    """Inverse of ``gammainc`` by its second argument; there is no derivative by ``a``.

    >>> import autograd as ag
    >>> ag.special.gammaincinv(1.0, ag.Tensor([0.0, 0.5]))
    Tensor([0.        , 0.69314718], dtype=float64)
    """


@primitive(
    forward=from_scipy("gammainccinv"),
    rules={"a": None, "y": lambda g, a, out: -g / _gamma_density(a, out)},
    domain=_with_parameters(1, _SHARE),
    label="Q⁻¹(a, y)",
    settles_numbers=True,
)
def gammainccinv(a: Any, y: Any, /) -> Any:
    """Inverse of ``gammaincc`` by its second argument; there is no derivative by ``a``.

    >>> import autograd as ag
    >>> ag.special.gammainccinv(1.0, ag.Tensor([1.0, 0.5]))
    Tensor([0.        , 0.69314718], dtype=float64)
    """


# Beta functions


def _beta_density(a: Any, b: Any, x: Any) -> Any:
    """``x**(a-1) (1-x)**(b-1) / B(a, b)``, the derivative of ``betainc`` by ``x`` (DLMF 8.17.1)."""
    a, b, x = in_one_floating(a, b, x)
    return np.exp(xlogy.alike(a - 1, x) + xlog1py.alike(b - 1, -x) - betaln.alike(a, b))


@primitive(
    forward=from_scipy("betainc"),
    rules={"a": None, "b": None, "x": lambda g, a, b, x: g * _beta_density(a, b, x)},
    domain=_with_parameters(2, _SHARE),
    label="I(a, b, x)",
)
def betainc(a: Any, b: Any, x: Any, /) -> Any:
    """Regularised incomplete beta function, for ``x`` from 0 to 1; there is no derivative by ``a`` or ``b``.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 0.5], requires_grad=True)
    >>> ag.special.betainc(1.0, 2.0, x).sum().backward()
    >>> x.grad
    Tensor([2., 1.], dtype=float64)
    """


@primitive(
    forward=from_scipy("betaincc"),
    rules={"a": None, "b": None, "x": lambda g, a, b, x: -g * _beta_density(a, b, x)},
    domain=_with_parameters(2, _SHARE),
    label="1-I(a, b, x)",
)
def betaincc(a: Any, b: Any, x: Any, /) -> Any:
    """``1 - betainc(a, b, x)``, precise where that is near 0; there is no derivative by ``a`` or ``b``.

    >>> import autograd as ag
    >>> ag.special.betaincc(1.0, 20.0, ag.Tensor([0.0, 0.9]))
    Tensor([1.e+00, 1.e-20], dtype=float64)
    """


@primitive(
    forward=from_scipy("betaincinv"),
    rules={"a": None, "b": None, "y": lambda g, a, b, out: g / _beta_density(a, b, out)},
    domain=_with_parameters(2, _SHARE),
    label="I⁻¹(a, b, y)",
)
def betaincinv(a: Any, b: Any, y: Any, /) -> Any:
    """Inverse of ``betainc`` by its last argument; there is no derivative by ``a`` or ``b``.

    >>> import autograd as ag
    >>> ag.special.betaincinv(1.0, 1.0, ag.Tensor([0.0, 0.25]))
    Tensor([0.  , 0.25], dtype=float64)
    """
