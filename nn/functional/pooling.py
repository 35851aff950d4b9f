"""Pooling of sequences, images and volumes: the largest element of each window, and where it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Tensor
from autograd.errors import describe
from autograd.primitives.pooling_windows import sliding

from .spatial import Sizes, at_least, for_each_axis, with_channels

__all__ = [
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]

#: The largest elements, or with them where they were found.
Pooled = Tensor | tuple[Tensor, Tensor]


def max_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Give the largest element of each window of a sequence: see ``max_pool2d``, with one axis, ``L``.

    >>> import nn
    >>> nn.functional.max_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)
    Tensor([[3., 2.]], dtype=float64)
    """
    return _max_pooled("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Give the largest element of each window of an image.

    Equal maxima share the gradient evenly; PyTorch gives it all to the first one.

    Parameters
    ----------
    input
        ``(N, C, H, W)``, or ``(C, H, W)`` for a single image.
    kernel_size
        How large a window is: a number, or one for each axis.
    stride
        How far one window is from the next; by default ``kernel_size``.
    padding
        How far windows may reach beyond either end, where nothing is; at most half of what a window extends over.
    dilation
        How far the elements of a window are from each other.
    ceil_mode
        Whether a last window may reach beyond the end and the padding, so that no element is left out.
    return_indices
        Whether to give also where the largest elements are, as ``max_unpool2d`` takes it.

    Returns
    -------
    Tensor, or a pair of them
        ``(N, C, H', W')``, where ``H' = (H + 2 * padding - dilation * (kH - 1) - 1) // stride + 1``, or rounded up; and
        if asked for, integers of this shape that count the places of an image row by row.

    Raises
    ------
    ValueError
        If the numbers do not fit to the axes, no window fits, or there are no channels.

    >>> import nn
    >>> nn.functional.max_pool2d([[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]], 2)
    Tensor([[[5., 9.]]], dtype=float64)
    """
    return _max_pooled("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Give the largest element of each window of a volume: see ``max_pool2d``, with the axes ``D``, ``H``, ``W``.

    >>> import nn, numpy as np
    >>> nn.functional.max_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), 2)
    Tensor([[[[7.]]]], dtype=float64)
    """
    return _max_pooled("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def _max_pooled(
    name: str,
    axes: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    return_indices: bool,
) -> Pooled:
    x = with_channels(name, input, axes)
    options = (*sliding_numbers(name, x, axes, kernel_size, stride, padding, dilation, ceil_mode), ceil_mode)
    largest: Tensor = autograd.max_pooling(x, *options)
    return (largest, autograd.max_pooling_places(x, *options)) if return_indices else largest


def sliding_numbers(
    name: str,
    x: Tensor,
    axes: int,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Give size, stride, padding and dilation of windows for each axis; raises ``ValueError`` if none fits."""
    _check_channels(name, x, axes)
    size = for_each_axis(name, "kernel_size", kernel_size, axes)
    steps = for_each_axis(name, "stride", _stride_or(kernel_size, stride), axes)
    pads, gaps = for_each_axis(name, "padding", padding, axes), for_each_axis(name, "dilation", dilation, axes)
    sliding(name, x.shape, size, steps, pads, gaps, ceil_mode)
    return size, steps, pads, gaps


def _stride_or(kernel_size: Sizes, stride: Sizes | None) -> Sizes:
    """Give the stride; none, or an empty one, stands for the size of a window."""
    return kernel_size if stride is None or (isinstance(stride, (tuple, list)) and not stride) else stride


def _check_channels(name: str, x: Tensor, axes: int) -> None:
    """Raise ``ValueError`` if there are no channels; a batch may be empty."""
    if not x.shape[-axes - 1]:
        raise ValueError(f"{name}: there must be a channel at least, got {describe(x)}")


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Give the largest elements of so many windows of a sequence: see ``adaptive_max_pool2d``.

    >>> import nn
    >>> nn.functional.adaptive_max_pool1d([[1.0, 5.0, 2.0, 0.0, 3.0]], 2)
    Tensor([[5., 3.]], dtype=float64)
    """
    return _adaptive("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Give the largest elements of so many windows of an image, however large it is.

    Window ``i`` of ``n`` goes from ``i * H / n``, rounded down, to ``(i + 1) * H / n``, rounded up. Equal maxima share
    the gradient evenly.

    Parameters
    ----------
    input, return_indices
        As for ``max_pool2d``.
    output_size
        How many windows there are: a number, or one for each axis, where ``None`` leaves the axis as it is.

    Raises
    ------
    ValueError
        If the numbers do not fit to the axes, or there are no channels.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool2d(np.arange(12.0).reshape(1, 3, 4), (1, 2))
    Tensor([[[ 9., 11.]]], dtype=float64)
    """
    return _adaptive("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Give the largest elements of so many windows of a volume: see ``adaptive_max_pool2d``.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), 1)
    Tensor([[[[7.]]]], dtype=float64)
    """
    return _adaptive("adaptive_max_pool3d", 3, input, output_size, return_indices)


def _adaptive(name: str, axes: int, input: Any, output_size: Any, return_indices: bool) -> Pooled:
    x = with_channels(name, input, axes)
    _check_channels(name, x, axes)
    counts = window_counts(name, x, axes, output_size)
    largest: Tensor = autograd.adaptive_max_pooling(x, counts)
    return (largest, autograd.adaptive_max_pooling_places(x, counts)) if return_indices else largest


def window_counts(name: str, x: Tensor, axes: int, output_size: Any) -> tuple[int, ...]:
    """Give how many windows each axis is to have; ``None`` stands for as many as it has elements."""
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    given = given * axes if len(given) == 1 else given
    sizes = x.shape[-axes:]
    if len(given) == axes:
        given = tuple(n if each is None else each for each, n in zip(given, sizes, strict=True))
    return at_least(name, "output_size", for_each_axis(name, "output_size", given, axes), 1)


def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the results of ``max_pool1d`` back among zeros: see ``max_unpool2d``.

    >>> import nn
    >>> nn.functional.max_unpool1d([[3.0, 2.0]], [[1, 2]], 2)
    Tensor([[0., 3., 2., 0.]], dtype=float64)
    """
    return _unpooled("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the results of ``max_pool2d`` back to where they were found, among zeros.

    Parameters
    ----------
    input
        ``(N, C, H, W)``, or ``(C, H, W)`` for a single image.
    indices
        Of the same shape: what ``max_pool2d`` gives with ``return_indices=True``.
    kernel_size, stride, padding
        As they were given to ``max_pool2d``.
    output_size
        How large the image was, or the whole shape; by default ``(H - 1) * stride - 2 * padding + kH`` for each axis.

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``output_size`` differs by ``stride`` or more from the default.
    TypeError, IndexError
        If ``indices`` are not integers, or not in the image.

    >>> import nn
    >>> nn.functional.max_unpool2d([[[4.0]]], [[[3]]], 2)
    Tensor([[[0., 0.],
             [0., 4.]]], dtype=float64)
    """
    return _unpooled("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the results of ``max_pool3d`` back among zeros: see ``max_unpool2d``.

    >>> import nn
    >>> nn.functional.max_unpool3d([[[[4.0]]]], [[[[7]]]], 2).shape
    (1, 2, 2, 2)
    """
    return _unpooled("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _unpooled(
    name: str,
    axes: int,
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    output_size: Sequence[int] | None,
) -> Tensor:
    x = with_channels(name, input, axes)
    size = at_least(name, "kernel_size", for_each_axis(name, "kernel_size", kernel_size, axes), 1)
    steps = at_least(name, "stride", for_each_axis(name, "stride", _stride_or(kernel_size, stride), axes), 1)
    pads = at_least(name, "padding", for_each_axis(name, "padding", padding, axes), 0)
    along = zip(x.shape[-axes:], size, steps, pads, strict=True)
    usual = tuple((n - 1) * s - 2 * p + k for n, k, s, p in along)
    shape = usual
    if output_size is not None:
        shape = for_each_axis(name, "output_size", tuple(output_size)[-axes:], axes)
        if len(output_size) not in (axes, axes + 1, axes + 2) or any(
            abs(n - default) >= step for n, default, step in zip(shape, usual, steps, strict=True)
        ):
            raise ValueError(
                f"{name}: output_size must differ by less than the stride, {steps}, from {usual}; got "
                f"{tuple(output_size)}"
            )
    unpooled: Tensor = autograd.max_unpooling(x, indices, at_least(name, "the size of the output", shape, 1))
    return unpooled
