"""Estimators: scikit-learn's multi-layer perceptrons and ours, of the same sizes, on scikit-learn's own data.

    python examples/estimators.py [--seeds 3]

Each line is a cross-validation in five folds, by accuracy for classes and R2 for numbers, repeated with other seeds.
Both libraries get the same folds, the same scaled features and the same parameters.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn import neural_network as theirs
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nn import sklearn as ours

FOLDS = 5


@dataclass(frozen=True)
class Task:
    """Data, the name of the estimator, and its parameters."""

    load: Callable[..., Any]
    estimator: str
    parameters: dict[str, Any]

    def __str__(self) -> str:
        return self.load.__name__.removeprefix("load_").replace("_", " ")


TASKS = [
    Task(load_digits, "MLPClassifier", {"hidden_layer_sizes": (100,), "max_iter": 200}),
    Task(load_wine, "MLPClassifier", {"hidden_layer_sizes": (32,), "max_iter": 200, "learning_rate_init": 0.01}),
    Task(load_breast_cancer, "MLPClassifier", {"hidden_layer_sizes": (32,), "max_iter": 100, "alpha": 1.0}),
    Task(load_diabetes, "MLPRegressor", {"hidden_layer_sizes": (32,), "max_iter": 100, "alpha": 1.0}),
]


def pipeline(library: Any, task: Task, seed: int) -> Any:
    """Give an estimator of one of the libraries behind the scaling of features, and of targets if they are numbers."""
    model = make_pipeline(StandardScaler(), getattr(library, task.estimator)(**task.parameters, random_state=seed))
    return (
        model if task.estimator == "MLPClassifier" else TransformedTargetRegressor(model, transformer=StandardScaler())
    )


def scores(library: Any, task: Task, seeds: int) -> tuple[Any, float]:
    """Give the scores of all folds and seeds, and the seconds of the processor that a fit and its score took."""
    X, y = task.load(return_X_y=True)
    split = StratifiedKFold if task.estimator == "MLPClassifier" else KFold
    begun = time.process_time()
    found = [
        cross_val_score(pipeline(library, task, seed), X, y, cv=split(FOLDS, shuffle=True, random_state=seed))
        for seed in range(seeds)
    ]
    return np.array(found), (time.process_time() - begun) / (FOLDS * seeds)


def main() -> int:
    """Print the table; give the exit code."""
    parser = argparse.ArgumentParser(description="Compare our estimators with scikit-learn's.")
    parser.add_argument(
        "--seeds", type=int, default=3, help="how many seeds each is repeated with (default: %(default)s)"
    )
    seeds: int = parser.parse_args().seeds
    console = Console(force_terminal=sys.stdout.isatty())  # so that a file gets no control characters
    warnings.simplefilter("ignore", ConvergenceWarning)  # both end after the same number of epochs
    table = Table("data", "ours", "theirs", "difference", "±", "s, ours", "s, theirs")
    for column in table.columns[1:]:
        column.justify = "right"
    for task in TASKS:
        (own, seconds), (other, their_seconds) = (scores(library, task, seeds) for library in (ours, theirs))
        numbers = own.mean(), other.mean(), (own - other).mean(), (own - other).std() / np.sqrt(own.size)
        table.add_row(str(task), *(f"{number:.4f}" for number in numbers), f"{seconds:.2f}", f"{their_seconds:.2f}")
    console.print(table)
    console.print(
        f"Accuracy, or R2 for diabetes: means over {FOLDS} folds and {seeds} seeds, with the standard\n"
        "error of the difference; seconds of the processor for a fit and its score."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
