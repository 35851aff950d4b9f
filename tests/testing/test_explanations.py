"""What a mismatch suspects, beyond the mistakes that rules are declared with in test_mistakes.py."""

import numpy as np
import pytest
from scipy import optimize

import autograd as ag
from autograd.testing import GradientMismatch, check_claimed_gradient, gradcheck


def explained(check, *arguments, **options):
    with pytest.raises(GradientMismatch) as caught:
        check(*arguments, **options)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ missing un-broadcasts


def sum_of_squares(b):
    return np.sum((np.ones((3, 2)) * b) ** 2)


@pytest.mark.parametrize(
    ("f", "df", "b", "axes"),
    [
        (sum_of_squares, lambda b: 2 * np.ones((3, 2)) * b, np.ones(2), "axis 0"),
        (sum_of_squares, lambda b: 2 * np.ones((3, 2)) * b, np.ones((3, 1)), "axis 1"),
        (sum_of_squares, lambda b: 2 * np.ones((3, 2)) * b, np.ones(()), "axes 0, 1"),
    ],
)
def test_a_shape_before_a_sum_is_explained(f, df, b, axes):
    text = explained(check_claimed_gradient, f, df, b)
    assert f"suspected    a missing un-broadcast: summing over {axes} is missing" in text


def test_other_wrong_shapes_are_not():
    assert "suspected" not in explained(check_claimed_gradient, np.sum, lambda x: x[:1], np.ones(3))


def test_a_share_of_a_sum_is_explained():
    text = explained(check_claimed_gradient, sum_of_squares, lambda b: 2 * b, np.ones(2))
    assert "1/3 times the numeric one, as if some of the paths to it were cut (detached), or summing over" in text
    assert "a broadcast axis of length 3 were missing" in text


def added(rule):
    """A sum that broadcasts, with a rule for its second operand."""
    return ag.custom_gradient(lambda x, b: (x + b, lambda g: (g, rule(g))))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            lambda g: g[0],
            "summing over axis 0 of the results is missing, along which b is broadcast; only what index 0",
        ),
        (lambda g: g[2], "only what index 2 of it gives has arrived"),
        (
            lambda g: g.mean(axis=0),
            "as if summing over axis 0 of the results, along which it is broadcast, were a mean",
        ),
    ],
    ids=["first", "last", "mean"],
)
def test_one_row_for_all_is_explained(rule, says):
    text = explained(gradcheck, added(rule), np.ones((3, 2)), np.array([1.0, 2.0]))
    assert says in text


# -------------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (np.pi, "pi times"),
        (2 * np.pi, "2 pi times"),
        (1 / np.pi, "1/pi times"),
        (1 / 50, "1/50 times"),
        (2 / 3, "2/3 times"),
        (np.e, "2.71828 times"),
    ],
)
def test_factors_are_written_as_people_do(factor, says):
    text = explained(check_claimed_gradient, np.sin, lambda x: factor * np.cos(x), [0.3, 0.7])
    assert f"the analytic gradient is {says}" in text


@pytest.mark.parametrize(
    ("df", "says"),
    [
        (lambda x: 3 * np.exp(x), "a factor: the analytic gradient is 3 times the numeric one, here and further on"),
        (lambda x: np.exp(x) + 2, "a term: the analytic gradient is 2 more than the numeric one, here and further on"),
        (lambda x: np.exp(x) * x, "another formula: the analytic gradient is 1/2 times the numeric one here and 3/5"),
        (lambda x: -np.exp(x), "the sign: the analytic gradient is -1 times"),
    ],
)
def test_a_single_number_is_looked_at_in_two_places(df, says):
    exp = ag.custom_gradient(lambda x: (np.exp(x), lambda g: g * df(x)))
    assert says in explained(gradcheck, exp, 0.5)


def test_a_single_number_that_tells_nothing_more_is_said_to_do_so():
    doubled = ag.custom_gradient(lambda x: (2 * x, lambda g: 3 * g))
    assert "a factor, or a term: the analytic gradient is 3/2 times" in explained(gradcheck, doubled, 0.5)
    beside = ag.custom_gradient(lambda x: (np.sqrt(1 - x), lambda g: -g / np.sqrt(1 - x)))
    with np.errstate(invalid="ignore"):
        assert "one number cannot tell" in explained(gradcheck, beside, 0.95)


def test_zero_has_no_sign():
    assert "analytic     0\n" in explained(check_claimed_gradient, np.sin, lambda x: -0.0 * x, [0.3, 0.7])


# --------------------------------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("f", "df", "x", "says"),
    [
        (optimize.rosen, optimize.rosen_hess, np.array([1.0, 2.0, 3.0]), "wrong shape: (3, 3)"),
        (optimize.rosen, lambda x: optimize.rosen_der(x)[None], np.array([1.0, 2.0, 3.0]), "wrong shape: (1, 3)"),
        (np.sum, lambda x: np.ones((1, 5)), np.ones(3), "wrong shape: (1, 5)"),
        (sum_of_squares, lambda b: 3 * np.ones((3, 2)) * b, np.ones(2), "wrong shape: (3, 2)"),
    ],
    ids=["hessian", "axis of length 1", "other length", "other numbers"],
)
def test_wrong_shapes_whose_sums_are_not_right_are_no_un_broadcasts(f, df, x, says):
    text = explained(check_claimed_gradient, f, df, x)
    assert says in text
    assert "un-broadcast" not in text


def test_an_axis_of_length_1_too_many_is_explained():
    text = explained(
        check_claimed_gradient, optimize.rosen, lambda x: optimize.rosen_der(x)[None], np.array([1.0, 2.0])
    )
    assert "suspected    an axis of length 1 too many: the numbers are right in the shape (2,)" in text


@pytest.mark.parametrize(
    ("b", "rule", "says"),
    [
        (np.array(2.0), lambda g: g[0, 0], "over axes 0, 1 of the results is missing, along which b is broadcast"),
        (np.array(2.0), lambda g: g[1, 2], "only what index 1, 2 of them gives has arrived"),
        (np.ones((3, 1)), lambda g: g[:, :1], "over axis 1 of the results is missing, along which b is broadcast"),
        (np.array(2.0), lambda g: g[0].sum(), "over axis 0 of the results is missing, along which b is broadcast"),
    ],
    ids=["first", "other", "one axis", "one of two"],
)
def test_one_number_for_all_is_explained(b, rule, says):
    assert says in explained(gradcheck, added(rule), np.ones((3, 4)), b)
