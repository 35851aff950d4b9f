"""Counting classes: what is added up of each of them, where a batch may know fewer of them than another."""

from __future__ import annotations

import numpy as np

from .accumulating import Metric
from .reading import Array


class Counts(Metric):
    """A metric that comes of numbers for each class, or for each pair of them."""

    def join(self, one: Array, other: Array) -> Array:
        """Add; of classes that one does not know it has none."""
        total = np.zeros(np.maximum(one.shape, other.shape), np.result_type(one, other))
        for part in (one, other):
            total[tuple(map(slice, part.shape))] += part
        return total

    def fits(self, one: Array, other: Array) -> bool:  # noqa: ARG002 - any two do
        """Say that any two batches can be joined."""
        return True


def count(classes: Array, weight: Array, length: int) -> Array:
    """Add up the weights of each class."""
    return np.bincount(classes, weight, length).astype(weight.dtype)
