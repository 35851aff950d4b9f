"""Adafactor: Adam's squares of a matrix, kept as one number for each row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

import numpy as np

from .bundle import States
from .checks import refuse_complex
from .implementation import Implementation
from .optimizer import Optimizer

Shape = tuple[int, ...]


class Adafactor(Optimizer):
    """Steps in proportion to a parameter's size, divided by the root of squares that are kept by row and column.

    With the gradient ``g`` in step ``t``, and the root mean square ``rms``::

        r = r + t**beta2_decay * (mean(g**2, of each row) - r)
        c = c + t**beta2_decay * (mean(g**2, of each column) - c)
        u = g / max(sqrt(r * c / mean(r)), eps1)
        p = p - min(lr, 1 / sqrt(t)) * max(eps2, rms(p)) * u / max(1, rms(u) / d)

    Rows and columns are those of the last two axes; a vector's squares are averaged one by one. Shazeer and Stern,
    "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018), algorithms 4 and 5, as PyTorch has them.

    Parameters
    ----------
    params
        Real Tensors, as ``model.parameters()`` gives them, or dicts with ``"params"`` and options of their own.
    lr
        The largest learning rate, relative to the size of the parameter; at least 0.
    beta2_decay
        How the share of a new gradient in the averages falls with the steps; at most 0.
    eps
        The least root of squares (``None`` for the dtype's rounding), and the least size of a parameter.
    d
        How large a change may get before it is made smaller, at least 1.
    weight_decay
        Which share of the parameter each step takes away, times ``lr``; at least 0.
    maximize
        Whether to climb instead.
    implementation
        PyTorch's ``foreach``, ``fused`` and the like, which change nothing; see ``Optimizer``.

    Raises
    ------
    ValueError
        If an option is out of its range.
    TypeError
        For complex parameters.

    >>> import nn, optim
    >>> weight = nn.Parameter([[1.0, 1.0], [1.0, 1.0]])
    >>> optimizer = optim.Adafactor([weight], lr=0.5)
    >>> weight.grad = [[1.0, 2.0], [3.0, 6.0]]
    >>> optimizer.step()
    >>> weight.data.round(3).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    >>> optimizer.state_dict()["state"][0]["row_var"].shape
    (2, 1)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **implementation: Unpack[Implementation],
    ) -> None:
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, **implementation)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise an error if an option is not valid, or a parameter is complex."""
        eps1, eps2 = options["eps"]
        conditions = {
            f"Learning rate should be >= 0 but is: {options['lr']}": options["lr"] >= 0,
            f"beta2_decay should be <= 0 but is: {options['beta2_decay']}": options["beta2_decay"] <= 0,
            f"epsilon1 should be >= 0 but is: {eps1}": eps1 is None or eps1 >= 0,
            f"epsilon2 should be >= 0 but is: {eps2}": eps2 >= 0,
            f"Clipping threshold d should be >= 1 but is: {options['d']}": options["d"] >= 1,
            f"weight_decay should be >= 0 but is: {options['weight_decay']}": options["weight_decay"] >= 0,
        }
        for message, holds in conditions.items():
            if not holds:
                raise ValueError(message)
        refuse_complex("Adafactor", options)

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter: of a matrix its rows and columns, of a vector each number."""
        return {
            "row_var": lambda shape: (*shape[:-1], 1) if len(shape) > 1 else None,
            "col_var": lambda shape: (*shape[:-2], 1, shape[-1]) if len(shape) > 1 else None,
            "variance": lambda shape: shape if len(shape) < 2 else None,
        }

    @staticmethod
    def workspace(shape: Shape) -> Sequence[Shape]:
        """Give the shapes of the arrays for intermediate results: one for the change."""
        return [shape]

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:
        """Give the numbers that the formula needs."""
        rate = np.minimum(lr, 1 / step**0.5)
        rate = -rate if options["maximize"] else rate
        return step ** options["beta2_decay"], rate, options["eps"][1], options["d"], 1 - lr * options["weight_decay"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and averages of squares, from arrays of any shape."""
        new, rate, eps2, largest, left = numbers
        out = None if scratch is None else scratch[0]
        eps1 = np.finfo(parameter.dtype).eps if options["eps"][0] is None else options["eps"][0]
        rate = rate * np.maximum(eps2, _root_mean_square(parameter))
        if options["weight_decay"]:
            parameter *= left
        if len(gradient.shape) > 1:
            rows, columns = states["row_var"], states["col_var"]
            rows += new * (_mean_of_squares(gradient, -1) - rows)
            columns += new * (_mean_of_squares(gradient, -2) - columns)
            states = {"row_var": rows, "col_var": columns}
            estimate = np.multiply(rows / np.maximum(rows.mean(axis=-2, keepdims=True), eps1), columns, out=out)
        else:
            squares = np.multiply(gradient, gradient, out=out)
            variance = states["variance"]
            squares -= variance
            squares *= new
            variance += squares
            states = {"variance": variance}
            estimate = variance
        estimate = np.maximum(estimate, eps1 * eps1, out=out)
        change = np.divide(gradient, np.sqrt(estimate, out=out), out=out)
        change *= rate / np.maximum(1, _root_mean_square(change) / largest)
        parameter -= change
        return parameter, states


def _root_mean_square(array: Any) -> Any:
    axes = "abcdefgh"[: len(array.shape)]
    return np.sqrt(np.einsum(f"{axes},{axes}->", array, array) / max(1, array.size))


def _mean_of_squares(array: Any, axis: int) -> Any:
    """Give the mean of squares along an axis, which stays as one of length 1, without an array of squares."""
    axes = "abcdefgh"[: len(array.shape)]
    left = axes.replace(axes[axis], "")
    return np.expand_dims(np.einsum(f"{axes},{axes}->{left}", array, array), axis) / max(1, array.shape[axis])
