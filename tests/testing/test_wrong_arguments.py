"""What the checks say of arguments that they cannot take: who was called, what was given, what would be right."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import (
    arrays,
    check_claimed_gradient,
    check_gradients,
    conditioned,
    gradcheck,
    gradgradcheck,
    module_inputs,
    orthogonal,
    positive_definite,
)
from autograd.testing.strategies import calls

MODEL = nn.Linear(3, 2)
X = np.ones((4, 3))


def applied(x):
    return MODEL(x).sum()


#: A call, the error that it raises, and what that says.
CALLS = {
    "a module for parameters": (
        lambda check: check(applied, X, parameters=MODEL),
        TypeError,
        "parameters is of the type Linear; give its leaves: parameters=dict(model.named_parameters())",
    ),
    "an array among parameters": (
        lambda check: check(applied, X, parameters=[MODEL.weight, np.ones(3)]),
        TypeError,
        "parameters[1] is float64 (3,), of the type ndarray and no Tensor; give the leaves",
    ),
    "an array by name": (
        lambda check: check(applied, X, parameters={"w": 1.0}),
        TypeError,
        "parameters['w'] is 1.0, of the type float and no Tensor; give the leaves",
    ),
    "one parameter": (
        lambda check: check(applied, X, parameters=ag.Tensor([1.0], requires_grad=True)),
        TypeError,
        "parameters is of the type Tensor; give a list of Tensors, or a dict of them by name: parameters=[weight]",
    ),
    "a number for parameters": (
        lambda check: check(applied, X, parameters=3),
        TypeError,
        "parameters is of the type int; give a list of Tensors",
    ),
    "no leaf": (
        lambda check: check(applied, X, parameters=[ag.Tensor([1.0])]),
        ValueError,
        "parameters[0] is no leaf that requires grad, so it is no parameter: Tensor([1.], dtype=float64)",
    ),
    "a dict of results": (
        lambda check: check(lambda x: {"a": x**2}, np.ones(2)),
        TypeError,
        "a dict and no Tensor: it may give a Tensor, or one flat tuple or list of them",
    ),
    "nested results": (
        lambda check: check(lambda x: (x, (x, x)), np.ones(2)),
        TypeError,
        "a tuple and no Tensor: it may give a Tensor, or one flat tuple or list of them",
    ),
    "no function": (lambda check: check(3, 1.0), TypeError, "what is checked must be a function of Tensors, got 3"),
    "whole numbers": (
        lambda check: check(np.sin, np.array([1, 2])),
        ValueError,
        "there is nothing to differentiate by: int64 (2,) is not floating; give floating arrays or Tensors as inputs",
    ),
    "no method": (lambda check: check(np.sin, 1.0, method="a"), ValueError, "method='a' is not one of 'complex'"),
    "no tolerance": (lambda check: check(np.sin, 1.0, tolerance=0), ValueError, "the tolerance must be a positive"),
    "no choice": (lambda check: check(np.sin, 1.0, forward=3), ValueError, "forward must be True, False, or None"),
    "outside": (lambda check: check(np.log, 0.0), ValueError, " is not finite at these inputs"),
}


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_checks_of_functions_say_what_is_wrong(name, check):
    call, error, says = CALLS[name]
    with pytest.raises(error) as caught:
        call(check)
    assert str(caught.value).startswith(f"{check.__name__}: ")
    assert says in str(caught.value)


def test_check_gradients_says_what_is_wrong():
    with pytest.raises(TypeError, match="check_gradients: parameters is of the type Linear; give its leaves"):
        check_gradients(applied, arrays(shape=(4, 3)), parameters=MODEL)
    with pytest.raises(TypeError, match="check_gradients: what is checked must be a function of Tensors, got 3"):
        check_gradients(3, arrays())


@pytest.mark.parametrize(
    ("x", "options", "says"),
    [
        (
            [1, 2, 3],
            {},
            "nothing to differentiate by: [1, 2, 3] is not floating; give floating arrays or numbers, such",
        ),
        (1, {}, "nothing to differentiate by: 1 is not floating; give floating arrays or numbers, such as 1.0 for 1"),
        (1.0, {"method": "a"}, "method='a' is not one of"),
        (1.0, {"seed": -1}, "the seed must be a whole number"),
        (1.0, {"fast": 2}, "fast must be True, False, or None"),
    ],
)
def test_checks_of_claims_say_what_is_wrong(x, options, says):
    with pytest.raises(ValueError, match="check_claimed_gradient: ") as caught:
        check_claimed_gradient(np.sin, np.cos, x, **options)
    assert says in str(caught.value)
    assert "parameters=" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: module_inputs(np.sin), TypeError, "module_inputs: expected a module, such as nn.Linear(3, 2), got"),
        (lambda: module_inputs(nn.Linear), TypeError, "module_inputs: expected a module"),
        (lambda: calls(np.sin), TypeError, "calls: expected a primitive of this library, such as autograd.exp, got"),
        (lambda: conditioned("a"), TypeError, "conditioned: the size of a matrix is a whole number, got 'a'"),
        (lambda: conditioned((2, 3, 4)), ValueError, "conditioned: a shape is one whole number or two"),
        (lambda: conditioned(2, condition="b"), TypeError, "conditioned: a condition number is a number of at least 1"),
        (lambda: orthogonal(2.5), TypeError, "orthogonal: the size of a matrix is a whole number, got 2.5"),
        (lambda: positive_definite(2, batch=3), TypeError, "positive_definite: the batch is a tuple of whole numbers"),
    ],
    ids=range(8),
)
def test_strategies_say_what_is_wrong(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(says)
