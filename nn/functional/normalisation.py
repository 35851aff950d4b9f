"""Normalisation: mean 0 and variance 1 over a batch, an instance, a layer or a group; and what resembles it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

import autograd
from autograd import Tensor, asarray, linalg
from autograd.errors import describe

from .standardising import centred, divided_by_deviation, mean_over, mean_square

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "normalize",
    "rms_norm",
]

Shape = tuple[int, ...]
Normalisation = TypeVar("Normalisation", bound=Callable[..., Any])


def _with_room_for_sums(function: Normalisation) -> Normalisation:
    """Have float16, in which sums of squares would soon overflow, computed in float32."""

    @functools.wraps(function)
    def normalised(input: Any, *arguments: Any, **options: Any) -> Any:
        x = asarray(input)
        if x.dtype != np.float16:
            return function(x, *arguments, **options)
        return autograd.astype(function(autograd.astype(x, np.float32), *arguments, **options), np.float16)

    return cast("Normalisation", normalised)


@_with_room_for_sums
def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: Any = 0.1,
    eps: float = 1e-05,
) -> Tensor:
    """Normalise each channel by mean and variance over the batch and all places: ``(x - m) / sqrt(v + eps) * w + b``.

    Ioffe and Szegedy, "Batch Normalization" (2015).

    Parameters
    ----------
    input
        ``(N, C)`` or ``(N, C, *spatial)``.
    running_mean, running_var
        ``(C,)`` each: what is normalised by if not ``training``. If ``training``, they may be ``None``; Tensors move
        towards the statistics of this batch, with the variance of which n - 1 is the divisor.
    weight, bias
        ``(C,)`` each, or ``None``.
    training
        Whether to normalise by the statistics of this batch, with n as the divisor of the variance.
    momentum
        How far the running statistics move towards those of the batch, from 0 to 1.
    eps
        Is added to the variance.

    Raises
    ------
    ValueError
        If shapes do not fit, if running statistics are needed and missing, or if there is a single value for each
        channel when ``training``.

    >>> import nn
    >>> nn.functional.batch_norm([[1.0, 5.0], [3.0, 15.0]], None, None, bias=[0.0, 7.0], training=True, eps=0.0)
    Tensor([[-1.,  6.],
            [ 1.,  8.]], dtype=float64)
    """
    x = _with_channels("batch_norm", input, 2)
    channels = x.shape[1]
    weight, bias = (_for_channels("batch_norm", n, v, x) for n, v in (("weight", weight), ("bias", bias)))
    if not training:
        return _by_running("batch_norm", x, running_mean, running_var, weight, bias, eps)
    count = x.size // channels if channels else 0
    if count == 1:
        raise ValueError(f"batch_norm: training needs more than one value for each channel, got {describe(x)}")
    axes = (0, *range(2, x.ndim))
    deviations, variance = _statistics(x, axes)
    if running_mean is not None and running_var is not None and count:
        unbiased = variance.data * (count / (count - 1))
        _move(running_mean, running_var, mean_over(x.data, axes), unbiased, momentum)
    return divided_by_deviation.apply((deviations, variance, weight, bias), {"eps": eps})


@_with_room_for_sums
def instance_norm(
    input: Any,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: Any = 0.1,
    eps: float = 1e-05,
) -> Tensor:
    """Normalise each channel of each sample by mean and variance over its places.

    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization" (2016).

    Parameters
    ----------
    input
        ``(N, C, *spatial)``.
    running_mean, running_var
        ``(C,)`` each, or ``None``: what is normalised by if not ``use_input_stats``; else Tensors move towards the
        statistics of the samples, averaged.
    weight, bias, momentum, eps
        As for ``batch_norm``.
    use_input_stats
        Whether to normalise by the statistics of each sample.

    Raises
    ------
    ValueError
        If shapes do not fit, if running statistics are needed and missing, or if there is a single place.

    >>> import nn
    >>> nn.functional.instance_norm([[[1.0, 3.0]], [[5.0, 15.0]]], eps=0.0)
    Tensor([[[-1.,  1.]],
    <BLANKLINE>
            [[-1.,  1.]]], dtype=float64)
    """
    x = _with_channels("instance_norm", input, 3)
    weight, bias = (_for_channels("instance_norm", n, v, x) for n, v in (("weight", weight), ("bias", bias)))
    if not use_input_stats:
        return _by_running("instance_norm", x, running_mean, running_var, weight, bias, eps)
    count = math.prod(x.shape[2:])
    if count == 1:
        raise ValueError(f"instance_norm: a single place has no variance; got {describe(x)}")
    axes = tuple(range(2, x.ndim))
    deviations, variance = _statistics(x, axes)
    if running_mean is not None and running_var is not None and x.size:
        unbiased = mean_over(variance.data, (0,)) * (count / (count - 1))
        _move(running_mean, running_var, mean_over(x.data, (0, *axes)), unbiased, momentum)
    return divided_by_deviation.apply((deviations, variance, weight, bias), {"eps": eps})


@_with_room_for_sums
def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-05
) -> Tensor:
    """Normalise each sample by mean and variance over its last axes, those of ``normalized_shape``.

    Ba, Kiros and Hinton, "Layer Normalization" (2016). ``weight`` and ``bias`` have that shape, or are ``None``;
    ``eps`` is added to the variance. Raises ``ValueError`` if shapes do not fit.

    >>> import nn
    >>> nn.functional.layer_norm([[1.0, 3.0], [5.0, 15.0]], (2,), eps=0.0)
    Tensor([[-1.,  1.],
            [-1.,  1.]], dtype=float64)
    """
    x, axes, (weight, bias) = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return divided_by_deviation.apply((*_statistics(x, axes), weight, bias), {"eps": eps})


@_with_room_for_sums
def rms_norm(input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> Tensor:
    """Divide each sample by the root of the mean square over its last axes, those of ``normalized_shape``.

    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019). ``weight`` has that shape, or is ``None``;
    ``eps`` is added to the mean square, by default the distance from 1 to the next number of the dtype. Raises
    ``ValueError`` if shapes do not fit.

    >>> import nn
    >>> nn.functional.rms_norm([[1.0, 7.0]], (2,))
    Tensor([[0.2, 1.4]], dtype=float64)
    """
    x, axes, (weight,) = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    squares = mean_square.apply((x,), {"axes": axes})
    return divided_by_deviation.apply((x, squares, weight, None), {"eps": eps})


@_with_room_for_sums
def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-05) -> Tensor:
    """Normalise groups of channels of each sample by mean and variance over these channels and all places.

    Wu and He, "Group Normalization" (2018).

    Parameters
    ----------
    input
        ``(N, C, *)``.
    num_groups
        How many groups the C channels make.
    weight, bias
        ``(C,)`` each, or ``None``.
    eps
        Is added to the variance.

    Raises
    ------
    ValueError
        If shapes do not fit, or there is nothing but one value in one group.

    >>> import nn
    >>> nn.functional.group_norm([[1.0, 3.0, 5.0, 15.0]], 2, eps=0.0)
    Tensor([[-1.,  1., -1.,  1.]], dtype=float64)
    """
    x = _with_channels("group_norm", input, 2)
    channels = x.shape[1]
    if num_groups < 1 or channels % num_groups:
        raise ValueError(f"group_norm: {channels} channels do not make num_groups={num_groups}, got {describe(x)}")
    if x.size == num_groups:
        raise ValueError(f"group_norm: one value in each group has no variance, got {describe(x)}")
    inside = (num_groups, channels // num_groups)
    grouped = x.reshape(x.shape[0], *inside, *x.shape[2:])
    shape = (1, *inside, *(1,) * (x.ndim - 2))
    weight, bias = (
        each if each is None else each.reshape(shape)
        for each in (_for_channels("group_norm", n, v, x) for n, v in (("weight", weight), ("bias", bias)))
    )
    axes = tuple(range(2, grouped.ndim))
    operands = (*_statistics(grouped, axes), weight, bias)
    result: Tensor = divided_by_deviation.apply(operands, {"eps": eps}).reshape(x.shape)
    return result


@_with_room_for_sums
def local_response_norm(input: Any, size: int, alpha: float = 0.0001, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divide by ``(k + alpha * m)**beta``, where m is the mean square over ``size`` neighbouring channels.

    Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012), section
    3.3, where it is the sum. ``input`` is ``(N, C, *spatial)``, with one axis of places or more; beyond the first and
    the last channel there are zeros, which count. Raises ``ValueError`` for fewer axes.

    >>> import nn
    >>> nn.functional.local_response_norm([[[3.0], [2.0]]], 1, alpha=1.0, beta=0.5, k=0.0)
    Tensor([[[1.],
             [1.]]], dtype=float64)
    """
    x = _with_channels("local_response_norm", input, 3)
    if size < 1:
        raise ValueError(f"local_response_norm: size is at least 1, got {size}")
    if not x.size:
        return x
    columns = autograd.square(x).reshape(x.shape[0], x.shape[1], -1)
    columns = autograd.pad(columns, ((0, 0), (size // 2, (size - 1) // 2), (0, 0)))
    means = autograd.average_pooling(columns, (size, 1), (1, 1)).reshape(x.shape)
    result: Tensor = x / (means * alpha + k) ** beta
    return result


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Tensor:
    """Divide vectors along ``dim`` by their norms ``sum(|x|**p)**(1/p)``, or by ``eps`` where those are smaller.

    A single number, with ``dim=0`` or ``-1``, counts as a vector of one.

    >>> import nn
    >>> nn.functional.normalize([[3.0, 4.0], [0.0, 0.0]])
    Tensor([[0.6, 0.8],
            [0. , 0. ]], dtype=float64)
    """
    x: Tensor = asarray(input)
    if not x.ndim and dim in (0, -1):  # a number is a vector of one
        return normalize(x.reshape(1), p, 0, eps).reshape(())
    lengths = linalg.vector_norm(x, ord=p, axis=dim, keepdims=True)
    result: Tensor = x / autograd.clip(lengths, eps, None)
    return result


# What is given


def _with_channels(name: str, input: Any, least: int) -> Tensor:
    x: Tensor = asarray(input)
    if x.ndim < least:
        shape = "(N, C) or (N, C, *)" if least == 2 else "(N, C, *)"
        raise ValueError(f"{name}: the input must be {shape}, got {describe(x)}")
    _check_real(name, x)
    return x


def _check_real(name: str, x: Tensor) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{name}: takes real floating numbers, got {describe(x)}")


def _for_channels(name: str, argument: str, values: Any, x: Tensor) -> Any:
    """Lay a number for each channel along the axis of the channels."""
    if values is None:
        return None
    values = asarray(values)
    if values.shape != x.shape[1:2]:
        raise ValueError(
            f"{name}: {argument} has a number for each of {x.shape[1]} channels, got {describe(values)} for "
            f"{describe(x)}"
        )
    return values if x.ndim == 2 else values.reshape(-1, *(1,) * (x.ndim - 2))


def _last_axes(name: str, input: Any, normalized_shape: Sequence[int], **parameters: Any) -> tuple[Tensor, Shape, Any]:
    """Give the input as a Tensor, the axes of a shape that it ends with, and parameters of that shape."""
    x, shape = asarray(input), tuple(normalized_shape)
    if not shape or x.shape[-len(shape) :] != shape:
        raise ValueError(f"{name}: the input must be (*, {', '.join(map(str, shape))}), got {describe(x)}")
    _check_real(name, x)
    for argument, given in parameters.items():
        if given is not None and np.shape(given) != shape:
            raise ValueError(f"{name}: {argument} must have the shape {shape}, got {describe(asarray(given))}")
    return x, tuple(range(x.ndim - len(shape), x.ndim)), parameters.values()


# Statistics


def _statistics(x: Tensor, axes: Shape) -> tuple[Tensor, Tensor]:
    """The deviations from the mean over some axes, and the variance."""
    deviations = centred.apply((x,), {"axes": axes})
    return deviations, mean_square.apply((deviations,), {"axes": axes})


def _by_running(name: str, x: Tensor, mean: Any, variance: Any, weight: Any, bias: Any, eps: float) -> Tensor:
    if mean is None or variance is None:
        raise ValueError(f"{name}: without statistics of the input, running_mean and running_var are needed")
    mean, variance = (_for_channels(name, n, v, x) for n, v in (("running_mean", mean), ("running_var", variance)))
    return divided_by_deviation.apply((x - mean, variance, weight, bias), {"eps": eps})


def _move(running_mean: Any, running_var: Any, mean: Any, variance: Any, momentum: Any) -> None:
    """Move running statistics towards new ones, in place."""
    for name, running, new in (("running_mean", running_mean, mean), ("running_var", running_var, variance)):
        if not isinstance(running, Tensor):
            raise TypeError(f"{name} is changed in training and must be a Tensor, got {type(running).__name__}")
        if running.shape != (new.size,):
            raise ValueError(f"{name} has a number for each of {new.size} channels, got {describe(running)}")
        running.data = running.data * (1 - momentum) + new.reshape(-1) * momentum
