"""Gaussian error linear units: the exact one and its approximation, each with its slope as an operation of its own.

All four work on a block of numbers at a time, which stays near the processor through all of their steps.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor, primitive, sigmoid
from autograd.primitives.domains import REAL, elementwise
from autograd.primitives.error_functions import normal_density
from autograd.primitives.error_numerics import by_blocks, ndtr_of_block

__all__ = ["gelu"]

#: Beyond this, the slopes are 0 or 1 to all digits, and no infinite factor shall meet a 0.
_STRAIGHT = 40.0


def gelu(input: Any, approximate: str = "none") -> Tensor:
    """``x Φ(x)`` for each element, where Φ(x) is the share of the normal distribution below x.

    It is exact to all digits, unless ``approximate="tanh"`` asks for ``x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2``.
    Raises ``ValueError`` for another word. Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.

    >>> import nn
    >>> nn.functional.gelu([-1.0, 0.0, 2.0])
    Tensor([-0.15865525,  0.        ,  1.95449974], dtype=float64)
    """
    if approximate not in _FORMS:
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', got {approximate!r}")
    return _FORMS[approximate](input)


def _curvature(g: Any, x: Any) -> Any:
    """``φ(x) (2 - x²)`` with the density φ of the normal distribution."""
    near = np.clip(x, -_STRAIGHT, _STRAIGHT)
    return g * (normal_density(near) * (2 - near * near))


@primitive(rules={"x": _curvature}, domain=elementwise(REAL), label="GELU′")
def gelu_slope(x: Any, /) -> Any:
    """The derivative of ``gelu``: ``Φ(x) + x φ(x)`` with the density φ of the normal distribution."""

    def slope(x: Any) -> Any:
        near = np.clip(x, -_STRAIGHT, _STRAIGHT)
        return ndtr_of_block(near) + near * normal_density(near)

    return by_blocks(slope, x)


@primitive(rules={"x": lambda g, x: g * gelu_slope.alike(x)}, domain=elementwise(REAL), label="GELU")
def gelu_by_erf(x: Any, /) -> Any:
    """``x`` times the share of the normal distribution below it."""
    return by_blocks(lambda x: np.maximum(x, -_STRAIGHT) * ndtr_of_block(x), x)


# The approximation: (1 + tanh(u)) / 2 is the sigmoid of 2 u.

_SCALE = 2 * math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def _share(x: Any) -> Any:
    return sigmoid.alike(_SCALE * (x + _CUBIC * (x * x * x)))


def _curvature_by_tanh(g: Any, x: Any) -> Any:
    near = np.clip(x, -_STRAIGHT, _STRAIGHT)
    square, share = near * near, _share(near)
    first, second = _SCALE * (1 + 3 * _CUBIC * square), 6 * _SCALE * _CUBIC * near  # derivatives of 2 u
    return g * (share * (1 - share) * (2 * first + near * ((1 - 2 * share) * first * first + second)))


@primitive(rules={"x": _curvature_by_tanh}, domain=elementwise(REAL), label="GELU′")
def gelu_slope_by_tanh(x: Any, /) -> Any:
    """The derivative of ``gelu`` with ``approximate="tanh"``."""

    def slope(x: Any) -> Any:
        near = np.clip(x, -_STRAIGHT, _STRAIGHT)
        share = _share(near)
        return share + near * (share * (1 - share) * (_SCALE * (1 + 3 * _CUBIC * (near * near))))

    return by_blocks(slope, x)


@primitive(rules={"x": lambda g, x: g * gelu_slope_by_tanh.alike(x)}, domain=elementwise(REAL), label="GELU")
def gelu_by_tanh(x: Any, /) -> Any:
    """``x`` times nearly the share of the normal distribution below it."""
    return by_blocks(lambda x: np.maximum(x, -_STRAIGHT) * _share(np.clip(x, -_STRAIGHT, _STRAIGHT)), x)


_FORMS = {"none": gelu_by_erf, "tanh": gelu_by_tanh}
