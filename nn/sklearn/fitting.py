"""What all estimators share: a module that is built when the data are known, trained on them, and asked later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from autograd import Tensor, no_grad
from autograd.random import drawing_from

from ..data import DataLoader, TensorDataset
from ..metrics.reading import Array, is_count, is_number, read_weight
from ..module import Module
from ..training import EarlyStopping, History, Trainer
from ..training.modes import evaluating

#: How many samples a batch has at most if the estimator is to choose, as in scikit-learn.
_BATCH = 200

#: How many samples go through a module at once when it is asked.
_ASKED = 1000

#: What samples may be; others become the first.
FLOATS = [np.float64, np.float32]


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """An estimator that trains a module; ``MLPClassifier`` says what the parameters mean."""

    optimizer: Callable[..., Any]
    learning_rate_init: float
    alpha: float
    batch_size: int | str
    max_iter: int
    tol: float
    n_iter_no_change: int
    early_stopping: bool
    validation_fraction: float
    random_state: Any
    verbose: int | Literal["auto"]

    #: The metric that early stopping goes by.
    _metric: str

    def _built(self, features: int, outputs: int) -> Module:
        """Make the module: from rows of features to rows of outputs."""
        raise NotImplementedError

    def _loss(self, output: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
        """Give what is made small."""
        raise NotImplementedError

    def _train(self, X: Array, target: Array, weight: Any, outputs: int, groups: Array | None = None) -> None:
        """Build a module and train it. Of all ``groups`` there are samples among those by which it is stopped early."""
        name = type(self).__name__
        self._check_parameters(name)
        arrays = [X, target] if weight is None else [X, target, read_weight(name, weight, len(X)).astype(np.float64)]
        random = check_random_state(self.random_state)
        validation = None
        if self.early_stopping:
            parts = train_test_split(*arrays, test_size=self.validation_fraction, random_state=random, stratify=groups)
            arrays, validation = parts[::2], tuple(parts[1::2])
        seed = random.randint(np.iinfo(np.int32).max)
        with drawing_from(lambda: np.random.default_rng(seed)):
            module = self._built(X.shape[1], outputs).to(X.dtype)
            _check_outputs(name, module, X[:1], outputs)
            self.history_ = self._fit_module(module, arrays, validation)
        self.module_ = module.eval()
        self.n_iter_ = len(self.history_)
        self._dtype = X.dtype

    def _check_parameters(self, name: str) -> None:
        if not (is_number(self.alpha) and self.alpha >= 0):
            raise ValueError(f"{name}: alpha is a penalty of at least 0, got {self.alpha!r}")
        if not (is_number(self.tol) and np.isfinite(self.tol)):
            raise ValueError(f"{name}: tol is a finite number, got {self.tol!r}")
        for parameter in ("max_iter", "n_iter_no_change"):
            if not is_count(value := getattr(self, parameter)):
                raise ValueError(f"{name}: {parameter} is a whole number of at least 1, got {value!r}")
        if self.batch_size != "auto" and not is_count(self.batch_size):
            raise ValueError(f"{name}: batch_size is a whole number of at least 1, or 'auto', got {self.batch_size!r}")
        if not callable(self.optimizer):
            raise TypeError(
                f"{name}: optimizer is a class, as optim.Adam, or a function of groups and lr, got {self.optimizer!r}"
            )

    def _fit_module(self, module: Module, arrays: list[Array], validation: Any) -> History:
        mean_weight = arrays[2].mean() if len(arrays) > 2 else 1.0
        if not mean_weight:
            raise ValueError(
                f"{type(self).__name__}: sample_weight is zero for all samples that there are to learn from"
            )
        arrays = [*arrays[:2], *(weight / mean_weight for weight in arrays[2:])]
        size = min(_BATCH if isinstance(self.batch_size, str) else self.batch_size, len(arrays[0]))
        decay = self.alpha / (size * mean_weight)
        stopping = EarlyStopping(
            f"val_{self._metric}" if self.early_stopping else "loss",
            min_delta=self.tol,
            patience=self.n_iter_no_change,
            restore_best_weights=self.early_stopping,
        )
        optimizer = self.optimizer(_groups(module, decay), lr=self.learning_rate_init)
        trainer = Trainer(module, self._loss, optimizer, metrics=[self._metric] if self.early_stopping else [])
        return trainer.fit(
            DataLoader(TensorDataset(*arrays), size, shuffle=True),
            epochs=self.max_iter,
            validation_data=validation,
            callbacks=[stopping],
            verbose=self.verbose,
        )

    def _asked(self, X: Any) -> Array:
        """Give what the module makes of samples, ``(samples, outputs)``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=self._dtype, reset=False)
        with no_grad():
            parts = [self.module_(Tensor(X[start : start + _ASKED])).data for start in range(0, len(X), _ASKED)]
        return np.concatenate(parts)


def _check_outputs(name: str, module: Module, sample: Array, outputs: int) -> None:
    """Raise ``ValueError`` if a module, which a user may have built, does not give what it should."""
    with no_grad(), evaluating(module):
        shape = module(Tensor(sample)).shape
    if shape != (1, outputs):
        raise ValueError(f"{name}: the module must make {(1, outputs)} of a sample, {sample.shape}, and makes {shape}")


def _groups(module: Module, decay: float) -> list[dict[str, Any]]:
    """Part the parameters that the penalty is on, matrices and the like, from biases and scales."""
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in parameters if parameter.ndim > 1]
    vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": decay} if decay else {"params": matrices}, {"params": vectors}]
    return [group for group in groups if group["params"]]
