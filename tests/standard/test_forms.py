"""Forms of arguments that are seldom met: of creation, numbers out of arrays, counts, sets and masks."""

import cmath
import itertools
import math
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

from tests.standard.reference import (
    ALL,
    COMPLEX,
    FLOATING,
    INTEGERS,
    REAL,
    array,
    assert_same_bits,
    axes_of,
    is_array,
    quiet,
    shapes,
    tensors,
    values_of,
    xp,
)

# Creation


@pytest.mark.parametrize("number", [0, 1, 5, -3, 4.0, 2.5])
def test_only_an_end(number):
    for step in (1, 2, 0.5, -1):
        expected = np.arange(0, number, step)
        for made in (
            xp.arange(number, None, step),
            xp.arange(number, step=step),
            xp.arange(number, stop=None, step=step),
            xp.arange(0, number, step),
            xp.arange(0, stop=number, step=step),
        ):
            assert_same_bits(made, expected)
    for made in (xp.arange(number), xp.arange(number, None), xp.arange(0, stop=number)):
        assert_same_bits(made, np.arange(number))


@pytest.mark.parametrize("dtype", ALL)
def test_a_diagonal_far_away(dtype):
    for k, columns in itertools.product([10**30, -(10**30), 2**63, -(2**63), 3, -3], [None, 0, 2, 3]):
        made = xp.eye(3, columns, k=k, dtype=getattr(xp, dtype))
        assert_same_bits(made, np.zeros((3, 3 if columns is None else columns), dtype))


ENDS = [0, 1, -3, 0.5, -2.5, 7.0]


@pytest.mark.parametrize("dtype", [None, *FLOATING, *COMPLEX])
def test_ramps(dtype):
    of_complex = dtype is None or dtype in COMPLEX
    ends = [*ENDS, *([1j, 2 - 3.5j, -1 + 0j] if of_complex else [])]
    asked = {} if dtype is None else {"dtype": getattr(xp, dtype)}
    for start, stop, number in itertools.product(ends, ends, [0, 1, 2, 5]):
        several = isinstance(start, complex) or isinstance(stop, complex)
        expected = np.dtype(dtype or ("complex128" if several else "float64"))
        tolerance = {"rtol": 0, "atol": 20 * np.finfo(expected).eps}
        closed = xp.linspace(start, stop, number, endpoint=True, **asked)
        half_open = xp.linspace(start, stop, number, endpoint=False, **asked)
        longer = xp.linspace(start, stop, number + 1, **asked)
        assert {made.dtype for made in (closed, half_open, longer)} == {expected}
        assert (closed.shape, half_open.shape, longer.shape) == ((number,), (number,), (number + 1,))
        np.testing.assert_allclose(values_of(half_open), values_of(longer)[:number], **tolerance)
        by_hand = [start + (stop - start) * i / max(number - 1, 1) for i in range(number)]
        np.testing.assert_allclose(values_of(closed), np.array(by_hand, expected), **tolerance)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_filled_with_the_limits_of_integers(dtype):
    wanted, limits = getattr(xp, dtype), np.iinfo(dtype)
    for value, shape in itertools.product([int(limits.max), int(limits.min)], [(2, 3), (0,), ()]):
        expected = np.full(shape, value, dtype)
        assert_same_bits(xp.full(shape, value, dtype=wanted), expected)
        assert_same_bits(xp.full_like(xp.zeros(shape, dtype=wanted), value), expected)
        assert_same_bits(xp.full_like(xp.zeros(shape), value, dtype=wanted), expected)
    assert_same_bits(
        xp.asarray([int(limits.max), int(limits.min)], dtype=wanted), np.array([limits.max, limits.min], dtype)
    )


@pytest.mark.parametrize("device", [None, "that of x"])
def test_creation_on_a_device(device):
    x = xp.ones((2, 3))
    device = x.device if device else None
    made = {
        "arange": xp.arange(3, device=device),
        "asarray": xp.asarray([1, 2], device=device),
        "asarray of one": xp.asarray(x, device=device),
        "astype": xp.astype(x, xp.float32, device=device),
        "empty": xp.empty(3, device=device),
        "empty_like": xp.empty_like(x, device=device),
        "eye": xp.eye(3, device=device),
        "from_dlpack": xp.from_dlpack(x, device=device),
        "full": xp.full(3, 2.0, device=device),
        "full_like": xp.full_like(x, 2.0, device=device),
        "linspace": xp.linspace(0, 1, 3, device=device),
        "ones": xp.ones(3, device=device),
        "ones_like": xp.ones_like(x, device=device),
        "zeros": xp.zeros(3, device=device),
        "zeros_like": xp.zeros_like(x, device=device),
        "fft.fftfreq": xp.fft.fftfreq(3, device=device),
        "fft.rfftfreq": xp.fft.rfftfreq(3, device=device),
    }
    for name, result in made.items():
        assert is_array(result), name
        assert result.device == x.device, name


# Numbers out of arrays, and arrays out of numbers


@pytest.mark.parametrize("value", [0.0, -1.5, math.inf, -math.inf, math.nan])
def test_functions_of_python_take_arrays_of_no_axes(value):
    for dtype in FLOATING:
        x = array(value, dtype)
        for function in (math.isnan, math.isinf, math.isfinite, cmath.isnan, cmath.isfinite):
            assert function(x) is function(value)
        assert repr(float(x)) == repr(value)
        assert repr(complex(x)) == repr(complex(value))
        assert bool(x) is bool(value)
    for dtype, imag in itertools.product(COMPLEX, [2.0, math.nan, -math.inf]):
        x = array(complex(value, imag), dtype)
        for function in (cmath.isnan, cmath.isinf, cmath.isfinite):
            assert function(x) is function(complex(value, imag))
        assert repr(complex(x)) == repr(complex(value, imag))


COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_number_compared_with_an_array(compare):
    for dtype, number in itertools.product(REAL, [2, 0, 1]):
        for values in (np.array(2, dtype), np.array([[0, 1, 2]], dtype), np.zeros((0, 2), dtype)):
            assert_same_bits(compare(number, array(values)), np.asarray(compare(number, values)))
    for dtype in COMPLEX if compare in (operator.eq, operator.ne) else ():
        assert_same_bits(compare(2, array([2, 2j], dtype)), np.array([compare(2, 2), compare(2, 2j)]))


@given(data=st.data(), x=tensors(ALL, shapes(min_dims=1)))
def test_the_ends_of_slices_are_arrays_of_no_axes(data, x):
    numbers = [data.draw(st.integers(-3, 3)), data.draw(st.integers(-3, 3)), data.draw(st.sampled_from([1, 2, -1]))]
    numbers[data.draw(st.integers(0, 1))] = None
    ends = []
    for number in numbers:
        dtypes = [dtype for dtype in INTEGERS if number is not None and number >= np.iinfo(dtype).min]
        ends.append(array(number, data.draw(st.sampled_from(dtypes))) if dtypes else None)
    plain = slice(*numbers)
    if not (numbers[2] < 0 or any(end is not None and abs(end) > x.shape[0] for end in numbers[:2])):
        assert_same_bits(x[slice(*ends)], values_of(x)[plain])
        x[slice(*ends)] = x[plain]
    assert list(range(10))[slice(*ends)] == list(range(10))[plain]
    assert_same_bits(xp.asarray(x)[array(0, "uint8") :], values_of(x))


NUMBERS = [True, False, 3, -2, 0.5, -0.0, 1e300, 1.5 - 2j]
KINDS = [(bool,), (int,), (bool, int), (float,), (int, float), (complex,), (int, complex), (float, complex)]


@given(data=st.data(), shape=shapes(min_side=1))
def test_nested_lists_of_numbers(data, shape):
    kinds = data.draw(st.sampled_from(KINDS))
    numbers = st.sampled_from([number for number in NUMBERS if type(number) in kinds])
    flat = [data.draw(numbers) for _ in range(math.prod(shape))]
    types = {type(number) for number in flat}
    expected = next((each for each in (complex, float, int) if each in types), bool)
    form = data.draw(st.sampled_from([list, tuple]))
    nested = flat
    for size in shape[:0:-1]:
        nested = [form(nested[i : i + size]) for i in range(0, len(nested), size)]
    nested = form(nested) if shape else nested[0]
    dtype = {bool: "bool", int: "int64", float: "float64", complex: "complex128"}[expected]
    assert_same_bits(xp.asarray(nested), np.array(flat, dtype).reshape(shape))


@pytest.mark.parametrize("dtype", [None, *ALL])
@pytest.mark.parametrize(
    ("empty", "shape"), [([], (0,)), ((), (0,)), ([[], []], (2, 0)), ([[]], (1, 0)), ([[[], []]], (1, 2, 0))]
)
def test_empty_lists(empty, shape, dtype):
    made = xp.asarray(empty, dtype=dtype and getattr(xp, dtype))
    assert is_array(made)
    assert made.shape == shape
    if dtype:
        assert made.dtype == np.dtype(dtype)


# Counts, sets and masks


@pytest.mark.parametrize("dtype", INTEGERS)
@given(data=st.data(), x=tensors(ALL))
def test_repeated_by_an_array_of_one_count(dtype, data, x):
    axis = data.draw(st.none() | axes_of(x)) if x.ndim else None
    count = data.draw(st.integers(0, 3))
    expected = np.repeat(values_of(x), count, axis=axis)
    assert_same_bits(xp.repeat(x, array([count], dtype), axis=axis), expected)
    size = x.size if axis is None else x.shape[axis]
    assert_same_bits(xp.repeat(x, array([count] * size, dtype), axis=axis), expected)


def assert_is_set(x):
    """Assert that all functions of sets find each value once, every NaN by itself, in whatever order."""
    flat = values_of(x).ravel()
    every, inverse = xp.unique_all(x), xp.unique_inverse(x)
    values, counts = xp.unique_counts(x)
    for found in (every.values, xp.unique_values(x), values, inverse.values):
        assert is_array(found)
        assert found.dtype == x.dtype
        assert parted(values_of(found)) == parted(flat)
        assert found.shape == (len(parted(flat)[0]) + parted(flat)[1],)
    for found, number in ((every.values, every.counts), (values, counts)):
        assert values_of(number).tolist() == [max(1, np.sum(flat == value)) for value in values_of(found)]
    firsts = values_of(every.indices)
    np.testing.assert_array_equal(flat[firsts], values_of(every.values))
    assert not any((flat[:first] == flat[first]).any() for first in firsts)
    for found in (every, inverse):
        assert found.inverse_indices.shape == x.shape
        np.testing.assert_array_equal(values_of(found.values)[values_of(found.inverse_indices)], values_of(x))
    for places in (every.indices, every.inverse_indices, every.counts, counts, inverse.inverse_indices):
        assert places.dtype == xp.__array_namespace_info__().default_dtypes()["indexing"]


def parted(values):
    """Which values there are, and how many NaNs."""
    nans = np.isnan(values)
    return {*values[~nans].tolist()}, int(np.sum(nans))


SPECIAL = [0.0, -0.0, math.nan, math.inf, -math.inf, 1.5]


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
@given(data=st.data(), shape=shapes(min_side=1))
def test_sets_with_nan_and_zeros_of_both_signs(dtype, data, shape):
    numbers = st.sampled_from(SPECIAL)
    if dtype in COMPLEX:
        numbers = st.builds(complex, numbers, numbers)
    x = data.draw(arrays_of_numpy.arrays(dtype, shape, elements=numbers))
    with quiet():
        assert_is_set(array(x))


@given(x=tensors(ALL, shapes(max_dims=1), small=True))
def test_sets_of_a_number_and_of_nothing(x):
    assert_is_set(x)


@given(x=tensors(ALL), value=st.booleans())
def test_a_mask_of_no_axes(x, value):
    mask = array(value)
    assert_same_bits(x[mask], values_of(x)[np.newaxis][: int(value)])
    written = xp.asarray(x, copy=True)
    written[mask] = array(1, x.dtype)
    assert_same_bits(written, np.ones(x.shape, x.dtype) if value else values_of(x))


@given(x=tensors(ALL, shapes(min_dims=1)), data=st.data())
def test_a_mask_with_sizes_of_zero(x, data):
    count = data.draw(st.integers(1, x.ndim))
    place = data.draw(st.integers(0, count - 1))
    shape = tuple(0 if i == place else data.draw(st.sampled_from([size, 0])) for i, size in enumerate(x.shape[:count]))
    mask = xp.zeros(shape, dtype=xp.bool)
    assert_same_bits(x[mask], np.zeros((0, *x.shape[count:]), x.dtype))
