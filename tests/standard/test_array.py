"""The array object of the standard: indexing, conversions to Python's numbers, devices, DLPack, and making arrays."""

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from tests.standard.reference import (
    ALL,
    BOOLEAN,
    COMPLEX,
    FLOATING,
    INTEGERS,
    NUMERIC,
    assert_agrees,
    assert_same_bits,
    shapes,
    tensors,
    to_strict,
    xps,
)

# Attributes


@given(x=tensors(ALL))
def test_attributes(x):
    theirs = to_strict(x)
    assert (x.ndim, x.shape, x.size) == (theirs.ndim, theirs.shape, theirs.size)
    assert type(x.size) is int
    assert x.device == "cpu"
    assert x.dtype == getattr(ag, x.dtype.name)
    if x.ndim >= 2:
        assert_agrees(x.mT, theirs.mT)
    if x.ndim == 2:
        assert_agrees(x.T, theirs.T)


@pytest.mark.parametrize("version", [None, *(f"{year}.12" for year in range(2021, 2026))])
def test_the_namespace_of_an_array(version):
    assert Tensor([1.0]).__array_namespace__(api_version=version) is ag


def test_the_version():
    assert ag.__array_api_version__ == "2024.12"


def test_a_version_that_does_not_exist():
    with pytest.raises(ValueError, match=r"2024\.12.*got '1999\.01'"):
        Tensor([1.0]).__array_namespace__(api_version="1999.01")


# Hypothesis's own strategies find all that they need in the namespace


@given(data=st.data())
def test_arrays_drawn_by_the_strategies_for_any_library(data):
    dtype = data.draw(xps.scalar_dtypes())
    x = data.draw(xps.arrays(dtype=dtype, shape=xps.array_shapes(min_dims=0, min_side=0, max_side=3)))
    assert type(x) is Tensor
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
        numbers = data.draw(tensors(["int64"], shape)).data % size
        index.append(data.draw(st.sampled_from([Tensor(numbers), 0])))
    assume(any(isinstance(part, Tensor) for part in index))
    plain = tuple(part.data if isinstance(part, Tensor) else part for part in index)
    assert_same_bits(x[tuple(index)], x.data[plain])


@given(data=st.data())
def test_writing_by_integer_arrays_and_a_new_axis(data):
    x = data.draw(tensors(ALL, shapes(min_dims=1, min_side=1)))
    places = data.draw(st.permutations(range(x.shape[0])))[:2]
    index = (Tensor(places), None) if data.draw(st.booleans()) else Tensor(places)
    plain = x.data.copy()
    plain_index = (np.array(places), None) if isinstance(index, tuple) else np.array(places)
    value = data.draw(tensors([x.dtype.name], plain[plain_index].shape))
    plain[plain_index] = value.data
    x[index] = value
    assert_same_bits(x, plain)


@given(data=st.data())
def test_reading_by_a_mask(data):
    x = data.draw(tensors(ALL))
    mask = data.draw(tensors(BOOLEAN, x.shape[: data.draw(st.integers(0, x.ndim))]))
    assert_same_bits(x[mask], x.data[mask.data])


@given(data=st.data())
def test_a_mask_of_another_shape_is_refused(data):
    x = data.draw(tensors(ALL, shapes(min_dims=1)))
    shape = data.draw(shapes(min_dims=1).filter(lambda s: len(s) > x.ndim or s != x.shape[: len(s)]))
    assume(len(shape) > x.ndim or any(b not in (a, 0) for a, b in zip(x.shape, shape, strict=False)))
    with pytest.raises(IndexError):
        x[ag.ones(shape, dtype=ag.bool)]


@given(data=st.data())
def test_writing_by_any_index(data):
    x = data.draw(tensors(ALL))
    index = data.draw(xps.indices(x.shape), label="index")
    plain = x.data.copy()
    value = data.draw(tensors([x.dtype.name], plain[index].shape) | tensors([x.dtype.name], ()))
    number = value.item() if not value.ndim and data.draw(st.booleans()) else value
    written = ag.asarray(x, copy=True)
    written[index] = number
    plain[index] = value.data
    assert_same_bits(written, plain)


@given(data=st.data())
def test_writing_by_a_mask(data):
    x = data.draw(tensors(ALL))
    mask = data.draw(tensors(BOOLEAN, x.shape))
    value = data.draw(tensors([x.dtype.name], ()))
    plain = x.data.copy()
    plain[mask.data] = value.data
    for given_one in (value, value.item()):
        written = ag.asarray(x, copy=True)
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
    assert result == number(x.data.item())


@pytest.mark.parametrize("dtype", INTEGERS)
def test_an_index(dtype):
    index = Tensor(2, dtype).__index__()
    assert type(index) is int
    assert [10, 11, 12][Tensor(2, dtype)] == 12


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX + BOOLEAN)
def test_no_index(dtype):
    with pytest.raises(TypeError):
        Tensor(1, dtype).__index__()


@pytest.mark.parametrize("number", [int, float])
@pytest.mark.parametrize("dtype", COMPLEX)
def test_a_complex_array_is_no_real_number(number, dtype):
    with pytest.raises(TypeError):
        number(Tensor(1, dtype))


# asarray


@given(x=tensors(ALL, shapes(min_side=1)))
def test_an_array_of_nested_lists(x):
    assert_same_bits(ag.asarray(x.tolist(), dtype=x.dtype), x.data)
    if x.size and x.dtype.name in ("bool", "int64", "float64", "complex128"):
        assert_same_bits(ag.asarray(x.tolist()), x.data)


@pytest.mark.parametrize(
    ("number", "dtype"), [(True, "bool"), (3, "int64"), (2.5, "float64"), (1j, "complex128"), ([1, 2.5], "float64")]
)
def test_the_dtype_of_pythons_numbers(number, dtype):
    result = ag.asarray(number, device="cpu")
    assert (result.dtype, result.shape) == (np.dtype(dtype), np.shape(number))


@given(x=tensors(ALL, shapes(min_dims=1, min_side=1)))
def test_a_copy_and_no_copy(x):
    copied, same = ag.asarray(x, copy=True), ag.asarray(x, copy=False)
    assert same is x
    assert ag.asarray(x) is x
    old = x.data.copy()
    x[...] = 1 - old.astype(int) if x.dtype.kind == "b" else old + x.dtype.type(1)
    assert_same_bits(copied, old)


def test_a_copy_is_recorded():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (ag.asarray(x, copy=True) * 3.0).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("value", [1.0, [1.0], np.ones(2), Tensor([1])])
def test_what_has_to_be_copied(value):
    with pytest.raises(ValueError, match="copy=False"):
        ag.asarray(value, dtype=ag.float32, copy=False)


def test_a_constant_made_of_a_weight_would_lose_its_gradient():
    with pytest.raises(TypeError, match="full: gives a constant and would lose the gradient"):
        ag.full(2, Tensor(1.0, requires_grad=True))


def test_arrays_in_lists():
    assert_same_bits(ag.asarray([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert_same_bits(ag.asarray((Tensor(1, "int8"), Tensor(2, "int8")), dtype=ag.int8), np.array([1, 2], "int8"))


def test_the_buffer_of_another_object():
    assert_same_bits(ag.asarray(memoryview(bytearray(b"\1\2"))), np.array([1, 2], np.uint8))


# Devices


def test_devices():
    x = Tensor([1.0])
    assert x.to_device("cpu") is x
    assert x.to_device(x.device, stream=None) is x
    with pytest.raises(ValueError, match="got 'gpu'"):
        x.to_device("gpu")


@pytest.mark.parametrize(
    "make",
    [
        lambda device: ag.asarray([1.0], device=device),
        lambda device: ag.arange(2, device=device),
        lambda device: ag.empty(2, device=device),
        lambda device: ag.empty_like(ag.ones(2), device=device),
        lambda device: ag.eye(2, device=device),
        lambda device: ag.full(2, 1.0, device=device),
        lambda device: ag.full_like(ag.ones(2), 1.0, device=device),
        lambda device: ag.linspace(0, 1, 2, device=device),
        lambda device: ag.ones(2, device=device),
        lambda device: ag.ones_like(ag.ones(2), device=device),
        lambda device: ag.zeros(2, device=device),
        lambda device: ag.zeros_like(ag.ones(2), device=device),
        lambda device: ag.astype(ag.ones(2), ag.float32, device=device),
        lambda device: ag.from_dlpack(np.ones(2), device=device),
        lambda device: ag.fft.fftfreq(2, device=device),
        lambda device: ag.fft.rfftfreq(2, device=device),
    ],
)
def test_the_only_device(make):
    assert make("cpu").device == make(None).device == "cpu"
    with pytest.raises(ValueError, match="the only device is 'cpu', got 'gpu'"):
        make("gpu")


# DLPack


def test_what_has_no_dlpack_is_refused():
    with pytest.raises(TypeError, match="from_dlpack: takes an array that has a method __dlpack__; given 0"):
        ag.from_dlpack(0)


@pytest.mark.parametrize("dtype", NUMERIC + BOOLEAN)
def test_the_device_of_dlpack(dtype):
    kind, number = ag.empty(3, dtype=dtype).__dlpack_device__()
    assert (int(kind), number) == (1, 0)
    assert type(number) is int


@given(
    x=tensors(ALL, shapes(min_dims=1)),
    options=st.fixed_dictionaries(
        {},
        optional={
            "copy": st.sampled_from([None, True]),
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
    taken = ag.from_dlpack(x, device="cpu", **options)
    assert taken is not x
    assert_same_bits(taken, x.data)


def test_what_is_taken_over_does_not_change_with_its_source():
    source = Tensor([1.0, 2.0])
    taken = ag.from_dlpack(source, copy=False)
    source[0] = 7.0
    assert taken.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("options", [{}, {"copy": None}, {"copy": True}])
def test_from_another_library_and_to_it(options):
    theirs = np.arange(3.0)
    taken = ag.from_dlpack(theirs, **options)
    theirs[0] = 7.0
    assert taken.tolist() == [0.0, 1.0, 2.0]
    given_away = np.from_dlpack(taken, **options)
    given_away[1] = 7.0
    assert taken.tolist() == [0.0, 1.0, 2.0]
    assert ag.from_dlpack(strict.asarray([1.0])).tolist() == [1.0]


@given(x=tensors(ALL, shapes(min_dims=1)), version=st.sampled_from([(1, 0), (2, 0)]))
def test_memory_that_dlpack_may_be_asked_for(x, version):
    assert "dltensor" in repr(x.__dlpack__(copy=False, max_version=version))


def test_memory_that_is_shared_cannot_be_written_into():
    x = Tensor([1.0, 2.0])
    shared = np.from_dlpack(x, copy=False)
    assert np.shares_memory(shared, x.data)
    assert not shared.flags.writeable


def test_memory_that_cannot_be_shared():
    with pytest.raises(BufferError, match="copy=False"):
        ag.from_dlpack(np.ones(2), copy=False)


def test_what_requires_grad_is_not_given_away():
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match="requires grad"):
        np.from_dlpack(x)
    with pytest.raises(TypeError, match="requires grad"):
        ag.from_dlpack(x)
