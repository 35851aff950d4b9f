"""Channels that become places, places that become channels, and channels in another order."""

from __future__ import annotations

from typing import Any

from autograd import Tensor, asarray
from autograd.errors import describe

__all__ = [
    "channel_shuffle",
    "pixel_shuffle",
    "pixel_unshuffle",
]


def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """Make images of ``r**2`` channels into one channel ``r`` times as high and wide: ``(*, C r r, H, W)``.

    Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network" (2016), section 3.2. Gives ``(*, C, H r, W r)``. Raises ``ValueError`` if the channels are no multiple of
    ``r**2``, or there are less than three axes.

    >>> import nn
    >>> nn.functional.pixel_shuffle([[[1.0]], [[2.0]], [[3.0]], [[4.0]]], 2)
    Tensor([[[1., 2.],
             [3., 4.]]], dtype=float64)
    """
    x, r = _image("pixel_shuffle", input), upscale_factor
    *batch, channels, height, width = x.shape
    if r < 1 or channels % (r * r):
        raise ValueError(
            f"pixel_shuffle: the channels must be a multiple of the square of upscale_factor={r}, which is at least 1; "
            f"got {describe(x)}"
        )
    split = x.reshape(*batch, channels // (r * r), r, r, height, width)
    lead = tuple(range(len(batch)))
    c, i, j, h, w = range(len(batch), len(batch) + 5)
    result: Tensor = split.transpose(*lead, c, h, i, w, j).reshape(*batch, channels // (r * r), height * r, width * r)
    return result


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """Undo ``pixel_shuffle``: ``(*, C, H r, W r)`` gives ``(*, C r r, H, W)``.

    Raises ``ValueError`` if height and width are no multiples of ``r``, or there are less than three axes.

    >>> import nn
    >>> nn.functional.pixel_unshuffle([[[1.0, 2.0], [3.0, 4.0]]], 2).data.ravel()
    array([1., 2., 3., 4.])
    """
    x, r = _image("pixel_unshuffle", input), downscale_factor
    *batch, channels, height, width = x.shape
    if r < 1 or height % r or width % r:
        raise ValueError(
            f"pixel_unshuffle: height and width must be multiples of downscale_factor={r}, which is at least 1; got "
            f"{describe(x)}"
        )
    split = x.reshape(*batch, channels, height // r, r, width // r, r)
    lead = tuple(range(len(batch)))
    c, h, i, w, j = range(len(batch), len(batch) + 5)
    result: Tensor = split.transpose(*lead, c, i, j, h, w).reshape(*batch, channels * r * r, height // r, width // r)
    return result


def channel_shuffle(input: Any, groups: int) -> Tensor:
    """Deal the channels of ``(N, C, *)`` out of so many groups: the first of each, then the second of each, and so on.

    Zhang et al., "ShuffleNet" (2017), section 3.1. Raises ``ValueError`` if the channels are no multiple of ``groups``,
    or there are less than three axes.

    >>> import nn
    >>> nn.functional.channel_shuffle([[[1.0], [2.0], [3.0], [4.0]]], 2).data.ravel()
    array([1., 3., 2., 4.])
    """
    x: Tensor = asarray(input)
    if x.ndim < 3 or groups < 1 or x.shape[1] % groups:
        raise ValueError(
            f"channel_shuffle: the input must be (N, C, *) with C a multiple of groups={groups}, got {describe(x)}"
        )
    batch, channels, *places = x.shape
    result: Tensor = x.reshape(batch, groups, channels // groups, *places).swapaxes(1, 2).reshape(x.shape)
    return result


def _image(name: str, input: Any) -> Tensor:
    x: Tensor = asarray(input)
    if x.ndim < 3:
        raise ValueError(f"{name}: the input must be (*, C, H, W), got {describe(x)}")
    return x
