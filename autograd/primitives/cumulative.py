"""Sums up to each element, along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import Primitive, primitive
from .domains import Drawn, along_axis
from .reductions import refuse_loss
from .shaping import counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "cumsum",
    "cumulative_sum",
]


def along_axis_or_flat(draw: Draw) -> Drawn:
    """One operand with at least one axis and one element, and one of its axes, or none for all in a row."""
    operands, attributes = along_axis(draw)
    return operands, {"axis": draw.choice([attributes["axis"], None])}


def only_axis(name: str, axis: int | None, ndim: int) -> int:
    """The axis to cumulate along; it may be left out where there is one only, as the Array API has it."""
    if axis is None:
        if ndim != 1:
            raise ValueError(f"{name}: an axis must be given, for the operand has {ndim} axes; reshape(x, -1) has one")
        return 0
    (along,) = counted_axes(name, axis, ndim)
    return along


def cumulated(name: str, function: Primitive, x: Any, axis: int | None, dtype: Any, initial: int | None) -> Any:
    """What the Array API's cumulative functions give: NumPy's old ones, and if asked for what nothing gives before."""
    x = operations.asarray(x)
    along = only_axis(name, axis, x.ndim)
    result = function(x, axis=along, dtype=dtype)
    if initial is None:
        return result
    shape = (*x.shape[:along], 1, *x.shape[along + 1 :])
    return operations.concat([np.full(shape, initial, result.dtype), result], axis=along)


def _reverse_cumulative(g: Any, x_shape: tuple[int, ...], axis: int | None) -> Any:
    along = 0 if axis is None else axis
    total = np.flip(np.cumsum(np.flip(g, along), axis=along), along)
    return np.reshape(total, x_shape) if axis is None else total


@primitive(
    rules={"x": _reverse_cumulative},
    domain=along_axis_or_flat,
    label="cumsum",
    analytic=True,
    numpy=[np.cumsum],
)
def cumsum(x: Any, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Sums of the elements up to each one, along ``axis``; by default of the flattened array.

    >>> import autograd as ag
    >>> ag.cumsum(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([ 1.,  3.,  6., 10.], dtype=float64)
    """
    if dtype is not None:
        refuse_loss(x, dtype)
    return np.cumsum(x, axis=axis, dtype=dtype)


@implements(*([np.cumulative_sum] if hasattr(np, "cumulative_sum") else []))
def cumulative_sum(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Sums of the elements up to each one, along ``axis``, which may be left out for one axis only.

    With ``include_initial`` the empty sum, 0, comes first, and the result is longer by one.

    >>> import autograd as ag
    >>> ag.cumulative_sum(ag.Tensor([1.0, 2.0, 3.0]), include_initial=True)
    Tensor([0., 1., 3., 6.], dtype=float64)
    """
    return cumulated("cumulative_sum", cumsum, x, axis, dtype, 0 if include_initial else None)
