"""What is kept of many numbers: how they are spread, and their sums; in a few numbers, however many they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

#: Of how many bins a histogram is.
BINS = 64


@dataclass(frozen=True)
class Histogram:
    """How many numbers lie in each of 64 bins of equal width, from the lowest number to the highest.

    >>> both = Histogram.of(np.zeros(10)) + Histogram.of(np.ones(5))
    >>> both.rebinned([-0.5, 0.5, 1.5])
    array([10.,  5.])
    """

    counts: Any
    low: float
    high: float

    @classmethod
    def of(cls, values: Any) -> Histogram:
        """Count finite numbers."""
        if not values.size:
            return cls(np.zeros(BINS), np.nan, np.nan)
        low, high = float(values.min()), float(values.max())
        margin = 1e-9 * max(abs(low), abs(high), 1e-290)
        if high - low < margin:  # bins have a width
            low, high = low - margin, high + margin
        counts, _ = np.histogram(values.astype(np.float64, copy=False), BINS, (low, high))
        return cls(counts.astype(float), low, high)

    def __add__(self, other: Histogram) -> Histogram:
        """Count what both have counted; where their bins differ, numbers are spread evenly over those of each."""
        if np.isnan(self.low) or np.isnan(other.low):
            return other if np.isnan(self.low) else self
        low, high = min(self.low, other.low), max(self.high, other.high)
        edges = np.linspace(low, high, BINS + 1)
        return Histogram(self.rebinned(edges) + other.rebinned(edges), low, high)

    def rebinned(self, edges: Any) -> Any:
        """Give the counts between other edges; what lies outside of them is left out."""
        if np.isnan(self.low):
            return np.zeros(len(edges) - 1)
        below = np.concatenate([[0.0], np.cumsum(self.counts)])
        return np.diff(np.interp(edges, np.linspace(self.low, self.high, BINS + 1), below))


class Tally:
    """Sums over all numbers that were added, part by part, and a histogram of the finite ones.

    ``by_size`` has the histogram be that of ``log10(abs(x))``, of all that are not zero.

    >>> tally = Tally()
    >>> tally.add(np.array([1.0, 2.0]))
    >>> tally.add(np.array([3.0, np.nan]))
    >>> tally.mean, tally.unfinite
    (2.0, 0.25)
    """

    def __init__(self, *, by_size: bool = False) -> None:
        self._by_size = by_size
        self._count = self._finite = self._zeros = 0
        self._total = self._squares = 0.0
        self.histogram = Histogram.of(np.zeros(0))

    def add(self, values: Any) -> None:
        """Add the numbers of an array; of complex ones, their absolute values."""
        if values.dtype.kind == "c":
            values = np.abs(values)
        finite = values[np.isfinite(values)]
        self._count += values.size
        self._finite += finite.size
        self._total += float(finite.sum(dtype=np.float64))
        self._squares += float(np.square(finite, dtype=np.float64).sum())
        if self._by_size:
            sizes = np.abs(finite[finite != 0])
            self._zeros += finite.size - sizes.size
            finite = np.log10(sizes, dtype=np.float64)
        self.histogram += Histogram.of(finite)

    @property
    def mean(self) -> float:
        """The mean of the finite ones."""
        return _share(self._total, self._finite)

    @property
    def deviation(self) -> float:
        """Their standard deviation."""
        return float(np.sqrt(max(_share(self._squares, self._finite) - self.mean**2, 0.0)))

    @property
    def root_mean_square(self) -> float:
        """The root of the mean of their squares."""
        return float(np.sqrt(_share(self._squares, self._finite)))

    @property
    def zeros(self) -> float:
        """The share of zeros."""
        return _share(self._zeros, self._count)

    @property
    def unfinite(self) -> float:
        """The share of NaN and Inf."""
        return _share(self._count - self._finite, self._count)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
