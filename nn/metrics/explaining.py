"""R2: how much of what varies in the targets the outputs explain."""

from __future__ import annotations

from typing import Any

import numpy as np

from .accumulating import Metric, quotient
from .errors import read_pairs
from .reading import Array


class R2(Metric):
    """The coefficient of determination over batches; see ``r2``.

    What is remembered of each column is how many samples there were with a weight, the sum of these, the mean of the
    targets, the sum of their squares around it, and that of the errors. Two of them join without loss of digits however
    far the mean is from zero: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
    Variances" (1979), section 2.
    """

    name = "r2"

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Give the five numbers for each column."""
        output, target, each = read_pairs(self.name, output, target, weight)
        start = target[0] if len(target) else np.zeros(target.shape[1:])  # so that equal targets do not vary at all
        total = np.broadcast_to(each.sum(), start.shape)
        beyond = quotient(each @ (target - start), total, 0.0)
        scatter = each @ (target - start - beyond) ** 2
        count = np.broadcast_to(np.count_nonzero(each), start.shape)
        return np.stack([count, total, start + beyond, scatter, each @ (output - target) ** 2])

    def join(self, one: Array, other: Array) -> Array:
        """Add up; what the means differ by is scatter, too."""
        joined = super().join(one, other)
        _, total, mean, scatter, _ = joined
        apart, share = other[2] - one[2], quotient(other[1], total, 0.0)
        mean[...] = one[2] + share * apart
        scatter += share * one[1] * apart**2
        return joined

    def result(self, measured: Array) -> float:
        """Compare the errors with the scatter; the mean of the columns."""
        count, _, _, scatter, errors = measured
        values = np.where(scatter == 0, errors == 0, 1 - quotient(errors, scatter))
        return float(np.where(count < 2, np.nan, values).mean())


def r2(output: Any, target: Any, weight: Any = None) -> float:
    """Give the coefficient of determination: 1 - the squared errors over the squares of the targets around their mean.

    It is 1 for outputs without error, 0 for such as are no better than the mean of the targets, and has no lower bound.
    If the targets are all the same, it is 1 for outputs without error, and else 0. NaN for less than two samples
    that have a weight. If a sample has several outputs, it is the mean over them.

    Shapes, weights and what raises as for ``mae``.

    >>> from nn import metrics
    >>> metrics.r2([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    share: float = R2().of(output, target, weight)
    return share
