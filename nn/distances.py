"""How far vectors are from each other, as modules; ``nn.functional`` has them as functions."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from . import functional as F
from .module import Module


class PairwiseDistance(Module):
    """The ``p``-norm of ``x1 - x2 + eps`` along the last axis: ``(N, D)`` and ``(N, D)`` give ``(N,)``.

    >>> import nn
    >>> nn.PairwiseDistance(eps=0.0)([[0.0, 3.0]], [[4.0, 0.0]])
    Tensor([5.], dtype=float64)
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """Compute the distances; the two broadcast."""
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """``x1 @ x2 / (|x1| |x2|)`` along the axis ``dim``: the cosine of the angle between vectors.

    >>> import nn
    >>> nn.CosineSimilarity()([[1.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [1.0, 1.0]])
    Tensor([0.6, 0. ], dtype=float64)
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """Compute the cosines; the two broadcast."""
        return F.cosine_similarity(x1, x2, self.dim, self.eps)
