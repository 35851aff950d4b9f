"""What all losses share: the reduction over the batch, and the check that shapes agree."""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor, asarray
from autograd.errors import describe


def reduced(name: str, loss: Tensor, reduction: str) -> Tensor:
    """Reduce the losses of single elements: ``"mean"``, ``"sum"``, or ``"none"``."""
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    check_reduction(name, reduction)
    return loss


def check_reduction(name: str, reduction: str) -> None:
    """Raise ``ValueError`` for an unknown reduction."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction is 'mean', 'sum' or 'none', got {reduction!r}")


def same_shape(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Give both as arrays or Tensors; raises ``ValueError`` if their shapes differ."""
    input = input if hasattr(input, "shape") else asarray(input)
    target = target if hasattr(target, "shape") else asarray(target)
    if input.shape != target.shape:
        same_size = math.prod(input.shape) == math.prod(target.shape)
        remedy = f"write target.reshape{input.shape}" if same_size else "give one target for each element of the input"
        raise ValueError(
            f"{name}: input, {describe(input)}, and target, {describe(target)}, must have the same shape, as "
            f"broadcasting would pair elements that do not belong together; {remedy}"
        )
    return input, target
