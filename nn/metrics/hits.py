"""Accuracy: how often the decision is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from .deciding import checked_threshold, decide, spread
from .errors import Mean
from .reading import Array, is_count, read_numbers, read_scores


class Accuracy(Mean):
    """The share of right decisions, over batches; ``accuracy`` says what the outputs may be.

    Its name is ``"accuracy"``, or ``"top_5_accuracy"`` for ``top_k=5``.

    >>> from nn import metrics
    >>> metric = metrics.Accuracy(threshold=0.0)
    >>> metric.update([-3.0, 0.5], [0, 1])
    >>> metric.update([2.0, 0.1], [0, 0])
    >>> metric.compute()
    0.5
    """

    def __init__(self, *, threshold: float | None = None, top_k: int = 1) -> None:
        super().__init__()
        if not is_count(top_k) or (top_k > 1 and threshold is not None):
            raise ValueError(
                "accuracy: top_k is a whole number of at least 1, and goes with scores of classes, not with a "
                f"threshold; got top_k={top_k!r} and threshold={threshold!r}"
            )
        self.name = "accuracy" if top_k == 1 else f"top_{top_k}_accuracy"
        self.threshold = checked_threshold("accuracy", threshold)
        self.top_k = top_k

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Give the weights of the hits and of all, added up."""
        if self.top_k > 1:
            scores, actual, each = self._spread(output, target, weight)
            hits = _ranks(scores, actual) < self.top_k
        else:
            predicted, actual, each, _ = decide(self.name, output, target, weight, self.threshold)
            hits = predicted == actual
        return self.total(hits[:, None], each)

    def _spread(self, output: Any, target: Any, weight: Any) -> Any:
        scores = read_scores(self.name, "output", output)
        spread_out = spread(self.name, scores, read_numbers(self.name, "target", target), weight)
        if (classes := spread_out.scores.shape[1]) < self.top_k:
            raise ValueError(f"{self.name}: there are only {classes} classes in the output")
        return spread_out


def _ranks(scores: Array, actual: Array) -> Array:
    """Give the places of the actual classes, from 0, if the scores are put in order; equal ones stay in theirs."""
    own = np.take_along_axis(scores, actual[:, None], axis=1)
    before = np.arange(scores.shape[1]) < actual[:, None]
    ranks: Array = ((scores > own) | (scores == own) & before).sum(axis=1)
    return ranks


def accuracy(output: Any, target: Any, weight: Any = None, *, threshold: float | None = None, top_k: int = 1) -> float:
    """Give the share of right decisions.

    Parameters
    ----------
    output, target
        One of three pairs. What they mean is told from their shapes and dtypes, never from their values:

        - *Scores of classes*, logits or probabilities, ``(N, C)`` with at least two classes, and the actual classes as
          whole numbers, ``(N,)``. The class of the largest score is predicted, the first of equal ones. Further axes
          are places: ``(N, C, ...)`` with ``(N, ...)``.
        - *Answers of yes or no*, with a ``threshold``: numbers and targets of 0 and 1 of any one shape, where each
          number is a decision of its own.
        - *Classes*, if both are whole numbers (or booleans) of one shape: the predicted and the actual ones.
    weight
        How much each sample counts, ``(N,)``; all the same by default.
    threshold
        An answer is yes if the output is above it: 0.0 for logits, 0.5 for probabilities. There is no default, because
        the numbers do not say which they are.
    top_k
        A decision for one of several classes is right if the actual one is among the ``top_k`` of the largest scores;
        of equal scores the first classes come first.

    Returns
    -------
    float
        In [0, 1]; NaN if all weights are 0, or there are no samples.

    Raises
    ------
    ValueError, TypeError
        For shapes and dtypes that could mean something else, classes that the output does not have, and NaN.

    >>> from nn import metrics
    >>> metrics.accuracy([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], [1, 0, 0, 0])
    0.75
    >>> metrics.accuracy([-1.0, 2.0, 0.5], [0, 1, 0], weight=[1.0, 1.0, 2.0], threshold=0.0)
    0.5
    >>> metrics.accuracy([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], [1, 0], top_k=2)
    0.5
    """
    share: float = Accuracy(threshold=threshold, top_k=top_k).of(output, target, weight)
    return share
