"""Elementwise functions: exact values at kinks, ties, edges and extremes; dtypes; the complex convention."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

INF, NAN = math.inf, math.nan

# --------------------------------------------------------------------------------------------- values and derivatives

#: Function, the same in NumPy, its derivative.
SMOOTH = {
    "negative": (ag.negative, np.negative, lambda x: -np.ones_like(x)),
    "positive": (ag.positive, np.positive, np.ones_like),
    "square": (ag.square, np.square, lambda x: 2 * x),
    "sqrt": (ag.sqrt, np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "exp": (ag.exp, np.exp, np.exp),
    "expm1": (ag.expm1, np.expm1, np.exp),
    "log": (ag.log, np.log, lambda x: 1 / x),
    "log1p": (ag.log1p, np.log1p, lambda x: 1 / (1 + x)),
    "tanh": (ag.tanh, np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    "sin": (ag.sin, np.sin, np.cos),
    "cos": (ag.cos, np.cos, lambda x: -np.sin(x)),
    "abs": (ag.abs, np.abs, np.sign),
    "relu": (ag.relu, lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "sign": (ag.sign, np.sign, np.zeros_like),
    "floor": (ag.floor, np.floor, np.zeros_like),
    "ceil": (ag.ceil, np.ceil, np.zeros_like),
    "round": (ag.round, np.round, np.zeros_like),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", SMOOTH)
def test_values_derivatives_and_dtypes(name, dtype):
    ours, theirs, derivative = SMOOTH[name]
    data = np.array([0.3, 0.75, 1.5, 2.25], dtype)
    tolerance = 8 * np.finfo(dtype).eps
    x = weight(data)
    y = ours(x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y.data, theirs(data.astype(float)), rtol=tolerance)
    y.sum().backward()
    assert x.grad.dtype == dtype
    np.testing.assert_allclose(x.grad.data, derivative(data.astype(float)), rtol=tolerance)


@pytest.mark.parametrize("name", SMOOTH)
def test_empty_and_0d_arrays(name):
    ours, _, derivative = SMOOTH[name]
    assert gradients(ours, np.zeros((2, 0))).shape == (2, 0)
    x = weight(0.75)
    y = ours(x)
    assert type(y.data) is np.ndarray
    assert y.shape == ()
    y.backward()
    assert x.grad.shape == ()
    assert x.grad.item() == pytest.approx(float(derivative(np.array(0.75))), rel=1e-14)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (ag.add, ([1, 1], [1, 1])),
        (ag.subtract, ([1, 1], [-1, -1])),
        (ag.multiply, ([2, 4], [3, 5])),
        (ag.divide, ([1 / 2, 1 / 4], [-3 / 4, -5 / 16])),
        (ag.power, ([2 * 3, 4 * 5**3], [9 * math.log(3), 625 * math.log(5)])),
        (ag.maximum, ([1, 1], [0, 0])),
        (ag.minimum, ([0, 0], [1, 1])),
        (ag.floor_divide, ([0, 0], [0, 0])),
        (ag.remainder, ([1, 1], [-1, -1])),
    ],
)
def test_derivatives_by_both_operands(function, expected):
    by_x, by_y = gradients(function, [3.0, 5.0], [2.0, 4.0])
    np.testing.assert_allclose(by_x, expected[0], rtol=1e-14)
    np.testing.assert_allclose(by_y, expected[1], rtol=1e-14)


@pytest.mark.parametrize("function", [ag.add, ag.subtract, ag.multiply, ag.divide, ag.power, ag.maximum, ag.minimum])
@pytest.mark.parametrize("shapes", [((), (3,)), ((3,), ()), ((2, 1), (3,)), ((1,), (2, 2)), ((0,), (1,)), ((2, 0), ())])
def test_broadcasting_is_undone_for_both_operands(function, shapes):
    x, y = (weight(np.full(shape, value)) for shape, value in zip(shapes, (2.0, 3.0), strict=True))
    function(x, y).sum().backward()
    for w, shape in zip((x, y), shapes, strict=True):
        assert w.grad.shape == shape
        assert np.isfinite(w.grad.data).all()
    by_one = gradients(function, 2.0, 3.0)
    count = math.prod(np.broadcast_shapes(*shapes))
    for w, one in zip((x, y), by_one, strict=True):
        np.testing.assert_allclose(w.grad.data.sum(), one * count, rtol=1e-14)


def test_division_of_integers_gives_floats():
    y = Tensor([1, 2]) / 2
    assert (y.dtype, y.tolist()) == (np.float64, [0.5, 1.0])


# ------------------------------------------------------------------------------------------------- kinks and ties


def test_the_derivative_at_a_kink_is_zero():
    data = [-2.0, -0.0, 0.0, 3.0]
    np.testing.assert_array_equal(gradients(ag.relu, data), [0.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(gradients(ag.abs, data), [-1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(gradients(ag.sign, data), [0.0] * 4)


@pytest.mark.parametrize("function", [ag.maximum, ag.minimum])
def test_ties_share_evenly(function):
    by_x, by_y = gradients(function, [1.0, 0.0, -0.0], [1.0, 0.0, 0.0], seed=[1.0, 4.0, 8.0])
    np.testing.assert_array_equal(by_x, [0.5, 2.0, 4.0])
    np.testing.assert_array_equal(by_y, [0.5, 2.0, 4.0])


@pytest.mark.parametrize("function", [ag.maximum, ag.minimum])
def test_a_tie_with_itself_counts_once(function):
    np.testing.assert_array_equal(gradients(lambda x: function(x, x), [1.0, 2.0]), [1.0, 1.0])


def test_a_tie_with_a_constant():
    np.testing.assert_array_equal(gradients(lambda x: ag.maximum(x, 0.0), [-1.0, 0.0, 1.0]), [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(gradients(lambda x: ag.minimum(0.0, x), [-1.0, 0.0, 1.0]), [1.0, 0.5, 0.0])


def test_the_gradient_of_clip_passes_at_its_bounds():
    np.testing.assert_array_equal(
        gradients(lambda x: ag.clip(x, 0.0, 1.0), [-1.0, 0.0, 0.5, 1.0, 2.0]), [0.0, 1.0, 1.0, 1.0, 0.0]
    )


def test_clip_with_one_bound_or_none():
    data = [-1.0, 0.5, 2.0]
    assert_values(ag.clip(Tensor(data), 0.0), [0.0, 0.5, 2.0])
    assert_values(ag.clip(Tensor(data), max=1.0), [-1.0, 0.5, 1.0])
    assert_values(ag.clip(Tensor(data)), data)
    np.testing.assert_array_equal(gradients(lambda x: x.clip(min=0.0), data), [0.0, 1.0, 1.0])
    np.testing.assert_array_equal(gradients(lambda x: x.clip(max=1.0), data), [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(gradients(ag.clip, data), [1.0, 1.0, 1.0])


def test_the_bounds_of_clip_get_what_they_cut_off():
    x, low, high = gradients(ag.clip, [-1.0, 0.0, 0.5, 1.0, 2.0], 0.0, [1.0] * 5)
    np.testing.assert_array_equal(x, [0.0, 1.0, 1.0, 1.0, 0.0])
    np.testing.assert_array_equal(low, 1.0)
    np.testing.assert_array_equal(high, [0.0, 0.0, 0.0, 0.0, 1.0])


def test_a_complex_python_number_bounds_without_widening():
    for value in (np.float32(0.5), np.ones(2, np.float32)):
        for options in ({"max": 1 + 2j}, {"a_min": 1j, "a_max": None}):
            ours, theirs = np.clip(Tensor(value), **options), np.clip(value, **options)
            assert ours.dtype == theirs.dtype == np.complex64
            assert_values(ours, theirs)


@pytest.mark.parametrize(
    "bounds", [{"a_min": 0, "max": 1}, {"a_min": 0, "a_max": 1, "min": None}, {"a_max": 1, "max": 1}]
)
def test_the_bounds_of_clip_have_one_name_or_the_other(bounds):
    with pytest.raises(ValueError, match=r"np\.clip: give the bounds as a_min and a_max, or as min and max"):
        np.clip(Tensor([0.0]), **bounds)


def test_the_upper_bound_of_clip_wins_where_the_bounds_cross():
    x, low, high = gradients(ag.clip, [0.0, 2.0, 4.0], [3.0] * 3, [1.0] * 3)
    assert_values(ag.clip(Tensor([0.0, 2.0, 4.0]), 3.0, 1.0), np.clip([0.0, 2.0, 4.0], 3.0, 1.0))
    np.testing.assert_array_equal(x, [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(low, [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(high, [1.0, 1.0, 1.0])


def test_a_step_at_a_whole_number_has_a_gradient_of_zero():
    for function in (ag.floor, ag.ceil, ag.round):
        np.testing.assert_array_equal(gradients(function, [1.0, 1.5, -0.5]), [0.0, 0.0, 0.0])


# --------------------------------------------------------------------------------------------------------- where


def test_where_gives_each_element_to_its_branch():
    x, y = gradients(lambda x, y: ag.where([True, False, True], x, y), [1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    np.testing.assert_array_equal(x, [1.0, 0.0, 1.0])
    np.testing.assert_array_equal(y, [0.0, 1.0, 0.0])


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_where_does_not_leak_from_the_branch_not_taken(bad):
    x, y = gradients(lambda x, y: ag.where([True, False], x, y), [1.0, bad], [bad, 2.0])
    np.testing.assert_array_equal(x, [1.0, 0.0])
    np.testing.assert_array_equal(y, [0.0, 1.0])


def test_where_stops_an_infinite_gradient_to_the_branch_not_taken():
    x, y = gradients(lambda x, y: ag.where([True, False], x, y), [1.0, 1.0], [1.0, 1.0], seed=[INF, NAN])
    np.testing.assert_array_equal(x, [INF, 0.0])
    np.testing.assert_array_equal(y, [0.0, NAN])


def test_the_safe_form_of_a_function_with_a_pole():
    def safe_log(x):
        positive = x > 0
        return ag.where(positive, ag.log(ag.where(positive, x, 1.0)), 0.0)

    np.testing.assert_array_equal(gradients(safe_log, [0.0, -1.0, 2.0]), [0.0, 0.0, 0.5])


def test_where_broadcasts_all_three():
    x, y = gradients(lambda x, y: ag.where([[True], [False]], x, y), 1.0, [1.0, 2.0, 3.0])
    assert (x, y.tolist()) == (3.0, [1.0, 1.0, 1.0])


def test_the_condition_of_where_gets_no_gradient_and_says_so():
    with pytest.raises(TypeError, match="where: there is no gradient rule for the operand 'condition'"):
        ag.where(weight([1.0, 0.0]), 1.0, 2.0)
    assert_values(ag.where(weight([1.0, 0.0]) > 0.5, 1.0, 2.0), [1.0, 2.0])


def test_where_keeps_the_dtype_beside_python_numbers():
    y = ag.where([True, False], weight([1.0, 2.0], np.float32), 0.0)
    assert y.dtype == np.float32


# ---------------------------------------------------------------------------------------------------------- powers


def test_powers_with_a_number_as_exponent_at_zero():
    for exponent, expected in [(0, 0.0), (0.0, 0.0), (1, 1.0), (1.0, 1.0), (1.5, 0.0), (2, 0.0), (2.0, 0.0), (3, 0.0)]:
        assert gradients(lambda x, p=exponent: x**p, 0.0) == expected, exponent
        assert gradients(lambda x, p=exponent: x ** np.array(p), 0.0) == expected, exponent
    with np.errstate(divide="ignore"):
        assert gradients(lambda x: x**0.5, 0.0) == INF
        assert gradients(lambda x: x ** np.array(0.5), 0.0) == INF


def test_powers_of_negative_numbers():
    np.testing.assert_array_equal(gradients(lambda x: x**2, [-3.0]), [-6.0])
    np.testing.assert_array_equal(gradients(lambda x: x**3, [-3.0]), [27.0])
    np.testing.assert_allclose(gradients(lambda x: x**-2, [-3.0]), [2 / 27], rtol=1e-15)
    with np.errstate(invalid="ignore"):
        assert np.isnan(gradients(lambda x: x**0.5, [-3.0])).all()


def test_the_derivative_by_the_exponent_at_zero():
    by_x, by_y = gradients(ag.power, [0.0, 0.0, 0.0], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(by_x, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(by_y, [0.0, 0.0, 0.0])


def test_zero_to_the_power_of_zero():
    assert (Tensor(0.0) ** Tensor(0.0)).item() == 1.0
    by_x, by_y = gradients(ag.power, 0.0, 0.0)
    assert (by_x, by_y) == (0.0, 0.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_a_subnormal_number_to_the_power_of_zero(dtype):
    tiny = np.finfo(dtype).smallest_subnormal * 8
    by_x = gradients(lambda x: x ** np.zeros(3), [tiny, -tiny, 0.0], dtype=dtype)
    np.testing.assert_array_equal(by_x, [0.0, 0.0, 0.0])


def test_a_number_to_the_power_of_a_tensor():
    np.testing.assert_allclose(gradients(lambda x: 2**x, [0.0, 3.0]), [math.log(2), 8 * math.log(2)], rtol=1e-15)
    np.testing.assert_array_equal(gradients(lambda x: 1.0**x, [5.0]), [0.0])
    np.testing.assert_array_equal(gradients(lambda x: 0.0**x, [5.0]), [0.0])


def test_the_mixed_second_derivative_of_a_power():
    for x, y in [(2.0, 3.0), (2.0, 1.0), (2.0, 0.0)]:
        base, exponent = weight(x), weight(y)
        (base**exponent).backward(create_graph=True)
        by_base = base.grad
        base.grad = exponent.grad = None
        by_base.backward()
        assert exponent.grad.item() == pytest.approx(x ** (y - 1) * (1 + y * math.log(x))), (x, y)


def test_the_gradient_of_a_root_at_zero_is_infinite():
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(ag.sqrt, [0.0, 4.0]), [INF, 0.25])


def test_the_gradient_of_a_square_at_zero():
    assert gradients(ag.square, 0.0) == 0.0
    assert gradients(lambda x: x * x, 0.0) == 0.0


# ------------------------------------------------------------------------------------------------ far from the middle


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("function", "values", "slopes"),
    [
        (ag.sigmoid, [0.0, 0.5, 1.0], [0.0, 0.25, 0.0]),
        (ag.tanh, [-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]),
        (ag.relu, [0.0, 0.0, 1000.0], [0.0, 0.0, 1.0]),
    ],
)
def test_no_overflow_at_a_thousand(function, values, slopes, dtype):
    data = np.array([-1000.0, 0.0, 1000.0], dtype)
    assert_values(function(Tensor(data)), values)
    np.testing.assert_array_equal(gradients(function, data), slopes)


@pytest.mark.parametrize("function", [ag.sigmoid, ag.tanh])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_overflow_at_the_ends_of_a_dtype(function, dtype):
    ends = np.array([-INF, np.finfo(dtype).min, np.finfo(dtype).max, INF], dtype)
    lowest = 0.0 if function is ag.sigmoid else -1.0
    assert_values(function(Tensor(ends)), [lowest, lowest, 1.0, 1.0])
    np.testing.assert_array_equal(gradients(function, ends), [0.0] * 4)


def test_sigmoid_is_precise_on_both_sides():
    x = np.array([-30.0, -5.0, 5.0])
    np.testing.assert_allclose(ag.sigmoid(Tensor(x)).data, 1 / (1 + np.exp(-x)), rtol=4e-16)
    assert ag.sigmoid(Tensor(-700.0)).item() == pytest.approx(math.exp(-700.0), rel=1e-13)


def test_precision_near_zero():
    x = np.array([1e-10, -1e-12])
    np.testing.assert_allclose(ag.expm1(Tensor(x)).data, x, rtol=1e-9)
    np.testing.assert_allclose(ag.log1p(Tensor(x)).data, x, rtol=1e-9)
    np.testing.assert_allclose(gradients(ag.log1p, x), 1.0, rtol=1e-9)


@pytest.mark.parametrize("function", [ag.maximum, ag.minimum, ag.relu, ag.abs, ag.clip, ag.tanh, ag.sigmoid])
def test_an_undefined_value_stays_visible(function):
    operands = (NAN, 1.0) if function in (ag.maximum, ag.minimum) else (NAN,)
    assert np.isnan(function(*map(Tensor, operands)).item())


# ------------------------------------------------------------------------------------------------------- constants


@pytest.mark.parametrize("function", [ag.exp, ag.sqrt, ag.tanh, ag.sigmoid, ag.sin, ag.log])
def test_integers_give_floating_results(function):
    assert function(Tensor([1, 2])).dtype == np.float64


@pytest.mark.parametrize("function", [ag.negative, ag.abs, ag.relu, ag.square, ag.sign])
def test_integers_stay_integers_where_they_can(function):
    y = function(Tensor([-1, 2]))
    assert y.dtype == np.int64


@pytest.mark.parametrize("function", [ag.exp, ag.abs, ag.sigmoid, ag.relu, ag.sign, ag.floor, ag.real])
@pytest.mark.parametrize("operand", [0.5, [0.5, 1.0], np.array([0.5]), np.float32(0.5)])
def test_functions_take_numbers_lists_and_arrays(function, operand):
    y = function(operand)
    assert isinstance(y, Tensor)
    assert y.shape == np.shape(operand)


# ---------------------------------------------------------------------------------------------- the complex convention

Z, W = 1.0 + 2.0j, 3.0 - 1.0j


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda z: ag.abs(z) ** 2, 2 * Z),  # |z|^2: 2 z, the direction of steepest ascent
        (lambda z: (z * ag.conj(z)).real, 2 * Z),
        (lambda z: z.real, 1.0),
        (lambda z: z.imag, 1.0j),
        (lambda z: ag.real(z * W), W.conjugate()),
        (lambda z: ag.imag(z * W), 1j * W.conjugate()),
        (lambda z: ag.real(ag.conj(z) * W), W),
        (ag.abs, Z / abs(Z)),
        (lambda z: ag.real(z / W), 1 / W.conjugate()),
        (lambda z: ag.real(W / z), (-W / Z**2).conjugate()),
        (lambda z: ag.real(z - W), 1.0),
        (lambda z: ag.real(-z), -1.0),
        (lambda z: ag.real(z**3), (3 * Z**2).conjugate()),
        (lambda z: ag.real(ag.square(z)), (2 * Z).conjugate()),
        (lambda z: ag.real(ag.exp(z)), np.exp(Z).conjugate()),
        (lambda z: ag.imag(ag.exp(z)), 1j * np.exp(Z).conjugate()),
        (lambda z: ag.real(ag.log(z)), 1 / Z.conjugate()),
        (lambda z: ag.real(ag.sin(z)), np.cos(Z).conjugate()),
        (lambda z: ag.real(ag.cos(z)), -np.sin(Z).conjugate()),
        (lambda z: ag.real(ag.tanh(z)), (1 - np.tanh(Z) ** 2).conjugate()),
        (lambda z: ag.real(ag.sqrt(z)), (0.5 / np.sqrt(Z)).conjugate()),
    ],
)
def test_gradients_of_real_functions_of_a_complex_number(function, expected):
    z = weight(Z)
    function(z).backward()
    assert z.grad.dtype == np.complex128
    assert z.grad.item() == pytest.approx(expected, rel=1e-14)


def test_a_complex_result_is_weighted_with_what_the_user_gives():
    z = weight(Z)
    (z * W).backward(1.0 + 0.0j)
    assert z.grad.item() == W.conjugate()
    z.grad = None
    (z * W).backward(1.0j)
    assert z.grad.item() == 1.0j * W.conjugate()


def test_both_factors_of_a_complex_product():
    z, w = weight(Z), weight(W)
    (z * w).real.backward()
    assert z.grad.item() == W.conjugate()
    assert w.grad.item() == Z.conjugate()


def test_a_real_factor_of_a_complex_number_gets_a_real_gradient():
    x, z = weight([2.0, 3.0]), np.array([Z, W])
    ag.real(x * z).sum().backward()
    assert x.grad.dtype == np.float64
    assert_values(x.grad, [1.0, 3.0])
    x.grad = None
    ag.imag(x * z).sum().backward()
    assert_values(x.grad, [2.0, -1.0])


def test_the_parts_of_a_real_number():
    x = Tensor([1.0, 2.0])
    assert_values(x.real, [1.0, 2.0])
    assert_values(x.imag, [0.0, 0.0])
    assert_values(x.conj(), [1.0, 2.0])
    np.testing.assert_array_equal(gradients(ag.real, [1.0, 2.0]), [1.0, 1.0])
    np.testing.assert_array_equal(gradients(ag.imag, [1.0, 2.0]), [0.0, 0.0])


def test_the_absolute_value_of_zero():
    assert gradients(ag.abs, 0.0j) == 0.0


def test_complex64_stays_complex64():
    z = weight([Z, W], np.complex64)
    y = ag.abs(z * 2.0 + 1j)
    assert y.dtype == np.float32
    y.sum().backward()
    assert z.grad.dtype == np.complex64


def test_second_derivatives_of_a_complex_function():
    x, y = 0.6, -0.8  # f = |z|^4; its gradient 4 |z|^2 z
    z = weight(complex(x, y))
    (ag.abs(z) ** 4).backward(create_graph=True)
    gradient, z.grad = z.grad, None
    assert gradient.item() == pytest.approx(4 * complex(x, y))
    gradient.real.backward()  # 4 (x^2 + y^2) x: by x 12 x^2 + 4 y^2, by y 8 x y
    assert z.grad.item() == pytest.approx(complex(12 * x * x + 4 * y * y, 8 * x * y))


def test_gradient_descent_on_a_complex_number_goes_down():
    z, target = weight(0.0j), 2.0 - 3.0j
    for _ in range(100):
        z.grad = None
        (ag.abs(z - target) ** 2).backward()
        with ag.no_grad():
            z -= 0.1 * z.grad
    assert z.item() == pytest.approx(target, abs=1e-8)


def test_an_element_at_a_bound_of_another_dtype_is_within():
    x, bound = weight(np.array([0.1], np.float32)), weight(np.array(0.1))
    ag.clip(x, None, bound).sum().backward()
    assert (x.grad.tolist(), bound.grad.tolist()) == ([1.0], 0.0)


def test_the_derivative_of_expm1_where_it_is_nearly_minus_one():
    x = np.array([-1e4, -700.0, -40.0, -1e-300, 0.0, 5e-324, 1.0])
    np.testing.assert_array_equal(gradients(ag.expm1, x), np.exp(x))
