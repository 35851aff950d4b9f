"""Activation functions that are smooth or look along an axis, as modules; ``nn.functional`` has them as functions."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from . import functional as F
from .functional.spatial import with_channels
from .module import Module
from .rectifiers import InPlace


class Sigmoid(Module):
    """``1 / (1 + exp(-x))`` for each element, without overflow.

    >>> import nn
    >>> nn.Sigmoid()([-1000.0, 0.0])
    Tensor([0. , 0.5], dtype=float64)
    """

    saturates_at = (0.0, 1.0)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent of each element.

    >>> import nn
    >>> nn.Tanh()(0.0)
    Tensor(0., dtype=float64)
    """

    saturates_at = (-1.0, 1.0)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.tanh(input)


class LogSigmoid(Module):
    """``ln(sigmoid(x))`` for each element, precise at both ends.

    >>> import nn
    >>> nn.LogSigmoid()([-1000.0, 1000.0])
    Tensor([-1000.,     0.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.logsigmoid(input)


class GELU(Module):
    """``x Φ(x)`` for each element, where Φ(x) is the share of the normal distribution below x.

    It is exact to all digits, unless ``approximate="tanh"`` asks for the approximation of that name.

    >>> import nn
    >>> nn.GELU()([-1.0, 0.0, 2.0])
    Tensor([-0.15865525,  0.        ,  1.95449974], dtype=float64)
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def main_arguments(self) -> str:
        """Say which approximation is made, if any."""
        return "" if self.approximate == "none" else self.extra_repr()

    def extra_repr(self) -> str:
        """Name the attribute as the argument."""
        return f"approximate={self.approximate!r}"

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.gelu(input, self.approximate)


class SigmoidWithSlope(Module):
    """``sigmoid(slope * x)`` for each element: the larger the slope, the more it is a step from 0 to 1.

    >>> import nn
    >>> nn.SigmoidWithSlope(1000.0)([-1.0, 0.0, 1.0])
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """

    saturates_at = (0.0, 1.0)

    def __init__(self, slope: float = 1.0) -> None:
        self.slope = slope

    def main_arguments(self) -> str:
        """Give the slope."""
        return str(self.slope)

    def extra_repr(self) -> str:
        """Name the attribute as the argument."""
        return f"slope={self.slope}"

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.sigmoid_with_slope(input, self.slope)


class SiLU(InPlace):
    """``x * sigmoid(x)`` for each element, also known as swish.

    >>> import nn
    >>> nn.SiLU()([-1000.0, 0.0, 1000.0])
    Tensor([  -0.,    0., 1000.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.silu(input, self.inplace)


class Mish(InPlace):
    """``x * tanh(ln(1 + exp(x)))`` for each element, without overflow.

    >>> import nn
    >>> nn.Mish()([-1000.0, 0.0, 1000.0])
    Tensor([   0.,    0., 1000.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.mish(input, self.inplace)


class Softplus(Module):
    """``ln(1 + exp(beta * x)) / beta`` for each element, and ``x`` where ``beta * x`` is above ``threshold``.

    >>> import nn
    >>> nn.Softplus()([-1000.0, 0.0, 30.0])
    Tensor([ 0.        ,  0.69314718, 30.        ], dtype=float64)
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = beta
        self.threshold = threshold

    def main_arguments(self) -> str:
        """Say what differs from the default."""
        return "" if (self.beta, self.threshold) == (1.0, 20.0) else self.extra_repr()

    def extra_repr(self) -> str:
        """Name the attributes as the arguments."""
        return f"beta={self.beta}, threshold={self.threshold}"

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.softplus(input, self.beta, self.threshold)


class Softsign(Module):
    """``x / (1 + |x|)`` for each element.

    >>> import nn
    >>> nn.Softsign()([-1.0, 0.0, 3.0])
    Tensor([-0.5 ,  0.  ,  0.75], dtype=float64)
    """

    saturates_at = (-1.0, 1.0)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.softsign(input)


class Tanhshrink(Module):
    """``x - tanh(x)`` for each element.

    >>> import nn
    >>> nn.Tanhshrink()([-1000.0, 0.0, 1000.0])
    Tensor([-999.,    0.,  999.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.tanhshrink(input)


class GLU(Module):
    """``a * sigmoid(b)``, where ``a`` and ``b`` are the halves of the input along ``dim``.

    >>> import nn
    >>> nn.GLU()([3.0, 5.0, 0.0, 1000.0])
    Tensor([1.5, 5. ], dtype=float64)
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def main_arguments(self) -> str:
        """Give the axis."""
        return self.extra_repr()

    def extra_repr(self) -> str:
        """Name the attribute as the argument."""
        return f"dim={self.dim}"

    def forward(self, input: Any) -> Tensor:
        """Halve; raises ``ValueError`` if the axis is not there or not of an even size."""
        return F.glu(input, self.dim)


class _AlongAxis(Module):
    """An activation that looks along one axis, ``dim``."""

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def main_arguments(self) -> str:
        return "" if self.dim is None else f"dim={self.dim}"

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """``exp(x) / sum(exp(x))`` along ``dim``: positive, with sum 1; without overflow.

    ``dim`` may be left out for one or two axes, where it is the last.

    >>> import nn
    >>> nn.Softmax(dim=-1)([0.0, 0.0])
    Tensor([0.5, 0.5], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply along ``dim``."""
        return F.softmax(input, self.dim)


class LogSoftmax(_AlongAxis):
    """``ln(softmax(x))`` along ``dim``, precise where softmax is near 0.

    ``dim`` may be left out for one or two axes, where it is the last.

    >>> import nn
    >>> nn.LogSoftmax(dim=-1)([0.0, 1000.0])
    Tensor([-1000.,     0.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply along ``dim``."""
        return F.log_softmax(input, self.dim)


class Softmin(_AlongAxis):
    """``softmax(-x)`` along ``dim``, without overflow.

    ``dim`` may be left out for one or two axes, where it is the last.

    >>> import nn
    >>> nn.Softmin(dim=-1)([0.0, 1000.0])
    Tensor([1., 0.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply along ``dim``."""
        return F.softmin(input, self.dim)


class Softmax2d(Module):
    """``softmax`` over the channels at each place of an image, ``(N, C, H, W)`` or ``(C, H, W)``.

    >>> import nn, numpy as np
    >>> nn.Softmax2d()(np.zeros((2, 1, 3))).tolist()
    [[[0.5, 0.5, 0.5]], [[0.5, 0.5, 0.5]]]
    """

    def forward(self, input: Any) -> Tensor:
        """Apply along the channels; raises ``ValueError`` for another number of axes."""
        return F.softmax(with_channels(self.title, input, 2), -3)
