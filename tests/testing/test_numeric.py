"""Derivatives by numbers alone: how close they come, and what they say when they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.testing.numeric import by_differences, complex_step, one_sided, richardson, roughness, six_point

#: Smooth functions, with their derivatives.
SMOOTH = {
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "exp": (np.exp, np.exp),
    "cube": (lambda x: x**3, lambda x: 3 * x**2),
    "sin 20x": (lambda x: np.sin(20 * x), lambda x: 20 * np.cos(20 * x)),
    "log": (lambda x: np.log(x + 4), lambda x: 1 / (x + 4)),
}

#: How wrong each method may be, relative to the largest derivative.
METHODS = {complex_step: 1e-14, six_point: 1e-9, richardson: 1e-8, by_differences: 1e-9}

points = st.lists(st.floats(-3, 3), min_size=1, max_size=5).map(np.array)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@given(x=points)
def test_it_is_close_and_knows_how_close(name, method, x):
    function, derivative = SMOOTH[name]
    found = method(lambda t: function(x + t))
    size = max(1.0, np.abs(derivative(x)).max())
    assert np.all(np.abs(found.value - derivative(x)) <= METHODS[method] * size)
    assert np.all(found.error <= 100 * METHODS[method] * size)


@given(x=points)
def test_six_points_are_far_better_than_two(x):
    def error(derivative):
        return np.abs(derivative - np.cos(x)).max()

    two = (np.sin(x + 1e-3) - np.sin(x - 1e-3)) / 2e-3
    assert error(six_point(lambda t: np.sin(x + t)).value) < max(1e-12, 1e-3 * error(two))


def test_polynomials_of_degree_six_are_exact_to_rounding():
    found = six_point(lambda t: (1.0 + t) ** 6, step=0.1)
    assert abs(found.value - 6.0) < 1e-13


@given(slope=st.floats(0.5, 3.0))
def test_values_that_jump_every_so_often_are_no_straight_line(slope):
    found = by_differences(lambda t: np.fmod(np.array(0.5478467491), 0.02559907 + slope * t), shorter=0.01)
    assert abs(found.value + 21 * slope) < 1e-6


def test_values_that_jump_in_each_larger_step_seldom_look_like_a_straight_line():
    random = np.random.default_rng(0)
    x, y = random.uniform(-2, 2, (2, 10_000))
    y *= 10 ** random.uniform(-3, 0, y.shape)
    found = richardson(lambda t: np.fmod(x, y + t))
    wrong = np.abs(found.value + np.trunc(x / y)) > 1e-4
    assert np.sum(wrong & (found.error < 1e-6)) < 50  # where steps are halved, 919


def test_an_array_of_any_shape_keeps_its_shape():
    x = np.ones((2, 0, 3))
    for method in METHODS:
        found = method(lambda t: np.sin(x + t))
        assert found.value.shape == found.error.shape == (2, 0, 3)


def test_steps_shrink_beside_a_pole():
    x = np.array([1e-5, 1.0])
    found = by_differences(lambda t: np.log(x + t))
    assert np.allclose(found.value, [1e5, 1.0], rtol=1e-6)


def test_steps_shrink_beside_a_kink():
    found = by_differences(lambda t: np.maximum(np.array(1e-4) + t, 0))
    assert abs(found.value - 1) < 1e-8


def test_a_function_that_is_nowhere_finite_has_no_derivative():
    found = by_differences(lambda t: np.log(np.array([-1.0]) + t))
    assert np.isnan(found.value).all()


@given(x=points)
def test_a_rough_function_is_told_from_a_smooth_one(x):
    assert np.all(roughness(lambda t: np.sin(x + t)) < 1e-11)
    many = np.linspace(0.1, 3.0, 20)
    assert np.max(roughness(lambda t: np.sin(many + t).astype(np.float32))) > 1e-8


def test_steps_follow_the_size_of_small_numbers():
    found = by_differences(lambda t: 1 / (np.array([1e-6]) + t), shorter=1e-6)
    assert np.allclose(found.value, -1e12, rtol=1e-7)
    found = by_differences(lambda t: np.array([1e9]) + np.sin(1e-9 + t), shorter=1e-9)  # and not where rounding forbids
    assert abs(found.value - 1) < 1e-4


def test_slopes_differ_at_a_kink_only():
    before, after = one_sided(lambda t: np.abs(np.array([0.0, 1.0]) + t))
    assert np.allclose(before, [-1, 1])
    assert np.allclose(after, [1, 1])


def test_a_slope_jumps_at_a_kink_only():
    found = six_point(lambda t: np.abs(np.array([0.0, 1.0]) + t) + np.array([0.0, 1.0]) * np.exp(3 * t))
    assert np.allclose(found.jump, [2, 0], atol=1e-6)
    assert np.allclose((found / 2).jump, [1, 0], atol=1e-6)
    found = by_differences(lambda t: np.abs(np.array([1e-4]) + t) + np.abs(t))  # doubtful, and a kink nearby
    assert found.jump.shape == (1,)


def test_the_first_step_can_be_chosen():
    coarse = by_differences(lambda t: np.exp(1.0 + t), step=0.3)
    assert abs(coarse.value - np.e) < 1e-9  # Richardson starts there, and ends close by
    assert 1e-9 < abs(six_point(lambda t: np.exp(1.0 + t), step=0.3).value - np.e) < 1e-4
