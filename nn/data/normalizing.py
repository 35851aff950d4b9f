"""Normalizer: features of data brought to mean 0 and standard deviation 1, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from ..module import Module
from .datasets import Dataset


class Normalizer(Module):
    """Brings each feature to mean 0 and standard deviation 1, by those of the data that it was fitted on.

    It is a module without parameters: as the first layer of a model it is saved with it. Before it is fitted or loaded
    it gives what it gets. A feature that never varies in the data becomes 0.

    Parameters
    ----------
    shape
        Of the mean and the standard deviation, a number for one axis. It is set against the last axes of the data, as
        in broadcasting; over axes where it is 1, and those before it, mean and deviation are taken. So ``3`` is for
        three columns, ``(3, 1, 1)`` for the channels of images ``(N, 3, H, W)``, and ``()`` has one mean for all.
    dtype
        Of the mean and the standard deviation; float32 by default. They are computed in float64.

    Attributes
    ----------
    mean, std
        Buffers of that shape; 0 and 1 at first. The deviation is the root of the mean squared distance from the mean
        (NumPy's ``ddof=0``), and 1 for a feature that does not vary.

    >>> import nn
    >>> prices = [[1.0, 500.0], [3.0, 500.0]]
    >>> normalizer = nn.data.Normalizer(2).fit(prices)
    >>> normalizer(prices).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    >>> normalizer.inverse([[0.5, 0.0]]).tolist()
    [[2.5, 500.0]]
    """

    mean: Tensor
    std: Tensor

    def __init__(self, shape: int | Sequence[int], *, dtype: Any = None) -> None:
        sizes: tuple[Any, ...] = tuple(shape) if isinstance(shape, Sequence) else (shape,)
        if not all(isinstance(size, (int, np.integer)) and size > 0 for size in sizes):
            raise ValueError(f"Normalizer: the shape must be of positive numbers, all of them whole, got {shape!r}")
        self.shape = tuple(map(int, sizes))
        dtype = np.dtype(dtype or np.float32)
        if dtype.kind != "f":
            raise TypeError(f"Normalizer: mean and deviation are floating numbers, got dtype {dtype}")
        self.register_buffer("mean", Tensor(np.zeros(self.shape, dtype)))
        self.register_buffer("std", Tensor(np.ones(self.shape, dtype)))

    def fit(self, data: Any) -> Self:
        """Take mean and deviation of data, which should be those for training alone. Gives the normalizer itself.

        Raises ``TypeError`` if the data are no real numbers, or a dataset, and ``ValueError`` if they do not end with
        the shape, have no samples, or hold NaN or infinity: the error says how many, and where the first one is; and if
        the dtype of the mean cannot hold it, or not to a tenth of the deviation.
        """
        values = self._checked(data)
        exact, std = (each.reshape(self.shape) for each in _statistics(values, self._axes(values.ndim)))
        with np.errstate(over="ignore"):
            mean, std = exact.astype(self.mean.dtype), std.astype(self.std.dtype)
        std = np.where(std > 0, std, 1)
        self._check_held(exact, mean, std)
        self.mean.data, self.std.data = mean, std
        return self

    def _check_held(self, exact: Any, mean: Any, std: Any) -> None:
        """Raise if the dtype cannot hold a mean or deviation, or rounds it so far that no feature would get mean 0."""
        if not (np.isfinite(mean).all() and np.isfinite(std).all()):
            raise ValueError(
                f"{self.title}.fit: the numbers are too large for {mean.dtype}; divide them by a constant before"
            )
        moved = abs(mean - exact) > std / 10
        if moved.any():
            raise ValueError(
                f"{self.title}.fit: {mean.dtype} cannot hold the mean {exact[moved][0]} of a feature with the "
                f"deviation {std[moved][0]:g} exactly enough; subtract a constant before, or take dtype=np.float64"
            )

    def forward(self, input: Any) -> Tensor:
        """Normalise; ``(input - mean) / std``."""
        result: Tensor = (asarray(input) - self.mean) / self.std
        return result

    def inverse(self, input: Any) -> Tensor:
        """Give the numbers in the units of the data again; ``input * std + mean``."""
        result: Tensor = asarray(input) * self.std + self.mean
        return result

    def _axes(self, ndim: int) -> tuple[int, ...]:
        """Over which axes mean and deviation are taken."""
        before = ndim - len(self.shape)
        return (*range(before), *(before + axis for axis, size in enumerate(self.shape) if size == 1))

    def _checked(self, data: Any) -> Any:
        if isinstance(data, Dataset):
            raise TypeError(f"{self.title}.fit: takes an array, as dataset[:][0], got {type(data).__name__}")
        given = asarray(data).numpy()
        if given.dtype.kind not in "biuf":
            raise TypeError(f"{self.title}.fit: the data must be real numbers, got {describe(given)}")
        fits = given.ndim >= len(self.shape) and all(
            size in (1, length) for size, length in zip(self.shape[::-1], given.shape[::-1], strict=False)
        )
        if not fits or not given.size:
            raise ValueError(
                f"{self.title}.fit: takes at least one sample, of a shape that ends with {self.shape}, where 1 "
                f"stands for any length; got {describe(given)}"
            )
        wrong = ~np.isfinite(given)
        if wrong.any():
            first = np.unravel_index(wrong.argmax(), wrong.shape)
            raise ValueError(
                f"{self.title}.fit: {np.count_nonzero(wrong)} of the numbers are NaN or infinite, the first of them, "
                f"{given[first]}, at {list(map(int, first))}; leave these samples out, or fill them in"
            )
        return given.astype(np.float64, copy=False)

    def main_arguments(self) -> str:
        """Give the shape."""
        return str(self.shape[0]) if len(self.shape) == 1 else str(self.shape)

    def extra_repr(self) -> str:
        """Give the shape."""
        return self.main_arguments()


def _statistics(values: Any, axes: tuple[int, ...]) -> tuple[Any, Any]:
    """Mean and deviation in float64, exact for what does not vary: its value, and 0."""
    low, high = values.min(axis=axes, keepdims=True), values.max(axis=axes, keepdims=True)
    varies = low < high
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.where(varies, values.mean(axis=axes, keepdims=True), low)
        std = np.where(varies, np.sqrt(np.square(values - mean).mean(axis=axes, keepdims=True)), 0.0)
    return mean, std
