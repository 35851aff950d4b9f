"""Connectionist temporal classification: how likely a sequence of labels is, however it lies along the time.

Each label, and a blank around each, is a state. From one time to the next a path stays, goes on to the next state, or
skips a blank between two different labels. The logarithm of the probability of all paths to each state is carried
along the time, for all samples of a batch and all states at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, concat, isinf, logsumexp, stack, where
from autograd.errors import describe

from .classes import check_indices
from .reducing import check_reduction, reduced

_NAME = "ctc_loss"


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """The negative logarithm of the probability that labels are found along the time, in whatever places.

    Parameters
    ----------
    log_probs
        Logarithms of the probabilities of C classes at each of T times, as ``log_softmax`` gives them: ``(T, N, C)``
        for a batch of N, or ``(T, C)`` for a single sample.
    targets
        The labels: integers, ``(N, S)``, of which the first ``target_lengths`` of each row count, or all of the batch
        in one row, ``(sum(target_lengths),)``.
    input_lengths
        How many times each sample has, at most T: ``(N,)``, or a number for a single sample.
    target_lengths
        How many labels each sample has.
    blank
        The class that stands for no label.
    reduction
        ``"mean"`` divides each loss by the number of labels and takes the mean over the batch; ``"sum"`` or ``"none"``.
    zero_infinity
        Whether infinite losses, of targets too long for the input, count as 0. Their derivative is 0 in any case.

    Raises
    ------
    ValueError
        If shapes or lengths do not fit.
    TypeError
        If targets or lengths are not integers.
    IndexError
        If a target or the blank is no class.

    Notes
    -----
    Source: Graves et al., Connectionist Temporal Classification, 2006, section 4.1. The derivative by ``log_probs`` is
    the plain one, less the probability of each class at each time given the target; PyTorch adds ``exp(log_probs)`` to
    it, which makes no difference before a ``log_softmax``.

    >>> import nn
    >>> even = [[[-0.69314718, -0.69314718]]] * 2
    >>> nn.functional.ctc_loss(even, [[1]], [2], [1])
    Tensor(0.28768207, dtype=float64)
    """
    check_reduction(_NAME, reduction)
    log_probs, targets = asarray(log_probs), asarray(targets)
    if log_probs.ndim not in (2, 3):
        raise ValueError(f"{_NAME}: log_probs must be (T, N, C) or (T, C), got {describe(log_probs)}")
    is_batch = log_probs.ndim == 3
    if not is_batch:
        log_probs, targets = log_probs[:, None], targets.reshape(1, -1)
    times, count, classes = log_probs.shape
    durations = _lengths("input_lengths", input_lengths, count, times)
    lengths = _lengths("target_lengths", target_lengths, count, targets.shape[-1])
    labels = _in_rows(targets, lengths, blank)
    check_indices(_NAME, asarray(labels), classes, ignored=None)
    if not 0 <= blank < classes:
        raise IndexError(f"{_NAME}: blank={blank} is out of bounds; the {classes} classes are 0 to {classes - 1}")
    losses = -_likelihoods(log_probs, labels, durations, lengths, blank)
    if zero_infinity:
        losses = where(isinf(losses), 0.0, losses)
    if reduction == "mean":
        losses = losses / np.maximum(lengths, 1).astype(losses.dtype)
    return reduced(_NAME, losses if is_batch else losses.reshape(()), reduction)


def _likelihoods(log_probs: Tensor, labels: Any, durations: Any, lengths: Any, blank: int) -> Tensor:
    """The logarithm of the probability of each sample's labels."""
    samples = np.arange(len(labels))
    states = np.full((len(labels), 2 * labels.shape[1] + 1), blank)
    states[:, 1::2] = labels
    skips = np.concatenate([np.zeros_like(states[:, :2], bool), states[:, 2:] != states[:, :-2]], axis=1)
    emitted = log_probs[:, samples[:, None], states]
    nothing = np.full((len(labels), 2), -np.inf, log_probs.dtype)  # what comes before the first state
    paths = asarray(np.where(np.arange(states.shape[1]) == 0, 0.0, np.full(states.shape, -np.inf, log_probs.dtype)))
    for time in range(len(log_probs)):
        before = concat([nothing, paths], axis=1)
        arrived = logsumexp(stack([paths, before[:, 1:-1], where(skips, before[:, :-2], -np.inf)]), axis=0)
        paths = where(time < durations[:, None], arrived + emitted[time], paths)
    ends = stack([paths[samples, 2 * lengths], where(lengths > 0, paths[samples, 2 * lengths - 1], -np.inf)])
    total: Tensor = logsumexp(ends, axis=0)
    return total


def _lengths(argument: str, given: Any, count: int, most: int) -> Any:
    """Give lengths as an array, one for each sample, or raise."""
    lengths = np.atleast_1d(asarray(given).data)
    if lengths.size and lengths.dtype.kind not in "iu":
        raise TypeError(f"{_NAME}: {argument} must be integers, got {describe(lengths)}")
    if lengths.shape != (count,):
        raise ValueError(f"{_NAME}: there are {count} samples, so {argument} has shape ({count},); got {lengths.shape}")
    if lengths.size and not 0 <= lengths.min() <= lengths.max() <= most:
        raise ValueError(f"{_NAME}: {argument} are from 0 to {most}, got {lengths.tolist()}")
    return lengths.astype(np.intp)


def _in_rows(targets: Tensor, lengths: Any, blank: int) -> Any:
    """Give the labels of each sample as a row, ``(N, S)``, filled up with blanks."""
    if targets.size and targets.dtype.kind not in "iu":
        raise TypeError(f"{_NAME}: targets must be integers, got {describe(targets)}; convert them")
    labels = targets.data.astype(np.intp)
    if targets.ndim == 1:
        if targets.size != lengths.sum():
            raise ValueError(
                f"{_NAME}: {targets.size} targets in one row are not what target_lengths={lengths.tolist()} add up to"
            )
        places = np.arange(lengths.max(initial=0))
        starts = np.cumsum(lengths) - lengths
        rows = np.append(labels, blank)[np.minimum(starts[:, None] + places, targets.size)]
    elif targets.ndim == 2 and len(targets) == len(lengths):
        rows, places = labels, np.arange(targets.shape[1])
    else:
        raise ValueError(
            f"{_NAME}: targets are (N, S) or (sum(target_lengths),) for N={len(lengths)}, got {describe(targets)}"
        )
    counts = places < lengths[:, None]
    if (counts & (rows == blank)).any():
        raise ValueError(f"{_NAME}: the targets must not hold blank={blank}, which stands for no label")
    return np.where(counts, rows, blank)
