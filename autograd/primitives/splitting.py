"""Arrays cut into parts along an axis. A list of Tensors comes back, each of them a slice that is recorded."""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import Any

import numpy as np

from ..registry import implements, operations
from .shaping import counted_axes

__all__ = [
    "array_split",
    "dsplit",
    "hsplit",
    "split",
    "unstack",
    "vsplit",
]


def _slices(x: Any, bounds: list[Any], axis: int) -> list[Any]:
    before = (slice(None),) * axis
    return [x[(*before, slice(start, end))] for start, end in pairwise([0, *bounds, None])]


def _split(name: str, x: Any, indices_or_sections: Any, axis: int, *, evenly: bool) -> list[Any]:
    x = operations.asarray(x)
    (along,) = counted_axes(name, axis, x.ndim)
    if np.ndim(indices_or_sections):
        try:
            places = [operator.index(place) for place in indices_or_sections]
        except TypeError as error:
            raise TypeError(f"{name}: places to cut at are whole numbers; given {indices_or_sections}") from error
        return _slices(x, places, along)
    sections, size = operator.index(indices_or_sections), x.shape[along]
    if sections <= 0:
        raise ValueError(f"{name}: the number of parts is positive; given {sections}")
    if evenly and size % sections:
        raise ValueError(
            f"{name}: {size} elements along axis {axis} cannot be cut into {sections} equal parts; array_split makes "
            "parts that differ by one"
        )
    each, larger = divmod(size, sections)  # the first parts are the larger ones
    parts = np.arange(1, sections)  # which refuses at once more of them than there is memory for
    return _slices(x, (parts * each + np.minimum(parts, larger)).tolist(), along)


@implements(np.split)
def split(x: Any, /, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut along ``axis`` into so many equal parts, or at the places given; a list of Tensors.

    Raises ``ValueError`` where the parts would not be equal.

    >>> import autograd as ag
    >>> ag.split(ag.Tensor([1.0, 2.0, 3.0]), [1])
    [Tensor([1.], dtype=float64), Tensor([2., 3.], dtype=float64)]
    """
    return _split("split", x, indices_or_sections, axis, evenly=True)


@implements(np.array_split)
def array_split(x: Any, /, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut along ``axis`` into so many parts, the first of which may be larger by one, or at the places given.

    >>> import autograd as ag
    >>> ag.array_split(ag.Tensor([1.0, 2.0, 3.0]), 2)
    [Tensor([1., 2.], dtype=float64), Tensor([3.], dtype=float64)]
    """
    return _split("array_split", x, indices_or_sections, axis, evenly=False)


def _checked(name: str, x: Any, needed: int) -> Any:
    x = operations.asarray(x)
    if x.ndim < needed:
        raise ValueError(f"{name}: {needed} axes or more are needed; given {x.dtype} {x.shape}")
    return x


@implements(np.hsplit)
def hsplit(x: Any, /, indices_or_sections: Any) -> list[Any]:
    """Cut side by side: along axis 1, or along the only axis of a vector.

    >>> import autograd as ag
    >>> ag.hsplit(ag.Tensor([[1.0, 2.0]]), 2)
    [Tensor([[1.]], dtype=float64), Tensor([[2.]], dtype=float64)]
    """
    x = _checked("hsplit", x, 1)
    return _split("hsplit", x, indices_or_sections, min(1, x.ndim - 1), evenly=True)


@implements(np.vsplit)
def vsplit(x: Any, /, indices_or_sections: Any) -> list[Any]:
    """Cut the rows apart: along axis 0 of two axes or more.

    >>> import autograd as ag
    >>> ag.vsplit(ag.Tensor([[1.0], [2.0]]), 2)
    [Tensor([[1.]], dtype=float64), Tensor([[2.]], dtype=float64)]
    """
    return _split("vsplit", _checked("vsplit", x, 2), indices_or_sections, 0, evenly=True)


@implements(np.dsplit)
def dsplit(x: Any, /, indices_or_sections: Any) -> list[Any]:
    """Cut along axis 2 of three axes or more.

    >>> import autograd as ag
    >>> [part.shape for part in ag.dsplit(ag.Tensor([[[1.0, 2.0]]]), 2)]
    [(1, 1, 1), (1, 1, 1)]
    """
    return _split("dsplit", _checked("dsplit", x, 3), indices_or_sections, 2, evenly=True)


@implements(*([np.unstack] if hasattr(np, "unstack") else []))
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """Take an axis apart: a tuple of Tensors without it; ``stack`` puts them together again.

    >>> import autograd as ag
    >>> ag.unstack(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    (Tensor([1., 2.], dtype=float64), Tensor([3., 4.], dtype=float64))
    """
    x = _checked("unstack", x, 1)
    (along,) = counted_axes("unstack", axis, x.ndim)
    before = (slice(None),) * along
    return tuple(x[(*before, i)] for i in range(x.shape[along]))
