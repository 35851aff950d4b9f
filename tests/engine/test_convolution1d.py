"""Convolution and correlation of vectors: all modes and sizes, complex numbers, errors."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, weight

X = np.array([3.0, -1.0, 2.0, 0.5, 4.0])
Y = np.array([1.0, 2.0, -1.5, 0.25, 3.0])


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_all_sizes(function, mode):
    for n, m in itertools.product(range(1, 6), repeat=2):
        assert_values(function(Tensor(X[:n]), Y[:m], mode), function(X[:n], Y[:m], mode), rtol=1e-14)
        gradcheck(lambda x, y: function(x, y, mode=mode), X[:n], Y[:m])


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_complex_vectors_and_second_order(function, mode):
    z, w = X + 1j * Y, Y[:2] - 2j
    assert_values(function(Tensor(z), w, mode), function(z, w, mode), rtol=1e-15)
    assert_values(function(Tensor(w), z, mode), function(w, z, mode), rtol=1e-15)
    gradcheck(lambda x, y: function(x, y, mode), z, w)
    gradgradcheck(lambda x, y: function(x, y, mode), X, Y[:2])


def test_defaults_numbers_and_dtypes():
    assert_values(np.convolve(Tensor(X), 2.0), X * 2.0)
    assert_values(np.correlate(Tensor(X), Y), [np.dot(X, Y)])
    assert ag.convolve(Tensor([1, 2]), [3]).dtype == np.int64
    x = weight(X, np.float32)
    y = ag.convolve(x, Y.astype(np.float32), "same")
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_what_is_refused(name):
    function = getattr(ag, name)
    with pytest.raises(ValueError, match=f"{name}: mode is one of full, same, valid; given 'half'"):
        function(Tensor(X), Y, "half")
    for wrong in (np.zeros((2, 2)), np.zeros(0)):
        with pytest.raises(ValueError, match=f"{name}: takes two vectors that are not empty; given float64"):
            function(Tensor(X), wrong)


def test_correlation_takes_no_single_numbers():
    for x, y in ((2.0, X), (X, 2.0)):
        with pytest.raises(ValueError, match="correlate: takes two vectors"):
            np.correlate(Tensor(x), Tensor(y))
