"""Trigonometric and hyperbolic functions: values as NumPy's, exact derivatives at the edges, dtypes."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

INF = math.inf

#: Function, its NumPy names, its derivative.
FUNCTIONS = {
    "tan": (ag.tan, [np.tan], lambda x: 1 / np.cos(x) ** 2),
    "asin": (ag.asin, [np.arcsin, np.asin], lambda x: 1 / np.sqrt(1 - x**2)),
    "acos": (ag.acos, [np.arccos, np.acos], lambda x: -1 / np.sqrt(1 - x**2)),
    "atan": (ag.atan, [np.arctan, np.atan], lambda x: 1 / (1 + x**2)),
    "sinh": (ag.sinh, [np.sinh], np.cosh),
    "cosh": (ag.cosh, [np.cosh], np.sinh),
    "asinh": (ag.asinh, [np.arcsinh, np.asinh], lambda x: 1 / np.sqrt(1 + x**2)),
    "acosh": (lambda x: ag.acosh(x + 1), [lambda x: np.arccosh(x + 1)], lambda x: 1 / np.sqrt((x + 1) ** 2 - 1)),
    "atanh": (ag.atanh, [np.arctanh, np.atanh], lambda x: 1 / (1 - x**2)),
    "deg2rad": (ag.deg2rad, [np.deg2rad, np.radians], lambda x: np.full_like(x, math.pi / 180)),
    "rad2deg": (ag.rad2deg, [np.rad2deg, np.degrees], lambda x: np.full_like(x, 180 / math.pi)),
    "sinc": (ag.sinc, [np.sinc], lambda x: (np.cos(np.pi * x) - np.sinc(x)) / x),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_derivatives_and_dtypes(name, dtype):
    ours, theirs, derivative = FUNCTIONS[name]
    data = np.array([0.25, 0.375, 0.75], dtype)
    tolerance = 16 * np.finfo(dtype).eps
    for function in [ours, *theirs]:
        x = weight(data)
        y = function(x)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y.data, theirs[0](data))
        y.sum().backward()
        assert x.grad.dtype == dtype
        np.testing.assert_allclose(x.grad.data, derivative(data.astype(float)), rtol=tolerance)


def test_older_names():
    for old, new in [("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan"), ("arctan2", "atan2")]:
        assert getattr(ag, old) is getattr(ag, new)
    assert (ag.arcsinh, ag.arccosh, ag.arctanh) == (ag.asinh, ag.acosh, ag.atanh)
    assert (ag.radians, ag.degrees) == (ag.deg2rad, ag.rad2deg)


@pytest.mark.parametrize(
    "function", [ag.tan, ag.asin, ag.acos, ag.atan, ag.sinh, ag.cosh, ag.asinh, ag.acosh, ag.atanh, ag.sinc]
)
def test_complex_numbers(function):
    z = np.array([0.3 + 0.4j, -0.5 + 0.2j, 1.5 - 2.0j])
    numpys = np.sinc if function is ag.sinc else function.forward
    np.testing.assert_array_equal(function(z).data, numpys(z))
    gradcheck(function, z, tolerance=1e-7)
    gradgradcheck(function, z, tolerance=1e-7)


# ----------------------------------------------------------------------------------------------------------- edges


def test_infinite_slopes_at_the_ends():
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(gradients(ag.asin, [-1.0, 1.0]), [INF, INF])
        np.testing.assert_array_equal(gradients(ag.acos, [-1.0, 1.0]), [-INF, -INF])
        np.testing.assert_array_equal(gradients(ag.acosh, [1.0]), [INF])


def test_precision_near_the_ends():
    d = 2.0**-40
    np.testing.assert_allclose(gradients(ag.asin, [1 - d]), 1 / math.sqrt(d * (2 - d)), rtol=1e-15)
    np.testing.assert_allclose(gradients(ag.atanh, [1 - d]), 1 / (d * (2 - d)), rtol=1e-15)
    np.testing.assert_allclose(gradients(ag.acosh, [1 + d]), 1 / math.sqrt(d * (2 + d)), rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_overflow_far_from_the_middle(dtype):
    far = np.array([-1e4, 1e4], dtype)
    tolerance = 8 * np.finfo(dtype).eps
    np.testing.assert_allclose(gradients(ag.asinh, far), 1 / math.sqrt(1e8 + 1), rtol=tolerance)
    np.testing.assert_allclose(gradients(ag.atan, far), 1 / (1e8 + 1), rtol=tolerance, atol=np.finfo(dtype).tiny / 1e3)
    np.testing.assert_allclose(gradients(ag.acosh, far[1:]), 1 / math.sqrt(1e8 - 1), rtol=tolerance)
    largest = np.finfo(dtype).max
    assert gradients(ag.atan, largest) == 0.0
    assert np.isfinite(gradients(ag.asinh, largest))
    by_x, by_y = gradients(ag.hypot, np.array(largest / 2), np.array(largest / 2))
    np.testing.assert_allclose([by_x, by_y], math.sqrt(0.5), rtol=4 * np.finfo(dtype).eps)


def test_infinite_operands():
    np.testing.assert_array_equal(gradients(ag.atan, [-INF, INF]), [0.0, 0.0])
    np.testing.assert_array_equal(gradients(ag.asinh, [-INF, INF]), [0.0, 0.0])


# --------------------------------------------------------------------------------------------- points of the plane


def test_the_length_of_a_point():
    x, y = np.array([3.0, -5.0, 0.0, 1e-200]), np.array([4.0, 12.0, 2.0, 0.0])
    assert_values(np.hypot(ag.Tensor(x), y), np.hypot(x, y))
    by_x, by_y = gradients(np.hypot, x, y)
    np.testing.assert_allclose(by_x, [0.6, -5 / 13, 0.0, 1.0], rtol=1e-15)
    np.testing.assert_allclose(by_y, [0.8, 12 / 13, 1.0, 0.0], rtol=1e-15)


def test_the_angle_of_a_point():
    y, x = np.array([1.0, -1.0, 0.0, 1e-200]), np.array([1.0, -1.0, -2.0, 1e-200])
    assert_values(np.arctan2(ag.Tensor(y), x), np.arctan2(y, x))
    by_y, by_x = gradients(np.arctan2, y, x)
    np.testing.assert_allclose(by_y, [0.5, -0.5, -0.5, 5e199], rtol=1e-15)
    np.testing.assert_allclose(by_x, [-0.5, 0.5, 0.0, -5e199], rtol=1e-15)


@pytest.mark.parametrize("function", [ag.hypot, ag.atan2])
def test_the_origin_is_taken_to_be_flat(function):
    np.testing.assert_array_equal(gradients(function, 0.0, 0.0), [0.0, 0.0])
    x, y = weight(0.0), weight(0.0)
    function(x, y).backward(create_graph=True)
    slope, x.grad = x.grad, None
    slope.backward()
    assert x.grad.item() == 0.0


def test_the_angle_of_a_complex_number():
    z = np.array([1 + 1j, -2.0, -3j, 0.0])
    for deg in (False, True):
        assert_values(np.angle(ag.Tensor(z), deg), np.angle(z, deg), rtol=1e-15)
        gradcheck(lambda z, deg=deg: np.angle(z, deg=deg), z[[0, 2]])
    np.testing.assert_allclose(gradients(np.angle, z), [-0.5 + 0.5j, -0.5j, 1 / 3, 0.0], rtol=1e-15)


def test_the_angle_of_a_real_number_is_constant():
    assert_values(np.angle(ag.Tensor([2.0, -2.0, 3.0])), [0.0, math.pi, 0.0])
    np.testing.assert_array_equal(gradients(np.angle, [2.0, -2.0]), [0.0, 0.0])
    assert ag.angle(ag.Tensor([-1, 2])).tolist() == [math.pi, 0.0]
    assert ag.angle(weight([1.0], np.float32), deg=True).dtype == np.float32


# ------------------------------------------------------------------------------------------------------------- sinc


def test_all_derivatives_of_sinc_at_zero():
    x = weight([0.0])
    y, slopes = ag.sinc(x), []
    for _ in range(4):
        y.sum().backward(create_graph=True)
        y, x.grad = x.grad, None
        slopes.append(y.item())
    np.testing.assert_allclose(slopes, [0.0, -(math.pi**2) / 3, 0.0, math.pi**4 / 5], rtol=1e-14)


def test_sinc_is_precise_near_zero():
    near = np.array([1e-300, 1e-12, -1e-6])
    np.testing.assert_allclose(gradients(np.sinc, near), -(math.pi**2) / 3 * near, rtol=1e-11)
    joint = np.array([2 / math.pi])  # where the series hands over
    slopes = [gradients(ag.sinc, joint * (1 + side)) for side in (-1e-15, 1e-15)]
    np.testing.assert_allclose(*slopes, rtol=1e-13)


def test_sinc_far_from_zero():
    np.testing.assert_allclose(gradients(ag.sinc, [1e4, -1e4]), [1e-4, -1e-4], rtol=1e-7)
    assert np.isnan(gradients(ag.sinc, [math.nan])).all()


@pytest.mark.parametrize("function", [np.hypot, np.arctan2, np.deg2rad])
def test_real_functions_refuse_complex_numbers_by_name(function):
    operands = [ag.Tensor([1j])] * function.nin
    with pytest.raises(TypeError, match=r"(hypot|atan2|deg2rad)\(complex128 \(1,\)"):
        function(*operands)


@pytest.mark.parametrize("function", [ag.tan, ag.asinh, ag.hypot, ag.atan2, ag.sinc])
def test_empty_arrays_and_integers(function):
    count = 1 if function in (ag.tan, ag.asinh, ag.sinc) else 2
    found = gradients(function, *[np.zeros((2, 0))] * count)
    assert all(np.shape(gradient) == (2, 0) for gradient in (found if count == 2 else [found]))
    assert function(*[ag.Tensor([1, 2])] * count).dtype == np.float64


@pytest.mark.parametrize("dtype", ["?", "i1", "i8", "f4", "f8"])
def test_angles_of_what_is_real_have_numpys_dtype(dtype):
    x = np.array([0, 1, -2]).astype(dtype)
    assert_values(np.angle(ag.Tensor(x)), np.angle(x))
    assert np.angle(ag.Tensor(x)).dtype == np.angle(x).dtype
