"""Reductions that leave NaN out: NumPy's values over all forms, and gradients that are zero at each NaN."""

import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients

X = np.array([[3.0, np.nan, 2.0, 7.0], [np.nan, 4.0, -2.0, 1.0], [0.5, np.nan, 6.0, np.nan]])
REDUCTIONS = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"]
ALONG_ONE = ["nancumsum", "nancumprod", "nanargmax", "nanargmin"]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -2, (0, 1), (1,)])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_values_and_gradients_over_all_axes(name, axis, keepdims):
    function = getattr(np, name)
    expected = function(X, axis=axis, keepdims=keepdims)
    assert_values(getattr(ag, name)(Tensor(X), axis=axis, keepdims=keepdims), expected, rtol=1e-15)
    assert_values(function(Tensor(X), axis=axis, keepdims=keepdims), expected, rtol=1e-15)
    gaps = np.isnan(X)
    filled = np.where(gaps, 9.0, X)
    gradcheck(lambda x: function(np.where(gaps, np.nan, x), axis=axis, keepdims=keepdims), filled)
    g = gradients(lambda x: function(x, axis=axis, keepdims=keepdims), X)
    np.testing.assert_array_equal(g[gaps], 0.0)
    assert np.isfinite(g).all()


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("name", ALONG_ONE)
def test_values_along_one_axis(name, axis):
    result = getattr(np, name)(Tensor(X, requires_grad=True), axis=axis)
    assert_values(result, getattr(np, name)(X, axis=axis), rtol=1e-15)
    assert result.requires_grad == ("cum" in name)
    if "cum" in name:
        np.testing.assert_array_equal(gradients(lambda x: getattr(ag, name)(x, axis=axis), X)[np.isnan(X)], 0.0)


@pytest.mark.parametrize("name", [*REDUCTIONS, *ALONG_ONE])
@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.float16, np.float32, np.complex64])
def test_dtypes(name, dtype):
    x = np.array([[1, 0, 3], [2, 2, 1]]).astype(dtype)
    expected = getattr(np, name)(x, axis=1)
    result = getattr(ag, name)(Tensor(x), axis=1)
    assert result.dtype == expected.dtype
    assert_values(result, expected, rtol=1e-3 if dtype == np.float16 else 1e-6)
    if dtype == np.float32 and result.dtype == np.float32:
        assert gradients(lambda x: getattr(ag, name)(x, axis=1), x, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("name", REDUCTIONS)
def test_single_numbers_and_empties(name):
    assert_values(getattr(ag, name)(Tensor(3.0)), getattr(np, name)(3.0))
    assert getattr(ag, name)(Tensor(np.zeros((0, 3))), axis=1).shape == (0,)


@pytest.mark.parametrize("name", ["nanmean", "nanvar", "nanstd", "nanmax", "nanmin"])
def test_where_all_is_undefined_the_result_is_undefined(name):
    result = getattr(ag, name)(Tensor([[np.nan, np.nan], [1.0, 2.0]]), axis=1)
    assert np.isnan(result.data).tolist() == [True, False]


@pytest.mark.parametrize("name", ["nanargmax", "nanargmin"])
def test_there_is_no_place_of_nothing(name):
    with pytest.raises(ValueError, match=f"{name}.*All-NaN"):
        getattr(ag, name)(Tensor([np.nan, np.nan]))


@pytest.mark.parametrize(("name", "sign"), [("nanmax", 1.0), ("nanmin", -1.0)])
def test_ties_share_evenly(name, sign):
    function = getattr(ag, name)
    np.testing.assert_array_equal(gradients(function, np.array([np.nan, 2.0, 2.0, 1.0]) * sign), [0.0, 0.5, 0.5, 0.0])
    np.testing.assert_array_equal(gradients(function, [np.nan, -np.inf * sign]), [0.0, 1.0])
    np.testing.assert_array_equal(gradients(function, [np.nan, np.nan]), [0.5, 0.5])


def test_degrees_of_freedom():
    for name in ("nanvar", "nanstd"):
        ours, theirs = getattr(ag, name), getattr(np, name)
        assert_values(ours(Tensor(X), axis=1, ddof=1), theirs(X, axis=1, ddof=1), rtol=1e-15)
        assert_values(ours(Tensor(X), axis=1, correction=1), theirs(X, axis=1, correction=1), rtol=1e-15)
        mean = np.nanmean(X, axis=1, keepdims=True)
        assert_values(ours(Tensor(X), axis=1, mean=mean), theirs(X, axis=1, mean=mean), rtol=1e-15)
    assert np.isnan(ag.nanvar(Tensor([1.0, np.nan]), ddof=1).item())


def test_half_precision_does_not_overflow():
    data = np.full(1000, 300.0, np.float16)
    assert ag.nanmean(Tensor(data)).item() == 300.0
    assert_values(ag.nanstd(Tensor(np.array([-300.0, 300.0, np.nan], np.float16))), np.float16(300.0))


def test_the_dtype_of_the_result():
    assert ag.nanmean(Tensor([1.0, np.nan], np.float32), dtype=np.float64).dtype == np.float64
    assert ag.nansum(Tensor([1.0, np.nan], np.float32), dtype=np.float64).dtype == np.float64


KEPT = np.array([[True, True, True, False], [True, False, True, True], [False, True, False, True]])
OPTIONS = {
    "nansum": [{"where": KEPT}, {"where": KEPT, "initial": 2.0, "axis": 1}, {"initial": 2.0}],
    "nanprod": [{"where": KEPT}, {"where": KEPT, "initial": 2.0, "axis": 1}, {"axis": 0}],
    "nanmean": [{"where": KEPT, "axis": 1}, {"where": KEPT[:1], "keepdims": True}, {"axis": 0, "dtype": np.complex64}],
    "nanvar": [
        {"where": KEPT, "axis": 1, "ddof": 1},
        {"where": KEPT, "axis": 0, "correction": 2, "keepdims": True},
        {"axis": 1, "mean": np.ones((3, 1)), "where": KEPT},
    ],
    "nanmax": [{"where": KEPT, "axis": 0, "initial": -9.0}, {"initial": 6.5, "keepdims": True}],
}
OPTIONS |= {"nanstd": OPTIONS["nanvar"], "nanmin": OPTIONS["nanmax"]}


@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.float32, np.float64, np.complex64])
@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_asked_for_by_name(name, dtype):
    x = np.where(np.isnan(X), 3.0, X) if dtype == np.int64 else X
    x, function = x.astype(dtype), getattr(np, name)
    for options in OPTIONS[name]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy has one where nothing is left
            expected = function(x, **options)
            result = function(Tensor(x), **options)
            again = result if name in ("nanmax", "nanmin") else getattr(ag, name)(Tensor(x), **options)
        assert result.dtype == expected.dtype
        assert_values(result, expected, rtol=3e-3 if dtype == np.float16 else 1e-6)
        np.testing.assert_array_equal(again.data, result.data)


@pytest.mark.parametrize("function", [np.nanmean, np.nanvar, np.nanstd])
def test_what_is_undefined_passes_no_gradient(function):
    x = Tensor([[np.nan, np.nan], [1.0, 4.0]], requires_grad=True)
    function(x, axis=1, where=[True, True])[1].backward()
    assert x.grad.tolist()[0] == [0.0, 0.0]
    function(x, axis=1).sum().backward()
    assert np.isfinite(x.grad.data).all()


def test_nothing_warns_of_what_is_undefined():
    for name in ("nanmean", "nanvar", "nanstd"):
        assert np.isnan(getattr(np, name)(Tensor([np.nan, 1.0]), where=[True, False]).item())


def test_correction_is_another_name():
    with pytest.raises(ValueError, match="nanvar: ddof and correction are two names of one thing"):
        ag.nanvar(Tensor(X), ddof=1, correction=1)


@pytest.mark.parametrize("function", [np.nanvar, np.nanstd])
def test_a_mean_that_does_not_fit_is_refused(function):
    with pytest.raises(ValueError, match=rf"{function.__name__}: mean must broadcast to the shape \(\); given \(0,\)"):
        function(Tensor(1.0), mean=())
    with pytest.raises(ValueError, match=r"mean must broadcast to the shape \(2,\); given \(3,\)"):
        function(Tensor([1, 2]), mean=[1.0, 2.0, 3.0])
