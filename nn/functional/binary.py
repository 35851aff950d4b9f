"""Losses for yes-or-no questions: the cross-entropy of a Bernoulli distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, primitive
from autograd.primitives.domains import Interval
from autograd.primitives.numbers import number

from .activations import logsigmoid
from .reducing import check_reduction, reduced, reduced_losses, same_shape, share, weighted


@np.errstate(divide="ignore", invalid="raise")
def _bounded_logs(p: Any) -> tuple[Any, Any]:
    """``max(ln p, -100)`` and ``max(ln(1 - p), -100)``; raises ``FloatingPointError`` outside [0, 1]."""
    bound = number(-100.0, p)
    return np.maximum(np.log(p), bound), np.maximum(np.log1p(-p), bound)


def _by_probability(g: Any, p: Any, y: Any, reduction: str) -> Any:
    return share(g, p.size, reduction) * ((p - y) / np.maximum(p * (number(1.0, p) - p), number(1e-12, p)))


def _by_target(g: Any, p: Any, reduction: str) -> Any:
    yes, no = _bounded_logs(p)
    return share(g, p.size, reduction) * (no - yes)


@primitive(
    rules={"p": _by_probability, "y": _by_target},
    domain=reduced_losses(Interval(0.05, 0.95), Interval(0.0, 1.0)),
    label="BCE",
)
def log_loss(p: Any, y: Any, /, reduction: str = "mean") -> Any:
    """``-(y ln p + (1 - y) ln(1 - p))`` for each element, with logarithms bounded at -100, reduced.

    One operation, for the derivative ``(p - y) / (p (1 - p))`` is simpler than that of its parts; its denominator is
    kept at or above 1e-12. ``binary_cross_entropy`` is its face.
    """
    yes, no = _bounded_logs(p)
    against = y - number(1.0, y)  # of this sign, a loss near 0 is as precise as any
    if reduction == "none":
        return against * no - y * yes
    added = np.vdot(against, no) - np.vdot(y, yes)
    return added / p.size if reduction == "mean" else added


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Tensor:
    """``-(y ln p + (1 - y) ln(1 - p))``, and by default the mean of it over all elements.

    Parameters
    ----------
    input
        The probabilities ``p``, in [0, 1]; any shape, floating.
    target
        The truth ``y``, of the same shape, usually 0 or 1; any probability will do.
    weight
        What each element's loss is multiplied with; broadcasts with it.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If the shapes differ, or an input is not a probability.

    Notes
    -----
    As in PyTorch, the logarithms are bounded at -100, and the denominator of the derivative at 1e-12, so that
    probabilities of exactly 0 and 1 are no harm.

    >>> import nn
    >>> nn.functional.binary_cross_entropy([0.5, 0.0], [1.0, 1.0], reduction="none")
    Tensor([  0.69314718, 100.        ], dtype=float64)
    """
    check_reduction("binary_cross_entropy", reduction)
    input, target = same_shape("binary_cross_entropy", input, target)
    try:
        if weight is None:
            return log_loss.apply((input, target), {"reduction": reduction})
        loss = weighted(log_loss(input, target, "none"), weight)
    except FloatingPointError as error:
        p = asarray(input).data
        raise ValueError(
            f"binary_cross_entropy: the inputs must be probabilities, from 0 to 1; given are values from {p.min():.4g} "
            f"to {p.max():.4g}. Apply sigmoid first, or use binary_cross_entropy_with_logits"
        ) from error
    return reduced("binary_cross_entropy", loss, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """``binary_cross_entropy(sigmoid(input), target)``, precise for logits of any size.

    Parameters
    ----------
    input
        The logits ``x``: any real numbers, any shape, floating.
    target
        The truth ``y``, of the same shape, usually 0 or 1; any probability will do.
    weight
        What each element's loss is multiplied with; broadcasts with it.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    pos_weight
        What the part of the positive answers is multiplied with: above 1 it counts a miss more than a false alarm.

    Raises
    ------
    ValueError
        If the shapes differ.

    >>> import nn
    >>> nn.functional.binary_cross_entropy_with_logits([-1000.0, 1.0], [1.0, 0.0], reduction="none")
    Tensor([1000.        ,    1.31326169], dtype=float64)
    """
    x, y = same_shape("binary_cross_entropy_with_logits", input, target)
    scale = 1 if pos_weight is None else weighted(asarray(y), asarray(pos_weight) - 1) + 1
    # -ln σ(-x) = x - ln σ(x), so one function serves both answers.
    loss = (1 - asarray(y)) * x - scale * logsigmoid(x)
    return reduced("binary_cross_entropy_with_logits", weighted(loss, weight), reduction)
