"""What a case is, and the kind of case that most are: one step of work, done by libraries in this process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from benchmarks.agreement import Workload, assert_agreement
from benchmarks.libraries import OURS, PYTORCH, Library, load
from benchmarks.timing import Pairs, Sampler, quartiles, sampler

Builder = Callable[[Library], Workload]
"""Makes a library's side of a case."""


@dataclass(frozen=True)
class Bar:
    """The most that we may take beside a peer: a ratio of times, or a difference in seconds."""

    limit: float
    measure: Literal["ratio", "difference"] = "ratio"

    def spread(self, pairs: Pairs) -> tuple[float, float, float]:
        """Give the lower quartile, the median and the upper quartile of what this bar measures."""
        return quartiles(pairs.ratios if self.measure == "ratio" else pairs.differences)

    def is_met(self, pairs: Pairs) -> bool:
        """Say whether the median stays within the limit."""
        return self.spread(pairs)[1] <= self.limit


class Case(ABC):
    """Something to time: ours against each of some peers, in pairs."""

    name: str
    """What `--only` calls it."""
    work: str
    """One line that says what is done."""
    bars: Mapping[str, Bar]
    """The bar for each peer that has one."""
    operations: int
    """Into how many operations a reported time is divided."""
    repeatable: bool
    """Whether a sample may do the work many times."""

    @property
    @abstractmethod
    def peers(self) -> tuple[str, ...]:
        """The peers that take part."""

    @abstractmethod
    def prepare(self, peer: str) -> tuple[Sampler, Sampler]:
        """Give our sampler and the peer's, after proof that both do the same work.

        Raises `MissingPeerError` where the peer is not installed, `DisagreementError` where the work differs.
        """


@dataclass(frozen=True)
class StepCase(Case):
    """A step of work that each library does in this process, by a builder per library."""

    name: str
    work: str
    builders: Mapping[str, Builder]
    bars: Mapping[str, Bar] = field(default_factory=dict)
    operations: int = 1
    repeatable: bool = True

    @property
    def peers(self) -> tuple[str, ...]:
        """All that have a builder, except us."""
        return tuple(name for name in self.builders if name != OURS)

    def workload(self, name: str) -> Workload:
        """Build one library's side, to begin afresh."""
        return self.builders[name](load(name))

    def step(self, name: str) -> Callable[[], object]:
        """Build one library's side, and give its step."""
        return self.workload(name).step

    def prepare(self, peer: str) -> tuple[Sampler, Sampler]:
        """Compare what both sides compute, and give their samplers."""
        theirs = self.workload(peer)
        assert_agreement(self.workload(OURS), theirs)
        return sampler(partial(self.step, OURS)), sampler(partial(self.step, peer))


def alike(build: Builder) -> dict[str, Builder]:
    """Use one builder for all libraries whose API has the shape of PyTorch's."""
    return {OURS: build, PYTORCH: build}
