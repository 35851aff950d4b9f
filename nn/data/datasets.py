"""Datasets: where samples come from, by their numbers or one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import describe

from .collating import default_collate


class Dataset(ABC):
    """Samples that have numbers. A subclass has ``__len__`` and ``__getitem__``, which gives the sample of a number.

    A sample is an array, a Tensor, a number, or a tuple, list or dict of them. Where many samples are as easy to have
    as one, the subclass has ``take``, too.

    >>> import nn
    >>> class Squares(nn.data.Dataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> Squares().take([1, 3])
    (Tensor([1, 3], dtype=int64), Tensor([1, 9], dtype=int64))
    """

    @abstractmethod
    def __len__(self) -> int:
        """Give the number of samples."""

    @abstractmethod
    def __getitem__(self, index: Any) -> Any:
        """Give the sample of a number, from 0 on."""

    def __iter__(self) -> Iterator[Any]:
        """Give all samples, in order."""
        return (self[number] for number in range(len(self)))  # not until an IndexError, which not every class raises

    def take(self, indices: Any) -> Any:
        """Give a batch, the samples of these numbers: one after the other here, put together by ``default_collate``."""
        return default_collate([self[int(index)] for index in indices])


class TensorDataset(Dataset):
    """Arrays of which the first axis counts the samples: inputs and targets, say.

    ``dataset[3]`` is a tuple of the fourth row of each array, ``dataset[2:5]`` and ``dataset[[7, 0]]`` of several rows;
    all are constant Tensors of the dtypes of the arrays.

    Parameters
    ----------
    arrays
        Arrays, constant Tensors or nested lists of numbers. Arrays are not copied: what is written into them later is
        seen here, and of ``np.memmap`` only what is asked for is read.

    Attributes
    ----------
    arrays
        The arrays, as a tuple.

    Raises
    ------
    TypeError
        If there is no array, or one does not hold numbers or requires grad.
    ValueError
        If one has no axes, is a list of lists that are not equally long, or their lengths differ.

    >>> import nn
    >>> dataset = nn.data.TensorDataset([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 0])
    >>> len(dataset), dataset[1]
    (3, (Tensor([3., 4.], dtype=float64), Tensor(1, dtype=int64)))
    """

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise TypeError("TensorDataset: takes at least one array, got none")
        self.arrays = tuple(_numbers(place, array) for place, array in enumerate(arrays))
        if len({len(array) for array in self.arrays}) > 1:
            raise ValueError(
                "TensorDataset: the arrays must have the same number of samples, the length of their first axis; got "
                + ", ".join(map(describe, self.arrays))
            )

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.arrays[0])

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        """Give a tuple of the rows of a number, slice, list or array of numbers or booleans."""
        at = _at(index)
        return tuple(Tensor(array[at]) for array in self.arrays)

    def take(self, indices: Any) -> tuple[Tensor, ...]:
        """Give a tuple of the rows of these numbers."""
        return self[np.asarray(indices, np.intp)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(describe, self.arrays))})"


def _numbers(place: int, array: Any) -> Any:
    """An array as it is, if it has samples of numbers."""
    try:
        found = array.numpy() if isinstance(array, Tensor) else np.asarray(array)
    except ValueError as error:
        raise ValueError(f"TensorDataset: array {place} must have rows of one shape; {error}") from None
    if found.dtype.kind not in "biufc" or isinstance(array, np.ma.MaskedArray):
        raise TypeError(f"TensorDataset: array {place} must hold numbers, got {type(array).__name__} {describe(found)}")
    if not found.ndim:
        raise ValueError(f"TensorDataset: array {place} must have an axis that counts the samples, got {found}")
    return found


def _at(index: Any) -> Any:
    """An index as NumPy takes it for the first axis."""
    return index if isinstance(index, slice) else _array(index)


def _array(index: Any) -> Any:
    at = np.asarray(index)
    return at if at.size else at.astype(np.intp)  # of an empty list NumPy makes floating numbers


class Subset(Dataset):
    """Some samples of a dataset, in an order of their own.

    Parameters
    ----------
    dataset
        Anything with ``len`` whose samples have numbers.
    indices
        The numbers of the samples, from 0 on, or a boolean for each sample.

    Raises
    ------
    TypeError
        If the indices are no whole numbers or booleans, or the samples of the dataset have no numbers.
    IndexError
        If there is no sample of a number.

    >>> import nn
    >>> part = nn.data.Subset(nn.data.TensorDataset([10, 20, 30, 40]), [3, 0])
    >>> len(part), part[0], part[:]
    (2, (Tensor(40, dtype=int64),), (Tensor([40, 10], dtype=int64),))
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        refuse_arrays_side_by_side("Subset", dataset)
        if not is_numbered(dataset):
            raise TypeError(f"Subset: takes a dataset with len and numbered samples, got {type(dataset).__name__}")
        self.dataset = dataset
        self.indices = _indices(indices, len(dataset))

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.indices)

    def __getitem__(self, index: Any) -> Any:
        """Give the sample of a number, or the batch of a slice, list or array of numbers or booleans."""
        numbers = self.indices[_at(index)]
        return take(self.dataset, numbers) if numbers.ndim else self.dataset[int(numbers)]

    def take(self, indices: Any) -> Any:
        """Give a batch, the samples of these numbers."""
        return take(self.dataset, self.indices[np.asarray(indices, np.intp)])

    def __repr__(self) -> str:
        return f"Subset({self.dataset!r}, {len(self)} of {len(self.dataset)})"


def _indices(given: Any, count: int) -> Any:
    """Numbers of samples as an array, from 0 on."""
    indices = _array(given)
    if indices.ndim != 1 or indices.dtype.kind not in "biu":
        raise TypeError(f"Subset: the indices must be a row of whole numbers or booleans, got {describe(indices)}")
    if indices.dtype.kind == "b":
        if len(indices) != count:
            raise IndexError(f"Subset: there must be a boolean for each of {count} samples, got {len(indices)}")
        return np.flatnonzero(indices)
    wrong = indices[(indices < 0) | (indices >= count)]
    if len(wrong):
        raise IndexError(f"Subset: the samples have the numbers 0 to {count - 1}, got {wrong[0]}")
    return indices.astype(np.intp)


def is_numbered(dataset: Any) -> bool:
    """Tell whether something has samples by numbers from 0 on, which a text or a dict of arrays has not."""
    by_other_keys = isinstance(dataset, (Mapping, str, bytes))
    return hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__") and not by_other_keys


def refuse_arrays_side_by_side(caller: str, dataset: Any) -> None:
    """Raise for a tuple such as ``(x, y)``, of which ``x`` and ``y`` would be the samples."""
    if isinstance(dataset, tuple):
        raise TypeError(
            f"{caller}: takes a dataset, got a tuple of {len(dataset)}, which would be its samples; arrays side by "
            "side are nn.data.TensorDataset(x, y), and samples come in a list"
        )


def take(dataset: Any, indices: Any) -> Any:
    """Give a batch of any dataset whose samples have numbers."""
    return dataset.take(indices) if isinstance(dataset, Dataset) else Dataset.take(dataset, indices)


class IterableDataset:
    """Samples that come one after the other: from a generator, a file or a stream.

    Parameters
    ----------
    source
        A function without arguments that gives an iterable, a generator function, say, and is called for each epoch; or
        an iterable that can be gone through again and again. A subclass has ``__iter__`` instead.

    Raises
    ------
    TypeError
        If it is neither of them; for a generator itself, too, since it could be gone through once only.

    Notes
    -----
    A ``DataLoader`` goes on in the middle of an epoch by passing over what comes before: so the samples must come again
    in the same order, and random ones must be drawn from ``autograd.generator()``.

    >>> import nn
    >>> def squares():
    ...     for number in range(5):
    ...         yield number, number**2
    >>> for numbers, targets in nn.data.DataLoader(nn.data.IterableDataset(squares), batch_size=3):
    ...     print(numbers.tolist(), targets.tolist())
    [0, 1, 2] [0, 1, 4]
    [3, 4] [9, 16]
    """

    def __init__(self, source: Callable[[], Iterable[Any]] | Iterable[Any] = ()) -> None:
        if isinstance(source, Iterator) or not (callable(source) or isinstance(source, Iterable)):
            raise TypeError(
                "IterableDataset: takes a function that gives an iterable, or an iterable that can be gone through "
                f"more than once, got {type(source).__name__}"
            )
        self._source = source

    def __iter__(self) -> Iterator[Any]:
        """Begin anew and give the samples."""
        return iter(self._source() if callable(self._source) else self._source)
