"""Polynomials that are sought: their roots, and those that fit points best."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .declaration import primitive
from .domains import Drawn
from .elementwise import add, divide, multiply

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "polyfit",
    "roots",
]


def _roots_domain(draw: Draw) -> Drawn:
    """The coefficients of a polynomial whose zeros are apart, one of them 0 now and then."""
    zeros = np.array([1.0, draw.choice([0.0, -2.5]), 1.75][: draw.integer(1, 3)])
    if draw.boolean():
        zeros = zeros + 1j * np.array([0.5, -1.0, 0.25])[: zeros.size] * (zeros != 0)
    return (np.poly(zeros) * 1.5,), {}


def _by_coefficients(g: Any, p: Any, out: Any) -> Any:
    """With the implicit function theorem: if ``p(z) = 0``, then ``dz = -(sum of z**k dp[k]) / p'(z)``."""
    slope = np.polyval(np.polyder(p), out)
    is_flat = slope == 0
    share = np.where(is_flat, np.where(g == 0, 0.0, np.nan), g) / np.where(is_flat, 1.0, slope)
    return -(share @ np.vander(out, p.shape[0]))


@primitive(rules={"p": _by_coefficients}, domain=_roots_domain, label="roots", numpy=[np.roots])
def roots(p: Any, /) -> Any:
    """Zeros of a polynomial, by its coefficients, the highest power first; in no particular order.

    Complex, unless all zeros of a real polynomial are real. How many there are depends on how many of the first
    coefficients are 0. A multiple zero has no derivative: its gradient is NaN, or huge by rounding. The gradient is by
    the implicit function theorem, exact for coefficients that are 0 as well.

    >>> import autograd as ag
    >>> p = ag.Tensor([1.0, 0.0, -4.0], requires_grad=True)
    >>> ag.roots(p).detach()
    Tensor([-2.,  2.], dtype=float64)
    >>> ag.roots(p)[1].backward()
    >>> p.grad
    Tensor([-1.  , -0.5 , -0.25], dtype=float64)
    """
    if np.ndim(p) > 1:
        raise ValueError("a polynomial is a vector of coefficients")
    return np.roots(p)


@implements(np.polyfit)
def polyfit(
    x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    """Coefficients of the polynomial of degree ``deg`` that fits points best, by least squares.

    Parameters
    ----------
    x
        Where the points are, ``(m,)``.
    y
        Their values, ``(m,)``, or several sets of them in columns, ``(m, k)``.
    rcond
        Singular values up to this part of the largest count as 0; by default ``m`` times the rounding error.
    full
        Give the coefficients, the sums of squares that are left, the rank, the singular values, and ``rcond``.
    w
        Weights of the distances, not of their squares, ``(m,)``.
    cov
        Give the covariance matrix of the coefficients, too; ``"unscaled"`` trusts the weights.

    Returns
    -------
    Tensor or tuple
        Coefficients ``(deg + 1,)`` or ``(deg + 1, k)``, the highest power first. All that is floating has gradients by
        ``x``, ``y`` and ``w``. ``RankWarning`` is given as NumPy does.

    >>> import autograd as ag
    >>> y = ag.Tensor([1.0, 3.0, 5.0], requires_grad=True)
    >>> slope, start = ag.polyfit([0.0, 1.0, 2.0], y, 1)
    >>> slope.backward()
    >>> (y.grad * 2).round().tolist() == [-1.0, 0.0, 1.0]
    True
    """
    x, y = add(operations.asarray(x), 0.0), add(operations.asarray(y), 0.0)
    if np.ndim(deg):
        raise TypeError(f"polyfit: deg is the degree of the polynomial, one whole number; given {deg!r}")
    count = int(deg) + 1
    if deg < 0:
        raise ValueError(f"polyfit: deg is the degree of the polynomial, 0 or more; given {deg}")
    if x.ndim != 1 or not x.size or y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise TypeError(
            f"polyfit: takes a vector (m,) that is not empty and values (m,) or (m, k); given {describe(x)} and "
            f"{describe(y)}"
        )
    if rcond is None:
        rcond = x.size * float(np.finfo(x.dtype).eps)
    powers, values = operations.vander(x, count), y
    if w is not None:
        w = add(operations.asarray(w), 0.0)
        if w.shape != x.shape:
            raise TypeError(f"polyfit: a weight for each of {x.size} points is needed; given {describe(w)}")
        powers = multiply(powers, w[:, None])
        values = multiply(values, w[:, None] if y.ndim == 2 else w)
    scale = operations.sqrt(operations.sum(multiply(powers, powers), axis=0))
    powers = divide(powers, scale)
    found, left, rank, singular = operations.lstsq(powers, values, rcond)
    coefficients = divide(found, scale[:, None] if y.ndim == 2 else scale)
    if rank != count and not full:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=2)
    if full:
        return coefficients, left, rank, singular, rcond
    if not cov:
        return coefficients
    return coefficients, _covariance(powers, scale, left, x.size - count, y.ndim, cov)


def _covariance(powers: Any, scale: Any, left: Any, freedom: int, ndim: int, cov: Any) -> Any:
    inner = operations.inv(operations.matmul(operations.matrix_transpose(powers), powers))
    base = divide(inner, multiply(scale[:, None], scale))
    base = base if ndim == 1 else base[:, :, None]
    if cov == "unscaled":
        return base
    if freedom <= 0:
        raise ValueError(
            "polyfit: to scale the covariance there must be more points than coefficients; cov='unscaled' needs none"
        )
    return multiply(base, divide(left, freedom))
