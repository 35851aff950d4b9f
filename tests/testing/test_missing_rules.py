"""A primitive that was declared without rules by mistake, so that gradients would be lost in silence."""

import numpy as np
import pytest

import autograd as ag
from autograd.primitives.domains import REAL, elementwise
from autograd.testing import gradcheck, properties
from autograd.testing.calls import Call

pytestmark = pytest.mark.usefixtures("throwaway")

X = np.array([0.5, -1.0])
FORGOTTEN = (
    r"^forgetful\(.*\): there is no rule for argument x, and the result changes with it: .* rules=\{'x': \.\.\.\}, or, "
    r"if a constant is meant, rules=\{\}$"
)


def test_a_rule_that_was_forgotten_is_missed():
    @ag.primitive(domain=elementwise(REAL))
    def forgetful(x, /):
        return np.sin(x)

    with pytest.raises(AssertionError, match=FORGOTTEN):
        properties.check(Call(forgetful, (X,)))
    with pytest.raises(AssertionError, match="detached"):
        gradcheck(forgetful, X)


def test_a_constant_on_purpose_is_none():
    @ag.primitive(rules={}, domain=elementwise(REAL))
    def deliberate(x, /):
        return np.sin(x)

    properties.check(Call(deliberate, (X,)))


@pytest.mark.parametrize("function", [np.sign, np.floor, np.isnan, np.argsort, lambda x: x.astype(int) * 2])
def test_what_does_not_change_with_small_changes_needs_no_rule(function):
    @ag.primitive(domain=elementwise(REAL))
    def stepping(x, /):
        return function(x)

    properties.check_rules(Call(stepping, (X,)))


REFUSED = "half: there is no gradient rule for the operand 'y', and it requires grad"


def test_a_rule_that_was_forgotten_beside_others_is_missed():
    @ag.primitive(rules={"x": lambda g, y: g * y}, domain=elementwise(REAL, REAL))
    def half(x, y, /):
        return x * y

    with pytest.raises(AssertionError, match=r"no rule for argument y, .* it is refused .* rules=\{'y': None\}$"):
        properties.check(Call(half, (X, X)))
    with pytest.raises(TypeError, match=REFUSED):
        gradcheck(half, X, X)


def test_an_operand_that_is_declared_to_have_no_rule_is_refused_when_it_requires_grad():
    @ag.primitive(rules={"x": lambda g, y: g * y, "y": None}, domain=elementwise(REAL, REAL))
    def half(x, y, /):
        return x * y

    properties.check(Call(half, (X, X)))
    assert half.differentiable == ("x",)
    assert ag.grad(half)(2.0, 3.0) == 3.0
    with pytest.raises(TypeError, match=REFUSED):
        half(X, ag.Tensor(X, requires_grad=True))


def test_without_any_rule_what_is_declared_to_have_none_is_no_constant():
    @ag.primitive(rules={"x": None}, domain=elementwise(REAL))
    def refusing(x, /):
        return np.sin(x)

    properties.check(Call(refusing, (X,)))
    with pytest.raises(TypeError, match="refusing: there is no gradient rule for the operand 'x'"):
        refusing(ag.Tensor(X, requires_grad=True))


def test_the_rule_of_one_of_several_operands_is_missed():
    @ag.primitive(rules={"x": lambda g: g}, domain=elementwise(REAL, REAL))
    def joined(x, /, *others):
        return x + sum(others)

    with pytest.raises(AssertionError, match=r"no rule for argument others, .* rules=\{'others': None\}$"):
        properties.check_rules(Call(joined, (X, X, X)))
