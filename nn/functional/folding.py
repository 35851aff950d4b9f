"""Images as columns of their windows, and back."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

from .spatial import Sizes, as_batch, at_least, for_each_axis, padded, with_channels

__all__ = ["fold", "unfold"]


def unfold(input: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> Tensor:
    """Give all windows of an image as columns (im2col).

    Parameters
    ----------
    input
        ``(N, C, H, W)``, or ``(C, H, W)`` for a single image. If one of the other arguments is a tuple of one number or
        of three, sequences or volumes: ``(N, C, L)``, ``(N, C, D, H, W)``.
    kernel_size
        How large a window is: a number, or one for each axis.
    dilation
        How far the elements of a window are from each other.
    padding
        How many zeros there are in front of each axis and behind it.
    stride
        How far one window is from the next.

    Returns
    -------
    Tensor
        ``(N, C * kH * kW, L)`` for ``L`` windows, in the order of their places; without ``N`` for a single image.

    Raises
    ------
    ValueError
        If the numbers do not fit to the axes, or no window fits.

    >>> import nn
    >>> nn.functional.unfold([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], (2, 2))
    Tensor([[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]], dtype=float64)
    """
    axes = _count_axes(kernel_size, dilation, padding, stride)
    size, gaps, pads, steps = _numbers("unfold", axes, kernel_size, dilation, padding, stride)
    x, is_batch = as_batch(with_channels("unfold", input, axes), axes)
    _window_counts("unfold", x.shape[2:], size, gaps, pads, steps)
    x = padded(x, [(pad, pad) for pad in pads])
    taken = autograd.windows(x, size, steps, gaps)
    columns: Tensor = taken.reshape(x.shape[0], x.shape[1] * math.prod(size), math.prod(taken.shape[2 + axes :]))
    return columns if is_batch else columns.reshape(columns.shape[1:])


def fold(
    input: Any, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    """Add columns up to an image where ``unfold`` takes them from (col2im): its transpose, not its inverse.

    Parameters
    ----------
    input
        ``(N, C * kH * kW, L)``, or without ``N`` for a single image: for each of ``L`` windows its elements.
    output_size
        How large the image is, ``(H, W)``; one number means a square. Tuples of one number or of three mean sequences
        or volumes.
    kernel_size, dilation, padding, stride
        As for ``unfold``.

    Returns
    -------
    Tensor
        ``(N, C, H, W)``, or without ``N``.

    Raises
    ------
    ValueError
        If the columns are not those of so many windows of that size.

    >>> import nn
    >>> nn.functional.fold([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], (2, 3), (2, 2))
    Tensor([[[1., 2., 1.],
             [1., 2., 1.]]], dtype=float64)
    """
    axes = _count_axes(output_size, kernel_size, dilation, padding, stride)
    spatial = at_least("fold", "output_size", for_each_axis("fold", "output_size", output_size, axes), 1)
    size, gaps, pads, steps = _numbers("fold", axes, kernel_size, dilation, padding, stride)
    counts = _window_counts("fold", spatial, size, gaps, pads, steps)
    columns = asarray(input)
    elements = math.prod(size)
    if columns.ndim not in (2, 3) or columns.shape[-2] % elements or columns.shape[-1] != math.prod(counts):
        raise ValueError(
            f"fold: an image of size {spatial} has {math.prod(counts)} windows of {elements} elements, so the input is "
            f"(N, C * {elements}, {math.prod(counts)}), or that without N; got {describe(columns)}"
        )
    lead = (*columns.shape[:-2], columns.shape[-2] // elements)
    taken = columns.reshape(*lead, *size, *counts)
    whole = tuple(n + 2 * pad for n, pad in zip(spatial, pads, strict=True))
    image: Tensor = autograd.overlap_add(taken, whole, steps, gaps)
    if any(pads):
        image = image[(..., *(slice(pad, pad + n) for n, pad in zip(spatial, pads, strict=True)))]
    return image


def _count_axes(*sizes: Any) -> int:
    """How many axes are meant: as many as a tuple has numbers, and two where there are only numbers."""
    return next((len(each) for each in sizes if isinstance(each, (tuple, list))), 2)


def _numbers(name: str, axes: int, *given: Sizes) -> list[tuple[int, ...]]:
    named = zip(("kernel_size", "dilation", "padding", "stride"), given, (1, 1, 0, 1), strict=True)
    return [
        at_least(name, argument, for_each_axis(name, argument, value, axes), least) for argument, value, least in named
    ]


def _window_counts(
    name: str,
    spatial: tuple[int, ...],
    size: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: tuple[int, ...],
    stride: tuple[int, ...],
) -> tuple[int, ...]:
    """How many windows there are along each axis; raises ``ValueError`` where none fits."""
    along = zip(spatial, size, dilation, padding, stride, strict=True)
    counts = tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in along)
    if min(counts) < 1:
        raise ValueError(
            f"{name}: windows of size {size} and dilation {dilation} do not fit into axes of sizes {spatial} with "
            f"padding {padding}"
        )
    return counts
