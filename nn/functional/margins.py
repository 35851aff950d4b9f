"""Losses that are 0 once an answer is right by a margin, and their relatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, clip, relu, take_along_axis, where
from autograd.errors import describe

from .activations import logsigmoid
from .classes import check_indices, checked_classes
from .reducing import at_hand, check_reduction, floating, reduced, same_shape, weighted


def zero_one_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """1 for each wrong decision, 0 for each right one: by default the share of errors. It has no derivative.

    ``input`` holds decisions, of the shape of ``target``; or scores of classes, ``(N, C)``, of which the largest
    decides, and then ``target`` holds class indices, ``(N,)``. Raises ``ValueError`` for other shapes.

    >>> import nn
    >>> nn.functional.zero_one_loss([0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0])
    Tensor(0.25, dtype=float64)
    >>> nn.functional.zero_one_loss([[0.1, 0.9], [0.8, 0.2]], [1, 1], reduction="sum")
    Tensor(1., dtype=float64)
    """
    input, target = asarray(input), asarray(target)
    dtype = np.result_type(input.dtype, np.float32)
    if input.ndim == 2 and target.shape == input.shape[:1]:
        input = input.argmax(axis=1)
    decisions, target = same_shape("zero_one_loss", input, target)
    return reduced("zero_one_loss", (decisions != target).astype(dtype), reduction)


def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """``max(0, margin - target * input)``: what a support vector machine minimises.

    ``input`` holds scores, ``target`` the truth, -1 or 1, of the same shape. The derivative at the margin is 0.
    Raises ``ValueError`` if the shapes differ, even if they would broadcast, or a target is something else.

    >>> import nn
    >>> nn.functional.hinge_loss([2.0, 0.5, 0.5], [1, 1, -1], reduction="none")
    Tensor([0. , 0.5, 1.5], dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("hinge_loss", input, target))
    truth = at_hand(target)
    if truth is not None and not (np.abs(truth) == 1).all():
        raise ValueError("hinge_loss: targets must be -1 or 1; write 2 * target - 1 if they are 0 or 1")
    return reduced("hinge_loss", relu(margin - target * input), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``ln(1 + exp(-target * input))``, without overflow; the target is -1 or 1.

    Raises ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.soft_margin_loss([0.0, -1000.0], [1, 1], reduction="none")
    Tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("soft_margin_loss", input, target))
    return reduced("soft_margin_loss", -logsigmoid(target * input), reduction)


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """The distance ``input`` itself where the target is 1, and ``max(0, margin - input)`` where it is -1.

    At the margin the derivative is -1. Raises ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.hinge_embedding_loss([0.25, 0.25, 3.0], [1, -1, -1], reduction="none")
    Tensor([0.25, 0.75, 0.  ], dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("hinge_embedding_loss", input, target))
    near = where(target != -1, input, 0.0)
    far = where(target != 1, clip(margin - input, 0.0, None), 0.0)
    return reduced("hinge_embedding_loss", near + far, reduction)


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Tensor:
    """``max(0, margin - target * (input1 - input2))``: the first is to be the larger if the target is 1, not if -1.

    The three broadcast. Raises ``ValueError`` if they have not the same number of axes.

    >>> import nn
    >>> nn.functional.margin_ranking_loss([1.0, 1.0], [3.0, 3.0], [1, -1], reduction="none")
    Tensor([2., 0.], dtype=float64)
    """
    input1, input2, target = floating(input1), floating(input2), asarray(target)
    if target.dtype.kind in "iub":
        target = target.astype(input1.dtype)
    if not input1.ndim == input2.ndim == target.ndim:
        raise ValueError(
            f"margin_ranking_loss: the inputs and the target must have the same number of axes, got shapes "
            f"{input1.shape}, {input2.shape} and {target.shape}"
        )
    return reduced("margin_ranking_loss", clip(margin - target * (input1 - input2), 0.0, None), reduction)


# Several classes


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """``max(0, margin - input[y] + input[i])**p``, summed over the wrong classes ``i``, divided by their number C.

    Parameters
    ----------
    input
        Scores: ``(N, C)`` for a batch of N and C classes, or ``(C,)`` for a single sample; ``()`` for a single class.
    target
        The class ``y`` of each sample: integers, ``(N,)`` or ``()``. For a single sample ``(1,)`` makes it a batch.
    p
        The power, 1 or 2. At the margin the derivative is 0.
    margin
        By how much the right class is to be ahead.
    weight
        What the losses of each class ``y`` are multiplied with, ``(C,)``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If ``p`` is another number, or shapes do not fit.
    TypeError
        If the targets are not integers.
    IndexError
        If a target is no class.

    >>> import nn
    >>> nn.functional.multi_margin_loss([[0.1, 0.2, 0.4, 0.8]], [3])
    Tensor(0.325, dtype=float64)
    """
    check_reduction("multi_margin_loss", reduction)
    check_power("multi_margin_loss", p)
    input, target = asarray(input), asarray(target)
    if not input.ndim:  # the score of a single class
        input = input.reshape(1)
    if input.ndim == 1 and target.shape == (1,):
        input = input.reshape(1, -1)
    if input.ndim not in (1, 2):
        raise ValueError(f"multi_margin_loss: the input must be (N, C) or (C,), got {describe(input)}")
    input, target, weight = checked_classes("multi_margin_loss", input, target, weight)
    right = target.reshape(*target.shape, 1)
    behind = relu(margin - take_along_axis(input, right, axis=-1) + input)
    losses = where(right == np.arange(input.shape[-1]), 0.0, behind if p == 1 else behind * behind)
    if weight is not None:
        losses = losses * weight[right]
    return reduced("multi_margin_loss", losses.sum(axis=-1) / input.shape[-1], reduction)


def check_power(name: str, p: int) -> None:
    """Raise ``ValueError`` for a power that has no loss."""
    if p not in (1, 2):
        raise ValueError(f"{name}: p is 1 or 2, got {p}")


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """``max(0, 1 - input[y] + input[i])``, summed over right classes ``y`` and wrong classes ``i``, divided by C.

    Parameters
    ----------
    input
        Scores: ``(N, C)`` for a batch of N and C classes, or ``(C,)`` for a single sample; ``()`` for a single class.
    target
        The right classes of each sample, of the same shape: integers, of which the first -1 is the end. At the margin
        the derivative is 0.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If the shapes differ or are others.
    TypeError
        If the targets are not integers.
    IndexError
        If a target is no class and not -1.

    >>> import nn
    >>> nn.functional.multilabel_margin_loss([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])
    Tensor(0.85, dtype=float64)
    """
    check_reduction("multilabel_margin_loss", reduction)
    input, target = floating(input), asarray(target)
    same_shape("multilabel_margin_loss", input, target)
    if not input.ndim:  # the score of a single class
        input, target = input.reshape(1), target.reshape(1)
    if input.ndim not in (1, 2):
        raise ValueError(f"multilabel_margin_loss: the input must be (N, C) or (C,), got {describe(input)}")
    check_indices("multilabel_margin_loss", target, input.shape[-1], ignored=-1)
    listed = np.cumprod(target >= 0, axis=-1) > 0
    right = np.where(listed, target, 0)
    is_wrong = ~np.any((right[..., None] == np.arange(input.shape[-1])) & listed[..., None], axis=-2)
    behind = relu(1 - take_along_axis(input, right, axis=-1)[..., None] + input[..., None, :])
    losses = where(listed[..., None] & is_wrong[..., None, :], behind, 0.0).sum(axis=(-2, -1))
    return reduced("multilabel_margin_loss", losses / input.shape[-1], reduction)


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Tensor:
    """The mean over the last axis, the classes, of ``-(y ln σ(x) + (1 - y) ln σ(-x))``: a yes or no for each class.

    ``input`` holds the logits ``x``, ``target`` the truth ``y``, 0 or 1, of the same shape; ``weight`` what the losses
    of each class are multiplied with. Raises ``ValueError`` if the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.multilabel_soft_margin_loss([[0.0, 1000.0]], [[1.0, 1.0]])
    Tensor(0.34657359, dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("multilabel_soft_margin_loss", input, target))
    if not input.ndim:
        raise ValueError("multilabel_soft_margin_loss: the input must have an axis for the classes, got a number")
    losses = weighted(-(target * logsigmoid(input) + (1 - target) * logsigmoid(-input)), weight)
    return reduced("multilabel_soft_margin_loss", losses.sum(axis=-1) / input.shape[-1], reduction)
