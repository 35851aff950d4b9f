"""Functions without a derivative: comparisons, logic, searching. They give constants, whatever they are given.

Rounding functions are different: they are constant in pieces, and their gradient is zero, as it is in PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import check_device
from ..registry import implements
from .declaration import Domain, Primitive, primitive
from .domains import NONZERO, NONZERO_COMPLEX, REAL, Drawn, Interval, along_axis, elementwise, reduction
from .ordering import stable_order

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "argwhere",
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
    "nonzero",
    "not_equal",
    "ones_like",
    "remainder",
    "round",
    "sign",
    "zeros_like",
]

Axis = int | tuple[int, ...] | None


#: Numbers of which some are equal, and some are 0.
_FEW = Interval(-0.03, 0.03)


def _masks(draw: Draw) -> Drawn:
    """Two operands of booleans that broadcast."""
    x, y = draw.broadcastable(_FEW, _FEW)
    return (x > 0, y > 0), {}


def _reduced_mask(draw: Draw) -> Drawn:
    (x,), attributes = reduction(draw)
    return (x > 0,), attributes


def _searched(draw: Draw) -> Drawn:
    (x,), attributes = along_axis(draw)
    return (x,), {"axis": draw.choice([None, attributes["axis"]]), "keepdims": draw.boolean()}


def _sorted(draw: Draw) -> Drawn:
    x = draw.distinct(min_dims=1)
    return (x,), {"axis": draw.axis(x.ndim)}


def _constant(ufunc: np.ufunc, meaning: str, domain: Domain | None = None) -> Primitive:
    """Declare a ufunc whose results are constants."""

    def unary(x: Any, /) -> Any: ...

    def binary(x: Any, y: Any, /) -> Any: ...

    function = unary if ufunc.nin == 1 else binary
    function.__name__ = function.__qualname__ = {"invert": "bitwise_invert"}.get(ufunc.__name__, ufunc.__name__)
    function.__doc__ = f"{meaning}, elementwise; not differentiable, the result is a constant."
    return primitive(forward=ufunc, label=meaning, domain=domain or elementwise(*[_FEW] * ufunc.nin))(function)


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
bitwise_and = _constant(np.bitwise_and, "Bits of both", _masks)
bitwise_or = _constant(np.bitwise_or, "Bits of either", _masks)
bitwise_xor = _constant(np.bitwise_xor, "Bits of exactly one", _masks)
bitwise_invert = _constant(np.invert, "Bits turned over", lambda draw: (_masks(draw)[0][:1], {}))
isnan = _constant(np.isnan, "Whether x is NaN")
isinf = _constant(np.isinf, "Whether x is infinite")
isfinite = _constant(np.isfinite, "Whether x is finite")


@primitive(domain=_reduced_mask, numpy=[np.all])
def all(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether all elements over ``axis`` are true; a constant."""
    return np.all(x, axis=axis, keepdims=keepdims)


@primitive(domain=_reduced_mask, numpy=[np.any])
def any(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether any element over ``axis`` is true; a constant."""
    return np.any(x, axis=axis, keepdims=keepdims)


@primitive(domain=_searched, numpy=[np.argmax])
def argmax(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first maximum along ``axis``, by default in the flattened array; a constant."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@primitive(domain=_searched, numpy=[np.argmin])
def argmin(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the first minimum along ``axis``, by default in the flattened array; a constant."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


@primitive(domain=_sorted, numpy=[np.argsort])
def argsort(
    x: Any,
    /,
    axis: int | None = -1,
    kind: str | None = None,  # noqa: ARG001 - which way it is sorted cannot be told from the result
    *,
    descending: bool = False,
    stable: bool | None = True,  # noqa: ARG001 - it always is
) -> Any:
    """Indices that sort along ``axis``, or with ``None`` the flattened array; a constant.

    Equal elements keep their order, whatever ``kind`` and ``stable`` allow, and when ``descending``, too.

    >>> import autograd as ag
    >>> ag.argsort(ag.Tensor([3.0, 1.0, 3.0]), descending=True)
    Tensor([0, 2, 1], dtype=int64)
    """
    if not descending or np.ndim(x) == 0:
        return stable_order(x, axis)
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    # turned around, sorted, and turned back, so that the first of equal ones comes first
    return x.shape[axis] - 1 - np.flip(stable_order(np.flip(x, axis), axis), axis)


@primitive(domain=lambda draw: ((draw.array(_FEW),), {}), numpy=[np.argwhere])
def argwhere(x: Any, /) -> Any:
    """Indices of the elements that are not zero, one row for each; a constant."""
    return np.argwhere(x)


@implements(np.nonzero, derivative=False)
def nonzero(x: Any, /) -> tuple[Any, ...]:
    """Indices of the elements that are not zero, one array for each axis, so that ``x[nonzero(x)]`` picks them.

    >>> import autograd as ag
    >>> ag.nonzero(ag.Tensor([0.0, 3.0, 4.0]))
    (Tensor([1, 2], dtype=int64),)
    """
    places = argwhere(x)
    if not places.shape[1]:
        raise ValueError("nonzero: a single number has no axis to count along")
    return tuple(places[:, axis] for axis in range(places.shape[1]))


# Constant in pieces: the gradient is zero, not missing

#: What is added to whole numbers to stay away from steps, those at halves too.
_FRACTION = Interval(0.1, 0.4)


def between_steps(draw: Draw) -> Drawn:
    """One operand, whose numbers keep away from whole ones and from halves."""
    whole, fraction = draw.broadcastable(REAL, _FRACTION)
    return (np.floor(whole) + fraction,), {}


def quotient_between_steps(draw: Draw) -> Drawn:
    """Two operands whose quotient is no whole number, and either of which may be the one that is broadcast."""
    whole, fraction, operand = draw.broadcastable(REAL, _FRACTION, NONZERO)
    quotient = np.floor(whole) + fraction
    return ((quotient * operand, operand) if draw.boolean() else (operand, operand / quotient)), {}


def flat(g: Any) -> Any:
    """Give the cotangent of an operand that a result does not follow."""
    return np.zeros_like(g)


def _sign_rule(g: Any, x: Any, out: Any) -> Any:
    """0 for a step; a complex sign turns as ``x`` moves across its own direction."""
    if x.dtype.kind != "c":
        return np.zeros_like(g)
    size = np.abs(x)
    return np.where(size == 0, 0, (g - (g * out * out).conj()) / (2 * np.where(size == 0, 1, size)))


@primitive(rules={"x": _sign_rule}, domain=elementwise(NONZERO_COMPLEX), label="sign", numpy=[np.sign])
def sign(x: Any, /) -> Any:
    """-1, 0 or 1, whose gradient is 0; for complex numbers ``x / |x|``, whose gradient is not.

    Of -0.0 it is 0.0, as the Array API has it.
    """
    return np.sign(x) + 0  # -0.0 + 0 is 0.0


@primitive(forward=np.floor, rules={"x": flat}, domain=between_steps, label="floor")
def floor(x: Any, /) -> Any:
    """The whole number at or below each element; the gradient is 0."""


@primitive(forward=np.ceil, rules={"x": flat}, domain=between_steps, label="ceil")
def ceil(x: Any, /) -> Any:
    """The whole number at or above each element; the gradient is 0."""


def _rounded(draw: Draw) -> Drawn:
    (x,), _ = between_steps(draw)
    decimals = draw.choice([0, 1, -1])
    return (x / 10.0**decimals,), {"decimals": decimals}


@primitive(rules={"x": flat}, domain=_rounded, label="round", numpy=[np.round, np.around])
def round(x: Any, /, decimals: int = 0) -> Any:
    """The nearest number with so many decimals, to even at halves; the gradient is 0.

    Negative ``decimals`` round to tens, hundreds and so on.

    >>> import autograd as ag
    >>> ag.round(ag.Tensor([1.25, 2.5, 31.0]), -1)
    Tensor([ 0.,  0., 30.], dtype=float64)
    """
    return np.round(x, decimals)


@primitive(
    forward=np.floor_divide,
    rules={"x": flat, "y": flat},
    domain=quotient_between_steps,
    label="//",
)
def floor_divide(x: Any, y: Any, /) -> Any:
    """The whole number at or below ``x / y``; the gradient is 0."""


@primitive(
    forward=np.remainder,
    rules={"x": lambda g: g, "y": lambda g, x, y: -g * np.floor_divide(x, y)},
    domain=quotient_between_steps,
    label="mod",
)
def remainder(x: Any, y: Any, /) -> Any:
    """``x - y * floor(x / y)``, which has the sign of ``y``."""


@primitive(domain=elementwise(REAL), numpy=[np.zeros_like])
def zeros_like(x: Any, /, dtype: Any = None, *, device: Any = None) -> Any:
    """Zeros of the shape and dtype of ``x``; a constant. ``device`` can only be ``"cpu"``."""
    check_device("zeros_like", device)
    return np.zeros_like(x, dtype=dtype)


@primitive(domain=elementwise(REAL), numpy=[np.ones_like])
def ones_like(x: Any, /, dtype: Any = None, *, device: Any = None) -> Any:
    """Ones of the shape and dtype of ``x``; a constant. ``device`` can only be ``"cpu"``."""
    check_device("ones_like", device)
    return np.ones_like(x, dtype=dtype)
