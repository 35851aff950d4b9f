"""Metrics by name."""

import pytest

import nn
import optim
from nn import metrics

NAMES = [
    "accuracy",
    "auc",
    *(name + average for name in ("f1", "precision", "recall") for average in ("", "_micro", "_macro", "_weighted")),
    "mae",
    "mse",
    "r2",
    "rmse",
    "top_1_accuracy",
    "top_5_accuracy",
    "top_10_accuracy",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name(name):
    metric = metrics.get(name)
    assert metric.name == ("accuracy" if name == "top_1_accuracy" else name)
    assert metrics.get(name) is not metric
    assert metrics.get(metric) is metric


@pytest.mark.parametrize("name", ["acuracy", "top_0_accuracy", "top__accuracy", ""])
def test_a_name_that_nobody_has(name):
    with pytest.raises(ValueError, match=f"there is no metric '{name}'; there are accuracy, auc, f1, .*, top_5_acc"):
        metrics.get(name)


def test_a_function_has_no_batches():
    with pytest.raises(TypeError, match="takes the name of a metric, or a metric, got <function mae"):
        metrics.get(metrics.mae)


@pytest.mark.parametrize("name", ["accuracy", "f1", "auc", "mae", "mse", "rmse", "r2", "precision", "recall"])
def test_the_function_of_a_name(name):
    output, target = [0, 1, 1, 0], [0, 1, 0, 1]
    assert getattr(metrics, name)(output, target) == metrics.get(name).of(output, target)


def test_a_trainer_finds_them(rng):
    """In batches of a validation, weighted, as of all samples at once."""
    x, y, weight = rng.normal(size=(50, 4)), rng.integers(0, 3, 50), rng.random(50)
    model = nn.Linear(4, 3, dtype="float64")
    named = ["accuracy", "top_2_accuracy", "f1_macro", "recall_weighted", metrics.AUC(from_logits=True)]
    trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters()), metrics=named)
    found = trainer.evaluate(x, y, sample_weight=weight, batch_size=7)
    logits = trainer.predict(x)
    for metric in map(metrics.get, named):
        assert found[metric.name] == pytest.approx(metric.of(logits, y, weight), rel=1e-12)
