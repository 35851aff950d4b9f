"""Interleaved timing: two pieces of work, timed one right after the other, round after round.

A machine's speed drifts: clocks change, neighbours come and go. Two timings that follow each other see the same
machine, so each round gives one ratio, and the median of the rounds' ratios is the result. The order inside a round
alternates, so that neither side is always the second. Each sample runs the work as often as it takes to fill some
tens of milliseconds.

Each sample begins afresh, with new weights and a new optimizer, and is never long: after some 600 steps on one batch,
the moments of the units that no longer fire are denormal numbers, with which processors compute so slowly that a whole
step takes half as long again.

The garbage collector stays on while a sample runs, as it does in a user's program. All that exists before the timing
is frozen (`gc.freeze`), so that neither side pays for a walk through the other's modules, and a full collection
runs before each sample. Then the sampler rests for a moment, because worker threads of the side timed before may
still be spinning, and does the work a few times untimed.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.neighbours import Neighbours

Sampler = Callable[[int], float]
"""Does a piece of work so many times and gives the seconds that all of them took together."""

REST_SECONDS: Final = 0.05  # OpenBLAS's threads spin for 2**26 cycles before they sleep
SAMPLE_SECONDS: Final = 0.04
MOST_REPETITIONS: Final = 500
UNTIMED_REPETITIONS: Final = 3


@dataclass(frozen=True)
class Pairs:
    """The timings of all rounds: seconds for one repetition, ours and theirs, a pair per round.

    `others` is the share of all processors' time that went to other programs meanwhile, where that is known.
    """

    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    repetitions: tuple[int, int]
    others: float | None = None

    @property
    def ratios(self) -> list[float]:
        """Our time by their time, a number per round."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def differences(self) -> list[float]:
        """Our time minus their time in seconds, a number per round."""
        return [ours - theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]


def sampler(build: Callable[[], Callable[[], object]]) -> Sampler:
    """Make a sampler of a piece of work that runs in this process; `build` makes it ready to begin afresh."""

    def sample(repetitions: int) -> float:
        work = build()
        gc.collect()
        time.sleep(REST_SECONDS)
        for _ in range(UNTIMED_REPETITIONS):
            work()
        start = time.perf_counter()
        for _ in range(repetitions):
            work()
        return time.perf_counter() - start

    return sample


def interleave(
    ours: Sampler, theirs: Sampler, *, rounds: int, sample_seconds: float, on_round: Callable[[int], None]
) -> Pairs:
    """Time both, one right after the other, `rounds` times.

    A `sample_seconds` of 0 means one repetition a sample. `on_round` is told the number of each round, from 1.
    """
    samplers = (ours, theirs)
    times: tuple[list[float], list[float]] = ([], [])
    with _frozen_heap():
        repetitions = (_calibrate(ours, sample_seconds), _calibrate(theirs, sample_seconds))
        neighbours = Neighbours()
        for number in range(1, rounds + 1):
            on_round(number)
            for side in (0, 1) if number % 2 else (1, 0):
                times[side].append(samplers[side](repetitions[side]) / repetitions[side])
        others = neighbours.share()
    return Pairs(tuple(times[0]), tuple(times[1]), repetitions, others)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the lower quartile, the median and the upper quartile.

    >>> quartiles([1.0, 2.0, 3.0, 4.0, 5.0])
    (2.0, 3.0, 4.0)
    """
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def _calibrate(sample: Sampler, seconds: float) -> int:
    """Find how many repetitions fill a sample of so many seconds, up to `MOST_REPETITIONS`."""
    if not seconds:
        return 1
    elapsed, repetitions = sample(1), 1
    while elapsed < seconds / 2 and repetitions < MOST_REPETITIONS:
        repetitions *= 2
        elapsed = sample(repetitions)
    return min(max(1, round(repetitions * seconds / elapsed)), MOST_REPETITIONS)


@contextmanager
def _frozen_heap() -> Iterator[None]:
    """Keep the collector from walking through what exists already."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
