"""More exponentials, logarithms, roots and powers: values as NumPy's, exact derivatives at the edges, dtypes."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

INF, NAN = math.inf, math.nan

FUNCTIONS = {
    "exp2": (np.exp2, lambda x: 2**x * math.log(2)),
    "log2": (np.log2, lambda x: 1 / (x * math.log(2))),
    "log10": (np.log10, lambda x: 1 / (x * math.log(10))),
    "cbrt": (np.cbrt, lambda x: x ** (-2 / 3) / 3),
    "reciprocal": (np.reciprocal, lambda x: -1 / x**2),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_derivatives_and_dtypes(name, dtype):
    theirs, derivative = FUNCTIONS[name]
    data = np.array([0.3, 0.75, 1.5, 2.25], dtype)
    for function in (theirs, getattr(ag, name)):
        x = weight(data)
        y = function(x)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y.data, theirs(data))
        y.sum().backward()
        assert x.grad.dtype == dtype
        np.testing.assert_allclose(x.grad.data, derivative(data.astype(float)), rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("function", [ag.exp2, ag.log2, ag.log10, ag.reciprocal])
def test_complex_numbers(function):
    z = np.array([0.3 + 0.4j, -0.5 + 0.2j, 1.5 - 2.0j])
    np.testing.assert_array_equal(function(z).data, function.forward(z))
    gradcheck(function, z, tolerance=1e-7)


def test_roots_and_reciprocals_at_zero_and_below():
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(ag.cbrt, [0.0, -8.0]), [INF, 1 / 12])
        np.testing.assert_array_equal(gradients(ag.reciprocal, [0.0, -2.0]), [-INF, -0.25])
        np.testing.assert_array_equal(gradients(ag.log2, [0.0]), [INF])


def test_the_cube_root_of_the_smallest_numbers():
    x = np.array([5e-324, 1e-310])
    np.testing.assert_allclose(gradients(ag.cbrt, x), np.exp(-2 / 3 * np.log(x)) / 3, rtol=1e-12)


def test_integers():
    assert ag.reciprocal(Tensor([1, 2])).dtype == np.int64
    assert ag.log2(Tensor([1, 2])).dtype == np.float64


# ------------------------------------------------------------------------------------------------------- logaddexp


@pytest.mark.parametrize(("function", "base"), [(np.logaddexp, math.e), (np.logaddexp2, 2.0)])
def test_the_shares_of_a_sum_of_exponentials(function, base):
    x, y = np.array([0.0, 1.0, -3.0]), np.array([0.0, -1.0, 2.0])
    assert_values(function(Tensor(x), y), function(x, y))
    by_x, by_y = gradients(function, x, y)
    np.testing.assert_allclose(by_x, base**x / (base**x + base**y), rtol=1e-14)
    np.testing.assert_allclose(by_y, base**y / (base**x + base**y), rtol=1e-14)


@pytest.mark.parametrize("function", [np.logaddexp, np.logaddexp2])
def test_the_shares_far_away_are_exact(function):
    x, y = [1e4, -1e4, INF, -INF, 3.0, INF, -INF], [-1e4, 1e4, 0.0, 0.0, -INF, INF, -INF]
    by_x, by_y = gradients(function, x, y)
    np.testing.assert_array_equal(by_x, [1.0, 0.0, 1.0, 0.0, 1.0, 0.5, 0.5])
    np.testing.assert_array_equal(by_y, [0.0, 1.0, 0.0, 1.0, 0.0, 0.5, 0.5])
    with np.errstate(invalid="ignore"):  # as NumPy warns itself
        assert np.isnan(gradients(function, NAN, 1.0)).all()


def test_the_second_derivative_of_equal_terms():
    gradgradcheck(np.logaddexp, np.array([0.0, 1.5]), np.array([0.0, 1.5]))
    x = weight(0.0)
    np.logaddexp(x, 0.0).backward(create_graph=True)
    slope, x.grad = x.grad, None
    slope.backward()
    assert x.grad.item() == 0.25


def test_single_precision_stays():
    for number in (1.0, np.float32(1.0), 2):
        x = weight([0.5, 1.0], np.float32)
        y = np.logaddexp(x, number)
        assert y.dtype == np.float32
        y.sum().backward()
        assert x.grad.dtype == np.float32


# ------------------------------------------------------------------------------------------------------ float_power


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1, 2, 3], 2),
        ([2, 3], [-1, -2]),
        (np.float32([0.5, 2.0]), 3),
        ([1.5, 2.5], [0.5, -1.5]),
        ([1 + 1j, 2.0], 2),
        (np.int8([100]), np.int8(2)),
    ],
)
def test_float_power(x, y):
    expected = np.float_power(x, y)
    for result in (np.float_power(Tensor(x), y), np.float_power(x, Tensor(y)), ag.float_power(x, y)):
        assert result.dtype == expected.dtype
        assert_values(result, expected, rtol=1e-15)


def test_float_power_has_the_gradients_of_power():
    x = weight([2.0, 3.0], np.float32)
    np.float_power(x, [3, 2]).sum().backward()
    assert x.grad.dtype == np.float32
    assert_values(x.grad, [12.0, 6.0])
    np.testing.assert_array_equal(gradients(lambda x: np.float_power(x, 0), [0.0]), [0.0])


# --------------------------------------------------------------------------------------------------------------- i0

#: I1 to 17 digits, by its power series in exact fractions.
I1 = {1e-8: 5.0e-9, 0.5: 0.25789430539089632, 1.0: 0.56515910399248503, 10.0: 2670.9883037012546}


def test_the_derivative_of_the_bessel_function():
    x = np.array(list(I1))
    np.testing.assert_allclose(gradients(np.i0, x), list(I1.values()), rtol=4e-15)
    np.testing.assert_allclose(gradients(np.i0, -x), [-value for value in I1.values()], rtol=4e-15)
    assert gradients(np.i0, 0.0) == 0.0


def test_the_derivative_of_the_bessel_function_far_from_zero():
    x = 700.0  # asymptotically, the quotient of I1 and I0 is this
    np.testing.assert_allclose(gradients(ag.i0, x) / np.i0(x), 1 - 1 / (2 * x) - 1 / (8 * x**2), rtol=1e-9)


def test_the_derivative_of_the_bessel_function_where_it_is_infinite():
    with np.errstate(over="ignore"):
        for x in (720.0, 1e20):
            assert gradients(np.i0, [x, -x]).tolist() == [np.inf, -np.inf]


def test_higher_derivatives_of_the_bessel_function():
    x = weight([0.0])
    y, slopes = ag.i0(x), []
    for _ in range(4):
        y.sum().backward(create_graph=True)
        y, x.grad = x.grad, None
        slopes.append(y.item())
    np.testing.assert_allclose(slopes, [0.0, 0.5, 0.0, 0.375], rtol=1e-14)


def test_the_bessel_function_keeps_single_precision():
    x = weight([0.5, 2.0], np.float32)
    y = np.i0(x)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    assert_values(y, np.i0(x.data))


# ----------------------------------------------------------------------------------------------------------- errors


def test_real_functions_refuse_complex_numbers_by_name():
    for name in ("cbrt", "logaddexp", "logaddexp2", "i0"):
        function = getattr(np, name)
        operands = [Tensor([1j])] * getattr(function, "nin", 1)
        with pytest.raises(TypeError, match=rf"{name}\(complex128 \(1,\)"):
            function(*operands)
