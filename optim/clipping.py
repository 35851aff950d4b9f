"""Gradients that are too large, made smaller between the backward and the step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, no_grad


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,  # noqa: ARG001
) -> Tensor:
    """Scale all gradients by one factor, so that the norm of all numbers in them together is at most ``max_norm``.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013), algorithm 1. As in
    PyTorch, the factor is ``max_norm / (norm + 1e-6)`` if that is below 1.

    Parameters
    ----------
    parameters
        One Tensor or some; those without gradient are passed over.
    max_norm
        The largest norm.
    norm_type
        The order of the norm: 2, any other number above 0, or ``inf`` for the largest number.
    error_if_nonfinite
        Whether to refuse a norm that is NaN or infinite.
    foreach
        PyTorch's choice of an implementation; it changes nothing.

    Returns
    -------
    Tensor
        The norm before.

    Raises
    ------
    RuntimeError
        For a norm that is NaN or infinite, if asked for; then nothing has been changed.
    ValueError
        If ``max_norm`` is below 0.
    TypeError
        For what are not Tensors.

    >>> import nn, optim
    >>> x = nn.Parameter([0.0, 0.0])
    >>> x.grad = [3.0, 4.0]
    >>> optim.clip_grad_norm_([x], max_norm=1.0)
    Tensor(5., dtype=float32)
    >>> x.grad.data.round(3)
    array([0.6, 0.8], dtype=float32)
    """
    if max_norm < 0:
        raise ValueError(f"clip_grad_norm_: max_norm must be at least 0, got {max_norm}")
    having = with_gradients(parameters)
    if not having:
        return Tensor(0.0)
    norms = [np.linalg.norm(np.abs(parameter.grad._array).ravel(), norm_type) for parameter in having]
    norm = np.linalg.norm(np.stack(norms), norm_type)
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"The total norm of order {float(norm_type)} for gradients from `parameters` is non-finite, {norm}, so it "
            "cannot be clipped; pass error_if_nonfinite=False to scale the gradients by it anyway"
        )
    share = np.minimum(max_norm / (norm + 1e-6), 1)
    with no_grad():
        for parameter in having:
            parameter.grad *= share.astype(parameter.dtype)
    return Tensor(np.asarray(norm))


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor],
    clip_value: float,
    foreach: bool | None = None,  # noqa: ARG001
) -> None:
    """Put each number of each gradient between ``-clip_value`` and ``clip_value``.

    ``foreach``, PyTorch's choice of an implementation, changes nothing. Raises ``ValueError`` for a value below 0, and
    ``TypeError`` for what are not Tensors.

    >>> import nn, optim
    >>> x = nn.Parameter([0.0, 0.0])
    >>> x.grad = [3.0, -0.5]
    >>> optim.clip_grad_value_([x], clip_value=1.0)
    >>> x.grad
    Tensor([ 1. , -0.5], dtype=float32)
    """
    if clip_value < 0:
        raise ValueError(f"clip_grad_value_: clip_value must be at least 0, got {clip_value}")
    for parameter in with_gradients(parameters):
        parameter.grad = np.clip(parameter.grad._array, -clip_value, clip_value)


def with_gradients(parameters: Tensor | Iterable[Tensor]) -> list[Any]:
    """Give those of some parameters, or of one, that have a gradient; each once."""
    given = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for each in given:
        if not isinstance(each, Tensor):
            raise TypeError(f"takes Tensors, as model.parameters() gives them, got a {type(each).__name__}")
    return [parameter for parameter in dict.fromkeys(given) if parameter.grad is not None]
