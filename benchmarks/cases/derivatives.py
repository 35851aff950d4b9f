"""Derivatives of functions, beside the libraries whose transforms have the same names.

Here is our side; those of the peers are in `benchmarks.peers`. Every side has the code that its users would write: the
same function, of the NumPy of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np

from benchmarks.agreement import assert_equal_values
from benchmarks.cases.base import Bar, Case
from benchmarks.libraries import HIPS, JAX, OURS, Library, load
from benchmarks.timing import Sampler, sampler
from benchmarks.workers import FILES, Worker

Work = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function, and what it is called with."""

SEED: Final = 20240229


@dataclass(frozen=True)
class DerivativeCase(Case):
    """A derivative that we compute in this process, and each peer in a process of its own.

    `build` is given our library and the arrays, and gives our work; the builder of the same name in a peer's file is
    given the same arrays.
    """

    name: str
    work: str
    build: Callable[..., Work]
    arrays: tuple[Any, ...]
    bars: Mapping[str, Bar] = field(default_factory=lambda: {HIPS: Bar(0.5), JAX: Bar(1.0)})
    operations: int = 1
    repeatable: bool = True

    @property
    def peers(self) -> tuple[str, ...]:
        """All that live in processes of their own."""
        return tuple(FILES)

    def step(self, name: str) -> Callable[[], Any]:
        """Build the side of a library that lives in this process."""
        function, operands = self.build(load(name), *self.arrays)
        return partial(function, *operands)

    def prepare(self, peer: str) -> tuple[Sampler, Sampler]:
        """Start the peer's process, compare the values, and give the samplers."""
        worker = Worker()
        theirs = worker.prepare(peer, self.name, self.arrays, FILES[peer])
        assert_equal_values(self.step(OURS)(), theirs)
        return sampler(partial(self.step, OURS)), worker.sample


def rosenbrock(x: Any) -> Any:
    """The banana-shaped valley in any number of dimensions."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def cross_entropy(layers: Any, x: Any, y: Any) -> Any:
    """The softmax cross entropy of a perceptron with tanh, of one sample."""
    *hidden, (weight, bias) = layers
    for W, b in hidden:
        x = np.tanh(x @ W + b)
    logits = x @ weight + bias
    return np.log(np.sum(np.exp(logits))) - np.sum(logits * y)


def gradient(library: Library, x: Any) -> Work:
    """The gradient of Rosenbrock's function."""
    return library.functions.grad(rosenbrock), (x,)


def hessian(library: Library, x: Any) -> Work:
    """The Hessian of Rosenbrock's function."""
    return library.functions.hessian(rosenbrock), (x,)


def per_sample_gradients(library: Library, X: Any, Y: Any, *weights: Any) -> Work:
    """The gradient of one sample, mapped over the batch."""
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    each = library.functions.vmap(library.functions.grad(cross_entropy), in_axes=(None, 0, 0))
    return each, (layers, X, Y)


def _point() -> Any:
    return np.random.default_rng(SEED).standard_normal(100)


def _batch_and_weights(sizes: tuple[int, ...] = (20, 32, 32, 3), samples: int = 64) -> tuple[Any, ...]:
    """Samples, one-hot targets, and the weight and bias of each layer in turn."""
    rng = np.random.default_rng(SEED)
    X = rng.standard_normal((samples, sizes[0]))
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
    weights = [
        array
        for inputs, outputs in pairwise(sizes)
        for array in (rng.standard_normal((inputs, outputs)) * inputs**-0.5, 0.1 * rng.standard_normal(outputs))
    ]
    return X, Y, *weights


DERIVATIVES: Final = (
    DerivativeCase("rosenbrock-gradient", "gradient of Rosenbrock's function of 100 numbers", gradient, (_point(),)),
    DerivativeCase("rosenbrock-hessian", "Hessian of Rosenbrock's function of 100 numbers", hessian, (_point(),)),
    DerivativeCase(
        "per-sample-gradients",
        "gradients of 20-32-32-3 (tanh, softmax cross entropy) for each of 64 samples",
        per_sample_gradients,
        _batch_and_weights(),
    ),
)
