"""What is given to learn from, as a loader of batches: arrays, datasets and loaders alike."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from ..data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset
from ..data.datasets import is_numbered
from ..metrics.reading import is_number
from ..module import Module

#: How many samples a batch has by default.
BATCH_SIZE = 32


@dataclass(frozen=True)
class Batch:
    """Samples: what the model is called with, what would be right, and how much each counts."""

    inputs: tuple[Tensor, ...]
    target: Any
    weight: Tensor | None

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.inputs[0])


class Samples(Dataset):
    """Arrays as samples ``(x, y)`` or ``(x, y, weight)``; ``x`` is a tuple if the model takes several inputs."""

    def __init__(self, caller: str, x: Any, y: Any = None, weight: Any = None) -> None:
        inputs = x if isinstance(x, tuple) else (x,)
        if not inputs:
            raise ValueError(f"{caller}: x is an empty tuple, and there must be an input")
        named = {f"x[{place}]" if isinstance(x, tuple) else "x": each for place, each in enumerate(inputs)}
        named |= {name: each for name, each in (("y", y), ("sample_weight", weight)) if each is not None}
        arrays = [_numbers(caller, name, each) for name, each in named.items()]
        if len({len(array) for array in arrays}) > 1:
            told = ", ".join(f"{len(array)} in {name}" for name, array in zip(named, arrays, strict=True))
            raise ValueError(f"{caller}: all arrays must have the same number of samples; there are {told}")
        if not len(arrays[0]):
            raise ValueError(f"{caller}: there are no samples: x is {describe(arrays[0])}")
        if weight is not None:
            _check_weights(caller, arrays[-1])
        self._inputs = len(inputs)
        self._is_single = not isinstance(x, tuple)
        self._dataset = TensorDataset(*arrays)

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self._dataset)

    def __getitem__(self, index: Any) -> Any:
        """Give a sample, or a batch."""
        arrays = self._dataset[index]
        return (arrays[0] if self._is_single else arrays[: self._inputs], *arrays[self._inputs :])

    def take(self, indices: Any) -> Any:
        """Give a batch, the samples of these numbers."""
        return self[np.asarray(indices, np.intp)]


def loader_of(
    caller: str,
    x: Any,
    y: Any = None,
    weight: Any = None,
    *,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    with_target: bool = True,
) -> DataLoader:
    """Give a loader of what is given; ``batch_size`` and ``shuffle`` are refused for one that is a loader already."""
    if holds_samples(x):
        given = next((name for name, value in (("y", y), ("sample_weight", weight)) if value is not None), None)
        if given is not None:
            raise TypeError(
                f"{caller}: {given} is part of the samples of a {type(x).__name__}: (x, y) or (x, y, weight)"
            )
    if isinstance(x, DataLoader):
        if batch_size is not None or shuffle is not None:
            raise ValueError(f"{caller}: a DataLoader has a batch_size and shuffle of its own; give them there")
        return x
    dataset = x if holds_samples(x) else Samples(caller, x, y, weight)
    if with_target and y is None and dataset is not x:
        raise ValueError(f"{caller}: there are inputs alone; y is missing")
    if isinstance(dataset, Dataset) and not len(dataset):
        raise ValueError(f"{caller}: there are no samples in the dataset")
    size = BATCH_SIZE if batch_size is None else positive(caller, "batch_size", batch_size)
    if shuffle and isinstance(dataset, IterableDataset):
        raise ValueError(f"{caller}: an IterableDataset has one order; shuffle=True cannot change it")
    if shuffle:
        return DataLoader(dataset, size, shuffle=True)
    return DataLoader(dataset, size, seed=0)  # so that nothing is drawn where nothing is shuffled


def holds_samples(x: Any) -> bool:
    """Tell whether something has targets with its inputs, rather than being an array of inputs."""
    return isinstance(x, DataLoader | Dataset | IterableDataset)


def dtype_of(model: Module) -> Any:
    """Give the dtype that floating numbers should have for a model, that of its first parameter of that kind."""
    return next((parameter.dtype for parameter in model.parameters() if parameter.dtype.kind == "f"), None)


def batches_of(caller: str, loader: DataLoader, dtype: Any, *, with_target: bool = True) -> Iterator[Batch]:
    """Give the batches of a loader, with floating numbers in a dtype if there is one."""
    for given in loader:
        parts = given if isinstance(given, (tuple, list)) else (given,)
        if not with_target:
            parts = parts[:1]
        elif len(parts) not in (2, 3):
            got = f"{len(parts)} parts" if len(parts) > 1 else "inputs alone; y is missing"
            raise ValueError(f"{caller}: a batch must be (x, y) or (x, y, weight), got {got}")
        inputs = tuple(parts[0]) if isinstance(parts[0], (tuple, list)) else (parts[0],)
        target, weight = (*parts[1:], None, None)[:2]
        yield Batch(
            tuple(_converted(each, dtype) for each in inputs),
            None if target is None else _converted(target, dtype),
            None if weight is None else _converted(weight, dtype),
        )


def count_of(loader: DataLoader) -> int | None:
    """Give the number of batches in an epoch, if it is known."""
    try:
        return len(loader)
    except TypeError:
        return None


def split(caller: str, samples: Samples, share: float) -> tuple[Dataset, Dataset]:
    """Part the last samples, as Keras does: a share of them, at least one; give what comes before, and these."""
    if not (is_number(share) and 0 < share < 1):
        raise ValueError(f"{caller}: validation_split is a share of the samples between 0 and 1, got {share!r}")
    kept = len(samples) - max(1, round(len(samples) * share))
    if not kept:
        raise ValueError(f"{caller}: validation_split={share} of {len(samples)} samples leaves none to learn from")
    numbers = np.arange(len(samples))
    return Subset(samples, numbers[:kept]), Subset(samples, numbers[kept:])


def positive(caller: str, name: str, value: Any) -> int:
    """Give a whole number of at least 1, or raise ``ValueError``."""
    try:
        number = 0 if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{caller}: {name} is a whole number of at least 1, got {value!r}")
    return number


def _numbers(caller: str, name: str, given: Any) -> Any:
    try:
        array = given.detach().data if isinstance(given, Tensor) else np.asarray(given)
    except ValueError as error:
        raise ValueError(f"{caller}: {name} is no array of numbers: {error}{_hint(given)}") from error
    if array.dtype.kind not in "biufc":
        told = describe(array) if array.ndim else type(given).__name__
        raise TypeError(f"{caller}: {name} must hold numbers, got {told}{_hint(given)}")
    if not array.ndim:
        raise ValueError(f"{caller}: the first axis of {name} counts the samples, got the single number {array}")
    return array


def _hint(given: Any) -> str:
    """Say what makes samples of something that is no array."""
    if isinstance(given, Iterator):
        return "; nn.data.IterableDataset(function) gives what a generator function yields, in each epoch anew"
    if is_numbered(given):
        return "; samples with numbers come in nn.data.DataLoader(samples, 32)"
    return ""


def _check_weights(caller: str, weights: Any) -> None:
    if weights.ndim != 1 or not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError(
            f"{caller}: sample_weight is one finite number of at least 0 for each sample, got {describe(weights)}"
        )


def _converted(given: Any, dtype: Any) -> Tensor:
    tensor: Tensor = asarray(given)
    is_other = dtype is not None and tensor.dtype.kind == "f" and tensor.dtype != dtype
    return tensor.astype(dtype) if is_other else tensor
