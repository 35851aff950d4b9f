"""Activation functions: those of the engine, with PyTorch's argument ``dim``."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, asarray, relu, sigmoid, tanh
from autograd.primitives.logistic import log_expit

__all__ = ["log_softmax", "logsigmoid", "relu", "sigmoid", "softmax", "tanh"]


def softmax(input: Any, dim: int | None = None) -> Tensor:
    """``exp(x) / sum(exp(x))`` along ``dim``: positive, with sum 1; without overflow.

    ``dim`` may be left out for one or two axes, where it is the last. Raises ``ValueError`` otherwise.

    >>> import nn
    >>> nn.functional.softmax([[1000.0, 1000.0, -1000.0]])
    Tensor([[0.5, 0.5, 0. ]], dtype=float64)
    """
    return autograd.softmax(input, axis=_axis("softmax", input, dim))


def log_softmax(input: Any, dim: int | None = None) -> Tensor:
    """``ln(softmax(x))`` along ``dim``, precise where softmax is near 0.

    ``dim`` may be left out for one or two axes, where it is the last. Raises ``ValueError`` otherwise.

    >>> import nn
    >>> nn.functional.log_softmax([0.0, 1000.0])
    Tensor([-1000.,     0.], dtype=float64)
    """
    return autograd.log_softmax(input, axis=_axis("log_softmax", input, dim))


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
    return log_expit(input)
