"""What the functions on images, sequences and volumes share: sizes for each axis, batches, and zeros around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

#: A number for all axes, or one for each.
Sizes = int | Sequence[int]


def for_each_axis(name: str, argument: str, value: Any, axes: int) -> tuple[int, ...]:
    """Give a number for each axis: the given ones, or the same for all; raises ``ValueError`` if that cannot be."""
    if type(value) is int:
        return (value,) * axes
    numbers = tuple(value) if isinstance(value, (tuple, list, np.ndarray)) else (value,)
    if len(numbers) == 1:
        numbers *= axes
    if len(numbers) != axes or not all(isinstance(each, (int, np.integer)) for each in numbers):
        which = "a whole number" if axes == 1 else f"a whole number, or {axes} of them"
        raise ValueError(f"{name}: {argument} is {which}, got {value!r}")
    return tuple(int(each) for each in numbers)


def at_least(name: str, argument: str, numbers: tuple[int, ...], least: int) -> tuple[int, ...]:
    """Give the numbers, none of which is below ``least``; raises ``ValueError`` otherwise."""
    if min(numbers) < least:
        raise ValueError(f"{name}: {argument} must be at least {least}, got {numbers}")
    return numbers


def with_channels(name: str, input: Any, axes: int) -> Tensor:
    """Give an input as a Tensor, ``(N, C, *spatial)`` or ``(C, *spatial)``; raises ``ValueError`` for other shapes."""
    tensor: Tensor = asarray(input)
    if tensor.ndim not in (axes + 1, axes + 2):
        spatial = ", ".join("DHW"[3 - axes :] if axes > 1 else "L")
        raise ValueError(f"{name}: the input must be (N, C, {spatial}) or (C, {spatial}), got {describe(tensor)}")
    return tensor


def as_batch(tensor: Tensor, axes: int) -> tuple[Tensor, bool]:
    """Give ``(N, C, *spatial)``, and whether the axis of the batch was there before."""
    is_batch = tensor.ndim == axes + 2
    return tensor if is_batch else tensor.reshape(1, *tensor.shape), is_batch


def padded(tensor: Tensor, pads: Sequence[tuple[int, int]], mode: str = "constant") -> Tensor:
    """Pad the last axes, in front and behind; by default with zeros."""
    if not any(map(any, pads)):
        return tensor
    result: Tensor = autograd.pad(tensor, [(0, 0)] * (tensor.ndim - len(pads)) + list(pads), mode=mode)
    return result
