"""How far vectors are from each other, and losses made of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor, asarray, broadcast_arrays, clip, linalg, minimum, sqrt, where

from .likelihoods import at_least
from .reducing import check_reduction, floating, reduced

#: What ``cosine_embedding_loss`` adds to squares of lengths.
_EPS = 1e-12


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The ``p``-norm of ``x1 - x2 + eps`` along the last axis: ``(N, D)`` and ``(N, D)`` give ``(N,)``.

    The two broadcast. ``keepdim`` keeps the last axis, of size 1.

    >>> import nn
    >>> nn.functional.pairwise_distance([[0.0, 3.0]], [[4.0, 0.0]], eps=0.0)
    Tensor([5.], dtype=float64)
    """
    difference = floating(x1) - floating(x2) + eps
    distance: Tensor = linalg.vector_norm(difference, ord=p, axis=-1, keepdims=keepdim)
    return distance


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """``x1 @ x2 / (|x1| |x2|)`` along the axis ``dim``: the cosine of the angle between vectors.

    The two broadcast, before all else. A length below ``eps`` counts as ``eps``, and the derivative is taken there.
    Single numbers, with ``dim=0`` or ``-1``, count as vectors of one.

    >>> import nn
    >>> nn.functional.cosine_similarity([[1.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [1.0, 1.0]])
    Tensor([0.6, 0. ], dtype=float64)
    """
    vectors = broadcast_arrays(floating(x1), floating(x2))
    if not vectors[0].ndim and dim in (0, -1):  # numbers are vectors of one
        vectors = [x.reshape(1) for x in vectors]
    directions = [x / at_least(linalg.vector_norm(x, axis=dim, keepdims=True), eps) for x in vectors]
    one, other = directions
    cosine: Tensor = (one * other).sum(axis=dim)
    return cosine


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """``1 - cos`` of the angle between the inputs where the target is 1, and ``max(0, cos - margin)`` where it is -1.

    The inputs are ``(N, D)``, with targets ``(N,)``, or ``(D,)``, with a single target. At the margin the derivative by
    ``cos`` is 1. Raises ``ValueError`` for other shapes.

    >>> import nn
    >>> x, y = [[1.0, 0.0], [1.0, 0.0]], [[3.0, 4.0], [3.0, 4.0]]
    >>> nn.functional.cosine_embedding_loss(x, y, [1, -1], reduction="none")
    Tensor([0.4, 0.6], dtype=float64)
    """
    input1, input2, target = floating(input1), floating(input2), asarray(target)
    if target.ndim > 1 or input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        raise ValueError(
            "cosine_embedding_loss: inputs are (N, D) and targets (N,), or inputs (D,) and the target (); got shapes "
            f"{input1.shape}, {input2.shape} and {target.shape}"
        )
    squares = ((x * x).sum(axis=-1) + _EPS for x in (input1, input2))
    one, other = squares
    cosine = (input1 * input2).sum(axis=-1) / sqrt(one * other)
    losses = where(target == 1, 1 - cosine, 0.0) + where(target == -1, clip(cosine - margin, 0.0, None), 0.0)
    return reduced("cosine_embedding_loss", losses, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """``max(0, margin + |anchor - positive| - |anchor - negative|)``, with ``pairwise_distance``.

    Parameters
    ----------
    anchor, positive, negative
        Vectors, ``(N, D)`` or ``(D,)``; the positive ones are to be nearer to the anchors than the negative ones.
    margin
        By how much, above 0. At the margin the derivative by the distances is not 0.
    p, eps
        As for ``pairwise_distance``.
    swap
        Whether the negative one's distance from the positive one is taken, where it is the smaller: Balntas et al.,
        Learning Shallow Convolutional Feature Descriptors with Triplet Losses, 2016.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If the three have not the same number of axes, or ``margin`` is not above 0.

    >>> import nn
    >>> nn.functional.triplet_margin_loss([[0.0, 0.0]], [[0.0, 3.0]], [[4.0, 0.0]], margin=2.0, eps=0.0)
    Tensor(1., dtype=float64)
    """

    def distance(x: Tensor, y: Tensor) -> Tensor:
        return pairwise_distance(x, y, p, eps)

    return _triplet_loss("triplet_margin_loss", (anchor, positive, negative), distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """``triplet_margin_loss`` with any distance: a function of two Tensors, by default ``pairwise_distance``.

    >>> import nn
    >>> nn.functional.triplet_margin_with_distance_loss(
    ...     [[0.0, 0.0]], [[0.0, 3.0]], [[4.0, 0.0]], distance_function=lambda x, y: abs(x - y).max(axis=-1)
    ... )
    Tensor(0., dtype=float64)
    """
    distance = pairwise_distance if distance_function is None else distance_function
    triplet = (anchor, positive, negative)
    return _triplet_loss("triplet_margin_with_distance_loss", triplet, distance, margin, swap, reduction)


def _triplet_loss(
    name: str,
    triplet: tuple[Any, Any, Any],
    distance: Callable[[Any, Any], Any],
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    check_reduction(name, reduction)
    check_margin(name, margin)
    anchor, positive, negative = (asarray(each) for each in triplet)
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise ValueError(
            f"{name}: anchor, positive and negative must have the same number of axes, got shapes {anchor.shape}, "
            f"{positive.shape} and {negative.shape}"
        )
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced(name, clip(margin + near - far, 0.0, None), reduction)


def check_margin(name: str, margin: float) -> None:
    """Raise ``ValueError`` for a margin that asks for nothing."""
    if not margin > 0:
        raise ValueError(f"{name}: margin must be above 0, got {margin}")
