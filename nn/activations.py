"""Activation functions as modules; ``nn.functional`` has them as functions."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from . import functional as F
from .module import Module


class ReLU(Module):
    """``max(x, 0)`` for each element; the derivative at 0 is 0.

    >>> import nn
    >>> nn.ReLU()([-1.0, 2.0])
    Tensor([0., 2.], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.relu(input)


class Sigmoid(Module):
    """``1 / (1 + exp(-x))`` for each element, without overflow.

    >>> import nn
    >>> nn.Sigmoid()([-1000.0, 0.0])
    Tensor([0. , 0.5], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent of each element.

    >>> import nn
    >>> nn.Tanh()(0.0)
    Tensor(0., dtype=float64)
    """

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
