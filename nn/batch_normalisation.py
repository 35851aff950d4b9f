"""Layers that normalise by statistics of batches or instances; ``nn.functional`` has them as functions."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class _Normalisation(Module):
    """What the layers share: parameters, running statistics, how they are shown."""

    #: How many axes an input can have.
    _dims: ClassVar[tuple[int, ...]]
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def _set_up(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        device: Any,
        dtype: Any,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        if num_features < 0:
            raise ValueError(f"{type(self).__name__}: num_features cannot be negative, got {num_features}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(np.ones(num_features), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_features), dtype=dtype) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", Tensor(np.zeros(num_features), dtype) if tracked else None)
        self.register_buffer("running_var", Tensor(np.ones(num_features), dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", Tensor(0, np.int64) if tracked else None)

    def reset_running_stats(self) -> None:
        """Forget all batches."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.running_mean.data = np.zeros(self.num_features)
            self.running_var.data = np.ones(self.num_features)
            self.num_batches_tracked.data = 0

    def reset_parameters(self) -> None:
        """Give weight, bias and running statistics their first values again."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _checked(self, input: Any) -> Tensor:
        x: Tensor = asarray(input)
        if x.ndim not in self._dims:
            counts = " or ".join(map(str, self._dims))
            raise ValueError(f"{self.title}: the input must have {counts} axes, got {describe(x)}")
        return x

    def main_arguments(self) -> str:
        """Give the number of channels."""
        return str(self.num_features)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Normalisation):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-05,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, bias, device, dtype)

    def forward(self, input: Any) -> Tensor:
        """Normalise; raises ``ValueError`` if the channels or axes are others, or there is one value for each channel.

        In training, the running statistics move towards those of this batch.
        """
        x = self._checked(input)
        if x.shape[1] != self.num_features:
            raise ValueError(
                f"{self.title}: the input must have num_features={self.num_features} channels, got {describe(x)}"
            )
        momentum: Any = self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.data = self.num_batches_tracked.data + 1
            if momentum is None:  # the mean over all batches
                momentum = (1 / self.num_batches_tracked.data).astype(x.dtype)
        return F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )


class BatchNorm1d(_BatchNorm):
    """Normalises each channel over the batch: ``(N, C)``, or sequences, ``(N, C, L)``; see ``BatchNorm2d``.

    >>> import nn
    >>> nn.BatchNorm1d(1, eps=0.0)([[1.0], [3.0]]).tolist()
    [[-1.0], [1.0]]
    """

    _dims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Normalises each channel of images, ``(N, C, H, W)``, by mean and variance over the batch and all places.

    Ioffe and Szegedy, "Batch Normalization" (2015). In evaluation mode it is by the running statistics, if there are
    any.

    Parameters
    ----------
    num_features
        How many channels there are.
    eps
        Is added to the variance.
    momentum
        How far the running statistics move towards those of a batch; ``None`` makes them the mean over all batches.
    affine
        Whether the result is multiplied with ``weight``, and ``bias`` is added.
    track_running_stats
        Whether there are running statistics.
    bias
        Whether there is a bias, if ``affine``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of parameters and running statistics; float32 by default.

    Attributes
    ----------
    weight, bias
        ``(num_features,)``: ones and zeros at first; or ``None``.
    running_mean, running_var
        Buffers, ``(num_features,)``: zeros and ones at first; or ``None``.
    num_batches_tracked
        A buffer: how many batches were seen in training; or ``None``.

    Raises
    ------
    ValueError
        If an input has other channels or axes, or in training a single value for each channel.

    >>> import nn, numpy as np
    >>> layer = nn.BatchNorm2d(3)
    >>> layer(np.ones((8, 3, 5, 5), np.float32)).shape
    (8, 3, 5, 5)
    >>> layer.running_mean
    Tensor([0.1, 0.1, 0.1], dtype=float32)
    """

    _dims = (4,)


class BatchNorm3d(_BatchNorm):
    """Normalises each channel of volumes, ``(N, C, D, H, W)``, over the batch and all places; see ``BatchNorm2d``.

    >>> import nn, numpy as np
    >>> nn.BatchNorm3d(2)(np.ones((1, 2, 3, 4, 5), np.float32)).shape
    (1, 2, 3, 4, 5)
    """

    _dims = (5,)


class _InstanceNorm(_Normalisation):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-05,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, bias, device, dtype)

    def forward(self, input: Any) -> Tensor:
        """Normalise; raises ``ValueError`` if the axes do not fit, or the channels where these matter."""
        x = self._checked(input)
        if x.ndim == self._dims[0]:
            return self._normalised(x.reshape(1, *x.shape)).reshape(x.shape)
        return self._normalised(x)

    def _normalised(self, x: Tensor) -> Tensor:
        if x.shape[1] != self.num_features and (self.affine or self.track_running_stats):
            raise ValueError(
                f"{self.title}: the input must have num_features={self.num_features} channels, got {describe(x)}"
            )
        uses_input = self.training or not self.track_running_stats
        momentum = 0.0 if self.momentum is None else self.momentum
        return F.instance_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, uses_input, momentum, self.eps
        )


class InstanceNorm1d(_InstanceNorm):
    """Normalises each channel of each sequence, ``(N, C, L)`` or ``(C, L)``; see ``InstanceNorm2d``.

    >>> import nn
    >>> nn.InstanceNorm1d(1, eps=0.0)([[1.0, 3.0]]).tolist()
    [[-1.0, 1.0]]
    """

    _dims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Normalises each channel of each image by mean and variance over its places.

    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization" (2016). Inputs are ``(N, C, H, W)`` or ``(C, H, W)``. The
    arguments are those of ``BatchNorm2d``; by default there are neither parameters nor running statistics, and those of
    the input serve in evaluation mode, too. As in PyTorch, ``num_batches_tracked`` is not counted.

    >>> import nn, numpy as np
    >>> nn.InstanceNorm2d(3)(np.ones((8, 3, 5, 5))).shape
    (8, 3, 5, 5)
    """

    _dims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Normalises each channel of each volume, ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see ``InstanceNorm2d``.

    >>> import nn, numpy as np
    >>> nn.InstanceNorm3d(2)(np.ones((2, 3, 4, 5))).shape
    (2, 3, 4, 5)
    """

    _dims = (4, 5)
