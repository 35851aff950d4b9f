"""Functions of each element: arithmetic, powers, exponentials, trigonometry, and the pointwise choices."""

from __future__ import annotations

import builtins
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .comparison import nonzero
from .declaration import primitive
from .domains import COMPLEX, NONZERO, NONZERO_COMPLEX, POSITIVE, REAL, Drawn, apart, elementwise
from .masks import masked
from .numbers import number

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "abs",
    "add",
    "clip",
    "conj",
    "cos",
    "divide",
    "exp",
    "expm1",
    "imag",
    "log",
    "log1p",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "positive",
    "power",
    "real",
    "relu",
    "sigmoid",
    "sin",
    "sqrt",
    "square",
    "subtract",
    "tanh",
    "where",
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
    """``y x**(y-1)``, which is 0 where ``y`` is 0, even at ``x = 0``."""
    if isinstance(y, (int, float)):
        return g * (y * (x if y == 2 else x ** (y - 1))) if y else g * 0.0
    return g * (y * np.where((x == 0) & (y == 0), 1, x) ** (y - 1.0))  # 1.0, for unsigned exponents would wrap


def _power_by_exponent(g: Any, x: Any, out: Any) -> Any:
    """``x**y ln x``, whose limit at ``x = 0`` for ``y > 0`` is 0; at ``y = 0`` it is taken to be 0, too."""
    return g * out * np.log(np.where((out == 0) | (x == 0) & (out == 1), 1, x))


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
    rules={"x": lambda g, out: g * (out + 1)},
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
    return np.where(np.isfinite(out), out, np.exp(x) - 1)


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
    limit, one = _LIMIT_AND_ONE.get(getattr(x, "dtype", None), (40.0, 1.0))
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


# Pointwise choices. Ties share evenly; the derivative at the kink is 0.


@primitive(
    forward=np.abs, rules={"x": lambda g, x: g * np.sign(x).conj()}, domain=elementwise(NONZERO_COMPLEX), label="|x|"
)
def abs(x: Any, /) -> Any:
    """Absolute value of each element; its derivative at 0 is 0."""


@primitive(rules={"x": lambda g, out: masked(g, ~(out <= 0))}, domain=elementwise(NONZERO), label="ReLU")
def relu(x: Any, /) -> Any:
    """``max(x, 0)`` for each element; its derivative at 0 is 0.

    >>> import autograd as ag
    >>> ag.relu(ag.Tensor([-1.0, 0.0, 2.0]))
    Tensor([0., 0., 2.], dtype=float64)
    """
    return np.maximum(x, 0)


def unless_it_loses(g: Any, loses: Any, ties: Any) -> Any:
    """Where an operand is undefined nobody loses, and the gradient passes, so that it is seen."""
    return masked(np.where(ties, g / 2, g), ~loses)


@primitive(
    forward=np.maximum,
    rules={
        "x": lambda g, x, y: unless_it_loses(g, x < y, x == y),
        "y": lambda g, x, y: unless_it_loses(g, y < x, x == y),
    },
    domain=apart,
    label="max",
)
def maximum(x: Any, y: Any, /) -> Any:
    """The larger of two elements, with broadcasting; where they are equal, each gets half of the gradient."""


@primitive(
    forward=np.minimum,
    rules={
        "x": lambda g, x, y: unless_it_loses(g, x > y, x == y),
        "y": lambda g, x, y: unless_it_loses(g, y > x, x == y),
    },
    domain=apart,
    label="min",
)
def minimum(x: Any, y: Any, /) -> Any:
    """The smaller of two elements, with broadcasting; where they are equal, each gets half of the gradient."""


def _within(x: Any, min: Any, max: Any) -> Any:
    above = True if min is None else x >= min
    return above if max is None else above & (x <= max)


def _clipped_domain(draw: Draw) -> Drawn:
    x, low, width = draw.broadcastable(REAL, REAL, NONZERO)
    x, low, high = draw.without_ties(x, low, low + width)
    return (x, low if draw.boolean() else None, high if draw.boolean() else None), {}


@primitive(
    rules={
        "x": lambda g, x, min, max: masked(g, _within(x, _bound(min, x), _bound(max, x))),
        "min": lambda g, x, min, max: masked(g, (x < _bound(min, x)) & (True if max is None else min <= max)),
        "max": lambda g, x, min, max: masked(g, (x > _bound(max, x)) | (False if min is None else min > max)),
    },
    domain=_clipped_domain,
    label="clip",
)
def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """Limit each element to ``[min, max]``; the gradient passes where ``min <= x <= max``, bounds included.

    The result has the dtype of ``x``, whatever integers bound integers, and whatever floating numbers bound floating
    ones, as the Array API has it; ``np.clip`` promotes them.

    >>> import autograd as ag
    >>> ag.clip(ag.Tensor([-2.0, 0.5, 7.0]), 0.0, 1.0)
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    if min is None and max is None:
        return np.positive(x)
    out = x if min is None else np.maximum(x, _bound(min, x))
    return out if max is None else np.minimum(out, _bound(max, x))


def _bound(bound: Any, x: Any) -> Any:
    """A bound in the dtype of what it bounds, if it is of the same kind; an integer as near as that can hold it."""
    given, wanted = getattr(bound, "dtype", None), getattr(x, "dtype", None)
    if bound is None:
        return None
    if type(bound) is int and wanted is not None and wanted.kind in "iu":
        limits = np.iinfo(wanted)
        return builtins.min(builtins.max(bound, limits.min), limits.max)
    if given is None or wanted is None or given == wanted:
        return bound
    if given.kind == wanted.kind == "f":
        with np.errstate(over="ignore"):  # infinity bounds as well
            return bound.astype(wanted)
    if given.kind in "iu" and wanted.kind in "iu":
        of_bound, of_x = np.iinfo(given), np.iinfo(wanted)
        lowest, highest = builtins.max(of_bound.min, of_x.min), builtins.min(of_bound.max, of_x.max)
        return np.minimum(np.maximum(bound, lowest), highest).astype(wanted)
    return bound


@implements(np.clip)
def numpy_clip(x: Any, /, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """``clip`` as NumPy calls it: its bounds have an older name each."""
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("np.clip: give each bound once, as min and max or as a_min and a_max")
    low, high = a_min if min is None else min, a_max if max is None else max
    x, *bounds = (
        each if isinstance(each, (int, float, NoneType)) else operations.asarray(each) for each in (x, low, high)
    )
    wider = np.result_type(*(getattr(each, "dtype", each) for each in (x, *bounds) if each is not None))
    return clip(x if wider == getattr(x, "dtype", wider) else operations.astype(x, wider), *bounds)


def _where_domain(draw: Draw) -> Drawn:
    condition, x, y = draw.broadcastable(NONZERO, REAL, REAL)
    return (condition > 0, x, y), {}


@primitive(
    rules={
        "x": lambda g, condition: masked(g, condition),  # noqa: PLW0108 - the names say what is needed
        "y": lambda g, condition: masked(g, np.logical_not(condition)),
    },
    domain=_where_domain,
    label="where",
    analytic=True,
)
def where(condition: Any, x: Any, y: Any, /) -> Any:
    """Take ``x`` where the condition holds, else ``y``, with broadcasting.

    The branch not taken gets a gradient of exactly 0 from here, whatever its value.
    """
    return np.where(condition, x, y)


@implements(np.where)
def numpy_where(condition: Any, /, *branches: Any) -> Any:
    """``where`` as NumPy calls it: with a condition alone it gives the indices of what is true."""
    return where(condition, *branches) if branches else nonzero(condition)
