"""Polynomials by their coefficients, the highest power first, as NumPy's older functions have them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .convolution1d import convolve
from .elementwise import add, multiply, negative, subtract
from .shaping import astype, concat, reshape, stack

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]


def _vector(name: str, p: Any) -> Any:
    p = operations.asarray(p)
    if p.ndim > 1:
        raise ValueError(f"{name}: a polynomial is a vector of coefficients; given {describe(p)}")
    return p if p.ndim else reshape(p, (1,))


def _coefficients(name: str, p: Any) -> Any:
    """The coefficients of a polynomial; without any, it is 0."""
    p = _vector(name, p)
    return p if p.size else _zeros(p, 1)


def _zeros(like: Any, count: int) -> Any:
    return operations.asarray(np.zeros(count, like.dtype))


def _aligned(name: str, first: Any, second: Any) -> tuple[Any, Any]:
    """Two polynomials of one length, with zeros for the missing powers."""
    first, second = _vector(name, first), _vector(name, second)
    missing = second.size - first.size
    if missing > 0:
        return concat([_zeros(first, missing), first]), second
    return first, concat([_zeros(second, -missing), second]) if missing else second


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Value of a polynomial at each element of ``x``, by Horner's scheme.

    >>> import autograd as ag
    >>> ag.polyval(ag.Tensor([3.0, 0.0, 1.0]), 5.0)
    Tensor(76., dtype=float64)
    """
    p, x = operations.asarray(p), operations.asarray(x)
    if not p.ndim:
        raise ValueError(f"polyval: a polynomial is a vector of coefficients; given {describe(p)}")
    value = operations.zeros_like(x)
    for power in range(p.shape[0]):
        value = add(multiply(value, x), p[power])
    return value


@implements(np.polyadd)
def polyadd(p: Any, q: Any, /) -> Any:
    """Sum of two polynomials.

    >>> import autograd as ag
    >>> ag.polyadd(ag.Tensor([1.0, 2.0]), [9.0, 5.0, 4.0])
    Tensor([9., 6., 6.], dtype=float64)
    """
    return add(*_aligned("polyadd", p, q))


@implements(np.polysub)
def polysub(p: Any, q: Any, /) -> Any:
    """Difference of two polynomials.

    >>> import autograd as ag
    >>> ag.polysub(ag.Tensor([2.0, 10.0, -2.0]), [3.0, 10.0])
    Tensor([ 2.,  7., -12.], dtype=float64)
    """
    first, second = _aligned("polysub", p, q)
    return add(first, negative(second))


@implements(np.polymul)
def polymul(p: Any, q: Any, /) -> Any:
    """Product of two polynomials. Leading zeros are kept, which NumPy drops: the length does not depend on values.

    >>> import autograd as ag
    >>> ag.polymul(ag.Tensor([1.0, 2.0]), [1.0, -2.0])
    Tensor([ 1.,  0., -4.], dtype=float64)
    """
    return convolve(_coefficients("polymul", p), _coefficients("polymul", q))


@implements(np.polydiv)
def polydiv(u: Any, v: Any, /) -> tuple[Any, Any]:
    """Quotient and remainder of two polynomials.

    The remainder is without the leading coefficients that are 0, or rounding errors, as NumPy's is; what is left out
    has no gradient.

    >>> import autograd as ag
    >>> ag.polydiv(ag.Tensor([3.0, 5.0, 2.0]), [2.0, 1.0])
    (Tensor([1.5 , 1.75], dtype=float64), Tensor([0.25], dtype=float64))
    """
    u, v = (add(_vector("polydiv", each), 0.0) for each in (u, v))
    if not (u.size and v.size):
        raise ValueError(f"polydiv: both polynomials need a coefficient; given {describe(u)} and {describe(v)}")
    # As NumPy, divide in the dtype of the divisor: a real 1 / 0 is infinite, a complex one has a part that is NaN.
    scale, length = operations.divide(1.0, v[0]), v.size
    quotient, rest = [], astype(u, np.result_type(u.dtype, v.dtype), copy=False)
    for k in range(u.size - length + 1):
        quotient.append(multiply(scale, rest[k]))
        subtracted = subtract(rest[k : k + length], multiply(quotient[-1], v))
        rest = concat([rest[:k], subtracted, rest[k + length :]])
    is_there = ~np.isclose(rest.data, 0, rtol=1e-14)
    start = int(np.argmax(is_there)) if is_there.any() else rest.size - 1
    return (stack(quotient) if quotient else _zeros(rest, 1)), rest[start:]


@implements(np.poly)
def poly(seq_of_zeros: Any, /) -> Any:
    """Coefficients of the polynomial with these zeros, whose first coefficient is 1.

    Of a square matrix the characteristic polynomial, by way of its eigenvalues, where these have derivatives. If all
    complex zeros come in pairs of conjugates, the result is real.

    >>> import autograd as ag
    >>> ag.poly(ag.Tensor([1.0, 2.0]))
    Tensor([ 1., -3.,  2.], dtype=float64)
    """
    zeros = operations.asarray(seq_of_zeros)
    zeros = zeros if zeros.ndim else reshape(zeros, (1,))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] and zeros.size:
        zeros = operations.eigvals(zeros)
    elif zeros.ndim != 1:
        raise ValueError(f"poly: takes a vector of zeros or a square matrix; given {describe(zeros)}")
    zeros = astype(zeros, np.mintypecode(zeros.dtype.char), copy=False)
    result = operations.asarray(np.ones(1, zeros.dtype))
    for zero in zeros:
        result = subtract(concat([result, _zeros(result, 1)]), concat([_zeros(result, 1), multiply(result, zero)]))
    if not zeros.size:
        return operations.asarray(1.0)
    if result.dtype.kind != "c":
        return result
    paired = np.array_equal(np.sort(zeros.data), np.sort(zeros.data.conj()))
    return operations.real(result) if paired else result


@implements(np.polyder)
def polyder(p: Any, /, m: int = 1) -> Any:
    """Coefficients of the ``m``-th derivative of a polynomial.

    >>> import autograd as ag
    >>> ag.polyder(ag.Tensor([1.0, 1.0, 1.0, 1.0]))
    Tensor([3., 2., 1.], dtype=float64)
    """
    if m < 0:
        raise ValueError(f"polyder: m is the order of the derivative, 0 or more (see polyint); given {m}")
    p = _vector("polyder", p)
    for _ in range(m):
        p = multiply(p[:-1], np.arange(p.size - 1, 0, -1))
    return p if m else p.clone()


@implements(np.polyint)
def polyint(p: Any, /, m: int = 1, k: Any = None) -> Any:
    """Coefficients of the ``m``-th integral of a polynomial, with ``k`` for its ``m`` constants, by default 0.

    >>> import autograd as ag
    >>> ag.polyint(ag.Tensor([3.0, 2.0, 1.0]), k=7.0)
    Tensor([1., 1., 1., 7.], dtype=float64)
    """
    if m < 0:
        raise ValueError(f"polyint: m is the order of the integral, 0 or more (see polyder); given {m}")
    p = _vector("polyint", p)
    constants = _vector("polyint", np.zeros(m) if k is None else k)
    if constants.size == 1 and m > 1:
        constants = concat([constants] * m)
    if constants.size < m:
        raise ValueError(f"polyint: k must be one constant, or one for each of {m} integrals; given {constants.size}")
    for order in range(m):
        p = concat([operations.divide(p, np.arange(p.size, 0, -1)), constants[order : order + 1]])
    return p if m else p.clone()


@implements(np.vander)
def vander(x: Any, /, N: int | None = None, increasing: bool = False) -> Any:
    """Matrix whose columns are the powers of a vector, ``N`` of them, by default as many as it has elements.

    The highest power comes first, or last if ``increasing``. The gradient is exact at 0. As NumPy's, the result has the
    dtype that ``x`` has together with int64: float64 for float32.

    >>> import autograd as ag
    >>> ag.vander(ag.Tensor([2.0, 3.0]), 3)
    Tensor([[4., 2., 1.],
            [9., 3., 1.]], dtype=float64)
    """
    x = operations.asarray(x)
    if x.ndim != 1:
        raise ValueError(f"vander: takes a vector; given {describe(x)}")
    x = astype(x, np.result_type(x.dtype, np.int64), copy=False)
    count = x.size if N is None else operator.index(N)
    if count < 0:
        raise ValueError(f"vander: N is how many powers there are, 0 or more; given {N}")
    np.empty((x.size, count), x.dtype)  # what there is no memory for is refused at once
    if not x.size or not count:
        return reshape(x[:0], (x.size, count))
    powers = [operations.ones_like(x), x][:count]
    for _ in range(count - 2):
        powers.append(multiply(powers[-1], x))
    return stack(powers if increasing else powers[::-1], axis=1)
