"""Convolutions of sequences, images and volumes, and their transposes."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

from .spatial import Sizes, as_batch, at_least, for_each_axis, padded, with_channels

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Slide kernels over sequences: see ``conv2d``, with one axis, ``L``, in the place of ``H`` and ``W``.

    >>> import nn
    >>> nn.functional.conv1d([[1.0, 2.0, 4.0, 8.0]], [[[-1.0, 1.0]]])
    Tensor([[1., 2., 4.]], dtype=float64)
    """
    return _convolved("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Slide kernels over images, and sum the products (the kernels are not turned round).

    Parameters
    ----------
    input
        ``(N, C, H, W)``, or ``(C, H, W)`` for a single image.
    weight
        The kernels, ``(O, C // groups, kH, kW)``.
    bias
        ``(O,)``, or none.
    stride
        How far the kernel moves: a number, or one for each axis.
    padding
        How many zeros there are in front of each axis and behind it. Or ``"valid"``: none; or ``"same"``: so many that
        the result is as large as the input, for which ``stride`` must be 1. If they are odd, one more is behind.
    dilation
        How far the elements that a kernel takes are from each other.
    groups
        Into how many groups the channels are split, each with kernels of its own.

    Returns
    -------
    Tensor
        ``(N, O, H', W')``, where ``H' = (H + 2 * padding - dilation * (kH - 1) - 1) // stride + 1``.

    Raises
    ------
    ValueError
        If shapes, channels and groups do not fit, or the kernel is larger than the padded input.

    >>> import nn
    >>> nn.functional.conv2d([[[1.0, 2.0], [3.0, 4.0]]], [[[[1.0, 0.0], [0.0, 1.0]]]], bias=[10.0])
    Tensor([[[15.]]], dtype=float64)
    """
    return _convolved("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Slide kernels over volumes: see ``conv2d``, with the axes ``D``, ``H``, ``W``.

    >>> import nn, numpy as np
    >>> nn.functional.conv3d(np.ones((1, 2, 4, 5, 6)), np.ones((3, 2, 2, 2, 2))).shape
    (1, 3, 3, 4, 5)
    """
    return _convolved("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _convolved(
    name: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes | str,
    dilation: Sizes,
    groups: int,
) -> Tensor:
    x, is_batch = as_batch(with_channels(name, input, axes), axes)
    weight = _checked_weight(name, weight, axes, groups)
    bias = _checked_bias(name, bias, weight.shape[0])
    steps = at_least(name, "stride", for_each_axis(name, "stride", stride, axes), 1)
    gaps = at_least(name, "dilation", for_each_axis(name, "dilation", dilation, axes), 1)
    if weight.shape[0] % groups or x.shape[1] != weight.shape[1] * groups:
        raise ValueError(
            f"{name}: with groups={groups}, a weight of shape {weight.shape} takes {weight.shape[1] * groups} channels "
            f"and its {weight.shape[0]} kernels must be a multiple of groups; got an input of {x.shape[1]} channels, "
            f"of shape {x.shape}"
        )
    pads = paddings(name, padding, weight.shape[2:], steps, gaps)
    x = padded(x, pads)
    extents = tuple(d * (k - 1) + 1 for k, d in zip(weight.shape[2:], gaps, strict=True))
    if any(extent > n for extent, n in zip(extents, x.shape[2:], strict=True)):
        raise ValueError(
            f"{name}: the kernel extends over {extents}, and the input, with its padding, over {x.shape[2:]} only"
        )
    result: Tensor = autograd.convolution(x, weight, steps, gaps, groups)
    return _finished(result, bias, is_batch)


def paddings(
    name: str, padding: Any, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]
) -> list[tuple[int, int]]:
    """How much is to be added in front of each axis and behind it; raises ``ValueError`` where that is not known."""
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        if any(step != 1 for step in stride):
            raise ValueError(f"{name}: padding='same' needs stride 1, got {stride}")
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    if isinstance(padding, str):
        raise ValueError(  # noqa: TRY004 - of the right type
            f"{name}: padding is 'valid', 'same' or numbers, got {padding!r}"
        )
    numbers = at_least(name, "padding", for_each_axis(name, "padding", padding, len(kernel)), 0)
    return [(number, number) for number in numbers]


def _checked_weight(name: str, given: Any, axes: int, groups: Any) -> Tensor:
    weight: Tensor = asarray(given)
    if weight.ndim != axes + 2 or 0 in weight.shape[2:]:
        raise ValueError(
            f"{name}: the weight must have {axes + 2} axes, the last ones not empty, got {describe(weight)}"
        )
    if not isinstance(groups, int) or groups < 1:
        raise ValueError(f"{name}: groups is a whole number from 1 on, got {groups!r}")
    return weight


def _checked_bias(name: str, given: Any, channels: int) -> Tensor | None:
    if given is None:
        return None
    bias: Tensor = asarray(given)
    if bias.shape != (channels,):
        raise ValueError(f"{name}: the bias has a number for each of {channels} channels, got {describe(bias)}")
    return bias


def _finished(result: Tensor, bias: Tensor | None, is_batch: bool) -> Tensor:
    if bias is not None:
        result = result + bias.reshape(-1, *(1,) * (result.ndim - 2))
    return result if is_batch else result.reshape(result.shape[1:])


# Transposes


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread sequences by kernels: see ``conv_transpose2d``, with one axis, ``L``.

    >>> import nn
    >>> nn.functional.conv_transpose1d([[1.0, 2.0]], [[[1.0, 10.0]]], stride=2)
    Tensor([[ 1., 10.,  2., 20.]], dtype=float64)
    """
    return _spread("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Put a kernel, times the element, at each element of an image, and add up: the transpose of ``conv2d``.

    Parameters
    ----------
    input, bias, groups
        As for ``conv2d``.
    weight
        The kernels, ``(C, O // groups, kH, kW)``.
    stride
        How far kernels are from each other: a number, or one for each axis.
    padding
        How much is cut off in front of each axis and behind it: the padding of the convolution of which this is the
        transpose.
    output_padding
        How much is added behind: a stride leaves open how large the input of the convolution was. It must be smaller
        than the stride or the dilation.
    dilation
        How far the elements of a kernel are from each other.

    Returns
    -------
    Tensor
        ``(N, O, H', W')``, where
        ``H' = (H - 1) * stride - 2 * padding + dilation * (kH - 1) + output_padding + 1``.

    Raises
    ------
    ValueError
        If shapes, channels and groups do not fit, or nothing would be left.

    >>> import nn
    >>> nn.functional.conv_transpose2d([[[1.0, 2.0]]], [[[[1.0, 1.0]]]])
    Tensor([[[1., 3., 2.]]], dtype=float64)
    """
    return _spread("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread volumes by kernels: see ``conv_transpose2d``, with the axes ``D``, ``H``, ``W``.

    >>> import nn, numpy as np
    >>> nn.functional.conv_transpose3d(np.ones((1, 2, 3, 4, 5)), np.ones((2, 3, 2, 2, 2))).shape
    (1, 3, 4, 5, 6)
    """
    return _spread("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _spread(
    name: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
) -> Tensor:
    x, is_batch = as_batch(with_channels(name, input, axes), axes)
    weight = _checked_weight(name, weight, axes, groups)
    bias = _checked_bias(name, bias, weight.shape[1] * groups)
    steps = at_least(name, "stride", for_each_axis(name, "stride", stride, axes), 1)
    gaps = at_least(name, "dilation", for_each_axis(name, "dilation", dilation, axes), 1)
    cuts = at_least(name, "padding", for_each_axis(name, "padding", padding, axes), 0)
    added = at_least(name, "output_padding", for_each_axis(name, "output_padding", output_padding, axes), 0)
    if x.shape[1] != weight.shape[0] or weight.shape[0] % groups:
        raise ValueError(
            f"{name}: a weight of shape {weight.shape} takes {weight.shape[0]} channels, which must be a multiple of "
            f"groups={groups}; got an input of {x.shape[1]} channels, of shape {x.shape}"
        )
    if any(more >= max(step, gap) for more, step, gap in zip(added, steps, gaps, strict=True)):
        raise ValueError(
            f"{name}: output_padding must be smaller than stride or dilation, got {added} for stride {steps} and "
            f"dilation {gaps}"
        )
    whole = transposed_sizes(x.shape[2:], weight.shape[2:], steps, (0,) * axes, gaps)
    left = [n - 2 * cut + more for n, cut, more in zip(whole, cuts, added, strict=True)]
    if 0 in x.shape[2:] or min(left) < 1:
        raise ValueError(
            f"{name}: from an input of shape {x.shape} nothing is left: it would give axes of sizes {left}"
        )
    result = autograd.convolution_transpose(x, weight, whole, steps, gaps, groups)
    ends = [cut + size for cut, size in zip(cuts, left, strict=True)]
    result = padded(result, [(0, max(0, end - n)) for end, n in zip(ends, whole, strict=True)])
    if any(cuts) or tuple(ends) != result.shape[2:]:
        result = result[(..., *map(slice, cuts, ends))]
    return _finished(result, bias, is_batch)


def transposed_sizes(
    spatial: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[int, ...]:
    """How long the axes of a transposed convolution are, without output padding."""
    along = zip(spatial, kernel, stride, padding, dilation, strict=True)
    return tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in along)
