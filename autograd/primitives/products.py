"""Products over axes and along them, whose derivatives are exact with zeros in them: nothing is divided by.

The product of all other elements is the product of those before times the product of those after. Cumulative products
need a recurrence for it, ``r[j] = terms[j] + factors[j] * r[j-1]``, which is a primitive whose rule is itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements
from .cumulative import along_axis_or_flat, cumulated
from .declaration import primitive
from .domains import REAL, Drawn, reduction
from .recurrences import run_recurrence
from .reductions import Axis, kept_shape, refuse_loss

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "cumprod",
    "cumulative_prod",
    "prod",
]


def _one_later(rows: Any, first: Any) -> Any:
    """The elements moved on by one along the last axis, behind a new first one; the last one is dropped."""
    return np.concatenate([first, rows[..., :-1]], axis=-1)


def _before_each(rows: Any) -> Any:
    """For each element along the last axis, the product of all before it."""
    return np.cumprod(_one_later(rows, np.ones_like(rows[..., :1])), axis=-1)


def _backwards(rows: Any) -> Any:
    return np.flip(rows, -1)


# The recurrence


def _recurrence_domain(draw: Draw) -> Drawn:
    factors = draw.array(REAL, min_dims=1)
    return (factors, draw.array(REAL, factors.shape)), {}


def reverse_recurrence(factors: Any, terms: Any) -> Any:
    """``r[j] = terms[j] + factors[j+1] * r[j+1]`` along the last axis, counted from its end."""
    factors = _backwards(factors)
    if factors.shape[-1]:
        factors = _one_later(factors, np.zeros_like(factors[..., :1]))
    return _backwards(recurrence.alike(factors, _backwards(terms)))


def _by_factors(g: Any, factors: Any, out: Any) -> Any:
    if not out.shape[-1]:
        return g
    return reverse_recurrence(factors, g) * _one_later(out, np.zeros_like(out[..., :1]))


@primitive(
    rules={"factors": _by_factors, "terms": lambda g, factors: reverse_recurrence(factors, g)},
    domain=_recurrence_domain,
    label="recurrence",
    analytic=True,
)
def recurrence(factors: Any, terms: Any, /) -> Any:
    """``r[j] = terms[j] + factors[j] * r[j-1]`` along the last axis; ``r[0] = terms[0]``. Both have one shape."""
    return run_recurrence(factors, terms) if terms.shape[-1] else terms + factors


# Products


def _by_others(g: Any, x: Any, axis: Axis) -> Any:
    """Each element's derivative is the product of all others: of those before it and those after it."""
    reduced = reduced_axes(axis, x.ndim)
    others = [a for a in range(x.ndim) if a not in reduced]
    g = np.reshape(g, kept_shape(x.shape, axis))
    if not math.prod(x.shape):
        return g * x
    order = (*others, *reduced)
    ordered = np.transpose(x, order)
    rows = np.reshape(ordered, (*(x.shape[a] for a in others), -1))
    product = _before_each(rows) * _backwards(_before_each(_backwards(rows)))
    back = tuple(order.index(a) for a in range(x.ndim))
    return g * np.transpose(np.reshape(product, ordered.shape), back)


def reduced_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction is over, counted from the front; a single number has none."""
    if axis is None or not ndim:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


@primitive(rules={"x": _by_others}, domain=reduction, label="Π", analytic=True, numpy=[np.prod])
def prod(x: Any, /, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Product over ``axis``: one, several, or by default all. Its derivatives are exact with any number of zeros.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 2.0, 3.0], requires_grad=True)
    >>> ag.prod(x).backward()
    >>> x.grad
    Tensor([6., 0., 0.], dtype=float64)
    """
    if dtype is not None:
        refuse_loss(x, dtype)
    return np.multiply.reduce(x, axis=axis, dtype=dtype, keepdims=keepdims)  # type: ignore[call-overload]


def _by_later_products(g: Any, x: Any, axis: int | None) -> Any:
    """The product of all before an element, times the sum of what all after it make of it."""
    if not math.prod(x.shape):
        return g * x if axis is not None else np.reshape(g, x.shape)
    if axis is None:
        rows = np.reshape(x, (-1,))
        return np.reshape(_before_each(rows) * reverse_recurrence(rows, g), x.shape)
    rows = np.swapaxes(x, axis, -1)
    return np.swapaxes(_before_each(rows) * reverse_recurrence(rows, np.swapaxes(g, axis, -1)), axis, -1)


@primitive(
    rules={"x": _by_later_products},
    domain=along_axis_or_flat,
    label="cumprod",
    analytic=True,
    numpy=[np.cumprod],
)
def cumprod(x: Any, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Products of the elements up to each one, along ``axis``; by default of the flattened array.

    Its derivatives are exact with any number of zeros.

    >>> import autograd as ag
    >>> x = ag.Tensor([0.0, 2.0, 3.0], requires_grad=True)
    >>> ag.cumprod(x)[2].backward()
    >>> x.grad
    Tensor([6., 0., 0.], dtype=float64)
    """
    if dtype is not None:
        refuse_loss(x, dtype)
    return np.cumprod(x, axis=axis, dtype=dtype)


@implements(*([np.cumulative_prod] if hasattr(np, "cumulative_prod") else []))
def cumulative_prod(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Products of the elements up to each one, along ``axis``, which may be left out for one axis only.

    With ``include_initial`` the empty product, 1, comes first, and the result is longer by one.

    >>> import autograd as ag
    >>> ag.cumulative_prod(ag.Tensor([2.0, 3.0]), include_initial=True)
    Tensor([1., 2., 6.], dtype=float64)
    """
    return cumulated("cumulative_prod", cumprod, x, axis, dtype, 1 if include_initial else None)
