"""MLP: a multi-layer perceptron from the sizes of its layers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .activations import GELU, LogSoftmax, Mish, Sigmoid, SiLU, Softmax, Softplus, Softsign, Tanh
from .containers import Sequential
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .rectifiers import CELU, ELU, SELU, Hardsigmoid, Hardswish, Hardtanh, LeakyReLU, ReLU, ReLU6

#: A name, or what makes a module when it is called: a class, for one.
Activation = str | Callable[[], Module]

_MODULES: tuple[Callable[[], Module], ...] = (
    *(CELU, ELU, GELU, Hardsigmoid, Hardswish, Hardtanh, LeakyReLU, Mish, ReLU, ReLU6),
    *(SELU, Sigmoid, SiLU, Softplus, Softsign, Tanh),
)
_ACTIVATIONS = {module.__name__.lower(): module for module in _MODULES}
_OUTPUTS: dict[str, Callable[[], Module]] = {
    **_ACTIVATIONS,
    "softmax": lambda: Softmax(dim=-1),
    "logsoftmax": lambda: LogSoftmax(dim=-1),
}


class MLP(Sequential):
    """A multi-layer perceptron: ``Linear`` layers with an activation function between them.

    It is the ``Sequential`` that one would write out, with its names, and changes like one.

    Parameters
    ----------
    sizes
        How many features there are at the input, after each hidden layer, and at the output: two numbers or more.
    activation
        What follows each hidden layer: the name of a module in small letters, ``"relu"``, ``"tanh"``, ``"gelu"``, its
        class, or a function that makes one: ``lambda: nn.LeakyReLU(0.2)``.
    output_activation
        What follows the output, likewise, or ``"softmax"`` or ``"logsoftmax"`` over the last axis; by default nothing.
    dropout
        The share of each hidden layer's results that ``Dropout`` omits in training; for 0 there is no such module.
    bias
        Whether the layers have biases.
    dtype
        Of the parameters; float32 by default.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is below 1, or an activation has an unknown name.
    TypeError
        If an activation is a module rather than what makes one, for each layer has its own.

    >>> import nn
    >>> nn.MLP([3, 10, 1], activation="tanh")
    MLP(
      (0): Linear(in_features=3, out_features=10, bias=True)
      (1): Tanh()
      (2): Linear(in_features=10, out_features=1, bias=True)
    )
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation = "relu",
        *,
        output_activation: Activation | None = None,
        dropout: float = 0.0,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        sizes = _checked(sizes)
        for inputs, outputs in itertools.pairwise(sizes[:-1]):
            self.append(Linear(inputs, outputs, bias, dtype=dtype))
            self.append(_made("activation", activation, _ACTIVATIONS))
            if dropout:
                self.append(Dropout(dropout))
        self.append(Linear(sizes[-2], sizes[-1], bias, dtype=dtype))
        if output_activation is not None:
            self.append(_made("output_activation", output_activation, _OUTPUTS))


def _checked(sizes: Any) -> tuple[int, ...]:
    found = tuple(sizes) if isinstance(sizes, (Sequence, np.ndarray)) else ()
    are_whole = all(isinstance(size, (int, np.integer)) and not isinstance(size, bool) for size in found)
    if len(found) < 2 or not are_whole or min(found) < 1:
        raise ValueError(
            f"MLP: sizes are two whole numbers or more, of at least 1, from the input to the output, as in [3, 10, 1]; "
            f"got {sizes!r}"
        )
    return tuple(map(int, found))


def _made(argument: str, activation: Any, named: dict[str, Callable[[], Module]]) -> Module:
    """A module of its own for one place."""
    if isinstance(activation, str):
        if activation.lower() not in named:
            raise ValueError(f"MLP: {argument} is one of {', '.join(named)}, or a class; got {activation!r}")
        return named[activation.lower()]()
    made = activation() if callable(activation) and not isinstance(activation, Module) else None
    if not isinstance(made, Module):
        raise TypeError(
            f"MLP: {argument} is a name, a class of modules, as nn.ReLU, or a function that makes one, so that each "
            f"layer has its own; got {activation!r}"
        )
    return made
