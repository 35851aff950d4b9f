"""What all losses share: the reduction over the batch, and the check that shapes agree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe
from autograd.primitives.domains import Drawn, Interval
from autograd.transforms.levels import bare

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw


def reduced(name: str, loss: Tensor, reduction: str) -> Tensor:
    """Reduce the losses of single elements: ``"mean"``, ``"sum"``, or ``"none"``."""
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    check_reduction(name, reduction)
    return loss


def at_hand(tensor: Tensor) -> Any:
    """Give the values of a Tensor, of a batch those of all; ``None`` where there are none to look at, as in a trace."""
    values = bare(tensor).data
    return values if type(values) is np.ndarray else None


def floating(input: Any) -> Tensor:
    """Give numbers as a Tensor, whole ones as floating ones."""
    tensor: Tensor = asarray(input)
    return tensor if tensor.dtype.kind not in "iub" else tensor.astype(np.float64)


def weighted(losses: Tensor, weight: Any) -> Tensor:
    """Multiply losses with weights, if there are any, in the dtype of the losses."""
    return losses if weight is None else losses * asarray(weight).astype(losses.dtype, copy=False)


def total(losses: Any, reduction: str) -> Any:
    """Reduce an array of losses inside a primitive: as ``reduced`` does."""
    if reduction == "none":
        return losses
    added = np.add.reduce(losses, axis=None)
    return added / losses.size if reduction == "mean" else added


def share(g: Any, count: int, reduction: str) -> Any:
    """Give each of ``count`` elements its share of the cotangent of what ``total`` has reduced."""
    return g / count if reduction == "mean" else g


class reduced_losses:  # noqa: N801 - reads as a function where a domain is declared
    """The domain of a loss that is a primitive: operands of one shape, and a reduction."""

    def __init__(self, *intervals: Interval) -> None:
        self._intervals = intervals

    def __call__(self, draw: Draw) -> Drawn:
        """Draw the operands and the reduction."""
        shape = draw.shape(min_side=1)
        operands = tuple(draw.array(interval, shape) for interval in self._intervals)
        return operands, {"reduction": draw.choice(["mean", "sum", "none"])}


def check_reduction(name: str, reduction: str) -> None:
    """Raise ``ValueError`` for an unknown reduction."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction is 'mean', 'sum' or 'none', got {reduction!r}")


def same_shape(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Give both as arrays or Tensors, whole numbers as floating ones: those of a target in the dtype of the input.

    Raises ``ValueError`` if their shapes differ.
    """
    shape, expected = getattr(target, "shape", None), getattr(input, "shape", None)
    if shape is None or expected is None:
        return same_shape(name, asarray(input), asarray(target))
    if shape != expected:
        same_size = math.prod(input.shape) == math.prod(target.shape)
        remedy = f"write target.reshape{input.shape}" if same_size else "give one target for each element of the input"
        raise ValueError(
            f"{name}: input, {describe(input)}, and target, {describe(target)}, must have the same shape, as "
            f"broadcasting would pair elements that do not belong together; {remedy}"
        )
    if input.dtype.kind in "iub":
        input = input.astype(np.float64)
    if target.dtype.kind in "iub" and input.dtype.kind == "f":
        target = target.astype(input.dtype)
    return input, target
