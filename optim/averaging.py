"""Means over time of the parameters of a model, written into the memory of the last ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.ownership import is_held_once

#: How many numbers are averaged at a time.
BLOCK = 1 << 14

#: Gives a new average, of the last one, the present value, and how many values were averaged before.
Averaging = Callable[[Tensor, Tensor, int], Any]

#: Changes all averages in place, given the same as lists.
AveragingOfAll = Callable[[Sequence[Tensor], Sequence[Tensor], int], None]


class NumberByNumber:
    """An averaging whose numbers each depend on one number of the average and the same one of the value.

    So it may work block by block, and needs no memory in proportion to the averages.
    """

    def __init__(self, formula: Callable[[Any, Any, int], Any]) -> None:
        self.formula = formula

    def __call__(self, average: Any, value: Any, count: int) -> Any:
        """Give the new average, of Tensors or arrays."""
        return self.formula(average, value, count)


def of_all(averaging: Averaging) -> AveragingOfAll:
    """Let an averaging change all averages of a list in place."""
    update = _update_in_blocks if isinstance(averaging, NumberByNumber) else _update

    def update_all(averages: Sequence[Tensor], values: Sequence[Tensor], count: int) -> None:
        for average, value in zip(averages, values, strict=True):
            update(averaging, average, value, count)

    return update_all


def _update(averaging: Averaging, average: Tensor, value: Tensor, count: int) -> None:
    new = np.asarray(averaging(average.detach(), value.detach(), count))
    if new.shape != average.shape:
        raise ValueError(f"avg_fn: gave an average of shape {new.shape}, the parameter has the shape {average.shape}")
    _own_array(average)[...] = new


def _update_in_blocks(averaging: Callable[[Any, Any, int], Any], average: Tensor, value: Tensor, count: int) -> None:
    with np.nditer(
        (_own_array(average), value._array),
        ("external_loop", "buffered", "zerosize_ok"),
        (("readwrite",), ("readonly",)),
        buffersize=BLOCK,
    ) as blocks:
        for old, new in blocks:
            old[...] = averaging(old, new, count)


def _own_array(average: Tensor) -> Any:
    """Give the array of an average, to be written: who looks at the average keeps what it has."""
    if not is_held_once(average._array):
        average._array = np.array(average._array)
    return average._array
