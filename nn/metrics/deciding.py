"""Which classes outputs decide for, told from their shape and dtype; whatever could mean two things is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.errors import describe

from .reading import Array, is_number, read_answers, read_classes, read_numbers, read_scores, read_weight


class Decisions(NamedTuple):
    """For each decision the class that was predicted, the actual one, and a weight; and how many classes there are."""

    predicted: Array
    actual: Array
    weight: Array
    classes: int


class Scores(NamedTuple):
    """For each decision the scores of all classes, ``(decisions, classes)``, the actual class, and a weight."""

    scores: Array
    actual: Array
    weight: Array


def checked_threshold(metric: str, threshold: Any) -> float | None:
    """Give a threshold, or that there is none; raises ``ValueError`` for what is no number."""
    if threshold is not None and not is_number(threshold):
        raise ValueError(f"{metric}: threshold is a number, got {threshold!r}")
    return None if threshold is None else float(threshold)


def decide(metric: str, output: Any, target: Any, weight: Any, threshold: float | None) -> Decisions:
    """Say which classes are predicted; see ``accuracy`` for what is assumed."""
    output, right = read_scores(metric, "output", output), read_numbers(metric, "target", target)
    if threshold is not None:
        _check_same_shape(metric, output, right, threshold)
        each = _weight_of_places(metric, weight, right)
        return Decisions((output > threshold).astype(np.int64).ravel(), read_answers(metric, right).ravel(), each, 2)
    if output.shape == right.shape and output.dtype.kind in "biu":
        predicted, actual = read_classes(metric, "output", output), read_classes(metric, "target", right)
        classes = 1 + max(predicted.max(initial=0), actual.max(initial=0))
        return Decisions(predicted.ravel(), actual.ravel(), _weight_of_places(metric, weight, right), int(classes))
    scores, actual, each = spread(metric, output, right, weight)
    return Decisions(scores.argmax(axis=1), actual, each, scores.shape[1])


def spread(metric: str, output: Array, target: Array, weight: Any) -> Scores:
    """Take scores of classes, ``(N, C)`` or ``(N, C, ...)``, with the classes ``(N,)`` or ``(N, ...)``, apart."""
    if output.ndim != target.ndim + 1 or output.shape[:1] + output.shape[2:] != target.shape or output.shape[1] < 2:
        raise ValueError(f"{metric}: {_what_was_meant(output, target)}")
    actual = read_classes(metric, "target", target, output.shape[1])
    scores = np.moveaxis(output, 1, -1).reshape(-1, output.shape[1])
    return Scores(scores, actual.ravel(), _weight_of_places(metric, weight, target))


def _weight_of_places(metric: str, weight: Any, target: Array) -> Array:
    """Give every decision the weight of its sample."""
    samples = len(target)
    return np.repeat(read_weight(metric, weight, samples), target.size // samples if samples else 0)


def _check_same_shape(metric: str, output: Array, target: Array, threshold: float) -> None:
    if output.shape != target.shape:
        raise ValueError(
            f"{metric}: with threshold={threshold} each number of the output answers yes or no, so output, "
            f"{describe(output)}, and target, {describe(target)}, must have the same shape"
        )


def _what_was_meant(output: Array, target: Array) -> str:
    given = f"output is {describe(output)} and target {describe(target)}"
    if output.shape == target.shape:
        return (
            f"{given}, which does not say from which number on the answer is yes: give threshold=0.0 for logits, 0.5 "
            "for probabilities. Targets of several classes are their indices, target.argmax(axis=1) of one-hot ones"
        )
    if output.shape == (*target.shape, 1):
        return f"{given}: for answers of yes or no both must have the same shape; write target.reshape{output.shape}"
    return f"{given}, where scores (N, C) go with class indices (N,), or scores (N, C, ...) with (N, ...), and C >= 2"
