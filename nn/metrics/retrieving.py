"""Precision, recall and F1: how many of those that were found are right, and how many of the right ones were found."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np

from .accumulating import quotient
from .counting import Counts, count
from .deciding import checked_threshold, decide
from .reading import Array

Average = Literal["binary", "micro", "macro", "weighted"]


class Retrieval(Counts):
    """What is remembered of each class: the weight of the hits, of what was predicted to be it, and of what is it."""

    #: What the metric is called for yes and no.
    label: str

    #: By what the hits are divided: how much of what was predicted, and of what is there.
    divisor: tuple[float, float]

    def __init__(
        self, *, average: Average = "binary", threshold: float | None = None, zero_division: float = 0.0
    ) -> None:
        super().__init__()
        self.name = self.label if average == "binary" else f"{self.label}_{average}"
        if average not in get_args(Average):
            raise ValueError(f"{self.label}: average is one of {get_args(Average)}, got {average!r}")
        if zero_division not in (0, 1):
            raise ValueError(f"{self.label}: zero_division is 0.0 or 1.0, got {zero_division!r}")
        self.average = average
        self.threshold = checked_threshold(self.label, threshold)
        self.zero_division = zero_division

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Count, class by class."""
        predicted, actual, each, classes = decide(self.name, output, target, weight, self.threshold)
        if self.average == "binary" and classes > 2:
            raise ValueError(
                f"{self.name}: there are {classes} classes; average has to be 'micro', 'macro' or 'weighted'"
            )
        hits = predicted == actual
        return np.stack(
            [
                count(predicted[hits], each[hits], classes),
                count(predicted, each, classes),
                count(actual, each, classes),
            ]
        )

    def result(self, measured: Array) -> float:
        """Divide, class by class, and take the mean that was asked for."""
        if self.average == "micro":
            return float(self._shares(*measured.sum(axis=1)))
        shares = self._shares(*measured)
        if self.average == "binary":
            return float(shares[1]) if len(shares) > 1 else self.zero_division
        _, predicted, actual = measured
        weight = actual if self.average == "weighted" else (predicted + actual > 0)
        return float(quotient(weight @ shares, weight.sum()))

    def _shares(self, hits: Any, predicted: Any, actual: Any) -> Array:
        of_predicted, of_actual = self.divisor
        return quotient(hits, of_predicted * predicted + of_actual * actual, self.zero_division)


class Precision(Retrieval):
    """Precision over batches; see ``precision``. Its name is ``"precision"``, or ``"precision_macro"`` and the like."""

    label = "precision"
    divisor = 1.0, 0.0


class Recall(Retrieval):
    """Recall over batches; see ``recall``. Its name is ``"recall"``, or ``"recall_macro"`` and the like."""

    label = "recall"
    divisor = 0.0, 1.0


class F1(Retrieval):
    """F1 over batches; see ``f1``. Its name is ``"f1"``, or ``"f1_macro"`` and the like."""

    label = "f1"
    divisor = 0.5, 0.5


def precision(
    output: Any,
    target: Any,
    weight: Any = None,
    *,
    average: Average = "binary",
    threshold: float | None = None,
    zero_division: float = 0.0,
) -> float:
    """Give the share of right decisions among those for a class.

    Parameters
    ----------
    output, target, weight, threshold
        As for ``accuracy``.
    average
        - ``"binary"``: that of class 1, yes; there are no more than two classes.
        - ``"micro"``: that of all classes together, which is the accuracy.
        - ``"macro"``: the mean over the classes, of those that occur in the output or the target with any weight.
        - ``"weighted"``: the mean over the classes by how often each occurs in the target.
    zero_division
        What it is for a class where nothing is there to be divided by, 0.0 or 1.0.

    Returns
    -------
    float
        In [0, 1]; NaN for the means over the classes if all weights are 0, or there are no samples.

    Raises
    ------
    ValueError, TypeError
        As for ``accuracy``; and for more than two classes if the average is ``"binary"``.

    >>> from nn import metrics
    >>> metrics.precision([0.9, 0.8, 0.3, 0.6], [1, 0, 1, 1], threshold=0.5)
    0.6666666666666666
    >>> metrics.precision([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [0.0, 1.0, 0.0]], [0, 1, 2], average="macro")
    0.5
    """
    share: float = Precision(average=average, threshold=threshold, zero_division=zero_division).of(
        output, target, weight
    )
    return share


def recall(
    output: Any,
    target: Any,
    weight: Any = None,
    *,
    average: Average = "binary",
    threshold: float | None = None,
    zero_division: float = 0.0,
) -> float:
    """Give the share of right decisions among the samples of a class; arguments and what raises as for ``precision``.

    >>> from nn import metrics
    >>> metrics.recall([0.9, 0.8, 0.3, 0.6], [1, 0, 1, 1], threshold=0.5)
    0.6666666666666666
    """
    share: float = Recall(average=average, threshold=threshold, zero_division=zero_division).of(output, target, weight)
    return share


def f1(
    output: Any,
    target: Any,
    weight: Any = None,
    *,
    average: Average = "binary",
    threshold: float | None = None,
    zero_division: float = 0.0,
) -> float:
    """Give the harmonic mean of precision and recall, class by class; arguments and what raises as for ``precision``.

    That is the hits divided by the mean of how often a class was predicted and how often it is there; it is
    ``zero_division`` where both are 0.

    >>> from nn import metrics
    >>> metrics.f1([0.9, 0.8, 0.3, 0.6], [1, 0, 1, 1], threshold=0.5)
    0.6666666666666666
    """
    share: float = F1(average=average, threshold=threshold, zero_division=zero_division).of(output, target, weight)
    return share
