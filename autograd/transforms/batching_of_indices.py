"""Batching rules of indexing: what is picked, and where it is put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..registry import operations
from ..tensor import Tensor
from .batching_rules import Apply, Each, aligned, batches, count_of, ndim_of, only, whole_or_same, wholly


@batches("gather")
def _gather(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, *arrays = operands
    template = attributes["template"]
    if not arrays:
        return apply([x.whole], {**attributes, "template": _after_all(template)})
    if any(array.dtype.kind == "b" for array in arrays):
        return None
    return _picked(apply, x, arrays, attributes)


@batches("put")
def _put(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, value, *arrays = operands
    if arrays:
        return None
    template = attributes["template"]
    ndim = np.broadcast_to(0, x.shape)[tuple(template)].ndim
    if ndim_of(value) > ndim:
        return None
    return apply(
        [wholly(x, count_of(operands)), aligned(value, ndim)], {**attributes, "template": _after_all(template)}
    )


@batches("scatter")
def _scatter(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, *arrays = operands
    template = attributes["template"]
    if only(operands) is None or (arrays and not _stand_together(template)):
        return None
    shape = (len(x.whole), *attributes["shape"])
    return apply([x.whole, *arrays], {**attributes, "template": _after_all(template), "shape": shape})


def _after_all(template: Any) -> Any:
    """An index of an example as one of the batch."""
    return type(template)((slice(None), *template))


def _picked(apply: Apply, x: Any, arrays: Sequence[Any], attributes: dict[str, Any]) -> Tensor:
    """Pick by arrays of integers that may differ from one example to the other, from each example or from the same.

    NumPy broadcasts all integers and arrays of an index, and has the axes of the result in their place if they stand
    together, else in front. One array more, which counts the examples, brings them to the front.
    """
    template = list(attributes["template"])
    array = next(part for part in template if isinstance(part, str))
    places = _picking(template)
    left = iter(arrays)
    picking = [np.asarray(template[i]) if isinstance(template[i], int) else next(left) for i in places]
    before = _axes_before(template, places, ndim_of(x))
    ndim = max(ndim_of(each) for each in picking)
    wholes = [aligned(each, ndim) for each in picking]
    template = [array if i in places else part for i, part in enumerate(template)]
    if isinstance(x, Each):
        template = [array, *template]
        count = len(x.whole)
        wholes = [operations.asarray(np.arange(count).reshape(count, *(1,) * ndim)), *wholes]
    picked = apply([whole_or_same(x), *wholes], {**attributes, "template": type(attributes["template"])(template)})
    if not before:
        return picked
    stand = range(1 + ndim, 1 + ndim + before) if isinstance(x, Each) else range(before)
    first = 0 if isinstance(x, Each) else before
    axes = (first, *stand, *range(first + 1, first + 1 + ndim), *range(1 + ndim + before, picked.ndim))
    return operations.permute_dims(picked, axes)


def _picking(template: Sequence[Any]) -> list[int]:
    """Where integers and arrays stand in an index."""
    return [i for i, part in enumerate(template) if isinstance(part, (int, str))]


def _stand_together(template: Sequence[Any]) -> bool:
    """Whether the axes that integers and arrays pick come where these stand, whatever is before them."""
    places = _picking(template)
    return places == list(range(places[0], places[-1] + 1))


def _axes_before(template: Sequence[Any], places: Sequence[int], ndim: int) -> int:
    """How many axes of the result stand before those that integers and arrays pick."""
    if not _stand_together(template):
        return 0
    taken = sum(part is not None and part is not Ellipsis for part in template)
    return sum(ndim - taken if part is Ellipsis else 1 for part in template[: places[0]])
