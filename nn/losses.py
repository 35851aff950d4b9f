"""Losses as modules; ``nn.functional`` has them as functions, and says more about each."""

from __future__ import annotations

from typing import Any

from autograd import Tensor, asarray

from . import functional as F
from .functional.reducing import check_reduction
from .module import Module


class _Loss(Module):
    """A loss, and how it is reduced over the elements: ``"mean"``, ``"sum"`` or ``"none"``."""

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction

    def main_arguments(self) -> str:
        return "" if self.reduction == "mean" else self.reduction


class _WeightedLoss(_Loss):
    """A loss with given weights: constants that are saved with the module."""

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", None if weight is None else asarray(weight))


class MSELoss(_Loss):
    """Mean of ``(input - target)**2`` over all elements, which must be of one shape.

    >>> import nn
    >>> nn.MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2., dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ, even if they would broadcast."""
        return F.mse_loss(input, target, self.reduction)


class L1Loss(_Loss):
    """Mean of ``|input - target|`` over all elements, which must be of one shape.

    >>> import nn
    >>> nn.L1Loss()([1.0, 2.0], [1.0, 4.0])
    Tensor(1., dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ, even if they would broadcast."""
        return F.l1_loss(input, target, self.reduction)


class BCELoss(_WeightedLoss):
    """Binary cross-entropy of probabilities: the mean of ``-(y ln p + (1 - y) ln(1 - p))``.

    >>> import nn
    >>> nn.BCELoss()([0.5, 0.5], [0.0, 1.0])
    Tensor(0.69314718, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ or an input is not in [0, 1]."""
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """Binary cross-entropy of ``sigmoid(input)``, precise for logits of any size.

    >>> import nn
    >>> nn.BCEWithLogitsLoss()([-1000.0, 1000.0], [0.0, 1.0])
    Tensor(0., dtype=float64)
    """

    pos_weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight, reduction=reduction)
        self.register_buffer("pos_weight", None if pos_weight is None else asarray(pos_weight))

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)


class NLLLoss(_WeightedLoss):
    """Negative log-likelihood of class indices, given the logarithms of the classes' probabilities.

    >>> import nn
    >>> nn.NLLLoss()([[-0.1, -2.0], [-0.5, -1.0]], [0, 1])
    Tensor(0.55, dtype=float64)
    """

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises what ``functional.nll_loss`` says."""
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class CrossEntropyLoss(_WeightedLoss):
    """Cross-entropy of ``softmax(input)`` with class indices or with probabilities of the classes.

    >>> import nn
    >>> nn.CrossEntropyLoss()([[0.0, 0.0]], [1])
    Tensor(0.69314718, dtype=float64)
    """

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises what ``functional.cross_entropy`` says."""
        return F.cross_entropy(input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)
