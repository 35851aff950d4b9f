"""Signs, mantissas, neighbours and values that are no numbers: values as NumPy's, exact gradients at every edge."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

INF, NAN = math.inf, math.nan

# ----------------------------------------------------------------------------------------------------------- signs


def test_fabs():
    assert_values(np.fabs(Tensor([-2, 3])), [2.0, 3.0])
    np.testing.assert_array_equal(gradients(np.fabs, [-2.0, -0.0, 0.0, 3.0]), [-1.0, 0.0, 0.0, 1.0])


def test_copysign():
    x, y = np.array([2.0, -2.0, 2.0, -2.0, 0.0]), np.array([3.0, 3.0, -3.0, -0.0, -1.0])
    assert_values(np.copysign(Tensor(x), y), np.copysign(x, y))
    by_x, by_y = gradients(np.copysign, x, y)
    np.testing.assert_array_equal(by_x, [1.0, -1.0, -1.0, 1.0, 0.0])
    np.testing.assert_array_equal(by_y, [0.0] * 5)
    assert gradients(lambda x: np.copysign(x, -1.0), 0.5, dtype=np.float32).dtype == np.float32


def test_heaviside():
    x, y = np.array([-2.0, 0.0, -0.0, 3.0, NAN]), np.array([0.5, 0.25, 0.75, 0.5, 0.5])
    assert_values(np.heaviside(Tensor(x), y), np.heaviside(x, y))
    by_x, by_y = gradients(np.heaviside, x, y)
    np.testing.assert_array_equal(by_x, [0.0] * 5)
    np.testing.assert_array_equal(by_y, [0.0, 1.0, 1.0, 0.0, 0.0])


# --------------------------------------------------------------------------------------------- mantissas, neighbours


@pytest.mark.parametrize("exponent", [3, np.array([0, 1, -2]), Tensor([[4], [5]])])
def test_ldexp(exponent):
    x = np.array([0.5, -3.0, 0.0])
    numbers = exponent.data if isinstance(exponent, Tensor) else exponent
    assert_values(np.ldexp(Tensor(x), exponent), np.ldexp(x, numbers))
    expected = np.broadcast_to(2.0**numbers, np.broadcast_shapes((3,), np.shape(numbers)))
    np.testing.assert_array_equal(gradients(lambda x: np.ldexp(x, exponent), x), expected.reshape(-1, 3).sum(axis=0))


def test_ldexp_does_not_overflow_between():
    assert gradients(lambda x: np.ldexp(x, 1000), 1e-300, seed=1e-300) == np.ldexp(1e-300, 1000)


def test_frexp():
    x = np.array([6.0, -0.4, 0.0, 5e-324])
    for ours, theirs in zip(np.frexp(Tensor(x)), np.frexp(x), strict=True):
        assert ours.dtype == theirs.dtype
        assert_values(ours, theirs)
    np.testing.assert_array_equal(gradients(lambda x: np.frexp(x)[0], x[:3]), [1 / 8, 2.0, 1.0])
    mantissa, exponent = ag.frexp(weight([6.0]))
    assert (mantissa.requires_grad, exponent.requires_grad) == (True, False)


def test_neighbours():
    x = np.array([1.0, -1.0, 0.0, 2.0])
    assert_values(np.nextafter(Tensor(x), [2.0, 0.0, 1.0, 2.0]), np.nextafter(x, [2.0, 0.0, 1.0, 2.0]))
    assert_values(np.spacing(Tensor(x)), np.spacing(x))
    by_x, by_y = gradients(np.nextafter, x, [2.0, 0.0, 1.0, 2.0])
    np.testing.assert_array_equal(by_x, [1.0] * 4)
    np.testing.assert_array_equal(by_y, [0.0] * 4)
    np.testing.assert_array_equal(gradients(np.spacing, x), [0.0] * 4)


# ------------------------------------------------------------------------------------------------------- fmax, fmin


@pytest.mark.parametrize(("function", "first"), [(np.fmax, [0.0, 1.0]), (np.fmin, [1.0, 0.0])])
def test_the_larger_and_the_smaller_number(function, first):
    x, y = np.array([1.0, 3.0, 2.0, NAN, 2.0, NAN]), np.array([2.0, 2.0, 2.0, 2.0, NAN, NAN])
    assert_values(function(Tensor(x), y), function(x, y))
    by_x, by_y = gradients(function, x, y)
    np.testing.assert_array_equal(by_x, [*first, 0.5, 0.0, 1.0, 1.0])
    np.testing.assert_array_equal(by_y, [*(1 - np.array(first)), 0.5, 1.0, 0.0, 1.0])


# -------------------------------------------------------------------------------------- values that are no numbers


@pytest.mark.parametrize("options", [{}, {"nan": 5.0}, {"posinf": 1.0, "neginf": -1.0}, {"nan": 2, "posinf": 3}])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.complex128])
def test_nan_to_num(options, dtype):
    x = np.array([1.0, NAN, INF, -INF, -0.5]).astype(dtype)
    y = np.nan_to_num(weight(x), **options)
    assert y.dtype == dtype
    assert_values(y, np.nan_to_num(x, **options))
    np.testing.assert_array_equal(gradients(lambda x: np.nan_to_num(x, **options), x), [1.0, 0.0, 0.0, 0.0, 1.0])


def test_nan_to_num_takes_arrays_that_broadcast():
    x = np.array([[np.nan, np.inf, 1.0], [-np.inf, np.nan, 2.0]], np.float32)
    for given in ([[[7.0, 8.0, 9.0]]], np.float64(5.0), np.array([[3.0], [4.0]])):
        y = np.nan_to_num(Tensor(x), nan=given, posinf=given, neginf=given)
        assert_values(y, np.nan_to_num(x, nan=given, posinf=given, neginf=given))
        assert y.dtype == np.float32
    with pytest.raises(ValueError, match=r"nan_to_num: nan must broadcast to the shape \(\); given float64 \(2,\)"):
        ag.nan_to_num(Tensor(0.5), nan=[1.0, 2.0])
    with pytest.raises(TypeError, match="nan_to_num: neginf must be of a kind that float32 can hold"):
        ag.nan_to_num(Tensor(x), neginf=1j)


def test_nan_to_num_of_complex_numbers_replaces_each_part():
    z = np.array([complex(1, NAN), complex(INF, 2), complex(NAN, -INF), 1 + 2j])
    for ends in (10.0, INF):
        y = np.nan_to_num(Tensor(z), posinf=ends, neginf=-ends)
        assert_values(y, np.nan_to_num(z, posinf=ends, neginf=-ends))
    found = gradients(lambda z: ag.nan_to_num(z, posinf=1.0, neginf=-1.0) * (2 - 3j), z, seed=np.ones(4))
    np.testing.assert_array_equal(found, [2, 3j, 0, 2 + 3j])


def test_nan_to_num_of_integers_and_booleans_is_a_copy():
    for data in ([1, 2], [True, False]):
        assert np.nan_to_num(Tensor(data)).tolist() == data


def test_nan_to_num_does_not_write():
    with pytest.raises(ValueError, match="nan_to_num: copy=False would write into its operand"):
        np.nan_to_num(Tensor([1.0]), copy=False)


def test_real_if_close():
    assert np.real_if_close(Tensor([1.0 + 1e-15j])).dtype == np.float64
    assert np.real_if_close(Tensor([1.0 + 1e-3j])).dtype == np.complex128
    assert np.real_if_close(Tensor([1.0 + 1e-3j]), tol=0.01).dtype == np.float64
    assert np.real_if_close(Tensor([1.0])).dtype == np.float64
    np.testing.assert_array_equal(gradients(np.real_if_close, [1.0 + 0j, 2.0]), [1.0, 1.0])


@pytest.mark.parametrize("function", [np.isneginf, np.isposinf, np.signbit, np.iscomplex, np.isreal])
def test_questions_give_constants(function):
    x = np.array([-INF, INF, NAN, 0.0, -0.0, 2.0])
    for tensor in (Tensor(x), weight(x)):
        y = function(tensor)
        assert (y.dtype, y.requires_grad) == (np.bool_, False)
        np.testing.assert_array_equal(y.data, function(x))


def test_questions_about_complex_numbers():
    z = np.array([1j, 1.0, 0.0])
    for function in (np.iscomplex, np.isreal):
        np.testing.assert_array_equal(function(weight(z)).data, function(z))


@pytest.mark.parametrize("options", [{}, {"rtol": 0.1}, {"atol": 0.2, "rtol": 0}, {"equal_nan": True}])
def test_isclose(options):
    a, b = np.array([1.0, 1.1, NAN, INF, 0.1]), np.array([1.0 + 1e-9, 1.0, NAN, INF, 0.0])
    y = np.isclose(weight(a), b, **options)
    assert not y.requires_grad
    np.testing.assert_array_equal(y.data, np.isclose(a, b, **options))


@pytest.mark.parametrize("isclose", [ag.isclose, np.isclose])
def test_isclose_with_tolerances_that_are_tensors(isclose):
    a, b, tolerances = weight([1.0, 2.0, 3.0]), [1.0, 2.05, 3.5], [0.0, 0.1, 0.1]
    for options in ({"atol": weight(tolerances)}, {"rtol": weight(tolerances), "atol": 0.0}):
        np.testing.assert_array_equal(isclose(a, b, **options).data, [True, True, False])
    np.testing.assert_array_equal(isclose([1.0, 2.0], [1.1, 2.5], atol=weight(0.2)).data, [True, False])


def test_complex_numbers_are_refused_by_name():
    with pytest.raises(TypeError, match=r"isposinf\(complex128 \(1,\)"):
        np.isposinf(Tensor([1j]))
    with pytest.raises(TypeError, match=r"copysign\(complex128 \(1,\)"):
        np.copysign(Tensor([1j]), 1.0)
