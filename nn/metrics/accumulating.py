"""The form of all metrics: what one batch says, how two such sayings join, and the number that comes out of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np

from .reading import Array


class Metric(ABC):
    """A number that says how good outputs are, accumulated over batches: the same as of all samples at once.

    A subclass has three methods. ``measure`` makes one array of what a batch says: sums, so that no sample has to be
    remembered. ``join`` makes one of two such arrays; by default it adds them. ``result`` gives the number.

    >>> from nn import metrics
    >>> metric = metrics.get("mae")
    >>> metric.update([1.0, 2.0], [1.0, 4.0])
    >>> metric.update([5.0], [9.0])
    >>> metric.compute()
    2.0
    """

    #: What it is called in a history, and by ``nn.metrics.get``.
    name: str

    def __init__(self) -> None:
        self._measured: list[Array] = []

    @abstractmethod
    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Give what is remembered of a batch."""

    def join(self, one: Array, other: Array) -> Array:
        """Give what is remembered of both."""
        return one + other

    def fits(self, one: Array, other: Array) -> bool:
        """Say whether two batches can be joined: whether their samples have as many outputs each."""
        return bool(one.shape[1] == other.shape[1])

    @abstractmethod
    def result(self, measured: Array) -> Any:
        """Give the number."""

    def update(self, output: Any, target: Any, weight: Any = None) -> None:
        """Take in a batch: outputs, what would have been right, and, if not all count the same, a weight each.

        Raises ``ValueError`` or ``TypeError``, and changes nothing, for what the metric cannot judge.
        """
        measured, earlier = self.measure(output, target, weight), list(self._measured)
        if earlier and not self.fits(earlier[-1], measured):
            raise ValueError(
                f"{self.name}: samples of this batch have another number of outputs than those of batches before it; "
                "reset() begins anew"
            )
        while earlier and earlier[-1].size <= measured.size:  # so that what grows is copied seldom
            measured = self.join(earlier.pop(), measured)
        self._measured = [*earlier, measured]

    def compute(self) -> Any:
        """Give the number for all batches since the last ``reset``; raises ``ValueError`` if there were none."""
        if not self._measured:
            raise ValueError(f"{self.name}: nothing was measured yet; update(output, target) comes first")
        return self.result(reduce(self.join, self._measured))

    def reset(self) -> None:
        """Forget all batches."""
        self._measured = []

    def of(self, output: Any, target: Any, weight: Any = None) -> Any:
        """Give the number for these samples alone."""
        return self.result(self.measure(output, target, weight))

    def state_dict(self) -> dict[str, Any]:
        """Give what is remembered, for a checkpoint in the middle of an epoch."""
        return {str(place): measured for place, measured in enumerate(self._measured)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self._measured = [np.array(state[str(place)]) for place in range(len(state))]


def quotient(upper: Any, lower: Any, undefined: float = np.nan) -> Array:
    """Divide; what is divided by zero is ``undefined``."""
    upper, lower = np.broadcast_arrays(np.asarray(upper, np.float64), np.asarray(lower, np.float64))
    divided: Array = np.divide(upper, lower, out=np.full(upper.shape, undefined), where=lower != 0)
    return divided
