"""Extrema up to each element along an axis, and smooth ones: ``accumulate`` of ``np.maximum``, ``np.logaddexp``..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .cumulative import only_axis
from .declaration import primitive
from .domains import Drawn, along_axis
from .exponentials import exponential_share
from .products import recurrence, reverse_recurrence

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "cumulative_logsumexp",
    "cumulative_max",
    "cumulative_min",
]


def _running_domain(draw: Draw) -> Drawn:
    x = draw.distinct(min_dims=1, min_side=1)
    return (x,), {"axis": draw.axis(x.ndim)}


def _shared_by_running_ties(g: Any, x: Any, out: Any, axis: int | None) -> Any:
    """Each result's gradient goes, in even shares, to the elements up to it that equal it; NaN to those that are NaN.

    The elements that share lie in one stretch over which the result does not change.
    """
    if not x.shape[-1 if axis is None else axis] or not x.size:
        return g
    along = -1 if axis is None else axis
    g, x, out = (np.swapaxes(each, along, -1) for each in (g, x, out))
    undefined = out != out  # noqa: PLR0124 - true of NaN alone
    ties = (x == out) | ((x != x) & undefined)  # noqa: PLR0124
    goes_on = (out[..., 1:] == out[..., :-1]) | undefined[..., :-1]
    goes_on = np.concatenate([np.zeros_like(undefined[..., :1]), goes_on], axis=-1)
    share = _in_shares if type(g) is type(ties) is np.ndarray else _in_recorded_shares
    return np.swapaxes(share(g, ties, goes_on), along, -1)


def _in_recorded_shares(g: Any, ties: Any, goes_on: Any) -> Any:
    """How many share is counted, and what each gets is added up, by recurrences that start anew with each stretch."""
    goes_on = goes_on.astype(g.dtype)
    count = recurrence.alike(goes_on, ties.astype(g.dtype))
    return np.where(ties, reverse_recurrence(goes_on, g / count), 0)


def _in_shares(g: Any, ties: Any, goes_on: Any) -> Any:
    """The same for arrays, by the ties alone: what lies from one to the next is shared by those up to it."""
    places = np.flatnonzero(ties)  # a stretch begins with one
    shares = np.add.reduceat(g.ravel(), places)
    goes_on = goes_on.ravel()[places]
    if goes_on.any():
        rank = np.arange(len(places))
        rank -= np.maximum.accumulate(np.where(goes_on, 0, rank))
        shares = reverse_recurrence(goes_on.astype(g.dtype), shares / (rank + 1).astype(g.dtype))
    spread = np.zeros(g.size, g.dtype)
    spread[places] = shares
    return spread.reshape(g.shape)


@primitive(rules={"x": _shared_by_running_ties}, domain=_running_domain, label="cummax")
def cumulative_max(x: Any, /, axis: int | None = None) -> Any:
    """The maximum up to each element along ``axis``, which may be left out for one axis only.

    Equal maxima share the gradient evenly. ``np.maximum.accumulate(x)`` is this along the first axis.

    >>> import autograd as ag
    >>> ag.cumulative_max(ag.Tensor([1.0, 3.0, 2.0]))
    Tensor([1., 3., 3.], dtype=float64)
    """
    return np.maximum.accumulate(x, axis=only_axis("cumulative_max", axis, np.ndim(x)))


@primitive(rules={"x": _shared_by_running_ties}, domain=_running_domain, label="cummin")
def cumulative_min(x: Any, /, axis: int | None = None) -> Any:
    """The minimum up to each element along ``axis``, which may be left out for one axis only.

    Equal minima share the gradient evenly. ``np.minimum.accumulate(x)`` is this along the first axis.

    >>> import autograd as ag
    >>> ag.cumulative_min(ag.Tensor([2.0, 3.0, 1.0]))
    Tensor([2., 2., 1.], dtype=float64)
    """
    return np.minimum.accumulate(x, axis=only_axis("cumulative_min", axis, np.ndim(x)))


def _by_running_shares(g: Any, x: Any, out: Any, axis: int | None) -> Any:
    """Each result goes, in shares that are not above 1, to its element and to the result before it."""
    if not x.size:
        return g
    along = -1 if axis is None else axis
    g, x, out = (np.swapaxes(each, along, -1) for each in (g, x, out))
    first, later, before = x[..., :1], x[..., 1:], out[..., :-1]
    to_before = np.concatenate([np.zeros_like(first), exponential_share(before, later)], axis=-1)
    to_element = np.concatenate([np.ones_like(first), exponential_share(later, before)], axis=-1)
    return np.swapaxes(to_element * reverse_recurrence(to_before, g), along, -1)


@primitive(
    rules={"x": _by_running_shares},
    domain=along_axis,
    label="cumlogsumexp",
)
def cumulative_logsumexp(x: Any, /, axis: int | None = None) -> Any:
    """Logarithm of the sum of ``exp(x)`` up to each element along ``axis``, without overflow; real numbers only.

    The axis may be left out for one axis only. Where several are infinitely large, they share the gradient as those of
    ``logaddexp`` do. ``np.logaddexp.accumulate(x)`` is this along the first axis.

    >>> import autograd as ag
    >>> x = ag.Tensor([1000.0, 1000.0], requires_grad=True)
    >>> y = ag.cumulative_logsumexp(x)
    >>> y.sum().backward()
    >>> y, x.grad
    (Tensor([1000.        , 1000.69314718], ...), Tensor([1.5, 0.5], dtype=float64))
    """
    return np.logaddexp.accumulate(x, axis=only_axis("cumulative_logsumexp", axis, np.ndim(x)))
