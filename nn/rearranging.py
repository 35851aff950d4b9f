"""Rearrangement of channels and places as modules; ``nn.functional`` has it as functions."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from . import functional as F
from .module import Module


class PixelShuffle(Module):
    """Makes ``(*, C r r, H, W)`` into ``(*, C, H r, W r)``, with r = ``upscale_factor``.

    See ``nn.functional.pixel_shuffle``.

    >>> import nn, numpy as np
    >>> nn.PixelShuffle(2)(np.ones((1, 8, 3, 5))).shape
    (1, 2, 6, 10)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Tensor:
        """Make channels into places."""
        return F.pixel_shuffle(input, self.upscale_factor)

    def main_arguments(self) -> str:
        """Give the factor."""
        return str(self.upscale_factor)

    def extra_repr(self) -> str:
        """Name the factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Makes ``(*, C, H r, W r)`` into ``(*, C r r, H, W)``, with r = ``downscale_factor``: undoes ``PixelShuffle``.

    >>> import nn, numpy as np
    >>> nn.PixelUnshuffle(2)(np.ones((1, 2, 6, 10))).shape
    (1, 8, 3, 5)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Tensor:
        """Make places into channels."""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def main_arguments(self) -> str:
        """Give the factor."""
        return str(self.downscale_factor)

    def extra_repr(self) -> str:
        """Name the factor."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Deals the channels of ``(N, C, *)`` out of ``groups``; see ``nn.functional.channel_shuffle``.

    >>> import nn
    >>> nn.ChannelShuffle(2)([[[1.0], [2.0], [3.0], [4.0]]]).data.ravel()
    array([1., 3., 2., 4.])
    """

    def __init__(self, groups: int) -> None:
        if groups < 1:
            raise ValueError(f"ChannelShuffle: groups is at least 1, got {groups}")
        self.groups = groups

    def forward(self, input: Any) -> Tensor:
        """Deal out the channels."""
        return F.channel_shuffle(input, self.groups)

    def main_arguments(self) -> str:
        """Give the number of groups."""
        return str(self.groups)

    def extra_repr(self) -> str:
        """Name the number of groups."""
        return f"groups={self.groups}"
