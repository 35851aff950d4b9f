"""Derivatives of special functions where they are easily lost: at 0, far away, at the smallest numbers, at poles."""

import math
from functools import partial

import numpy as np
import pytest

from autograd import Tensor, special
from autograd.testing import gradcheck
from tests.engine.helpers import gradients, weight

INF, NAN = math.inf, math.nan
TINY = 5e-324
EULER = 0.57721566490153286061


def derivatives(function, values, count):
    """The first derivatives of a function of each element, one array for each order."""
    x = weight(values)
    y, found = function(x), []
    for _ in range(count):
        y.sum().backward(create_graph=True)
        y, x.grad = x.grad, None
        found.append(y.data)
    return found


# ----------------------------------------------------------------------------------------------- small whole numbers


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "log_expit", "logit", "entr"])
def test_whole_numbers_do_not_wrap_around(name, dtype):
    whole = np.array([1, 0, 3, 127]).astype(dtype)
    function = getattr(special, name)
    with np.errstate(all="ignore"):
        found, expected = function(Tensor(whole)), function(Tensor(whole.astype(float)))
    np.testing.assert_array_equal(found.data, expected.data)
    assert found.dtype == np.float64


def test_weights_of_whole_numbers_do_not_wrap_around():
    found = special.logsumexp(np.uint8([1, 3, 250]), b=np.uint8([1, 1, 2]))
    assert abs(found.item() - (250 + math.log(2))) < 1e-12


# ---------------------------------------------------------------------------------------------------- error functions

FAR = np.array([-INF, -1e160, -1e4, 1e4, 1e160, INF])


@pytest.mark.parametrize("name", ["erf", "erfc", "ndtr"])
def test_bells_vanish_far_away(name):
    for found in derivatives(getattr(special, name), FAR, 3):
        np.testing.assert_array_equal(found, [0, 0, 0, 0, 0, 0])
    for found in derivatives(getattr(special, name), np.float16([-INF, -6e4, 300, 6e4]), 3):
        np.testing.assert_array_equal(found, [0, 0, 0, 0])


@pytest.mark.parametrize(("name", "slope"), [("erf", 2 / math.sqrt(math.pi)), ("erfc", -2 / math.sqrt(math.pi))])
def test_bells_at_the_smallest_numbers(name, slope):
    first, second = derivatives(getattr(special, name), [0.0, TINY, -1e-310], 2)
    np.testing.assert_allclose(first, [slope] * 3, rtol=1e-15)
    np.testing.assert_allclose(second, [0.0, -2 * slope * TINY, 2e-310 * slope], atol=TINY)


def test_erfcx_far_away():
    """Derivatives of the asymptotic series, DLMF 7.12.1."""
    x = np.array([1e4, 1e8])
    first, second, third = derivatives(special.erfcx, x, 3)
    root = math.sqrt(math.pi)
    np.testing.assert_allclose(first, -1 / (root * x**2) * (1 - 1.5 / x**2), rtol=1e-14)
    np.testing.assert_allclose(second, 2 / (root * x**3) * (1 - 3 / x**2), rtol=1e-14)
    np.testing.assert_allclose(third, -6 / (root * x**4), rtol=1e-7)
    np.testing.assert_array_equal(gradients(special.erfcx, [INF]), [0])


def test_erfcx_has_no_seam():
    x = np.array([10.0, np.nextafter(10.0, 11)])
    for found, tolerance in zip(derivatives(special.erfcx, x, 3), (1e-13, 1e-11, 1e-9), strict=True):
        np.testing.assert_allclose(found[0], found[1], rtol=tolerance)


def test_log_ndtr_far_away():
    x = np.array([-1e8, -1e4, 1e4, 1e8])
    first, second, third = derivatives(special.log_ndtr, x, 3)
    np.testing.assert_allclose(first, [1e8 + 1e-8, 1e4 + 1e-4 - 2e-12, 0, 0], rtol=1e-15)
    np.testing.assert_allclose(second, [-1 + 1e-16, -1 + 1e-8 - 6e-16, 0, 0], rtol=1e-15)
    np.testing.assert_allclose(third[1:], [2e-12 * (1 - 12e-8), 0, 0], rtol=1e-7)


def test_log_ndtr_at_infinity():
    with np.errstate(over="ignore"):
        first, second, third = derivatives(special.log_ndtr, [-INF, -1e200, 1e200, INF], 3)
    np.testing.assert_array_equal(first, [INF, 1.0000000000000001e200, 0, 0])
    np.testing.assert_allclose(second, [-1, -1, 0, 0], rtol=4e-16)
    np.testing.assert_array_equal(third, [0, 0, 0, 0])


def test_log_ndtr_has_no_seam():
    x = -math.sqrt(2) * np.array([10.0, np.nextafter(10.0, 11)])
    for found, tolerance in zip(derivatives(special.log_ndtr, x, 3), (1e-15, 1e-11, 1e-7), strict=True):
        np.testing.assert_allclose(found[0], found[1], rtol=tolerance)


def test_log_ndtr_at_zero():
    first, second = derivatives(special.log_ndtr, [0.0, -0.0, TINY], 2)
    np.testing.assert_allclose(first, [math.sqrt(2 / math.pi)] * 3, rtol=1e-15)
    np.testing.assert_allclose(second, [-2 / math.pi] * 3, rtol=1e-15)


def test_log_ndtr_is_quiet_everywhere():
    x = np.array([-INF, -1e200, -1e4, 0.0, 1e4, 1e200, INF])
    with np.errstate(over="ignore"):
        found = special.log_ndtr(x).data
    np.testing.assert_allclose(found, [-INF, -INF, -5e7 - 10.12927, -math.log(2), 0, 0, 0], rtol=1e-12)
    assert np.isnan(special.log_ndtr(NAN).item())


def test_inverses_at_their_ends():
    for name, ends in (("erfinv", [-1.0, 1.0]), ("ndtri", [0.0, 1.0])):
        np.testing.assert_array_equal(gradients(getattr(special, name), ends), [INF, INF])
    np.testing.assert_array_equal(gradients(special.erfcinv, [0.0, 2.0]), [-INF, -INF])
    np.testing.assert_allclose(gradients(special.erfinv, [0.0, TINY]), [math.sqrt(math.pi) / 2] * 2, rtol=1e-15)
    y = -1e4
    slope = gradients(special.log_ndtr, special.ndtri_exp([y]).data)
    np.testing.assert_allclose(gradients(special.ndtri_exp, [y]), 1 / slope, rtol=1e-14)


# ---------------------------------------------------------------------------------------------- logistic, entropies


TENDING_TO_0 = {"rgamma": special.rgamma} | {
    f"{function.__name__} of {a}": partial(function, a)
    for function in (special.gammainc, special.gammaincc)
    for a in (0.5, 1.0, 2.5)
}


@pytest.mark.parametrize("function", TENDING_TO_0.values(), ids=TENDING_TO_0)
def test_gamma_functions_are_flat_at_infinity(function):
    for found in derivatives(function, [1e4, 1e308, INF], 3):
        np.testing.assert_array_equal(found, [0, 0, 0])


def test_logit_has_all_digits():
    p = np.array([TINY, 1e-300, 0.5 - 1e-12, 0.5, 0.5 + 1e-12, 1 - 2**-53])
    near = -4 * (0.5 - p[2])
    exact = [math.log(TINY), math.log(1e-300), near, 0, 4 * (p[4] - 0.5), 53 * math.log(2)]
    np.testing.assert_allclose(special.logit(p).data, exact, rtol=1e-15)
    np.testing.assert_array_equal(special.logit([0.0, 1.0]).data, [-INF, INF])
    assert np.isnan(special.logit([-1.0, 2.0, NAN]).data).all()
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(special.logit, [0.0, 1.0, 0.5]), [INF, INF, 4.0])


def test_log_expit_far_away():
    first, second = derivatives(special.log_expit, [-1e4, 0.0, 50.0, 1e4], 2)
    np.testing.assert_allclose(first, [1, 0.5, math.exp(-50), 0], rtol=1e-14)
    np.testing.assert_allclose(second, [0, -0.25, -math.exp(-50), 0], rtol=1e-14)


def test_products_with_logarithms_at_zero():
    x, y = [0.0, 0.0, 0.0, 2.0], [0.0, 4.0, INF, 4.0]
    np.testing.assert_array_equal(special.xlogy(x, y).data, [0, 0, 0, 2 * math.log(4)])
    by_x, by_y = gradients(special.xlogy, x, y)
    np.testing.assert_array_equal(by_x, [0, math.log(4), INF, math.log(4)])
    np.testing.assert_array_equal(by_y, [0, 0, 0, 0.5])
    by_x, by_y = gradients(special.xlog1py, x, [-1.0, 3.0, INF, 3.0])
    np.testing.assert_allclose(by_x, [0, math.log(4), INF, math.log(4)], rtol=1e-15)
    np.testing.assert_array_equal(by_y, [0, 0, 0, 0.5])


@pytest.mark.parametrize(("name", "y"), [("xlogy", [-2.0, -0.5]), ("xlog1py", [-3.0, -1.5])])
def test_products_of_zero_and_the_logarithm_of_what_has_none(name, y):
    function = getattr(special, name)
    assert function([0.0, 0.0], y).tolist() == [0, 0]
    by_x, by_y = gradients(function, [0.0, 0.0], y)
    assert (by_x.tolist(), by_y.tolist()) == ([0, 0], [0, 0])
    with np.errstate(invalid="ignore"):
        assert np.isnan(gradients(function, [1.0, 0.0], [y[0], NAN])[0]).all()


def test_products_of_zero_and_complex_logarithms():
    by_x, _ = gradients(special.xlogy, np.array([0j]), np.array([-1.0 + 0j]))
    np.testing.assert_allclose(by_x, [-1j * np.pi])  # conjugate, as all gradients of complex numbers


def test_a_scaled_bessel_function_is_flat_far_away():
    far = np.array([1e5, 1e7, 1e10, 1e20, INF])
    slopes = -0.5 / np.sqrt(2 * np.pi) / far**1.5
    np.testing.assert_allclose(gradients(special.i1e, far), slopes, rtol=2e-5, atol=1e-25)
    np.testing.assert_allclose(gradients(special.i1e, -far), slopes, rtol=2e-5, atol=1e-25)


def test_the_mixed_second_derivative_at_zero():
    x, y = weight([0.0]), weight([4.0])
    special.xlogy(x, y).backward(create_graph=True)
    slope, x.grad = y.grad, None
    slope.backward()
    assert x.grad.tolist() == [0.25]


def test_a_factor_zero_hides_no_nan():
    assert np.isnan(special.xlogy([0.0, NAN], [NAN, 1.0]).data).all()
    assert np.isnan(special.xlog1py([0.0, NAN], [NAN, 1.0]).data).all()


def test_the_entropy_at_zero():
    np.testing.assert_array_equal(special.entr([0.0, 1.0, -1.0, INF]).data, [0, 0, -INF, -INF])
    assert np.isnan(special.entr(NAN).item())
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(special.entr, [0.0, 1.0]), [INF, -1.0])
    np.testing.assert_allclose(gradients(special.entr, [TINY, 1e4]), [-1 - math.log(TINY), -1 - math.log(1e4)])


def test_divergences_at_zero_and_beyond():
    x = np.array([0.0, 0.0, 0.0, 1.0, 1.0, -1.0, NAN, 1.0])
    y = np.array([0.0, 1.0, -1.0, 0.0, -1.0, 1.0, 1.0, NAN])
    np.testing.assert_array_equal(special.rel_entr(x, y).data, [0, 0, INF, INF, INF, INF, NAN, NAN])
    np.testing.assert_array_equal(special.kl_div(x, y).data, [0, 1, INF, INF, INF, INF, NAN, NAN])
    with np.errstate(divide="ignore"):
        by_x, by_y = gradients(special.rel_entr, x[:2], y[:2])
        np.testing.assert_array_equal([by_x, by_y], [[1, -INF], [0, 0]])
        by_x, by_y = gradients(special.kl_div, x[:2], y[:2])
        np.testing.assert_array_equal([by_x, by_y], [[0, -INF], [0, 1]])


def test_divergences_of_nearly_equal_numbers():
    x, y = np.array([1 + 2**-40]), np.array([1.0])
    by_x, by_y = gradients(special.kl_div, x, y)
    np.testing.assert_allclose(by_x, np.log1p(2.0**-40), rtol=1e-15)
    np.testing.assert_allclose(by_y, -(2.0**-40), rtol=1e-15)
    np.testing.assert_allclose(special.rel_entr(x, y).data, (1 + 2**-40) * np.log1p(2.0**-40), rtol=1e-15)


def test_divergences_of_numbers_far_apart():
    x, y = np.array([1e-300, 1e300]), np.array([1e300, 1e-300])
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(special.rel_entr(x, y).data, x * 600 * math.log(10) * [-1, 1], rtol=1e-14)


# ------------------------------------------------------------------------------------------------------------- gamma


def test_the_reciprocal_at_the_poles():
    """``1/Γ(x)`` has the slope (-1)ⁿ n! at -n; its second derivative at 0 is twice Euler's constant."""
    first, second = derivatives(special.rgamma, [0.0, -1.0, -2.0, -5.0, TINY], 2)
    np.testing.assert_allclose(first, [1, -1, 2, -120, 1], rtol=1e-13)
    np.testing.assert_allclose(second[[0, 4]], [2 * EULER, 2 * EULER], rtol=1e-14)
    assert gradients(special.rgamma, 1e4) == 0


def test_rising_factorials_that_are_0_stay_so():
    np.testing.assert_array_equal(gradients(lambda m: special.poch([-1.0, INF], m), [-0.7, -0.7]), [0, 0])


def test_logarithms_of_gamma_far_away():
    x = np.array([1e-300, 1.0, 1e4, 1e8])
    first, second = derivatives(special.gammaln, x, 2)
    np.testing.assert_allclose(first, [-1e300, -EULER, math.log(1e4) - 5e-5 - 1 / 12e8, math.log(1e8) - 5e-9])
    np.testing.assert_allclose(second[1:], [math.pi**2 / 6, 1e-4 + 5e-9 + 1 / 6e12, 1e-8 + 5e-17], rtol=1e-14)


def test_incomplete_functions_at_their_ends():
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(lambda x: special.gammainc(1.0, x), [0.0, 1e4]), [1, 0])
        np.testing.assert_array_equal(gradients(lambda x: special.gammainc(2.0, x), [0.0]), [0])
        np.testing.assert_array_equal(gradients(lambda x: special.gammainc(0.5, x), [0.0]), [INF])
        np.testing.assert_array_equal(gradients(lambda x: special.betainc(1.0, 1.0, x), [0.0, 1.0]), [1, 1])
        np.testing.assert_allclose(gradients(lambda x: special.betainc(2.0, 1.0, x), [0.0, 1.0]), [0, 2], rtol=1e-15)
    a = 1e4  # the density of a sum of many exponential variables at its mode
    density = 1 / math.sqrt(2 * math.pi * (a - 1)) * (1 - 1 / (12 * (a - 1)))
    np.testing.assert_allclose(gradients(lambda x: special.gammainc(a, x), [a - 1]), [density], rtol=1e-8)


# ------------------------------------------------------------------------------------------------------------ Bessel


def test_bessel_functions_at_zero():
    """The coefficients of their power series, DLMF 10.2.2 and 10.25.2."""
    for function, expected in (
        (special.j0, [0, -1 / 2, 0, 3 / 8]),
        (special.j1, [1 / 2, 0, -3 / 8, 0]),
        (special.i0, [0, 1 / 2, 0, 3 / 8]),
        (special.i1, [1 / 2, 0, 3 / 8, 0]),
        (lambda x: special.jv(2, x), [0, 1 / 4, 0, -1 / 4]),
        (lambda x: special.iv(2, x), [0, 1 / 4, 0, 1 / 4]),
    ):
        found = derivatives(function, [0.0], 4)
        np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-15)


def test_bessel_functions_at_the_smallest_numbers():
    np.testing.assert_allclose(gradients(special.j1, [TINY, 1e-310]), [0.5, 0.5], rtol=1e-15)
    np.testing.assert_allclose(gradients(special.i1, [TINY, -1e-310]), [0.5, 0.5], rtol=1e-14)
    np.testing.assert_allclose(gradients(special.i1e, [0.0, TINY]), [0.5, 0.5], rtol=1e-15)


def test_scaled_bessel_functions_far_away():
    """By the asymptotic series, DLMF 10.40.1: √(2πx) e⁻ˣ I₀(x) = 1 + 1/(8x) + 9/(128x²) + ..."""
    x = np.array([1e4, -1e4])
    size = np.abs(x)
    slope = -1 / np.sqrt(2 * math.pi * size) * (0.5 / size + 3 / (16 * size**2)) * np.sign(x)
    np.testing.assert_allclose(gradients(special.i0e, x), slope, rtol=1e-8)
    slope = -np.sqrt(math.pi / (2 * size[:1])) * (0.5 / size[:1] - 3 / (16 * size[:1] ** 2))
    np.testing.assert_allclose(gradients(special.k0e, x[:1]), slope, rtol=1e-8)
    for name in ("i0e", "i1e", "k0e", "k1e"):
        found = derivatives(getattr(special, name), [1e4], 2)
        assert np.isfinite(found).all()
        assert np.all(np.abs(found) < 1e-6)


def test_the_kink_of_the_scaled_function():
    assert gradients(special.i0e, [0.0]).tolist() == [0.0]


def test_bessel_functions_far_away_oscillate():
    x = 1e4
    first, second = derivatives(special.j0, [x], 2)
    np.testing.assert_allclose(second + first / x + special.j0([x]).data, [0], atol=1e-15)  # their equation
    np.testing.assert_array_equal(gradients(special.k0, [x]), [0])


@pytest.mark.filterwarnings("ignore:floating point number truncated:RuntimeWarning")
@pytest.mark.parametrize("name", ["kn", "yn"])
@pytest.mark.parametrize("n", [1.5, -1.5, 0.25, -0.5, np.array([1.2, 2.9])])
def test_derivatives_of_a_whole_order_are_those_of_the_order_that_scipy_truncates(name, n):
    function, x = getattr(special, name), [0.7, 1.3]
    for found, expected in zip(
        derivatives(lambda x: function(n, x), x, 2), derivatives(lambda x: function(np.trunc(n), x), x, 2), strict=True
    ):
        np.testing.assert_array_equal(found, expected)
    gradcheck(lambda x: function(n, x), np.array(x))


def test_constants_give_constants():
    assert not special.gamma(Tensor([1.0])).requires_grad
    assert not special.multigammaln([3.0], 2).requires_grad
