"""What the maps and panels of a flow over time show: numbers of histograms and of rows of a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

#: The share of all numbers that may lie outside of a map, at either end.
OUTSIDE = 0.002


def logarithm(values: Any) -> Any:
    """The logarithm where there is one, NaN elsewhere."""
    known = np.isfinite(values) & (values > 0)
    return np.where(known, np.log10(np.where(known, values, 1.0)), np.nan)


def ratio(rows: Any) -> Any:
    """The logarithm of how large an update is beside the weight."""
    return logarithm(rows["update"] / np.where(rows["weight"] > 0, rows["weight"], np.nan))


def range_of(histograms: list[Any]) -> tuple[float, float]:
    """From where to where nearly all numbers of all histograms lie."""
    known = [each for each in histograms if not np.isnan(each.low)]
    if not known:
        return np.nan, np.nan
    edges = np.linspace(min(each.low for each in known), max(each.high for each in known), 1025)
    below = np.cumsum(sum(each.rebinned(edges) for each in known))
    first, last = np.searchsorted(below, below[-1] * np.array([OUTSIDE, 1 - OUTSIDE]))
    return float(edges[first]), float(edges[last + 1])


def medians(counts: Any, edges: Any) -> Any:
    """Where half of the numbers of each column lie below; NaN for a column without any."""
    below = np.cumsum(counts, axis=0)
    halves = np.argmax(below >= below[-1] / 2, axis=0)
    return np.where(below[-1] > 0, (edges[halves] + edges[halves + 1]) / 2, np.nan)


def runs(flags: Any) -> Iterator[tuple[int, int]]:
    """Give where unbroken runs of true values begin, and where they end, both included.

    >>> list(runs(np.array([True, True, False, True])))
    [(0, 1), (3, 3)]
    """
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from zip(changes[::2].tolist(), (changes[1::2] - 1).tolist(), strict=True)
