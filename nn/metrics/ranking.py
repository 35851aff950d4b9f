"""AUC: how well scores put the samples of a class before the others."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd import log_softmax

from .accumulating import Metric, quotient
from .counting import count
from .deciding import spread
from .reading import Array, read_answers, read_numbers, read_scores, read_weight


class AUC(Metric):
    """The area under the ROC curve over batches; see ``auc``.

    What is remembered of each sample is its scores, its class and its weight.
    """

    name = "auc"

    def __init__(self, *, average: Literal["macro", "weighted"] = "macro", from_logits: bool = False) -> None:
        super().__init__()
        if average not in ("macro", "weighted"):
            raise ValueError(f"auc: average is 'macro' or 'weighted', got {average!r}")
        self.average = average
        self.from_logits = from_logits

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Put scores, class and weight side by side."""
        scores, target = read_scores(self.name, "output", output), read_numbers(self.name, "target", target)
        if scores.shape == target.shape and scores.shape[1:] in ((), (1,)):
            each = read_weight(self.name, weight, len(scores))
            return np.column_stack([scores.astype(np.float64), read_answers(self.name, target), each])
        scores, actual, each = spread(self.name, scores, target, weight)
        return np.column_stack([self._comparable(scores.astype(np.float64)), actual, each])

    def _comparable(self, scores: Array) -> Array:
        """Give scores of classes that can be compared between samples."""
        if self.from_logits:
            logarithms: Array = log_softmax(scores, axis=1).data
            return logarithms
        if not ((scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-3)):
            raise ValueError(
                "auc: scores of several classes have to be probabilities, at least 0 and with the sum 1 for each "
                "sample; say from_logits=True if they are logits"
            )
        return scores

    def join(self, one: Array, other: Array) -> Array:
        """Put one below the other."""
        return np.concatenate([one, other])

    def result(self, measured: Array) -> float:
        """Find the area; of several classes, the mean of those of each against all others."""
        *scores, actual, weight = measured.T
        if len(scores) == 1:
            return area(scores[0], actual == 1, weight)
        areas = [area(each, actual == index, weight) for index, each in enumerate(scores)]
        if self.average == "macro":
            return float(np.mean(areas))
        shares = count(actual.astype(np.int64), weight, len(areas))
        return float(quotient(np.where(shares > 0, areas, 0) @ shares, shares.sum()))


def area(scores: Array, positive: Array, weight: Array) -> float:
    """Give the share of pairs, one of each kind, in which the positive one scores higher; equal scores are a half."""
    order = np.argsort(scores)
    scores, above, below = scores[order], (weight * positive)[order], (weight * ~positive)[order]
    starts = np.flatnonzero(np.append(True, scores[1:] != scores[:-1])[: len(scores)])
    above, below = np.add.reduceat(above, starts), np.add.reduceat(below, starts)
    beaten = np.cumsum(below) - below / 2
    return float(quotient(above @ beaten, above.sum() * below.sum()))


def auc(
    output: Any,
    target: Any,
    weight: Any = None,
    *,
    average: Literal["macro", "weighted"] = "macro",
    from_logits: bool = False,
) -> float:
    """Give the area under the ROC curve: the chance that a sample of a class scores higher than one of the others.

    It is exact: all scores are compared, equal ones count one half (the statistic of Mann and Whitney).

    Parameters
    ----------
    output, target
        Yes or no: scores, ``(N,)`` or ``(N, 1)``, and targets of 0 and 1 of the same shape. Only the order of the
        scores counts, so that logits are as good as probabilities.

        Several classes: probabilities, ``(N, C)`` with at least two classes, and the actual classes as whole numbers,
        ``(N,)``. Each class is compared with all others together.
    weight
        How much each sample counts, ``(N,)``; all the same by default.
    average
        Whether the mean over the classes is a plain one, ``"macro"``, or by how often each occurs, ``"weighted"``.
    from_logits
        Whether scores of several classes are logits, of which softmax makes probabilities. These have to be told:
        logits of different samples cannot be compared.

    Returns
    -------
    float
        In [0, 1]; NaN if a class has no sample, or all of them. Weighted, classes without a sample do not count.

    Raises
    ------
    ValueError, TypeError
        For shapes and dtypes that could mean something else, scores that are neither probabilities nor said to be
        logits, and NaN.

    >>> from nn import metrics
    >>> metrics.auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    >>> metrics.auc([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [0.0, 1.0, 0.5]], [0, 2, 1], from_logits=True)
    0.6666666666666666
    """
    share: float = AUC(average=average, from_logits=from_logits).of(output, target, weight)
    return share
