"""Hypothesis strategies for testing operations: calls of primitives, drawn from the domains that they declare.

>>> import autograd as ag
>>> from hypothesis import given
>>> @given(calls(ag.exp))
... def test_exp_is_positive(call):
...     assert (call().data > 0).all()
>>> test_exp_is_positive()
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ..errors import describe
from ..primitives.declaration import Primitive
from ..primitives.domains import Interval
from .calls import Call
from .numeric import Array

Chosen = TypeVar("Chosen")
Drawn = TypeVar("Drawn")
Shape = tuple[int, ...]

#: The numbers drawn are multiples of one over this: exact in float32, short to read, and far enough from each other.
_GRID = 64

#: Of wide intervals so many numbers are drawn.
_MOST = 1 << 14

MAX_DIMS = 3
MAX_SIDE = 3


class Spots(NamedTuple):
    """Numbers to keep away from, such as kinks and poles, and how far."""

    places: tuple[float, ...] = ()
    margin: float = 0.1


_NOWHERE = Spots()


def calls(primitive: Primitive) -> st.SearchStrategy[Call]:
    """Draw calls of a primitive, from its domain.

    Drawing raises ``LookupError`` for a primitive that has no domain.
    """
    if not isinstance(primitive, Primitive):
        raise TypeError(
            f"calls: expected a primitive of this library, such as autograd.exp, got {describe(primitive)}; what a "
            "function takes is drawn by autograd.testing.arrays"
        )
    return _calls(primitive)


@st.composite
def _calls(draw: st.DrawFn, primitive: Primitive) -> Call:
    if primitive.domain is None:
        raise LookupError(
            f"{primitive.name} has no domain, so that nothing can be drawn to check it with. Say beside its rules for "
            "which inputs they hold: @primitive(rules=..., domain=elementwise(REAL))"
        )
    operands, attributes = primitive.domain(Draw(draw))
    return Call(primitive, operands, attributes)


def drawing(source: Callable[..., Drawn]) -> Callable[..., st.SearchStrategy[Drawn]]:
    """Make a strategy of a function that draws from a ``Draw``, as ``hypothesis.strategies.composite`` does.

    >>> @drawing
    ... def pairs(draw, interval):
    ...     return draw.broadcastable(interval, interval)
    >>> from hypothesis import given
    >>> @given(pairs(Interval(0.0, 1.0)))
    ... def test(pair):
    ...     np.add(*pair)
    >>> test()
    """

    def drawn(draw: st.DrawFn, *arguments: Any, **options: Any) -> Drawn:
        return source(Draw(draw), *arguments, **options)

    return st.composite(functools.update_wrapper(drawn, source))


class Draw:
    """The source of choices that a domain is given: each method draws something that a test may need.

    Arrays are float64, or complex128 where the interval says so, of up to three axes, empty ones and 0-d ones among
    them unless the arguments say otherwise, in all memory layouts: C and Fortran order, strides that are negative or
    leave gaps. Failing examples shrink towards few axes, small sizes and numbers near to 0.
    """

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    # Choices

    def choice(self, options: Sequence[Chosen]) -> Chosen:
        """One of these, the earlier the simpler."""
        chosen: Chosen = self._draw(st.sampled_from(options))
        return chosen

    def boolean(self) -> bool:
        """True or false."""
        return bool(self._draw(st.booleans()))

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return int(self._draw(st.integers(low, high)))

    def integers(self, low: int, high: int, count: int) -> list[int]:
        """So many whole numbers from ``low`` to ``high``, both included."""
        return list(self._draw(st.lists(st.integers(low, high), min_size=count, max_size=count)))

    # Arrays

    def shape(self, min_dims: int = 0, min_side: int = 0) -> Shape:
        """The shape of an array."""
        shape: Shape = self._draw(
            hnp.array_shapes(min_dims=min_dims, max_dims=MAX_DIMS, min_side=min_side, max_side=MAX_SIDE)
        )
        return shape

    def array(
        self,
        interval: Interval,
        shape: Shape | None = None,
        *,
        min_dims: int = 0,
        min_side: int = 0,
        avoid: Spots = _NOWHERE,
        distinct: bool = False,
    ) -> Array:
        """An array of numbers from an interval, of any shape or of a given one; ``distinct`` ones without ties."""
        if shape is None:
            shape = self.shape(min_dims, min_side)
        count = math.prod(shape)
        values = self._numbers(interval, count, avoid, distinct=distinct)
        if interval.complex and self.boolean():
            values = values + 1j * self._numbers(interval, count)
        return self._laid_out(values.reshape(shape))

    def distinct(self, min_dims: int = 0, min_side: int = 0) -> Array:
        """An array of numbers of which no two are equal."""
        shape = self.shape(min_dims, min_side)
        numbers = st.integers(-3 * _GRID, 3 * _GRID)
        values = self._draw(st.lists(numbers, min_size=math.prod(shape), max_size=math.prod(shape), unique=True))
        return self._laid_out(np.array(values, dtype=np.float64).reshape(shape) / _GRID)

    def broadcastable(self, *intervals: Interval) -> tuple[Array, ...]:
        """Arrays that broadcast with each other, one from each interval."""
        shapes = self._draw(
            hnp.mutually_broadcastable_shapes(
                num_shapes=len(intervals), min_side=0, max_side=MAX_SIDE, max_dims=MAX_DIMS
            )
        ).input_shapes
        return tuple(self.array(interval, shape) for interval, shape in zip(intervals, shapes, strict=True))

    def broadcastable_to(self, shape: Shape, interval: Interval) -> Array:
        """An array that broadcasts to a shape."""
        shorter = shape[self.integer(0, len(shape)) :]
        return self.array(interval, tuple(1 if size != 1 and self.boolean() else size for size in shorter))

    def without_ties(self, *arrays: Any) -> tuple[Array, ...]:
        """These arrays, drawn here, moved by less than the distance between numbers so that none equals another."""
        distance = 1 / (_GRID * len(arrays))
        return tuple(np.asarray(array) + distance * (len(arrays) - 1 - i) for i, array in enumerate(arrays))

    # Axes and shapes

    def axis(self, ndim: int) -> int:
        """One of the axes, counted from the front or from the back."""
        return self.integer(0, ndim - 1) - self.choice([0, ndim])

    def axes(self, ndim: int) -> int | Shape | None:
        """What NumPy takes as ``axis``: all, one, or several, none at all among them."""
        kind = self.choice(["all", "one", "several"] if ndim else ["all", "several"])
        if kind == "all":
            return None
        if kind == "one":
            return self.axis(ndim)
        chosen = self._draw(st.lists(st.integers(0, ndim - 1), unique=True)) if ndim else []
        return tuple(axis - self.choice([0, ndim]) for axis in chosen)

    def permutation(self, ndim: int) -> Shape | None:
        """An order of the axes, or none given."""
        if self.boolean():
            return None
        return tuple(axis - self.choice([0, ndim]) for axis in self._draw(st.permutations(range(ndim))))

    def shape_broadcast_from(self, shape: Shape) -> Shape:
        """A shape that arrays of this shape broadcast to."""
        stretched = tuple(self.integer(0, MAX_SIDE) if size == 1 and self.boolean() else size for size in shape)
        return (*self.shape()[: max(0, MAX_DIMS - len(shape))], *stretched)

    # Operands that go together

    def matmul_operands(self, interval: Interval) -> tuple[Array, Array]:
        """Two operands of a matrix product: vectors, matrices, and batches of matrices that broadcast."""
        shapes = self._draw(
            hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, min_side=0, max_side=MAX_SIDE, max_dims=2)
        ).input_shapes
        x, y = (self.array(interval, shape) for shape in shapes)
        return x, y

    def linear_operands(self, interval: Interval) -> tuple[Array, Array, Array]:
        """An input ``(..., in)``, a weight ``(out, in)`` and a bias ``(out,)``."""
        batch = self.shape()
        ingoing, outgoing = self.integer(0, MAX_SIDE), self.integer(0, MAX_SIDE)
        shapes: list[Shape] = [(*batch[:2], ingoing), (outgoing, ingoing), (outgoing,)]
        x, weight, bias = (self.array(interval, shape) for shape in shapes)
        return x, weight, bias

    def joinable(self, interval: Interval) -> tuple[tuple[Array, ...], dict[str, Any]]:
        """One to three arrays that differ in one axis only, and that axis."""
        shape = self.shape(min_dims=1)
        axis = self.axis(len(shape))
        along = axis % len(shape)
        sizes = [shape[along], *(self.integer(0, MAX_SIDE) for _ in range(self.integer(0, 2)))]
        shapes = [(*shape[:along], size, *shape[along + 1 :]) for size in sizes]
        return tuple(self.array(interval, each) for each in shapes), {"axis": axis}

    def index(self, shape: Shape) -> Any:
        """An index of an array of this shape, which has elements: of every kind that NumPy takes.

        Slices, whole numbers, ``None`` and ``...``; a mask; arrays of whole numbers, repeated and negative ones among
        them; and all these in one index.
        """
        match self.choice(["basic", "mask", "arrays", "mixed"]):
            case "basic":
                return self._draw(hnp.basic_indices(shape, allow_newaxis=True, max_dims=MAX_DIMS + 1))
            case "mask":
                masked = self.integer(1, len(shape))
                return self._draw(hnp.arrays(np.bool_, shape[:masked]))
            case "arrays":
                picked = hnp.array_shapes(max_dims=2, max_side=MAX_SIDE)
                return self._draw(hnp.integer_array_indices(shape, result_shape=picked))
            case _:
                return self._mixed_index(shape)

    def _mixed_index(self, shape: Shape) -> tuple[Any, ...]:
        """An index with something of its own for each axis, and now and then a new axis."""
        count = self.integer(0, MAX_SIDE)  # what all the index arrays broadcast to
        index: list[Any] = []
        for size in shape:
            if self.integer(0, 4) == 4:
                index.append(None)
            index.append(self._index_of_axis(size, count))
        return tuple(index)

    def _index_of_axis(self, size: int, count: int) -> Any:
        within = st.integers(-size, size - 1)
        match self.choice(["slice", "number", "array", "stretched", "mask"]):
            case "slice":
                return self._draw(st.slices(size))
            case "number":
                return self._draw(within)
            case "array":
                return np.array(self._draw(st.lists(within, min_size=count, max_size=count)), dtype=np.intp)
            case "stretched":
                return np.array([self._draw(within)])
            case _:  # it picks one element, so that it broadcasts with the arrays
                return np.arange(size) == self._draw(st.integers(0, size - 1))

    # How numbers are drawn

    def _numbers(self, interval: Interval, count: int, avoid: Spots = _NOWHERE, *, distinct: bool = False) -> Array:
        grid = grid_of(interval, avoid)
        places = self._draw(st.lists(st.integers(0, len(grid) - 1), min_size=count, max_size=count, unique=distinct))
        numbers: Array = grid[np.array(places, dtype=np.intp)]
        return numbers

    def _laid_out(self, array: Array) -> Array:
        """Give an array in one of the memory layouts; the simplest is C order in memory of its own."""
        match self.choice(["C", "Fortran", "reversed", "spaced"]) if array.size > 1 else "C":
            case "Fortran":
                return np.asfortranarray(array)
            case "reversed":
                return np.flip(np.flip(array).copy())
            case "spaced":
                return np.repeat(array, 2, axis=-1)[..., ::2]
            case _:
                return array.copy()

    # Numbers without coincidences

    def generic(self, shape: Shape, *, complex: bool = False) -> Array:
        """Numbers between -1 and 1 that no coincidence makes special: random ones, of a seed that is drawn."""
        random = np.random.default_rng(self.integer(0, 99))
        values = random.uniform(-1.0, 1.0, shape)
        return self._laid_out(values + 1j * random.uniform(-1.0, 1.0, shape) if complex else values)


@functools.cache
def grid_of(interval: Interval, avoid: Spots) -> Array:
    """The numbers to draw from an interval, those near to zero first."""
    low, high, gap = interval.low, interval.high, interval.gap
    numbers = math.floor(high * _GRID) - math.ceil(low * _GRID) + 1
    if 2 <= numbers <= _MOST:
        grid = np.arange(math.ceil(low * _GRID), math.floor(high * _GRID) + 1) / _GRID
    else:
        grid = np.linspace(low, high, _GRID if numbers < 2 else _MOST)
    grid = grid[np.abs(grid) >= gap]
    for place in avoid.places:
        grid = grid[np.abs(grid - place) >= avoid.margin]
    ordered: Array = grid[np.lexsort((grid < 0, np.abs(grid)))]
    return ordered
