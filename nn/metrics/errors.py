"""How far numbers are from those that would have been right: MAE, MSE, RMSE."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import describe

from .accumulating import Metric, quotient
from .reading import Array, read_numbers, read_weight


class Mean(Metric):
    """A mean over the samples, in columns: what is remembered is the sum of each column, and that of the weights."""

    def total(self, losses: Array, weight: Array) -> Array:
        """Add up."""
        weighted: Array = weight @ losses
        return np.stack([weighted, np.broadcast_to(weight.sum(), weighted.shape)])

    def result(self, measured: Array) -> float:
        """Divide; the mean of the columns."""
        return float(quotient(*measured).mean())


class MAE(Mean):
    """Mean absolute error over batches; see ``mae``."""

    name = "mae"

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Add up the absolute errors."""
        output, target, each = read_pairs(self.name, output, target, weight)
        return self.total(np.abs(output - target), each)


class MSE(Mean):
    """Mean squared error over batches; see ``mse``."""

    name = "mse"

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Add up the squared errors."""
        output, target, each = read_pairs(self.name, output, target, weight)
        return self.total((output - target) ** 2, each)


class RMSE(MSE):
    """Root of the mean squared error over batches; see ``rmse``."""

    name = "rmse"

    def result(self, measured: Array) -> float:
        """Take the root for each column; the mean of the columns."""
        return float(np.sqrt(quotient(*measured)).mean())


def read_pairs(metric: str, output: Any, target: Any, weight: Any) -> tuple[Array, Array, Array]:
    """Give outputs and targets of one shape in columns, ``(N, outputs of a sample)``, in float64, and the weights."""
    output, target = read_numbers(metric, "output", output), read_numbers(metric, "target", target)
    if output.shape != target.shape:
        meant = f"; write target.reshape{output.shape}" if output.size == target.size else ""
        raise ValueError(
            f"{metric}: output, {describe(output)}, and target, {describe(target)}, must have the same shape, as "
            f"broadcasting would pair numbers that do not belong together{meant}"
        )
    columns = len(output), int(np.prod(output.shape[1:]))
    each = read_weight(metric, weight, len(output))
    return output.reshape(columns).astype(np.float64), target.reshape(columns).astype(np.float64), each


def mae(output: Any, target: Any, weight: Any = None) -> float:
    """Give the mean absolute error, ``|output - target|``.

    ``output`` and ``target`` have the same shape, ``(N,)`` or ``(N, ...)``; ``weight``, how much each sample counts, is
    ``(N,)``. NaN if all weights are 0, or there are no samples. Raises ``ValueError`` if the shapes differ, even if
    they would broadcast.

    >>> from nn import metrics
    >>> metrics.mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    error: float = MAE().of(output, target, weight)
    return error


def mse(output: Any, target: Any, weight: Any = None) -> float:
    """Give the mean squared error, ``(output - target)**2``; shapes, weights and what raises as for ``mae``.

    >>> from nn import metrics
    >>> metrics.mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    error: float = MSE().of(output, target, weight)
    return error


def rmse(output: Any, target: Any, weight: Any = None) -> float:
    """Give the root of the mean squared error; shapes, weights and what raises as for ``mae``.

    If a sample has several outputs, it is the mean of the roots for each of them, as in scikit-learn.

    >>> from nn import metrics
    >>> metrics.rmse([1.0, 2.0, 3.0], [2.0, 4.0, 5.0])
    1.7320508075688772
    """
    error: float = RMSE().of(output, target, weight)
    return error
