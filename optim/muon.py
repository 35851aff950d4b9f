"""Muon: momentum whose matrix is made orthogonal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .bundle import States
from .checks import refuse_complex
from .optimizer import Optimizer

Shape = tuple[int, ...]

#: How many numbers are rounded at once, so that intermediate results stay small.
_AT_ONCE = 1 << 13


class Muon(Optimizer):
    """Moves matrices by an orthogonal matrix near the momentum: all directions in it count alike.

    With the gradient ``g``, and ``NS`` for ``ns_steps`` times ``X = a X + (b A + c A A) X`` with ``A = X X'``, begun
    with the matrix over its norm::

        B = momentum * B + (1 - momentum) * g
        u = (1 - momentum) * g + momentum * B       with nesterov, else B
        p = (1 - lr * weight_decay) * p - lr * adjusted * NS(u)

    ``adjusted`` is ``sqrt(max(1, rows / columns))``, or with ``adjust_lr_fn="match_rms_adamw"``
    ``0.2 * sqrt(max(rows, columns))``. It is for the weights of hidden layers; leave vectors, embeddings and the last
    layer to another optimizer. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); Liu et
    al., "Muon is Scalable for LLM Training" (2025). As in PyTorch, the iteration rounds to the 8 bits of bfloat16.

    Parameters
    ----------
    params
        Real matrices, or dicts with ``"params"`` and options of their own.
    lr
        The learning rate, at least 0.
    weight_decay
        Which share of the parameter each step takes away, times ``lr``; at least 0.
    momentum
        How much of the buffer is kept from step to step, at least 0.
    nesterov
        Whether to look ahead.
    ns_coefficients
        ``a``, ``b`` and ``c``.
    eps
        The least norm that is divided by.
    ns_steps
        How often the iteration is done; below 100.
    adjust_lr_fn
        ``None`` or ``"original"``, or ``"match_rms_adamw"``, for the rates of AdamW.

    Raises
    ------
    ValueError
        If an option is out of its range, or a parameter is no matrix.
    TypeError
        For complex parameters.

    >>> import nn, optim
    >>> weight = nn.Parameter([[0.0, 0.0], [0.0, 0.0]])
    >>> optimizer = optim.Muon([weight], lr=0.1)
    >>> weight.grad = [[0.0, -5.0], [1.0, 0.0]]
    >>> optimizer.step()
    >>> weight.data.round(2)                # near a rotation by a right angle, times the rate
    array([[ 0.  ,  0.07], [-0.08,  0.  ]], dtype=float32)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }
        super().__init__(params, defaults)

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise an error if an option is not valid, or a parameter no real matrix."""
        for option, name in {"lr": "Learning rate", "momentum": "momentum", "weight_decay": "weight decay"}.items():
            if not options[option] >= 0:
                raise ValueError(f"{name} should be >= 0 but is: {options[option]}")
        if options["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                f"Adjust learning rate function {options['adjust_lr_fn']} is not supported; it is None, 'original' or "
                "'match_rms_adamw'"
            )
        if not 0 <= options["ns_steps"] < 100:
            raise ValueError(f"Number of steps must be less than 100, and at least 0, but is: {options['ns_steps']}")
        if len(options["ns_coefficients"]) != 3:
            raise ValueError(f"Coefficients must be a tuple of exactly 3 values, not {options['ns_coefficients']}")
        refuse_complex("Muon", options)
        for parameter in options.get("params", ()):
            if parameter.ndim != 2:
                raise ValueError(f"Muon only supports 2D parameters, and one has the shape {parameter.shape}")

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter."""
        return {"momentum_buffer": lambda shape: shape}

    @staticmethod
    def workspace(shape: Shape) -> Sequence[Shape]:
        """Give the shapes of the arrays for intermediate results: two of the matrix, two of its rows' products."""
        rows, columns = sorted(shape)
        return [(rows, columns), (rows, columns), (rows, rows), (rows, rows)]

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs."""
        momentum = options["momentum"]
        return lr, 1 - lr * options["weight_decay"], momentum, 1 - momentum, options["eps"], *options["ns_coefficients"]

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and buffer, from matrices."""
        lr, left, momentum, new, eps, *coefficients = numbers
        rows, columns = parameter.shape
        is_tall = rows > columns
        first, second, *squares = scratch or [None] * 4
        room = None if first is None else first.T if is_tall else first
        buffer = states["momentum_buffer"]
        change = np.subtract(gradient, buffer, out=room)
        change *= new
        buffer += change
        update = buffer
        if options["nesterov"]:
            update = np.subtract(buffer, gradient, out=room)
            update *= momentum
            update += gradient
        matrix = _orthogonal(
            update.T if is_tall else update, eps, coefficients, options["ns_steps"], (first, second, *squares)
        )
        matrix *= lr * _adjustment(rows, columns, options["adjust_lr_fn"])
        parameter *= left
        parameter -= matrix.T if is_tall else matrix
        return parameter, {"momentum_buffer": buffer}


def _adjustment(rows: int, columns: int, name: str | None) -> float:
    if name == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns)) if columns else 1.0


def _orthogonal(matrix: Any, eps: Any, coefficients: Sequence[Any], steps: int, memory: Sequence[Any]) -> Any:
    """Bring the singular values of a wide matrix near 1, by the polynomial of Newton, Schulz and Jordan.

    Rounded as PyTorch rounds: what is multiplied has 8 bits, a product 24, and so has a multiple of it; a sum has 8.
    """
    first, second, square, fourth = memory
    a, b, c = (_rounded(coefficient, 24) for coefficient in coefficients)
    matrix = _in_parts(lambda part: _rounded(part, 8), first, matrix)
    norm = _rounded(np.sqrt(np.einsum("ij,ij->", matrix, matrix)), 8)
    matrix = _in_parts(lambda part: _rounded(part / np.maximum(norm, eps), 8), first, matrix)
    for _ in range(steps):
        gram = np.matmul(matrix, matrix.T, out=square)
        gram = _in_parts(lambda part: _rounded(part, 8), square, gram)
        product = np.matmul(gram, gram, out=fourth)
        polynomial = _in_parts(lambda *parts: _sum(b, parts[0], c, parts[1]), fourth, gram, product)
        product = np.matmul(polynomial, matrix, out=second)
        matrix = _in_parts(lambda *parts: _sum(a, parts[0], 1.0, parts[1]), first, matrix, product)
    return matrix


def _sum(a: Any, matrix: Any, b: Any, product: Any) -> Any:
    """Give ``a matrix + b product``."""
    return _rounded(_rounded(a * matrix + _rounded(b * _rounded(product, 24), 24), 24), 8)


def _in_parts(function: Callable[..., Any], out: Any, *arrays: Any) -> Any:
    """Apply a function of elements to some rows at a time, into ``out``, which may be one of the arrays."""
    if out is None:
        return function(*arrays)
    rows = max(1, _AT_ONCE // max(1, out.shape[-1]))
    for start in range(0, len(out), rows):
        part = slice(start, start + rows)
        out[part] = function(*(array[part] for array in arrays))
    return out


def _rounded(array: Any, bits: int) -> Any:
    """Round to so many bits, and to even: 8 are those of bfloat16, 24 those of float32."""
    if bits == 24 and array.dtype.itemsize == 4:
        return array
    mantissa, exponent = np.frexp(array)
    return np.ldexp(np.rint(mantissa * 2.0**bits), exponent - bits)
