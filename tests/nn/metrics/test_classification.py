"""Accuracy, precision, recall, F1 and the confusion matrix: scikit-learn finds the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs
from sklearn.datasets import load_digits

from autograd import Tensor
from nn import metrics
from tests.nn.metrics.cases import answers, choices, classes

THEIRS = {"precision": theirs.precision_score, "recall": theirs.recall_score, "f1": theirs.f1_score}
AVERAGES = ("micro", "macro", "weighted")


@pytest.fixture(scope="module")
def digits():
    """Scores of a rough classifier of digits, how near each mean is, and the digits."""
    x, y = load_digits(return_X_y=True)
    means = np.stack([x[y == digit].mean(axis=0) for digit in range(10)])
    return -((x[:, None] - means) ** 2).sum(axis=2), y


# ---------------------------------------------------------------------------------------------------- of two classes


@given(answers(), st.sampled_from([0.0, 0.5]), st.sampled_from(["binary", *AVERAGES]), st.sampled_from([0.0, 1.0]))
def test_yes_or_no(case, threshold, average, zero_division):
    output, target, weight = case
    predicted = (output > threshold).astype(int)
    found = metrics.accuracy(output, target, weight, threshold=threshold)
    assert found == pytest.approx(theirs.accuracy_score(target, predicted, sample_weight=weight))
    matrix = metrics.confusion_matrix(output, target, weight, threshold=threshold)
    expected = theirs.confusion_matrix(target, predicted, labels=[0, 1], sample_weight=weight)
    np.testing.assert_allclose(matrix, expected, rtol=1e-12)
    options = {"average": average, "zero_division": zero_division}
    for name, function in THEIRS.items():
        found = getattr(metrics, name)(output, target, weight, threshold=threshold, **options)
        assert found == pytest.approx(function(target, predicted, sample_weight=weight, **options), rel=1e-12)


def test_each_answer_of_several_is_a_decision():
    output, target = np.array([[1.0, -1.0], [2.0, 3.0]]), np.array([[1, 1], [0, 1]])
    assert metrics.accuracy(output, target, threshold=0.0) == 0.5
    assert metrics.accuracy(output, target, [3.0, 1.0], threshold=0.0) == 0.5
    assert metrics.accuracy(output, target[:, ::-1], [3.0, 1.0], threshold=0.0) == 0.5
    assert metrics.accuracy(output[:, :1], target[:, :1], [3.0, 1.0], threshold=0.0) == 0.75


def test_the_threshold_itself_is_no():
    assert metrics.accuracy([0.5], [0], threshold=0.5) == 1.0


@pytest.mark.parametrize("dtype", [bool, np.int8, np.float32])
def test_answers_of_any_dtype(dtype):
    target = np.array([1, 0, 1], dtype)
    assert metrics.recall([1.0, -1.0, -1.0], target, threshold=0.0) == 0.5


# ------------------------------------------------------------------------------------------------ of several classes


@given(choices(), st.sampled_from(AVERAGES), st.sampled_from([0.0, 1.0]))
def test_several_classes(case, average, zero_division):
    output, target, weight = case
    predicted = output.argmax(axis=1)
    found = metrics.accuracy(output, target, weight)
    assert found == pytest.approx(theirs.accuracy_score(target, predicted, sample_weight=weight))
    matrix = metrics.confusion_matrix(output, target, weight)
    expected = theirs.confusion_matrix(target, predicted, labels=range(output.shape[1]), sample_weight=weight)
    np.testing.assert_allclose(matrix, expected, rtol=1e-12)
    assert matrix.dtype == expected.dtype
    options = {"average": average, "zero_division": zero_division}
    for name, function in THEIRS.items():
        found = getattr(metrics, name)(output, target, weight, **options)
        assert found == pytest.approx(function(target, predicted, sample_weight=weight, **options), rel=1e-12)


@given(choices(), st.data())
def test_top_k(case, data):
    """Of equal scores scikit-learn takes the last classes first: the same, with the classes in reverse order."""
    output, target, weight = case
    classes = output.shape[1]
    k = data.draw(st.integers(1, classes - 1))
    scores, labels = output[:, ::-1], classes - 1 - target
    if classes == 2:
        scores = scores[:, 1] - scores[:, 0]
        expected = theirs.accuracy_score(target, output.argmax(axis=1), sample_weight=weight)
    else:
        expected = theirs.top_k_accuracy_score(labels, scores, k=k, labels=range(classes), sample_weight=weight)
    assert metrics.accuracy(output, target, weight, top_k=k) == pytest.approx(expected)


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("name", THEIRS)
def test_digits(name, average, digits):
    output, target = digits
    expected = THEIRS[name](target, output.argmax(axis=1), average=average)
    assert getattr(metrics, name)(output, target, average=average) == pytest.approx(expected, rel=1e-14)


def test_digits_hit(digits):
    output, target = digits
    assert metrics.accuracy(output, target) == theirs.accuracy_score(target, output.argmax(axis=1))
    assert metrics.accuracy(output, target, top_k=3) == theirs.top_k_accuracy_score(target, output, k=3)
    np.testing.assert_array_equal(
        metrics.confusion_matrix(output, target), theirs.confusion_matrix(target, output.argmax(axis=1))
    )


def test_places_of_an_image_are_decisions(rng):
    scores, target = rng.normal(size=(4, 3, 5, 2)), rng.integers(0, 3, (4, 5, 2))
    weight = rng.random(4)
    expected = np.average((scores.argmax(axis=1) == target).mean(axis=(1, 2)), weights=weight)
    assert metrics.accuracy(scores, target, weight) == pytest.approx(expected)
    assert metrics.accuracy(scores, target, top_k=3) == 1.0


@given(classes(), st.sampled_from(AVERAGES))
def test_classes_as_outputs(case, average):
    """Whole numbers of the target's shape are the predicted classes themselves."""
    predicted, target, weight = case
    found = metrics.f1(predicted, target, weight, average=average)
    expected = theirs.f1_score(target, predicted, average=average, zero_division=0.0, sample_weight=weight)
    assert found == pytest.approx(expected)
    matrix = metrics.confusion_matrix(predicted, target, weight)
    expected = theirs.confusion_matrix(target, predicted, labels=range(10), sample_weight=weight)
    np.testing.assert_array_equal(matrix, expected[: len(matrix), : len(matrix)])
    assert len(matrix) == max(*predicted, *target) + 1


def test_a_class_that_was_neither_predicted_nor_there():
    assert metrics.f1([0, 0], [0, 0]) == 0.0
    assert metrics.f1([0, 0], [0, 0], zero_division=1.0) == 1.0
    assert metrics.precision([[3.0, 1.0, 0.0]], [0], average="macro") == 1.0  # of the one class that occurs


def test_what_has_no_weight_is_not_there():
    """Other than in scikit-learn, where a class of which all samples weigh nothing lowers the mean."""
    output, target = [0, 1, 2, 2], [0, 1, 1, 2]
    expected = metrics.f1(output[:3], target[:3], average="macro")
    assert metrics.f1([*output[:3], 3], [*target[:3], 3], [1, 1, 1, 0], average="macro") == expected
    assert np.isnan(metrics.accuracy(output, target, [0, 0, 0, 0]))
    assert np.isnan(metrics.f1(output, target, [0, 0, 0, 0], average="macro"))


def test_tensors_and_lists():
    output, target = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([1])
    assert metrics.accuracy(output, target, Tensor([2.0])) == metrics.accuracy([[1.0, 2.0]], [1]) == 1.0


# ------------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("output", "target", "options", "said"),
    [
        ([0.2, 0.9], [0, 1], {}, "threshold=0.0 for logits, 0.5 for probabilities"),
        ([[0.2, 0.8]], [[0, 1]], {}, r"target.argmax\(axis=1\) of one-hot ones"),
        ([[0.2], [0.8]], [0, 1], {}, r"yes or no both must have the same shape; write target.reshape\(2, 1\)"),
        ([[0.2], [0.8]], [0, 1], {"threshold": 0.5}, "must have the same shape"),
        ([[0.2, 0.8], [0.1, 0.9]], [0, 1], {"threshold": 0.5}, "must have the same shape"),
        ([[0.2, 0.8]], [0, 1], {}, r"scores \(N, C\) go with class indices \(N,\)"),
        ([[0.2, 0.8]], [2], {}, "target has the class 2; the 2 classes are 0 to 1"),
        ([[0.2, 0.8]], [-1], {}, "target has the class -1; the 2 classes are 0 to 1"),
        ([-1], [1], {}, "output has the class -1; classes begin at 0"),
        ([0.2], [2], {"threshold": 0.5}, "target has to be 0 or 1"),
        ([[0.2, np.nan]], [0], {}, "output has NaN"),
        (0.5, 1, {"threshold": 0.5}, "output has to have an axis of samples, got the single number 0.5"),
    ],
)
@pytest.mark.parametrize("metric", ["accuracy", "f1", "confusion_matrix"])
def test_what_could_mean_something_else(metric, output, target, options, said):
    with pytest.raises(ValueError, match=f"^{metric}: .*{said}"):
        getattr(metrics, metric)(np.array(output), np.array(target), **options)


@pytest.mark.parametrize(
    ("output", "target", "said"),
    [
        ([[0.2, 0.8]], [1.0], "target has to be whole numbers, the indices of classes, got float64"),
        ([[0.2j, 0.8]], [1], "output has to be real numbers, got complex128"),
        ([["0.2", "0.8"]], [1], "output has to be real numbers, got <U3"),
    ],
)
def test_wrong_kinds_of_numbers(output, target, said):
    with pytest.raises(TypeError, match=said):
        metrics.accuracy(output, target)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ([1.0], "weight has to have one number for each of 2 samples"),
        ([[1.0], [1.0]], "weight has to have one number for each of 2 samples"),
        ([1.0, -1.0], "weights have to be finite and at least 0"),
        ([1.0, np.inf], "weights have to be finite and at least 0"),
        ([1.0, np.nan], "weights have to be finite and at least 0"),
    ],
)
def test_wrong_weights(weight, said):
    with pytest.raises(ValueError, match=said):
        metrics.accuracy([0, 1], [0, 1], weight)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: metrics.Accuracy(top_k=0), "top_k is a whole number of at least 1"),
        (lambda: metrics.Accuracy(top_k=2.5), "top_k is a whole number of at least 1"),
        (lambda: metrics.Accuracy(threshold=np.nan), "accuracy: threshold is a number, got nan"),
        (lambda: metrics.F1(threshold="0.5"), "f1: threshold is a number, got '0.5'"),
        (lambda: metrics.ConfusionMatrix(threshold=np.nan), "confusion_matrix: threshold is a number, got nan"),
        (lambda: metrics.Accuracy(top_k=2, threshold=0.5), "not with a threshold"),
        (lambda: metrics.Accuracy(top_k=3).update([[1.0, 2.0]], [0]), "top_3_accuracy: there are only 2 classes"),
        (lambda: metrics.F1(average="samples"), "average is one of"),
        (lambda: metrics.F1(zero_division=0.5), "zero_division is 0.0 or 1.0, got 0.5"),
        (lambda: metrics.f1([[1.0, 2.0, 3.0]], [0]), "there are 3 classes; average has to be 'micro'"),
    ],
)
def test_wrong_options(make, said):
    with pytest.raises(ValueError, match=said):
        make()
