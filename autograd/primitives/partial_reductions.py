"""Reductions of some of the elements, and from an initial value on: ``where=`` and ``initial=`` of NumPy's.

What is left out is replaced by what changes nothing: 0 in a sum, 1 in a product. So no gradient, and no NaN, comes from
there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import refuse_to_detach
from ..forms import NOT_GIVEN
from ..registry import face, operations
from .elementwise import add, divide, root_of_squares, square, subtract
from .reductions import Axis, degrees
from .shaping import astype, broadcast_to

__all__: list[str] = []


class _Kind(NamedTuple):
    reduction: str
    combine: str
    neutral: Any


_KINDS = {
    kind.reduction: kind
    for kind in (
        _Kind("sum", "add", 0),
        _Kind("prod", "multiply", 1),
        _Kind("max", "maximum", None),
        _Kind("min", "minimum", None),
        _Kind("all", "logical_and", True),
        _Kind("any", "logical_or", False),
        _Kind("logsumexp", "logaddexp", -np.inf),
    )
}


def reduced(
    name: str,
    kind: str,
    x: Any,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = True,
) -> Any:
    """Reduce, as ``kind`` says, what a mask leaves of ``x``, and join it with an initial value.

    ``initial=None`` is NumPy's word for none at all, not even 0 of a sum: what is of no elements has no value then.
    """
    reduction, combine, neutral = _KINDS[kind]
    if initial is None:
        neutral = None
    x = operations.asarray(x)
    if dtype is not None and kind not in ("sum", "prod"):
        x, dtype = astype(x, dtype, copy=False), None
    given = initial is not NOT_GIVEN and initial is not None
    if given:
        initial = operations.asarray(initial)
        if initial.ndim:
            raise ValueError(f"{name}: initial is a single number; given shape {initial.shape}")
    if where is not True:
        if neutral is None and not given:
            raise ValueError(f"{name}: with where=, initial= must say what is there if no element is left")
        x = operations.where(
            _mask(name, where, x.shape), x, _cast(name, initial, x.dtype) if neutral is None else neutral
        )
    options = {"dtype": dtype} if kind in ("sum", "prod") else {}
    if given and neutral is None and not x.size:  # what is empty has no extremum; its sum has the right shape
        result = astype(operations.sum(x, axis=axis, keepdims=keepdims), x.dtype, copy=False)
        return add(result, _cast(name, initial, x.dtype))
    result = getattr(operations, reduction)(x, axis=axis, keepdims=keepdims, **options)
    if initial is None and result.size and not x.size:
        raise ValueError(f"{name}: no element is left, and initial=None; give initial=, or leave it away")
    return getattr(operations, combine)(result, _cast(name, initial, result.dtype)) if given else result


def _cast(name: str, initial: Any, dtype: Any) -> Any:
    if initial.dtype.kind == "c" and dtype.kind != "c":
        raise TypeError(f"{name}: initial is complex, and the result is {dtype}")
    if dtype.kind in "iu" and initial.dtype.kind == "f" and not np.isfinite(initial.data):
        raise ValueError(f"{name}: initial is {initial.item()}, and the result is {dtype}, which has no such number")
    refuse_to_detach(initial, dtype, name)
    return astype(initial, dtype, copy=False)


def _mask(name: str, where: Any, shape: tuple[int, ...]) -> Any:
    where = operations.asarray(where)
    if where.dtype.kind != "b":
        raise TypeError(f"{name}: where is an array of booleans; given {where.dtype}")
    try:
        return broadcast_to(where, shape)
    except ValueError as error:
        raise ValueError(f"{name}: where must broadcast to the shape {shape}; given {where.shape}") from error


def known(name: str, x: Any, where: Any) -> Any:
    """Where elements are taken that are not NaN."""
    if x.dtype.kind not in "fc":
        return where
    there = operations.logical_not(operations.isnan(x))
    return there if where is True else operations.logical_and(there, _mask(name, where, x.shape))


# Means and variances


def _wide(x: Any, dtype: Any) -> Any:
    """In the dtype in which a mean is made, as NumPy chooses it."""
    if dtype is None:
        dtype = np.float32 if x.dtype == np.float16 else np.float64 if x.dtype.kind in "biu" else x.dtype
    return astype(x, dtype, copy=False)


def _as_given(result: Any, x: Any, dtype: Any) -> Any:
    """A result of float32 as float16, if that is what ``x`` was."""
    return astype(result, x.dtype) if x.dtype == np.float16 and dtype is None else result


def _over(total: Any, count: Any, quiet: bool) -> Any:
    """``total / count``; where nothing is left to count as NumPy divides by 0, or NaN without a warning."""
    count = count.astype(np.zeros((), total.dtype).real.dtype)
    if not quiet:
        return divide(total, count)
    undefined = count <= 0
    return operations.where(undefined, np.nan, divide(total, np.where(undefined, 1, count)))


def _count(name: str, x: Any, axis: Axis, keepdims: bool, where: Any) -> Any:
    if where is True:
        return np.asarray(np.sum(np.broadcast_to(True, x.shape), axis=axis, keepdims=keepdims))
    return operations.sum(_mask(name, where, x.shape), axis=axis, keepdims=keepdims)


def mean_of_some(name: str, x: Any, axis: Axis, dtype: Any, keepdims: bool, where: Any, *, quiet: bool = False) -> Any:
    """The mean of what a mask leaves of ``x``; where that is nothing it is NaN, with a warning or quietly."""
    x = operations.asarray(x)
    wide = _wide(x, dtype)
    total = reduced(name, "sum", wide, axis, None, keepdims, where=where)
    return _as_given(_over(total, _count(name, wide, axis, keepdims, where), quiet), x, dtype)


def variance_of_some(
    name: str,
    x: Any,
    axis: Axis,
    dtype: Any,
    ddof: float,
    keepdims: bool,
    where: Any,
    mean: Any,
    correction: float | None,
    *,
    root: bool = False,
    quiet: bool = False,
) -> Any:
    """The variance of what a mask leaves of ``x``, or its square root; ``quiet`` as for the mean."""
    ddof = degrees(name, ddof, correction)
    x = operations.asarray(x)
    wide = _wide(x, None)  # for a dtype that is given may be less precise than the deviations
    if where is not True:  # what is left out may be NaN
        wide = operations.where(_mask(name, where, wide.shape), wide, 0)
    middle = mean_of_some(name, wide, axis, dtype, True, where, quiet=quiet) if mean is None else mean
    deviation = subtract(wide, middle)
    is_complex = deviation.dtype.kind == "c"
    squares = add(square(deviation.real), square(deviation.imag)) if is_complex else square(deviation)
    freedom = np.maximum(_count(name, wide, axis, keepdims, where) - ddof, 0)
    variance = _over(reduced(name, "sum", squares, axis, dtype, keepdims, where=where), freedom, quiet)
    result = root_of_squares(variance) if root else variance
    is_wider = np.result_type(x.dtype, getattr(mean, "dtype", x.dtype)) != x.dtype  # than x: the mean that was given
    return result if is_wider else _as_given(result, x, dtype)


# The faces, with NumPy's parameters


@face(np.sum)
def _sum(
    a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True
) -> Any:
    return reduced("sum", "sum", a, axis, dtype, keepdims, initial, where)


@face(np.prod)
def _prod(
    a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True
) -> Any:
    return reduced("prod", "prod", a, axis, dtype, keepdims, initial, where)


@face(np.max, np.amax)
def _max(a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True) -> Any:
    return reduced("max", "max", a, axis, None, keepdims, initial, where)


@face(np.min, np.amin)
def _min(a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True) -> Any:
    return reduced("min", "min", a, axis, None, keepdims, initial, where)


@face(np.all)
def _all(a: Any, axis: Axis = None, keepdims: bool = False, *, where: Any = True) -> Any:
    return reduced("all", "all", a, axis, None, keepdims, where=where)


@face(np.any)
def _any(a: Any, axis: Axis = None, keepdims: bool = False, *, where: Any = True) -> Any:
    return reduced("any", "any", a, axis, None, keepdims, where=where)


@face(np.mean)
def _mean(a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    return mean_of_some("mean", a, axis, dtype, keepdims, where)


@face(np.var)
def _var(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    return variance_of_some("var", a, axis, dtype, ddof, keepdims, where, mean, correction)


@face(np.std)
def _std(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    return variance_of_some("std", a, axis, dtype, ddof, keepdims, where, mean, correction, root=True)


def _of_numbers(name: str, kind: str, a: Any, axis: Axis, keepdims: bool, initial: Any, where: Any) -> Any:
    """An extremum of what is not NaN: masked where something joins it or is left out, else the primitive."""
    a = operations.asarray(a)
    if initial is None and where is True:
        return getattr(operations, name)(a, axis=axis, keepdims=keepdims)
    return reduced(name, kind, a, axis, None, keepdims, initial, known(name, a, where))


@face(np.nanmax)
def _nanmax(a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True) -> Any:
    return _of_numbers("nanmax", "max", a, axis, keepdims, initial, where)


@face(np.nanmin)
def _nanmin(a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = True) -> Any:
    return _of_numbers("nanmin", "min", a, axis, keepdims, initial, where)
