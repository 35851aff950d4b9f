"""Steps of an optimizer alone: Adam on few numbers, on many small parameters, and on one large one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from benchmarks.agreement import Floats, Workload
from benchmarks.cases.base import Bar, StepCase, alike
from benchmarks.libraries import PYTORCH, Library

SEED: Final = 20240229

Shape = tuple[int, ...]


def _adam(library: Library, shapes: Sequence[Shape]) -> Workload:
    """Step Adam, with its defaults, on parameters of these shapes whose gradients stay the same."""
    rng = np.random.default_rng(SEED)
    parameters = [_parameter(library, rng, shape) for shape in shapes]
    optimizer = library.optim.Adam(parameters)
    no_loss = library.tensor(np.zeros(1, np.float32))

    def step() -> Any:
        optimizer.step()
        return no_loss

    def state() -> Floats:
        return np.concatenate([np.asarray(parameter.data).ravel() for parameter in parameters]).astype(np.float64)

    return Workload(step, state)


def _parameter(library: Library, rng: np.random.Generator, shape: Shape) -> Any:
    values, gradient = (rng.standard_normal(shape, dtype=np.float32) for _ in range(2))
    parameter = library.nn.Parameter(library.tensor(values))
    parameter.grad = library.tensor(gradient)
    return parameter


def few(library: Library) -> Workload:
    """The four parameters of a 3-10-1 network."""
    return _adam(library, [(10, 3), (10,), (1, 10), (1,)])


def many(library: Library) -> Workload:
    """100 parameters of 1,000 numbers each."""
    return _adam(library, [(1000,)] * 100)


def large(library: Library) -> Workload:
    """One parameter of 6,000,000 numbers."""
    return _adam(library, [(6_000_000,)])


OPTIMIZERS: Final = (
    StepCase(
        name="adam-few",
        work="one step of Adam on the 4 parameters of 3-10-1",
        builders=alike(few),
        bars={PYTORCH: Bar(0.25)},
    ),
    StepCase(
        name="adam-many",
        work="one step of Adam on 100 parameters of 1,000 numbers",
        builders=alike(many),
        bars={PYTORCH: Bar(1.0)},
    ),
    StepCase(
        name="adam-large",
        work="one step of Adam on one parameter of 6,000,000 numbers",
        builders=alike(large),
        bars={PYTORCH: Bar(1.0)},
    ),
)
