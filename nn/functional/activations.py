"""Activation functions that are smooth, and those that look along an axis, with PyTorch's argument ``dim``."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor, asarray, primitive, sigmoid, tanh, where
from autograd.primitives.domains import NONZERO, elementwise
from autograd.primitives.logistic import log_expit

from .rectifiers import in_place
from .reducing import floating

__all__ = [
    "glu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "sigmoid",
    "sigmoid_with_slope",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softsign",
    "tanh",
    "tanhshrink",
]


def softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """``exp(x) / sum(exp(x))`` along ``dim``: positive, with sum 1; without overflow.

    ``dim`` may be left out for one or two axes, where it is the last. Raises ``ValueError`` otherwise. Given a
    ``dtype``, the input is converted to it first.

    >>> import nn
    >>> nn.functional.softmax([[1000.0, 1000.0, -1000.0]])
    Tensor([[0.5, 0.5, 0. ]], dtype=float64)
    """
    return autograd.softmax(_as(dtype, input), axis=_axis("softmax", input, dim))


def log_softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """``ln(softmax(x))`` along ``dim``, precise where softmax is near 0.

    ``dim`` may be left out for one or two axes, where it is the last. Raises ``ValueError`` otherwise. Given a
    ``dtype``, the input is converted to it first.

    >>> import nn
    >>> nn.functional.log_softmax([0.0, 1000.0])
    Tensor([-1000.,     0.], dtype=float64)
    """
    return autograd.log_softmax(_as(dtype, input), axis=_axis("log_softmax", input, dim))


def softmin(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """``softmax(-x)`` along ``dim``, without overflow.

    ``dim`` may be left out for one or two axes, where it is the last. Raises ``ValueError`` otherwise. Given a
    ``dtype``, the input is converted to it first.

    >>> import nn
    >>> nn.functional.softmin([[1000.0, 1000.0, -1000.0]])
    Tensor([[0., 0., 1.]], dtype=float64)
    """
    return autograd.softmax(-_as(dtype, input), axis=_axis("softmin", input, dim))


def _as(dtype: Any, input: Any) -> Tensor:
    converted: Tensor = floating(input) if dtype is None else asarray(input).astype(dtype)
    return converted


def _axis(name: str, input: Any, dim: int | None) -> int:
    if dim is not None:
        return dim
    ndim = asarray(input).ndim
    if ndim > 2:
        raise ValueError(f"{name}: an input of {ndim} axes does not say along which one to normalise; give dim")
    return -1


def logsigmoid(input: Any) -> Tensor:
    """``ln(sigmoid(x))`` for each element, precise at both ends.

    >>> import nn
    >>> nn.functional.logsigmoid([-1000.0, 1000.0])
    Tensor([-1000.,     0.], dtype=float64)
    """
    return log_expit(floating(input))


def sigmoid_with_slope(input: Any, slope: float = 1.0) -> Tensor:
    """``sigmoid(slope * x)`` for each element: the larger the slope, the more it is a step from 0 to 1.

    >>> import nn
    >>> nn.functional.sigmoid_with_slope([-1.0, 0.0, 1.0], slope=1000.0)
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    return sigmoid(slope * asarray(input))


def silu(input: Any, inplace: bool = False) -> Tensor:
    """``x * sigmoid(x)`` for each element, also known as swish.

    Source: Elfwing et al., Sigmoid-Weighted Linear Units, 2017.

    >>> import nn
    >>> nn.functional.silu([-1000.0, 0.0, 1000.0])
    Tensor([  -0.,    0., 1000.], dtype=float64)
    """
    x = floating(input)
    return in_place("silu", input, x * sigmoid(x), inplace)


def mish(input: Any, inplace: bool = False) -> Tensor:
    """``x * tanh(ln(1 + exp(x)))`` for each element, without overflow.

    Source: Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.

    >>> import nn
    >>> nn.functional.mish([-1000.0, 0.0, 1000.0])
    Tensor([   0.,    0., 1000.], dtype=float64)
    """
    x = floating(input)
    return in_place("mish", input, x * tanh(-log_expit(-x)), inplace)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """``ln(1 + exp(beta * x)) / beta`` for each element, and ``x`` where ``beta * x`` is above ``threshold``.

    >>> import nn
    >>> nn.functional.softplus([-1000.0, 0.0, 1000.0])
    Tensor([0.00000000e+00, 6.93147181e-01, 1.00000000e+03], dtype=float64)
    """
    x = asarray(input)
    scaled = x * beta
    rounded = (0 - log_expit(-scaled)) / beta  # a minus alone would give -0
    result: Tensor = where(scaled > threshold, x, rounded)
    return result


@primitive(
    rules={"x": lambda g, x: g * np.square(1 / (1 + np.abs(x)))},
    domain=elementwise(NONZERO),
    label="softsign",
)
def real_softsign(x: Any, /) -> Any:
    """``x / (1 + |x|)`` of real numbers. One operation, for its derivative keeps its digits where it is near 0."""
    return x / (1 + np.abs(x))


def softsign(input: Any) -> Tensor:
    """``x / (1 + |x|)`` for each element.

    >>> import nn
    >>> nn.functional.softsign([-1.0, 0.0, 3.0])
    Tensor([-0.5 ,  0.  ,  0.75], dtype=float64)
    """
    x = floating(input)
    return x / (1 + autograd.abs(x)) if x.dtype.kind == "c" else real_softsign(x)


def tanhshrink(input: Any) -> Tensor:
    """``x - tanh(x)`` for each element.

    >>> import nn
    >>> nn.functional.tanhshrink([-1000.0, 0.0, 1000.0])
    Tensor([-999.,    0.,  999.], dtype=float64)
    """
    x = floating(input)
    return x - tanh(x)


def glu(input: Any, dim: int = -1) -> Tensor:
    """``a * sigmoid(b)``, where ``a`` and ``b`` are the halves of the input along ``dim``.

    Raises ``ValueError`` if there are no halves. Source: Dauphin et al., Language Modeling with Gated Convolutional
    Networks, 2016.

    >>> import nn
    >>> nn.functional.glu([3.0, 5.0, 0.0, 1000.0])
    Tensor([1.5, 5. ], dtype=float64)
    """
    x = asarray(input)
    if not -x.ndim <= dim < x.ndim or x.shape[dim] % 2:
        raise ValueError(f"glu: axis {dim} must be there and of an even size, to be halved; the input is {x.shape}")
    values, gates = autograd.split(x, 2, axis=dim)
    result: Tensor = values * sigmoid(gates)
    return result
