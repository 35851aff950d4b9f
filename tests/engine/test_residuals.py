"""What a forward leaves to its gradient rules besides the result."""

import numpy as np
import pytest

import autograd as ag
from autograd.extending import primitive
from autograd.primitives.residuals import WithResidual, leaving_residual
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, weight

pytestmark = pytest.mark.usefixtures("throwaway")


@pytest.fixture
def seen():
    return []


@pytest.fixture
def softplus(seen):
    """A function whose forward has computed what its derivative needs."""

    def by_x(g, x, residual):
        seen.append(residual)
        exponential = np.exp(x) if residual is None else residual
        return g * exponential / (1 + exponential)

    @primitive(rules={"x": by_x})
    @leaving_residual
    def residual_softplus(x, /):
        exponential = np.exp(x)
        return WithResidual(np.log1p(exponential), exponential)

    return residual_softplus


def test_a_rule_gets_the_residual(softplus, seen):
    x = weight([0.0, 1.0])
    softplus(x).sum().backward()
    assert_values(x.grad, 1 / (1 + np.exp([-0.0, -1.0])), rtol=1e-15)
    (residual,) = seen
    np.testing.assert_array_equal(residual, np.exp([0.0, 1.0]))


def test_a_walk_that_records_itself_computes_it_anew(softplus, seen):
    assert gradcheck(softplus, np.array([0.5, -2.0]))
    seen.clear()
    assert gradgradcheck(softplus, np.array([0.5, -2.0]))
    assert None in seen
    sigmoid = 1 / (1 + np.exp(-0.5))
    np.testing.assert_allclose(ag.grad(ag.grad(softplus))(0.5), sigmoid * (1 - sigmoid), rtol=1e-14)
    np.testing.assert_allclose(ag.hessian(softplus)(0.5), sigmoid * (1 - sigmoid), rtol=1e-14)


def test_transforms_take_it(softplus):
    x, sigmoid = np.array([0.5, -2.0]), 1 / (1 + np.exp([-0.5, 2.0]))
    np.testing.assert_allclose(ag.vmap(ag.grad(softplus))(x), sigmoid, rtol=1e-14)
    np.testing.assert_allclose(ag.jvp(softplus, (x,), (np.ones(2),))[1], sigmoid, rtol=1e-14)
    np.testing.assert_allclose(ag.jacobian(softplus)(x), np.diag(sigmoid), rtol=1e-14)
    np.testing.assert_allclose(ag.grad(lambda x: ag.checkpoint(softplus)(x).sum())(x), sigmoid, rtol=1e-14)


def test_without_a_gradient_it_is_the_result_alone(softplus):
    assert type(softplus.forward(np.zeros(2))) is np.ndarray
    assert_values(softplus(np.zeros(2)), np.log([2.0, 2.0]), rtol=1e-15)
    np.testing.assert_allclose(softplus.alike(np.zeros(2)), np.log([2.0, 2.0]), rtol=1e-15)


def test_it_is_kept_packed_and_released_like_an_operand(softplus):
    x = weight(np.zeros(100))
    result = softplus(x)
    assert ag.Graph(result).statistics().nbytes == 800
    result.sum().backward()
    assert ag.Graph(result).statistics().nbytes == 0
    packed = []
    with ag.saved_tensors_hooks(lambda t: packed.append(t.data.copy()) or len(packed) - 1, lambda at: packed[at]):
        result = softplus(x)
    assert sorted(each[0] for each in packed) == [0.0, 1.0]
    x.grad = None
    result.sum().backward()
    assert_values(x.grad, np.full(100, 0.5))


def test_none_is_left_where_it_would_not_pay(seen):
    def by_x(g, x, residual):
        seen.append(residual)
        return 2 * g * x

    @primitive(rules={"x": by_x})
    @leaving_residual
    def residual_nothing(x, /):
        return WithResidual(x * x, None)

    assert ag.grad(residual_nothing)(3.0) == 6.0
    assert seen == [None]


def test_others_may_call_an_operand_so():
    @primitive(rules={"residual": lambda g, residual: 2 * g * residual})
    def residual_squared(residual, /):
        return residual * residual

    assert ag.grad(residual_squared)(3.0) == 6.0
