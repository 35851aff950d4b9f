"""However samples are cut into batches, a metric gives what it gives for all at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import metrics
from tests.nn.metrics.cases import answers, choices, classes, cuts, numbers

CHOICES = [
    metrics.Accuracy,
    lambda: metrics.Accuracy(top_k=2),
    lambda: metrics.Precision(average="macro"),
    lambda: metrics.Recall(average="weighted"),
    lambda: metrics.F1(average="micro"),
    lambda: metrics.AUC(from_logits=True),
    metrics.ConfusionMatrix,
]
CLASSES = [
    metrics.ConfusionMatrix,
    lambda: metrics.F1(average="macro"),
    metrics.Accuracy,
]  # fewer of them in some batch
ANSWERS = [
    lambda: metrics.Accuracy(threshold=0.0),
    lambda: metrics.Precision(threshold=0.0),
    lambda: metrics.Recall(threshold=0.0),
    lambda: metrics.F1(threshold=0.0),
    metrics.AUC,
    lambda: metrics.ConfusionMatrix(threshold=0.0),
]
NUMBERS = [metrics.MAE, metrics.MSE, metrics.RMSE, metrics.R2]


def check(metric, case, places):
    """Compare batches with the whole: to the last bit where only whole numbers are added."""
    for batch in case.batches(places):
        metric.update(*batch)
    exact = type(metric) not in NUMBERS and (case.weight is None or case.weight.dtype.kind == "i")
    compare = np.testing.assert_array_equal if exact else np.testing.assert_allclose
    compare(metric.compute(), metric.of(*case), **({} if exact else {"rtol": 1e-11, "atol": 1e-13}))


@pytest.mark.parametrize(
    ("makers", "cases"),
    [(CHOICES, choices()), (CLASSES, classes()), (ANSWERS, answers()), (NUMBERS, numbers())],
    ids=["choices", "classes", "answers", "numbers"],
)
@given(st.data())
def test_batches(makers, cases, data):
    case = data.draw(cases)
    places = data.draw(cuts(len(case.target)))
    for make in makers:
        check(make(), case, places)


def test_many_batches_are_copied_seldom(rng, monkeypatch):
    """AUC keeps all scores: joining them to each batch anew would take time that grows with the square."""
    copied = []
    join = metrics.AUC.join
    monkeypatch.setattr(
        metrics.AUC, "join", lambda *parts: copied.append(parts[1].size + parts[2].size) or join(*parts)
    )
    metric, output, target = metrics.AUC(), rng.normal(size=1024), rng.integers(0, 2, 1024)
    for place in range(1024):
        metric.update(output[place : place + 1], target[place : place + 1])
    assert metric.compute() == metrics.auc(output, target)
    assert sum(copied) <= 11 * 3 * 1024 + 3 * 1024


def test_what_was_given_may_change_afterwards():
    scores, target = np.array([0.1, 0.9]), np.array([0, 1])
    metric = metrics.AUC()
    metric.update(scores, target)
    scores[:], target[:] = 0, 0
    assert metric.compute() == 1.0
    matrix = metrics.ConfusionMatrix()
    matrix.update([0, 1], [0, 1])
    matrix.compute()[:] = 9
    assert matrix.compute().sum() == 2


def test_reset():
    metric = metrics.Accuracy()
    metric.update([[1.0, 2.0]], [0])
    metric.compute()  # changes nothing
    metric.update([[1.0, 2.0]], [1])
    assert metric.compute() == 0.5
    metric.reset()
    metric.update([[1.0, 2.0]], [1])
    assert metric.compute() == 1.0


@pytest.mark.parametrize("again", [False, True])
def test_nothing_measured(again):
    metric = metrics.MAE()
    if again:
        metric.update([1.0], [2.0])
        metric.reset()
    with pytest.raises(ValueError, match=r"mae: nothing was measured yet; update\(output, target\) comes first"):
        metric.compute()


@pytest.mark.parametrize(
    ("metric", "batch", "wrong"),
    [
        (metrics.MAE(), ([1.0, 2.0], [1.0, 4.0]), ([[1.0, 2.0]], [[1.0, 4.0]])),
        (metrics.R2(), ([1.0, 2.0], [1.0, 4.0]), ([[1.0, 2.0]], [[1.0, 4.0]])),
        (metrics.AUC(), ([0.1, 0.2], [0, 1]), ([[0.1, 0.9]], [0])),
        (metrics.Accuracy(), ([[0.1, 0.2]], [0]), ([0.1], [0])),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_batch_that_does_not_fit_changes_nothing(metric, batch, wrong):
    metric.update(*batch)
    before = metric.compute()
    with pytest.raises(ValueError, match=f"^{metric.name}: "):
        metric.update(*wrong)
    assert metric.compute() == before


@given(choices(), st.data())
def test_going_on_from_a_checkpoint(case, data):
    first, second = case.batches([data.draw(st.integers(0, len(case.target)))])
    for make in CHOICES:
        metric, other = make(), make()
        metric.update(*first)
        other.load_state_dict({name: array.copy() for name, array in metric.state_dict().items()})
        for each in (metric, other):
            each.update(*second)
        np.testing.assert_array_equal(metric.compute(), other.compute())


@pytest.mark.parametrize("metric", ["mae", "accuracy", "auc", "f1", "r2"])
def test_little_is_remembered(metric, rng):
    """Sums only, whatever the number of samples; AUC has to keep the scores."""
    measured = metrics.get(metric)
    for _ in range(3):
        measured.update(rng.integers(0, 2, 500), rng.integers(0, 2, 500))
    kept = sum(array.size for array in measured.state_dict().values())
    assert kept == 3 * 1500 if metric == "auc" else kept <= 6


@pytest.mark.parametrize("scale", [1e-12, 1e12])
@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "accuracy", "auc", "f1", "recall_weighted"])
def test_only_the_ratios_of_weights_count(metric, scale, rng):
    output, target, weight = rng.integers(0, 2, 20), rng.integers(0, 2, 20), rng.random(20)
    measured = metrics.get(metric)
    for batch in (slice(7), slice(7, 20)):
        measured.update(output[batch], target[batch], weight[batch] * scale)
    assert measured.compute() == pytest.approx(measured.of(output, target, weight), rel=1e-12)
