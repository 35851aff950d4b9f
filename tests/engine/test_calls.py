"""How many Python functions run for one operation: exact, unlike seconds, and most of what a small operation costs.

A number that rises must be meant; one that falls is lowered here.
"""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import python_calls, weight


def assert_calls(calls, expected):
    assert calls.total() == expected, f"{calls.total()} Python calls, not {expected}: {dict(calls)}"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda a, b: a * b, 4),
        (lambda a, b: a + b, 4),
        (lambda a, b: a * 2.0, 5),
        (lambda a, b: a @ b, 5),
        (lambda a, b: -a, 5),
        (lambda a, b: a.sum(), 8),
        (lambda a, b: ag.tanh(a), 4),
        (lambda a, b: np.tanh(a), 6),
    ],
    ids=["a * b", "a + b", "a * 2", "a @ b", "-a", "a.sum()", "ag.tanh(a)", "np.tanh(a)"],
)
def test_calls_of_one_recorded_operation(function, expected):
    a, b = weight([[1.0, 2.0], [3.0, 4.0]]), weight([[5.0, 6.0], [7.0, 8.0]])
    function(a, b)  # fills caches
    assert_calls(python_calls(lambda: function(a, b)), expected)


def test_calls_of_an_operation_that_is_not_recorded():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    assert_calls(python_calls(lambda: a * b), 3)


def chain(length):
    x, factor = weight([1.0, 2.0]), Tensor([3.0, 4.0])
    y = x
    for _ in range(length):
        y = y * factor
    return y


def test_calls_of_a_backward_for_each_further_operation():
    seed = np.ones(2)
    short, long = chain(10), chain(110)
    assert_calls(python_calls(lambda: long.backward(seed)) - python_calls(lambda: short.backward(seed)), 100)


def test_calls_of_a_backward_for_each_further_operation_on_two_weights():
    def products(length):
        x, w = weight([1.0, 2.0]), weight([3.0, 4.0])
        y = x
        for _ in range(length):
            y = y * w
        return y

    seed = np.ones(2)
    short, long = products(10), products(110)
    assert_calls(python_calls(lambda: long.backward(seed)) - python_calls(lambda: short.backward(seed)), 200)


def test_calls_of_a_backward_do_not_depend_on_sizes():
    def loss(size):
        return (weight(np.ones(size)) * np.ones(size)).sum()

    small, large = loss(2), loss(1000)
    assert python_calls(small.backward) == python_calls(large.backward)
