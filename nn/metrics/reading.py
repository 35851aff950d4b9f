"""What metrics are given, as arrays of NumPy: whatever is not what it has to be is refused here."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Tensor
from autograd.errors import describe

Array = npt.NDArray[Any]


def is_number(given: Any) -> bool:
    """Tell whether something is a real number that can be compared: no NaN."""
    return isinstance(given, Real) and given == given  # noqa: PLR0124


def is_count(given: Any) -> bool:
    """Tell whether something is a whole number of at least 1."""
    return isinstance(given, (int, np.integer)) and not isinstance(given, bool) and int(given) >= 1


def read_numbers(metric: str, role: str, values: Any) -> Array:
    """Give Tensors, arrays or lists of real numbers as an array whose first axis is that of the samples."""
    try:
        array: Array = np.asarray(values.detach().data if isinstance(values, Tensor) else values)
    except ValueError as error:
        raise ValueError(f"{metric}: {role} is no array of numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{metric}: {role} has to be real numbers, got {describe(array)}")
    if array.ndim == 0:
        raise ValueError(f"{metric}: {role} has to have an axis of samples, got the single number {array}")
    return array


def read_scores(metric: str, role: str, values: Any) -> Array:
    """Give numbers that are to be put in order, which NaN has no place in."""
    array = read_numbers(metric, role, values)
    if np.isnan(array).any():
        raise ValueError(f"{metric}: {role} has NaN, which is neither above nor below anything")
    return array


def read_weight(metric: str, weight: Any, count: int) -> Array:
    """Give one weight for each sample; whole numbers stay so, and are counted exactly."""
    if weight is None:
        return np.ones(count, np.int64)
    array = read_numbers(metric, "weight", weight)
    if array.shape != (count,):
        raise ValueError(f"{metric}: weight has to have one number for each of {count} samples, got {describe(array)}")
    if not (np.isfinite(array) & (array >= 0)).all():
        raise ValueError(f"{metric}: weights have to be finite and at least 0")
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)


def read_classes(metric: str, role: str, array: Array, count: int | None = None) -> Array:
    """Give indices of classes, below ``count`` if that is known."""
    if array.dtype.kind not in "biu":
        raise TypeError(f"{metric}: {role} has to be whole numbers, the indices of classes, got {describe(array)}")
    low, high = (array.min(), array.max()) if array.size else (0, 0)
    if low < 0 or (count is not None and high >= count):
        wrong = low if low < 0 else high
        known = "classes begin at 0" if count is None else f"the {count} classes are 0 to {count - 1}"
        raise ValueError(f"{metric}: {role} has the class {wrong}; {known}")
    return array.astype(np.int64)


def read_answers(metric: str, array: Array) -> Array:
    """Give what is right where the question is yes or no: 1 and 0, of any dtype, as class indices."""
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{metric}: target has to be 0 or 1 everywhere where each output answers yes or no")
    return array.astype(np.int64)
