"""DataLoader: the samples of a dataset in batches, epoch after epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from typing import Any

import numpy as np

from autograd import generator
from autograd.random import drawing_from

from .collating import as_tensors, default_collate, like
from .datasets import IterableDataset, is_numbered, refuse_arrays_side_by_side, take
from .prefetching import ahead


@dataclass
class _Place:
    """How far a loader has come: the epoch, how many of its batches were given, and whether its loop has begun."""

    epoch: int = 0
    batch: int = 0
    is_begun: bool = False


class DataLoader:
    """Gives the samples of a dataset in batches; each loop over it is an epoch.

    A batch has the form of a sample, with a new first axis: of a ``TensorDataset`` it is a tuple of Tensors. They have
    the dtypes of the dataset; nothing is turned into float32.

    Parameters
    ----------
    dataset
        A ``Dataset``, anything else with ``len`` whose samples have numbers (a list of tuples, say), or an
        ``IterableDataset``.
    batch_size
        How many samples a batch holds; the last one of an epoch may have fewer. ``None`` means that what the dataset
        holds are batches already; their arrays and numbers become Tensors.
    shuffle
        Whether each epoch has an order of its own.
    drop_last
        Whether a last batch with fewer samples is left out.
    seed
        A whole number of at least 0 that fixes the orders of all epochs, and what is random in preparing batches; by
        default one that is drawn from ``autograd.generator()`` when it is first asked for: at the latest when an epoch
        begins.
    prefetch
        How many batches a thread prepares ahead; 0 means no thread. The batches are the same. The thread ends with the
        loop, however that is left; an error in it is raised where the loop asks for the batch.
    transform
        A function that is applied to the inputs of each batch: to the first place of a tuple or list, or else to the
        whole batch. Augmentation goes here.
    collate_fn
        A function that puts a list of samples together as a batch, in the place of ``default_collate``.
    num_workers, pin_memory, persistent_workers
        PyTorch's ways to prepare batches, which change nothing here: there is ``prefetch``.

    Raises
    ------
    TypeError
        If the dataset is none (nor is a tuple of arrays: ``TensorDataset(x, y)`` is), ``transform`` or ``collate_fn``
        is no function, or, from ``len``, if the dataset is an ``IterableDataset`` without ``len``.
    ValueError
        For a ``batch_size`` less than 1 or a ``prefetch`` or ``seed`` less than 0; for a ``drop_last`` or
        ``collate_fn`` without ``batch_size``; for an ``IterableDataset`` that is to be shuffled.

    Notes
    -----
    While a batch is prepared, ``autograd.generator()`` is a generator that belongs to this batch of this epoch alone.
    So a dataset or ``transform`` that draws from it gives the same numbers in a thread and without one, whatever else
    is drawn meanwhile, and also when a loader goes on in the middle of an epoch.

    A loop that is left early does not go on later: the next one is the next epoch.

    >>> import nn
    >>> loader = nn.data.DataLoader(nn.data.TensorDataset([[1.0], [2.0], [3.0]], [10, 20, 30]), batch_size=2)
    >>> for x, y in loader:
    ...     print(x.tolist(), y.tolist())
    [[1.0], [2.0]] [10, 20]
    [[3.0]] [30]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        seed: int | None = None,
        prefetch: int = 0,
        transform: Callable[[Any], Any] | None = None,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        num_workers: int = 0,  # noqa: ARG002 - PyTorch's
        pin_memory: bool = False,  # noqa: ARG002 - PyTorch's
        persistent_workers: bool = False,  # noqa: ARG002 - PyTorch's
    ) -> None:
        refuse_arrays_side_by_side("DataLoader", dataset)
        self._is_stream = isinstance(dataset, IterableDataset)
        if not self._is_stream and not is_numbered(dataset):
            raise TypeError(
                "DataLoader: takes a Dataset, something else with len and numbered samples, or an IterableDataset, "
                f"got {type(dataset).__name__}"
            )
        if self._is_stream and shuffle:
            raise ValueError(
                "DataLoader: shuffle needs samples with numbers; those of an IterableDataset come in order"
            )
        if batch_size is None and (drop_last or collate_fn is not None):
            raise ValueError("DataLoader: drop_last and collate_fn are for a batch_size, got batch_size=None")
        for name, function in (("transform", transform), ("collate_fn", collate_fn)):
            if not (function is None or callable(function)):
                raise TypeError(f"DataLoader: {name} must be a function, got {function!r}")
        self.dataset = dataset
        self.batch_size = None if batch_size is None else _at_least(1, batch_size, "batch_size")
        self.shuffle = bool(shuffle)
        self.drop_last = bool(drop_last)
        self.prefetch = _at_least(0, prefetch, "prefetch")
        self.transform = transform
        self.collate_fn = collate_fn
        self._seed = None if seed is None else _at_least(0, seed, "seed")
        self._place = _Place()

    @property
    def seed(self) -> int:
        """The number that fixes all orders; drawn from ``autograd.generator()`` if none was given."""
        if self._seed is None:
            self._seed = int(generator().integers(2**63))
        return self._seed

    @property
    def epoch(self) -> int:
        """How many epochs were ended before the one that goes on or comes next."""
        return self._place.epoch

    def __len__(self) -> int:
        """Give the number of batches in an epoch."""
        if self._is_stream and not hasattr(self.dataset, "__len__"):
            raise TypeError(f"DataLoader: the length is not known, since {type(self.dataset).__name__} has none")
        batches = len(self.dataset) / (self.batch_size or 1)
        return math.floor(batches) if self.drop_last else math.ceil(batches)

    def __iter__(self) -> Iterator[Any]:
        """Begin the next epoch, or go on in the one that ``load_state_dict`` has set."""
        place = self._begin()
        batches = self._prepared(self.seed, place.epoch, place.batch)
        return _counted(ahead(batches, self.prefetch) if self.prefetch else batches, place)

    def _begin(self) -> _Place:
        """Give the place to go on from."""
        last = self._place
        start = (last.epoch + 1, 0) if last.is_begun else (last.epoch, last.batch)  # the last loop was not ended
        self._place = _Place(*start, is_begun=True)
        return self._place

    def _prepared(self, seed: int, epoch: int, first: int) -> Iterator[Any]:
        """Prepare the batches of an epoch, from the one of the number ``first`` on."""
        if self._is_stream:
            return islice(self._of_stream(seed, epoch), first, None)
        return self._of_numbers(seed, epoch, first)

    def _of_numbers(self, seed: int, epoch: int, first: int) -> Iterator[Any]:
        samples = len(self.dataset)
        order = _random(seed, epoch).permutation(samples) if self.shuffle else np.arange(samples)
        size = self.batch_size
        for batch in range(first, len(self)):
            with drawing_from(partial(_random, seed, epoch, batch)):
                taken = self._taken(order[batch * size : (batch + 1) * size] if size else order[batch])
                prepared = self._transformed(taken)
            yield prepared

    def _taken(self, numbers: Any) -> Any:
        if self.batch_size is None:
            return as_tensors(self.dataset[int(numbers)])
        if self.collate_fn is None:
            return take(self.dataset, numbers)
        return self.collate_fn([self.dataset[int(number)] for number in numbers])

    def _of_stream(self, seed: int, epoch: int) -> Iterator[Any]:
        with drawing_from(partial(_random, seed, epoch)):
            samples = iter(self.dataset)  # a source that is a function may draw here
        size = self.batch_size or 1
        for batch in count():
            with drawing_from(partial(_random, seed, epoch, batch)):
                found = list(islice(samples, size))
                if not found or (self.drop_last and len(found) < size):
                    return
                collate = self.collate_fn or default_collate
                prepared = self._transformed(as_tensors(found[0]) if self.batch_size is None else collate(found))
            yield prepared

    def _transformed(self, batch: Any) -> Any:
        if self.transform is None:
            return batch
        if isinstance(batch, (tuple, list)):
            return like(batch, [self.transform(batch[0]), *batch[1:]])
        return self.transform(batch)

    # Going on after an interruption

    def state_dict(self) -> dict[str, Any]:
        """Give what another loader of the same dataset needs to go on from here, inside of an epoch, too.

        Batches count when the loop has got them, not when they are prepared. All values are whole numbers, booleans or
        ``None``, so they can be written as JSON.

        >>> import nn
        >>> make = lambda: nn.data.DataLoader(nn.data.TensorDataset(range(8)), 2, shuffle=True, seed=0)
        >>> loader, other = make(), make()
        >>> batches = iter(loader)
        >>> _ = next(batches), next(batches)
        >>> other.load_state_dict(loader.state_dict())
        >>> [x.tolist() for x, in other] == [x.tolist() for x, in batches]
        True
        """
        return {"epoch": self._place.epoch, "batch": self._place.batch, "seed": self.seed, **self._form()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Have the next loop go on where another loader was when its ``state_dict`` was taken.

        If that was after the last batch of an epoch, before its loop ended, the next loop has no batches. ``prefetch``
        may be another one. Raises ``ValueError``, and changes nothing, if keys are missing or unknown, or if it was in
        the middle of an epoch and the number of samples, ``batch_size``, ``shuffle`` or ``drop_last`` are not the same.
        """
        own = {"epoch", "batch", "seed", *self._form()}
        if state_dict.keys() != own:
            raise ValueError(
                f"DataLoader.load_state_dict: the state has the keys {sorted(own)}, got {sorted(map(str, state_dict))}"
            )
        epoch, batch, seed = (_at_least(0, state_dict[key], key) for key in ("epoch", "batch", "seed"))
        different = [
            f"{key} was {state_dict[key]} and is {now}" for key, now in self._form().items() if state_dict[key] != now
        ]
        if batch and different:
            raise ValueError(
                f"DataLoader.load_state_dict: the state is that after {batch} batches of an epoch, and cannot be gone "
                f"on from in another way: {'; '.join(different)}"
            )
        self._place, self._seed = _Place(epoch, batch), seed

    def _form(self) -> dict[str, Any]:
        """Give what decides which samples are in which batch."""
        return {
            "samples": None if self._is_stream else len(self.dataset),
            "batch_size": self.batch_size,
            "shuffle": self.shuffle,
            "drop_last": self.drop_last,
        }


def _counted(batches: Iterator[Any], place: _Place) -> Iterator[Any]:
    """Give the batches, and count them in the place; at the end it is the beginning of the next epoch."""
    for batch in batches:
        place.batch += 1
        yield batch
    place.epoch, place.batch, place.is_begun = place.epoch + 1, 0, False


def _random(seed: int, *place: int) -> np.random.Generator:
    """Give the generator of an epoch, or of a batch in it."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=place)))


def _at_least(least: int, given: Any, name: str) -> int:
    if not isinstance(given, (int, np.integer)) or isinstance(given, bool) or given < least:
        raise ValueError(f"DataLoader: {name} must be a whole number of at least {least}, got {given!r}")
    return int(given)
