"""Dropout as modules, which leave inputs alone in evaluation mode; ``nn.functional`` has it as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from autograd import Tensor

from . import functional as F
from .functional.omission import check_probability
from .module import Module


class _Dropout(Module):
    """What all kinds share: a probability, and a function that knows whether there is training."""

    _function: ClassVar[Callable[..., Tensor]]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        check_probability(type(self).__name__, p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        """Leave out elements in training; give the input in evaluation mode."""
        return type(self)._function(input, self.p, self.training, self.inplace)

    def main_arguments(self) -> str:
        """Give the probability."""
        return str(self.p)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Puts 0 in the place of each element with the probability ``p``, and divides the others by ``1 - p``; in training.

    Srivastava et al., "Dropout" (2014). With ``inplace``, a Tensor that is given moves on to the result, as with
    ``x += y``. Raises ``ValueError`` if ``p`` is not in [0, 1].

    >>> import nn
    >>> nn.Dropout(0.3).eval()([1.0, 2.0])
    Tensor([1., 2.], dtype=float64)
    """

    _function = F.dropout


class Dropout1d(_Dropout):
    """Leaves out whole channels of sequences, ``(N, C, L)`` or ``(C, L)``; see ``Dropout2d``.

    >>> import nn
    >>> nn.Dropout1d(1.0)([[1.0, 2.0]])
    Tensor([[0., 0.]], dtype=float64)
    """

    _function = F.dropout1d


class Dropout2d(_Dropout):
    """Leaves out whole channels of images, ``(N, C, H, W)``, or of sequences, ``(N, C, L)``; in training.

    See ``nn.functional.dropout2d``, and ``Dropout`` for the arguments.

    >>> import nn
    >>> nn.Dropout2d(1.0)([[[[1.0, 2.0]]]])
    Tensor([[[[0., 0.]]]], dtype=float64)
    """

    _function = F.dropout2d


class Dropout3d(_Dropout):
    """Leaves out whole channels of volumes, ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see ``Dropout2d``.

    >>> import nn
    >>> nn.Dropout3d(0.0)([[[[1.0, 2.0]]]])
    Tensor([[[[1., 2.]]]], dtype=float64)
    """

    _function = F.dropout3d


class AlphaDropout(_Dropout):
    """Puts what SELU gives for small numbers in the place of elements, so that mean 0 and variance 1 stay; in training.

    Klambauer et al., "Self-Normalizing Neural Networks" (2017). See ``Dropout`` for the arguments.

    >>> import nn
    >>> nn.AlphaDropout(0.3).eval()([1.0, 2.0])
    Tensor([1., 2.], dtype=float64)
    """

    _function = F.alpha_dropout


class FeatureAlphaDropout(_Dropout):
    """Puts what SELU gives for small numbers in the place of whole channels of ``(N, C, *)``; see ``AlphaDropout``.

    >>> import nn
    >>> nn.FeatureAlphaDropout(0.3).eval()([[1.0, 2.0]])
    Tensor([[1., 2.]], dtype=float64)
    """

    _function = F.feature_alpha_dropout
