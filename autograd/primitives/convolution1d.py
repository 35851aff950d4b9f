"""Convolution and correlation of two vectors, as NumPy has them. The rule of a convolution is a convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .elementwise import conj
from .shaping import flip, reshape

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "convolve",
    "correlate",
]

MODES = ("full", "same", "valid")


def _convolution_domain(draw: Draw) -> Drawn:
    x, y = (draw.array(REAL, (draw.integer(1, 5),)) for _ in range(2))
    return (x, y), {"mode": draw.choice(MODES)}


def _by_operand(g: Any, other: Any, size: int, mode: str) -> Any:
    """The gradient by the operand of this size, which the convolution treats like the other one."""
    shorter, longer = sorted((size, other.shape[0]))
    if mode == "valid":
        return np.convolve(g, np.flip(other)) if size == longer else np.flip(np.convolve(other, np.flip(g), "valid"))
    if mode == "same":  # the middle of the full one
        left = (shorter - 1) // 2
        zeros = np.zeros_like(g[: shorter - 1])
        g = np.concatenate([zeros[:left], g, zeros[left:]])
    return np.convolve(g, np.flip(other), "valid")


@primitive(
    forward=np.convolve,
    rules={
        "x": lambda g, y, x_shape, mode: _by_operand(g, y, x_shape[0], mode),
        "y": lambda g, x, y_shape, mode: _by_operand(g, x, y_shape[0], mode),
    },
    domain=_convolution_domain,
    label="∗",
    analytic=True,
)
def vector_convolution(x: Any, y: Any, /, mode: str) -> Any:
    """Convolve two vectors; ``convolve`` and ``correlate`` are its faces."""


def _vectors(name: str, mode: str, *operands: Any) -> list[Any]:
    if mode not in MODES:
        raise ValueError(f"{name}: mode is one of {', '.join(MODES)}; given {mode!r}")
    tensors = [operations.asarray(operand) for operand in operands]
    for tensor in tensors:
        if tensor.ndim > 1 or not tensor.size:
            raise ValueError(f"{name}: takes two vectors that are not empty; given {describe(tensor)}")
    return [tensor if tensor.ndim else reshape(tensor, (1,)) for tensor in tensors]


@implements(np.convolve)
def convolve(x: Any, y: Any, /, mode: str = "full") -> Any:
    """Convolution of two vectors, ``result[k] = sum(x[k - j] * y[j])``.

    ``mode="full"`` gives all ``n + m - 1`` elements, ``"same"`` the ``max(n, m)`` in the middle, ``"valid"`` those for
    which the vectors overlap completely.

    >>> import autograd as ag
    >>> ag.convolve(ag.Tensor([1.0, 2.0, 3.0]), [1.0, 10.0])
    Tensor([ 1., 12., 23., 30.], dtype=float64)
    """
    x, y = _vectors("convolve", mode, x, y)
    return vector_convolution(x, y, mode=mode)


@implements(np.correlate)
def correlate(x: Any, y: Any, /, mode: str = "valid") -> Any:
    """Correlation of two vectors, ``result[k] = sum(x[k + j] * conj(y[j]))``; modes as of ``convolve``.

    >>> import autograd as ag
    >>> ag.correlate(ag.Tensor([1.0, 2.0, 3.0]), [1.0, 10.0])
    Tensor([21., 32.], dtype=float64)
    """
    x, y = operations.asarray(x), operations.asarray(y)
    if not x.ndim or not y.ndim:
        raise ValueError(f"correlate: takes two vectors, got {describe(x)} and {describe(y)}")
    x, y = _vectors("correlate", mode, x, y)
    y = conj(y) if y.dtype.kind == "c" else y
    if x.size < y.size:  # NumPy takes the longer one first, and turns the result over
        return flip(vector_convolution(y, flip(x), mode=mode))
    return vector_convolution(x, flip(y), mode=mode)
