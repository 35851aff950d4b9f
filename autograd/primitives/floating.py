"""Floating-point numbers by their parts: signs, mantissas, exponents, neighbours, and values that are no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .choices import unless_it_loses
from .declaration import primitive
from .domains import NONZERO, NONZERO_COMPLEX, REAL, Drawn, Interval, apart, elementwise
from .elementwise import complex_of
from .masks import masked
from .rounding import flat

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "copysign",
    "fabs",
    "fmax",
    "fmin",
    "frexp",
    "heaviside",
    "ldexp",
    "nan_to_num",
    "nextafter",
    "real_if_close",
    "sign",
    "spacing",
]

# Signs


def _sign_rule(g: Any, x: Any, out: Any) -> Any:
    """0 for a step; a complex sign turns as ``x`` moves across its own direction."""
    if x.dtype.kind != "c":
        return np.zeros_like(g)
    size = np.abs(x)
    return np.where(size == 0, 0, (g - (g * out * out).conj()) / (2 * np.where(size == 0, 1, size)))


@primitive(rules={"x": _sign_rule}, domain=elementwise(NONZERO_COMPLEX), label="sign", numpy=[np.sign])
def sign(x: Any, /) -> Any:
    """-1, 0 or 1, whose gradient is 0; for complex numbers ``x / |x|``, whose gradient is not.

    Of -0.0 it is 0.0, as the Array API has it, and NaN in both parts where a part of a complex number is NaN.
    """
    out = np.sign(x) + 0  # -0.0 + 0 is 0.0
    return out if out.dtype.kind != "c" else np.where(np.isnan(x), complex(np.nan, np.nan), out)


@primitive(forward=np.fabs, rules={"x": lambda g, x: g * np.sign(x)}, domain=elementwise(NONZERO), label="|x|")
def fabs(x: Any, /) -> Any:
    """Absolute value of each real number, always floating; its derivative at 0 is 0.

    >>> import autograd as ag
    >>> ag.fabs(ag.Tensor([-2, 3]))
    Tensor([2., 3.], dtype=float64)
    """


@primitive(
    forward=np.copysign,
    rules={"x": lambda g, x, out: g * (np.sign(x) * np.sign(out)), "y": flat},
    domain=elementwise(NONZERO, NONZERO),
    label="copysign",
)
def copysign(x: Any, y: Any, /) -> Any:
    """The size of ``x`` with the sign of ``y``, with broadcasting.

    The derivative by ``x`` is 1 where the sign stays, -1 where it changes, 0 at ``x = 0``; by ``y`` it is 0.

    >>> import autograd as ag
    >>> ag.copysign(ag.Tensor([2.0, -3.0]), -1.0)
    Tensor([-2., -3.], dtype=float64)
    """


@primitive(
    forward=np.heaviside,
    rules={"x": flat, "y": lambda g, x: masked(g, np.equal(x, 0))},
    domain=elementwise(NONZERO, REAL),
    label="step",
)
def heaviside(x: Any, y: Any, /) -> Any:
    """0 where ``x`` is negative, 1 where it is positive, ``y`` where it is 0, with broadcasting.

    The derivative by ``x`` is 0, by ``y`` it is 1 where ``x`` is 0.

    >>> import autograd as ag
    >>> ag.heaviside(ag.Tensor([-2.0, 0.0, 3.0]), 0.5)
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """


# Mantissas and exponents


def _scaled(draw: Draw) -> Drawn:
    x, exponent = draw.broadcastable(REAL, REAL)
    return (x, np.floor(exponent).astype(np.int64)), {}


@primitive(
    forward=np.ldexp,
    rules={"x": lambda g, exponent: np.ldexp(g, exponent)},  # noqa: PLW0108 - the names say what is needed
    domain=_scaled,
    label="x·2ⁿ",
)
def ldexp(x: Any, exponent: Any, /) -> Any:
    """``x * 2**exponent``, with broadcasting; the exponents are integers and have no gradient.

    >>> import autograd as ag
    >>> ag.ldexp(ag.Tensor([1.0, 3.0]), [4, -1])
    Tensor([16. ,  1.5], dtype=float64)
    """


def between_powers_of_two(draw: Draw) -> Drawn:
    """Mantissas away from the steps at powers of two, times these."""
    mantissa, exponent = draw.broadcastable(Interval(0.6, 0.9), REAL)
    return (np.ldexp(mantissa, np.floor(exponent).astype(np.int64)) * draw.choice([1.0, -1.0]),), {}


@primitive(rules={"x": lambda g, x: np.ldexp(g, -np.frexp(x)[1])}, domain=between_powers_of_two, label="mantissa")
def mantissa(x: Any, /) -> Any:
    """The first result of ``frexp``."""
    return np.frexp(x)[0]


@primitive(domain=between_powers_of_two, label="exponent")
def exponent(x: Any, /) -> Any:
    """The second result of ``frexp``; a constant."""
    return np.frexp(x)[1]


@implements(np.frexp)
def frexp(x: Any, /) -> tuple[Any, Any]:
    """Mantissas from 0.5 to 1 (or negative, or 0) and integer exponents, in a tuple: ``x`` is ``ldexp`` of both.

    The derivative of a mantissa is ``2**-exponent``; the exponents are constants.

    >>> import autograd as ag
    >>> ag.frexp(ag.Tensor([6.0, -0.5]))
    (Tensor([ 0.75, -0.5 ], dtype=float64), Tensor([3, 0], dtype=int32))
    """
    return mantissa(x), exponent(x)


# Neighbours


@primitive(
    forward=np.nextafter,
    rules={"x": lambda g: g, "y": flat},
    domain=elementwise(REAL, REAL),
    label="nextafter",
)
def nextafter(x: Any, y: Any, /) -> Any:
    """The number next to ``x`` in the direction of ``y``, with broadcasting.

    It moves with ``x``: its derivative by ``x`` is 1, by ``y`` it is 0.

    >>> import autograd as ag
    >>> ag.nextafter(ag.Tensor(1.0), 2.0).item() - 1
    2.220446049250313e-16
    """


@primitive(forward=np.spacing, rules={"x": flat}, domain=between_powers_of_two, label="ulp")
def spacing(x: Any, /) -> Any:
    """The distance from each element to the next number that is further from zero; the gradient is 0.

    >>> import autograd as ag
    >>> ag.spacing(ag.Tensor(1.0)).item()
    2.220446049250313e-16
    """


# Values that are no numbers


def _chosen(g: Any, worse: Any, tie: Any, missing: Any, other_missing: Any) -> Any:
    """Where both are missing, both get the gradient, so that it is seen."""
    return unless_it_loses(g, worse | (missing & ~other_missing), tie)


@primitive(
    forward=np.fmax,
    rules={
        "x": lambda g, x, y: _chosen(g, np.less(x, y), np.equal(x, y), np.isnan(x), np.isnan(y)),
        "y": lambda g, x, y: _chosen(g, np.less(y, x), np.equal(x, y), np.isnan(y), np.isnan(x)),
    },
    domain=apart,
    label="fmax",
)
def fmax(x: Any, y: Any, /) -> Any:
    """The larger of two elements, with broadcasting; one that is NaN loses. Equal ones get half of the gradient each.

    >>> import autograd as ag
    >>> ag.fmax(ag.Tensor([1.0, float("nan")]), 0.0)
    Tensor([1., 0.], dtype=float64)
    """


@primitive(
    forward=np.fmin,
    rules={
        "x": lambda g, x, y: _chosen(g, np.greater(x, y), np.equal(x, y), np.isnan(x), np.isnan(y)),
        "y": lambda g, x, y: _chosen(g, np.greater(y, x), np.equal(x, y), np.isnan(y), np.isnan(x)),
    },
    domain=apart,
    label="fmin",
)
def fmin(x: Any, y: Any, /) -> Any:
    """The smaller of two elements, with broadcasting; one that is NaN loses. Equal ones get half of the gradient each.

    >>> import autograd as ag
    >>> ag.fmin(ag.Tensor([1.0, float("nan")]), 0.0)
    Tensor([0., 0.], dtype=float64)
    """


@implements(np.nan_to_num)
def nan_to_num(x: Any, /, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Put numbers in the place of NaN and infinities: 0 and the ends of the dtype, unless others are given.

    The gradient passes where an element is finite; in complex numbers each part is replaced by itself. Raises
    ``ValueError`` for ``copy=False``, which would write into ``x``.

    >>> import autograd as ag
    >>> ag.nan_to_num(ag.Tensor([1.0, float("nan"), float("inf")]), posinf=100.0)
    Tensor([  1.,   0., 100.], dtype=float64)
    """
    if not copy:
        raise ValueError("nan_to_num: copy=False would write into its operand; assign the result instead")
    x = operations.asarray(x)
    if x.dtype.kind == "c":
        parts = operations.real(x), operations.imag(x)
        real, imag = (nan_to_num(part, nan=nan, posinf=posinf, neginf=neginf) for part in parts)
        return complex_of(real, imag)
    if x.dtype.kind != "f":
        return operations.positive(x) if x.dtype.kind != "b" else x
    ends = np.finfo(x.dtype)
    nan = _laid_in(x, "nan", nan)
    posinf, neginf = _laid_in(x, "posinf", posinf, ends.max), _laid_in(x, "neginf", neginf, ends.min)
    x = operations.where(operations.isnan(x), nan, x)
    x = operations.where(operations.equal(x, np.inf), posinf, x)
    return operations.where(operations.equal(x, -np.inf), neginf, x)


def _laid_in(x: Any, name: str, given: Any, default: Any = None) -> Any:
    """What is put into ``x``: of its dtype, and of a shape that broadcasts to its own, up to ones in front."""
    if given is None or type(given) in (int, float):
        return default if given is None else given
    value = operations.asarray(given)
    front = max(0, value.ndim - x.ndim)
    if value.shape[:front] != (1,) * front or not _broadcasts(value.shape[front:], x.shape):
        raise ValueError(f"nan_to_num: {name} must broadcast to the shape {x.shape}; given {describe(value)}")
    if not np.can_cast(value.dtype, x.dtype, "same_kind"):
        raise TypeError(f"nan_to_num: {name} must be of a kind that {x.dtype} can hold; given {describe(value)}")
    return operations.astype(operations.reshape(value, value.shape[front:]), x.dtype, copy=False)


def _broadcasts(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(size in (1, wanted) for size, wanted in zip(shape[::-1], other[::-1], strict=False))


@implements(np.real_if_close)
def real_if_close(a: Any, /, tol: float = 100) -> Any:
    """The real part, if all imaginary parts are smaller than ``tol``, else ``a``: so the dtype depends on the values.

    A ``tol`` above 1 counts in distances between numbers near 1. A program that is recorded once for other values
    should say ``real`` instead.

    >>> import autograd as ag
    >>> ag.real_if_close(ag.Tensor([2.0 + 1e-15j]))
    Tensor([2.], dtype=float64)
    """
    a = operations.asarray(a)
    if a.dtype.kind != "c":
        return a
    limit = tol * np.finfo(a.dtype).eps if tol > 1 else tol
    is_close = operations.all(operations.abs(operations.imag(a)) < limit)
    return operations.real(a) if is_close.item() else a
