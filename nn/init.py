"""Initial values of parameters: each function fills a Tensor, which must be a leaf, and gives it back.

The random ones draw from the library's generator: ``autograd.manual_seed`` makes them repeatable. They draw in float64
and round, so that float32 and float64 models of one seed have the same weights.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np

from autograd import Tensor
from autograd.random import generator

Filled = TypeVar("Filled", bound=Tensor)


def uniform_(tensor: Filled, a: float = 0.0, b: float = 1.0) -> Filled:
    """Fill with random numbers, uniform from ``a`` to ``b``.

    >>> import nn
    >>> bool((abs(nn.init.uniform_(nn.Parameter([0.0, 0.0]), -0.1, 0.1)) <= 0.1).all())
    True
    """
    return _fill(tensor, generator().uniform(a, b, tensor.shape))


def normal_(tensor: Filled, mean: float = 0.0, std: float = 1.0) -> Filled:
    """Fill with random numbers of the normal distribution.

    >>> import nn
    >>> nn.init.normal_(nn.Parameter([0.0, 0.0]), mean=3.0, std=0.0).tolist()
    [3.0, 3.0]
    """
    return _fill(tensor, generator().normal(mean, std, tensor.shape))


def constant_(tensor: Filled, val: float) -> Filled:
    """Fill with one value.

    >>> import nn
    >>> nn.init.constant_(nn.Parameter([0.0, 0.0]), 0.5).tolist()
    [0.5, 0.5]
    """
    return _fill(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Filled) -> Filled:
    """Fill with zeros.

    >>> import nn
    >>> nn.init.zeros_(nn.Parameter([1.0, 2.0])).tolist()
    [0.0, 0.0]
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Filled) -> Filled:
    """Fill with ones.

    >>> import nn
    >>> nn.init.ones_(nn.Parameter([0.0, 0.0])).tolist()
    [1.0, 1.0]
    """
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor: Filled, gain: float = 1.0) -> Filled:
    """Fill uniformly within ``gain * sqrt(6 / (fan_in + fan_out))``.

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), section
    4.2.1: signals keep their variance forwards and backwards.

    >>> import nn
    >>> bool((abs(nn.init.xavier_uniform_(nn.Parameter([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))) <= (6 / 5) ** 0.5).all())
    True
    """
    bound = math.sqrt(3) * _xavier_deviation(tensor, gain)
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Filled, gain: float = 1.0) -> Filled:
    """Fill normally with the standard deviation ``gain * sqrt(2 / (fan_in + fan_out))``; see ``xavier_uniform_``."""
    return normal_(tensor, 0.0, _xavier_deviation(tensor, gain))


def kaiming_uniform_(tensor: Filled, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Filled:
    """Fill uniformly within ``gain * sqrt(3 / fan)``, for layers before a rectifier.

    He et al., "Delving Deep into Rectifiers" (2015), section 2.2.

    Parameters
    ----------
    tensor
        Weights, ``(out, in, ...)``: at least two axes.
    a
        The slope of the leaky ReLU for negative numbers, if ``nonlinearity`` is ``"leaky_relu"``.
    mode
        ``"fan_in"`` keeps the variance of signals forwards, ``"fan_out"`` that of gradients backwards.
    nonlinearity
        The activation that follows; ``calculate_gain`` knows which.

    >>> import nn
    >>> bool((abs(nn.init.kaiming_uniform_(nn.Parameter([[0.0, 0.0]]), nonlinearity="relu")) <= 3**0.5).all())
    True
    """
    bound = math.sqrt(3) * _kaiming_deviation(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(tensor: Filled, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Filled:
    """Fill normally with the standard deviation ``gain / sqrt(fan)``; see ``kaiming_uniform_``."""
    return normal_(tensor, 0.0, _kaiming_deviation(tensor, a, mode, nonlinearity))


def trunc_normal_(tensor: Filled, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0) -> Filled:
    """Fill with random numbers of the normal distribution, of which none is less than ``a`` or more than ``b``.

    Raises ``ValueError`` unless ``a < b`` and ``std > 0``.

    >>> import nn
    >>> bool((abs(nn.init.trunc_normal_(nn.Parameter([0.0, 0.0]), std=9.0, a=-0.5, b=0.5)) <= 0.5).all())
    True
    """
    if not a < b or not std > 0:
        raise ValueError(f"trunc_normal_: takes a < b and std > 0, got a={a}, b={b}, std={std}")
    # The shares of the normal distribution below two numbers are told apart in its lower tail, not in its upper one
    turned = a > mean
    low, high = sorted((mean - bound if turned else bound - mean) / std for bound in (a, b))
    below = [math.erfc(-bound / math.sqrt(2)) / 2 for bound in (low, high)]
    shares = generator().uniform(below[0], below[1], tensor.shape)
    values = np.vectorize(NormalDist().inv_cdf, otypes=[float])(np.maximum(shares, np.finfo(float).smallest_subnormal))
    return _fill(tensor, np.clip(mean + std * (-values if turned else values), a, b))


def eye_(tensor: Filled) -> Filled:
    """Fill with ones on the diagonal and zeros elsewhere: as weights of a linear layer, what keeps its input.

    Raises ``ValueError`` for a Tensor that is no matrix.

    >>> import nn
    >>> nn.init.eye_(nn.Parameter([[5.0, 5.0, 5.0], [5.0, 5.0, 5.0]])).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_: takes a matrix, got a Tensor of shape {tensor.shape}")
    return _fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: Filled, groups: int = 1) -> Filled:
    """Fill the weights of a convolution so that each group hands on as many of its channels as it can.

    The weights are ``(out, in / groups, kernel...)``, with one to three axes of the kernel; its middle is 1 where a
    channel goes to the channel of that number, and all else is 0. Raises ``ValueError`` for other shapes, or channels
    that are no multiple of ``groups``.

    >>> import nn
    >>> nn.init.dirac_(nn.Parameter([[[5.0, 5.0, 5.0]]])).tolist()
    [[[0.0, 1.0, 0.0]]]
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(
            f"dirac_: takes weights of a convolution, of 3 to 5 axes, got a Tensor of shape {tensor.shape}"
        )
    if tensor.shape[0] % groups:
        raise ValueError(f"dirac_: {tensor.shape[0]} channels cannot be cut into {groups} groups")
    values = np.zeros(tensor.shape)
    middle = tuple(size // 2 for size in tensor.shape[2:])
    size = tensor.shape[0] // groups
    for group in range(groups):
        for channel in range(min(size, tensor.shape[1])):
            values[(group * size + channel, channel, *middle)] = 1
    return _fill(tensor, values)


def orthogonal_(tensor: Filled, gain: float = 1.0) -> Filled:
    """Fill with a random matrix whose rows, or columns if they are fewer, are orthogonal and of length ``gain``.

    Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2014). All axes
    but the first count as one. Raises ``ValueError`` for less than two axes.

    >>> import nn, numpy as np
    >>> weight = nn.init.orthogonal_(nn.Parameter(np.zeros((2, 3)))).data
    >>> np.allclose(weight @ weight.T, np.eye(2))
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_: takes at least two axes, got a Tensor of shape {tensor.shape}")
    rows = tensor.shape[0]
    columns = math.prod(tensor.shape[1:])
    numbers = generator().normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(numbers)
    q = q * np.sign(np.diagonal(r))  # so that each such matrix is as likely as any other
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def sparse_(tensor: Filled, sparsity: float, std: float = 0.01) -> Filled:
    """Fill a matrix with random numbers of the normal distribution, and that share of each column with zeros.

    Martens, "Deep learning via Hessian-free optimization" (2010). Raises ``ValueError`` for a Tensor that is no matrix,
    or a share that is not from 0 to 1.

    >>> import nn
    >>> (nn.init.sparse_(nn.Parameter([[0.0], [0.0], [0.0], [0.0]]), 0.75) == 0).sum().item()
    3
    """
    if tensor.ndim != 2:
        raise ValueError(f"sparse_: takes a matrix, got a Tensor of shape {tensor.shape}")
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_: sparsity is a share from 0 to 1, got {sparsity}")
    rows, columns = tensor.shape
    values = generator().normal(0.0, std, tensor.shape)
    order = generator().permuted(np.tile(np.arange(rows), (columns, 1)), axis=1)
    np.put_along_axis(values, order.T[: math.ceil(sparsity * rows)], 0.0, axis=0)
    return _fill(tensor, values)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Give the factor that makes up for what an activation does to the size of signals.

    ``param`` is the slope of ``"leaky_relu"``, by default 0.01. Raises ``ValueError`` for an unknown activation.

    >>> import nn
    >>> nn.init.calculate_gain("tanh")
    1.6666666666666667
    """
    slope = 0.01 if param is None else param
    gains = {
        "linear": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": math.sqrt(2),
        "leaky_relu": math.sqrt(2 / (1 + slope**2)),
        "selu": 3 / 4,
    }
    gains |= {f"conv{transposed}{dims}d": 1.0 for transposed in ("", "_transpose") for dims in (1, 2, 3)}
    if nonlinearity not in gains:
        raise ValueError(f"calculate_gain: unknown nonlinearity {nonlinearity!r}; known are {', '.join(gains)}")
    return gains[nonlinearity]


def _fill(tensor: Filled, values: Any) -> Filled:
    tensor.data = values
    return tensor


def _xavier_deviation(tensor: Tensor, gain: float) -> float:
    fan_in, fan_out = _fans(tensor)
    return gain * math.sqrt(2 / max(fan_in + fan_out, 1))


def _kaiming_deviation(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"kaiming initialisation: mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = _fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def _fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output has, and how many outputs each input: ``(out, in, kernel...)`` is the layout."""
    if tensor.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need at least two axes, (out, in, ...), got a Tensor of shape {tensor.shape}; "
            "fill it with uniform_ or normal_"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel
