"""What the standard of 2024.12 leaves open, or does not know of, and what this library does there."""

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.standard.reference import (
    COMPLEX,
    FLOATING,
    INTEGERS,
    REFUSALS,
    assert_same_bits,
    tensors,
    values_of,
)
from tests.standard.test_elementwise import OPERATORS, dtypes_of
from tests.standard.test_extensions import assert_near, assert_same_form, matrices


def test_gradients_of_bounds_of_another_dtype():
    x = Tensor([1.0, 5.0, -3.0], "float32", requires_grad=True)
    low = Tensor([0.0, 0.0, 0.0], requires_grad=True)
    ag.clip(x, low, 2.0).sum().backward()
    assert_same_bits(x.grad, np.array([1.0, 0.0, 0.0], "float32"))
    assert_same_bits(low.grad, np.array([0.0, 0.0, 1.0]))


def test_numpys_own_clip_promotes():
    x = np.array([1.0, 5.0, -3.0], "float32")
    assert_same_bits(np.clip(Tensor(x), np.zeros(3), 2.0), np.clip(x, np.zeros(3), 2.0))
    assert_same_bits(np.clip(Tensor([1, 5]), 0, 2.5), np.clip([1, 5], 0, 2.5))


def test_bounds_that_the_dtype_does_not_hold():
    x = Tensor([1, 2, 3], "int8")
    assert ag.clip(x, Tensor(-1000), Tensor(1000)).tolist() == [1, 2, 3]
    assert ag.clip(x, -1000, 1000).tolist() == [1, 2, 3]
    largest = Tensor([2**63 - 1])
    assert ag.clip(largest, Tensor(0, "uint64"), Tensor(2**64 - 1, "uint64")).tolist() == [2**63 - 1]


def test_what_the_standard_does_not_promote_is_refused_or_numpys():
    with pytest.raises(REFUSALS, match="bitwise_and"):
        ag.bitwise_and(Tensor([1.0]), Tensor([1]))


@pytest.mark.parametrize("symbol", OPERATORS)
def test_an_operator_in_place_keeps_its_tensor_and_what_was_read_of_it(symbol):
    _, in_place, name = OPERATORS[symbol]
    values = np.array([1, 2, 3], dtypes_of(name)[-1])
    x = Tensor(values)
    read_before = x[...]
    same = in_place(x, Tensor(values))
    assert same is x
    assert_same_bits(read_before, values)


@pytest.mark.parametrize("axis", [0, -1, None])
def test_the_gradient_of_a_descending_sort(axis):
    x = np.array([[3.0, 1.0, 2.0], [0.5, -1.0, 4.0]])
    gradcheck(lambda x: ag.sort(x, axis=axis, descending=True) ** 3, x)
    gradgradcheck(lambda x: ag.sort(x, axis=axis, descending=True) ** 3, x)


def test_gradients_where_numpy_gives_real_numbers_and_the_standard_complex_ones():
    x = np.array([[2.0, 1.0], [0.5, 3.0]])
    gradcheck(ag.linalg.eigvals, x, tolerance=1e-6)
    gradcheck(lambda x: ag.linalg.eig(x).eigenvalues ** 2, x, tolerance=1e-6)


def test_what_counts_as_zero_in_a_pseudoinverse():
    x = np.diag(np.array([1.0, 1e-12], np.float32))
    np.testing.assert_array_equal(ag.linalg.pinv(Tensor(x)).data, [[1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(np.linalg.pinv(Tensor(x)).data, np.linalg.pinv(x))


@pytest.mark.parametrize("asked", [ag.int8, ag.bool])
def test_no_floating_dtype(asked):
    with pytest.raises(ValueError, match="not inexact"):
        ag.finfo(asked)


def test_the_version():
    assert ag.__array_api_version__ == "2024.12"


def test_a_version_that_does_not_exist():
    with pytest.raises(ValueError, match=r"2024\.12.*got '1999\.01'"):
        Tensor([1.0]).__array_namespace__(api_version="1999.01")


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


def test_what_has_no_dlpack_is_refused():
    with pytest.raises(TypeError, match="from_dlpack: takes an array that has a method __dlpack__; given 0"):
        ag.from_dlpack(0)


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


# Of 2025.12, or left open by 2024.12


@given(data=st.data())
def test_bounds_do_not_take_part_in_the_choice_of_the_dtype(data):
    kinds = data.draw(st.sampled_from([FLOATING, INTEGERS]))
    shapes = data.draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=3, min_side=0)).input_shapes
    x, low, high = (data.draw(tensors(kinds, shape, small=True)) for shape in shapes)
    low, high = (data.draw(st.sampled_from([bound, None, 0])) for bound in (low, high))
    result = ag.clip(x, min=low, max=high)
    expected = values_of(x)
    if low is not None:
        expected = np.maximum(expected, np.asarray(getattr(low, "data", low)))
    if high is not None:
        expected = np.minimum(expected, np.asarray(getattr(high, "data", high)))
    if kinds is INTEGERS:  # a bound that the dtype cannot hold is the nearest number that it holds
        expected = np.clip(expected, np.iinfo(x.dtype).min, np.iinfo(x.dtype).max)
    assert result.dtype == x.dtype
    np.testing.assert_array_equal(values_of(result), expected)


@given(data=st.data())
def test_eigenvectors(data):
    x = matrices(data.draw, square=True)
    found = ag.linalg.eig(x)
    assert_same_form(found, strict.linalg.eig(strict.asarray(values_of(x))))
    assert_near(
        ag.astype(x, found.eigenvectors.dtype) @ found.eigenvectors,
        values_of(found.eigenvectors * found.eigenvalues[..., None, :]),
    )
    values = ag.linalg.eigvals(x)
    assert values.dtype == found.eigenvalues.dtype
    assert_near(values, values_of(found.eigenvalues))


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
def test_limits_are_numbers_of_python_and_have_numpys_names_too(dtype):
    for asked in (np.dtype(dtype), np.ones(1, dtype)):
        found = ag.finfo(asked)
        assert {type(found.eps), type(found.max), type(found.min), type(found.smallest_normal)} == {float}
        assert found.tiny == np.finfo(dtype).tiny
    with pytest.raises(AttributeError):
        _ = found.nothing_of_the_kind
    assert ag.iinfo(np.dtype("int8")).kind == "i"


def test_the_namespace_of_2025():
    assert Tensor([1.0]).__array_namespace__(api_version="2025.12") is ag


def test_an_array_that_needs_no_copy_is_itself():
    x = Tensor([1.0])
    assert ag.asarray(x) is ag.asarray(x, copy=False) is x


# Where it keeps to NumPy, and not to the standard


@pytest.mark.parametrize("name", ["all", "any"])
@pytest.mark.parametrize("axis", [0, -1])
def test_the_axis_of_a_number_without_axes(name, axis):
    assert getattr(ag, name)(ag.asarray(True), axis=axis).item() is True
