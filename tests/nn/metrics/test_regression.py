"""MAE, MSE, RMSE and R2: scikit-learn finds the same."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from sklearn import metrics as theirs
from sklearn.datasets import load_diabetes
from sklearn.exceptions import UndefinedMetricWarning

from nn import metrics
from tests.nn.metrics.cases import numbers

THEIRS = {
    "mae": theirs.mean_absolute_error,
    "mse": theirs.mean_squared_error,
    "rmse": theirs.root_mean_squared_error,
    "r2": theirs.r2_score,
}


def expected(name, output, target, weight=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return THEIRS[name](target, output, sample_weight=weight)


@given(numbers())
def test_any_numbers(case):
    output, target, weight = case
    first = target[:1]  # taken off for scikit-learn, whose weighted mean of equal targets is not always theirs
    wanted = {name: expected(name, output - first, target - first, weight) for name in THEIRS}
    found = {name: getattr(metrics, name)(*case) for name in THEIRS}
    assert found == pytest.approx(wanted, rel=1e-10, abs=1e-12, nan_ok=True)


def test_weights_do_not_make_equal_targets_differ():
    weight = np.full(20, 1.0107715)
    weight[3:6] = 2.0, 1.59474533, 1.67384693
    assert metrics.r2(np.zeros(20), np.full(20, 2.0), weight) == 0.0


@pytest.mark.parametrize("name", THEIRS)
def test_diabetes(name):
    x, y = load_diabetes(return_X_y=True)
    output = x @ np.linalg.lstsq(x, y - y.mean(), rcond=None)[0] + y.mean()
    assert getattr(metrics, name)(output, y) == pytest.approx(expected(name, output, y), rel=1e-12)
    narrow = output.astype(np.float32)  # is widened, not the other narrowed
    assert getattr(metrics, name)(narrow, y) == pytest.approx(expected(name, narrow.astype(float), y), rel=1e-12)


def test_the_values_of_images_are_outputs(rng):
    output, target = rng.normal(size=(2, 6, 3, 4, 5))
    found = [getattr(metrics, name)(output, target) for name in THEIRS]
    flat = output.reshape(6, -1), target.reshape(6, -1)
    np.testing.assert_allclose(found, [expected(name, *flat) for name in THEIRS], rtol=1e-10)


def test_targets_far_from_zero(rng):
    """Squares of 1e8 leave no digits for a scatter of 1."""
    target = rng.normal(size=1000)
    output = target + rng.normal(size=1000)
    metric = metrics.R2()
    for batch in np.split(np.arange(1000), 10):
        metric.update(output[batch] + 1e8, target[batch] + 1e8)
    assert metric.compute() == pytest.approx(expected("r2", output, target), rel=1e-6)


@pytest.mark.parametrize("value", [0.1, 1e8, 0.0])
def test_equal_targets(value):
    """0.1 + 0.1 + 0.1 is not 3 times 0.1: even so, they do not vary."""
    target = np.full(3, value)
    assert metrics.r2(target, target) == 1.0
    assert metrics.r2(target + 1, target) == 0.0
    metric = metrics.R2()
    for batch in (slice(1), slice(1, 3)):
        metric.update(target[batch] + 1, target[batch])
    assert metric.compute() == 0.0


def test_what_is_not_defined_is_nan():
    assert np.isnan(metrics.r2([1.0], [1.0]))
    assert np.isnan(metrics.r2([1.0, 2.0], [1.0, 2.0], [0, 1]))
    assert np.isnan(metrics.mae([1.0], [1.0], [0]))
    assert np.isnan(metrics.mse(np.zeros(0), np.zeros(0)))
    assert np.isnan(metrics.r2(np.zeros(0), np.zeros(0)))
    assert np.isnan(metrics.mae([np.nan, 1.0], [1.0, 1.0]))


@pytest.mark.parametrize("name", THEIRS)
def test_shapes_that_would_broadcast(name):
    with pytest.raises(ValueError, match=rf"^{name}: output, float64 \(3, 1\), .*write target.reshape\(3, 1\)"):
        getattr(metrics, name)(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ValueError, match=r"must have the same shape.*belong together$"):
        getattr(metrics, name)(np.zeros((3, 2)), np.zeros((3, 1)))


def test_rows_of_different_lengths():
    with pytest.raises(ValueError, match="mae: output is no array of numbers"):
        metrics.mae([[1.0], [1.0, 2.0]], [1.0, 2.0])
