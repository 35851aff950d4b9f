"""``detect_anomaly`` around derivatives: in forward mode what is pushed counts, and lines are the program's."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import anomaly_of, passes, weight

X = np.array([0.0, 1.0, 4.0])


def rooted(x):
    with ag.scope("roots"):
        return np.sqrt(x)


@pytest.mark.parametrize(
    "push",
    [
        lambda: ag.jvp(lambda x: rooted(x[1:]), (X,), (np.array([1e-300, 1.0, 1.0]),))[1],
        lambda: ag.linearize(lambda x: x * np.sqrt(x[1]), X)[1](np.ones(3)),
        lambda: ag.jacobian(lambda x: np.log(x[1:]), mode="forward")(X),
        lambda: ag.hvp(lambda x: np.sum(x[1:] ** 1.5), (X,), (np.ones(3),))[0],
    ],
)
def test_walks_that_are_only_transposed_are_not_looked_at(push):
    np.testing.assert_array_equal(passes(push), push())


def test_zero_times_infinity_at_the_start_of_a_push_is_no_anomaly():
    """The walk that forward mode transposes starts from zeros, and 0 * inf is NaN there."""
    x = weight([0.0, 4.0])

    def push():
        return ag.jvp(lambda x: x * (x > 0) + ag.where(x > 0, x, 1.0) ** 0.5, (np.array([0.0, 4.0]),), (np.ones(2),))

    np.testing.assert_allclose(passes(push)[1], [0.0, 1.25])
    error = anomaly_of(lambda: ag.jvp(np.sqrt, (x,), (np.ones(2),)))
    assert "gave inf at [0], of finite values" in str(error)
    assert "gave nan" not in str(error)


def test_what_is_pushed_is_named_after_the_operation_of_the_program():
    error = anomaly_of(lambda: ag.jvp(rooted, (X,), (np.ones(3),)))
    assert (error.phase, error.scopes) == ("backward", ("roots", "forward mode of sqrt"))
    assert error.source == "return np.sqrt(x)"
    assert error.index == (0,)


def test_a_tangent_of_zero_times_an_infinite_slope_is_reported():
    error = anomaly_of(lambda: ag.jvp(np.sqrt, (X,), (np.zeros(3),)))
    assert "gave nan at [0]" in str(error)
    assert "computed outside" not in str(error)


def test_second_derivatives_are_named_after_the_operation_of_the_program():
    def second():
        x = weight([0.0, 4.0])
        slope = ag.grad((x**1.5).sum(), x, create_graph=True)[0]
        slope.sum().backward()

    error = anomaly_of(second)
    assert error.scopes == ("gradient rule of power",)
    assert error.source == "slope = ag.grad((x**1.5).sum(), x, create_graph=True)[0]"


def test_a_forward_that_is_wrong_is_reported_in_forward_mode_too():
    error = anomaly_of(lambda: ag.jvp(lambda x: np.log(x - 1.0), (X,), (np.ones(3),)))
    assert (error.phase, error.operation) == ("forward", "log")
    assert isinstance(ag.jvp(np.sin, (Tensor(X),), (X,))[1], Tensor)
