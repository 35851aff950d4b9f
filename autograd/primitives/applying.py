"""Functions applied along axes: what is recorded is what they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..registry import implements, operations
from .arranging import moveaxis
from .shaping import counted_axes, expand_dims, reshape, stack

__all__ = [
    "apply_along_axis",
    "apply_over_axes",
]


@implements(np.apply_along_axis)
def apply_along_axis(function: Callable[..., Any], axis: int, x: Any, /, *arguments: Any, **options: Any) -> Any:
    """Apply a function of a vector to each vector along an axis; the axes of its result take the place of that one.

    The function gets Tensors, then ``arguments`` and ``options``, and gives a Tensor or a number. As in NumPy it is
    called once for each vector: a function of whole arrays is faster.

    >>> import autograd as ag
    >>> ag.apply_along_axis(lambda v: v[0] * v[1], 1, ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([ 2., 12.], dtype=float64)
    """
    x = operations.asarray(x)
    if not x.ndim:
        raise ValueError("apply_along_axis: one axis or more is needed; given a single number")
    (along,) = counted_axes("apply_along_axis", axis, x.ndim)
    others = x.shape[:along] + x.shape[along + 1 :]
    count = math.prod(others)
    if not count:
        raise ValueError(f"apply_along_axis: there is no vector along axis {axis} of shape {x.shape}")
    vectors = reshape(moveaxis(x, along, -1), (count, x.shape[along]))
    found = stack([function(vector, *arguments, **options) for vector in vectors])
    found = reshape(found, (*others, *found.shape[1:]))
    new = found.ndim - len(others)
    return moveaxis(found, tuple(range(len(others), found.ndim)), tuple(range(along, along + new)))


@implements(np.apply_over_axes)
def apply_over_axes(function: Callable[[Any, int], Any], x: Any, axes: int | Sequence[int], /) -> Any:
    """Apply ``function(x, axis)`` for one axis after the other; an axis that it drops is put back with size 1.

    >>> import autograd as ag
    >>> ag.apply_over_axes(ag.sum, ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), [0, 1])
    Tensor([[10.]], dtype=float64)
    """
    x = operations.asarray(x)
    ndim = x.ndim
    for axis in counted_axes("apply_over_axes", axes, ndim):
        found = operations.asarray(function(x, axis))
        if found.ndim == ndim - 1:
            found = expand_dims(found, axis)
        if found.ndim != ndim:
            raise ValueError(
                f"apply_over_axes: the function gives an array of the same axes, or without the one that it is given; "
                f"it gave the shape {found.shape} for {x.shape}"
            )
        x = found
    return x
