"""Activation functions that treat small and large numbers differently, as modules.

``nn.functional`` has them as functions. With ``inplace=True`` the Tensor that is put in moves on to the result, as with
``x += y``: what has read it before keeps the old values. Memory is not saved by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class _Rectifier(Module):
    """An activation function with constants: the attributes that are named here, in the order of the arguments."""

    _constants: tuple[str, ...] = ()

    def main_arguments(self) -> str:
        return self.extra_repr()

    def extra_repr(self) -> str:
        shown = [f"{name}={getattr(self, name)}" for name in self._constants]
        return ", ".join(shown + ["inplace=True"] * getattr(self, "inplace", False))


class InPlace(_Rectifier):
    """An activation function without other arguments than ``inplace``."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace


class ReLU(InPlace):
    """``max(x, 0)`` for each element; the derivative at 0 is 0.

    >>> import nn
    >>> nn.ReLU()([-1.0, 2.0])
    Tensor([0., 2.], dtype=float64)
    """

    saturates_at = (0.0,)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.relu(input, self.inplace)


class ReLU6(InPlace):
    """``min(max(x, 0), 6)`` for each element; the derivative at 0 and at 6 is 0.

    >>> import nn
    >>> nn.ReLU6()([-1.0, 2.0, 7.0])
    Tensor([0., 2., 6.], dtype=float64)
    """

    saturates_at = (0.0, 6.0)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.relu6(input, self.inplace)


class LeakyReLU(_Rectifier):
    """``x`` where it is above 0, else ``negative_slope * x``; the derivative at 0 is that slope.

    >>> import nn
    >>> nn.LeakyReLU(0.1)([-1.0, 2.0])
    Tensor([-0.1,  2. ], dtype=float64)
    """

    _constants = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)


class PReLU(_Rectifier):
    """``x`` where it is above 0, else ``weight * x``, with a weight that is learned; the derivative at 0 is the weight.

    Parameters
    ----------
    num_parameters
        How many weights there are: one for all, or one for each channel (axis 1).
    init
        What they start from.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the weights; float32 by default.

    Raises
    ------
    ValueError
        If there are several weights, and not so many channels in an input.

    >>> import nn
    >>> nn.PReLU()([-1.0, 2.0])
    Tensor([-0.25,  2.  ], dtype=float64, from=where)
    """

    _constants = ("num_parameters",)

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(np.zeros(num_parameters), dtype=dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weights to what they start from."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.prelu(input, self.weight)


class RReLU(_Rectifier):
    """``x`` where it is above 0, else ``a * x``, with a random ``a`` from ``lower`` to ``upper`` for each element.

    In evaluation, ``a`` is the mean of the two.

    >>> import nn
    >>> nn.RReLU(0.25, 0.75).eval()([-1.0, 2.0])
    Tensor([-0.5,  2. ], dtype=float64)
    """

    _constants = ("lower", "upper")

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element; raises ``ValueError`` if ``lower`` is above ``upper``."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class ELU(_Rectifier):
    """``x`` where it is above 0, else ``alpha * (exp(x) - 1)``; the derivative at 0 is ``alpha``.

    >>> import nn
    >>> nn.ELU()([-1000.0, 0.0, 2.0])
    Tensor([-1.,  0.,  2.], dtype=float64)
    """

    _constants = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.elu(input, self.alpha, self.inplace)


class SELU(InPlace):
    """``ELU``, scaled so that activations keep mean 0 and variance 1 from layer to layer.

    >>> import nn
    >>> nn.SELU()([-1000.0, 0.0, 1.0])
    Tensor([-1.75809934,  0.        ,  1.05070099], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.selu(input, self.inplace)


class CELU(_Rectifier):
    """``x`` where it is above 0, else ``alpha * (exp(x / alpha) - 1)``; the derivative at 0 is 1.

    >>> import nn
    >>> nn.CELU(0.5)([-1000.0, 0.0, 2.0])
    Tensor([-0.5,  0. ,  2. ], dtype=float64)
    """

    _constants = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element; raises ``ValueError`` if ``alpha`` is 0."""
        return F.celu(input, self.alpha, self.inplace)


class Hardtanh(_Rectifier):
    """Limits each element to ``[min_val, max_val]``; the derivative at both is 0.

    Raises ``ValueError`` unless ``min_val`` is below ``max_val``.

    >>> import nn
    >>> nn.Hardtanh()([-2.0, 0.5, 2.0])
    Tensor([-1. ,  0.5,  1. ], dtype=float64)
    """

    _constants = ("min_val", "max_val")

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        if not min_val < max_val:
            raise ValueError(f"Hardtanh: min_val must be below max_val, got {min_val} and {max_val}")
        self.min_val = min_val
        self.max_val = max_val
        self.saturates_at = (min_val, max_val)
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)


class Hardsigmoid(Module):
    """``x / 6 + 1 / 2``, limited to [0, 1]; the derivative at -3 and at 3 is 0.

    >>> import nn
    >>> nn.Hardsigmoid()([-4.0, 0.0, 4.0])
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """

    saturates_at: tuple[float, ...] = (0.0, 1.0)

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.hardsigmoid(input, self.inplace)


class Hardswish(Hardsigmoid):
    """``x * hardsigmoid(x)``: 0 up to -3, ``x`` from 3 on; the derivative at -3 is 0, and at 3 it is 1.

    >>> import nn
    >>> nn.Hardswish()([-1.0, 1.0, 4.0])
    Tensor([-0.33333333,  0.66666667,  4.        ], dtype=float64)
    """

    saturates_at = ()

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.hardswish(input, self.inplace)


class Hardshrink(_Rectifier):
    """``x``, and 0 from ``-lambd`` to ``lambd``, both included; there the derivative is 0, too.

    >>> import nn
    >>> nn.Hardshrink()([-1.0, 0.5, 2.0])
    Tensor([-1.,  0.,  2.], dtype=float64)
    """

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def extra_repr(self) -> str:
        """Give the number."""
        return str(self.lambd)

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.hardshrink(input, self.lambd)


class Softshrink(Hardshrink):
    """``x``, moved by ``lambd`` towards 0, and 0 if it would pass it; there the derivative is 0, too.

    >>> import nn
    >>> nn.Softshrink()([-1.0, 0.5, 2.0])
    Tensor([-0.5,  0. ,  1.5], dtype=float64)
    """

    def forward(self, input: Any) -> Tensor:
        """Apply to each element; raises ``ValueError`` if ``lambd`` is below 0."""
        return F.softshrink(input, self.lambd)


class Threshold(_Rectifier):
    """``x`` where it is above ``threshold``, else ``value``, where the derivative is 0.

    >>> import nn
    >>> nn.Threshold(0.1, 20.0)([0.1, 0.2])
    Tensor([20. ,  0.2], dtype=float64)
    """

    _constants = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Apply to each element."""
        return F.threshold(input, self.threshold, self.value, self.inplace)
