"""Reductions over axes, and the functions made of them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .declaration import primitive
from .domains import along_axis, reduction, reduction_without_ties
from .elementwise import multiply, root_of_squares, square
from .masks import shared, shared_among_extremes
from .numbers import in_floating

__all__ = [
    "log_softmax",
    "logsumexp",
    "max",
    "mean",
    "min",
    "softmax",
    "std",
    "sum",
    "var",
]

Axis = int | tuple[int, ...] | None

# Faster than np.sum and its like, and the same; NumPy's annotations do not know keepdims as a variable.
_add_up: Any = np.add.reduce
_largest: Any = np.maximum.reduce
_smallest: Any = np.minimum.reduce

#: A count above this cannot divide a float16.
_LARGEST_HALF = 65504

#: Below this many bytes, filling a new array is faster than NumPy's broadcast_to; above, a view costs no memory.
_SMALL = 1 << 15


def kept_shape(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """The shape with 1 in the place of each reduced axis."""
    if axis is None or not shape:  # NumPy takes an axis of a single number, too
        return (1,) * len(shape)
    kept = list(shape)
    for a in axis if isinstance(axis, tuple) else (axis,):
        kept[a] = 1
    return tuple(kept)


def spread(g: Any, x_shape: tuple[int, ...], axis: Axis, keepdims: bool) -> Any:
    """Lay what came from a reduction back over the axes that were reduced."""
    if not keepdims and x_shape:
        g = g.reshape(kept_shape(x_shape, axis))
    if type(g) is np.ndarray and math.prod(x_shape) * g.itemsize <= _SMALL:
        laid = np.empty(x_shape, g.dtype)
        laid[...] = g
        return laid
    return np.broadcast_to(g, x_shape)


def _count(shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements each result of a reduction is made of; a single number has no axis that could be counted."""
    if axis is None:
        return math.prod(shape)
    if not shape and axis != ():
        raise np.exceptions.AxisError(axis[0] if isinstance(axis, tuple) else axis, 0)
    return math.prod([shape[a] for a in axis]) if isinstance(axis, tuple) else shape[axis]


def refuse_loss(x: Any, dtype: Any, *, wraps: bool = True) -> None:
    """Refuse a dtype that has no room for a fraction or an imaginary part that ``x`` may have.

    Sums and products of whole numbers wrap in a dtype without a sign, and stay what they are but for multiples of its
    size; other results do not.
    """
    given, wanted = np.dtype(getattr(x, "dtype", type(x))), np.dtype(dtype)
    both_whole = given.kind == "i" and wanted.kind == "u"
    if not (wraps and both_whole) and not np.can_cast(given, wanted, "same_kind"):
        raise TypeError(f"dtype={wanted} would lose something of {given}; convert with astype or real")


@primitive(
    rules={"x": spread},
    domain=reduction,
    label="Σ",
    analytic=True,
    numpy=[np.sum],
)
def sum(x: Any, /, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Sum over ``axis``: one, several, or by default all.

    >>> import autograd as ag
    >>> ag.sum(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.], dtype=float64)
    """
    if dtype is not None:
        refuse_loss(x, dtype)
    return _add_up(x, axis=axis, dtype=dtype, keepdims=keepdims)


def _shared(g: Any, x_shape: tuple[int, ...], axis: Axis, keepdims: bool) -> Any:
    count = _count(x_shape, axis)
    share = g / (count or 1) if count <= _LARGEST_HALF else g * (1 / count)  # of nothing, nothing is shared
    return spread(share, x_shape, axis, keepdims)


@primitive(
    rules={"x": _shared},
    domain=lambda draw: reduction(draw, min_side=1),
    label="mean",
    analytic=True,
    numpy=[np.mean],
)
def mean(x: Any, /, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Mean over ``axis``: one, several, or by default all. Integers give float64.

    >>> import autograd as ag
    >>> ag.mean(ag.Tensor([1.0, 2.0, 6.0]))
    Tensor(3., dtype=float64)
    """
    x = np.asarray(x) if isinstance(x, (int, float, complex)) else x
    if dtype is not None:
        refuse_loss(x, dtype, wraps=False)
    elif x.dtype.char not in "fdFD":
        return _mean_by_way_of_more_bits(x, axis, keepdims)
    result = _add_up(x, axis=axis, dtype=dtype, keepdims=keepdims) / _count(x.shape, axis)
    return result.astype(dtype) if dtype is not None and np.dtype(dtype).kind in "iu" else result


def _mean_by_way_of_more_bits(x: Any, axis: Axis, keepdims: bool) -> Any:
    """The mean of integers as float64; of float16, whose sums would soon overflow, by way of float32, as NumPy's."""
    if x.dtype == np.float16:
        return mean.forward(x, axis, np.float32, keepdims).astype(np.float16)
    return mean.forward(x, axis, np.result_type(x, np.float64), keepdims)


def shared_by_ties(extremum: np.ufunc) -> Callable[..., Any]:
    """Make the rule of an extremum: its gradient goes to the elements that equal it, in equal shares.

    NaN comes from the elements that are NaN.
    """

    def rule(g: Any, x: Any, out: Any, axis: Axis) -> Any:
        if np.size(out) == 1:
            few = shared_among_extremes(np.reshape(g, ()), x, np.reshape(out, ()), extremum)
            if few is not None:
                return few
        kept = kept_shape(x.shape, axis)
        out = np.reshape(out, kept)
        ties = x == out
        if type(out) is not np.ndarray or np.isnan(out).any():
            ties = ties | ((x != x) & (out != out))  # noqa: PLR0124 - true of NaN alone
        return shared(np.reshape(g, kept), ties, axis)

    return rule


@primitive(rules={"x": shared_by_ties(np.maximum)}, domain=reduction_without_ties, label="max", numpy=[np.max, np.amax])
def max(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Maximum over ``axis``: one, several, or by default all. Equal maxima share the gradient evenly.

    >>> import autograd as ag
    >>> x = ag.Tensor([5.0, 1.0, 5.0], requires_grad=True)
    >>> ag.max(x).backward()
    >>> x.grad
    Tensor([0.5, 0. , 0.5], dtype=float64)
    """
    return _largest(x, axis=axis, keepdims=keepdims)


@primitive(rules={"x": shared_by_ties(np.minimum)}, domain=reduction_without_ties, label="min", numpy=[np.min, np.amin])
def min(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Minimum over ``axis``: one, several, or by default all. Equal minima share the gradient evenly."""
    return _smallest(x, axis=axis, keepdims=keepdims)


@implements()
def var(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """Variance over ``axis``: the mean of ``|x - mean(x)|**2``, with ``n - ddof`` in the denominator.

    ``correction`` is the Array API's name for ``ddof``. Complex values have a real variance. Where that leaves nothing
    in the denominator the result is NaN, or by ``ddof`` what NumPy has, NaN or infinite; a ``RuntimeWarning`` says so.

    >>> import autograd as ag
    >>> ag.var(ag.Tensor([1.0, 2.0, 6.0]))
    Tensor(4.66666667, dtype=float64)
    """
    x = operations.asarray(x)
    return _halved(x, _variance("var", x, axis, ddof, correction, keepdims))


@implements(np.var)
def numpy_var(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """``var`` as NumPy has it, whichever name the correction is given by."""
    return var(x, axis=axis, ddof=degrees("var", ddof, correction), keepdims=keepdims)


def degrees(name: str, ddof: float, correction: float | None) -> float:
    """``ddof``, or what is given by its other name."""
    given = ddof if correction is None else correction
    if np.iscomplexobj(given):
        raise TypeError(f"{name}: ddof, or correction, is a real number; given {given}")
    if correction is not None and np.ndim(correction):
        raise ValueError(f"{name}: correction is a single number; given {describe(correction)}")
    if correction is not None and ddof != 0:
        raise ValueError(f"{name}: ddof and correction are two names of one thing; give one")
    return given


def _halved(x: Any, result: Any) -> Any:
    """A result of float32 as float16, if that is what ``x`` was."""
    return operations.astype(result, np.float16) if x.dtype == np.float16 else result


def _variance(name: str, x: Any, axis: Axis, ddof: float, correction: float | None, keepdims: bool) -> Any:
    without_freedom = np.inf if correction is None else np.nan  # as NumPy and the Array API have it
    ddof = degrees(name, ddof, correction)
    if getattr(ddof, "requires_grad", False):
        raise TypeError(f"{name}: ddof is a number, and has no derivative; detach() the Tensor that requires grad")
    if x.dtype == np.float16:  # whose squares soon overflow; NumPy does the same
        x = operations.astype(x, np.float32)
    deviation = x - mean(x, axis=axis, keepdims=True)
    squares = square(deviation)
    if deviation.dtype.kind == "c":
        squares = square(operations.real(deviation)) + square(operations.imag(deviation))
    count = _count(x.shape, axis)
    if count <= ddof:
        warning = f"{name}: {count} elements leave no degrees of freedom with ddof={ddof}; the result is not finite"
        warnings.warn(warning, RuntimeWarning, stacklevel=3)
    return multiply(sum(squares, axis=axis, keepdims=keepdims), 1 / (count - ddof) if count > ddof else without_freedom)


@implements()
def std(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """Standard deviation over ``axis``: the square root of ``var``. Its derivative at 0 is 0, as it is in PyTorch.

    >>> import autograd as ag
    >>> ag.std(ag.Tensor([1.0, 3.0]))
    Tensor(1., dtype=float64)
    """
    x = operations.asarray(x)
    variance = _variance("std", x, axis, ddof, correction, keepdims)
    return _halved(x, root_of_squares(variance))


@implements(np.std)
def numpy_std(
    x: Any, /, axis: Axis = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Any:
    """``std`` as NumPy has it, whichever name the correction is given by."""
    return std(x, axis=axis, ddof=degrees("std", ddof, correction), keepdims=keepdims)


# Normalising: logsumexp and what is made of it


def _top(x: Any, axis: Axis) -> Any:
    """The largest over ``axis``, which is kept; of no elements negative infinity."""
    if not np.size(x):
        return _add_up(x, axis=axis, keepdims=True) - np.inf
    return _largest(x, axis=axis, keepdims=True)


def _weighted(g: Any, x: Any, out: Any, axis: Axis) -> Any:
    """``exp(x - out)`` parts of the gradient; none where all of ``x`` is ``-inf``, and so is ``out``.

    What is far from 0 is rounded, and so is ``out``: all parts are wrong by one factor, which makes their sum 1.
    Complex parts may cancel, and are not added up.
    """
    kept = kept_shape(x.shape, axis)
    shares = np.exp(x - np.reshape(np.where(out == -np.inf, 0, out), kept))
    if x.dtype.kind == "c":
        return np.reshape(g, kept) * shares
    total = _add_up(shares, axis=axis, keepdims=True)
    return np.reshape(g, kept) * (shares / np.where((total == 0) | np.isnan(total), 1, total))


@primitive(
    rules={"x": _weighted},
    domain=lambda draw: reduction(draw, min_side=1),
    label="logsumexp",
)
def logsumexp(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """``ln(sum(exp(x)))`` over ``axis``, without overflow; of no elements negative infinity.

    Of complex numbers it is the principal value, whose imaginary part is at most pi in size.

    >>> import autograd as ag
    >>> ag.logsumexp(ag.Tensor([1000.0, 1000.0]))
    Tensor(1000.69314718, dtype=float64)
    """
    x = in_floating(x)
    top = _top(x, axis)
    is_complex = top.dtype.kind == "c"
    top = top.real if is_complex else top
    below = x - np.where(np.isfinite(top), top, 0)
    below = below if is_complex else np.minimum(below, 0)  # above 0 only where top is infinite
    total = _add_up(np.exp(below), axis=axis, keepdims=True)
    # A real total is below 1 only where all of x is -inf, and so is the result; complex terms may cancel.
    total = np.where(top == -np.inf, 1, total) if is_complex else np.maximum(total, 1)
    total = np.log(total) + top
    return total if keepdims else np.reshape(total, np.squeeze(total, axis=axis).shape)


@primitive(
    rules={"x": lambda g, out, axis: out * (g - np.sum(g * out, axis=axis, keepdims=True))},
    domain=along_axis,
    label="softmax",
)
def softmax(x: Any, /, axis: int = -1) -> Any:
    """``exp(x) / sum(exp(x))`` along ``axis``, without overflow.

    >>> import autograd as ag
    >>> ag.softmax(ag.Tensor([1000.0, 1000.0, -1000.0]))
    Tensor([0.5, 0.5, 0. ], dtype=float64)
    """
    x = in_floating(x)
    e = np.exp(x - _top(x, axis))
    return e / _add_up(e, axis=axis, keepdims=True)


@primitive(
    rules={"x": lambda g, out, axis: g - np.exp(out) * np.sum(g, axis=axis, keepdims=True)},
    domain=along_axis,
    label="log softmax",
)
def log_softmax(x: Any, /, axis: int = -1) -> Any:
    """``ln(softmax(x))`` along ``axis``, precise where softmax is near 0.

    >>> import autograd as ag
    >>> ag.log_softmax(ag.Tensor([0.0, 1000.0]))
    Tensor([-1000.,     0.], dtype=float64)
    """
    x = in_floating(x)
    shifted = x - _top(x, axis)
    total = _add_up(np.exp(shifted), axis=axis, keepdims=True)
    return shifted - np.log(total) if np.size(x) else shifted
