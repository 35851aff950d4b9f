"""Pixels of batches of images ``(N, C, H, W)``: edges around them, windows in them, places between and under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def padded(images: Any, pixels: tuple[int, int], fill: float) -> Any:
    """Images made larger at each side, by so many pixels along height and width."""
    widths = [(0, 0), (0, 0), *((count, count) for count in pixels)]
    return np.pad(images, widths, constant_values=filling(fill, images.dtype))


def filling(fill: float, dtype: Any) -> Any:
    """A value for pixels in the dtype of the images."""
    value = np.array(fill).astype(dtype)
    if dtype.kind != "f" and value != fill:
        raise ValueError(f"augmentation: images of {dtype} cannot hold the fill {fill!r}")
    return value


def windows(images: Any, size: Sequence[int], random: np.random.Generator) -> Any:
    """A window of each image, at a place that is drawn."""
    places = np.lib.stride_tricks.sliding_window_view(images, tuple(size), axis=(2, 3))
    top, left = (random.integers(length, size=len(images)) for length in places.shape[2:4])
    return places[np.arange(len(images)), :, top, left]


def interpolated(images: Any, rows: Any, columns: Any) -> Any:
    """What lies at places ``(N, H, W)`` of images, linearly between four pixels; the edges go on outside."""
    count, channels, height, width = images.shape
    (top, below), (left, beside) = _parts(rows, height, images.dtype), _parts(columns, width, images.dtype)
    starts = height * width * np.arange(count * channels).reshape(count, channels, 1, 1)
    first = starts + (top * width + left)

    def between(first: Any) -> Any:
        start = np.take(images, first)
        return start + (np.take(images, first + 1) - start) * beside

    upper = between(first)
    return upper + (between(first + width) - upper) * below


def _parts(positions: Any, length: int, dtype: Any) -> tuple[Any, Any]:
    """Positions along an axis: the pixel before each, which is not the last one, and how far it lies behind that."""
    inside = np.clip(positions, 0, length - 1)
    before = np.minimum(inside.astype(np.intp), length - 2)
    return before[:, np.newaxis], (inside - before).astype(dtype)[:, np.newaxis]


def covered(count: int, side: int, length: int, random: np.random.Generator) -> Any:
    """For each image, which of its rows or columns are covered: ``(count, length)``."""
    first = random.integers(max(length, 1), size=count)[:, np.newaxis] - side // 2
    places = np.arange(length)
    return (places >= first) & (places < first + side)
