"""Metrics: numbers that say how good outputs are, each as a function and as an object that goes over batches.

The function takes everything at once, ``accuracy(output, target, weight=None)``. The object has ``update(output,
target, weight=None)`` for each batch, ``compute()`` and ``reset()``, and gives the same number however the samples are
cut into batches. Both take Tensors, arrays and lists. A value that is not defined is NaN.

>>> from nn import metrics
>>> metrics.accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
0.5
>>> metric = metrics.Accuracy()
>>> metric.update([[0.1, 0.9]], [1])
>>> metric.update([[0.8, 0.2]], [1])
>>> metric.compute()
0.5
"""

from .accumulating import Metric
from .confusing import ConfusionMatrix, confusion_matrix
from .errors import MAE, MSE, RMSE, mae, mse, rmse
from .explaining import R2, r2
from .hits import Accuracy, accuracy
from .named import get
from .ranking import AUC, auc
from .retrieving import F1, Precision, Recall, f1, precision, recall

__all__ = [
    "AUC",
    "F1",
    "MAE",
    "MSE",
    "R2",
    "RMSE",
    "Accuracy",
    "ConfusionMatrix",
    "Metric",
    "Precision",
    "Recall",
    "accuracy",
    "auc",
    "confusion_matrix",
    "f1",
    "get",
    "mae",
    "mse",
    "precision",
    "r2",
    "recall",
    "rmse",
]
