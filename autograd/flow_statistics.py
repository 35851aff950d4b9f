"""What is kept of many numbers: how they are spread, and their sums; in a few numbers, however many they were."""

from __future__ import annotations

import math
import sys
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
            low, high = max(low - margin, -_LARGEST), min(high + margin, _LARGEST)
        halves = np.multiply(values, 0.5, dtype=np.float64)  # whose range is finite
        counts, _ = np.histogram(halves, BINS, (low / 2, high / 2))
        return cls(counts.astype(float), low, high)

    def __add__(self, other: Histogram) -> Histogram:
        """Count what both have counted; where their bins differ, numbers are spread evenly over those of each."""
        if np.isnan(self.low) or np.isnan(other.low):
            return other if np.isnan(self.low) else self
        low, high = min(self.low, other.low), max(self.high, other.high)
        edges = _edges(low, high)
        return Histogram(self.rebinned(edges) + other.rebinned(edges), low, high)

    def rebinned(self, edges: Any) -> Any:
        """Give the counts between other edges; what lies outside of them is left out."""
        if np.isnan(self.low):
            return np.zeros(len(edges) - 1)
        below = np.concatenate([[0.0], np.cumsum(self.counts)])
        return np.diff(np.interp(edges, _edges(self.low, self.high), below))


class Tally:
    """Means over all numbers that were added, part by part, and a histogram of the finite ones.

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
        self._mean = self._deviation = self._root_mean_square = 0.0
        self.histogram = Histogram.of(np.zeros(0))

    def add(self, values: Any) -> None:
        """Add the numbers of an array; of complex ones, their absolute values."""
        if values.dtype.kind == "c":
            values = np.abs(values)
        finite = values[np.isfinite(values)]
        self._count += values.size
        if finite.size:
            self._average(finite)
        if self._by_size:
            sizes = np.abs(finite[finite != 0])
            self._zeros += finite.size - sizes.size
            finite = np.log10(sizes, dtype=np.float64)
        self.histogram += Histogram.of(finite)

    def _average(self, part: Any) -> None:
        """Take finite numbers into the averages: those of both, by their counts (Chan, Golub and LeVeque 1979)."""
        mean, deviation, root_mean_square = _averages(part)
        count = self._finite + part.size
        before, new = self._finite / count, part.size / count
        between = math.sqrt(before * new)
        apart = between * mean - between * self._mean  # a difference of means might overflow
        deviations = math.sqrt(before) * self._deviation, math.sqrt(new) * deviation, apart
        roots = math.sqrt(before) * self._root_mean_square, math.sqrt(new) * root_mean_square
        self._finite = count
        self._mean = before * self._mean + new * mean
        self._deviation = min(math.hypot(*deviations), _LARGEST)
        self._root_mean_square = min(math.hypot(*roots), _LARGEST)

    @property
    def mean(self) -> float:
        """The mean of the finite ones."""
        return self._mean if self._finite else math.nan

    @property
    def deviation(self) -> float:
        """Their standard deviation."""
        return self._deviation if self._finite else math.nan

    @property
    def root_mean_square(self) -> float:
        """The root of the mean of their squares."""
        return self._root_mean_square if self._finite else math.nan

    @property
    def zeros(self) -> float:
        """The share of zeros."""
        return _share(self._zeros, self._count)

    @property
    def unfinite(self) -> float:
        """The share of NaN and Inf."""
        return _share(self._count - self._finite, self._count)


#: The largest number that is finite, and the largest below 1.
_LARGEST = sys.float_info.max
_BELOW_ONE = 1 - sys.float_info.epsilon / 2


def _edges(low: float, high: float) -> Any:
    """Give the edges of the bins of a histogram, whose range may be larger than any number."""
    return 2 * np.linspace(low / 2, high / 2, BINS + 1)


def _averages(values: Any) -> tuple[float, float, float]:
    """Give the mean, the standard deviation and the root mean square of finite numbers.

    A power of two makes all numbers smaller than 1 meanwhile, so that no square overflows or vanishes.
    """
    _, exponent = math.frexp(float(np.abs(values).max()))
    scale = 2.0 ** -max(exponent, -1000)
    scaled = np.multiply(values, scale, dtype=np.float64)
    averages = scaled.mean(), scaled.std(), np.sqrt(np.mean(np.square(scaled)))
    mean, deviation, root = (float(np.clip(each, -_BELOW_ONE, _BELOW_ONE)) / scale for each in averages)
    return mean, deviation, root


def _share(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
