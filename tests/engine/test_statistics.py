"""Ranges, weighted means, covariances, correlations: NumPy's values in all forms, gradients, errors."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[3.0, 1.0, 4.0, 1.5], [2.0, 7.0, 0.5, 6.0], [5.0, 4.5, 8.0, 0.0]])
WEIGHTS = np.array([1.0, 0.5, 2.0, 3.0])
COUNTS = np.array([1, 2, 1, 3])
OPTIONS = [
    {},
    {"rowvar": False},
    {"bias": True},
    {"ddof": 2},
    {"fweights": COUNTS},
    {"aweights": WEIGHTS},
    {"aweights": WEIGHTS, "fweights": COUNTS},
    {"aweights": WEIGHTS, "ddof": 0},
    {"y": X[1] ** 2},
    {"y": X},
]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_ranges_and_means(axis, keepdims):
    assert_values(np.ptp(Tensor(X), axis=axis, keepdims=keepdims), np.ptp(X, axis=axis, keepdims=keepdims))
    gradcheck(lambda x: np.ptp(x, axis=axis, keepdims=keepdims), X)
    for weights in (None, X + 1.0):
        expected = np.average(X, axis=axis, weights=weights, returned=True, keepdims=keepdims)
        result = np.average(Tensor(X), axis=axis, weights=weights, returned=True, keepdims=keepdims)
        assert len(result) == 2
        for ours, theirs in zip(result, expected, strict=True):
            assert_values(ours, theirs, rtol=1e-15)
    gradcheck(lambda x, w: np.average(x, axis=axis, weights=w, keepdims=keepdims), X, X + 1.0)


def test_weights_of_the_axes_given():
    gradcheck(lambda x, w: np.average(x, axis=1, weights=w), X, WEIGHTS)
    assert_values(ag.average(Tensor(X), 1, WEIGHTS), np.average(X, 1, WEIGHTS), rtol=1e-15)
    assert_values(ag.average(Tensor(X), (1, 0), X.T), np.average(X, (1, 0), X.T), rtol=1e-15)
    assert_values(ag.average(Tensor([1, 4]), weights=[3, 1]), 1.75)


def test_ties_in_a_range_share_evenly():
    np.testing.assert_array_equal(gradients(ag.ptp, [1.0, 3.0, 3.0, 1.0]), [-0.5, 0.5, 0.5, -0.5])
    np.testing.assert_array_equal(gradients(ag.ptp, [2.0, 2.0]), [0.0, 0.0])


def test_what_a_mean_refuses():
    with pytest.raises(ZeroDivisionError, match="average: the weights add up to 0"):
        ag.average(Tensor([1.0, 2.0]), weights=[1.0, -1.0])
    for axis in (None, 0):
        with pytest.raises(ValueError, match="average: weights must have the shape of the operand"):
            ag.average(Tensor(X), axis, WEIGHTS)
    with pytest.raises(TypeError, match=r"sum\(int64 \(\), axis=0.5, dtype=dtype\('float64'\)"):
        ag.average(Tensor(2), axis=0.5, weights=1)


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_covariances(options):
    assert_values(np.cov(Tensor(X), **options), np.cov(X, **options), rtol=1e-12)
    gradcheck(lambda x: np.cov(x, **options), X)
    z = X + 1j * X[::-1]
    np.testing.assert_allclose(np.cov(Tensor(z), **options).data, np.cov(z, **options), rtol=1e-12, atol=1e-14)
    gradcheck(lambda x: np.cov(x, **options)[0, 1:], z)


@pytest.mark.parametrize("options", [{}, {"rowvar": False}, {"y": X[1] ** 2}], ids=" ".join)
def test_correlations(options):
    assert_values(np.corrcoef(Tensor(X), **options), np.corrcoef(X, **options), rtol=1e-12)
    z = X + 1j * X[::-1] ** 2
    np.testing.assert_allclose(np.corrcoef(Tensor(z), **options).data, np.corrcoef(z, **options), atol=1e-14)


def test_gradients_of_correlations():
    gradcheck(lambda x: np.corrcoef(x)[0, 1:], X)


def test_vectors_and_dtypes():
    assert_values(ag.cov(Tensor(X[0])), np.cov(X[0]), rtol=1e-15)
    assert_values(ag.cov(Tensor(X[0]), X[1]), np.cov(X[0], X[1]), rtol=1e-15)
    assert_values(ag.corrcoef(Tensor(X[0])), 1.0)
    x = weight(X, np.float32)
    y = ag.cov(x)
    y.backward(np.ones(y.shape))
    assert (y.dtype, x.grad.dtype) == (np.float64, np.float32)
    assert ag.cov(x, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("function", [np.cov, np.corrcoef])
@pytest.mark.parametrize("dtype", [None, np.float32, np.complex64])
@pytest.mark.parametrize("y", [None, X])
def test_no_variables_give_an_empty_matrix_of_doubles(function, dtype, y):
    x = weight(np.ones((0, 4)))
    assert_values(function(x, y, dtype=dtype), function(x.data, y, dtype=dtype))
    assert (function(x, y, dtype=dtype).dtype, function(x).requires_grad) == (np.float64, True)
    assert_values(function(weight(1j * np.ones((3, 0))), rowvar=False), np.zeros((0, 0)))


def test_what_covariances_refuse():
    with pytest.raises(ValueError, match="cov: takes a vector or a matrix"):
        ag.cov(Tensor(np.zeros((2, 2, 2))))
    with pytest.raises(ValueError, match="cov: 1 observations leave no degrees of freedom"):
        ag.cov(Tensor([[1.0], [2.0]]))
    with pytest.raises(ValueError, match="cov: ddof is a whole number"):
        ag.cov(Tensor(X), ddof=0.5)
    for weights in (WEIGHTS[:2], -WEIGHTS):
        with pytest.raises(ValueError, match="cov: weights are a vector of 4 numbers"):
            ag.cov(Tensor(X), aweights=weights)
    with pytest.raises(TypeError, match="cov: fweights are whole numbers"):
        ag.cov(Tensor(X), fweights=WEIGHTS)
