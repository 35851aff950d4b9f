"""One step of a recurrent net as a module; ``recurrent`` has whole sequences."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, asarray, linear, relu, sigmoid, tanh
from autograd.errors import describe

from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class _Cell(Module):
    """Weights for the input and for the state of each of ``_gates`` gates, which stand below each other."""

    _gates: ClassVar[int]

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = self._gates * hidden_size
        self.weight_ih = Parameter(np.zeros((rows, input_size)), dtype=dtype)
        self.weight_hh = Parameter(np.zeros((rows, hidden_size)), dtype=dtype)
        self.bias_ih = Parameter(np.zeros(rows), dtype=dtype) if bias else None
        self.bias_hh = Parameter(np.zeros(rows), dtype=dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for the parameters, uniform within one by the root of ``hidden_size``."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0.0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _input(self, input: Any) -> Tensor:
        tensor: Tensor = asarray(input)
        if tensor.ndim not in (1, 2) or tensor.shape[-1] != self.input_size:
            raise ValueError(
                f"{self.title}: the input must be (N, {self.input_size}) or ({self.input_size},), got "
                f"{describe(tensor)}"
            )
        return tensor

    def _state(self, state: Any, input: Tensor, name: str = "hx") -> Any:
        """The state that was given, or zeros."""
        shape = (*input.shape[:-1], self.hidden_size)
        if state is None:
            return np.zeros(shape, self.weight_hh.dtype)
        if np.shape(state) != shape:
            raise ValueError(
                f"{self.title}: {name} must be {shape} for an input of shape {input.shape}, got {describe(state)}"
            )
        return state

    def _terms(self, input: Tensor, state: Any) -> Tensor:
        """The sums that the gates are made of."""
        terms: Tensor = linear(input, self.weight_ih, self.bias_ih) + linear(state, self.weight_hh, self.bias_hh)
        return terms

    def _part(self, terms: Tensor, gate: int) -> Tensor:
        part: Tensor = terms[..., gate * self.hidden_size : (gate + 1) * self.hidden_size]
        return part

    def main_arguments(self) -> str:
        """Give the sizes."""
        return f"{self.input_size}, {self.hidden_size}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return self.main_arguments() + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """One step of Elman's network: ``h' = tanh(W_ih x + b_ih + W_hh h + b_hh)``.

    Parameters
    ----------
    input_size, hidden_size
        How many features an input and a state have.
    bias
        Whether there are the two biases; without them, they are ``None``.
    nonlinearity
        ``"tanh"`` or ``"relu"``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih, weight_hh
        ``(hidden_size, input_size)`` and ``(hidden_size, hidden_size)``, uniform within one by the root of
        ``hidden_size``.
    bias_ih, bias_hh
        ``(hidden_size,)``, uniform within the same bounds.

    >>> import nn, numpy as np
    >>> nn.RNNCell(3, 4)(np.ones((2, 3)), np.zeros((2, 4))).shape
    (2, 4)
    """

    _gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity is 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, bias, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        """Give the next state, ``(N, hidden_size)`` or ``(hidden_size,)``; ``hx`` is the one before, or zeros."""
        x = self._input(input)
        activation = tanh if self.nonlinearity == "tanh" else relu
        state: Tensor = activation(self._terms(x, self._state(hx, x)))
        return state

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(_Cell):
    """One step of long short-term memory: gates say what enters the memory, what stays, and what is shown of it.

    ``i, f, g, o = σ(·), σ(·), tanh(·), σ(·)`` of ``W_ih x + b_ih + W_hh h + b_hh``, a quarter of it each; then
    ``c' = f c + i g`` and ``h' = o tanh(c')``. Sources: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997);
    Gers et al., "Learning to Forget" (2000), section 3.

    Parameters
    ----------
    input_size, hidden_size
        How many features an input and a state have.
    bias
        Whether there are the two biases; without them, they are ``None``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih, weight_hh
        ``(4 * hidden_size, input_size)`` and ``(4 * hidden_size, hidden_size)``, for the gates i, f, g and o below each
        other, uniform within one by the root of ``hidden_size``.
    bias_ih, bias_hh
        ``(4 * hidden_size,)``, uniform within the same bounds.

    >>> import nn, numpy as np
    >>> h, c = nn.LSTMCell(3, 4)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    _gates = 4

    def forward(self, input: Any, hx: tuple[Any, Any] | None = None) -> tuple[Tensor, Tensor]:
        """Give the next state and the next memory; ``hx`` holds those before, or they are zeros."""
        x = self._input(input)
        before, memory_before = (None, None) if hx is None else hx
        memory_before = self._state(memory_before, x, "the memory hx[1]")
        terms = self._terms(x, self._state(before, x, "the state hx[0]"))
        opening, forget, output = (sigmoid(self._part(terms, gate)) for gate in (0, 1, 3))
        memory = forget * memory_before + opening * tanh(self._part(terms, 2))
        return output * tanh(memory), memory


class GRUCell(_Cell):
    """One step of a gated recurrent unit: gates say what of the state is seen, and what of it is kept.

    ``r`` and ``z`` are the sigmoids of the first and second third of ``W_ih x + b_ih + W_hh h + b_hh``; of the last
    third, ``n = tanh(W_ih x + b_ih + r (W_hh h + b_hh))``; then ``h' = (1 - z) n + z h``. Source: Cho et al., "Learning
    Phrase Representations using RNN Encoder-Decoder" (2014), section 2.3, with ``r`` after the product, as PyTorch and
    cuDNN have it.

    Parameters
    ----------
    input_size, hidden_size
        How many features an input and a state have.
    bias
        Whether there are the two biases; without them, they are ``None``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih, weight_hh
        ``(3 * hidden_size, input_size)`` and ``(3 * hidden_size, hidden_size)``, for r, z and n below each other,
        uniform within one by the root of ``hidden_size``.
    bias_ih, bias_hh
        ``(3 * hidden_size,)``, uniform within the same bounds.

    >>> import nn, numpy as np
    >>> nn.GRUCell(3, 4)(np.ones((2, 3)), np.zeros((2, 4))).shape
    (2, 4)
    """

    _gates = 3

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        """Give the next state, ``(N, hidden_size)`` or ``(hidden_size,)``; ``hx`` is the one before, or zeros."""
        x = self._input(input)
        before = self._state(hx, x)
        of_input = linear(x, self.weight_ih, self.bias_ih)
        of_state = linear(before, self.weight_hh, self.bias_hh)
        reset, update = (sigmoid(self._part(of_input, gate) + self._part(of_state, gate)) for gate in (0, 1))
        candidate = tanh(self._part(of_input, 2) + reset * self._part(of_state, 2))
        state: Tensor = candidate + update * (before - candidate)
        return state
