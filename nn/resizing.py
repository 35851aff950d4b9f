"""Sequences, images and volumes of another size, as modules; ``nn.functional.interpolate`` is the function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Tensor

from . import functional as F
from .module import Module


class Upsample(Module):
    """Makes the last axes of ``(N, C, *spatial)`` longer or shorter.

    ``size`` or ``scale_factor`` says how long, ``mode`` is ``"nearest"``, ``"linear"``, ``"bilinear"``, ``"bicubic"``
    or ``"trilinear"``; see ``nn.functional.interpolate`` for these and the other arguments.

    >>> import nn
    >>> nn.Upsample(scale_factor=2)([[[1.0, 3.0]]])
    Tensor([[[1., 1., 3., 3.]]], dtype=float64)
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size = size
        several = isinstance(scale_factor, (tuple, list))
        self.scale_factor: Any = (
            tuple(map(float, scale_factor)) if several else float(scale_factor) if scale_factor else None  # type: ignore[arg-type]
        )
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Tensor:
        """Give the input in the other size."""
        options = (self.mode, self.align_corners, self.recompute_scale_factor)
        return F.interpolate(input, self.size, self.scale_factor, *options)

    def main_arguments(self) -> str:
        """Say how large the result is."""
        return f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"

    def extra_repr(self) -> str:
        """Give the size and the mode."""
        return f"{self.main_arguments()}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Makes images, ``(N, C, H, W)``, larger by repeating pixels; see ``Upsample``.

    >>> import nn
    >>> nn.UpsamplingNearest2d(scale_factor=2)([[[[1.0]]]])
    Tensor([[[[1., 1.],
              [1., 1.]]]], dtype=float64)
    """

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
    ) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Makes images, ``(N, C, H, W)``, larger by linear interpolation, with the corners where they were.

    >>> import nn
    >>> nn.UpsamplingBilinear2d(size=(1, 3))([[[[1.0, 3.0]]]])
    Tensor([[[[1., 2., 3.]]]], dtype=float64)
    """

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
    ) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
