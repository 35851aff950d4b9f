"""Bundle: some parameters, treated as one flat array together with what an optimizer remembers of them.

NumPy takes as long to start an operation as to do it on a thousand numbers. So small parameters are laid side by side,
and one pass of a formula serves all of them. Large ones are passed through in blocks that stay in the processor's
cache from one operation of the formula to the next. So intermediate results are small, too, whatever the model's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.ownership import is_held_once

#: How many bytes of each array one pass of a formula works on.
BLOCK = 1 << 16

#: Computes new parameters and states from parameters, gradients and states: flat arrays of one length.
Formula = Callable[[Any, Any, Mapping[str, Any]], tuple[Any, Mapping[str, Any]]]


@dataclass
class Memory:
    """What an optimizer remembers of one parameter: how often it was stepped, and arrays of its shape by name."""

    step: int = 0
    state: dict[str, Any] = field(default_factory=dict)


class Bundle:
    """Parameters of one dtype that have been stepped equally often. Complex numbers are pairs of real ones here.

    ``step`` and the arrays in ``state`` are only ever changed in place: a program that was recorded once goes on with
    them.
    """

    def __init__(self, parameters: Sequence[Tensor], memories: Sequence[Memory]) -> None:
        self.parameters = tuple(parameters)
        self.step = np.array(float(memories[0].step))
        self.state: dict[str, Any] = {}
        self._dtype = self.parameters[0].dtype
        self._real = np.empty(0, self._dtype).real.dtype
        self._bounds = np.cumsum([0, *(parameter.size for parameter in self.parameters)]).tolist()
        self._blocks: list[tuple[slice, dict[str, Any]]] = []
        # Where several parameters and their gradients are laid side by side; a single one is worked on where it is.
        self._side_by_side = np.empty((2, self._bounds[-1] if len(self.parameters) > 1 else 0), self._dtype)
        self._flat = self._side_by_side.view(self._real)
        self._parts = self._split(self._side_by_side[0]) if len(self.parameters) > 1 else []
        self.remember([name for memory in memories for name in memory.state])
        for index, memory in enumerate(memories):
            for name, values in memory.state.items():
                self._split(self.state[name])[index][...] = values

    def remember(self, names: Iterable[str]) -> None:
        """Have a state of each of these names; one that is new is zero."""
        missing = [name for name in names if name not in self.state]
        if missing or not self._blocks:
            self.state |= {name: np.zeros(self._bounds[-1], self._dtype) for name in missing}
            self._blocks = list(self._in_blocks())

    def _in_blocks(self) -> Iterator[tuple[slice, dict[str, Any]]]:
        """Cut the flat arrays, as real numbers: give where each block is, and the states there."""
        flat = {name: array.view(self._real) for name, array in self.state.items()}
        count, length = self._bounds[-1] * self._dtype.itemsize // self._real.itemsize, BLOCK // self._real.itemsize
        for start in range(0, count, length):
            block = slice(start, start + length)
            yield block, {name: array[block] for name, array in flat.items()}

    def memory(self, index: int) -> Memory:
        """Give what is remembered of one of the parameters."""
        return Memory(int(self.step), {name: self._split(array)[index] for name, array in self.state.items()})

    def advance(self) -> float:
        """Count one more step; give the new count."""
        count: float = self.step.item() + 1
        self.step[...] = count
        return count

    def parted(self) -> list[Bundle]:
        """Give two bundles in the place of this one: of the parameters that have a gradient, and of the others."""
        indices = range(len(self.parameters))
        has = [index for index in indices if self.parameters[index].grad is not None]
        has_not = [index for index in indices if self.parameters[index].grad is None]
        return [Bundle([self.parameters[i] for i in part], [self.memory(i) for i in part]) for part in (has, has_not)]

    def gradients(self) -> list[Any]:
        """Give the gradients of the parameters that have one."""
        gradients = [parameter.grad for parameter in self.parameters]
        return [gradient._array for gradient in gradients if gradient is not None]

    def numbers(self, values: Sequence[float]) -> Any:
        """Give numbers to calculate with in the dtype of the parameters, as arrays, which NumPy takes most quickly."""
        return np.array(values, self._real)[:, None]

    def update(self, gradients: Sequence[Any], formula: Formula) -> None:
        """Apply a formula to all parameters, their gradients and states; write what it gives in their places."""
        parameter, gradient = self._gathered(gradients)
        for block, states in self._blocks:
            parameter[block], new_states = formula(parameter[block], gradient[block], states)
            for name, new in new_states.items():
                states[name][...] = new
        for own, part in zip(self.parameters, self._parts, strict=False):
            writable(own)[...] = part

    def _gathered(self, gradients: Sequence[Any]) -> Any:
        """Give the parameters, to be written into, and the gradients, each as one flat array of real numbers."""
        if not self._parts:
            gradient = gradients[0].astype(self._dtype, copy=False)
            return writable(self.parameters[0]).reshape(-1).view(self._real), gradient.reshape(-1).view(self._real)
        np.concatenate([own._array for own in self.parameters], axis=None, out=self._side_by_side[0])
        np.concatenate(gradients, axis=None, out=self._side_by_side[1])
        return self._flat

    def _split(self, flat: Any) -> list[Any]:
        """Give each parameter's part of a flat array, in its shape."""
        ranges = zip(self.parameters, pairwise(self._bounds), strict=True)
        return [flat[start:end].reshape(parameter.shape) for parameter, (start, end) in ranges]


def bundled(parameters: Sequence[Tensor], memories: Sequence[Memory]) -> Iterator[Bundle]:
    """Bundle parameters with what is remembered of them: the small ones up to a block together, each large one alone."""
    open_bundles: dict[Any, list[tuple[Tensor, Memory]]] = {}
    for parameter, memory in zip(parameters, memories, strict=True):
        alike = (parameter.dtype, memory.step, parameter.nbytes > BLOCK)
        gathered = open_bundles.setdefault(alike, [])
        if gathered and sum(other.nbytes for other, _ in gathered) + parameter.nbytes > BLOCK:
            yield Bundle(*zip(*gathered, strict=True))
            gathered.clear()
        gathered.append((parameter, memory))
    for gathered in open_bundles.values():
        yield Bundle(*zip(*gathered, strict=True))


def writable(parameter: Tensor) -> Any:
    """Give the array of a parameter to write into: its own, or a copy it gets, if anything else looks at its own."""
    if not (is_held_once(parameter._array) and parameter._array.flags.c_contiguous):
        parameter._array = parameter._array.copy()
    return parameter._array
