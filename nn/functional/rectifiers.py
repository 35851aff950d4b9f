"""Activation functions that treat small and large numbers differently: of straight pieces, or exponentials below 0.

``inplace=True`` does what ``x += y`` does: the handle ``input``, if it is a Tensor, moves on to the result, recorded;
what has read it before keeps the old values, and a leaf that requires grad is refused. Memory is not saved by it.
"""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, asarray, expm1, where
from autograd.random import generator

from .reducing import floating

__all__ = [
    "celu",
    "elu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "softshrink",
    "threshold",
]

#: Constants of ``selu`` with which activations keep mean 0 and variance 1: Klambauer et al., appendix A.1.1.
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848, 1.0507009873554804935


def in_place(name: str, input: Any, result: Tensor, inplace: bool) -> Tensor:
    """Give the result; with ``inplace``, as the Tensor that was the input, if that was one."""
    if inplace and isinstance(input, Tensor):
        return input._become(result, f"{name}(inplace=True)")
    return result


def relu(input: Any, inplace: bool = False) -> Tensor:
    """``max(x, 0)`` for each element; the derivative at 0 is 0.

    >>> import nn
    >>> nn.functional.relu([-1.0, 2.0])
    Tensor([0., 2.], dtype=float64)
    """
    return in_place("relu", input, autograd.relu(input), inplace)


def relu6(input: Any, inplace: bool = False) -> Tensor:
    """``min(max(x, 0), 6)`` for each element; the derivative at 0 and at 6 is 0.

    >>> import nn
    >>> nn.functional.relu6([-1.0, 2.0, 7.0])
    Tensor([0., 2., 6.], dtype=float64)
    """
    return in_place("relu6", input, _limited(asarray(input), 0, 6), inplace)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Limit each element to ``[min_val, max_val]``; the derivative at both is 0.

    Raises ``ValueError`` if ``min_val`` is above ``max_val``.

    >>> import nn
    >>> nn.functional.hardtanh([-2.0, 0.5, 2.0])
    Tensor([-1. ,  0.5,  1. ], dtype=float64)
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val must not be above max_val, got {min_val} and {max_val}")
    return in_place("hardtanh", input, _limited(asarray(input), min_val, max_val), inplace)


def _limited(x: Tensor, low: float, high: float) -> Tensor:
    """``clip``, with the derivative 0 at both ends."""
    result: Tensor = where(x <= low, low, where(x >= high, high, x))
    return result


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """``x`` where it is above 0, else ``negative_slope * x``; the derivative at 0 is that slope.

    Source: Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.

    >>> import nn
    >>> nn.functional.leaky_relu([-1.0, 2.0])
    Tensor([-0.01,  2.  ], dtype=float64)
    """
    x = asarray(input)
    return in_place("leaky_relu", input, where(x > 0, x, negative_slope * x), inplace)


def prelu(input: Any, weight: Any) -> Tensor:
    """``x`` where it is above 0, else ``weight * x``; the derivative at 0 is the weight.

    ``weight`` is a single number, or one for each channel, which is axis 1 of an input of two axes or more. Raises
    ``ValueError`` if there are not so many channels. Source: He et al., Delving Deep into Rectifiers, 2015.

    >>> import nn
    >>> nn.functional.prelu([[-1.0, -1.0]], [0.25, 0.5])
    Tensor([[-0.25, -0.5 ]], dtype=float64)
    """
    x, weight = asarray(input), asarray(weight)
    if weight.ndim > 1:
        raise ValueError(f"prelu: weight is a number or has one axis, got shape {weight.shape}")
    if weight.size != 1:
        channels = x.shape[1] if x.ndim > 1 else 1
        if channels != weight.size:
            raise ValueError(
                f"prelu: there are {weight.size} weights, one for each channel, and {channels} channels (axis 1) in an "
                f"input of shape {x.shape}"
            )
        weight = weight.reshape(-1, *(1,) * (x.ndim - 2))
    elif not x.ndim:
        weight = weight.reshape(())
    slopes: Tensor = where(x > 0, x, weight * x)
    return slopes


def rrelu(
    input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """``x`` where it is above 0, else ``a * x``, with a random ``a`` from ``lower`` to ``upper`` for each element.

    When it is not training, ``a`` is the mean of the two. The derivative at 0 is ``a``. Raises ``ValueError`` if
    ``lower`` is above ``upper``. Source: Xu et al., Empirical Evaluation of Rectified Activations, 2015.

    >>> import nn
    >>> nn.functional.rrelu([-1.0, 2.0], 0.25, 0.75)
    Tensor([-0.5,  2. ], dtype=float64)
    """
    if lower > upper:
        raise ValueError(f"rrelu: lower must not be above upper, got {lower} and {upper}")
    x = asarray(input)
    slope = generator().uniform(lower, upper, x.shape).astype(x.dtype) if training else (lower + upper) / 2
    return in_place("rrelu", input, where(x > 0, x, slope * x), inplace)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``x`` where it is above 0, else ``alpha * (exp(x) - 1)``; the derivative at 0 is ``alpha``.

    Source: Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.

    >>> import nn
    >>> nn.functional.elu([-1000.0, 0.0, 2.0])
    Tensor([-1.,  0.,  2.], dtype=float64)
    """
    x = asarray(input)
    return in_place("elu", input, where(x > 0, x, alpha * expm1(_not_above_zero(x))), inplace)


def selu(input: Any, inplace: bool = False) -> Tensor:
    """``elu``, scaled so that activations keep mean 0 and variance 1 from layer to layer.

    Source: Klambauer et al., Self-Normalizing Neural Networks, 2017.

    >>> import nn
    >>> nn.functional.selu([-1000.0, 0.0, 1.0])
    Tensor([-1.75809934,  0.        ,  1.05070099], dtype=float64)
    """
    return in_place("selu", input, _SELU_SCALE * elu(input, _SELU_ALPHA), inplace)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``x`` where it is above 0, else ``alpha * (exp(x / alpha) - 1)``; the derivative at 0 is 1.

    Raises ``ValueError`` if ``alpha`` is 0. Source: Barron, Continuously Differentiable Exponential Linear Units, 2017.

    >>> import nn
    >>> nn.functional.celu([-1000.0, 0.0, 2.0], 0.5)
    Tensor([-0.5,  0. ,  2. ], dtype=float64)
    """
    if not alpha:
        raise ValueError("celu: alpha must not be 0")
    x = asarray(input)
    return in_place("celu", input, where(x > 0, x, alpha * expm1(_not_above_zero(x) / alpha)), inplace)


def _not_above_zero(x: Tensor) -> Tensor:
    """``x`` where an exponential is to be taken, and 0 where it might overflow and is not wanted."""
    below: Tensor = where(x > 0, 0.0, x)
    return below


def hardsigmoid(input: Any, inplace: bool = False) -> Tensor:
    """``x / 6 + 1 / 2``, limited to [0, 1]; the derivative at -3 and at 3 is 0.

    >>> import nn
    >>> nn.functional.hardsigmoid([-4.0, 0.0, 4.0])
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    return in_place("hardsigmoid", input, _limited(floating(input) + 3, 0.0, 6.0) / 6, inplace)


def hardswish(input: Any, inplace: bool = False) -> Tensor:
    """``x * hardsigmoid(x)``: 0 up to -3, ``x`` from 3 on; the derivative at -3 is 0, and at 3 it is 1.

    Source: Howard et al., Searching for MobileNetV3, 2019.

    >>> import nn
    >>> nn.functional.hardswish([-1.0, 1.0, 4.0])
    Tensor([-0.33333333,  0.66666667,  4.        ], dtype=float64)
    """
    x = floating(input)
    return in_place("hardswish", input, x * hardsigmoid(x), inplace)


def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """``x``, and 0 from ``-lambd`` to ``lambd``, both included; there the derivative is 0, too.

    >>> import nn
    >>> nn.functional.hardshrink([-1.0, 0.5, 2.0])
    Tensor([-1.,  0.,  2.], dtype=float64)
    """
    x = asarray(input)
    result: Tensor = where((x >= -lambd) & (x <= lambd), 0.0, x)
    return result


def softshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """``x``, moved by ``lambd`` towards 0, and 0 if it would pass it; there the derivative is 0, too.

    Raises ``ValueError`` if ``lambd`` is below 0.

    >>> import nn
    >>> nn.functional.softshrink([-1.0, 0.5, 2.0])
    Tensor([-0.5,  0. ,  1.5], dtype=float64)
    """
    if lambd < 0:
        raise ValueError(f"softshrink: lambd must not be below 0, got {lambd}")
    x = asarray(input)
    result: Tensor = where((x >= -lambd) & (x <= lambd), 0.0, where(x > 0, x - lambd, x + lambd))
    return result


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """``x`` where it is above ``threshold``, else ``value``, where the derivative is 0.

    >>> import nn
    >>> nn.functional.threshold([0.1, 0.2], 0.1, 20.0)
    Tensor([20. ,  0.2], dtype=float64)
    """
    x = asarray(input)
    return in_place("threshold", input, where(x <= threshold, value, x), inplace)
