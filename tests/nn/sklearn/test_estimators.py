"""Estimators: scikit-learn's own checks, its tools, and its own multi-layer perceptrons beside ours."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn import neural_network as theirs
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine, make_moons
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_dataframe_column_names_consistency, check_estimator

import autograd as ag
import nn
import optim
from nn import sklearn as ours
from nn.sklearn import MLPClassifier, MLPRegressor, ModuleClassifier, ModuleRegressor


def build(features, outputs):
    return nn.Sequential(nn.Linear(features, 32), nn.Tanh(), nn.Linear(32, outputs))


def with_dropout(features, outputs):
    return nn.Sequential(nn.Linear(features, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, outputs))


QUICK = {"max_iter": 8, "learning_rate_init": 0.05}


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier(**QUICK),
        MLPRegressor(**QUICK),
        ModuleClassifier(build, **QUICK),
        ModuleRegressor(build, **QUICK),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_all_checks_of_scikit_learn(estimator, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # one of them wants it
    results = check_estimator(estimator, on_skip=None)
    assert {result["status"] for result in results} == {"passed"}
    assert len(results) >= 60


# ------------------------------------------------------------------------------------------------- scikit-learn's tools


def test_a_search_in_a_pipeline(wine):
    X, y = load_wine(return_X_y=True)
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=20, random_state=0))
    grid = {
        "mlpclassifier__learning_rate_init": [1e-5, 0.02],
        "mlpclassifier__hidden_layer_sizes": [8, (8, 8)],
        "mlpclassifier__optimizer": [optim.Adam, optim.SGD],
    }
    search = GridSearchCV(model, grid, cv=2).fit(X, y)
    assert search.best_score_ > 0.9
    assert search.best_params_["mlpclassifier__learning_rate_init"] == 0.02
    assert search.best_params_["mlpclassifier__optimizer"] is optim.Adam
    best = search.best_estimator_[-1]
    assert len(best.module_) == 3 if best.hidden_layer_sizes == 8 else 5


def test_names_of_columns():
    check_dataframe_column_names_consistency("MLPClassifier", MLPClassifier(**QUICK))


def test_other_tools(wine):
    X, y = wine
    model = ModuleClassifier(build, random_state=0, **QUICK)
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9
    assert clone(model).get_params() == model.get_params()
    vote = VotingClassifier([("one", model), ("other", clone(model).set_params(random_state=1))], voting="soft")
    assert vote.fit(X, y).score(X, y) > 0.9
    regressor = TransformedTargetRegressor(MLPRegressor(random_state=0, **QUICK), transformer=StandardScaler())
    assert regressor.fit(X, 1000 + 100 * X[:, 0]).score(X, 1000 + 100 * X[:, 0]) > 0.8


def test_many_threads_give_the_same(wine):
    X, y = wine
    model = ModuleClassifier(with_dropout, random_state=3, **QUICK)
    found = GridSearchCV(model, {"learning_rate_init": [0.001, 0.01, 0.05]}, cv=2, n_jobs=1).fit(X, y)
    import joblib

    with joblib.parallel_backend("threading"):
        threaded = GridSearchCV(model, {"learning_rate_init": [0.001, 0.01, 0.05]}, cv=2, n_jobs=3).fit(X, y)
    np.testing.assert_array_equal(found.cv_results_["mean_test_score"], threaded.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(found.predict_proba(X), threaded.predict_proba(X))


# ------------------------------------------------------------------------------------------------------- random numbers


def test_random_state_fixes_everything(wine):
    X, y = wine
    model = ModuleClassifier(with_dropout, early_stopping=True, batch_size=16, random_state=3, **QUICK)
    expected = model.fit(X, y).predict_proba(X)
    ag.manual_seed(123)
    state = ag.generator().bit_generator.state
    again = clone(model).fit(X, y)
    assert ag.generator().bit_generator.state == state  # is not drawn from
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    assert again.history_.values == model.history_.values
    assert (clone(model).set_params(random_state=4).fit(X, y).predict_proba(X) != expected).any()
    drawn = np.random.RandomState(0)
    first, second = (clone(model).set_params(random_state=drawn).fit(X, y).predict_proba(X) for _ in range(2))
    assert (first != second).any()


# --------------------------------------------------------------------------------------------------------- the training


def test_it_ends_when_the_loss_falls_no_more(wine):
    X, y = wine
    model = MLPClassifier(learning_rate_init=0.05, tol=1e-3, n_iter_no_change=3, max_iter=500, random_state=0).fit(X, y)
    losses = model.history_.values["loss"]
    assert model.n_iter_ == len(losses) < 200
    assert min(losses[:-3]) - min(losses[-3:]) < 1e-3


def test_early_stopping_keeps_the_best_weights(wine):
    X, _ = wine
    model = MLPRegressor(
        early_stopping=True, validation_fraction=0.25, random_state=0, n_iter_no_change=4, max_iter=400
    )
    model.set_params(learning_rate_init=0.1).fit(X, X[:, :2])
    _, validation, _, target = train_test_split(X, X[:, :2], test_size=0.25, random_state=np.random.RandomState(0))
    scores = model.history_.values["val_r2"]
    assert model.n_iter_ < 400
    assert model.score(validation, target) == pytest.approx(max(scores), abs=1e-12)
    assert scores[-1] < max(scores)


def test_early_stopping_sees_all_classes():
    X, y = np.random.default_rng(0).normal(size=(40, 2)), [0] * 36 + [1] * 4
    model = MLPClassifier(early_stopping=True, validation_fraction=0.5, max_iter=2, random_state=0)
    assert (model.fit(X, y).predict(X) >= 0).all()
    with pytest.raises(ValueError, match="The least populated class"):
        model.fit(X, [0] * 39 + [1])


def test_the_penalty():
    """As in scikit-learn: ``alpha / 2`` times the squares of the weights, over the number of samples."""
    X, y = [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]
    options = {"hidden_layer_sizes": (), "optimizer": optim.SGD, "learning_rate_init": 0.25, "max_iter": 1}
    free, penalised = (
        MLPRegressor(**options, alpha=alpha, random_state=0).fit(X, y).module_[0] for alpha in (0.0, 0.5)
    )
    start = MLPRegressor(**(options | {"learning_rate_init": 0.0}), random_state=0).fit(X, y).module_[0]
    np.testing.assert_allclose(free.weight.data - penalised.weight.data, 0.25 * 0.5 / 2 * start.weight.data)
    np.testing.assert_array_equal(free.bias.data, penalised.bias.data)


def test_weights_count_as_often_as_they_say(rng):
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12)
    weight = rng.integers(1, 4, 12)
    model = MLPRegressor((5,), activation="tanh", alpha=0.5, max_iter=30, random_state=0)
    often = clone(model).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    np.testing.assert_allclose(model.fit(X, y, sample_weight=weight).predict(X), often.predict(X), rtol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_samples(dtype, rng):
    X = rng.normal(size=(20, 3)).astype(dtype)
    model = MLPRegressor(**QUICK).fit(X, X[:, 0])
    assert {parameter.dtype for parameter in model.module_.parameters()} == {np.dtype(dtype)}
    assert model.predict(X.astype(np.float64)).dtype == dtype


def test_several_outputs(rng):
    X = rng.normal(size=(20, 3))
    model = MLPRegressor(**QUICK)
    assert model.fit(X, X[:, :2]).predict(X).shape == (20, 2)
    assert model.fit(X, X[:, :1]).predict(X).shape == (20, 1)
    assert model.fit(X, X[:, 0]).predict(X).shape == (20,)


def test_many_samples_are_asked_in_parts(rng):
    X = rng.normal(size=(2345, 2))
    model = MLPClassifier((4,), max_iter=1, random_state=0).fit(X[:50], X[:50, 0] > 0)
    with ag.no_grad():
        expected = nn.functional.softmax(model.module_(X), dim=1).data
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), expected[:, 1] > expected[:, 0])


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity", nn.GELU, "silu"])
def test_activations(activation):
    model = MLPClassifier((2, 3), activation, max_iter=1).fit([[0.0], [1.0]], ["no", "yes"])
    names = {"logistic": "Sigmoid", "silu": "SiLU", "relu": "ReLU"}
    wanted = activation.__name__ if callable(activation) else names.get(activation, activation.capitalize())
    assert [type(layer).__name__ for layer in model.module_] == ["Linear", wanted] * 2 + ["Linear"]


# ------------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("estimator", "error", "said"),
    [
        (MLPClassifier(alpha=-1.0), ValueError, "MLPClassifier: alpha is a penalty of at least 0, got -1.0"),
        (MLPClassifier(alpha=np.nan), ValueError, "alpha is a penalty of at least 0, got nan"),
        (
            MLPClassifier(batch_size="all"),
            ValueError,
            "batch_size is a whole number of at least 1, or 'auto', got 'all'",
        ),
        (MLPClassifier(alpha="much"), ValueError, "alpha is a penalty of at least 0, got 'much'"),
        (MLPClassifier(batch_size=None), ValueError, "MLPClassifier: batch_size is a whole number .*, got None"),
        (MLPClassifier(batch_size=2.5), ValueError, "MLPClassifier: batch_size is a whole number .*, got 2.5"),
        (
            MLPClassifier(optimizer="adam"),
            TypeError,
            "MLPClassifier: optimizer is a class, as optim.Adam, .* got 'adam'",
        ),
        (
            MLPClassifier(n_iter_no_change=-1),
            ValueError,
            "MLPClassifier: n_iter_no_change is a whole number of at least 1",
        ),
        (MLPClassifier(tol="x"), ValueError, "MLPClassifier: tol is a finite number, got 'x'"),
        (
            ModuleClassifier(nn.Linear(1, 2)),
            TypeError,
            "ModuleClassifier: build is a function of the numbers of features and outputs, .* got Linear",
        ),
        (MLPClassifier(batch_size=0), ValueError, "batch_size is a whole number of at least 1, or 'auto', got 0"),
        (MLPClassifier(max_iter=0), ValueError, "MLPClassifier: max_iter is a whole number of at least 1, got 0"),
        (MLPClassifier(hidden_layer_sizes=(0,)), ValueError, r"sizes are two whole numbers or more.*got \[1, 0, 2\]"),
        (MLPClassifier(hidden_layer_sizes=(2.5,)), ValueError, "hidden_layer_sizes are whole numbers, got .2.5,."),
        (MLPClassifier(activation="relux"), ValueError, "activation is one of .*got 'relux'"),
        (MLPClassifier(learning_rate_init=-1.0), ValueError, "learning rate: -1.0"),
        (
            ModuleClassifier(lambda features, classes: None),
            TypeError,
            "build must give an nn.Module for 1 features and 2",
        ),
        (ModuleClassifier(lambda features, classes: nn.Linear(1, 3)), ValueError, r"must make \(1, 2\) of a sample"),
    ],
)
def test_parameters_out_of_their_range(estimator, error, said):
    with pytest.raises(error, match=said):
        estimator.fit([[0.0], [1.0]], [0, 1])


def test_nothing_was_learned():
    with pytest.raises(NotFittedError):
        MLPClassifier().predict([[0.0]])
    with pytest.raises(ValueError, match="MLPRegressor: sample_weight is zero for all samples that there are to learn"):
        MLPRegressor().fit([[0.0], [1.0]], [0, 1], sample_weight=[0, 0])


def test_scikit_learn_is_loaded_when_it_is_used():
    program = """
import sys
import nn
assert "sklearn" not in sys.modules
sys.modules["sklearn"] = None  # as if it were not installed
nn.sklearn
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stderr.endswith("which is not installed: pip install glassgrad[sklearn]\n")


# --------------------------------------------------------------------------------------- beside scikit-learn's own ones


@pytest.mark.parametrize(
    ("load", "estimator", "options", "bar"),
    [
        (load_digits, "MLPClassifier", {"max_iter": 15, "learning_rate_init": 0.005}, 0.92),
        (load_wine, "MLPClassifier", {"max_iter": 40, "learning_rate_init": 0.01}, 0.96),
        (load_breast_cancer, "MLPClassifier", {"max_iter": 40, "alpha": 1.0}, 0.95),
        (load_diabetes, "MLPRegressor", {"max_iter": 50, "alpha": 1.0}, 0.4),
    ],
)
def test_level_with_scikit_learn(load, estimator, options, bar):
    """The same data, sizes, epochs and rates; examples/estimators.py compares them at length, with more seeds."""
    X, y = load(return_X_y=True)
    if estimator == "MLPRegressor":
        y = (y - y.mean()) / y.std()
    scores = {}
    for library in (ours, theirs):
        model = getattr(library, estimator)(hidden_layer_sizes=(32,), random_state=0, **options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            scores[library] = cross_val_score(make_pipeline(StandardScaler(), model), X, y, cv=3).mean()
    assert scores[ours] >= max(scores[theirs] - 0.005, bar)  # one sample more or less is chance


def test_moons():
    """Two half moons, which no straight line parts."""
    X, y = make_moons(200, noise=0.1, random_state=0)
    assert MLPClassifier((16,), learning_rate_init=0.05, max_iter=100, random_state=0).fit(X, y).score(X, y) > 0.98
    assert MLPClassifier((), learning_rate_init=0.05, max_iter=100, random_state=0).fit(X, y).score(X, y) < 0.93
