"""Layers that map or rearrange the features of each sample, without regard to its neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor, asarray, linear

from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class Linear(Module):
    """``x @ weight.T + bias``: an affine map of the last axis, from ``(..., in_features)`` to ``(..., out_features)``.

    Parameters
    ----------
    in_features, out_features
        The sizes of the last axis before and after.
    bias
        Whether there is a bias; without it, ``bias`` is ``None``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight
        ``(out_features, in_features)``, uniform within one by the root of ``in_features``: what He et al., "Delving
        Deep into Rectifiers" (2015), section 2.2, gives for a leaky ReLU of slope ``sqrt(5)``.
    bias
        ``(out_features,)``, uniform within the same bounds.

    Raises
    ------
    ValueError
        If the last axis of an input is not ``in_features``.

    >>> import nn
    >>> nn.Linear(3, 10)([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).shape
    (2, 10)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self.in_features = in_features
        self.out_features = out_features
        # Transposed in memory, as the product takes it: BLAS then needs no more than two thirds of the time.
        self.weight = Parameter(np.zeros((in_features, out_features)).T, dtype=dtype)
        self.bias = Parameter(np.zeros(out_features), dtype=dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for the parameters."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Tensor:
        """Map ``(..., in_features)`` to ``(..., out_features)``."""
        try:
            return linear.apply((input, self.weight, self.bias), {})
        except ValueError as error:
            shape = np.shape(input)
            if shape[-1:] == (self.in_features,):
                raise
            raise ValueError(
                f"{self.title}: the last axis of the input must be in_features={self.in_features}, got an input of "
                f"shape {shape}"
            ) from error

    def main_arguments(self) -> str:
        """Give the sizes before and after."""
        return f"{self.in_features}, {self.out_features}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Identity(Module):
    """Gives its input; takes any arguments and ignores them, so that it can stand in for any layer.

    >>> import nn
    >>> nn.Identity(54, unused=True)(7)
    7
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ignore everything."""

    def forward(self, input: Any) -> Any:
        """Give the input."""
        return input


class Flatten(Module):
    """Joins the axes from ``start_dim`` to ``end_dim``, both included, into one: by default all but the batch's.

    >>> import nn, numpy as np
    >>> nn.Flatten()(np.ones((32, 1, 28, 28))).shape
    (32, 784)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Any) -> Tensor:
        """Reshape; raises ``IndexError`` if an axis is not there, ``ValueError`` if they are in the wrong order."""
        tensor = asarray(input)
        first, last = (self._axis(dim, tensor.ndim) for dim in (self.start_dim, self.end_dim))
        if first > last:
            raise ValueError(f"{self.title}: start_dim comes after end_dim in an input of shape {tensor.shape}")
        joined = math.prod(tensor.shape[first : last + 1])
        flat: Tensor = tensor.reshape(*tensor.shape[:first], joined, *tensor.shape[last + 1 :])
        return flat

    def _axis(self, dim: int, ndim: int) -> int:
        if not -ndim <= dim < ndim:
            raise IndexError(f"{self.title}: axis {dim} is not in an input of {ndim} axes")
        return dim % ndim

    def main_arguments(self) -> str:
        """Give the axes, if not the usual ones."""
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"{self.start_dim}, {self.end_dim}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Splits an axis into several: ``nn.Flatten`` turned round.

    ``dim`` is the axis, ``unflattened_size`` the sizes that it is split into; one of them may be -1, for what is
    left.

    >>> import nn, numpy as np
    >>> nn.Unflatten(1, (2, 5, -1))(np.ones((2, 50))).shape
    (2, 2, 5, 5)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        if not isinstance(unflattened_size, (tuple, list)) or not all(isinstance(n, int) for n in unflattened_size):
            raise TypeError(f"Unflatten: unflattened_size is a tuple of whole numbers, got {unflattened_size!r}")
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Any) -> Tensor:
        """Reshape; raises ``IndexError`` if the axis is not there, ``ValueError`` if the sizes do not make it up."""
        tensor, sizes = asarray(input), tuple(self.unflattened_size)
        if not -tensor.ndim <= self.dim < tensor.ndim:
            raise IndexError(f"{self.title}: axis {self.dim} is not in an input of {tensor.ndim} axes")
        axis = self.dim % tensor.ndim
        whole, known = tensor.shape[axis], math.prod(n for n in sizes if n != -1)
        fits = (known > 0 and whole % known == 0) if sizes.count(-1) == 1 else whole == math.prod(sizes)
        if not fits or min(sizes, default=1) < -1 or sizes.count(-1) > 1:
            raise ValueError(
                f"{self.title}: an axis of size {whole}, in an input of shape {tensor.shape}, cannot be split into "
                f"{sizes}"
            )
        split = tuple(whole // known if n == -1 else n for n in sizes)
        result: Tensor = tensor.reshape(*tensor.shape[:axis], *split, *tensor.shape[axis + 1 :])
        return result

    def main_arguments(self) -> str:
        """Give the axis and the sizes."""
        return f"{self.dim}, {self.unflattened_size}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
