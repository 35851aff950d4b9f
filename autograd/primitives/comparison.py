"""Functions without a derivative: comparisons, logic, searching. They give constants, whatever they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements
from .declaration import Domain, Primitive, primitive
from .domains import REAL, Drawn, Interval, along_axis, elementwise, reduction
from .ordering import check_way, stable_order

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
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "iscomplex",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "nonzero",
    "not_equal",
    "signbit",
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


@primitive(forward=np.signbit, domain=elementwise(REAL))
def signbit(x: Any, /) -> Any:
    """Whether each element is negative, -0.0 included; not differentiable, the result is a constant.

    >>> import autograd as ag
    >>> ag.signbit(ag.Tensor([-2.0, -0.0, 0.0]))
    Tensor([ True,  True, False], dtype=bool)
    """


@primitive(domain=elementwise(_FEW), numpy=[np.isneginf])
def isneginf(x: Any, /) -> Any:
    """Whether x is negative infinity, elementwise; not differentiable, the result is a constant.

    >>> import autograd as ag
    >>> ag.isneginf(ag.Tensor([-float("inf"), 0.0]))
    Tensor([ True, False], dtype=bool)
    """
    return np.isneginf(x)


@primitive(domain=elementwise(_FEW), numpy=[np.isposinf])
def isposinf(x: Any, /) -> Any:
    """Whether x is positive infinity, elementwise; not differentiable, the result is a constant.

    >>> import autograd as ag
    >>> ag.isposinf(ag.Tensor([float("inf"), 0.0]))
    Tensor([ True, False], dtype=bool)
    """
    return np.isposinf(x)


def _compared(draw: Draw) -> Drawn:
    x, y = draw.broadcastable(_FEW, _FEW)
    return (x, y, 1e-5, draw.choice([1e-8, 0.02])), {"equal_nan": draw.boolean()}


@primitive(domain=_compared)
def is_within(a: Any, b: Any, rtol: Any, atol: Any, /, equal_nan: bool = False) -> Any:
    """``isclose``, with tolerances that may be Tensors."""
    return np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


@implements(np.isclose, derivative=False)
def isclose(a: Any, b: Any, /, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    """Whether ``|a - b| <= atol + rtol * |b|``, elementwise; not differentiable, the result is a constant.

    The tolerances may be arrays, which broadcast with the others.

    >>> import autograd as ag
    >>> ag.isclose(ag.Tensor([1.0, 2.0]), [1.0 + 1e-9, 2.1], atol=[0.0, 0.2])
    Tensor([ True,  True], dtype=bool)
    """
    return is_within(a, b, rtol, atol, equal_nan=equal_nan)


_FEW_COMPLEX = _FEW._replace(complex=True)


@primitive(domain=elementwise(_FEW_COMPLEX), numpy=[np.iscomplex])
def iscomplex(x: Any, /) -> Any:
    """Whether the imaginary part is not 0, elementwise; not differentiable, the result is a constant.

    >>> import autograd as ag
    >>> ag.iscomplex(ag.Tensor([1.0 + 1j, 1.0]))
    Tensor([ True, False], dtype=bool)
    """
    return np.iscomplex(x)


@primitive(domain=elementwise(_FEW_COMPLEX), numpy=[np.isreal])
def isreal(x: Any, /) -> Any:
    """Whether the imaginary part is 0, elementwise; not differentiable, the result is a constant.

    >>> import autograd as ag
    >>> ag.isreal(ag.Tensor([1.0 + 1j, 1.0]))
    Tensor([False,  True], dtype=bool)
    """
    return np.isreal(x)


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
    kind: str | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> Any:
    """Indices that sort along ``axis``, or with ``None`` the flattened array; a constant.

    Equal elements keep their order, whatever ``kind`` and ``stable`` allow, and when ``descending``, too.

    >>> import autograd as ag
    >>> ag.argsort(ag.Tensor([3.0, 1.0, 3.0]), descending=True)
    Tensor([0, 2, 1], dtype=int64)
    """
    check_way(kind, stable)
    if not descending or np.ndim(x) == 0:
        return stable_order(x, axis)
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    # turned around, sorted, and turned back, so that the first of equal ones comes first
    order = np.flip(stable_order(np.flip(x, axis), axis), axis)
    return x.shape[axis] - 1 - order


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
