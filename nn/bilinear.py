"""The layer that is linear in each of two inputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class Bilinear(Module):
    """``x1 @ weight[k] @ x2 + bias[k]``: ``(*, in1_features)`` and ``(*, in2_features)`` give ``(*, out_features)``.

    Parameters
    ----------
    in1_features, in2_features, out_features
        The sizes of the last axes of the inputs and of the output.
    bias
        Whether there is a bias; without it, ``bias`` is ``None``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight
        ``(out_features, in1_features, in2_features)``, uniform within one by the root of ``in1_features``.
    bias
        ``(out_features,)``, uniform within the same bounds.

    Raises
    ------
    ValueError
        If ``in1_features`` is below 1, or the shapes of inputs do not fit.

    >>> import nn, numpy as np
    >>> nn.Bilinear(20, 30, 40)(np.ones((128, 20), np.float32), np.ones((128, 30), np.float32)).shape
    (128, 40)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        if in1_features < 1:
            raise ValueError(f"Bilinear: in1_features is at least 1, got {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(np.zeros(shape), dtype=dtype)
        self.bias = Parameter(np.zeros(out_features), dtype=dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for the parameters."""
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Tensor:
        """Map both inputs to one output."""
        return F.bilinear(input1, input2, self.weight, self.bias)

    def main_arguments(self) -> str:
        """Give the sizes."""
        return f"{self.in1_features}, {self.in2_features}, {self.out_features}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
