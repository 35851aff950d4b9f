"""Convolutions as modules; ``nn.functional`` has them as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor

from . import functional as F
from . import init
from .converting import parameter_dtype
from .functional.convolutions import paddings, transposed_sizes
from .functional.spatial import Sizes, at_least, for_each_axis, padded, with_channels
from .module import Module
from .parameter import Parameter

#: What stands around an input, and what ``autograd.pad`` calls it.
_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Convolution(Module):
    """What convolutions and their transposes share: the arguments, the parameters, how they are shown."""

    _axes: ClassVar[int]
    _is_transposed: ClassVar[bool] = False
    output_padding: tuple[int, ...]

    def _set_up(
        self,
        channels: tuple[int, int],
        kernel_size: Sizes,
        stride: Sizes,
        padding: Sizes | str,
        dilation: Sizes,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        name = type(self).__name__
        self.in_channels, self.out_channels = channels
        self.kernel_size = self._numbers("kernel_size", kernel_size, 1)
        self.stride = self._numbers("stride", stride, 1)
        self.padding = padding if isinstance(padding, str) else self._numbers("padding", padding, 0)
        self.dilation = self._numbers("dilation", dilation, 1)
        self.output_padding = (0,) * self._axes
        self.groups = groups
        self.padding_mode = padding_mode
        if groups < 1 or self.in_channels % groups or self.out_channels % groups:
            raise ValueError(
                f"{name}: in_channels={self.in_channels} and out_channels={self.out_channels} must be multiples of "
                f"groups={groups}, which is at least 1"
            )
        if min(channels) < 0:
            raise ValueError(f"{name}: there cannot be fewer than 0 channels, got {channels}")
        if padding_mode not in _MODES:
            raise ValueError(f"{name}: padding_mode is one of {', '.join(map(repr, _MODES))}, got {padding_mode!r}")
        self._pads = paddings(name, self.padding, self.kernel_size, self.stride, self.dilation)
        outer, inner = channels if self._is_transposed else (self.out_channels, self.in_channels)
        shape = (outer, inner // groups, *self.kernel_size)
        self.weight = Parameter(np.zeros(shape), dtype=dtype)
        self.bias = Parameter(np.zeros(self.out_channels), dtype=dtype) if bias else None
        self.reset_parameters()

    def _numbers(self, argument: str, value: Any, least: int) -> tuple[int, ...]:
        name = type(self).__name__
        return at_least(name, argument, for_each_axis(name, argument, value, self._axes), least)

    def reset_parameters(self) -> None:
        """Draw new values for the parameters."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def main_arguments(self) -> str:
        """Give the channels before and after, and the size of the kernels."""
        return f"{self.in_channels}, {self.out_channels}, {self.kernel_size}"

    def extra_repr(self) -> str:
        """Give the arguments as they were; those that have their defaults are left out."""
        given = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        defaults = {"padding": (0,) * self._axes, "dilation": (1,) * self._axes, "output_padding": (0,) * self._axes}
        for argument, default in {**defaults, "groups": 1, "bias": True, "padding_mode": "zeros"}.items():
            value = self.bias is not None if argument == "bias" else getattr(self, argument)
            if value != default:
                given.append(f"{argument}={value}")
        return ", ".join(given)

    def _checked(self, input: Any) -> Tensor:
        """Give an input as a Tensor; raises ``ValueError`` if it does not have the channels."""
        x = with_channels(self.title, input, self._axes)
        if x.shape[-1 - self._axes] != self.in_channels:
            raise ValueError(
                f"{self.title}: the input must have in_channels={self.in_channels} channels, got "
                f"{x.shape[-1 - self._axes]} in an input of shape {x.shape}"
            )
        return x


class _Forward(_Convolution):
    """A convolution over so many axes."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        channels = (in_channels, out_channels)
        self._set_up(channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Any) -> Tensor:
        """Give ``(N, out_channels, *spatial)``, or without ``N`` if the input was without."""
        x = self._checked(input)
        padding: Sizes | str = self.padding
        if self.padding_mode != "zeros":
            self._check_pads(x)
            x, padding = padded(x, self._pads, _MODES[self.padding_mode]), 0
        convolve = (F.conv1d, F.conv2d, F.conv3d)[self._axes - 1]
        return convolve(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _check_pads(self, x: Tensor) -> None:
        """Refuse to repeat or to mirror more than there is."""
        sizes = x.shape[-self._axes :]
        room = {"reflect": -1, "replicate": math.inf, "circular": 0}[self.padding_mode]
        if any(max(pads) > size + room for pads, size in zip(self._pads, sizes, strict=True)) or 0 in sizes:
            raise ValueError(
                f"{self.title}: padding_mode={self.padding_mode!r} cannot add {self._pads} to axes of sizes {sizes}: "
                "there is not enough to take it from"
            )


class Conv1d(_Forward):
    """Slides kernels over sequences, ``(N, C, L)`` or ``(C, L)``; see ``Conv2d``.

    >>> import nn, numpy as np
    >>> nn.Conv1d(16, 33, 3, stride=2)(np.ones((20, 16, 50), np.float32)).shape
    (20, 33, 24)
    """

    _axes = 1


class Conv2d(_Forward):
    """Slides kernels over images, ``(N, C, H, W)`` or ``(C, H, W)``, and sums the products.

    Parameters
    ----------
    in_channels, out_channels
        How many channels there are before and after.
    kernel_size
        How large the kernels are: a number, or one for each axis.
    stride
        How far a kernel moves.
    padding
        How much is added in front of each axis and behind it; ``"valid"`` is nothing, ``"same"`` so much that the size
        stays, for which ``stride`` must be 1.
    dilation
        How far the elements that a kernel takes are from each other.
    groups
        Into how many groups the channels are split, each with kernels of its own.
    bias
        Whether there is a bias; without it, ``bias`` is ``None``.
    padding_mode
        What is added: ``"zeros"``, ``"reflect"`` (what is inside, mirrored at the edge), ``"replicate"`` (the edge
        again) or ``"circular"`` (what is at the other end).
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight
        ``(out_channels, in_channels // groups, kH, kW)``, uniform within one by the root of how many numbers each
        output is made of, ``in_channels // groups * kH * kW``, as for ``Linear``.
    bias
        ``(out_channels,)``, uniform within the same bounds.

    Raises
    ------
    ValueError
        If channels and groups do not fit, an option is not one of those, or an input has other channels or is too
        small.

    >>> import nn, numpy as np
    >>> layer = nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2))
    >>> layer
    Conv2d(16, 33, kernel_size=(3, 5), stride=(2, 1), padding=(4, 2))
    >>> layer(np.ones((20, 16, 50, 100), np.float32)).shape
    (20, 33, 28, 100)
    """

    _axes = 2


class Conv3d(_Forward):
    """Slides kernels over volumes, ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see ``Conv2d``.

    >>> import nn, numpy as np
    >>> nn.Conv3d(2, 3, 3, padding="same")(np.ones((1, 2, 4, 5, 6), np.float32)).shape
    (1, 3, 4, 5, 6)
    """

    _axes = 3


class _Transposed(_Convolution):
    """The transpose of a convolution over so many axes."""

    _is_transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f"{type(self).__name__}: padding_mode can only be 'zeros', got {padding_mode!r}")
        channels = (in_channels, out_channels)
        self._set_up(channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, device, dtype)
        self.output_padding = self._numbers("output_padding", output_padding, 0)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Tensor:
        """Give ``(N, out_channels, *spatial)``, or without ``N`` if the input was without.

        ``output_size`` says how large the result shall be, instead of ``output_padding``: the sizes of the last axes,
        or the whole shape. It must be at least what there is without output padding, and less than one stride more.
        """
        x = self._checked(input)
        added = self.output_padding if output_size is None else self._added(x, tuple(output_size))
        spread = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[self._axes - 1]
        cuts = tuple(front for front, _ in self._pads)
        return spread(x, self.weight, self.bias, self.stride, cuts, added, self.groups, self.dilation)

    def _added(self, x: Tensor, output_size: tuple[int, ...]) -> tuple[int, ...]:
        """How much is to be added behind to reach a size."""
        wanted = output_size[-self._axes :]
        spatial = x.shape[-self._axes :]
        pads = tuple(front for front, _ in self._pads)
        least = transposed_sizes(spatial, self.kernel_size, self.stride, pads, self.dilation)
        most = tuple(n + step - 1 for n, step in zip(least, self.stride, strict=True))
        if len(output_size) not in (self._axes, x.ndim) or not all(
            low <= size <= high for low, size, high in zip(least, wanted, most, strict=True)
        ):
            raise ValueError(
                f"{self.title}: for an input of shape {x.shape}, output_size is from {least} to {most}, got "
                f"{output_size}"
            )
        return tuple(size - low for size, low in zip(wanted, least, strict=True))


class ConvTranspose1d(_Transposed):
    """Spreads sequences by kernels, ``(N, C, L)`` or ``(C, L)``; see ``ConvTranspose2d``.

    >>> import nn, numpy as np
    >>> nn.ConvTranspose1d(16, 33, 3, stride=2)(np.ones((20, 16, 50), np.float32)).shape
    (20, 33, 101)
    """

    _axes = 1


class ConvTranspose2d(_Transposed):
    """Puts a kernel, times the element, at each element of an image, and adds up: the transpose of ``Conv2d``.

    Parameters
    ----------
    in_channels, out_channels
        How many channels there are before and after.
    kernel_size, stride, padding, dilation
        Those of the ``Conv2d`` of which this is the transpose: it undoes what they do to the size.
    output_padding
        How much is added behind, for a stride leaves open how large the input of that ``Conv2d`` was; smaller than the
        stride or the dilation.
    groups
        Into how many groups the channels are split, each with kernels of its own.
    bias
        Whether there is a bias; without it, ``bias`` is ``None``.
    padding_mode
        Can only be ``"zeros"``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight
        ``(in_channels, out_channels // groups, kH, kW)``, uniform within one by the root of
        ``out_channels // groups * kH * kW``.
    bias
        ``(out_channels,)``, uniform within the same bounds.

    Raises
    ------
    ValueError
        If channels and groups do not fit, an option is not one of those, or an input has other channels.

    >>> import nn, numpy as np
    >>> down, up = nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.ConvTranspose2d(16, 16, 3, stride=2, padding=1)
    >>> x = np.ones((1, 16, 12, 12), np.float32)
    >>> up(down(x), output_size=x.shape).shape
    (1, 16, 12, 12)
    """

    _axes = 2


class ConvTranspose3d(_Transposed):
    """Spreads volumes by kernels, ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see ``ConvTranspose2d``.

    >>> import nn, numpy as np
    >>> nn.ConvTranspose3d(2, 3, 2, stride=2)(np.ones((1, 2, 4, 5, 6), np.float32)).shape
    (1, 3, 8, 10, 12)
    """

    _axes = 3
