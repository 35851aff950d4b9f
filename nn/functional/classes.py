"""Losses for the choice of one class among several."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, astype, log_softmax, where
from autograd.errors import describe

from .reducing import reduced


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
    choice = _Choice("nll_loss", asarray(input), asarray(target), weight, ignore_index)
    return choice.reduced(choice.loss(), reduction)


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
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"cross_entropy: label_smoothing must be in [0, 1], got {label_smoothing}")
    input, target = asarray(input), asarray(target)
    axis = _class_axis("cross_entropy", input)
    logs = log_softmax(input, axis=axis)
    if target.shape == input.shape and target.dtype.kind == "f":
        truth = target * (1 - label_smoothing) + label_smoothing / logs.shape[axis] if label_smoothing else target
        return reduced("cross_entropy", _expected(logs * truth, weight), reduction)
    choice = _Choice("cross_entropy", logs, target, weight, ignore_index)
    loss = choice.loss()
    if label_smoothing:
        evenly = where(choice.counted, _expected(logs, weight), 0)
        loss = loss * (1 - label_smoothing) + evenly * (label_smoothing / logs.shape[axis])
    return choice.reduced(loss, reduction)


class _Choice:
    """One class for each sample: which samples count, with what weight, and what they lose."""

    def __init__(self, name: str, logs: Tensor, target: Tensor, weight: Any, ignore_index: int) -> None:
        self.name = name
        self.logs = logs
        self.axis = _class_axis(name, logs)
        _check_indices(name, logs.shape, target, self.axis, ignore_index)
        self.counted = target != ignore_index
        self.classes = where(self.counted, target, 0)
        self.weight = None if weight is None else asarray(weight)[self.classes]

    def loss(self) -> Tensor:
        """Give each sample's loss: 0 if it does not count."""
        others = (size for axis, size in enumerate(self.logs.shape) if axis != self.axis)
        index: list[Any] = list(np.ix_(*map(np.arange, others)))
        index.insert(self.axis, self.classes)
        picked = self.logs[tuple(index)]
        return where(self.counted, -picked if self.weight is None else picked * -self.weight, 0)

    def reduced(self, loss: Tensor, reduction: str) -> Tensor:
        """Reduce over the samples; the mean is over those that count, by their weights."""
        if reduction != "mean":
            return reduced(self.name, loss, reduction)
        shares = self.counted if self.weight is None else where(self.counted, self.weight, 0)
        total: Tensor = astype(shares, loss.dtype).sum()
        return loss.sum() / total


def _expected(logs: Tensor, weight: Any) -> Tensor:
    """Add up the losses over the classes, each with its weight."""
    axis = _class_axis("cross_entropy", logs)
    if weight is not None:
        logs = logs * asarray(weight).reshape(-1, *(1,) * (logs.ndim - axis - 1))
    return -logs.sum(axis=axis)


def _class_axis(name: str, input: Tensor) -> int:
    if not input.ndim:
        raise ValueError(f"{name}: the input must have an axis for the classes, got a single number")
    return 0 if input.ndim == 1 else 1


def _check_indices(name: str, shape: tuple[int, ...], target: Tensor, axis: int, ignore_index: int) -> None:
    expected = shape[:axis] + shape[axis + 1 :]
    if target.shape != expected:
        raise ValueError(
            f"{name}: for an input of shape {shape}, class indices have shape {expected}; got targets "
            f"{describe(target)}"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: class indices must be integers, got targets {describe(target)}; convert them, as in "
            "target.astype(int)"
        )
    _check_range(name, target.data, shape[axis], ignore_index)


def _check_range(name: str, target: Any, count: int, ignore_index: int) -> None:
    """Raise where a target is no class. Only arrays at hand are looked at: a tracer has no values."""
    if type(target) is not np.ndarray or not target.size or (target.min() >= 0 and target.max() < count):
        return
    wrong = target[(target != ignore_index) & ((target < 0) | (target >= count))]
    if wrong.size:
        raise IndexError(f"{name}: the target {wrong[0]} is out of bounds; the {count} classes are 0 to {count - 1}")
