"""Polynomials by their coefficients: NumPy's values, gradients, errors."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

P = np.array([2.0, -1.0, 0.5, 3.0])
Q = np.array([1.5, 4.0])
X = np.array([[0.0, 1.0, -2.0], [0.5, 3.0, 1.5]])


def test_polyval():
    for p in (P, Q, P[:0], P * 1j):
        assert_values(np.polyval(Tensor(p), X), np.polyval(p, X), rtol=1e-15)
    gradcheck(np.polyval, P, X)
    assert_values(ag.polyval([1, 2], 3), 5)


@pytest.mark.parametrize("function", [np.polyadd, np.polysub, np.polymul])
def test_arithmetic(function):
    for p, q in ((P, Q), (Q, P), (P, P), (P, 2.0), (P[:0], Q)):
        assert_values(function(Tensor(p), q), function(p, q), rtol=1e-15)
    gradcheck(function, P, Q)
    gradcheck(function, Q, P)
    with pytest.raises(ValueError, match=f"{function.__name__}: a polynomial is a vector"):
        function(Tensor(X), Q)


@pytest.mark.parametrize("m", [0, 1, 2, 5])
def test_derivatives_and_integrals(m):
    assert_values(np.polyder(Tensor(P), m), np.polyder(P, m))
    assert_values(np.polyint(Tensor(P), m), np.polyint(P, m))
    assert_values(np.polyint(Tensor(P), m, k=2.0), np.polyint(P, m, k=2.0))
    gradcheck(lambda p, k: np.polyint(p, m, k) * 2.0, P, np.arange(1.0, m + 2))
    if m < 4:
        gradcheck(lambda p: np.polyder(p, m), P)


def test_what_derivatives_and_integrals_refuse():
    for name in ("polyder", "polyint"):
        with pytest.raises(ValueError, match=f"{name}: m is the order"):
            getattr(ag, name)(Tensor(P), -1)
    with pytest.raises(ValueError, match="polyint: k must be one constant, or one for each of 3 integrals; given 2"):
        ag.polyint(Tensor(P), 3, k=[1.0, 2.0])


@pytest.mark.parametrize("count", [None, 0, 1, 3, 6])
@pytest.mark.parametrize("increasing", [False, True])
def test_vander(count, increasing):
    for x in (P, P.astype(np.float32), np.array([1, 2, 3]), P * 1j, P[:0]):
        result, expected = np.vander(Tensor(x), count, increasing), np.vander(x, count, increasing)
        assert_values(result, expected, rtol=1e-14)
        assert result.dtype == expected.dtype
    if count != 0:
        gradcheck(lambda x: np.vander(x, count, increasing), P)


def test_powers_of_zero_have_exact_gradients():
    np.testing.assert_array_equal(
        gradients(lambda x: ag.vander(x, 4)[0, ::-1], [0.0], seed=[1.0, 10.0, 100.0, 1e3]), 10
    )
    with pytest.raises(ValueError, match="vander: takes a vector"):
        ag.vander(Tensor(X))


def test_dtypes():
    p = weight(P, np.float32)
    y = ag.polyval(ag.polymul(ag.polyadd(p, p), p), p)
    y.sum().backward()
    assert (y.dtype, p.grad.dtype) == (np.float32, np.float32)
