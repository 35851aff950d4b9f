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
    with pytest.raises(ValueError, match=r"polyval: a polynomial is a vector of coefficients; given float64 \(\)"):
        np.polyval(Tensor(3.0), X)


@pytest.mark.parametrize("function", [np.polyadd, np.polysub, np.polymul])
def test_arithmetic(function):
    for p, q in ((P, Q), (Q, P), (P, P), (P, 2.0), (P[:0], Q), (Q, P[:0]), (P[:0], P[:0])):
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
    with pytest.raises(ValueError, match="vander: N is how many powers"):
        ag.vander(Tensor([1.0, 2.0]), -1)


def test_vander_of_more_powers_than_there_is_memory_for_is_refused_at_once():
    with pytest.raises(MemoryError):
        ag.vander(Tensor([1.0, 2.0]), 10**16)
    assert ag.vander(Tensor(np.ones(0)), 10**18).shape == (0, 10**18)


def test_dtypes():
    p = weight(P, np.float32)
    y = ag.polyval(ag.polymul(ag.polyadd(p, p), p), p)
    y.sum().backward()
    assert (y.dtype, p.grad.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize(("u", "v"), [(P, Q), (Q, P), (P, P), (P, [2.0]), ([1.0, -3.0, 2.0], [1.0, -1.0]), (P * 1j, Q)])
def test_division(u, v):
    for result, expected in zip(np.polydiv(Tensor(u), v), np.polydiv(u, v), strict=True):
        assert_values(result, expected, rtol=1e-14)
        assert result.dtype == expected.dtype
    gradcheck(lambda u, v: np.polydiv(u, v)[0] * 2.0, P, Q)
    gradcheck(lambda u, v: np.polydiv(u, v)[1] * 2.0, P, Q)
    with pytest.raises(ValueError, match="polydiv: both polynomials need a coefficient"):
        ag.polydiv(Tensor(P), [])


@pytest.mark.filterwarnings("ignore:(divide by zero|invalid value):RuntimeWarning")
@pytest.mark.parametrize("u", [[1 + 2j], [1 + 2j, 3.0], 1 + 2j, [0j, 1.0], [1.0, -2.0], np.complex64([1 - 2j])])
@pytest.mark.parametrize("v", [0.0, [0.0], [-0.0], [0j], [0.0, 1.0], np.float32([0.0]), [0]])
def test_division_by_zero_is_numpys(u, v):
    for result, expected in zip(np.polydiv(Tensor(u), v), np.polydiv(u, v), strict=True):
        assert_values(result, expected)
        assert result.dtype == expected.dtype


def test_division_is_as_precise_as_the_divisor():
    for v in (np.array(0.54784673, np.float32), np.float32([0.5, 0.3]), np.float16([0.3])):
        for result, expected in zip(np.polydiv(Tensor(P), v), np.polydiv(P, v), strict=True):
            assert_values(result, expected, rtol=1e-12)
            assert result.dtype == expected.dtype


def test_gradients_of_a_division_of_complex_by_real_polynomials():
    gradcheck(lambda u, v: np.polydiv(u * (1 - 2j), v)[0], P, Q)
    gradcheck(lambda u, v: np.polydiv(u, v * (1 - 2j))[1], P, Q)


@pytest.mark.parametrize("zeros", [P, P * (1 + 1j), [1 + 2j, 3.0, 1 - 2j], [1, 2, 3], P[:0], P.astype(np.float32)])
def test_poly(zeros):
    result, expected = ag.poly(Tensor(zeros)), np.asarray(np.poly(zeros))
    assert_values(result, expected, rtol=1e-14)
    assert result.dtype == expected.dtype


def test_poly_of_a_matrix_and_its_gradient():
    matrix = np.array([[1.0, 2.0, 0.5], [-1.0, 0.5, 1.0], [0.0, 3.0, -2.0]])
    assert_values(np.poly(Tensor(matrix)), np.poly(matrix), rtol=1e-13)
    gradcheck(lambda matrix: np.sum(np.poly(matrix) * [0.0, 1.0, -2.0, 0.5]), matrix)
    gradcheck(np.poly, P)
    gradcheck(lambda real, imag: np.poly(np.stack([real + 1j * imag, real - 1j * imag])), np.array(2.0), np.array(0.5))
    with pytest.raises(ValueError, match="poly: takes a vector of zeros or a square matrix"):
        ag.poly(Tensor(X))


@pytest.mark.parametrize(
    "p", [P, Q, [1.0, 0.0, 4.0], [0.0, 2.0, -3.0, 0.0, 0.0], [0.0, 0.0], [3.0], P * (1 - 2j), [1, -3, 2], P[:0]]
)
def test_roots(p):
    result, expected = ag.roots(Tensor(p)), np.roots(p)
    assert_values(result, expected)
    assert result.dtype == expected.dtype


def test_gradients_of_roots():
    gradcheck(np.roots, P)
    gradcheck(lambda p: np.sum(np.roots(p) ** 3), P + 1j * P[::-1])  # the order of two may change
    # A zero at 0 and one at infinity: the coefficients that are 0 have derivatives as well.
    np.testing.assert_array_equal(gradients(np.roots, [1.0, -2.0, 0.0], seed=[1.0, 0.0]), [-2.0, -1.0, -0.5])
    np.testing.assert_array_equal(gradients(np.roots, [1.0, -2.0, 0.0], seed=[0.0, 1.0]), [0.0, 0.0, 0.5])
    np.testing.assert_array_equal(gradients(np.roots, [0.0, 1.0, -3.0]), [-9.0, -3.0, -1.0])
    assert np.isnan(gradients(np.roots, [1.0, 0.0, 0.0])).any()  # a double zero has none
    with pytest.raises(ValueError, match=r"roots\(.*\): a polynomial is a vector of coefficients"):
        ag.roots(Tensor(X))


AT = np.array([-1.0, 0.0, 0.5, 2.0, 3.0, 3.5])
VALUES = np.array([1.0, 0.5, -1.0, 2.0, 2.5, 4.0])
SETS = np.stack([VALUES, VALUES[::-1] ** 2], axis=1)
WEIGHTS = np.array([1.0, 2.0, 0.5, 1.0, 1.5, 1.0])


@pytest.mark.parametrize("y", [VALUES, SETS])
@pytest.mark.parametrize("w", [None, WEIGHTS])
@pytest.mark.parametrize("options", [{}, {"full": True}, {"cov": True}, {"cov": "unscaled"}, {"rcond": 1e-3}])
def test_polyfit(y, w, options):
    results = np.polyfit(Tensor(AT), y, 2, w=w, **options)
    expected = np.polyfit(AT, y, 2, w=w, **options)
    if isinstance(expected, np.ndarray):
        results, expected = [results], [expected]
    for result, wanted in zip(results, expected, strict=True):
        np.testing.assert_allclose(result.data if isinstance(result, Tensor) else result, wanted, rtol=1e-10)


def test_gradients_of_polyfit():
    for y in (VALUES, SETS):
        gradcheck(lambda x, y, w: np.polyfit(x, y, 2, w=w), AT, y, WEIGHTS)
    gradcheck(lambda x, y: np.polyfit(x, y, 1, cov=True)[1], AT, VALUES)
    gradcheck(lambda x, y: np.polyfit(x, y, 1, full=True)[1], AT, VALUES)


def test_what_polyfit_warns_of_and_refuses():
    with pytest.warns(np.exceptions.RankWarning):
        ag.polyfit([1.0, 1.0], Tensor([1.0, 2.0]), 1)
    with pytest.raises(ValueError, match="polyfit: deg is the degree"):
        ag.polyfit(AT, Tensor(VALUES), -1)
    with pytest.raises(TypeError, match="polyfit: deg is the degree of the polynomial, one whole number"):
        ag.polyfit(AT, Tensor(VALUES), np.array([]))
    with pytest.raises(TypeError, match=r"polyfit: takes a vector \(m,\)"):
        ag.polyfit(AT, Tensor(VALUES[:3]), 1)
    with pytest.raises(TypeError, match="polyfit: a weight for each of 6 points"):
        ag.polyfit(AT, Tensor(VALUES), 1, w=[1.0])
    with pytest.raises(ValueError, match="polyfit: to scale the covariance"):
        ag.polyfit(AT[:2], Tensor(VALUES[:2]), 1, cov=True)


def test_the_first_power_of_an_infinity_is_itself():
    x = np.array([2.0 + 1j, -np.inf + 0.5j])
    assert_values(np.vander(Tensor(x)), np.vander(x))
