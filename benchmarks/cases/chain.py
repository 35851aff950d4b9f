"""A long chain of small operations: what an engine costs where the arithmetic costs nothing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from benchmarks.agreement import Floats, Workload
from benchmarks.cases.base import Bar, StepCase, alike
from benchmarks.libraries import PYTORCH, Library

LENGTH: Final = 1000


def chain(library: Library) -> Workload:
    """Multiply four numbers `LENGTH` times, sum them, and walk back."""
    x = library.tensor(np.array([0.5, -1.0, 1.5, 2.0], dtype=np.float32), requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(LENGTH):
            y = y * 1.0001
        loss = y.sum()
        loss.backward()
        return loss

    def state() -> Floats:
        return np.zeros(x.shape) if x.grad is None else np.array(x.grad, dtype=np.float64)

    return Workload(step, state)


CHAIN: Final = StepCase(
    name="chain",
    work=f"{LENGTH} times y = y * 1.0001 on 4 numbers, forward and backward; time of one operation",
    builders=alike(chain),
    bars={PYTORCH: Bar(0.45)},
    operations=LENGTH,
)
