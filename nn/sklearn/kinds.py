"""Classifiers and regressors: what outputs mean, whatever module they come from."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from autograd import Tensor, softmax

from .. import functional as F
from ..metrics.reading import Array
from .fitting import FLOATS, Estimator


class Classifier(ClassifierMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """Chooses one of several classes, by the largest output: logits, one for each class."""

    _metric = "accuracy"

    def _loss(self, output: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
        return F.cross_entropy(output, target, reduction=reduction)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a new module on samples, ``(n, features)``, and their classes, ``(n,)``: numbers or texts.

        ``sample_weight``, ``(n,)``, says how much each sample counts. Gives the estimator itself. Raises ``ValueError``
        for what scikit-learn's estimators refuse, and for parameters out of their range.
        """
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, target = np.unique(y, return_inverse=True)
        self._train(X, target, sample_weight, len(self.classes_), target)
        return self

    def decision_function(self, X: Any) -> Array:
        """Give the logits, ``(n, classes)``; of two classes how much that of the second is above, ``(n,)``."""
        logits = self._asked(X)
        return logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits

    def predict_proba(self, X: Any) -> Array:
        """Give the probability of each class, ``(n, classes)``, in the order of ``classes_``."""
        probabilities: Array = softmax(self._asked(X), axis=1).data
        return probabilities

    def predict(self, X: Any) -> Array:
        """Give the most probable class of each sample, ``(n,)``."""
        best = self._asked(X).argmax(axis=1)
        predicted: Array = self.classes_[best]
        return predicted


class Regressor(RegressorMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """Predicts one number or several."""

    _metric = "r2"

    def _loss(self, output: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
        return F.mse_loss(output, target, reduction) / 2

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a new module on samples, ``(n, features)``, and their numbers, ``(n,)`` or ``(n, outputs)``.

        ``sample_weight``, ``(n,)``, says how much each sample counts. Gives the estimator itself. Raises ``ValueError``
        for what scikit-learn's estimators refuse, and for parameters out of their range.
        """
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        target = y.reshape(len(y), -1).astype(X.dtype)
        self._train(X, target, sample_weight, target.shape[1])
        self._shape = y.shape[1:]
        return self

    def predict(self, X: Any) -> Array:
        """Give the numbers of each sample, in the shape of those that it was trained on."""
        outputs = self._asked(X)
        return outputs.reshape(len(outputs), *self._shape)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
