"""Recurrent nets over whole sequences; ``recurrent_cells`` has one step of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Primitive, Tensor, linear, permute_dims, reshape

from .functional.gated_recurrence import gated_recurrence
from .functional.long_recurrence import long_recurrence
from .functional.sequences import Sizes, joined
from .functional.simple_recurrence import simple_recurrence
from .recurrent_layers import RecurrentLayers


def _terms(x: Tensor, weight: Any, *biases: Any) -> Tensor:
    """What the inputs of all steps contribute to the gates, in one product, ``(T, gates * features, N)``."""
    bias = None if biases[0] is None else sum(biases[1:], biases[0])
    steps, batch, features = x.shape
    terms = linear(reshape(x, (steps * batch, features)), weight, bias)
    return permute_dims(reshape(terms, (steps, batch, weight.shape[0])), (0, 2, 1))


def _apply(recurrence: Primitive, parts: Sequence[Any], **attributes: Any) -> Tensor:
    shapes = tuple(part.shape for part in parts)
    return recurrence.apply((joined(parts),), {"shapes": shapes, **attributes})


class RNN(RecurrentLayers):
    """Elman's network: ``h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`` for each element of sequences.

    Parameters
    ----------
    input_size, hidden_size
        How many features an element and a state have.
    num_layers
        How many layers there are, each of which gets the states of the one before.
    nonlinearity
        ``"tanh"`` or ``"relu"``.
    bias
        Whether there are the two biases.
    batch_first
        Whether batches are ``(N, T, features)`` rather than ``(T, N, features)``.
    dropout
        The probability with which what goes from one layer to the next is set to zero in training.
    bidirectional
        Whether there is a second net in each layer that goes from the end to the beginning; the layer's output has
        the features of both.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0
        ``(hidden_size, input_size)`` and ``(hidden_size, hidden_size)``, uniform within one by the root of
        ``hidden_size``; of further layers ``weight_ih_l1``, and so on, of the other direction ``weight_ih_l0_reverse``.
    bias_ih_l0, bias_hh_l0
        ``(hidden_size,)``, uniform within the same bounds.

    >>> import nn, numpy as np
    >>> output, h_n = nn.RNN(3, 4)(np.ones((5, 2, 3)))
    >>> output.shape, h_n.shape
    ((5, 2, 4), (1, 2, 4))
    """

    _gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity is 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        )

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Tensor]:
        """Give the states after all elements, and the last ones of all layers.

        Parameters
        ----------
        input
            ``(T, N, input_size)``, ``(N, T, input_size)`` with ``batch_first``, ``(T, input_size)`` for one sequence,
            or a ``PackedSequence``.
        hx
            The first states, ``(layers * directions, N, hidden_size)``, without ``N`` for one sequence; zeros if not
            given.

        Returns
        -------
        output, h_n
            The states of the last layer, in the form of the input; the last states of all, in the form of ``hx``.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        output, (h_n,) = self._forward(input, None if hx is None else (hx,))
        return output, h_n

    def _run(self, x: Tensor, weights: Any, states: list[Any], sizes: Sizes, reverse: bool) -> Any:
        terms = _terms(x, weights["weight_ih"], weights["bias_ih"], weights["bias_hh"])
        parts = [terms, weights["weight_hh"], *states]
        run = {"sizes": sizes, "reverse": reverse, "nonlinearity": self.nonlinearity}
        return (_apply(simple_recurrence, parts, **run),)


class LSTM(RecurrentLayers):
    """Long short-term memory: gates say what enters the memory, what stays, and what is shown of it.

    For each element of sequences, ``i, f, g, o = σ(·), σ(·), tanh(·), σ(·)`` of ``W_ih x + b_ih + W_hh h + b_hh``, a
    quarter of it each; then ``c' = f c + i g`` and ``h' = o tanh(c')``. Sources: Hochreiter and Schmidhuber, "Long
    Short-Term Memory" (1997); Gers et al., "Learning to Forget" (2000), section 3.

    Parameters
    ----------
    input_size, hidden_size
        How many features an element and the memory have.
    num_layers
        How many layers there are, each of which gets the states of the one before.
    bias
        Whether there are the two biases.
    batch_first
        Whether batches are ``(N, T, features)`` rather than ``(T, N, features)``.
    dropout
        The probability with which what goes from one layer to the next is set to zero in training.
    bidirectional
        Whether there is a second net in each layer that goes from the end to the beginning; the layer's output has
        the features of both.
    proj_size
        If not 0, the state is ``W_hr o tanh(c')``, of so many features: Sak et al., "Long Short-Term Memory Based
        Recurrent Neural Network Architectures" (2014), section 2.2.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0
        ``(4 * hidden_size, input_size)`` and ``(4 * hidden_size, proj_size or hidden_size)``, for i, f, g and o below
        each other, uniform within one by the root of ``hidden_size``; of further layers ``weight_ih_l1``, and so on, of
        the other direction ``weight_ih_l0_reverse``.
    bias_ih_l0, bias_hh_l0
        ``(4 * hidden_size,)``, uniform within the same bounds.
    weight_hr_l0
        ``(proj_size, hidden_size)``, if states are projected.

    >>> import nn, numpy as np
    >>> output, (h_n, c_n) = nn.LSTM(3, 4, num_layers=2)(np.ones((5, 2, 3)))
    >>> output.shape, h_n.shape, c_n.shape
    ((5, 2, 4), (2, 2, 4), (2, 2, 4))
    """

    _gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype
        )

    def forward(self, input: Any, hx: tuple[Any, Any] | None = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        """Give the states after all elements, and the last states and memories of all layers.

        Parameters
        ----------
        input
            ``(T, N, input_size)``, ``(N, T, input_size)`` with ``batch_first``, ``(T, input_size)`` for one sequence,
            or a ``PackedSequence``.
        hx
            The first states, ``(layers * directions, N, proj_size or hidden_size)``, and the first memories,
            ``(layers * directions, N, hidden_size)``, without ``N`` for one sequence; zeros if not given.

        Returns
        -------
        output, (h_n, c_n)
            The states of the last layer, in the form of the input; the last states and memories of all, in the form of
            ``hx``.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        if hx is not None and len(hx) != 2:
            raise ValueError(f"{self.title}: hx is a pair, the first states and the first memories")
        output, (h_n, c_n) = self._forward(input, hx)
        return output, (h_n, c_n)

    def _state_features(self) -> tuple[int, ...]:
        return self.proj_size or self.hidden_size, self.hidden_size

    def _run(self, x: Tensor, weights: Any, states: list[Any], sizes: Sizes, reverse: bool) -> Any:
        terms = _terms(x, weights["weight_ih"], weights["bias_ih"], weights["bias_hh"])
        state, memory = states
        parts = [terms, weights["weight_hh"], memory, state, *([weights["weight_hr"]] if self.proj_size else [])]
        both = _apply(long_recurrence, parts, sizes=sizes, reverse=reverse)
        return both[:, self.hidden_size :], both[:, : self.hidden_size]


class GRU(RecurrentLayers):
    """Gated recurrent units: gates say what of the state is seen, and what of it is kept.

    For each element of sequences, ``r`` and ``z`` are the sigmoids of the first and second third of ``W_ih x + b_ih +
    W_hh h + b_hh``; of the last third, ``n = tanh(W_ih x + b_ih + r (W_hh h + b_hh))``; then ``h' = (1 - z) n + z h``.
    Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), section 2.3, with ``r``
    after the product, as PyTorch and cuDNN have it.

    Parameters
    ----------
    input_size, hidden_size
        How many features an element and a state have.
    num_layers
        How many layers there are, each of which gets the states of the one before.
    bias
        Whether there are the two biases.
    batch_first
        Whether batches are ``(N, T, features)`` rather than ``(T, N, features)``.
    dropout
        The probability with which what goes from one layer to the next is set to zero in training.
    bidirectional
        Whether there is a second net in each layer that goes from the end to the beginning; the layer's output has
        the features of both.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0
        ``(3 * hidden_size, input_size)`` and ``(3 * hidden_size, hidden_size)``, for r, z and n below each other,
        uniform within one by the root of ``hidden_size``; of further layers ``weight_ih_l1``, and so on, of the other
        direction ``weight_ih_l0_reverse``.
    bias_ih_l0, bias_hh_l0
        ``(3 * hidden_size,)``, uniform within the same bounds.

    >>> import nn, numpy as np
    >>> output, h_n = nn.GRU(3, 4, bidirectional=True)(np.ones((5, 2, 3)))
    >>> output.shape, h_n.shape
    ((5, 2, 8), (2, 2, 4))
    """

    _gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        )

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Tensor]:
        """Give the states after all elements, and the last ones of all layers; see ``nn.RNN.forward``."""
        output, (h_n,) = self._forward(input, None if hx is None else (hx,))
        return output, h_n

    def _run(self, x: Tensor, weights: Any, states: list[Any], sizes: Sizes, reverse: bool) -> Any:
        terms = _terms(x, weights["weight_ih"], weights["bias_ih"])
        bias = weights["bias_hh"]
        column = np.zeros((terms.shape[1], 1), terms.dtype) if bias is None else reshape(bias, (-1, 1))
        parts = [terms, weights["weight_hh"], column, *states]
        return (_apply(gated_recurrence, parts, sizes=sizes, reverse=reverse),)
