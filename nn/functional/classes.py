"""Losses for the choice of one class among several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, asarray, linear, log_softmax, primitive, softmax, where
from autograd.errors import describe
from autograd.primitives.domains import POSITIVE, REAL, Drawn, Interval

from .reducing import at_hand, check_reduction, floating, reduced, weighted

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw

# What targets mean, for arrays and Tensors alike


def _class_axis(shape: tuple[int, ...]) -> int:
    return 0 if len(shape) == 1 else 1


def _classes_first(x: Any) -> Any:
    """Logits with the axis of the classes first; in memory, too: there it is reduced several times faster."""
    moved = x.swapaxes(0, _class_axis(x.shape))
    return np.ascontiguousarray(moved) if type(moved) is np.ndarray else moved


def _at_target(logits: Any, target: Any) -> Any:
    """What stands at the target of each sample, in logits with the classes first."""
    columns = logits.reshape(len(logits), -1)
    return columns[target.reshape(-1), np.arange(target.size)].reshape(target.shape)


def _shares(target: Any, weight: Any, ignore_index: int, dtype: Any) -> Any:
    """How much each sample counts: 1 or the weight of its class, and 0 where the target is to be ignored."""
    counted = target != ignore_index
    if weight is None:
        return counted.astype(dtype)
    return np.where(counted, weight.astype(dtype)[np.where(counted, target, 0)], 0)


def _totalled(losses: Any, shares: Any, reduction: str) -> Any:
    """Reduce the losses of samples; the mean is over those that count, by their weights."""
    if reduction == "none":
        return losses
    total = np.add.reduce(losses, axis=None)
    return total / np.add.reduce(shares, axis=None) if reduction == "mean" else total


# The loss of class indices, as one operation


def _by_logits(g: Any, x: Any, target: Any, weight: Any, ignore_index: int, reduction: str) -> Any:
    """Softmax, less 1 at the target: in the share that the sample has. The mean of no samples has the derivative 0."""
    shares = _shares(target, weight, ignore_index, x.dtype)
    if reduction == "mean":
        total = np.add.reduce(shares, axis=None)
        g = g / (total + (total == 0))
    axis = _class_axis(x.shape)
    classes = np.arange(x.shape[axis]).reshape(-1, *(1,) * target.ndim)
    above = softmax.alike(_classes_first(x), axis=0) - (classes == target)
    return (g * shares * above).swapaxes(0, axis)


def _indices_domain(draw: Draw) -> Drawn:
    """Draw logits, classes, perhaps their weights, and options; a mean has something to be taken of."""
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = _class_axis(x.shape)
    count, places = x.shape[axis], x.shape[:axis] + x.shape[axis + 1 :]
    target = draw.array(Interval(0.0, count - 0.02), places).astype(np.int64)
    weight = draw.array(POSITIVE, (count,)) if draw.boolean() else None
    reduction = draw.choice(["mean", "sum", "none"])
    ignore_index = -100 if reduction == "mean" else draw.choice([-100, 0])
    return (x, target, weight), {"ignore_index": ignore_index, "reduction": reduction}


@primitive(rules={"x": _by_logits, "weight": None}, domain=_indices_domain, label="CE")
def class_loss(x: Any, target: Any, weight: Any = None, /, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """``-weight[target] * log_softmax(x)[target]`` for each sample, reduced. ``cross_entropy`` is its face.

    One operation, for its derivative, ``softmax(x)`` less 1 at the target, is simpler than that of its parts.
    """
    logits, shares = _classes_first(x), _shares(target, weight, ignore_index, x.dtype)
    below, counted = logits - np.maximum.reduce(logits, axis=0), shares != 0
    losses = np.log(np.add.reduce(np.exp(below), axis=0)) - _at_target(below, target * counted)
    losses = np.where(counted, losses, 0)
    return _totalled(losses if weight is None else losses * shares, shares, reduction)


# The faces


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Tensor:
    """Negative log-likelihood: ``-input[n, target[n]]``, and by default the mean of it over the batch.

    Parameters
    ----------
    input
        Logarithms of probabilities, as ``log_softmax`` gives them: ``(N, C)`` for a batch of N and C classes, ``(C,)``
        for a single sample, ``(N, C, d1, ...)`` for a choice at each place of an image, say.
    target
        Class indices from 0 to C - 1: integers of the same shape without the axis of the classes.
    weight
        A weight for each class, ``(C,)``. The mean is then the weighted one.
    ignore_index
        A target of this value does not count.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    TypeError
        If the targets are not integers.
    ValueError
        If the shapes do not fit.
    IndexError
        If a target is no class.

    >>> import nn
    >>> nn.functional.nll_loss([[-0.1, -2.0], [-0.5, -1.0]], [0, 1])
    Tensor(0.55, dtype=float64)
    """
    check_reduction("nll_loss", reduction)
    input, target, weight = checked_classes("nll_loss", input, target, weight, ignore_index)
    shares = _shares(target, weight, ignore_index, input.dtype)
    counted = shares != 0
    picked = _at_target(_classes_first(input), target * counted)
    losses: Tensor = _totalled(-where(counted, picked, 0) * shares, shares, reduction)
    return losses


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy of ``softmax(input)`` with the truth: ``-sum(q * log_softmax(input))`` over the classes.

    Parameters
    ----------
    input
        Logits, any real numbers: ``(N, C)`` for a batch of N and C classes, ``(C,)`` for a single sample,
        ``(N, C, d1, ...)`` for a choice at each place of an image, say.
    target
        Class indices from 0 to C - 1: integers of the same shape without the axis of the classes. Or the probabilities
        ``q`` of the classes: floating, of the shape of ``input``.
    weight
        A weight for each class, ``(C,)``. For class indices the mean is then the weighted one.
    ignore_index
        A class index of this value does not count.
    reduction
        ``"mean"`` (over the samples, not over the classes), ``"sum"`` or ``"none"``.
    label_smoothing
        How much of the truth, from 0 to 1, is spread evenly over all classes: Szegedy et al., "Rethinking the Inception
        Architecture" (2015), section 7.

    Raises
    ------
    TypeError
        If targets of the shape of class indices are not integers.
    ValueError
        If the shapes do not fit, or ``label_smoothing`` is not in [0, 1].
    IndexError
        If a target is no class.

    >>> import nn
    >>> nn.functional.cross_entropy([[1000.0, -1000.0], [0.0, 0.0]], [1, 1], reduction="none")
    Tensor([2.00000000e+03, 6.93147181e-01], dtype=float64)
    """
    check_reduction("cross_entropy", reduction)
    check_smoothing("cross_entropy", label_smoothing)
    input, target = floating(input), asarray(target)
    if target.shape == input.shape and target.dtype.kind == "f":
        return reduced("cross_entropy", _with_probabilities(input, target, weight, label_smoothing), reduction)
    input, target, weight = checked_classes("cross_entropy", input, target, weight, ignore_index)
    if not label_smoothing:
        return class_loss.apply((input, target, weight), {"ignore_index": ignore_index, "reduction": reduction})
    sharp = class_loss(input, target, weight, ignore_index, "none")
    even = _with_probabilities(input, 1 / input.shape[_class_axis(input.shape)], weight)
    mixed = where(target != ignore_index, sharp * (1 - label_smoothing) + even * label_smoothing, 0)
    losses: Tensor = _totalled(mixed, _shares(target, weight, ignore_index, input.dtype), reduction)
    return losses


def check_smoothing(name: str, label_smoothing: float) -> None:
    """Raise ``ValueError`` for a share of the truth that cannot be spread."""
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"{name}: label_smoothing must be in [0, 1], got {label_smoothing}")


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
) -> Tensor:
    """``cross_entropy`` of the logits that a linear map makes of features.

    Parameters
    ----------
    input
        Features: ``(N, in_features)``, or ``(in_features,)`` for a single sample.
    linear_weight
        The map: ``(C, in_features)`` for C classes, or ``(C, d1, ..., in_features)`` for a choice at each of several
        places; this needs a batch.
    target
        As ``cross_entropy`` takes it for logits ``(N, C, d1, ...)``.
    linear_bias
        What is added to the logits, ``(C, d1, ...)``.
    weight, reduction, label_smoothing
        As for ``cross_entropy``.
    ignore_index
        A class index of this value does not count, by default -100; not for targets that are probabilities.

    Raises
    ------
    ValueError
        If the shapes do not fit, ``ignore_index`` is given for probabilities, or ``cross_entropy`` raises it.
    TypeError, IndexError
        As ``cross_entropy``.

    >>> import nn
    >>> nn.functional.linear_cross_entropy([[1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], [1])
    Tensor(0.31326169, dtype=float64)
    """
    input, linear_weight, target = asarray(input), asarray(linear_weight), asarray(target)
    places = linear_weight.shape[1:-1]
    if input.ndim not in (1, 2) or linear_weight.ndim < 2 or input.shape[-1] != linear_weight.shape[-1]:
        raise ValueError(
            f"linear_cross_entropy: input is (N, in_features) or (in_features,) and linear_weight (C, ..., "
            f"in_features), got {describe(input)} and {describe(linear_weight)}"
        )
    if places and input.ndim == 1:
        raise ValueError(f"linear_cross_entropy: a choice at each of {places} places needs a batch, (N, in_features)")
    bias = None if linear_bias is None else asarray(linear_bias)
    if bias is not None and bias.shape != linear_weight.shape[:-1]:
        raise ValueError(
            f"linear_cross_entropy: linear_bias has shape {linear_weight.shape[:-1]}, got {describe(bias)}"
        )
    rows = linear_weight.reshape(-1, linear_weight.shape[-1])
    logits = linear(input, rows, None if bias is None else bias.reshape(-1))
    logits = logits.reshape(*input.shape[:-1], *linear_weight.shape[:-1])
    if target.shape == logits.shape and ignore_index is not None:
        raise ValueError("linear_cross_entropy: ignore_index is for class indices; the targets are probabilities")
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(logits, target, weight, ignored, reduction, label_smoothing)


def _with_probabilities(input: Tensor, truth: Any, weight: Any, label_smoothing: float = 0.0) -> Tensor:
    """Give the cross-entropy of each sample with probabilities of the classes."""
    axis = _class_axis(input.shape)
    if label_smoothing:
        truth = truth * (1 - label_smoothing) + label_smoothing / input.shape[axis]
    logs = log_softmax(input, axis=axis) * truth
    if weight is not None:
        logs = weighted(logs, asarray(weight).reshape(-1, *(1,) * (input.ndim - axis - 1)))
    losses: Tensor = -logs.sum(axis=axis)
    return losses


def checked_classes(
    name: str, input: Any, target: Any, weight: Any, ignore_index: int | None = None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Give class indices and what belongs to them as Tensors, or raise."""
    input, target = floating(input), asarray(target)
    if not input.ndim:
        raise ValueError(f"{name}: the input must have an axis for the classes, got a single number")
    axis = _class_axis(input.shape)
    count, expected = input.shape[axis], input.shape[:axis] + input.shape[axis + 1 :]
    if target.shape != expected:
        raise ValueError(
            f"{name}: for an input of shape {input.shape}, class indices have shape {expected}; got targets "
            f"{describe(target)}"
        )
    check_indices(name, target, count, ignore_index)
    weight = None if weight is None else asarray(weight).astype(input.dtype, copy=False)
    if weight is not None and weight.shape != (count,):
        raise ValueError(f"{name}: there are {count} classes, so weight has shape ({count},); got {describe(weight)}")
    return input, target, weight


def check_indices(name: str, target: Tensor, count: int, ignored: int | None) -> None:
    """Raise where a target is no class. Only arrays at hand are looked at: a tracer has no values."""
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: class indices must be integers, got targets {describe(target)}; convert them, as in "
            "target.astype(int)"
        )
    indices = at_hand(target)
    if indices is None or not indices.size:
        return
    unsigned = indices.view(f"u{indices.itemsize}")  # where a negative number is a very large one
    if np.maximum.reduce(unsigned, axis=None) < count:
        return
    is_wrong = (indices < 0) | (indices >= count)
    wrong = indices[is_wrong if ignored is None else is_wrong & (indices != ignored)]
    if wrong.size:
        raise IndexError(f"{name}: the target {wrong[0]} is out of bounds; the {count} classes are 0 to {count - 1}")
