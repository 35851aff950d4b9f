"""Functions without a derivative: comparisons, logic, searching. They give constants, whatever they are given.

Rounding functions are different: they are constant in pieces, and their gradient is zero, as it is in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .domains import Interval, elementwise
from .primitive import Primitive, primitive

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_or",
    "bitwise_xor",
    "ceil",
    "equal",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "ones_like",
    "remainder",
    "round",
    "sign",
    "zeros_like",
]

Axis = int | tuple[int, ...] | None


def _constant(ufunc: np.ufunc, meaning: str) -> Primitive:
    """Declare a ufunc whose results are constants."""

    def unary(x: Any, /) -> Any: ...

    def binary(x: Any, y: Any, /) -> Any: ...

    function = unary if ufunc.nin == 1 else binary
    function.__name__ = function.__qualname__ = {"invert": "bitwise_invert"}.get(ufunc.__name__, ufunc.__name__)
    function.__doc__ = f"{meaning}, elementwise; not differentiable, the result is a constant."
    return primitive(forward=ufunc, label=meaning)(function)


equal = _constant(np.equal, "Whether x = y")
not_equal = _constant(np.not_equal, "Whether x ≠ y")
less = _constant(np.less, "Whether x < y")
less_equal = _constant(np.less_equal, "Whether x ≤ y")
greater = _constant(np.greater, "Whether x > y")
greater_equal = _constant(np.greater_equal, "Whether x ≥ y")
logical_and = _constant(np.logical_and, "Whether both are true")
logical_or = _constant(np.logical_or, "Whether one or both are true")
logical_xor = _constant(np.logical_xor, "Whether exactly one is true")
logical_not = _constant(np.logical_not, "Whether x is false")
bitwise_and = _constant(np.bitwise_and, "Bits of both")
bitwise_or = _constant(np.bitwise_or, "Bits of either")
bitwise_xor = _constant(np.bitwise_xor, "Bits of exactly one")
bitwise_invert = _constant(np.invert, "Bits turned over")
isnan = _constant(np.isnan, "Whether x is NaN")
isinf = _constant(np.isinf, "Whether x is infinite")
isfinite = _constant(np.isfinite, "Whether x is finite")


@primitive(numpy=[np.all])
def all(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether all elements over ``axis`` are true; a constant."""
    return np.all(x, axis=axis, keepdims=keepdims)


@primitive(numpy=[np.any])
def any(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether any element over ``axis`` is true; a constant."""
    return np.any(x, axis=axis, keepdims=keepdims)


@primitive(numpy=[np.argmax])
def argmax(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first maximum along ``axis``, by default in the flattened array; a constant."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@primitive(numpy=[np.argmin])
def argmin(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first minimum along ``axis``, by default in the flattened array; a constant."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


@primitive(numpy=[np.argsort])
def argsort(x: Any, /, axis: int = -1) -> Any:
    """Indices that sort along ``axis``, stably; a constant."""
    return np.argsort(x, axis=axis, kind="stable")


# Constant in pieces: the gradient is zero, not missing

_BETWEEN_STEPS = Interval(0.1, 0.4)


def _flat(g: Any) -> Any:
    return np.zeros_like(g)


def _sign_rule(g: Any, x: Any, out: Any) -> Any:
    """0 for a step; a complex sign turns as ``x`` moves across its own direction."""
    if x.dtype.kind != "c":
        return np.zeros_like(g)
    size = np.abs(x)
    return np.where(size == 0, 0, (g - (g * out * out).conj()) / (2 * np.where(size == 0, 1, size)))


@primitive(forward=np.sign, rules={"x": _sign_rule}, domain=elementwise(_BETWEEN_STEPS), label="sign")
def sign(x: Any, /) -> Any:
    """-1, 0 or 1, whose gradient is 0; for complex numbers ``x / |x|``, whose gradient is not."""


@primitive(forward=np.floor, rules={"x": _flat}, domain=elementwise(_BETWEEN_STEPS), label="floor")
def floor(x: Any, /) -> Any:
    """The whole number at or below each element; the gradient is 0."""


@primitive(forward=np.ceil, rules={"x": _flat}, domain=elementwise(_BETWEEN_STEPS), label="ceil")
def ceil(x: Any, /) -> Any:
    """The whole number at or above each element; the gradient is 0."""


@primitive(rules={"x": _flat}, domain=elementwise(_BETWEEN_STEPS), label="round", numpy=[np.round])
def round(x: Any, /) -> Any:
    """The nearest whole number, to even at halves; the gradient is 0."""
    return np.round(x)


@primitive(
    forward=np.floor_divide,
    rules={"x": _flat, "y": _flat},
    domain=elementwise(_BETWEEN_STEPS, Interval(0.5, 1.0)),
    label="//",
)
def floor_divide(x: Any, y: Any, /) -> Any:
    """The whole number at or below ``x / y``; the gradient is 0."""


@primitive(
    forward=np.remainder,
    rules={"x": lambda g: g, "y": lambda g, x, y: -g * np.floor_divide(x, y)},
    domain=elementwise(Interval(2.1, 2.4), Interval(0.8, 1.0)),
    label="mod",
)
def remainder(x: Any, y: Any, /) -> Any:
    """``x - y * floor(x / y)``, which has the sign of ``y``."""


@primitive(numpy=[np.zeros_like])
def zeros_like(x: Any, /, dtype: Any = None) -> Any:
    """Zeros of the shape and dtype of ``x``; a constant."""
    return np.zeros_like(x, dtype=dtype)


@primitive(numpy=[np.ones_like])
def ones_like(x: Any, /, dtype: Any = None) -> Any:
    """Ones of the shape and dtype of ``x``; a constant."""
    return np.ones_like(x, dtype=dtype)
