"""AUC: scikit-learn finds the same, and so does counting all pairs."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.exceptions import UndefinedMetricWarning

import nn
from nn import metrics
from tests.nn.metrics.cases import answers, choices


def theirs_auc(*args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return theirs.roc_auc_score(*args, **options)


def softmax(logits):
    return nn.functional.softmax(logits.astype(float), dim=1).numpy()


@given(answers(), st.booleans())
def test_yes_or_no(case, in_a_column):
    output, target, weight = case
    expected = theirs_auc(target, output, sample_weight=weight)
    assert in_pairs(*case) == pytest.approx(expected, rel=1e-12, nan_ok=True)
    if in_a_column:
        output, target = output[:, None], target[:, None]
    assert metrics.auc(output, target, weight) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def in_pairs(output, target, weight):
    """Follow the definition: how many pairs are in the right order, and half of those that are equal."""
    each = np.ones(len(output)) if weight is None else weight
    above, below = output[target == 1, None], output[target == 0]
    order = (above > below) + (above == below) / 2
    shares = each[target == 1, None] * each[target == 0]
    return (order * shares).sum() / shares.sum() if shares.size else np.nan


@given(choices(), st.sampled_from(["macro", "weighted"]))
def test_several_classes(case, average):
    logits, target, weight = case
    output = softmax(logits)
    options = {"average": average, "multi_class": "ovr", "labels": range(output.shape[1])}
    if output.shape[1] == 2:
        expected = theirs_auc(target, output[:, 1], sample_weight=weight)
    else:
        expected = theirs_auc(target, output, sample_weight=weight, **options)
    assert metrics.auc(output, target, weight, average=average) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_breast_cancer():
    x, y = load_breast_cancer(return_X_y=True)
    assert metrics.auc(-x[:, 0], y) == pytest.approx(theirs_auc(y, -x[:, 0]), rel=1e-14)


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_wine(average):
    x, y = load_wine(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    logits = -np.stack([((x - x[y == kind].mean(axis=0)) ** 2).sum(axis=1) for kind in range(3)], axis=1) / 20
    expected = theirs_auc(y, softmax(logits), average=average, multi_class="ovr")
    assert metrics.auc(logits, y, average=average, from_logits=True) == pytest.approx(expected, rel=1e-14)


def test_scores_without_bounds():
    assert metrics.auc([-np.inf, 0.0, np.inf, np.inf], [0, 0, 1, 1]) == 1.0
    assert metrics.auc([-np.inf, -np.inf], [0, 1]) == 0.5


def test_a_class_that_nobody_has():
    assert np.isnan(metrics.auc([0.1, 0.2], [1, 1]))
    assert np.isnan(metrics.auc([[0.2, 0.3, 0.5], [0.5, 0.3, 0.2]], [0, 1]))
    assert np.isnan(metrics.auc(np.zeros(0), np.zeros(0)))


@pytest.mark.parametrize(
    ("output", "target", "said"),
    [
        ([[2.0, -1.0]], [0], "say from_logits=True if they are logits"),
        ([[0.5, 0.1]], [0], "say from_logits=True if they are logits"),
        ([[0.5, 0.5]], [[0, 1]], r"target.argmax\(axis=1\) of one-hot ones"),
        ([[0.5], [0.1]], [0, 1], r"write target.reshape\(2, 1\)"),
        ([0.5], [2], "target has to be 0 or 1"),
        ([np.nan], [1], "output has NaN"),
    ],
)
def test_what_could_mean_something_else(output, target, said):
    with pytest.raises(ValueError, match=f"^auc: .*{said}"):
        metrics.auc(output, target)


def test_an_average_that_there_is_not():
    with pytest.raises(ValueError, match="average is 'macro' or 'weighted', got 'micro'"):
        metrics.AUC(average="micro")
