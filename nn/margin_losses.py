"""Losses that are 0 once an answer is right by a margin, and their relatives, as modules.

``nn.functional`` has them as functions, and says more about each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor

from . import functional as F
from .distances import PairwiseDistance
from .functional.margins import check_power
from .functional.similarity import check_margin
from .losses import Loss, WeightedLoss


class ZeroOneLoss(Loss):
    """The share of wrong decisions, or of scores ``(N, C)`` whose largest is not at the target. It has no derivative.

    >>> import nn
    >>> nn.ZeroOneLoss()([0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0])
    Tensor(0.25, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes do not fit."""
        return F.zero_one_loss(input, target, self.reduction)


class _MarginLoss(Loss):
    """A loss with a margin."""

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin


class HingeLoss(_MarginLoss):
    """``max(0, margin - target * input)`` of scores and the truth, -1 or 1: what a support vector machine minimises.

    >>> import nn
    >>> nn.HingeLoss()([2.0, 0.5, 0.5], [1, 1, -1])
    Tensor(0.66666667, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ or a target is neither -1 nor 1."""
        return F.hinge_loss(input, target, self.margin, self.reduction)


class SoftMarginLoss(Loss):
    """``ln(1 + exp(-target * input))`` of scores and the truth, -1 or 1.

    >>> import nn
    >>> nn.SoftMarginLoss()([0.0], [1])
    Tensor(0.69314718, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.soft_margin_loss(input, target, self.reduction)


class HingeEmbeddingLoss(_MarginLoss):
    """The distance ``input`` itself where the target is 1, and ``max(0, margin - input)`` where it is -1.

    >>> import nn
    >>> nn.HingeEmbeddingLoss(reduction="none")([0.25, 0.25, 3.0], [1, -1, -1])
    Tensor([0.25, 0.75, 0.  ], dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.hinge_embedding_loss(input, target, self.margin, self.reduction)


class MarginRankingLoss(_MarginLoss):
    """``max(0, margin - target * (input1 - input2))``: the first is to be the larger if the target is 1, not if -1.

    >>> import nn
    >>> nn.MarginRankingLoss()([1.0, 1.0], [3.0, 3.0], [1, -1])
    Tensor(1., dtype=float64)
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(margin, reduction=reduction)

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the three have not the same number of axes."""
        return F.margin_ranking_loss(input1, input2, target, self.margin, self.reduction)


class MultiMarginLoss(WeightedLoss):
    """``max(0, margin - input[y] + input[i])**p``, summed over the wrong classes ``i``, divided by their number C.

    Raises ``ValueError`` if ``p`` is neither 1 nor 2.

    >>> import nn
    >>> nn.MultiMarginLoss()([[0.1, 0.2, 0.4, 0.8]], [3])
    Tensor(0.325, dtype=float64)
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        check_power("MultiMarginLoss", p)
        self.p = p
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises what ``functional.multi_margin_loss`` says."""
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)


class MultiLabelMarginLoss(Loss):
    """``max(0, 1 - input[y] + input[i])``, summed over right classes ``y`` and wrong classes ``i``, divided by C.

    >>> import nn
    >>> nn.MultiLabelMarginLoss()([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])
    Tensor(0.85, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises what ``functional.multilabel_margin_loss`` says."""
        return F.multilabel_margin_loss(input, target, self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """A yes or no for each class: the mean over the last axis of binary cross-entropies with logits.

    >>> import nn
    >>> nn.MultiLabelSoftMarginLoss()([[0.0, 1000.0]], [[1.0, 1.0]])
    Tensor(0.34657359, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.multilabel_soft_margin_loss(input, target, self.weight, self.reduction)


class CosineEmbeddingLoss(_MarginLoss):
    """``1 - cos`` of the angle between the inputs where the target is 1, and ``max(0, cos - margin)`` where it is -1.

    >>> import nn
    >>> nn.CosineEmbeddingLoss()([[1.0, 0.0], [1.0, 0.0]], [[3.0, 4.0], [3.0, 4.0]], [1, -1])
    Tensor(0.5, dtype=float64)
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(margin, reduction=reduction)

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes do not fit."""
        return F.cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)


class TripletMarginLoss(Loss):
    """``max(0, margin + |anchor - positive| - |anchor - negative|)``, with the ``p``-norm.

    Raises ``ValueError`` if ``margin`` is not above 0.

    >>> import nn
    >>> nn.TripletMarginLoss(margin=2.0, eps=0.0)([[0.0, 0.0]], [[0.0, 3.0]], [[4.0, 0.0]])
    Tensor(1., dtype=float64)
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, *, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        check_margin("TripletMarginLoss", margin)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the three have not the same number of axes."""
        return F.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, self.reduction
        )


class TripletMarginWithDistanceLoss(Loss):
    """``TripletMarginLoss`` with any distance: a function of two Tensors, by default ``nn.PairwiseDistance()``.

    Raises ``ValueError`` if ``margin`` is not above 0.

    >>> import nn
    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: 1 - nn.CosineSimilarity()(x, y))
    >>> loss([[0.0, 1.0]], [[0.0, 3.0]], [[4.0, 0.0]])
    Tensor(0., dtype=float64)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        check_margin("TripletMarginWithDistanceLoss", margin)
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the three have not the same number of axes."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
