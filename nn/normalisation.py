"""Layers that normalise each sample by itself; ``nn.functional`` has them as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class _OverLastAxes(Module):
    """What is normalised over the last axes, with a weight for each place in them."""

    weight: Parameter | None
    bias: Parameter | None = None

    def _set_up(self, normalized_shape: int | Sequence[int], eps: float | None, affine: bool, dtype: Any) -> None:
        given = (normalized_shape,) if isinstance(normalized_shape, (int, np.integer)) else normalized_shape
        self.normalized_shape = tuple(int(size) for size in given)
        self.eps = eps
        self.elementwise_affine = affine
        self.weight = Parameter(np.ones(self.normalized_shape), dtype=dtype) if affine else None

    def reset_parameters(self) -> None:
        """Give weight and bias their first values again."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def main_arguments(self) -> str:
        """Give the shape that is normalised over."""
        return str(self.normalized_shape)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LayerNorm(_OverLastAxes):
    """Normalises each sample by mean and variance over its last axes.

    Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Parameters
    ----------
    normalized_shape
        The shape that inputs end with; a number for the last axis.
    eps
        Is added to the variance.
    elementwise_affine
        Whether the result is multiplied with ``weight``, and ``bias`` is added.
    bias
        Whether there is a bias, if ``elementwise_affine``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight, bias
        Of the shape ``normalized_shape``: ones and zeros at first; or ``None``.

    Raises
    ------
    ValueError
        If an input does not end with that shape.

    >>> import nn
    >>> nn.LayerNorm(2, eps=0.0)([[1.0, 3.0], [5.0, 15.0]]).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-05,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self._set_up(normalized_shape, eps, elementwise_affine, dtype)
        has_bias = elementwise_affine and bias
        self.bias = Parameter(np.zeros(self.normalized_shape), dtype=dtype) if has_bias else None

    def forward(self, input: Any) -> Tensor:
        """Normalise over the last axes."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps or 0.0)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"{super().extra_repr()}, bias={self.bias is not None}"


class RMSNorm(_OverLastAxes):
    """Divides each sample by the root of the mean square over its last axes.

    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019). ``normalized_shape`` is the shape that inputs end
    with, or the size of the last axis; ``eps`` is added to the mean square, by default the distance from 1 to the next
    number of the input's dtype; ``elementwise_affine`` says whether there is a ``weight`` of that shape, ones at first.
    Raises ``ValueError`` if an input does not end with the shape.

    >>> import nn
    >>> nn.RMSNorm(2, elementwise_affine=False)([[1.0, 7.0]])
    Tensor([[0.2, 1.4]], dtype=float64)
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self._set_up(normalized_shape, eps, elementwise_affine, dtype)

    def forward(self, x: Any) -> Tensor:
        """Divide by the root of the mean square."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)


class GroupNorm(Module):
    """Normalises groups of channels of each sample, ``(N, C, *)``, over these channels and all places.

    Wu and He, "Group Normalization" (2018).

    Parameters
    ----------
    num_groups, num_channels
        How many groups so many channels make.
    eps
        Is added to the variance.
    affine
        Whether the result is multiplied with ``weight``, and ``bias`` is added.
    bias
        Whether there is a bias, if ``affine``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight, bias
        ``(num_channels,)``: ones and zeros at first; or ``None``.

    Raises
    ------
    ValueError
        If the groups are not of equal size, or an input has other channels.

    >>> import nn
    >>> nn.GroupNorm(2, 4, eps=0.0)([[1.0, 3.0, 5.0, 15.0]]).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-05,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels={num_channels} must be a multiple of num_groups={num_groups}")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.weight = Parameter(np.ones(num_channels), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_channels), dtype=dtype) if affine and bias else None

    def reset_parameters(self) -> None:
        """Give weight and bias their first values again."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any) -> Tensor:
        """Normalise over groups of channels."""
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def main_arguments(self) -> str:
        """Give the numbers of groups and channels."""
        return f"{self.num_groups}, {self.num_channels}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"{self.main_arguments()}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class LocalResponseNorm(Module):
    """Divides by ``(k + alpha * m)**beta``, where m is the mean square over ``size`` neighbouring channels.

    Inputs are ``(N, C, *)``; see ``nn.functional.local_response_norm``.

    >>> import nn
    >>> nn.LocalResponseNorm(1, alpha=1.0, beta=0.5, k=0.0)([[[3.0], [2.0]]]).tolist()
    [[[1.0], [1.0]]]
    """

    def __init__(self, size: int, alpha: float = 0.0001, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Any) -> Tensor:
        """Divide by what neighbouring channels have."""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def main_arguments(self) -> str:
        """Give the number of neighbouring channels."""
        return str(self.size)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
