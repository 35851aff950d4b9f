"""Extrema up to each element, along an axis: what ``np.maximum.accumulate`` and ``np.minimum.accumulate`` give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .cumulative import only_axis
from .declaration import primitive
from .domains import Drawn
from .products import recurrence, reverse_recurrence

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "cumulative_max",
    "cumulative_min",
]


def _running_domain(draw: Draw) -> Drawn:
    x = draw.distinct(min_dims=1, min_side=1)
    return (x,), {"axis": draw.axis(x.ndim)}


def _shared_by_running_ties(g: Any, x: Any, out: Any, axis: int | None) -> Any:
    """Each result's gradient goes, in even shares, to the elements up to it that equal it; NaN to those that are NaN.

    The elements that share lie in one stretch over which the result does not change. So how many share is counted,
    and what each gets is added up from behind, by recurrences that start anew with each stretch.
    """
    if not x.shape[-1 if axis is None else axis]:
        return g
    along = -1 if axis is None else axis
    g, x, out = (np.swapaxes(each, along, -1) for each in (g, x, out))
    undefined = out != out  # noqa: PLR0124 - true of NaN alone
    ties = (x == out) | ((x != x) & undefined)  # noqa: PLR0124
    goes_on = (out[..., 1:] == out[..., :-1]) | undefined[..., :-1]
    goes_on = np.concatenate([np.zeros_like(undefined[..., :1]), goes_on], axis=-1).astype(g.dtype)
    count = recurrence.alike(goes_on, ties.astype(g.dtype))
    shares = reverse_recurrence(goes_on, g / count)
    return np.swapaxes(np.where(ties, shares, 0), along, -1)


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
