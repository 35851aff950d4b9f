"""Losses as modules; ``nn.functional`` has them as functions, and says more about each."""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor, asarray

from . import functional as F
from .converting import parameter_dtype
from .functional.classes import check_smoothing
from .functional.reducing import check_reduction
from .linear import Linear
from .module import Module


class Loss(Module):
    """A loss, and how it is reduced over the elements: ``"mean"``, ``"sum"`` or ``"none"``."""

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction

    def main_arguments(self) -> str:
        """Give the reduction, if it is not the usual one."""
        return "" if self.reduction == "mean" else self.reduction


class WeightedLoss(Loss):
    """A loss with given weights: constants that are saved with the module."""

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", None if weight is None else asarray(weight))


class MSELoss(Loss):
    """Mean of ``(input - target)**2`` over all elements, which must be of one shape.

    >>> import nn
    >>> nn.MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2., dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ, even if they would broadcast."""
        return F.mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Mean of ``|input - target|`` over all elements, which must be of one shape.

    >>> import nn
    >>> nn.L1Loss()([1.0, 2.0], [1.0, 4.0])
    Tensor(1., dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ, even if they would broadcast."""
        return F.l1_loss(input, target, self.reduction)


class SmoothL1Loss(Loss):
    """Mean of ``|input - target|`` with a rounded kink: ``HuberLoss`` divided by ``beta``.

    >>> import nn
    >>> nn.SmoothL1Loss()([0.5, 3.0], [0.0, 0.0])
    Tensor(1.3125, dtype=float64)
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ or ``beta`` is below 0."""
        return F.smooth_l1_loss(input, target, self.reduction, self.beta)


class HuberLoss(Loss):
    """Mean of ``d**2 / 2`` for the difference ``d = input - target``, straight where ``|d|`` is above ``delta``.

    >>> import nn
    >>> nn.HuberLoss(delta=2.0)([0.5, 3.0], [0.0, 0.0])
    Tensor(2.0625, dtype=float64)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ or ``delta`` is not above 0."""
        return F.huber_loss(input, target, self.reduction, self.delta)


class GaussianNLLLoss(Loss):
    """Negative log-likelihood of normal distributions of given means and variances.

    >>> import nn
    >>> nn.GaussianNLLLoss()([1.0, 2.0], [1.0, 4.0], [1.0, 2.0])
    Tensor(0.6732868, dtype=float64)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Any, target: Any, var: Any) -> Tensor:
        """Compute the loss; raises what ``functional.gaussian_nll_loss`` says."""
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class PoissonNLLLoss(Loss):
    """Negative log-likelihood of counts, given the logarithm of their expectation, or that itself.

    >>> import nn
    >>> nn.PoissonNLLLoss()([0.0, 1.0], [1.0, 2.0])
    Tensor(0.85914091, dtype=float64)
    """

    def __init__(
        self, log_input: bool = True, full: bool = False, *, eps: float = 1e-8, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.poisson_nll_loss(log_input, target, self.log_input, self.full, self.eps, self.reduction)


class KLDivLoss(Loss):
    """How far a distribution, given by its logarithms, is from another: ``target * (ln(target) - input)``.

    ``reduction="batchmean"`` is the divergence; ``"mean"`` is over all elements.

    >>> import nn
    >>> nn.KLDivLoss(reduction="batchmean")([[-1.0, -2.0]], [[0.5, 0.0]])
    Tensor(0.15342641, dtype=float64)
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction="mean" if reduction == "batchmean" else reduction)
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ."""
        return F.kl_div(input, target, self.reduction, self.log_target)


class BCELoss(WeightedLoss):
    """Binary cross-entropy of probabilities: the mean of ``-(y ln p + (1 - y) ln(1 - p))``.

    >>> import nn
    >>> nn.BCELoss()([0.5, 0.5], [0.0, 1.0])
    Tensor(0.69314718, dtype=float64)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises ``ValueError`` if the shapes differ or an input is not in [0, 1]."""
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
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


class NLLLoss(WeightedLoss):
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


class CrossEntropyLoss(WeightedLoss):
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


class LinearCrossEntropyLoss(WeightedLoss):
    """``CrossEntropyLoss`` of the logits that a linear map, which is learned, makes of features.

    Parameters
    ----------
    in_features
        The size of the last axis of the input, ``(N, in_features)`` or ``(in_features,)``.
    num_classes
        How many classes there are.
    out_features
        The places at each of which one is chosen: ``(d1, ...)`` for targets ``(N, d1, ...)``.
    bias
        Whether the map has a bias.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of its parameters; float32 by default.
    weight, reduction, ignore_index, label_smoothing
        As for ``functional.linear_cross_entropy``.

    Attributes
    ----------
    linear
        The map, ``Linear(in_features, num_classes * d1 * ...)``.

    Raises
    ------
    ValueError
        If ``label_smoothing`` is not in [0, 1].

    >>> import nn
    >>> nn.LinearCrossEntropyLoss(3, 10)([[1.0, 2.0, 3.0]], [7]).shape
    ()
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        dtype = parameter_dtype(self, device, dtype)
        check_smoothing("LinearCrossEntropyLoss", label_smoothing)
        self.num_classes = num_classes
        self.out_features = tuple(out_features)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.linear = Linear(in_features, math.prod(self.out_features, start=num_classes), bias, dtype=dtype)

    def forward(self, input: Any, target: Any) -> Tensor:
        """Compute the loss; raises what ``functional.linear_cross_entropy`` says."""
        shape, bias = (self.num_classes, *self.out_features), self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*shape, -1),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        given: dict[str, Any] = {"in_features": self.linear.in_features, "num_classes": self.num_classes}
        given |= {"out_features": self.out_features, "bias": self.linear.bias is not None}
        given |= {name: getattr(self, name) for name in ("reduction", "ignore_index", "label_smoothing")}
        return ", ".join(f"{name}={value}" for name, value in given.items())


class CTCLoss(Loss):
    """The negative logarithm of the probability that labels are found along the time, in whatever places.

    >>> import nn
    >>> even = [[[-0.69314718, -0.69314718]]] * 2
    >>> nn.CTCLoss()(even, [[1]], [2], [1])
    Tensor(0.28768207, dtype=float64)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Tensor:
        """Compute the loss; raises what ``functional.ctc_loss`` says."""
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
