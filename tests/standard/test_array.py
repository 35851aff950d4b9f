"""The array object of the standard: indexing, conversions to Python's numbers, devices, DLPack, and making arrays."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.standard.reference import (
    ALL,
    BOOLEAN,
    COMPLEX,
    FLOATING,
    INTEGERS,
    NUMERIC,
    array,
    assert_agrees,
    assert_same_bits,
    is_array,
    shapes,
    tensors,
    to_strict,
    values_of,
    xp,
    xps,
)

# Attributes


@given(x=tensors(ALL))
def test_attributes(x):
    theirs = to_strict(x)
    assert (x.ndim, x.shape, x.size) == (theirs.ndim, theirs.shape, theirs.size)
    assert type(x.size) is int
    assert x.device == "cpu"
    assert x.dtype == getattr(xp, x.dtype.name)
    if x.ndim >= 2:
        assert_agrees(x.mT, theirs.mT)
    if x.ndim == 2:
        assert_agrees(x.T, theirs.T)


@pytest.mark.parametrize("version", [None, *(f"{year}.12" for year in range(2021, 2025))])
def test_the_namespace_of_an_array(version):
    assert array([1.0]).__array_namespace__(api_version=version) is xp


# Hypothesis's own strategies find all that they need in the namespace


@given(data=st.data())
def test_arrays_drawn_by_the_strategies_for_any_library(data):
    dtype = data.draw(xps.scalar_dtypes())
    x = data.draw(xps.arrays(dtype=dtype, shape=xps.array_shapes(min_dims=0, min_side=0, max_side=3)))
    assert is_array(x)
    assert x.dtype == dtype


# Indexing


@given(data=st.data())
def test_reading_by_any_index(data):
    x = data.draw(tensors(ALL))
    index = data.draw(xps.indices(x.shape, allow_newaxis=True), label="index")
    assert_agrees(x[index], to_strict(x)[index])


@given(data=st.data())
def test_reading_by_integer_arrays(data):
    x = data.draw(tensors(ALL, shapes(min_dims=1, min_side=1)))
    shape = data.draw(shapes(max_dims=2))
    index = []
    for size in x.shape:
        numbers = values_of(data.draw(tensors(["int64"], shape))) % size
        index.append(data.draw(st.sampled_from([array(numbers), 0])))
    assume(any(is_array(part) for part in index))
    plain = tuple(values_of(part) if is_array(part) else part for part in index)
    assert_same_bits(x[tuple(index)], values_of(x)[plain])


@given(data=st.data())
def test_writing_by_integer_arrays_and_a_new_axis(data):
    x = data.draw(tensors(ALL, shapes(min_dims=1, min_side=1)))
    places = data.draw(st.permutations(range(x.shape[0])))[:2]
    index = (array(places), None) if data.draw(st.booleans()) else array(places)
    plain = values_of(x).copy()
    plain_index = (np.array(places), None) if isinstance(index, tuple) else np.array(places)
    value = data.draw(tensors([x.dtype.name], plain[plain_index].shape))
    plain[plain_index] = values_of(value)
    x[index] = value
    assert_same_bits(x, plain)


@given(data=st.data())
def test_reading_by_a_mask(data):
    x = data.draw(tensors(ALL))
    mask = data.draw(tensors(BOOLEAN, x.shape[: data.draw(st.integers(0, x.ndim))]))
    assert_same_bits(x[mask], values_of(x)[values_of(mask)])


@given(data=st.data())
def test_a_mask_of_another_shape_is_refused(data):
    x = data.draw(tensors(ALL, shapes(min_dims=1)))
    shape = data.draw(shapes(min_dims=1).filter(lambda s: len(s) > x.ndim or s != x.shape[: len(s)]))
    assume(len(shape) > x.ndim or any(b not in (a, 0) for a, b in zip(x.shape, shape, strict=False)))
    with pytest.raises(IndexError):
        x[xp.ones(shape, dtype=xp.bool)]


@given(data=st.data())
def test_writing_by_any_index(data):
    x = data.draw(tensors(ALL))
    index = data.draw(xps.indices(x.shape), label="index")
    plain = values_of(x).copy()
    value = data.draw(tensors([x.dtype.name], plain[index].shape) | tensors([x.dtype.name], ()))
    number = value.item() if not value.ndim and data.draw(st.booleans()) else value
    written = xp.asarray(x, copy=True)
    written[index] = number
    plain[index] = values_of(value)
    assert_same_bits(written, plain)


@given(data=st.data())
def test_writing_by_a_mask(data):
    x = data.draw(tensors(ALL))
    mask = data.draw(tensors(BOOLEAN, x.shape))
    value = data.draw(tensors([x.dtype.name], ()))
    plain = values_of(x).copy()
    plain[values_of(mask)] = values_of(value)
    for given_one in (value, value.item()):
        written = xp.asarray(x, copy=True)
        written[mask] = given_one
        assert_same_bits(written, plain)


# Python's numbers


@pytest.mark.parametrize(
    ("number", "dtypes"),
    [
        (bool, ALL),
        (int, BOOLEAN + INTEGERS + FLOATING),
        (float, BOOLEAN + INTEGERS + FLOATING),
        (complex, ALL),
    ],
)
@given(data=st.data())
def test_numbers_of_python(number, dtypes, data):
    x = data.draw(tensors(dtypes, (), allow_nan=False, allow_infinity=False))
    result = number(x)
    assert type(result) is number
    assert result == number(values_of(x).item())


@pytest.mark.parametrize("dtype", INTEGERS)
def test_an_index(dtype):
    index = array(2, dtype).__index__()
    assert type(index) is int
    assert [10, 11, 12][array(2, dtype)] == 12


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX + BOOLEAN)
def test_no_index(dtype):
    with pytest.raises(TypeError):
        array(1, dtype).__index__()


@pytest.mark.parametrize("number", [int, float])
@pytest.mark.parametrize("dtype", COMPLEX)
def test_a_complex_array_is_no_real_number(number, dtype):
    with pytest.raises(TypeError):
        number(array(1, dtype))


# asarray


@given(x=tensors(ALL, shapes(min_side=1)))
def test_an_array_of_nested_lists(x):
    assert_same_bits(xp.asarray(x.tolist(), dtype=x.dtype), values_of(x))
    if x.size and x.dtype.name in ("bool", "int64", "float64", "complex128"):
        assert_same_bits(xp.asarray(x.tolist()), values_of(x))


@pytest.mark.parametrize(
    ("number", "dtype"), [(True, "bool"), (3, "int64"), (2.5, "float64"), (1j, "complex128"), ([1, 2.5], "float64")]
)
def test_the_dtype_of_pythons_numbers(number, dtype):
    result = xp.asarray(number, device="cpu")
    assert (result.dtype, result.shape) == (np.dtype(dtype), np.shape(number))


@given(x=tensors(ALL, shapes(min_dims=1, min_side=1)))
def test_a_copy_and_no_copy(x):
    copied, same = xp.asarray(x, copy=True), xp.asarray(x, copy=False)
    assert_same_bits(same, values_of(x))
    old = values_of(x).copy()
    x[...] = 1 - old.astype(int) if x.dtype.kind == "b" else old + x.dtype.type(1)
    assert_same_bits(copied, old)


def test_the_buffer_of_another_object():
    assert_same_bits(xp.asarray(memoryview(bytearray(b"\1\2"))), np.array([1, 2], np.uint8))


# Devices


def test_devices():
    x = array([1.0])
    assert x.to_device("cpu") is x
    assert x.to_device(x.device, stream=None) is x
    with pytest.raises(ValueError, match="gpu"):
        x.to_device("gpu")


# DLPack


@pytest.mark.parametrize("dtype", NUMERIC + BOOLEAN)
def test_the_device_of_dlpack(dtype):
    kind, number = xp.empty(3, dtype=dtype).__dlpack_device__()
    assert (int(kind), number) == (1, 0)
    assert type(number) is int


@given(
    x=tensors(ALL, shapes(min_dims=1)),
    options=st.fixed_dictionaries(
        {},
        optional={
            "copy": st.sampled_from([None, True, False]),
            "max_version": st.sampled_from([None, (0, 0), (1, 0), (2, 0)]),
            "dl_device": st.sampled_from([None, (1, 0)]),
            "stream": st.none(),
        },
    ),
)
def test_all_that_dlpack_may_be_asked(x, options):
    assert "dltensor" in repr(x.__dlpack__(**options))


@given(x=tensors(ALL), options=st.sampled_from([{}, {"copy": None}, {"copy": True}, {"copy": False}]))
def test_from_an_array_of_ours(x, options):
    taken = xp.from_dlpack(x, device="cpu", **options)
    assert taken is not x
    assert_same_bits(taken, values_of(x))
