"""Elements picked by numbers, by conditions, by choice, and by their rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe, explained
from ..registry import implements, operations
from .choices import clip, where
from .comparison import argwhere, nonzero
from .declaration import primitive
from .domains import REAL, Drawn
from .indexing import sort, take_along_axis, take_index
from .masks import masked
from .rounding import remainder
from .searching import argpartition
from .shaping import astype, broadcast_to, counted_axes, ravel

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "choose",
    "compress",
    "extract",
    "partition",
    "piecewise",
    "select",
    "sort_complex",
    "take",
    "trim_zeros",
]


def within(name: str, indices: Any, size: int, mode: str) -> Any:
    """Bring indices to an axis of a size: ``"wrap"`` counts on around it, ``"clip"`` stays at its ends."""
    match mode:
        case "raise":
            return indices
        case "wrap":
            return remainder(indices, size)
        case "clip":
            return clip(indices, 0, size - 1)
        case _:
            raise ValueError(f"{name}: mode is 'raise', 'wrap' or 'clip'; given {mode!r}")


def as_indices(name: str, indices: Any) -> Any:
    """A Tensor of integers; an empty list is one."""
    tensor = operations.asarray(indices)
    if not tensor.size and not hasattr(indices, "dtype"):
        tensor = operations.asarray(np.zeros(tensor.shape, np.intp))
    if tensor.dtype.kind not in "biu":
        raise TypeError(f"{name}: indices are integers; given {describe(tensor)}")
    return astype(tensor, np.intp, copy=False)


@implements(np.take)
def take(x: Any, /, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """Pick the elements of these numbers along ``axis``, or of the flattened array; repeated ones add up in a gradient.

    Beyond the end an index raises, counts on around (``mode="wrap"``) or means the end (``mode="clip"``).

    >>> import autograd as ag
    >>> ag.take(ag.Tensor([1.0, 2.0, 3.0]), [2, 0])
    Tensor([3., 1.], dtype=float64)
    """
    x, indices = operations.asarray(x), as_indices("take", indices)
    if axis is None:
        x, axis = ravel(x), 0
    (along,) = counted_axes("take", axis, x.ndim)
    size = x.shape[along]
    if not size and indices.size:
        raise IndexError(f"take: axis {axis} of shape {x.shape} is empty, and {indices.size} elements are asked for")
    try:
        return take_index(x, (slice(None),) * along + (within("take", indices, size, mode),))
    except IndexError as error:
        raise explained(error.__cause__ or error, "take", [x, indices], {"axis": axis}) from error


@implements(np.compress)
def compress(condition: Any, x: Any, /, axis: int | None = None) -> Any:
    """Pick along ``axis``, or of the flattened array, where a vector of booleans is true; it may be shorter.

    >>> import autograd as ag
    >>> ag.compress([False, True], ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([[3., 4.]], dtype=float64)
    """
    condition = operations.asarray(condition)
    if condition.ndim != 1:
        raise ValueError(f"compress: the condition is a vector; given {describe(condition)}")
    (places,) = nonzero(condition)
    return take(x, places, axis=axis)


@implements(np.extract)
def extract(condition: Any, x: Any, /) -> Any:
    """Pick the elements of the flattened array where the flattened condition is true.

    >>> import autograd as ag
    >>> ag.extract([True, False], ag.Tensor([1.0, 2.0]))
    Tensor([1.], dtype=float64)
    """
    return compress(ravel(condition), ravel(x))


@implements(np.trim_zeros)
def trim_zeros(x: Any, /, trim: str = "fb", axis: int | Sequence[int] | None = None) -> Any:
    """Cut off the zeros at the front (``"f"`` in ``trim``) and the back (``"b"``) of all axes, or of some.

    Along an axis, what is cut off holds nothing but zeros.

    >>> import autograd as ag
    >>> ag.trim_zeros(ag.Tensor([0.0, 1.0, 0.0, 2.0, 0.0]))
    Tensor([1., 0., 2.], dtype=float64)
    """
    x = operations.asarray(x)
    sides = str(trim).lower()
    if sides not in ("fb", "bf", "f", "b"):
        raise ValueError(f"trim_zeros: trim is 'fb', 'f' or 'b'; given {trim!r}")
    axes = range(x.ndim) if axis is None else counted_axes("trim_zeros", axis, x.ndim)
    places = argwhere(x).data
    cut = [slice(None)] * x.ndim
    for a in axes:
        found = places[:, a]
        start, end = (int(found.min()), int(found.max()) + 1) if found.size else (0, 0)
        cut[a] = slice(start if "f" in sides else 0, end if "b" in sides or not found.size else None)
    return x[tuple(cut)]


# Choices


def _choice_domain(draw: Draw) -> Drawn:
    choices = draw.broadcastable(*[REAL] * draw.integer(2, 4))
    which = choices[0]
    numbers = np.floor(np.abs(which) * 64).astype(np.intp) % (len(choices) - 1)
    return (numbers, *choices[1:]), {}


@primitive(
    rules={"choices": lambda g, which, index: masked(g, which == index)},
    domain=_choice_domain,
    label="choose",
    analytic=True,
)
def chosen(which: Any, /, *choices: Any) -> Any:
    """Take each element from the choice of a number, with broadcasting; ``choose`` is its face."""
    return np.choose(which, choices)


@implements(np.choose)
def choose(which: Any, /, choices: Any, mode: str = "raise") -> Any:
    """Take each element from the choice whose number stands in ``which``, with broadcasting.

    A number without a choice raises, counts on around (``mode="wrap"``) or means the last one or the first
    (``mode="clip"``). What is not chosen gets a gradient of exactly 0.

    >>> import autograd as ag
    >>> ag.choose([1, 0], [ag.Tensor([1.0, 2.0]), ag.Tensor([10.0, 20.0])])
    Tensor([10.,  2.], dtype=float64)
    """
    which, choices = as_indices("choose", which), tuple(choices)
    return chosen(within("choose", which, len(choices), mode), *choices)


@implements(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], /, default: Any = 0) -> Any:
    """Take each element from the first choice whose condition holds, or ``default``, with broadcasting.

    What is not taken gets a gradient of exactly 0.

    >>> import autograd as ag
    >>> x = ag.Tensor([-1.0, 0.5, 3.0])
    >>> ag.select([x < 0, x > 1], [-x, x * 10])
    Tensor([ 1.,  0., 30.], dtype=float64)
    """
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(
            f"select: one condition or more, and a choice for each; given {len(condlist)} conditions and "
            f"{len(choicelist)} choices"
        )
    conditions = [operations.asarray(condition) for condition in condlist]
    for i, condition in enumerate(conditions):
        if condition.dtype.kind != "b":
            raise TypeError(f"select: conditions are booleans; number {i} is {describe(condition)}")
    shapes = [np.shape(each) for each in (*conditions, *choicelist, default)]
    shape = np.broadcast_shapes(*shapes)
    dtype = np.result_type(*map(_type_of, (*choicelist, default)))
    result = broadcast_to(astype(operations.asarray(default), dtype, copy=False), shape)
    for condition, choice in zip(reversed(conditions), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


def _type_of(value: Any) -> Any:
    """The dtype of a value; a number as it is, for it takes the dtype of what it meets."""
    return value if type(value) in (int, float, complex) else operations.asarray(value).dtype


@implements(np.piecewise)
def piecewise(x: Any, /, condlist: Any, funclist: Sequence[Any], *arguments: Any, **options: Any) -> Any:
    """Apply to each part of ``x``, where a condition holds, a function of its own, or put a number there.

    The last condition that holds decides. One function more than conditions is for the rest, which is 0 without it.
    Functions get the elements concerned as a vector, then ``arguments`` and ``options``. The result has the dtype of
    ``x``.

    >>> import autograd as ag
    >>> x = ag.Tensor([-2.0, 3.0])
    >>> ag.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * v])
    Tensor([2., 9.], dtype=float64)
    """
    x = operations.asarray(x)
    is_list = isinstance(condlist, (list, tuple))
    several = is_list or np.ndim(condlist) > 0
    if several and not len(condlist):
        raise ValueError("piecewise: condlist is empty; there must be a condition")
    if several and x.ndim:  # unless they are booleans themselves; a list of arrays never is
        several = np.ndim(condlist[0]) > 0 or (is_list and hasattr(condlist[0], "__array_function__"))
    conditions = [astype(operations.asarray(c), np.bool_) for c in (condlist if several else [condlist])]
    if len(funclist) == len(conditions) + 1:
        rest = operations.logical_not(operations.any(operations.stack(conditions), axis=0))
        conditions.append(rest)
    if len(funclist) != len(conditions):
        raise ValueError(
            f"piecewise: {len(conditions)} conditions need as many functions, or one more; given {len(funclist)}"
        )
    result = operations.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result[condition] = function
            continue
        part = x[condition]
        if part.size:
            result[condition] = function(part, *arguments, **options)
    return result


# Rank


@implements(np.partition)
def partition(x: Any, /, kth: int | Sequence[int], axis: int | None = -1) -> Any:
    """Bring the elements that stand at ``kth`` when sorted to their places along ``axis``, smaller ones before them.

    The order of the others is undefined. Each element's gradient goes where the element came from, as in ``sort``.

    >>> import autograd as ag
    >>> ag.partition(ag.Tensor([3.0, 1.0, 2.0]), 1)
    Tensor([1., 2., 3.], dtype=float64)
    """
    x = operations.asarray(x)
    if axis is None:
        x, axis = ravel(x), -1
    return take_along_axis(x, argpartition(x, kth, axis=axis), axis=axis)


@implements(np.sort_complex)
def sort_complex(x: Any, /) -> Any:
    """Sort along the last axis, by real parts and then by imaginary ones; the result is complex.

    >>> import autograd as ag
    >>> ag.sort_complex(ag.Tensor([3.0, 1.0]))
    Tensor([1.+0.j, 3.+0.j], dtype=complex128)
    """
    x = sort(x)
    if x.dtype.kind == "c":
        return x
    return astype(x, np.complex64 if x.dtype.char in "bhBH" else np.complex128)
