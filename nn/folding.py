"""Windows of images as columns, and back, as modules; ``nn.functional`` has them as functions."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from . import functional as F
from .functional.spatial import Sizes
from .module import Module


class _OfWindows(Module):
    """What both directions share: how the windows lie."""

    def __init__(self, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> None:
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def main_arguments(self) -> str:
        """Give the size of a window."""
        return str(self.kernel_size)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Unfold(_OfWindows):
    """Gives all windows of an image as columns: ``(N, C, H, W)`` becomes ``(N, C * kH * kW, L)`` for ``L`` windows.

    The arguments are those of ``nn.functional.unfold``, which says more.

    >>> import nn, numpy as np
    >>> nn.Unfold(kernel_size=(2, 3))(np.ones((2, 5, 3, 4))).shape
    (2, 30, 4)
    """

    def forward(self, input: Any) -> Tensor:
        """Give the columns."""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(_OfWindows):
    """Adds columns up to an image, where ``Unfold`` takes them from: ``(N, C * kH * kW, L)`` becomes ``(N, C, H, W)``.

    ``output_size`` is how large the image is; the other arguments are those of ``nn.functional.fold``, which says more.

    >>> import nn, numpy as np
    >>> nn.Fold(output_size=(4, 5), kernel_size=(2, 2))(np.ones((1, 12, 12))).shape
    (1, 3, 4, 5)
    """

    def __init__(
        self, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        """Give the image."""
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def main_arguments(self) -> str:
        """Give the size of the image and that of a window."""
        return f"{self.output_size}, {self.kernel_size}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
