"""Augmentation: images changed at random on their way into training, a whole batch at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from autograd import Tensor, asarray, generator
from autograd.errors import describe

from .pixels import covered, filling, interpolated, padded, windows


class Augmentation(ABC):
    """What all share: batches of images go in, ``(N, C, H, W)`` or ``(N, H, W)``, and come out in the same dtype.

    Each image is changed by a draw of its own, alike in all its channels. The numbers are drawn from
    ``autograd.generator()``, so ``autograd.manual_seed`` makes them repeatable, or the ``seed`` of a ``DataLoader``
    whose ``transform`` it is. What comes out is a constant Tensor; images that require grad are refused.

    A subclass says in ``augmented`` what it makes of an array ``(N, C, H, W)``.
    """

    #: Whether what comes out are numbers between those that went in, so that whole numbers would be cut.
    _makes_fractions = False

    def __call__(self, images: Any) -> Tensor:
        """Change a batch of images.

        Raises ``ValueError`` if it has not three or four axes, and ``TypeError`` if it requires grad, and for whole
        numbers where fractions come out: ``RandomRotation`` and ``GaussianNoise``.
        """
        given = asarray(images).numpy()
        if given.ndim not in (3, 4):
            raise ValueError(f"{self!r}: takes a batch of images, (N, C, H, W) or (N, H, W), got {describe(given)}")
        if self._makes_fractions and given.dtype.kind != "f":
            raise TypeError(f"{self!r}: takes floating numbers, got {describe(given)}; convert it with astype")
        as_channels = given if given.ndim == 4 else given[:, np.newaxis]
        result = self.augmented(as_channels, generator())
        return Tensor(result if given.ndim == 4 else result[:, 0])

    @abstractmethod
    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Give the images ``(N, C, H, W)`` changed, as an array; they themselves stay as they are."""


@dataclass(frozen=True)
class RandomCrop(Augmentation):
    """Cuts a window out of each image, at a place of its own.

    Parameters
    ----------
    size
        Of the window: ``(height, width)``, or one number for both.
    padding
        By how many pixels the images are made larger before, at each side: one number, or ``(vertical, horizontal)``.
    fill
        The value of these pixels.

    Raises
    ------
    ValueError
        If the window is larger than the padded images.

    >>> import autograd as ag, nn
    >>> nn.data.RandomCrop((2, 3))(ag.zeros((10, 1, 5, 5))).shape
    (10, 1, 2, 3)
    """

    size: int | tuple[int, int]
    padding: int | tuple[int, int] = 0
    fill: float = 0.0

    def __post_init__(self) -> None:
        if min(_pair("RandomCrop", "size", self.size)) < 1:
            raise ValueError(f"RandomCrop: size must be positive, got {self.size!r}")
        _pair("RandomCrop", "padding", self.padding)
        _check_fill("RandomCrop", self.fill)

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Cut windows out."""
        height, width = _pair("RandomCrop", "size", self.size)
        larger = padded(images, _pair("RandomCrop", "padding", self.padding), self.fill)
        if height > larger.shape[2] or width > larger.shape[3]:
            raise ValueError(
                f"{self!r}: the window is larger than the images, which have {larger.shape[2:]} pixels with the padding"
            )
        return windows(larger, (height, width), random)


@dataclass(frozen=True)
class RandomShift(Augmentation):
    """Moves each image by whole pixels, up or down and to the left or right.

    Parameters
    ----------
    pixels
        By how many at most, ``(vertical, horizontal)``, or one number for both. All moves are equally likely.
    fill
        The value of the pixels that come in at the edges.

    >>> import autograd as ag, nn
    >>> _ = ag.manual_seed(11)
    >>> nn.data.RandomShift(1)([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]).tolist()
    [[[0, 0, 0], [0, 1, 2], [0, 4, 5]]]
    """

    pixels: int | tuple[int, int]
    fill: float = 0.0

    def __post_init__(self) -> None:
        _pair("RandomShift", "pixels", self.pixels)
        _check_fill("RandomShift", self.fill)

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Move."""
        larger = padded(images, _pair("RandomShift", "pixels", self.pixels), self.fill)
        return windows(larger, images.shape[2:], random)


@dataclass(frozen=True)
class RandomFlip(Augmentation):
    """Mirrors each image with a probability.

    Parameters
    ----------
    direction
        ``"horizontal"``, which exchanges left and right, or ``"vertical"``.
    p
        The probability, from 0 to 1.

    >>> import nn
    >>> nn.data.RandomFlip("vertical", p=1.0)([[[1, 2], [3, 4]]]).tolist()
    [[[3, 4], [1, 2]]]
    """

    direction: str = "horizontal"
    p: float = 0.5

    def __post_init__(self) -> None:
        if self.direction not in ("horizontal", "vertical"):
            raise ValueError(f"RandomFlip: direction is 'horizontal' or 'vertical', got {self.direction!r}")
        if not (_is_number(self.p) and 0 <= self.p <= 1):
            raise ValueError(f"RandomFlip: p must be a probability, from 0 to 1, got {self.p!r}")

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Mirror."""
        flipped = np.flip(images, 3 if self.direction == "horizontal" else 2)
        return np.where(random.random((len(images), 1, 1, 1)) < self.p, flipped, images)


@dataclass(frozen=True)
class RandomRotation(Augmentation):
    """Turns each image around its middle; what lies between pixels is interpolated linearly.

    Parameters
    ----------
    degrees
        The largest angle: all from ``-degrees`` to ``degrees`` are equally likely; or ``(least, most)``. Positive ones
        turn counter-clockwise.
    fill
        The value of the pixels that come in at the corners.

    >>> import nn
    >>> nn.data.RandomRotation((90, 90))([[[1.0, 2.0], [3.0, 4.0]]]).round(6).tolist()
    [[[2.0, 4.0], [1.0, 3.0]]]
    """

    degrees: float | tuple[float, float]
    fill: float = 0.0
    _makes_fractions = True

    def __post_init__(self) -> None:
        ends = _two(self.degrees)
        are_numbers = len(ends) == 2 and all(_is_number(end) and np.isfinite(end) for end in ends)
        if not (are_numbers and self._least() <= ends[1]):
            raise ValueError(
                f"RandomRotation: degrees must be a number of at least 0 or (least, most), got {self.degrees!r}"
            )
        _check_fill("RandomRotation", self.fill)

    def _least(self) -> float:
        return self.degrees[0] if isinstance(self.degrees, (tuple, list)) else -self.degrees

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Turn."""
        height, width = images.shape[2:]
        angles = np.radians(random.uniform(self._least(), _two(self.degrees)[1], (len(images), 1, 1)))
        down = np.arange(height)[:, np.newaxis] - (height - 1) / 2  # from the middle
        right = np.arange(width) - (width - 1) / 2
        rows = np.sin(angles) * right + np.cos(angles) * down + (height - 1) / 2
        columns = np.cos(angles) * right - np.sin(angles) * down + (width - 1) / 2
        return interpolated(padded(images, (1, 1), self.fill), rows + 1, columns + 1)


@dataclass(frozen=True)
class GaussianNoise(Augmentation):
    """Adds normal random numbers of the standard deviation ``std``, one for each number of the images.

    >>> import autograd as ag, nn
    >>> _ = ag.manual_seed(0)
    >>> noisy = nn.data.GaussianNoise(0.5)(ag.zeros((100, 8, 8)))
    >>> round(float(noisy.std()), 2)
    0.5
    """

    std: float = 0.1
    _makes_fractions = True

    def __post_init__(self) -> None:
        if not (_is_number(self.std) and 0 <= self.std < np.inf):
            raise ValueError(f"GaussianNoise: std must be a number of at least 0, got {self.std!r}")

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Add noise."""
        noise: Any = random.standard_normal(images.shape, np.float32 if images.dtype.itemsize < 8 else np.float64)
        noise *= self.std
        return images + noise.astype(images.dtype, copy=False)


@dataclass(frozen=True)
class Cutout(Augmentation):
    """Covers a rectangle of each image, whose middle can be any pixel, so that a part of it may lie outside.

    DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017).

    Parameters
    ----------
    size
        Of the rectangle, ``(height, width)``, or one number for both.
    fill
        The value that covers.

    >>> import autograd as ag, nn
    >>> nn.data.Cutout(1)(ag.ones((3, 4, 4))).sum(axis=(1, 2)).tolist()
    [15.0, 15.0, 15.0]
    """

    size: int | tuple[int, int]
    fill: float = 0.0

    def __post_init__(self) -> None:
        _pair("Cutout", "size", self.size)
        _check_fill("Cutout", self.fill)

    def augmented(self, images: Any, random: np.random.Generator) -> Any:
        """Cover."""
        sides = zip(_pair("Cutout", "size", self.size), images.shape[2:], strict=True)
        rows, columns = (covered(len(images), side, length, random) for side, length in sides)
        hidden = rows[:, np.newaxis, :, np.newaxis] & columns[:, np.newaxis, np.newaxis, :]
        return np.where(hidden, filling(self.fill, images.dtype), images)


class Compose:
    """Applies transforms one after the other.

    >>> import autograd as ag, nn
    >>> nn.data.Compose([nn.data.RandomCrop(4), nn.data.RandomFlip()])(ag.zeros((10, 3, 8, 8))).shape
    (10, 3, 4, 4)
    """

    def __init__(self, transforms: Any) -> None:
        if not isinstance(transforms, Sequence) or not all(map(callable, transforms)):
            raise TypeError(f"Compose: takes a list of functions, got {transforms!r}")
        self.transforms = list(transforms)

    def __call__(self, batch: Any) -> Any:
        """Apply them."""
        for transform in self.transforms:
            batch = transform(batch)
        return batch

    def __repr__(self) -> str:
        return f"Compose({self.transforms!r})"


def _is_number(given: Any) -> bool:
    return isinstance(given, Real)


def _two(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, (tuple, list)) else (given, given)


def _pair(owner: str, name: str, given: Any) -> tuple[int, int]:
    """Two whole numbers, for the height and the width."""
    pair = _two(given)
    are_whole = all(isinstance(each, (int, np.integer)) and not isinstance(each, bool) for each in pair)
    if len(pair) != 2 or not are_whole or min(pair) < 0:
        raise ValueError(f"{owner}: {name} must be a whole number of at least 0, or two of them, got {given!r}")
    return int(pair[0]), int(pair[1])


def _check_fill(owner: str, fill: Any) -> None:
    if not _is_number(fill):
        raise ValueError(f"{owner}: fill must be a number, got {fill!r}")
