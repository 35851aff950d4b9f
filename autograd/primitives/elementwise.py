"""Functions of each element: arithmetic, powers, exponentials, trigonometry, and the parts of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .declaration import primitive
from .domains import COMPLEX, NONZERO, NONZERO_COMPLEX, POSITIVE, REAL, elementwise
from .numbers import number

__all__ = [
    "abs",
    "add",
    "conj",
    "cos",
    "divide",
    "exp",
    "expm1",
    "imag",
    "log",
    "log1p",
    "multiply",
    "negative",
    "positive",
    "power",
    "real",
    "sigmoid",
    "sin",
    "sqrt",
    "square",
    "subtract",
    "tanh",
]

# Arithmetic


@primitive(
    forward=np.add,
    rules={"x": lambda g: g, "y": lambda g: g},
    domain=elementwise(REAL, REAL),
    label="+",
    analytic=True,
    settles_numbers=True,
)
def add(x: Any, y: Any, /) -> Any:
    """Add elementwise, with broadcasting.

    >>> import autograd as ag
    >>> ag.add(ag.Tensor([1.0, 2.0]), 10)
    Tensor([11., 12.], dtype=float64)
    """


@primitive(
    forward=np.subtract,
    rules={"x": lambda g: g, "y": lambda g: -g},
    domain=elementwise(REAL, REAL),
    label="-",
    analytic=True,
    settles_numbers=True,
)
def subtract(x: Any, y: Any, /) -> Any:
    """Subtract ``y`` from ``x`` elementwise, with broadcasting."""


@primitive(
    forward=np.multiply,
    rules={"x": lambda g, y: g * y, "y": lambda g, x: g * x},
    domain=elementwise(REAL, REAL),
    label="×",
    analytic=True,
    settles_numbers=True,
)
def multiply(x: Any, y: Any, /) -> Any:
    """Multiply elementwise, with broadcasting.

    >>> import autograd as ag
    >>> ag.multiply(ag.Tensor([1.0, 2.0]), [3.0, 4.0])
    Tensor([3., 8.], dtype=float64)
    """


@primitive(
    forward=np.divide,
    rules={"x": lambda g, y: g / y, "y": lambda g, y, out: -g * out / y},
    domain=elementwise(REAL, NONZERO),
    label="÷",
    analytic=True,
    settles_numbers=True,
)
def divide(x: Any, y: Any, /) -> Any:
    """Divide ``x`` by ``y`` elementwise, with broadcasting. Integers give floating results, as in NumPy."""


@primitive(forward=np.negative, rules={"x": lambda g: -g}, domain=elementwise(REAL), label="-", analytic=True)
def negative(x: Any, /) -> Any:
    """Change the sign of each element."""


@primitive(forward=np.positive, rules={"x": lambda g: g}, domain=elementwise(REAL), label="copy", analytic=True)
def positive(x: Any, /) -> Any:
    """Give a recorded copy of ``x``."""


def _power_by_base(g: Any, x: Any, y: Any) -> Any:
    """``y x**(y-1)``, which is 0 where ``y`` is 0, even where ``1 / x`` is infinite."""
    if isinstance(y, (int, float)):
        return g * (y * (x if y == 2 else x ** (y - 1))) if y else g * 0.0
    is_flat = (y == 0) & (np.abs(x) < np.finfo(g.dtype).tiny)  # and elsewhere the derivative by y of this counts
    return g * (y * np.where(is_flat, 1, x) ** (y - 1.0))  # 1.0, for unsigned exponents would wrap


def _power_by_exponent(g: Any, x: Any, out: Any) -> Any:
    """``x**y ln x``, whose limit at ``x = 0`` for ``y > 0`` is 0; at ``y = 0`` it is taken to be 0, too."""
    return g * out * np.log(np.where((out == 0) | (x == 0) & (out == 1), number(1.0, out), x))


@primitive(
    forward=lambda x, y: x**y,
    rules={"x": _power_by_base, "y": _power_by_exponent},
    domain=elementwise(POSITIVE, REAL),
    label="pow",
    analytic=True,
    numpy=[np.power],
)
def power(x: Any, y: Any, /) -> Any:
    """Raise ``x`` to the power ``y`` elementwise, with broadcasting.

    At ``x = 0`` the derivative by ``x`` is finite for ``y = 0`` and ``y >= 1``, infinite for ``0 < y < 1``; the
    derivative by ``y`` is 0. Negative ``x`` with a fractional ``y`` gives NaN.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 3.0], requires_grad=True)
    >>> (x**2).sum().backward()
    >>> x.grad
    Tensor([0., 6.], dtype=float64)
    """


@primitive(
    forward=np.square, rules={"x": lambda g, x: g * (2 * x)}, domain=elementwise(REAL), label="x²", analytic=True
)
def square(x: Any, /) -> Any:
    """Multiply each element with itself."""


@primitive(
    forward=np.sqrt, rules={"x": lambda g, out: g / (2 * out)}, domain=elementwise(POSITIVE), label="√", analytic=True
)
def sqrt(x: Any, /) -> Any:
    """Square root of each element; its derivative at 0 is infinite, as it is in PyTorch."""


@primitive(
    rules={"x": lambda g, out: np.where(out == 0, 0, g / (2 * np.where(out == 0, 1, out)))},
    domain=elementwise(POSITIVE),
    label="√",
    analytic=True,
)
def root_of_squares(x: Any, /) -> Any:
    """Square root of a sum of squares: its derivative at 0 is taken to be 0, as in PyTorch's std and norm."""
    return np.sqrt(x)


# Exponentials and hyperbolic functions


@primitive(forward=np.exp, rules={"x": lambda g, out: g * out}, domain=elementwise(REAL), label="exp", analytic=True)
def exp(x: Any, /) -> Any:
    """E to the power of each element.

    >>> import autograd as ag
    >>> ag.exp(ag.Tensor([0.0, 1.0]))
    Tensor([1.        , 2.71828183], dtype=float64)
    """


@primitive(
    rules={"x": lambda g, x: g * np.exp(x)},  # not out + 1, which is 0 where the result is rounded to -1
    domain=elementwise(REAL),
    label="expm1",
    analytic=True,
    numpy=[np.expm1],
)
def expm1(x: Any, /) -> Any:
    """``exp(x) - 1``, precise for small ``x``. At complex infinities it is what ``exp`` says, where NumPy has NaN."""
    out = np.expm1(x)
    if out.dtype.kind != "c":
        return out
    out = out - np.where(out.real == 0, out.real, 0)  # a real part of -0 becomes 0
    return np.where(np.isfinite(out) & np.isfinite(x.real), out, np.exp(x) - 1)


@primitive(forward=np.log, rules={"x": lambda g, x: g / x}, domain=elementwise(POSITIVE), label="ln", analytic=True)
def log(x: Any, /) -> Any:
    """Natural logarithm of each element; ``-inf`` at 0, NaN for negative real numbers."""


@primitive(
    forward=np.log1p, rules={"x": lambda g, x: g / (1 + x)}, domain=elementwise(POSITIVE), label="log1p", analytic=True
)
def log1p(x: Any, /) -> Any:
    """``ln(1 + x)``, precise for small ``x``."""


@primitive(
    forward=np.tanh,
    rules={"x": lambda g, out: g * (number(1.0, out) - out * out)},
    domain=elementwise(REAL),
    label="tanh",
    analytic=True,
)
def tanh(x: Any, /) -> Any:
    """Hyperbolic tangent of each element."""


#: For each dtype a number beyond which the sigmoid is 1, and below which exp does not overflow; and 1; in that dtype.
_LIMIT_AND_ONE: dict[Any, tuple[Any, Any]] = {
    np.dtype(code): (number(limit, np.empty(0, code)), number(1.0, np.empty(0, code)))
    for code, limit in {"e": 11.0, "f": 40.0, "d": 40.0}.items()
}


@primitive(
    rules={"x": lambda g, out: g * (out * (number(1.0, out) - out))}, domain=elementwise(REAL), label="σ", analytic=True
)
def sigmoid(x: Any, /) -> Any:
    """``1 / (1 + exp(-x))`` for each element, without overflow at either end.

    >>> import autograd as ag
    >>> ag.sigmoid(ag.Tensor([-1000.0, 0.0, 1000.0]))
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    # Beyond the limit the result is 1 in any case, and exp(x) would overflow.
    try:
        limit, one = _LIMIT_AND_ONE[x.dtype]
    except (AttributeError, KeyError):
        limit, one = 40.0, 1.0
    e = np.exp(np.minimum(x, limit))
    return e / (one + e)


# Trigonometry


@primitive(
    forward=np.sin, rules={"x": lambda g, x: g * np.cos(x)}, domain=elementwise(REAL), label="sin", analytic=True
)
def sin(x: Any, /) -> Any:
    """Sine of each element, in radians."""


@primitive(
    forward=np.cos, rules={"x": lambda g, x: -g * np.sin(x)}, domain=elementwise(REAL), label="cos", analytic=True
)
def cos(x: Any, /) -> Any:
    """Cosine of each element, in radians."""


# Complex parts


@primitive(forward=np.conjugate, rules={"x": lambda g: g.conj()}, domain=elementwise(COMPLEX), label="conj")
def conj(x: Any, /) -> Any:
    """Complex conjugate of each element."""


def _copied(part: Any) -> Any:
    """A part that is no view of the whole; that of a Python number is one."""
    return part.copy() if hasattr(part, "copy") else part


@primitive(rules={"x": lambda g: g}, domain=elementwise(COMPLEX), label="Re", numpy=[np.real])
def real(x: Any, /) -> Any:
    """Real part of each element."""
    return _copied(np.real(x))


@primitive(rules={"x": lambda g: g * -1j}, domain=elementwise(COMPLEX), label="Im", numpy=[np.imag])
def imag(x: Any, /) -> Any:
    """Imaginary part of each element; 0 for real numbers."""
    return _copied(np.imag(x))


@primitive(rules={"real": lambda g: g, "imag": lambda g: g * 1j}, domain=elementwise(REAL, REAL), label="Re + i Im")
def complex_of(real: Any, imag: Any, /) -> Any:
    """Complex numbers of two parts; an infinite one leaves the other as it is, which ``real + 1j * imag`` would not.

    >>> complex_of(1.0, np.inf)
    Tensor(1.+infj, dtype=complex128)
    """
    real, imag = np.broadcast_arrays(real, imag)
    out = np.empty(real.shape, np.result_type(real, imag, np.complex64))
    out.real, out.imag = real, imag
    return out


@primitive(
    forward=np.abs, rules={"x": lambda g, x: g * np.sign(x).conj()}, domain=elementwise(NONZERO_COMPLEX), label="|x|"
)
def abs(x: Any, /) -> Any:
    """Absolute value of each element; its derivative at 0 is 0."""
