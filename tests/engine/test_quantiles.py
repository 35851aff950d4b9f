"""Medians, quantiles, percentiles: NumPy's values in all forms, and where their gradients go."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.primitives.order_statistics import METHODS
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[[3.0, 1.0], [2.0, 7.0], [5.0, 4.0]], [[0.5, 9.0], [6.0, 8.0], [11.0, 10.0]]])
GAPS = np.array([[[0, 1], [0, 0], [0, 0]], [[1, 0], [0, 0], [0, 1]]], bool)
HOLED = np.where(GAPS, np.nan, X)
AXES = [None, 0, 1, -1, (0, 2), (2, 0), (0, 1, 2)]
SHARES = [0.0, 1.0, 0.3, [0.25, 0.75, 1.0], np.array([0.5, 0.1], np.float32)]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize(("name", "x"), [("median", X), ("nanmedian", HOLED), ("nanmedian", X)])
def test_medians(name, x, axis, keepdims):
    function = getattr(np, name)
    assert_values(function(Tensor(x), axis=axis, keepdims=keepdims), function(x, axis=axis, keepdims=keepdims), 1e-15)
    gaps = np.isnan(x)
    gradcheck(lambda x: function(np.where(gaps, np.nan, x), axis=axis, keepdims=keepdims), X)


@pytest.mark.parametrize("q", SHARES)
@pytest.mark.parametrize("method", METHODS)
def test_quantiles_by_all_methods(method, q):
    for axis in (None, 1, (2, 0)):
        for name, x in (("quantile", X), ("nanquantile", HOLED), ("nanquantile", X)):
            expected = getattr(np, name)(x, q, axis=axis, method=method)
            result = getattr(np, name)(Tensor(x), q, axis=axis, method=method)
            assert_values(result, expected, rtol=1e-6 if getattr(q, "dtype", None) == np.float32 else 1e-14)
            assert result.dtype == expected.dtype


@pytest.mark.parametrize("method", METHODS)
def test_gradients_of_quantiles_by_all_methods(method):
    x = X[0]
    gradcheck(lambda x: np.quantile(x, [0.3, 1.0], axis=0, method=method), x)
    gradcheck(lambda x: np.nanquantile(np.where(GAPS[0], np.nan, x), [0.3, 1.0], axis=0, method=method), x)


@pytest.mark.parametrize("q", [0, 100, 30.0, [25, 75], np.array([[50.0, 10.0], [90.0, 0.0]])])
@pytest.mark.parametrize("keepdims", [False, True])
def test_percentiles(q, keepdims):
    for axis in AXES:
        expected = np.percentile(X, q, axis=axis, keepdims=keepdims)
        assert_values(np.percentile(Tensor(X), q, axis=axis, keepdims=keepdims), expected, rtol=1e-14)
        result = np.nanpercentile(Tensor(X), q, axis=axis, keepdims=keepdims)
        assert_values(result, expected, rtol=1e-14)


def test_a_matrix_of_shares_comes_first_where_nan_is_left_out_too():
    q = np.array([[0.5, 0.1], [0.9, 0.0]])
    expected = [[np.nanquantile(HOLED, share, axis=(0, 1)) for share in row] for row in q]
    assert_values(ag.nanquantile(Tensor(HOLED), q, axis=(0, 1)), expected, rtol=1e-14)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 2)])
def test_weighted_quantiles(axis):
    weights = np.arange(12.0).reshape(X.shape) % 4 + (X > 3) * 0.25 + (X != 9) * 0.125
    options = {"axis": axis, "method": "inverted_cdf", "weights": weights}
    for q in SHARES:
        assert_values(np.quantile(Tensor(X), q, **options), np.quantile(X, q, **options))
        assert_values(np.nanquantile(Tensor(HOLED), q, **options), np.nanquantile(HOLED, q, **options))
    gradcheck(lambda x: np.quantile(x, 0.4, **options), X)


def test_weights_of_the_axes_given():
    weights = np.array([[1.0, 2.0], [3.0, 0.0]])
    options = {"method": "inverted_cdf", "q": [0.2, 0.6]}
    for axis, given in ((1, [0.0, 2.0, 1.0]), ((0, 2), weights), ((2, 0), weights)):
        expected = np.quantile(X, axis=axis, weights=np.array(given), **options)
        assert_values(ag.quantile(Tensor(X), options["q"], axis, method="inverted_cdf", weights=given), expected)


def test_the_share_has_a_gradient_where_the_method_interpolates():
    q = np.array([0.3, 0.6])
    gradcheck(lambda x, q: np.quantile(x, q, axis=1), X, q)
    gradgradcheck(lambda x, q: np.quantile(x, q, axis=1) ** 2, X, q)
    gradcheck(lambda q: ag.nanpercentile(Tensor(HOLED), q, axis=1), q * 100)
    gradcheck(lambda q: ag.quantile(Tensor(X), q, method="hazen"), q)


def test_single_numbers_and_dtypes():
    assert_values(ag.median(Tensor(3.0)), 3.0)
    assert_values(ag.quantile(Tensor(3.0), [0.1, 0.2]), [3.0, 3.0])
    assert ag.median(Tensor([1, 2])).dtype == np.float64
    assert ag.quantile(Tensor([1, 2, 5]), 0.5, method="lower").dtype == np.int64
    for dtype in (np.float16, np.float32):
        x = weight(X, dtype)
        y = ag.quantile(x, 0.3, axis=1) + ag.median(x, axis=1) + ag.nanmedian(x, axis=1)
        y.backward(np.ones(y.shape))
        assert (y.dtype, x.grad.dtype) == (dtype, dtype)
    assert_values(ag.median(Tensor([3j, 1.0, 2.0])), np.median([3j, 1.0, 2.0]))


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_of_nothing():
    assert np.isnan(ag.median(Tensor([])).item())
    assert ag.median(Tensor(np.zeros((0, 3))), axis=1).shape == (0,)
    for name in ("quantile", "nanquantile", "percentile", "nanpercentile"):
        with pytest.raises(ValueError, match=f"{name}: at least one element"):
            getattr(ag, name)(Tensor([]), 0.5)


def test_undefined_elements_make_the_result_undefined_and_get_its_gradient():
    x = [[1.0, np.nan, 2.0], [1.0, 3.0, 2.0]]
    for function in (ag.median, lambda x, axis: ag.quantile(x, 0.5, axis)):
        assert_values(function(Tensor(x), axis=1), [np.nan, 2.0])
        np.testing.assert_array_equal(gradients(lambda x, f=function: f(x, axis=1), x), [[0, 1, 0], [0, 0, 1]])
    assert_values(ag.nanmedian(Tensor([[np.nan], [1.0]]), axis=1), [np.nan, 1.0])
    assert_values(ag.nanquantile(Tensor([[np.nan], [1.0]]), 0.5, axis=1), [np.nan, 1.0])


@pytest.mark.filterwarnings("error")
def test_infinities():
    x = Tensor([1.0, np.inf, np.inf])
    assert_values(ag.quantile(x, [0.5, 0.75, 1.0]), [np.inf, np.inf, np.inf])
    assert_values(ag.median(Tensor([-np.inf, 1.0, np.inf])), 1.0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
@pytest.mark.parametrize("q", [True, False, np.array([True, False])])
def test_truth_values_are_whole_shares(name, method, q):
    for x in (X, X.astype(np.float32), X.astype(np.int16)):
        found, expected = (getattr(np, name)(each, q, axis=1, method=method) for each in (Tensor(x), x))
        assert_values(found, expected, rtol=1e-6)
        if method != "averaged_inverted_cdf":  # NumPy truncates half a step of that one to an integer
            assert found.dtype == expected.dtype


@pytest.mark.parametrize("axis", [None, 0])
def test_numpys_mark_of_what_is_not_given_keeps_no_axes(axis):
    for function, shares in ((np.median, []), (np.quantile, [0.25]), (np.percentile, [25])):
        found = function(Tensor(X), *shares, axis=axis, keepdims=np._NoValue)
        assert_values(found, function(X, *shares, axis=axis, keepdims=np._NoValue), rtol=1e-15)


def test_ties_go_where_a_stable_sort_puts_them():
    np.testing.assert_array_equal(gradients(ag.median, [2.0, 2.0, 2.0]), [0.0, 1.0, 0.0])
    np.testing.assert_array_equal(gradients(ag.median, [2.0, 2.0, 2.0, 2.0]), [0.0, 0.5, 0.5, 0.0])


@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
def test_what_is_refused(name):
    function = getattr(ag, name)
    x = Tensor([1.0, 2.0])
    for arguments, options, message in [
        ((x, 1.5), {}, "q must be from 0 to 1; given 1.5"),
        ((x, np.nan), {}, "q must be from 0 to 1"),
        ((x, np.zeros((1, 1, 1))), {}, "q must be a number"),
        ((x, 0.5), {"method": "middle"}, "method='middle' is not known"),
        ((x, 0.5), {"weights": [1.0, 1.0]}, "weights go with method='inverted_cdf'"),
        ((x, 0.5), {"weights": [1.0, -1.0], "method": "inverted_cdf"}, "must not be negative"),
        ((x, 0.5), {"weights": [0.0, 0.0], "method": "inverted_cdf"}, "their sum positive"),
        ((x, 0.5), {"weights": [1.0], "method": "inverted_cdf"}, "weights must have the shape"),
        ((x, 0.5), {"axis": 1}, "axis 1 is out of bounds"),
    ]:
        with pytest.raises(ValueError, match=f"{name}.*{message}"):
            function(*arguments, **options)
    with pytest.raises(TypeError, match=f"{name}: takes real numbers.*complex128"):
        function(Tensor([1j]), 0.5)
