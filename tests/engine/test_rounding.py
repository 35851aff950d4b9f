"""Rounding, remainders and parts: values as NumPy's, gradients of zero for what is constant in pieces."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

DATA = [-2.5, -1.5, -0.5, -0.2, 0.0, 0.5, 1.5, 1.7, 2.5]


@pytest.mark.parametrize("function", [np.rint, np.trunc, np.fix, np.round, np.around])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rounding_is_numpys_with_a_gradient_of_zero(function, dtype):
    x = weight(DATA, dtype)
    y = function(x)
    assert (y.dtype, y.requires_grad) == (dtype, True)
    np.testing.assert_array_equal(y.data, function(np.array(DATA, dtype)))
    y.sum().backward()
    assert x.grad.dtype == dtype
    assert_values(x.grad, [0.0] * len(DATA))


@pytest.mark.parametrize("decimals", [-2, -1, 0, 1, 2])
def test_rounding_to_decimals(decimals):
    x = np.array([123.456, -0.055, 250.0])
    for function in (np.round, np.around, ag.round):
        assert_values(function(Tensor(x), decimals), np.round(x, decimals))
        assert_values(function(Tensor(x), decimals=decimals), np.round(x, decimals))
    np.testing.assert_array_equal(gradients(lambda x: np.round(x, decimals), x), [0.0] * 3)


def test_integers():
    assert ag.trunc(Tensor([1, 2])).dtype == np.trunc([1, 2]).dtype
    assert ag.rint(Tensor([1, 2])).dtype == np.float64
    assert ag.fmod(Tensor([-7]), 3).tolist() == [-1]
    assert [part.dtype for part in np.modf(Tensor([1, 2]))] == [np.float64, np.float64]


def test_the_rest_with_the_sign_of_the_first():
    x, y = np.array([7.5, -7.5, 7.5, -7.5, 1.0]), np.array([2.0, 2.0, -2.0, -2.0, math.inf])
    assert_values(np.fmod(Tensor(x), y), np.fmod(x, y))
    by_x, by_y = gradients(np.fmod, x, y)
    np.testing.assert_array_equal(by_x, [1.0] * 5)
    np.testing.assert_array_equal(by_y, [-3.0, 3.0, 3.0, -3.0, 0.0])


def test_the_rest_of_a_large_quotient():
    x, y = 1e15 + 0.5, 3.0
    by_x, by_y = gradients(np.fmod, x, y)
    assert (by_x, by_y) == (1.0, -(10**15 // 3))


def test_divmod():
    x, y = np.array([7.5, -7.5]), np.array([2.0, 2.0])
    quotient, rest = np.divmod(weight(x), weight(y))
    assert (quotient.requires_grad, rest.requires_grad) == (True, True)
    assert_values(quotient, [3.0, -4.0])
    assert_values(rest, [1.5, 0.5])
    for place, expected in [(0, ([0.0, 0.0], [0.0, 0.0])), (1, ([1.0, 1.0], [-3.0, 4.0]))]:
        found = gradients(lambda x, y, place=place: np.divmod(x, y)[place], x, y)
        np.testing.assert_array_equal(found, expected)


def test_pythons_round_gives_a_tensor():
    x = weight([2.567, -0.5])
    assert_values(round(x), [3.0, -0.0])
    assert_values(round(x, 1), [2.6, -0.5])
    assert round(x).requires_grad
    assert_values(round(Tensor([15, 25]), -1), [20, 20])
    with pytest.raises(TypeError, match="round"):
        round(x, 0.5)


def test_modf():
    x = np.array([1.5, -2.25, 0.0, -0.0, math.inf, -math.inf])
    for ours, theirs in zip(np.modf(Tensor(x)), np.modf(x), strict=True):
        assert_values(ours, theirs)
        np.testing.assert_array_equal(np.signbit(ours.data), np.signbit(theirs))
    np.testing.assert_array_equal(gradients(lambda x: np.modf(x)[0], x), [1.0] * 6)
    np.testing.assert_array_equal(gradients(lambda x: ag.modf(x)[1], x), [0.0] * 6)
    assert [part.shape for part in ag.modf(0.5)] == [(), ()]


@pytest.mark.parametrize("name", ["trunc", "fmod", "floor_divide", "remainder"])
def test_complex_numbers_are_refused_by_name(name):
    function = getattr(np, name)
    with pytest.raises(TypeError, match=rf"{name}\(complex128 \(1,\)"):
        function(*[Tensor([1j])] * function.nin)
