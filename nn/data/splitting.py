"""Data split in a part for training and a part for tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor, generator
from autograd.errors import describe

from .datasets import Subset, is_numbered


def train_test_split(
    *arrays: Any, test_size: float = 0.25, shuffle: bool = True, stratify: Any = None, seed: int | None = None
) -> list[Any]:
    """Split arrays, all in the same way, in samples for training and samples for tests.

    Arguments and sizes are scikit-learn's; ``seed`` is its ``random_state``.

    Parameters
    ----------
    arrays
        Of the same length: arrays, Tensors, lists, and datasets, anything with ``len`` whose samples have numbers.
    test_size
        The part of the samples for tests, between 0 and 1, rounded up; or their number.
    shuffle
        Whether the samples are drawn. If not, those for tests are the last ones.
    stratify
        The class of each sample, ``(N,)`` or several numbers for each, ``(N, K)``. Both parts have each class as nearly
        as can be as often as all samples do; which of the classes that would be cut equally gets a sample more is
        drawn.
    seed
        Fixes the draw; by default it is drawn from ``autograd.generator()``.

    Returns
    -------
    list
        For each array its samples for training, then those for tests: copies of rows for arrays, Tensors and what NumPy
        makes an array of, lists for lists and other sequences, a ``Subset`` for a dataset.

    Raises
    ------
    TypeError
        If there is no array, or one has no numbered samples.
    ValueError
        If lengths differ, a part would be empty, or, with ``stratify``, not shuffled, smaller than the number of
        classes, or if a class has one sample only.

    >>> import numpy as np
    >>> x, y = np.arange(8).reshape(4, 2), [0, 1, 0, 1]
    >>> x_train, x_test, y_train, y_test = train_test_split(x, y, shuffle=False)
    >>> y_train, y_test, x_test
    ([0, 1, 0], [1], array([[6, 7]]))
    """
    samples = _count(arrays)
    for_tests = _size_of_test(test_size, samples)
    random = generator() if seed is None else np.random.default_rng(seed)
    if stratify is not None:
        if not shuffle:
            raise ValueError(
                "train_test_split: stratify draws samples of each class, which shuffle=False does not allow"
            )
        train, test = _by_class(stratify, samples, for_tests, random)
    else:
        order = random.permutation(samples) if shuffle else np.arange(samples)
        train, test = order[: samples - for_tests], order[samples - for_tests :]
    return [_rows(array, numbers) for array in arrays for numbers in (train, test)]


def _count(arrays: tuple[Any, ...]) -> int:
    """The number of samples."""
    if not arrays:
        raise TypeError("train_test_split: takes at least one array, got none")
    lengths = [_length(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"train_test_split: the arrays must have the same length, got {lengths}")
    return lengths[0]


def _length(array: Any) -> int:
    if not is_numbered(array) or not getattr(array, "shape", (1,)):
        raise TypeError(
            f"train_test_split: takes arrays, Tensors, lists and datasets with numbered samples, got {describe(array)}"
        )
    return len(array)


def _size_of_test(test_size: Any, samples: int) -> int:
    is_number = isinstance(test_size, (int, np.integer)) and not isinstance(test_size, bool)
    is_part = isinstance(test_size, (float, np.floating))
    if not ((is_number and 0 < test_size < samples) or (is_part and 0 < test_size < 1)):
        raise ValueError(
            "train_test_split: test_size must be a part, a floating number between 0 and 1, or a number of samples "
            f"from 1 to {samples - 1}, one less than there are; got {test_size!r}"
        )
    for_tests = int(test_size) if is_number else math.ceil(test_size * samples)
    if not for_tests < samples:
        raise ValueError(
            f"train_test_split: with test_size={test_size}, none of {samples} samples would be left for training"
        )
    return for_tests


def _by_class(stratify: Any, samples: int, for_tests: int, random: np.random.Generator) -> tuple[Any, Any]:
    """Draw the numbers of the samples for training and for tests from each class."""
    classes = np.asarray(stratify)
    if classes.ndim not in (1, 2) or len(classes) != samples:
        raise ValueError(
            f"train_test_split: stratify must have a class for each of {samples} samples, got {describe(classes)}"
        )
    axis = 0 if classes.ndim == 2 else None  # which objects cannot be told apart by
    labels, of_sample, counts = np.unique(classes, return_inverse=True, return_counts=True, axis=axis)
    if counts.min() < 2:
        raise ValueError(
            "train_test_split: each class needs two samples, one for training and one for tests; there is one of the "
            f"class {labels[counts.argmin()].tolist()}"
        )
    if min(for_tests, samples - for_tests) < len(counts):
        raise ValueError(
            f"train_test_split: {samples - for_tests} samples for training and {for_tests} for tests cannot both have "
            f"each of {len(counts)} classes"
        )
    order = random.permutation(samples)
    by_class = np.split(order[np.argsort(of_sample.reshape(-1)[order], kind="stable")], np.cumsum(counts)[:-1])
    for_training = _shares(counts, samples - for_tests, random)
    parts = [
        [numbers[:share] for numbers, share in zip(by_class, for_training, strict=True)],
        [numbers[share:] for numbers, share in zip(by_class, for_training, strict=True)],
    ]
    train, test = (random.permutation(np.concatenate(part)) for part in parts)
    return train, test


def _shares(counts: Any, total: int, random: np.random.Generator) -> Any:
    """Share a total out in proportion to counts: rounded down, and one more where most was cut off, ties by lot."""
    exact = counts * total / counts.sum()
    shares = np.floor(exact).astype(np.intp)
    first = np.lexsort((random.random(len(counts)), shares - exact))[: total - shares.sum()]
    shares[first] += 1
    return shares


def _rows(array: Any, numbers: Any) -> Any:
    if isinstance(array, (Tensor, np.ndarray)):  # masked ones keep their mask
        return array[numbers]
    if hasattr(array, "__array__"):
        return np.asarray(array)[numbers]
    if isinstance(array, Sequence):
        return [array[number] for number in numbers]
    return Subset(array, numbers)
