"""Differences, numeric derivatives, areas, unwrapped angles: NumPy's values in all forms, gradients, errors."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[[3.0, 1.0, 4.0], [2.0, 7.0, 1.5], [5.0, 4.0, 0.0]], [[0.5, 9.0, 2.5], [6.0, 8.0, 3.5], [1.0, 5.5, 7.5]]])
POINTS = np.array([0.0, 0.5, 2.0])


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_diff(n, axis):
    for x in (X, np.array([[1, 5, 2], [4, 4, 9]], np.uint8), X > 3):
        result = np.diff(Tensor(x), n, axis)
        assert_values(result, np.diff(x, n, axis))
        assert result.dtype == np.diff(x, n, axis).dtype
    if np.diff(X, n, axis).size:
        gradcheck(lambda x: np.diff(x, n, axis), X)


def test_diff_with_ends():
    ends = X[:, :1] * 2.0
    assert_values(np.diff(Tensor(X), axis=1, prepend=ends, append=1), np.diff(X, axis=1, prepend=ends, append=1))
    gradcheck(lambda x, y, z: np.diff(x, axis=1, prepend=y, append=z), X, ends, np.array(2.0))
    assert_values(ag.diff([1.0, 2.0], append=[4.0, 8.0]), [1.0, 2.0, 4.0])


def test_diff_refuses_what_has_no_neighbours():
    with pytest.raises(ValueError, match="diff: a single number"):
        ag.diff(Tensor(1.0))
    with pytest.raises(ValueError, match=r"diff: n is how often.*given -1"):
        ag.diff(Tensor(X), n=-1)
    with pytest.raises(ValueError, match=r"diff.*axis 3 is out of bounds"):
        ag.diff(Tensor(X), axis=3)


def test_ediff1d():
    assert_values(np.ediff1d(Tensor(X)), np.ediff1d(X))
    assert_values(np.ediff1d(Tensor(X), [1, 2], 7.0), np.ediff1d(X, [1, 2], 7.0))
    gradcheck(lambda x, y, z: np.ediff1d(x, to_end=y, to_begin=z), X, POINTS, np.array(1.0))
    with pytest.raises(TypeError, match="ediff1d: float64 at an end would lose something as int64"):
        ag.ediff1d(Tensor([1, 2]), to_end=0.5)
    with pytest.raises(TypeError, match="ediff1d: takes numbers"):
        ag.ediff1d(Tensor([True]))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_trapezoid(axis):
    points = np.cumsum(np.arange(1.0, X.shape[axis] + 1))
    assert_values(np.trapezoid(Tensor(X), axis=axis), np.trapezoid(X, axis=axis))
    assert_values(np.trapezoid(Tensor(X), dx=0.3, axis=axis), np.trapezoid(X, dx=0.3, axis=axis), rtol=1e-15)
    assert_values(np.trapezoid(Tensor(X), points, axis=axis), np.trapezoid(X, points, axis=axis), rtol=1e-15)
    assert_values(np.trapezoid(Tensor(X), X, axis=axis), np.trapezoid(X, X, axis=axis), rtol=1e-15)
    gradcheck(lambda y, x: np.trapezoid(y, x, axis=axis), X, points)
    gradcheck(lambda y, dx: ag.trapezoid(y, dx=dx, axis=axis), X, np.array(0.5))


def test_trapezoid_of_integers_and_of_one_point():
    assert_values(ag.trapezoid(Tensor([1, 2])), 1.5)
    assert_values(ag.trapezoid(Tensor([1.0])), 0.0)
    assert ag.trapezoid(weight([1.0, 2.0], np.float32)).dtype == np.float32


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize("axis", [1, -1, (2, 1), [1]])
def test_gradient(axis, edge_order):
    count = 1 if isinstance(axis, int) else len(axis)
    for spacing in ((), (0.5,), (np.array(2.0),), (POINTS,) * count, (0.5, POINTS)[:count]):
        if len(spacing) == 1 < count and np.ndim(spacing[0]):
            continue
        expected = np.gradient(X, *spacing, axis=axis, edge_order=edge_order)
        result = np.gradient(Tensor(X), *spacing, axis=axis, edge_order=edge_order)
        assert isinstance(result, tuple) == isinstance(expected, tuple)
        pairs = zip(result, expected, strict=True) if isinstance(expected, tuple) else [(result, expected)]
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours.data, theirs, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradients_of_gradient(edge_order):
    gradcheck(lambda f, h: np.gradient(f, h, axis=1, edge_order=edge_order), X, np.array(0.5))
    gradcheck(lambda f, x: np.gradient(f, x, axis=1, edge_order=edge_order), X, POINTS)
    gradcheck(lambda f: ag.stack(ag.gradient(f, axis=(1, 2))), X)


def test_all_axes_are_taken_unless_one_is_given():
    for ours, theirs in zip(ag.gradient(Tensor(X)), np.gradient(X), strict=True):
        assert_values(ours, theirs, rtol=1e-15)
    assert_values(ag.gradient(Tensor([1, 2, 4])), [1.0, 1.5, 2.0])
    assert ag.gradient(weight(X, np.float32), POINTS, axis=1).dtype == np.float32
    assert_values(ag.gradient(Tensor([1.0, 3.0]), [0.0, 4.0]), [0.5, 0.5])


def test_what_gradient_refuses():
    with pytest.raises(ValueError, match="gradient: 2 points or more are needed along axis 0"):
        ag.gradient(Tensor([1.0]))
    with pytest.raises(ValueError, match="gradient: 3 points or more"):
        ag.gradient(Tensor([1.0, 2.0]), edge_order=2)
    with pytest.raises(ValueError, match="gradient: edge_order is 1 or 2; given 3"):
        ag.gradient(Tensor(X), edge_order=3)
    with pytest.raises(ValueError, match="gradient: along axis 1 give a number or 3 coordinates; given float64"):
        ag.gradient(Tensor(X), [1.0, 2.0], axis=1)
    for spacing in ((1.0, 2.0), (POINTS,)):
        with pytest.raises(TypeError, match="gradient: give no spacing, one number, or one for each of 3 axes"):
            ag.gradient(Tensor(X), *spacing)
    with pytest.raises(TypeError, match="gradient: takes numbers"):
        ag.gradient(Tensor([True, False]))


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"period": 3.0}, {"discont": 5.0}])
def test_unwrap(options):
    assert_values(np.unwrap(Tensor(X), **options), np.unwrap(X, **options))
    np.testing.assert_array_equal(gradients(lambda x: np.unwrap(x, **options), X), 1.0)
    assert ag.unwrap(weight(X, np.float32)).dtype == np.float32
