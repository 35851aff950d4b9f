"""Pooling of sequences, images and volumes: the mean of each window, and the norm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import Tensor

from .pooling import sliding_numbers, window_counts
from .spatial import Sizes, with_channels

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
]


def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Give the mean of each window of a sequence: see ``avg_pool2d``, with one axis, ``L``.

    >>> import nn
    >>> nn.functional.avg_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)
    Tensor([[2., 1.]], dtype=float64)
    """
    return _averaged("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Give the mean of each window of an image.

    Parameters
    ----------
    input, kernel_size, stride, ceil_mode
        As for ``max_pool2d``.
    padding
        How many zeros there are in front of each axis and behind it; at most half of ``kernel_size``.
    count_include_pad
        Whether zeros of the padding count as elements.
    divisor_override
        What to divide the sum of a window by instead of how many elements it has.

    Returns
    -------
    Tensor
        ``(N, C, H', W')``, where ``H' = (H + 2 * padding - kH) // stride + 1``, or rounded up.

    Raises
    ------
    ValueError
        If the numbers do not fit to the axes, no window fits, there are no channels, or ``divisor_override`` is 0.

    >>> import nn
    >>> nn.functional.avg_pool2d([[[1.0, 5.0, 2.0, 0.0], [3.0, 3.0, 9.0, 7.0]]], 2)
    Tensor([[[3. , 4.5]]], dtype=float64)
    """
    return _averaged(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Give the mean of each window of a volume: see ``avg_pool2d``, with the axes ``D``, ``H``, ``W``.

    >>> import nn, numpy as np
    >>> nn.functional.avg_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), 2)
    Tensor([[[[3.5]]]], dtype=float64)
    """
    return _averaged(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _averaged(
    name: str,
    axes: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: float | None,
) -> Tensor:
    x = with_channels(name, input, axes)
    size, steps, pads, _ = sliding_numbers(name, x, axes, kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override == 0:
        raise ValueError(f"{name}: divisor_override cannot be 0")
    means: Tensor = autograd.average_pooling(x, size, steps, pads, ceil_mode, count_include_pad, divisor_override)
    return means


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Tensor:
    """Give the means of so many windows of a sequence: see ``adaptive_avg_pool2d``.

    >>> import nn
    >>> nn.functional.adaptive_avg_pool1d([[1.0, 5.0, 3.0, 0.0, 3.0]], 2)
    Tensor([[3., 2.]], dtype=float64)
    """
    return _adaptive("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:
    """Give the means of so many windows of an image, however large it is.

    The windows are those of ``adaptive_max_pool2d``, by the same arguments. Raises ``ValueError`` if the numbers do not
    fit to the axes.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_avg_pool2d(np.arange(12.0).reshape(1, 3, 4), (1, 2))
    Tensor([[[4.5, 6.5]]], dtype=float64)
    """
    return _adaptive("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Tensor:
    """Give the means of so many windows of a volume: see ``adaptive_avg_pool2d``.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_avg_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), 1)
    Tensor([[[[3.5]]]], dtype=float64)
    """
    return _adaptive("adaptive_avg_pool3d", 3, input, output_size)


def _adaptive(name: str, axes: int, input: Any, output_size: Any) -> Tensor:
    x = with_channels(name, input, axes)
    means: Tensor = autograd.adaptive_average_pooling(x, window_counts(name, x, axes, output_size))
    return means


def lp_pool1d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Tensor:
    """Give the root of the sum of powers in each window of a sequence: see ``lp_pool2d``.

    >>> import nn
    >>> nn.functional.lp_pool1d([[3.0, 4.0, 0.0, 0.0]], 2, 2)
    Tensor([[5., 0.]], dtype=float64)
    """
    return _normed("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Tensor:
    """Give ``sum(x**p) ** (1 / p)`` for each window of an image.

    No absolute values are taken: where the sum is negative, and ``p`` is not 1, it gives NaN, as in PyTorch. Where the
    sum is 0 the derivative is 0 for ``p`` above 1, as in PyTorch, and what it is for others.

    Parameters
    ----------
    norm_type
        The power ``p``, not 0; infinity gives the largest absolute value, minus infinity the smallest.
    input, kernel_size, stride, ceil_mode
        As for ``max_pool2d``. A window that reaches beyond the end counts as if what is missing were like the rest.

    >>> import nn
    >>> nn.functional.lp_pool2d([[[1.0, 1.0], [1.0, 1.0]]], 2, 2)
    Tensor([[[2.]]], dtype=float64)
    """
    return _normed("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Tensor:
    """Give the root of the sum of powers in each window of a volume: see ``lp_pool2d``.

    >>> import nn, numpy as np
    >>> nn.functional.lp_pool3d(np.full((1, 2, 2, 2), 2.0), 3, 2)
    Tensor([[[[4.]]]], dtype=float64)
    """
    return _normed("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def _normed(
    name: str, axes: int, input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None, ceil_mode: bool
) -> Tensor:
    x = with_channels(name, input, axes)
    size, steps, pads, _ = sliding_numbers(name, x, axes, kernel_size, stride, 0, 1, ceil_mode)
    power = float(norm_type)
    if not power or math.isnan(power):
        raise ValueError(f"{name}: norm_type is a number other than 0, got {norm_type}")
    result: Tensor
    if math.isinf(power):
        sign = math.copysign(1.0, power)
        result = sign * autograd.max_pooling(sign * autograd.abs(x), size, steps, pads, None, ceil_mode)
        return result
    total: Tensor = autograd.average_pooling(x**power, size, steps, pads, ceil_mode) * math.prod(size)
    if power == 1:
        return total
    is_zero = np.equal(total, 0) & (power > 1)
    result = autograd.where(is_zero, 0, autograd.where(is_zero, 1, total) ** (1 / power))
    return result
