"""Multi-layer perceptrons, as scikit-learn has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

import optim

from ..activations import Sigmoid
from ..layered import MLP
from ..linear import Identity
from ..module import Module
from .fitting import Estimator
from .kinds import Classifier, Regressor

#: What scikit-learn calls otherwise.
_THEIRS: dict[Any, Callable[[], Module]] = {"logistic": Sigmoid, "identity": Identity}


class _OfSizes(Estimator):
    """Makes an ``nn.MLP``."""

    def __init__(  # noqa: PLR0913 - what scikit-learn's have
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Callable[[], Module] = "relu",
        *,
        optimizer: Callable[..., Any] = optim.Adam,
        learning_rate_init: float = 0.001,
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        max_iter: int = 200,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        random_state: Any = None,
        verbose: int | Literal["auto"] = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
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
        hidden = np.atleast_1d(self.hidden_layer_sizes)
        if hidden.size and hidden.dtype.kind not in "iu":
            raise ValueError(
                f"{type(self).__name__}: hidden_layer_sizes are whole numbers, got {self.hidden_layer_sizes!r}"
            )
        known = isinstance(self.activation, str) and self.activation in _THEIRS
        return MLP(
            [features, *hidden.astype(int).tolist(), outputs], _THEIRS[self.activation] if known else self.activation
        )


class MLPClassifier(Classifier, _OfSizes):
    """A multi-layer perceptron as a classifier of scikit-learn.

    It takes the place of ``sklearn.neural_network.MLPClassifier`` with ``solver="adam"``: the parameters of that, where
    they are here, have the same names, defaults and meaning. It minimises the cross-entropy, with one output for each
    class. Samples of float32 are computed with in float32, all others in float64.

    Parameters
    ----------
    hidden_layer_sizes
        How many neurons each hidden layer has; none, ``()``, for a linear model.
    activation
        As for ``nn.MLP``: a name, a class or a function; and scikit-learn's ``"logistic"`` and ``"identity"``.
    optimizer
        A class of ``optim``, or any function that is called as ``optimizer(groups, lr=learning_rate_init)``.
    learning_rate_init
        The learning rate.
    alpha
        The penalty: ``alpha / 2`` times the sum of the squares of all weights, without the biases, is added to the sum
        of the losses of a batch.
    batch_size
        How many samples there are in a batch; ``"auto"`` means 200, and never more than there are.
    max_iter
        The number of epochs, if the training does not end before.
    tol, n_iter_no_change
        It ends when the loss has not fallen by more than ``tol`` in ``n_iter_no_change`` epochs together; in
        scikit-learn, when it has not in any one of them, which is sooner.
    early_stopping, validation_fraction
        Whether it goes by the accuracy instead, on a share of the samples that are not trained on; the weights of the
        best epoch are kept then.
    random_state
        A whole number fixes everything that is random: initial weights, order, dropout, and which samples are parted.
        As elsewhere in scikit-learn it may be ``None`` or a ``RandomState``. ``autograd.generator()`` is not touched.
    verbose
        What is shown, as by ``nn.Trainer.fit``: 0 for nothing, 1 for a bar, 2 for lines.

    Attributes
    ----------
    classes_
        The classes, in the order of the outputs.
    module_
        The trained ``nn.MLP``; ``nn.save`` writes it to a file, all else that looks at modules shows it.
    history_
        The ``nn.History`` of the training, with ``plot()``.
    n_iter_
        How many epochs there were.
    n_features_in_, feature_names_in_
        As in all estimators.

    >>> from nn.sklearn import MLPClassifier
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> model = MLPClassifier([8], activation="tanh", learning_rate_init=0.1, random_state=0).fit(X, y)
    >>> model.predict(X)
    array(['no', 'yes', 'yes', 'no'], dtype='<U3')
    """


class MLPRegressor(Regressor, _OfSizes):
    """A multi-layer perceptron as a regressor of scikit-learn.

    It takes the place of ``sklearn.neural_network.MLPRegressor`` with ``solver="adam"``. It minimises half the mean
    squared error; early stopping goes by R2. All else is as for ``MLPClassifier``. Targets, ``(n,)`` or
    ``(n, outputs)``, are taken as they are: where they are far from 0 or large, ``TransformedTargetRegressor`` helps.

    >>> from nn.sklearn import MLPRegressor
    >>> model = MLPRegressor([32], activation="tanh", learning_rate_init=0.05, random_state=0)
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]]
    >>> model.fit(X, y).predict(X).round(1) + 0.0
    array([[ 0.,  1.],
           [ 1.,  0.],
           [ 0., -1.],
           [-1.,  0.]])
    """
