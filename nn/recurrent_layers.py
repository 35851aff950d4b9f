"""What RNN, LSTM and GRU share: layers upon each other, in one direction or both, and the forms of input."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, asarray, concat, permute_dims, reshape, stack
from autograd.errors import describe

from . import functional as F
from . import init
from .converting import parameter_dtype
from .functional.sequences import Sizes
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence, places_of, rows_of


class RecurrentLayers(Module):
    """Layers of a recurrence with ``_gates`` gates; a subclass runs it in one layer and direction.

    Inside, sequences are padded, and sorted by length if they were packed; the recurrences count what is padding.
    """

    _gates: ClassVar[int]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        proj_size: int,
        device: Any,
        dtype: Any,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        self._check_sizes(input_size, hidden_size, num_layers, proj_size)
        self._check_dropout(dropout, num_layers)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        for layer in range(num_layers):
            for suffix in self._suffixes():
                self._make_parameters(layer, suffix, dtype)
        self.reset_parameters()

    def _check_sizes(self, input_size: int, hidden_size: int, num_layers: int, proj_size: int) -> None:
        name = type(self).__name__
        for argument, size in {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}.items():
            if size != int(size) or size < 1:
                raise ValueError(f"{name}: {argument} is a whole number of at least 1, got {size!r}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(
                f"{name}: proj_size is from 1 to less than hidden_size={hidden_size}, or 0 for no projection, got "
                f"{proj_size!r}"
            )

    def _check_dropout(self, dropout: float, num_layers: int) -> None:
        name = type(self).__name__
        if isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout is a probability, from 0 to 1, got {dropout!r}")
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name}: dropout={dropout} acts between layers, and there is only one", UserWarning, stacklevel=4
            )

    def _suffixes(self) -> tuple[str, ...]:
        """What the names of parameters end with, for each direction."""
        return ("", "_reverse") if self.bidirectional else ("",)

    def _make_parameters(self, layer: int, suffix: str, dtype: Any) -> None:
        rows, seen = self._gates * self.hidden_size, self.proj_size or self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, seen * len(self._suffixes()) if layer else self.input_size),
            "weight_hh": (rows, seen),
        }
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {}
        shapes |= {"weight_hr": (self.proj_size, self.hidden_size)} if self.proj_size else {}
        for name, shape in shapes.items():
            self.register_parameter(f"{name}_l{layer}{suffix}", Parameter(np.zeros(shape), dtype=dtype))

    def reset_parameters(self) -> None:
        """Draw new values for the parameters, uniform within one by the root of ``hidden_size``."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    # The forward

    def _forward(self, input: Any, states: Sequence[Any] | None) -> tuple[Any, list[Tensor]]:
        """Give the output, in the form of the input, and the last states, ``(layers * directions, N, features)``."""
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, states)
        x = asarray(input)
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            batched = "(N, T, " if self.batch_first else "(T, N, "
            raise ValueError(
                f"{self.title}: the input must be {batched}{self.input_size}), (T, {self.input_size}) or a "
                f"PackedSequence, got {describe(x)}"
            )
        is_single, swaps = x.ndim == 2, x.ndim == 3 and self.batch_first
        steps, batch = (len(x), 1) if is_single else x.shape[1::-1] if swaps else x.shape[:2]
        if not steps:
            raise ValueError(f"{self.title}: the sequences must have an element or more, got {describe(x)}")
        first = self._first_states(states, batch, x.shape, is_single=is_single)
        if is_single:
            x = reshape(x, (steps, 1, self.input_size))
        output, last = self._through_layers(permute_dims(x, (1, 0, 2)) if swaps else x, first, (batch,) * steps)
        if is_single:
            return output[:, 0], [state[:, 0] for state in last]
        return permute_dims(output, (1, 0, 2)) if swaps else output, last

    def _forward_packed(self, input: PackedSequence, states: Sequence[Any] | None) -> tuple[PackedSequence, Any]:
        data, sizes, order, back = input
        if data.ndim != 2 or data.shape[1] != self.input_size:
            raise ValueError(
                f"{self.title}: the data of a PackedSequence must be (elements, {self.input_size}), got "
                f"{describe(data)}"
            )
        counts = tuple(sizes.tolist())
        first = self._first_states(states, counts[0], data.shape, is_single=False)
        if first is not None and order is not None:
            first = [state[:, order.data] for state in first]
        rows = rows_of(sizes.data, len(counts), padding=0)  # any will do: what is computed of it is not seen
        padded, last = self._through_layers(data[rows], first, counts)
        if back is not None:
            last = [state[:, back.data] for state in last]
        return PackedSequence(padded[places_of(sizes.data)], sizes, order, back), last

    def _first_states(
        self, states: Sequence[Any] | None, batch: int, shape: tuple[int, ...], *, is_single: bool
    ) -> list[Any] | None:
        """Check the states that were given; give them with an axis for the batch."""
        if states is None:
            return None
        count, checked = self.num_layers * len(self._suffixes()), []
        for name, state, features in zip(("h_0", "c_0"), states, self._state_features(), strict=False):
            tensor = asarray(state)
            wanted = (count, features) if is_single else (count, batch, features)
            if tensor.shape != wanted:
                raise ValueError(
                    f"{self.title}: {name} must be {wanted} for an input of shape {shape}, got {describe(tensor)}"
                )
            checked.append(reshape(tensor, (count, 1, features)) if is_single else tensor)
        return checked

    def _state_features(self) -> tuple[int, ...]:
        """How many features each part of the state has."""
        return (self.hidden_size,)

    def _through_layers(self, x: Tensor, first: list[Any] | None, sizes: Sizes) -> tuple[Tensor, list[Tensor]]:
        """Run all layers on ``(T, N, features)``, of which sequence n counts while ``sizes[t]`` is above n."""
        last: list[Any] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = F.dropout(x, self.dropout, self.training)
            outputs = []
            for reverse, suffix in enumerate(self._suffixes()):
                weights = {
                    name: getattr(self, f"{name}_l{layer}{suffix}", None)
                    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
                }
                states = self._states_of(first, len(last), sizes[0], x.dtype)
                parts = self._run(x, weights, states, sizes, bool(reverse))
                outputs.append(parts[0])
                last.append([part[0 if reverse else -1] for part in parts])
            x = permute_dims(concat(outputs, axis=1) if self.bidirectional else outputs[0], (0, 2, 1))
        return x, [permute_dims(stack(parts), (0, 2, 1)) for parts in zip(*last, strict=True)]

    def _states_of(self, first: list[Any] | None, place: int, batch: int, dtype: Any) -> list[Any]:
        """Give the parts of the first state of one layer and direction, ``(features, N)``; zeros if not given."""
        if first is None:
            return [np.zeros((features, batch), dtype) for features in self._state_features()]
        return [permute_dims(state[place], (1, 0)) for state in first]

    def _run(
        self, x: Tensor, weights: dict[str, Any], states: list[Any], sizes: Sizes, reverse: bool
    ) -> tuple[Tensor, ...]:
        """Run one layer in one direction: give the parts of the state after each step, ``(T, features, N)``."""
        raise NotImplementedError

    # Showing

    def main_arguments(self) -> str:
        """Give the sizes."""
        return f"{self.input_size}, {self.hidden_size}"

    def extra_repr(self) -> str:
        """Give the arguments as they were, those that are not the usual ones."""
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False}
        usual |= {"dropout": 0, "bidirectional": False}
        unusual = (f", {name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value)
        return self.main_arguments() + "".join(unusual)
