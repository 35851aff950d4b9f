"""Picking elements and putting them back: indexing, item assignment, sorting.

An index is split into what is static (slices, integers, ``None``, ``...``) and its arrays, which are operands. So a
program that is recorded once can be replayed with other index arrays.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe, explained, refuse_to_detach, refuse_to_lose
from ..patches import Patch
from ..registry import implements, operations
from .comparison import argsort
from .declaration import primitive
from .domains import REAL, Drawn
from .ordering import reordered
from .shaping import counted_axes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "sort",
    "take_along_axis",
]

#: Stands in a static index for the next index array.
_ARRAY = "array"


class Template(tuple[Any, ...]):
    """What is static of an index; an error shows it as it was written: ``[:, array]``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"[{', '.join(map(_written, self))}]"


def _written(part: Any) -> str:
    if isinstance(part, slice):
        start, stop, step = ("" if bound is None else str(bound) for bound in (part.start, part.stop, part.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return "..." if part is Ellipsis else str(part)


#: What the bounds of most slices are.
_PLAIN = frozenset({int, type(None)})


def _split(index: Any) -> tuple[Template, list[Any]]:
    """Split an index into its static template and its arrays."""
    if type(index) is slice and _is_plain(index):  # what most are
        return Template((index,)), []
    template: list[Any] = []
    arrays: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if part is None or part is Ellipsis:
            template.append(part)
        elif isinstance(part, slice):
            template.append(part if _is_plain(part) else slice(*map(_bound, (part.start, part.stop, part.step))))
        elif isinstance(part, (int, np.integer)) and not isinstance(part, (bool, np.bool_)):
            template.append(int(part))
        else:
            template.append(_ARRAY)
            arrays.append(_index_array(part))
    return Template(template), arrays


def _is_plain(part: slice) -> bool:
    """Whether the bounds are numbers already, or left out."""
    return type(part.start) in _PLAIN and type(part.stop) in _PLAIN and type(part.step) in _PLAIN


def _bound(bound: Any) -> int | None:
    """A bound of a slice as a number, which cannot change before the backward."""
    try:
        return None if bound is None else operator.index(bound)
    except TypeError as error:
        raise TypeError(f"x[...]: the bounds of a slice are integers or None, got {describe(bound)}") from error


def _index_array(part: Any) -> Any:
    try:
        array = operations.asarray(np.asarray(part, dtype=np.intp) if isinstance(part, list) and not part else part)
    except TypeError as error:
        raise IndexError(_no_index(describe(part))) from error
    if array.dtype.kind not in "iub":
        raise IndexError(_no_index(array.dtype))
    return array


def _no_index(given: Any) -> str:
    return f"x[...]: an index is an integer, a slice, None, ..., or an array of integers or booleans; got {given}"


def _whole(template: tuple[Any, ...], arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put the arrays back into their template."""
    if not arrays:
        return template
    left = iter(arrays)
    return tuple(next(left) if part is _ARRAY else part for part in template)


def _picks_once(arrays: tuple[Any, ...]) -> bool:
    """Whether no element can be picked twice: only arrays of integers can do that."""
    return not arrays or all(array.dtype.kind == "b" for array in arrays)


def _index_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1, min_side=1)
    template, arrays = _split(draw.index(x.shape))
    return (x, *(array.data for array in arrays)), {"template": template}


def _scattered(g: Any, x_shape: tuple[int, ...], arrays: Any, template: tuple[Any, ...]) -> Any:
    if isinstance(g, (np.ndarray, np.generic)):
        return Patch(g, _whole(template, arrays), repeats=not _picks_once(arrays))
    return scatter.alike(g, *arrays, template=template, shape=x_shape)


@primitive(
    rules={"x": _scattered},
    domain=_index_domain,
    label="[ ]",
    analytic=True,
)
def gather(x: Any, /, *arrays: Any, template: tuple[Any, ...]) -> Any:
    """Pick the elements at an index, which is split into template and arrays; ``x[index]`` is its face."""
    return x[_whole(template, arrays)]


def _scatter_domain(draw: Draw) -> Drawn:
    (x, *arrays), attributes = _index_domain(draw)
    picked = x[_whole(attributes["template"], tuple(arrays))]
    return (np.asarray(picked), *arrays), {**attributes, "shape": x.shape}


@primitive(
    rules={"x": lambda g, arrays, template: gather.alike(g, *arrays, template=template)},
    domain=_scatter_domain,
    label="[ ]ᵀ",
    analytic=True,
)
def scatter(x: Any, /, *arrays: Any, template: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Add the elements of ``x`` up at an index of an array of zeros: the transpose of ``gather``."""
    out = np.zeros(shape, x.dtype)
    Patch(x, _whole(template, arrays), repeats=not _picks_once(arrays)).add_to(out)
    return out


def _in_order(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arrays of an index as NumPy must have them, so that of several values for a place it writes the last at last."""
    return tuple(np.asarray(array, order="C") for array in arrays)


def _last_writers(arrays: tuple[Any, ...], template: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """For each element of an assignment, whether no later one of it overwrites the same place."""
    index = _whole(template, _in_order(arrays))
    writer = np.zeros(shape, np.intp)
    order = np.arange(writer[index].size).reshape(writer[index].shape)
    writer[index] = order
    return writer[index] == order


def _assigned(g: Any, value_shape: Any, arrays: Any, template: Any, x_shape: tuple[int, ...]) -> Any:
    picked = gather.alike(g, *arrays, template=template)
    if not _picks_once(arrays):
        picked = np.where(_last_writers(arrays, template, x_shape), picked, 0)
    return np.reshape(picked, (1,) * (len(value_shape) - picked.ndim) + picked.shape)


def _unassigned(g: Any, arrays: Any, template: tuple[Any, ...]) -> Any:
    return put.alike(g, 0.0, *arrays, template=template)


def _put_domain(draw: Draw) -> Drawn:
    (x, *arrays), attributes = _index_domain(draw)
    picked = x[_whole(attributes["template"], tuple(arrays))]
    return (x, draw.broadcastable_to(np.shape(picked), REAL), *arrays), attributes


@primitive(
    rules={
        "x": _unassigned,
        "value": _assigned,
    },
    domain=_put_domain,
    label="[ ]=",
    analytic=True,
)
def put(x: Any, value: Any, /, *arrays: Any, template: tuple[Any, ...]) -> Any:
    """Give a copy of ``x`` with ``value`` at an index; ``x[index] = value`` is its face."""
    out = np.array(x, dtype=np.result_type(x, value) if np.iscomplexobj(value) else None)
    out[_whole(template, _in_order(arrays))] = value
    return out


@implements()
def take_index(x: Any, index: Any) -> Any:
    """What ``x[index]`` does: basic, boolean, integer and mixed indices; repeated ones add up in a gradient."""
    template, arrays = _split(index)
    return gather.apply((x, *arrays), {"template": template})


def scattered(values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of a shape to which values are added at an index, repeated places as often as they come."""
    template, arrays = _split(index)
    return scatter.apply((values, *arrays), {"template": template, "shape": shape})


@implements()
def assign(x: Any, index: Any, value: Any) -> Any:
    """What ``x[index] = value`` does, as a function that gives the new value of ``x``.

    With repeated indices the last value wins, and it alone gets a gradient.
    """
    refuse_to_detach(value, x.dtype, "x[index] = value")
    refuse_to_lose(value, x.dtype, "x[index] = value")
    template, arrays = _split(index)
    return put.apply((x, value, *arrays), {"template": template})


@implements(np.take_along_axis)
def take_along_axis(x: Any, /, indices: Any, axis: int | None = -1) -> Any:
    """Pick along one axis by an array of integers that broadcasts with ``x`` on all others.

    >>> import autograd as ag
    >>> ag.take_along_axis(ag.Tensor([[3.0, 1.0, 2.0]]), ag.Tensor([[1, 0]]), axis=1)
    Tensor([[1., 3.]], dtype=float64)
    """
    x, indices = operations.asarray(x), operations.asarray(indices)
    if axis is None:
        x, axis = operations.ravel(x), 0
    if indices.ndim != x.ndim or indices.dtype.kind not in "iu":
        raise ValueError(
            f"take_along_axis: indices must be integers of {x.ndim} axes, got {indices.dtype} {indices.shape}"
        )
    (along,) = counted_axes("take_along_axis", axis, x.ndim)
    others = np.ogrid[tuple(slice(size) for size in x.shape)]
    try:
        return take_index(x, tuple(indices if a == along else others[a] for a in range(x.ndim)))
    except IndexError as error:
        raise explained(error.__cause__ or error, "take_along_axis", [x, indices], {"axis": axis}) from error


@implements(np.sort)
def sort(
    x: Any,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> Any:
    """Sort along an axis, stably; each element's gradient goes where the element came from.

    For ``kind``, ``descending`` and ``stable`` see ``argsort``.

    >>> import autograd as ag
    >>> x = ag.Tensor([3.0, 1.0, 2.0], requires_grad=True)
    >>> (ag.sort(x) * [1.0, 10.0, 100.0]).sum().backward()
    >>> x.grad
    Tensor([100.,   1.,  10.], dtype=float64)
    """
    x = operations.asarray(x)
    if axis is None:
        x, axis = operations.ravel(x), -1
    if not x.ndim:
        return x.clone()
    return reordered(x, argsort(x, axis, kind, descending=descending, stable=stable), axis=axis)
