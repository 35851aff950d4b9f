"""Metrics by their short names, as Keras has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import get_args

from .accumulating import Metric
from .errors import MAE, MSE, RMSE
from .explaining import R2
from .hits import Accuracy
from .ranking import AUC
from .retrieving import F1, Average, Precision, Recall, Retrieval


def _retrieval(kind: type[Retrieval], average: Average) -> Callable[[], Metric]:
    return lambda: kind(average=average)


#: What makes the metric of each name.
MAKERS: Mapping[str, Callable[[], Metric]] = {
    **{kind.name: kind for kind in (AUC, MAE, MSE, R2, RMSE)},
    "accuracy": Accuracy,
    **{
        make().name: make
        for kind in (F1, Precision, Recall)
        for make in (_retrieval(kind, average) for average in get_args(Average))
    },
}


def get(metric: str | Metric) -> Metric:
    """Give a new metric by its name; a metric is given back as it is.

    The names are ``"accuracy"``, ``"auc"``, ``"mae"``, ``"mse"``, ``"rmse"``, ``"r2"``; ``"precision"``, ``"recall"``
    and ``"f1"`` for two classes, and for more of them with ``"_micro"``, ``"_macro"`` or ``"_weighted"`` at the end;
    ``"top_5_accuracy"``, with any number. A metric with other options, such as a threshold, is given as an object.

    Raises
    ------
    ValueError
        For a name that no metric has; it lists those there are.
    TypeError
        For anything but a name or a metric.

    >>> from nn import metrics
    >>> metrics.get("top_5_accuracy").top_k
    5
    """
    if isinstance(metric, Metric):
        return metric
    if not isinstance(metric, str):
        raise TypeError(f"nn.metrics.get: takes the name of a metric, or a metric, got {metric!r}")
    if found := re.fullmatch(r"top_([1-9]\d*)_accuracy", metric):
        return Accuracy(top_k=int(found[1]))
    if metric not in MAKERS:
        known = ", ".join(sorted([*MAKERS, "top_5_accuracy (or any number)"]))
        raise ValueError(f"nn.metrics.get: there is no metric {metric!r}; there are {known}")
    return MAKERS[metric]()
