"""No axis, tuples of axes, axes counted from the end; and axes, shapes and indices that are refused."""

import itertools
import math

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

from tests.standard.reference import (
    ALL,
    COMPLEX,
    FLOATING,
    NUMERIC,
    REAL,
    REFUSALS,
    array,
    assert_agrees,
    assert_same_bits,
    shapes,
    tensors,
    to_strict,
    values_of,
    xp,
)
from tests.standard.test_functions import agree

# Axes


@given(x=tensors(ALL))
def test_no_axis(x):
    for same in (xp.squeeze(x, ()), xp.moveaxis(x, (), ()), xp.flip(x, axis=())):
        assert_same_bits(same, values_of(x))
    for name, of_one in {"any": bool, "all": bool, "count_nonzero": int}.items():
        found = getattr(xp, name)(x, axis=())
        assert (found.shape, values_of(found).ravel().tolist()) == (
            x.shape,
            [of_one(value != 0) for value in values_of(x).ravel()],
        )


@pytest.mark.parametrize("shift", [-10000, -9999, 9998, 10000])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 0), (3, 5), (2, 3, 7)])
def test_rolled_far(shape, shift):
    x = different(shape, "int64")
    agree("roll", xp.roll, strict.roll, [x, shift], {}, 0.0)
    for axis in range(-x.ndim, x.ndim):
        agree("roll", xp.roll, strict.roll, [x, shift], {"axis": axis}, 0.0)
    for axes in filter(None, several_axes(x.ndim)):
        shifts = tuple(shift + place for place in range(len(axes)))
        agree("roll", xp.roll, strict.roll, [x, shifts], {"axis": axes}, 0.0)
        assert_same_bits(xp.roll(x, shift, axis=axes), values_of(xp.roll(x, (shift,) * len(axes), axis=axes)))


def different(shape, dtype):
    """An array whose elements differ from their neighbours, in no order, some of them zero."""
    return array((np.arange(math.prod(shape)) * 7 % 11 % 6).reshape(shape), dtype)


def several_axes(count):
    """All tuples of axes, in any order, counted from either end."""
    for number in range(count + 1):
        for places in itertools.permutations(range(count), number):
            yield from itertools.product(*((place, place - count) for place in places))


@given(x=tensors(ALL))
def test_rolled_along_no_axis(x):
    assert_same_bits(xp.roll(x, (), axis=()), values_of(x))
    assert_same_bits(xp.roll(x, 2, axis=()), values_of(x))


#: Functions that take several axes, and the dtypes of what they take.
OF_AXES = {
    **dict.fromkeys(["all", "any", "count_nonzero", "flip"], ALL),
    **dict.fromkeys(["sum", "prod"], NUMERIC),
    **dict.fromkeys(["max", "min"], REAL),
    "mean": FLOATING + COMPLEX,
    **dict.fromkeys(["std", "var"], FLOATING),
}


@pytest.mark.parametrize("name", OF_AXES)
def test_tuples_of_axes_counted_from_either_end(name):
    for dtype in OF_AXES[name]:
        for x in (different((), dtype), different((2, 5), dtype), different((2, 3, 4), dtype)):
            for axes in several_axes(x.ndim):
                agree(name, getattr(xp, name), getattr(strict, name), [x], {"axis": axes}, 1e-14)


@given(data=st.data())
def test_axes_of_size_one_counted_from_the_end(data):
    x = data.draw(tensors(ALL, shapes(max_side=1)))
    ones = [place - x.ndim for place, size in enumerate(x.shape) if size == 1]
    axes = tuple(data.draw(st.permutations(ones)))
    assert_agrees(xp.squeeze(x, axes), strict.squeeze(to_strict(x), axes))


@given(data=st.data(), axis=st.sampled_from([-2, -3]))
def test_dot_products_along_other_axes(data, axis):
    both = data.draw(
        arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, min_dims=-axis - 1, max_dims=3)
    )
    dtype, size = data.draw(st.sampled_from(NUMERIC)), data.draw(st.integers(0, 3))
    x, y = (
        data.draw(tensors([dtype], (*shape[: 1 + axis], size, *shape[1 + axis :]), small=True))
        for shape in both.input_shapes
    )
    first, second = (np.moveaxis(values_of(each), axis, -1) for each in (x, y))
    expected = np.sum(np.conj(first) * second, axis=-1, dtype=dtype)
    for vecdot in (xp.vecdot, xp.linalg.vecdot):
        assert_same_bits(vecdot(x, y, axis=axis), np.asarray(expected))


@given(data=st.data())
def test_contractions_of_any_axes_in_any_order(data):
    shared = data.draw(shapes(max_dims=3))
    dtype = data.draw(st.sampled_from(NUMERIC))
    operands, axes = [], []
    for _ in range(2):
        rest = data.draw(shapes(max_dims=2))
        order = data.draw(st.permutations(range(len(shared + rest))))  # where the axes of each came from
        operands.append(data.draw(tensors([dtype], tuple((shared + rest)[place] for place in order), small=True)))
        there = [order.index(place) for place in range(len(shared))]
        axes.append([data.draw(st.sampled_from([place, place - len(order)])) for place in there])
    axes = tuple(map(data.draw(st.sampled_from([tuple, list])), axes))
    agree("tensordot", xp.tensordot, strict.tensordot, operands, {"axes": axes}, 1e-14)


# What is refused


@pytest.mark.parametrize("name", ["all", "any", "diff", "unstack"])
@given(x=tensors(FLOATING, shapes(min_dims=1)), data=st.data())
def test_axes_that_are_not_there(name, x, data):
    axis = data.draw(st.sampled_from([x.ndim, -x.ndim - 1, x.ndim + 5]))
    with pytest.raises(REFUSALS):
        getattr(xp, name)(x, axis=axis)


@pytest.mark.parametrize("name", ["diff", "unstack"])
@pytest.mark.parametrize("axis", [0, -1])
def test_a_number_has_no_axes(name, axis):
    with pytest.raises(REFUSALS):
        getattr(xp, name)(xp.zeros(()), axis=axis)


@given(x=tensors(ALL), data=st.data())
def test_new_axes_that_are_too_far_away(x, data):
    axis = data.draw(st.sampled_from([x.ndim + 1, -x.ndim - 2, x.ndim + 5]))
    with pytest.raises(IndexError):
        xp.expand_dims(x, axis=axis)
    with pytest.raises(REFUSALS):
        xp.stack([x, x], axis=axis)


@given(x=tensors(ALL, shapes(min_dims=1)), data=st.data())
def test_only_axes_of_size_one_are_taken_away(x, data):
    larger = [place for place, size in enumerate(x.shape) if size > 1]
    for place in larger:
        for axis in (place, place - x.ndim, tuple({place, *(i for i, size in enumerate(x.shape) if size == 1)})):
            with pytest.raises(ValueError):  # noqa: PT011 - its words are the library's own
                xp.squeeze(x, axis)


MISFITS = [
    *itertools.product(
        ["matmul", "linalg.matmul"],
        [((2, 3), (2, 3)), ((3,), (4,)), ((3,), (1,)), ((2, 3), (1, 2)), ((1,), (2, 2)), ((2, 1), (2,))],
    ),
    *itertools.product(["matmul", "linalg.matmul"], [((), (2,)), ((2, 2), ()), ((), ())]),
    ("matmul", ((2, 2, 2), (3, 2, 2))),
    *itertools.product(["vecdot", "linalg.vecdot"], [((3,), (1,)), ((1,), (3,)), ((2, 3), (3, 3)), ((2, 2), (2, 3))]),
    *itertools.product(["linalg.cross"], [((2,), (2,)), ((3,), (2,)), ((3,), (1,)), ((1,), (3,)), ((4, 3), (2, 3))]),
    *itertools.product(["linalg.cross"], [((2,), (3,)), ((4,), (4,))]),
    *itertools.product(["tensordot", "linalg.tensordot"], [((2, 3), (3, 2)), ((2, 1), (2, 3)), ((1, 2), (3, 2))]),
    *itertools.product(["broadcast_to"], [((3,), (2,)), ((2, 1), (2,)), ((0,), (2,))]),
    *itertools.product(["add", "equal", "pow"], [((3,), (2,)), ((2, 3), (3, 2)), ((0,), (2,))]),
]


@pytest.mark.parametrize(("name", "both"), MISFITS)
def test_shapes_that_do_not_fit(name, both):
    *place, name = name.split(".")
    function = getattr(getattr(xp, *place) if place else xp, name)
    x, y = map(xp.ones, both)
    with pytest.raises(REFUSALS):
        function(x, both[1] if name == "broadcast_to" else y)


@pytest.mark.parametrize("dtype", ALL)
def test_the_places_of_a_number(dtype):
    with pytest.raises(REFUSALS):
        xp.nonzero(xp.ones((), dtype=getattr(xp, dtype)))


@given(x=tensors(ALL), data=st.data())
def test_indices_that_are_too_many(x, data):
    parts = [st.just(slice(None)), *([st.just(0)] if all(x.shape) else [])]
    too_many = tuple(data.draw(st.one_of(parts)) for _ in range(x.ndim + 1))
    spread = list(too_many)
    spread.insert(data.draw(st.integers(0, len(spread))), ...)
    between = data.draw(st.lists(st.just(slice(None)), max_size=x.ndim))
    for index in (too_many, tuple(spread), (..., *between, ...)):
        with pytest.raises(IndexError):
            x[index]
        with pytest.raises(IndexError):
            x[index] = x


@given(x=tensors(ALL, shapes(min_dims=1)), data=st.data())
def test_numbers_beyond_the_ends(x, data):
    place = data.draw(st.integers(0, x.ndim - 1))
    number = data.draw(st.sampled_from([x.shape[place], -x.shape[place] - 1, 10**6]))
    with pytest.raises(IndexError):
        x[(*[slice(None)] * place, number)]
