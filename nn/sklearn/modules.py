"""Estimators of any module, which a function builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import optim

from ..module import Module
from .fitting import Estimator
from .kinds import Classifier, Regressor


class _OfFunction(Estimator):
    """Asks a function for its module."""

    def __init__(
        self,
        build: Callable[[int, int], Module],
        *,
        optimizer: Callable[..., Any] = optim.Adam,
        learning_rate_init: float = 0.001,
        alpha: float = 0.0,
        batch_size: int | str = "auto",
        max_iter: int = 200,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        random_state: Any = None,
        verbose: int | Literal["auto"] = 0,
    ) -> None:
        self.build = build
        self.optimizer = optimizer
        self.learning_rate_init = learning_rate_init
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.verbose = verbose

    def _built(self, features: int, outputs: int) -> Module:
        if isinstance(self.build, Module) or not callable(self.build):
            raise TypeError(
                f"{type(self).__name__}: build is a function of the numbers of features and outputs, which makes a new "
                f"module, got {self.build!r}"
            )
        module = self.build(features, outputs)
        if not isinstance(module, Module):
            raise TypeError(
                f"{type(self).__name__}: build must give an nn.Module for {features} features and {outputs} outputs, "
                f"got {module!r}"
            )
        return module


class ModuleClassifier(Classifier, _OfFunction):
    """Any module as a classifier of scikit-learn: it takes rows of features and gives a logit for each class.

    The module is built anew by each ``fit``, from the numbers of features and classes; so it is a function that the
    estimator is given, which can be cloned and written to a file with it if it is defined in a module of Python. Images
    come as rows, as everything in scikit-learn: ``nn.Unflatten`` gives them back their shape.

    Parameters
    ----------
    build
        Called as ``build(features, classes)``; gives an ``nn.Module``. Its random initial weights come from
        ``random_state``.
    alpha
        The penalty, as for ``MLPClassifier``, on parameters of two axes and more; by default there is none.
    optimizer, learning_rate_init, batch_size, max_iter, tol, n_iter_no_change, early_stopping, validation_fraction, \
    random_state, verbose
        As for ``MLPClassifier``, which says what there is after ``fit``, too.

    >>> import nn
    >>> from nn.sklearn import ModuleClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> def build(features, classes):
    ...     return nn.Sequential(nn.BatchNorm1d(features), nn.Linear(features, classes))
    >>> ModuleClassifier(build, learning_rate_init=0.1, max_iter=50, random_state=0).fit(X, y).score(X, y) > 0.95
    True
    """


class ModuleRegressor(Regressor, _OfFunction):
    """Any module as a regressor of scikit-learn: it takes rows of features and gives the numbers to be predicted.

    ``build(features, outputs)`` gives the module; there is one output if the targets are ``(n,)``. All else is as for
    ``ModuleClassifier``.

    >>> import nn
    >>> from nn.sklearn import ModuleRegressor
    >>> model = ModuleRegressor(nn.Linear, learning_rate_init=0.1, n_iter_no_change=50, random_state=0)
    >>> model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[10.0]]).round(1)
    array([21.])
    """
