"""Points where differences are hard to take: right gradients pass there, and wrong ones are found all the same."""

import itertools
import math

import numpy as np
import pytest
from scipy import optimize, special

import autograd as ag
from autograd.testing import (
    GradientMismatch,
    arrays,
    check_claimed_gradient,
    check_gradients,
    conditioned,
    gradcheck,
    gradgradcheck,
)


def mismatch(check, *arguments, **options):
    with pytest.raises(GradientMismatch) as caught:
        check(*arguments, **options)
    return str(caught.value)


# --------------------------------------------------------------------- stationary points at which the value is 0, too


def test_a_minimum_of_value_zero_is_no_kink():
    assert check_claimed_gradient(optimize.rosen, optimize.rosen_der, np.ones(10))


@pytest.mark.parametrize("seed", range(20))
def test_least_squares_at_their_solution_are_right(seed):
    random = np.random.default_rng(seed)
    solution = random.standard_normal(4)
    A = random.standard_normal((5, 4))
    b = A @ solution
    assert gradcheck(lambda x: ((A @ x - b) ** 2).sum(), solution)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize(
    "f", [lambda x: x * abs(x), lambda x: ag.relu(x) ** 2, lambda x: x**2, lambda x: (x**4).sum()], ids=range(4)
)
def test_derivatives_of_zero_are_right(f, scale):
    assert gradcheck(lambda x: scale * f(x), np.zeros(2)).kinks == ()


def test_what_is_drawn_may_be_zero():
    check_gradients(lambda x: ag.relu(x) ** 2, arrays(), max_examples=20)


def test_a_wrong_derivative_at_a_stationary_point_is_found():
    text = mismatch(check_claimed_gradient, optimize.rosen, lambda x: optimize.rosen_der(x) + 1e-6, np.ones(4))
    assert "kink" not in text
    assert "jump" not in text
    assert mismatch(check_claimed_gradient, lambda x: x * abs(x), lambda x: 2 * abs(x) + 1e-5, [0.0])


# ----------------------------------------------------------------------------------------------------- kinks and jumps


@pytest.mark.parametrize(("f", "x", "gap"), [(np.sign, 0.0, 1), (np.floor, 2.0, 1), (np.heaviside, 0.0, 0.5)])
def test_a_jump_is_told_from_a_mistake(f, x, gap):
    given = (0.5,) if f is np.heaviside else ()
    text = mismatch(check_claimed_gradient, lambda x: f(x, *given), np.zeros_like, [0.3, x])
    assert f"suspected    a jump at this point: however close to it, results differ by {gap}" in text


def test_a_jump_of_another_result_is_no_single_precision():
    assert "suspected    a jump at this point" in mismatch(gradcheck, np.linalg.qr, np.diag([1.0, 0.3, 0.1]))


def test_a_small_drift_is_no_kink():
    counter = itertools.count()

    def drifting(x):
        return np.sum(x * x) + 1e-13 * next(counter)

    text = mismatch(check_claimed_gradient, drifting, lambda x: 2 * x + 1e-3, [0.0, 1.0])
    assert "kink" not in text


def test_what_cancels_has_no_kink():
    assert "kink" not in mismatch(gradcheck, lambda x: (x + 1e12) - 1e12, np.array([0.3, 0.7]))


# ---------------------------------------------------------------------------------- functions that raise beside a point


def test_steps_out_of_a_domain_that_raise_are_left_out():
    assert check_claimed_gradient(math.log, lambda x: 1 / x, 1e-3)
    assert gradcheck(np.linalg.inv, np.diag([1.0, 1e-3]))
    check_gradients(np.linalg.inv, conditioned(3, condition=1e3), max_examples=10)
    assert "1/2 times" in mismatch(check_claimed_gradient, math.log, lambda x: 0.5 / x, 1e-3)


def test_what_a_function_raises_at_the_point_itself_is_raised():
    with pytest.raises(ValueError, match="math domain error"):
        check_claimed_gradient(math.log, lambda x: 1 / x, -1.0)
    with pytest.raises(ZeroDivisionError):
        check_claimed_gradient(lambda x: 1 / float(x), lambda x: -1 / x**2, 0.0)


# --------------------------------------------------------------------------------------------------- very many numbers


@pytest.mark.parametrize(("size", "share"), [(1000, 0.001), (100_000, 0.01), (1_000_000, 0.5)])
def test_one_wrong_number_among_very_many_is_found_in_projections(size, share):
    wrong = np.ones(size)
    wrong[size // 3] += share

    def check(derivative):
        x = np.full(size, 0.5)
        with np.errstate(all="ignore"):
            return check_claimed_gradient(lambda x: np.square(x).sum(), derivative, x)

    assert check(lambda x: 2 * x)
    assert f"x[{size // 3}]" in mismatch(check, lambda x: 2 * x * wrong)


@pytest.mark.parametrize("scale", [1e-250, 1e250])
def test_projections_of_huge_and_tiny_derivatives_are_judged_alike(scale):
    x = np.linspace(0.5, 1.0, 400)
    assert check_claimed_gradient(lambda x: scale * np.sum(x * x), lambda x: 2 * scale * x, x)
    assert "1/2 times" in mismatch(check_claimed_gradient, lambda x: scale * np.sum(x * x), lambda x: scale * x, x)


def test_single_numbers_are_looked_at_besides():
    """A projection does not see small derivatives beside one that is huge."""

    def f(x):
        return np.sum(x * x) + 1e8 * x[0]

    def half(x):
        return x + 1e8 * (np.arange(x.size) == 0)

    assert "is wrong" in mismatch(check_claimed_gradient, f, half, np.ones(500))


# ------------------------------------------------------------------------------------- rules that only single rows meet


@pytest.mark.parametrize("options", [{}, {"forward": False, "batched": False}], ids=["all modes", "reverse"])
@pytest.mark.parametrize("rule", [lambda g, x: g.sum() * 2 * x * (g != 0), lambda g, x: np.clip(g, -2, 2) * 2 * x])
def test_rules_that_are_right_for_single_results_only_are_found(rule, options, declare):
    @declare(rules={"x": rule})
    def squared(x, /):
        return x * x

    assert "not linear" in mismatch(gradcheck, squared, np.arange(1.0, 9.0), **options)


# --------------------------------------------------------------------------------- huge derivatives beside small ones


def turned(x):
    """The exponential, whose derivative has the wrong sign by the first number."""
    rule = ag.custom_gradient(lambda x: (np.exp(x), lambda g: g * np.exp(x) * np.array([-1.0, 1.0])))
    return rule(x)


def test_a_wrong_derivative_is_found_beside_one_that_is_huge():
    def wrong(x):
        return special.gamma(x) * special.psi(x) * np.array([0.0, 1.0])

    text = mismatch(check_claimed_gradient, special.gamma, wrong, np.array([3.0, 20.0]), fast=False)
    assert "worst at     x[0], for the result[0]" in text
    assert "special about x[0]: all other numbers of x are right" in mismatch(gradcheck, turned, np.array([1.0, 30.0]))


@pytest.mark.parametrize("method", ["complex", "central", "richardson"])
def test_small_rows_are_judged_by_themselves_with_each_method(method):
    text = mismatch(gradcheck, turned, np.array([1.0, 20.0]), method=method)
    assert "special about x[0]: all other numbers of x are right" in text


@pytest.mark.parametrize(
    "f", [np.linalg.svdvals, np.linalg.inv, lambda a: np.linalg.solve(a, np.array([1.0, 2.0, 0.5]))]
)
@pytest.mark.parametrize("seed", range(4))
def test_large_results_may_disturb_small_ones(f, seed):
    scales = np.diag([1.0, 1e6, 1e-6])
    matrix = np.random.default_rng(seed).standard_normal((3, 3))
    assert gradcheck(f, scales @ matrix @ scales)


def powers(slip):
    """The first powers of a number, of which one derivative is another one."""
    exponents = np.arange(9.0)

    def right(x):
        return exponents * x ** np.maximum(exponents - 1, 0)

    return ag.custom_gradient(lambda x: (x**exponents, lambda g: np.sum(g * (right(x) + slip(right(x))))))


@pytest.mark.parametrize(("power", "share"), [(1, -1.0), (1, 1.0), (3, 2e-3), (8, 1e-3)])
def test_a_wrong_derivative_is_found_beside_large_ones_of_the_same_number(power, share):
    wrong = powers(lambda right: share * right * (np.arange(9) == power))
    assert f"for the result[{power}]" in mismatch(gradcheck, wrong, np.array(30.0))
    assert gradcheck(powers(lambda right: 0.0), np.array(30.0))


@pytest.mark.parametrize("method", ["complex", "central", "richardson"])
def test_a_lost_derivative_is_found_beside_a_huge_one(method):
    lost = ag.custom_gradient(lambda x: (np.stack([1e11 * x, np.sin(x)]), lambda g: 1e11 * g[0]))
    assert "for the result[1]" in mismatch(gradcheck, lost, np.array(0.3), method=method)


@pytest.mark.parametrize("size", [1e2, 1e4, 1e6])
@pytest.mark.parametrize("seed", range(4))
def test_rounding_of_a_large_result_may_come_to_others_that_do_not_depend_on_it(size, seed):
    x = np.random.default_rng(seed).standard_normal(4)
    assert gradcheck(lambda x: np.fft.irfft(np.fft.rfft(x * np.array([size, 1.0, 1.0, 1.0]))), x)


def test_a_zero_of_an_odd_function_is_no_excuse():
    lost = ag.custom_gradient(lambda x: (np.sin(1e8 * x), lambda g: 0.0 * g))
    assert mismatch(gradcheck, lost, np.array(0.0), method="richardson")


@pytest.mark.parametrize("seed", range(8))
def test_what_rounding_leaves_of_a_derivative_is_none(seed):
    """The first factor is the same whatever the last column is: its gradient there is made of terms that cancel."""
    matrix = np.random.default_rng(seed).standard_normal((2, 2)) + 2 * np.eye(2)
    assert gradgradcheck(lambda x: np.linalg.qr(x)[0], matrix, seed=seed)


def test_rounding_of_a_large_result_is_put_up_with():
    assert gradcheck(lambda x: np.sum(np.exp(x)), np.array([1.0, 30.0]))
    assert gradcheck(lambda x: np.exp(x) @ np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([1.0, 30.0]))


@pytest.mark.parametrize("grid", [2.0**-46, 2.0**-45, 2.0**-44], ids=["64 eps", "128 eps", "256 eps"])
@pytest.mark.parametrize("seed", range(8))
def test_values_of_some_more_rounding_give_no_alarm_where_a_slope_is_small(grid, seed):
    """As those of a singular value decomposition have: the estimate of six points is too small by chance, at times."""
    slopes = 10.0 ** np.random.default_rng(seed).uniform(-6, -3, 12)
    x = np.append(np.arccos(slopes), 1.0)

    def rounded(x):
        return np.round(np.sin(x) / grid) * grid

    assert check_claimed_gradient(rounded, np.cos, x, tolerance=1e-7)
    assert mismatch(check_claimed_gradient, rounded, lambda x: np.cos(x) * (1 + 1e-6), x, tolerance=1e-7)
    assert mismatch(check_claimed_gradient, rounded, lambda x: np.cos(x) * (x == 1.0), x, tolerance=1e-7)


# -------------------------------------------------------------------------------------------------------- far from zero


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sin, [1e8]),
        (np.sin, [1e7, 2e7, 3e7]),
        (np.sin, [1e5, 1e-3, 1.0]),
        (lambda x: np.cos(x**2), [1e4]),
        (lambda x: np.cos(x**2), [100.0, 1e3]),
        (lambda x: np.sum(np.sin(x)), np.linspace(1e6, 1e6 + 10, 300)),
        (np.log, [1e8, 1e12]),
        (np.arctan, [1e4, 1e8]),
    ],
    ids=range(8),
)
def test_right_gradients_far_from_zero_are_right(f, x):
    assert gradcheck(f, np.array(x))


@pytest.mark.parametrize("factor", [0.0, -1.0, 1.01])
def test_wrong_gradients_far_from_zero_are_wrong(factor):
    claimed = {0.0: "zero everywhere", -1.0: "the sign", 1.01: "a factor: the analytic gradient is 1.01 times"}[factor]
    assert claimed in mismatch(check_claimed_gradient, np.sin, lambda x: factor * np.cos(x), [1e8, 1.0])
    assert "is wrong" in mismatch(check_claimed_gradient, np.sin, lambda x: factor * np.cos(x), [1e8])


def test_what_numbers_cannot_tell_is_not_called_wrong():
    text = mismatch(gradcheck, np.exp, np.array([1.0, 2.0, 3.0]), method="central", step=1.0)
    assert "the gradient of exp by x (float64 (3,)) cannot be judged by these numbers" in text
    assert "wrong" not in text
    assert "suspected    the numbers: they may be as far off as they differ from the gradient" in text
    assert "Leave the method and the step out" in text
    assert gradcheck(np.sin, np.array([1e14])).method == "complex steps"  # which see it still
    text = mismatch(gradcheck, lambda x: np.sin(x), np.array([1e14]))  # noqa: PLW0108 - of which nobody knows that
    assert "cannot be judged by these numbers" in text
    assert "Check at smaller numbers" in text


def test_what_is_surely_wrong_is_told_before_what_cannot_be_judged():
    text = mismatch(check_claimed_gradient, np.sin, lambda x: np.cos(x) * np.array([1.0, 2.0]), [1e14, 1.0])
    assert "is wrong" in text
    assert "worst at     x[1]" in text


def test_inner_rounding_far_from_zero_is_no_single_precision():
    text = mismatch(gradcheck, lambda x: np.cos(x**2), np.array([1e5]))
    assert "cannot be judged by these numbers" in text
    assert "float32" not in text


# ------------------------------------------------------------------------------------------------------- beside a pole


@pytest.mark.parametrize(
    ("f", "derivative", "place", "says"),
    [
        (np.log, lambda x: 2 / x, 1e-4, "a factor: the analytic gradient is 2 times"),
        (np.sqrt, lambda x: -0.5 / np.sqrt(x), 1e-6, "the sign"),
        (np.reciprocal, lambda x: 1 / x**2, 1e-7, "the sign"),
        (lambda x: np.sin(1e3 * x), lambda x: np.cos(1e3 * x), 0.3, "is 1/1000 times"),
        (np.log, lambda x: 2 / x, 1e9, "a factor: the analytic gradient is 2 times"),
    ],
    ids=["log", "sqrt", "reciprocal", "fast sine", "log far away"],
)
def test_what_bends_much_is_not_rough(f, derivative, place, says):
    assert says in mismatch(check_claimed_gradient, f, derivative, np.full(3, place))


@pytest.mark.parametrize("place", [1e-6, 1e-4, 1.0])
def test_what_is_rough_is_told_beside_a_pole(place):
    def rough(x):
        return np.log(x.astype(np.float32)).astype(np.float64)

    text = mismatch(check_claimed_gradient, rough, lambda x: 1 / x, np.full(3, place))
    assert "rough, as if it computed in float32 inside" in text
