"""Choices for each element: the larger, the smaller, what is within bounds, what a condition says.

Ties share evenly; the derivative at a kink is 0.
"""

from __future__ import annotations

import builtins
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..forms import NOT_GIVEN
from ..registry import implements, operations
from .comparison import nonzero
from .declaration import primitive
from .domains import NONZERO, REAL, Drawn, apart, elementwise
from .masks import masked

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "clip",
    "maximum",
    "minimum",
    "relu",
    "where",
]


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
def numpy_clip(
    x: Any, /, a_min: Any = NOT_GIVEN, a_max: Any = NOT_GIVEN, *, min: Any = NOT_GIVEN, max: Any = NOT_GIVEN
) -> Any:
    """``clip`` as NumPy calls it: its bounds have an older name each."""
    older, newer = (a_min, a_max), (min, max)
    if any(each is not NOT_GIVEN for each in older) and any(each is not NOT_GIVEN for each in newer):
        raise ValueError("np.clip: give the bounds as a_min and a_max, or as min and max, not as some of both")
    low, high = older if min is max is NOT_GIVEN else newer
    x, *bounds = (
        each if isinstance(each, (int, float, complex, NoneType)) else operations.asarray(each)
        for each in (x, *(None if bound is NOT_GIVEN else bound for bound in (low, high)))
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
