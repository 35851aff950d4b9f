"""Training steps of small and middling nets: zero the gradients, forward, loss, backward, optimizer.

Each step is written once, for all libraries whose API has the shape of PyTorch's. All begin with the same weights and
see the same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.agreement import Floats, Workload
from benchmarks.cases.base import Bar, StepCase, alike
from benchmarks.libraries import PYTORCH, Library

SEED: Final = 20240229


def xor(library: Library) -> Workload:
    """2-4-1 with sigmoids, all four points of XOR, BCELoss, SGD."""
    nn = library.nn
    model = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid(), nn.Linear(4, 1), nn.Sigmoid())
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    y = np.array([[0], [1], [1], [0]], dtype=np.float32)
    _set_weights(library, model)
    return _training(library, model, nn.BCELoss(), library.optim.SGD(model.parameters(), lr=0.1), (x, y))


def regression(library: Library) -> Workload:
    """3-10-1 with ReLU, batch 32, MSELoss, Adam."""
    rng = np.random.default_rng(SEED)
    x = rng.standard_normal((32, 3), dtype=np.float32)
    y = np.sin(x.sum(axis=1, keepdims=True))
    model = _perceptron(library, (3, 10, 1))
    return _training(library, model, library.nn.MSELoss(), library.optim.Adam(model.parameters()), (x, y))


def mnist_like(library: Library) -> Workload:
    """784-256-128-10 with ReLU, batch 64, CrossEntropyLoss, Adam; the digits are random numbers."""
    rng = np.random.default_rng(SEED)
    x = rng.random((64, 784), dtype=np.float32)
    y = rng.integers(0, 10, size=64, dtype=np.int64)
    model = _perceptron(library, (784, 256, 128, 10))
    return _training(library, model, library.nn.CrossEntropyLoss(), library.optim.Adam(model.parameters()), (x, y))


def _perceptron(library: Library, sizes: Sequence[int]) -> Any:
    """Linear layers of these sizes, with ReLU between them."""
    nn = library.nn
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    _set_weights(library, model)
    return model


def _training(
    library: Library, model: Any, criterion: Any, optimizer: Any, batch: tuple[npt.NDArray[Any], npt.NDArray[Any]]
) -> Workload:
    """One step of training on one batch, which stays the same."""
    x, y = (library.tensor(array) for array in batch)
    parameters = list(model.parameters())

    def step() -> Any:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    def state() -> Floats:
        return np.concatenate([_numbers(parameter) for parameter in parameters]).astype(np.float64)

    return Workload(step, state)


def _set_weights(library: Library, model: Any) -> None:
    """Give every library the same weights, in the order of `parameters()`.

    They are uniform, within one by the root of the last extent.
    """
    rng = np.random.default_rng(SEED)
    for parameter in model.parameters():
        shape = tuple(parameter.shape)
        bound = shape[-1] ** -0.5
        parameter.data = library.tensor(rng.uniform(-bound, bound, shape).astype(np.float32))


def _numbers(parameter: Any) -> npt.NDArray[np.float32]:
    """A parameter's values in one row; float32, or a TypeError."""
    values: npt.NDArray[Any] = np.asarray(parameter.data)
    if values.dtype != np.float32:
        raise TypeError(f"a parameter is {values.dtype}; all should be float32")
    return values.ravel()


XOR: Final = StepCase(
    name="xor",
    work="one training step of 2-4-1 (sigmoid), batch 4, BCELoss, SGD",
    builders=alike(xor),
    bars={PYTORCH: Bar(0.40)},
)

REGRESSION: Final = StepCase(
    name="regression",
    work="one training step of 3-10-1 (ReLU), batch 32, MSELoss, Adam",
    builders=alike(regression),
    bars={PYTORCH: Bar(0.30)},
)

MNIST_LIKE: Final = StepCase(
    name="mnist-like",
    work="one training step of 784-256-128-10 (ReLU), batch 64, CrossEntropyLoss, Adam",
    builders=alike(mnist_like),
    bars={PYTORCH: Bar(0.90)},
)
