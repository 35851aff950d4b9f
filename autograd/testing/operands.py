"""Hypothesis strategies for what a function is called with: arrays, Tensors, operands that go together, indices.

They draw what finds mistakes: arrays of up to three axes, empty ones and 0-d ones among them, in all memory layouts, of
numbers that are short to read. Failing examples shrink towards few axes, small sizes and numbers near to 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from ..primitives.domains import REAL, Interval
from ..tensor import Tensor
from .numeric import Array
from .strategies import MAX_DIMS, MAX_SIDE, Draw, Shape, Spots, drawing, grid_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Numbers = Interval | tuple[float, float]

#: Intervals end below this: beyond, a sum of a few squares overflows.
_LARGEST = 1e150

_DTYPES = ("f4", "f8", "c8", "c16")


def arrays(
    interval: Numbers = REAL,
    shape: int | Shape | None = None,
    *,
    dtype: DTypeLike = np.float64,
    avoid: Iterable[float] = (),
    margin: float = 0.1,
    distinct: bool = False,
    min_dims: int = 0,
    min_side: int = 0,
) -> SearchStrategy[Array]:
    """Draw arrays of numbers at which a function has a derivative.

    Parameters
    ----------
    interval
        Where the numbers lie: ``(low, high)``, or one of ``autograd.primitives.domains``, which may leave a gap around
        zero and may have complex numbers.
    shape
        The shape, or the length; by default any of up to three axes of up to three numbers, with at least ``min_dims``
        axes of at least ``min_side`` numbers.
    dtype
        float32, float64, complex64 or complex128.
    avoid, margin
        Kinks, poles and jumps, and how far the numbers stay away from them.
    distinct
        Whether no two numbers may be equal, so that there are no ties to sort, or to take a maximum of.

    >>> from hypothesis import given
    >>> @given(arrays((0, 4), avoid=[1.0, 2.0]))
    ... def test(x):
    ...     assert np.all((np.abs(x - 1) >= 0.1) & (np.abs(x - 2) >= 0.1) & (x >= 0) & (x <= 4))
    >>> test()
    """
    dtype = np.dtype(dtype)
    if dtype not in _DTYPES:
        raise TypeError(f"arrays: the dtype must be float32, float64, complex64 or complex128, got {dtype}")
    spots = _spots_of(avoid, margin)
    interval = interval_of(interval, "arrays")
    shape = _shape_of(shape)
    if not (0 <= min_dims <= MAX_DIMS and 0 <= min_side <= MAX_SIDE):
        raise ValueError(
            f"arrays: of itself it draws up to {MAX_DIMS} axes of up to {MAX_SIDE} numbers, got min_dims={min_dims!r}, "
            f"min_side={min_side!r}; give a shape for larger ones"
        )
    grid = grid_of(interval, spots)
    count = len(np.unique(grid.astype(dtype))) if distinct else len(grid)
    if not count:
        raise ValueError(f"arrays: no number is left between {interval.low} and {interval.high} with {spots} avoided")
    if distinct and (count < len(grid) or count < (27 if shape is None else np.prod(shape))):
        raise ValueError(
            f"arrays: there are only {count} distinct numbers of {dtype} to draw; choose a larger interval"
        )
    return _arrays(interval, shape, dtype, avoid=spots, distinct=distinct, min_dims=min_dims, min_side=min_side)


def tensors(*arguments: Any, requires_grad: bool = True, **options: Any) -> SearchStrategy[Tensor]:
    """Draw leaves, made of what ``arrays`` draws for these arguments.

    >>> from hypothesis import given
    >>> @given(tensors((0, 1), shape=3))
    ... def test(x):
    ...     (x * x).sum().backward()
    ...     assert np.array_equal(x.grad.data, 2 * x.data)
    >>> test()
    """

    def leaf(array: Array) -> Tensor:
        return Tensor(array, requires_grad=requires_grad)

    return arrays(*arguments, **options).map(leaf)


def broadcastable(*intervals: Numbers, ties: bool = True) -> tuple[SearchStrategy[Array], ...]:
    """Draw a group of arrays that broadcast with each other: a strategy for each interval.

    Drawn in one example they go together; hand them on with a star. Without ``ties``, no number equals one that it
    meets in another array.

    >>> from autograd.testing import check_gradients
    >>> check_gradients(np.maximum, *broadcastable((-2, 2), (-2, 2), ties=False))
    """
    if not intervals:
        raise ValueError("broadcastable: give an interval for each array, such as (-1, 1)")
    group = _broadcastable([interval_of(interval, "broadcastable") for interval in intervals], ties)
    return _shared(group, len(intervals))


def indices(shape: Shape) -> SearchStrategy[Any]:
    """Draw an index of an array of this shape, which has elements: of every kind that NumPy takes, and all mixed.

    >>> from hypothesis import given
    >>> @given(indices((2, 3)))
    ... def test(index):
    ...     np.zeros((2, 3))[index]
    >>> test()
    """
    if not shape or 0 in shape:
        raise ValueError(f"indices: an array of shape {shape} has no axis, or no element, to be picked from")
    return _indices(shape)


def indexed(interval: Numbers = REAL) -> tuple[SearchStrategy[Array], SearchStrategy[Any]]:
    """Draw an array and an index of it; in one example they go together.

    >>> from autograd.testing import check_gradients
    >>> check_gradients(lambda x, index: x[index], *indexed())
    """
    array, index = _shared(_indexed(interval_of(interval, "indexed")), 2)
    return array, index


def interval_of(given: Any, caller: str) -> Interval:
    """Give the interval that a user means; raises ``ValueError`` if there is no number in it.

    >>> interval_of((0, 1), "arrays")
    Interval(low=0.0, high=1.0, gap=0.0, complex=False)
    """
    if isinstance(given, Interval):
        interval = given
    elif isinstance(given, (tuple, list)) and len(given) == 2 and all(isinstance(end, Real) for end in given):
        interval = Interval(float(given[0]), float(given[1]))
    else:
        raise TypeError(f"{caller}: the interval must be a pair of numbers, (low, high), got {given!r}")
    if not -_LARGEST < interval.low <= interval.high < _LARGEST:
        raise ValueError(
            f"{caller}: the interval must go from a number to one not below it, both of them below {_LARGEST:.0e}, got "
            f"{tuple(given)}"
        )
    return interval


def _spots_of(avoid: Any, margin: Any) -> Spots:
    places = list(avoid) if isinstance(avoid, Iterable) else avoid
    if not isinstance(places, list) or not all(isinstance(place, Real) for place in places):
        raise TypeError(f"arrays: what to avoid is a list of numbers, such as [0.0], got {avoid!r}")
    if not isinstance(margin, Real) or not 0 <= float(margin) < np.inf:
        raise ValueError(f"arrays: the margin must be a number of at least 0, got {margin!r}")
    return Spots(tuple(map(float, places)), float(margin))


def _shape_of(given: Any) -> Shape | None:
    if given is None:
        return None
    sizes = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if not all(isinstance(size, (int, np.integer)) and size >= 0 for size in sizes):
        raise ValueError(f"arrays: the shape must be a length or a tuple of them, of at least 0, got {given!r}")
    return tuple(int(size) for size in sizes)


def _shared(group: SearchStrategy[tuple[Any, ...]], count: int) -> tuple[SearchStrategy[Any], ...]:
    """Give a strategy for each member of a group that is drawn once in an example."""
    from hypothesis import strategies

    once = strategies.shared(group)
    return tuple(once.map(itemgetter(place)) for place in range(count))


@drawing
def _arrays(draw: Draw, interval: Interval, shape: Shape | None, dtype: np.dtype[Any], **options: Any) -> Array:
    if dtype.kind == "c":
        interval = interval._replace(complex=True)
    array = draw.array(interval, shape, **options)
    if array.dtype.kind == "c" and dtype.kind == "f":
        dtype = np.result_type(dtype, np.complex64)
    return array.astype(dtype, copy=False)


@drawing
def _broadcastable(draw: Draw, intervals: list[Interval], ties: bool) -> tuple[Array, ...]:
    group = draw.broadcastable(*intervals)
    return group if ties else draw.without_ties(*group)


@drawing
def _indices(draw: Draw, shape: Shape) -> Any:
    return draw.index(shape)


@drawing
def _indexed(draw: Draw, interval: Interval) -> tuple[Array, Any]:
    array = draw.array(interval, min_dims=1, min_side=1)
    return array, draw.index(array.shape)
