"""Elements repeated: each one, or all of them as a tile. What comes back is added up, at the cost of one pass."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .shaping import counted_axes, ravel, reshape

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "repeat",
    "resize",
    "tile",
]

Shape = tuple[int, ...]


def _tile_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL)
    return (x,), {"reps": tuple(draw.integer(0, 3) for _ in range(draw.integer(0, 4)))}


def _tiles_added_up(g: Any, x_shape: Shape, reps: int | Shape) -> Any:
    """Give each tile an axis of its own and sum over these."""
    counts = tuple(max(int(count), 0) for count in (reps if isinstance(reps, tuple) else (reps,)))
    ndim = max(len(counts), len(x_shape))
    counts = (1,) * (ndim - len(counts)) + counts
    sizes = (1,) * (ndim - len(x_shape)) + x_shape
    apart = tuple(part for pair in zip(counts, sizes, strict=True) for part in pair)
    return np.reshape(np.sum(np.reshape(g, apart), axis=tuple(range(0, 2 * ndim, 2))), x_shape)


@primitive(rules={"x": _tiles_added_up}, domain=_tile_domain, label="tile", analytic=True, numpy=[np.tile])
def tile(x: Any, /, reps: int | Shape) -> Any:
    """Lay ``x`` side by side, ``reps`` times along each axis, the last ones if there are fewer numbers than axes.

    >>> import autograd as ag
    >>> ag.tile(ag.Tensor([1.0, 2.0]), (2, 2))
    Tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]], dtype=float64)
    """
    return np.tile(x, reps)


# Each element as often as its count says


def _repeat_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1)
    axis = draw.axis(x.ndim)
    size = x.shape[axis]
    counts = [draw.integer(0, 3) for _ in range(draw.choice([size, 1]))]
    return (x, np.array(counts, dtype=np.intp)), {"axis": axis}


def _runs_added_up(g: Any, counts: Any, x_shape: Shape, axis: int) -> Any:
    return sum_of_runs.alike(g, counts, axis=axis, size=x_shape[axis])


@primitive(rules={"x": _runs_added_up}, domain=_repeat_domain, label="repeat", analytic=True)
def repeat_elements(x: Any, counts: Any, /, axis: int) -> Any:
    """Repeat along one axis, each element by its count, or all by the only one; ``repeat`` is its face."""
    if (counts < 0).any():  # NumPy lets it pass where there is no element
        raise ValueError("repeats must not be negative")
    return np.repeat(x, counts, axis=axis)


#: Below this length of runs it is faster to add whole arrays of what stands first, second, ... in each.
_SHORT = 16


def _sum_of_equal_runs(x: Any, axis: int) -> Any:
    length = x.shape[axis]
    if not 0 < length < _SHORT:
        return np.add.reduce(x, axis=axis)
    before = (slice(None),) * axis
    total = x[(*before, 0)].copy()
    for place in range(1, length):
        total += x[(*before, place)]
    return total


def _runs_domain(draw: Draw) -> Drawn:
    (x, counts), attributes = _repeat_domain(draw)
    repeated = np.repeat(x, counts, axis=attributes["axis"])
    return (repeated, counts), {**attributes, "size": x.shape[attributes["axis"]]}


@primitive(
    rules={"x": lambda g, counts, axis: repeat_elements.alike(g, counts, axis=axis)},
    domain=_runs_domain,
    label="Σ runs",
    analytic=True,
)
def sum_of_runs(x: Any, counts: Any, /, axis: int, size: int) -> Any:
    """Add up what ``repeat_elements`` made of each of ``size`` elements: its transpose."""
    axis %= x.ndim
    before, behind = x.shape[:axis], x.shape[axis + 1 :]
    if len(counts) == 1:
        return _sum_of_equal_runs(x.reshape(*before, size, int(counts[0]), *behind), axis + 1)
    out = np.zeros((*before, size, *behind), x.dtype)
    repeated = counts > 0  # np.add.reduceat gives an element, not 0, for a run of none
    if x.size:
        ends = np.cumsum(counts[repeated])
        out[(slice(None),) * axis + (repeated,)] = np.add.reduceat(x, ends - counts[repeated], axis=axis)
    return out


@implements(np.repeat)
def repeat(x: Any, /, repeats: Any, axis: int | None = None) -> Any:
    """Repeat each element ``repeats`` times along ``axis``, by default in the flattened array.

    ``repeats`` is a whole number, or one for each element of the axis. The gradient adds up what was repeated, in one
    pass over it.

    >>> import autograd as ag
    >>> ag.repeat(ag.Tensor([1.0, 2.0]), [1, 3])
    Tensor([1., 2., 2., 2.], dtype=float64)
    """
    x = operations.asarray(x)
    if axis is None:
        x, axis = ravel(x), 0
    (along,) = counted_axes("repeat", axis, x.ndim)
    counts = operations.asarray(repeats if np.size(repeats) else np.zeros(np.shape(repeats), np.intp))
    if counts.dtype.kind not in "biu" or counts.ndim > 1 or counts.size not in (1, x.shape[along]):
        raise ValueError(
            f"repeat: repeats is a whole number, or one for each of the {x.shape[along]} elements of axis {axis}; "
            f"given {describe(counts)}"
        )
    return repeat_elements(x, operations.astype(reshape(counts, (-1,)), np.intp, copy=False), axis=along)


@implements(np.resize)
def resize(x: Any, /, new_shape: int | Shape) -> Any:
    """Give another shape of any size: elements are left away at the end, or come again from the front.

    Of no elements at all it makes zeros.

    >>> import autograd as ag
    >>> ag.resize(ag.Tensor([1.0, 2.0, 3.0]), (2, 2))
    Tensor([[1., 2.],
            [3., 1.]], dtype=float64)
    """
    x = ravel(x)
    many = isinstance(new_shape, (tuple, list))
    shape = tuple(map(operator.index, new_shape)) if many else (operator.index(new_shape),)  # type: ignore[arg-type]
    if any(size < 0 for size in shape):
        raise ValueError(f"resize: the sizes of a shape are not negative; given {shape}")
    wanted = math.prod(shape)
    if not x.size and wanted:  # NumPy's answer to a request that cannot be met
        return operations.asarray(np.zeros(shape, x.dtype))
    if not wanted:
        return reshape(x[:0], shape)
    times = -(-wanted // x.size)
    return reshape(x[:wanted] if times <= 1 else tile(x, (times,))[:wanted], shape)
