"""Pooling as modules; ``nn.functional`` has it as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from autograd import Tensor

from . import functional as F
from .functional.spatial import Sizes, for_each_axis
from .module import Module

Function = Callable[..., Any]


class _Sliding(Module):
    """Windows of one size that slide over the last axes; ``_shown`` are the arguments that ``repr`` names."""

    _function: ClassVar[Function]
    _shown: ClassVar[tuple[str, ...]] = ("kernel_size", "stride", "padding")
    #: Over how many axes, if the arguments are to be stored as a number for each of them.
    _axes: ClassVar[int | None] = None
    kernel_size: Any
    stride: Any
    padding: Any

    def _set_windows(self, kernel_size: Sizes, stride: Sizes | None, padding: Sizes) -> None:
        self.kernel_size = self._stored("kernel_size", kernel_size)
        self.stride = self._stored("stride", kernel_size if stride is None else stride)
        self.padding = self._stored("padding", padding)

    def _stored(self, argument: str, value: Sizes) -> Sizes:
        return value if self._axes is None else for_each_axis(type(self).__name__, argument, value, self._axes)

    def main_arguments(self) -> str:
        """Give the size of a window."""
        return str(self.kernel_size)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return ", ".join(f"{argument}={getattr(self, argument)}" for argument in self._shown)


class _MaxPool(_Sliding):
    _shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set_windows(kernel_size, stride, padding)
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Any:
        """Give the largest elements, and where they are if ``return_indices``."""
        pool = type(self)._function
        arguments = (self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
        return pool(input, self.kernel_size, *arguments)


class MaxPool1d(_MaxPool):
    """Gives the largest element of each window of sequences; see ``MaxPool2d``.

    >>> import nn
    >>> nn.MaxPool1d(2)([[1.0, 3.0, 2.0, 0.0]])
    Tensor([[3., 2.]], dtype=float64)
    """

    _function = F.max_pool1d


class MaxPool2d(_MaxPool):
    """Gives the largest element of each window of images, ``(N, C, H, W)`` or ``(C, H, W)``.

    The arguments are those of ``nn.functional.max_pool2d``, which says more. With ``return_indices=True`` it gives also
    where the largest elements are, as ``MaxUnpool2d`` takes it.

    >>> import nn, numpy as np
    >>> nn.MaxPool2d(3, stride=2, padding=1)(np.ones((20, 16, 50, 32))).shape
    (20, 16, 25, 16)
    """

    _function = F.max_pool2d


class MaxPool3d(_MaxPool):
    """Gives the largest element of each window of volumes; see ``MaxPool2d``.

    >>> import nn, numpy as np
    >>> nn.MaxPool3d(2)(np.ones((1, 2, 4, 6, 8))).shape
    (1, 2, 2, 3, 4)
    """

    _function = F.max_pool3d


class _MaxUnpool(_Sliding):
    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        self._set_windows(kernel_size, stride, padding)

    def forward(self, input: Any, indices: Any, output_size: Sequence[int] | None = None) -> Tensor:
        """Put the elements where ``indices`` say, among zeros; ``output_size`` says how large the result shall be."""
        unpool = type(self)._function
        result: Tensor = unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)
        return result


class MaxUnpool1d(_MaxUnpool):
    """Puts the results of ``MaxPool1d`` back to where they were found; see ``MaxUnpool2d``.

    >>> import nn
    >>> nn.MaxUnpool1d(2)([[3.0, 2.0]], [[1, 2]])
    Tensor([[0., 3., 2., 0.]], dtype=float64)
    """

    _axes = 1
    _function = F.max_unpool1d


class MaxUnpool2d(_MaxUnpool):
    """Puts the results of ``MaxPool2d`` back to where they were found, among zeros.

    The arguments are those of the ``MaxPool2d``, which was called with ``return_indices=True``.

    >>> import nn, numpy as np
    >>> pooled, indices = nn.MaxPool2d(2, return_indices=True)(np.arange(16.0).reshape(1, 4, 4))
    >>> nn.MaxUnpool2d(2)(pooled, indices).data[0]
    array([[ 0.,  0.,  0.,  0.],
           [ 0.,  5.,  0.,  7.],
           [ 0.,  0.,  0.,  0.],
           [ 0., 13.,  0., 15.]])
    """

    _axes = 2
    _function = F.max_unpool2d


class MaxUnpool3d(_MaxUnpool):
    """Puts the results of ``MaxPool3d`` back to where they were found; see ``MaxUnpool2d``.

    >>> import nn
    >>> nn.MaxUnpool3d(2)([[[[4.0]]]], [[[[7]]]]).shape
    (1, 2, 2, 2)
    """

    _axes = 3
    _function = F.max_unpool3d


class _AvgPool(_Sliding):
    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set_windows(kernel_size, stride, padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Tensor:
        """Give the means."""
        options = (self.padding, self.ceil_mode, self.count_include_pad)
        divisor = () if self.divisor_override is None else (self.divisor_override,)
        means: Tensor = type(self)._function(input, self.kernel_size, self.stride, *options, *divisor)
        return means


class AvgPool1d(_AvgPool):
    """Gives the mean of each window of sequences; see ``AvgPool2d``, which has one argument more.

    >>> import nn
    >>> nn.AvgPool1d(2)([[1.0, 3.0, 2.0, 0.0]])
    Tensor([[2., 1.]], dtype=float64)
    """

    _axes = 1
    _function = F.avg_pool1d

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)


class AvgPool2d(_AvgPool):
    """Gives the mean of each window of images, ``(N, C, H, W)`` or ``(C, H, W)``.

    The arguments are those of ``nn.functional.avg_pool2d``, which says more.

    >>> import nn, numpy as np
    >>> nn.AvgPool2d(3, stride=2)(np.ones((20, 16, 50, 32))).shape
    (20, 16, 24, 15)
    """

    _function = F.avg_pool2d


class AvgPool3d(_AvgPool):
    """Gives the mean of each window of volumes; see ``AvgPool2d``.

    >>> import nn, numpy as np
    >>> nn.AvgPool3d(2)(np.ones((1, 2, 4, 6, 8))).shape
    (1, 2, 2, 3, 4)
    """

    _function = F.avg_pool3d


class _LPPool(_Sliding):
    _shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
    ) -> None:
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def main_arguments(self) -> str:
        """Give the power and the size of a window."""
        return f"{self.norm_type}, {self.kernel_size}"

    def forward(self, input: Any) -> Tensor:
        """Give the norms."""
        pool = type(self)._function
        norms: Tensor = pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)
        return norms


class LPPool1d(_LPPool):
    """Gives ``sum(x**p) ** (1 / p)`` for each window of sequences; see ``LPPool2d``.

    >>> import nn
    >>> nn.LPPool1d(2, 2)([[3.0, 4.0, 0.0, 0.0]])
    Tensor([[5., 0.]], dtype=float64)
    """

    _function = F.lp_pool1d


class LPPool2d(_LPPool):
    """Gives ``sum(x**p) ** (1 / p)`` for each window of images, ``(N, C, H, W)`` or ``(C, H, W)``.

    The arguments are those of ``nn.functional.lp_pool2d``, which says more.

    >>> import nn, numpy as np
    >>> nn.LPPool2d(1, (2, 2))(np.ones((1, 2, 2)))
    Tensor([[[4.]]], dtype=float64)
    """

    _function = F.lp_pool2d


class LPPool3d(_LPPool):
    """Gives ``sum(x**p) ** (1 / p)`` for each window of volumes; see ``LPPool2d``.

    >>> import nn, numpy as np
    >>> nn.LPPool3d(3, 2)(np.ones((1, 2, 2, 2)))
    Tensor([[[[2.]]]], dtype=float64)
    """

    _function = F.lp_pool3d


class _Adaptive(Module):
    """So many windows for each axis, however long it is."""

    _function: ClassVar[Function]
    output_size: Any

    def main_arguments(self) -> str:
        """Give how many windows there are."""
        return str(self.output_size)

    def extra_repr(self) -> str:
        """Give how many windows there are."""
        return f"output_size={self.output_size}"


class _AdaptiveMaxPool(_Adaptive):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """Give the largest elements, and where they are if ``return_indices``."""
        return type(self)._function(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Gives the largest element of each of ``output_size`` windows of sequences; see ``AdaptiveMaxPool2d``.

    >>> import nn
    >>> nn.AdaptiveMaxPool1d(2)([[1.0, 5.0, 2.0, 0.0, 3.0]])
    Tensor([[5., 3.]], dtype=float64)
    """

    _function = F.adaptive_max_pool1d


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Gives the largest element of each of so many windows of images, however large these are.

    The arguments are those of ``nn.functional.adaptive_max_pool2d``, which says more.

    >>> import nn, numpy as np
    >>> nn.AdaptiveMaxPool2d((5, None))(np.ones((1, 64, 8, 9))).shape
    (1, 64, 5, 9)
    """

    _function = F.adaptive_max_pool2d


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Gives the largest element of each of so many windows of volumes; see ``AdaptiveMaxPool2d``.

    >>> import nn, numpy as np
    >>> nn.AdaptiveMaxPool3d(2)(np.ones((1, 2, 4, 5, 6))).shape
    (1, 2, 2, 2, 2)
    """

    _function = F.adaptive_max_pool3d


class _AdaptiveAvgPool(_Adaptive):
    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        """Give the means."""
        means: Tensor = type(self)._function(input, self.output_size)
        return means


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Gives the mean of each of ``output_size`` windows of sequences; see ``AdaptiveAvgPool2d``.

    >>> import nn
    >>> nn.AdaptiveAvgPool1d(2)([[1.0, 5.0, 3.0, 0.0, 3.0]])
    Tensor([[3., 2.]], dtype=float64)
    """

    _function = F.adaptive_avg_pool1d


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Gives the mean of each of so many windows of images, however large these are.

    ``output_size`` is a number, or one for each axis, where ``None`` leaves the axis as it is.

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool2d(1)(np.ones((1, 64, 8, 9))).shape
    (1, 64, 1, 1)
    """

    _function = F.adaptive_avg_pool2d


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Gives the mean of each of so many windows of volumes; see ``AdaptiveAvgPool2d``.

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool3d((1, 2, 3))(np.ones((1, 2, 4, 5, 6))).shape
    (1, 2, 1, 2, 3)
    """

    _function = F.adaptive_avg_pool3d
