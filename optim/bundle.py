"""Bundle: some parameters, treated as one flat array together with what an optimizer remembers of them.

NumPy takes as long to start an operation as to do it on a thousand numbers. So parameters become views of one flat
array; small ones lie side by side, and one pass of a formula serves all of them. A large one is passed through in
blocks that stay in the processor's cache from one operation of the formula to the next, a very large one by all
processors. So intermediate results are small, too, whatever the model's size, and the same memory holds them all.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter, is_
from typing import Any, Literal

import numpy as np

from autograd import Tensor, threads
from autograd.ownership import references

#: Up to how many bytes of parameters lie side by side.
SMALL = 128 << 10

#: Up to how many bytes of each array one pass of a formula works on, if one thread does all of them.
BLOCK = 256 << 10

#: The same for each of several threads: they take turns in Python, and had better come back to it less often.
SHARED_BLOCK = 768 << 10

#: How many bytes of parameters are worth a thread: to wake one takes as long as to step some hundred kilobytes.
SHARE = 4 << 20

#: Bytes in a line of the processor's cache; vector instructions are quicker on memory that begins with one.
LINE = 64

_array_of = attrgetter("_array")

#: The names of the states of an optimizer, or what each holds at first; see ``Optimizer.states``.
States = Iterable[str] | Mapping[str, Any]

#: Gives the shapes of the arrays that a formula needs for intermediate results, from the shape of a parameter.
Workspace = Callable[[tuple[int, ...]], Sequence[tuple[int, ...]]]

#: Computes new parameters and states from parameters, gradients, states, numbers, options and memory for intermediate
#: results; see ``Optimizer.formula``.
Formula = Callable[[Any, Any, Mapping[str, Any], Any, Mapping[str, Any], Any], tuple[Any, Mapping[str, Any]]]


@dataclass
class Memory:
    """What an optimizer remembers of one parameter: how often it was stepped, arrays by name, and single numbers."""

    step: int = 0
    state: dict[str, Any] = field(default_factory=dict)
    scalars: dict[str, float] = field(default_factory=dict)


class Bundle(ABC):
    """Parameters of one dtype that have been stepped equally often, with the same scalars.

    Complex numbers are pairs of real ones here. ``step`` and the arrays in ``state`` and ``scalars`` are only ever
    changed in place: a program that was recorded once goes on with them.
    """

    _order: Literal["C", "F"] = "C"  # in which the flat arrays hold the elements of a parameter

    def __init__(self, parameters: Sequence[Tensor], memories: Sequence[Memory]) -> None:
        self.parameters = tuple(parameters)
        self.step = np.array(float(memories[0].step))
        self.state: dict[str, Any] = {}
        self.scalars = {name: np.array(value) for name, value in memories[0].scalars.items()}
        self._dtype = self.parameters[0].dtype
        self._real = np.empty(0, self._dtype).real.dtype
        self._bounds = np.cumsum([0, *(parameter.size for parameter in self.parameters)]).tolist()
        self._threads = 1  # that share the blocks
        self._blocks: list[tuple[slice, dict[str, Any], Any]] = []
        self._numbers: tuple[Sequence[float], list[Any]] = (), []  # those of the last step, and the same in arrays
        self._memory: tuple[Any, ...] = ()  # where the parameters lie, all of them and each one
        self._references: list[int] | None = None  # to each, when nobody else looked
        self._restore(memories)

    # What is remembered

    def _restore(self, memories: Sequence[Memory]) -> None:
        self.remember([name for memory in memories for name in memory.state])
        for index, memory in enumerate(memories):
            for name, values in memory.state.items():
                self._split(self.state[name])[index][...] = values

    def remember(self, names: States) -> None:
        """Have a state of each of these names; one that is new holds what the names map to, or zeros."""
        missing = [name for name in names if name not in self.state] if names else []
        if missing or not self._blocks:
            first = names if isinstance(names, Mapping) else {}
            self.state |= {name: self._filled(first.get(name, 0.0)) for name in missing}
            self._blocks = list(self._in_blocks())

    def _filled(self, value: float) -> Any:
        array = _zeros(self._bounds[-1], self._dtype)
        if value:
            array.view(self._real)[...] = value
        return array

    def _in_blocks(self) -> Iterator[tuple[slice, dict[str, Any], Any]]:
        """Cut the flat arrays, as real numbers: give where each block is, the states there, and scratch memory."""
        flat = {name: array.view(self._real) for name, array in self.state.items()}
        size = self._bounds[-1] * self._dtype.itemsize
        count = size // self._real.itemsize
        self._threads = max(1, min(threads.count, size // SHARE))
        block_size = BLOCK if self._threads == 1 else SHARED_BLOCK
        each = max(1, math.ceil(size / block_size / self._threads))  # as many blocks for every thread
        length = max(1, math.ceil(count / each / self._threads))
        memory = [_zeros(length, self._real) for _ in range(self._threads)]
        for index, start in enumerate(range(0, count, length)):
            block = slice(start, start + length)
            states = {name: array[block] for name, array in flat.items()}
            yield block, states, memory[index % self._threads][: count - start]

    def memory(self, index: int) -> Memory:
        """Give what is remembered of one of the parameters."""
        arrays = {name: self._split(array)[index] for name, array in self.state.items()}
        return Memory(int(self.step), arrays, {name: value.item() for name, value in self.scalars.items()})

    def advance(self) -> float:
        """Count one more step; give the new count."""
        count: float = self.step.item() + 1
        self.step[...] = count
        return count

    # What is done

    def prepare(self, names: States, scalars: Mapping[str, float]) -> None:
        """Have the states of these names, these scalars, and the parameters where nobody else looks.

        Raises ``TypeError`` if the dtype of a parameter has changed.
        """
        self.remember(names)
        if scalars and not self.scalars:
            self.scalars = {name: np.array(float(value)) for name, value in scalars.items()}
        if not self._is_laid_out():
            self._lay_out()
            self._references = references(self._memory)

    def gradients(self) -> list[Any]:
        """Give the gradients of the parameters that have one."""
        return [gradient._array for parameter in self.parameters if (gradient := parameter.grad) is not None]

    def update(self, gradients: Sequence[Any], formula: Formula, numbers: Sequence[float], options: Any) -> None:
        """Apply a formula to all parameters, their gradients and states; put what it gives in their places.

        The first of the numbers are the new scalars.
        """
        for place, number in zip(self.scalars.values(), numbers, strict=False):
            place[...] = number
        arrays = self._as_arrays(numbers)
        blocks = zip(self._in_parts, self._flat_blocks(gradients), self._blocks, strict=True)

        def apply_to(some: Any) -> None:
            for parameter, gradient, (_, states, scratch) in some:
                new, new_states = formula(parameter, gradient, states, arrays, options, scratch)
                _put(parameter, new)
                for name, state in new_states.items():
                    _put(states[name], state)

        if self._threads == 1:
            apply_to(blocks)
        else:
            every = list(blocks)
            threads.share(apply_to, [every[start :: self._threads] for start in range(self._threads)])

    def writable(self) -> list[Any]:
        """Give each parameter's array, to be written in place: nobody else looks there."""
        self.prepare((), {})
        return self._writable

    def _as_arrays(self, numbers: Sequence[float]) -> list[Any]:
        """Put numbers into arrays without axes, which NumPy takes most quickly beside arrays of the same dtype."""
        last, arrays = self._numbers
        if numbers != last:
            if len(numbers) != len(last):
                arrays = [np.empty((), self._real) for _ in numbers]
            for place, number in zip(arrays, numbers, strict=True):
                place[...] = number
            self._numbers = numbers, arrays
        return arrays

    def _is_laid_out(self) -> bool:
        """Whether the parameters are still where they were put, and nobody else looks there."""
        if references(self._memory) != self._references:
            return False
        return all(map(is_, map(_array_of, self.parameters), self._parts))

    def _lay_out(self) -> None:
        """Move the parameters to new memory; whoever looks at them keeps what it has."""
        self._check_dtypes()
        flat = _zeros(self._bounds[-1], self._dtype)
        self._parts = self._split(flat)
        for own, part in zip(self.parameters, self._parts, strict=True):
            part[...] = own._array
            own._array = part
        self._in_parts = self._cut(flat)
        self._writable = self._split(flat)  # who was shown the other parts has made them read-only
        self._memory = (flat.base, *self._parts)

    def _check_dtypes(self) -> None:
        for own in self.parameters:
            if own._array.dtype != self._dtype:
                raise TypeError(
                    f"step: a parameter was {self._dtype} when the optimizer was made, and is {own._array.dtype} now; "
                    "make the optimizer after converting the model"
                )

    @abstractmethod
    def _flat_blocks(self, gradients: Sequence[Any]) -> Sequence[Any]:
        """Give the gradients, as flat arrays of real numbers, block by block."""

    def _cut(self, flat: Any) -> list[Any]:
        """Give the blocks of a flat array, as real numbers."""
        real = flat.view(self._real)
        return [real[block] for block, _, _ in self._blocks]

    def _split(self, flat: Any) -> list[Any]:
        """Give each parameter's part of a flat array, in its shape."""
        ranges = zip(self.parameters, pairwise(self._bounds), strict=True)
        return [flat[start:end].reshape(parameter.shape, order=self._order) for parameter, (start, end) in ranges]


class SideBySide(Bundle):
    """Small parameters, whose gradients are copied together."""

    def __init__(self, parameters: Sequence[Tensor], memories: Sequence[Memory]) -> None:
        super().__init__(parameters, memories)
        gradients = _zeros(self._bounds[-1], self._dtype)
        self._gradient_blocks, self._gradient_parts = self._cut(gradients), self._split(gradients)

    def _flat_blocks(self, gradients: Sequence[Any]) -> Sequence[Any]:
        for gradient, part in zip(gradients, self._gradient_parts, strict=True):
            part[...] = gradient
        return self._gradient_blocks


class Alone(Bundle):
    """One parameter, in the order that it has in memory, as its gradient likely has."""

    def __init__(self, parameters: Sequence[Tensor], memories: Sequence[Memory]) -> None:
        flags = parameters[0]._array.flags
        self._order = "F" if flags.f_contiguous and not flags.c_contiguous else "C"
        super().__init__(parameters, memories)

    def _flat_blocks(self, gradients: Sequence[Any]) -> Sequence[Any]:
        gradient = gradients[0].astype(self._dtype, order=self._order, copy=False)
        return self._cut(gradient.reshape(-1, order=self._order))


class Whole(Alone):
    """One parameter in its shape, for a formula that looks at rows, columns or norms; its states have other shapes."""

    def __init__(self, parameter: Tensor, memory: Memory, workspace: Workspace) -> None:
        self._workspace = workspace
        super().__init__([parameter], [memory])

    def _restore(self, memories: Sequence[Memory]) -> None:
        self.state = {name: np.array(values, self._dtype) for name, values in memories[0].state.items()}

    def remember(self, names: States) -> None:
        """Have a state of each of these names, zero at first, of the shape that its function gives, if it gives one."""
        shape_of = names if isinstance(names, Mapping) else {}
        shapes = {name: shape_of[name](self.parameters[0].shape) for name in shape_of}
        missing = {name: shape for name, shape in shapes.items() if shape is not None and name not in self.state}
        self.state |= {name: np.zeros(shape, self._dtype) for name, shape in missing.items()}
        if not self._blocks:
            scratch = [np.empty(shape, self._dtype) for shape in self._workspace(self.parameters[0].shape)]
            self._blocks = [(slice(None), self.state, scratch)]

    def _cut(self, flat: Any) -> list[Any]:
        return self._split(flat)

    def _flat_blocks(self, gradients: Sequence[Any]) -> Sequence[Any]:
        return [gradients[0].astype(self._dtype, copy=False)]

    def memory(self, index: int) -> Memory:  # noqa: ARG002 - there is one
        """Give what is remembered of the parameter."""
        return Memory(int(self.step), dict(self.state))


def bundled(parameters: Sequence[Tensor], memories: Sequence[Memory], workspace: Workspace | None) -> Iterator[Bundle]:
    """Bundle parameters with what is remembered of them: small ones together, each large one alone.

    With a workspace, each is left whole.
    """
    if workspace is not None:
        yield from (Whole(*pair, workspace) for pair in zip(parameters, memories, strict=True))
        return
    gathering: dict[Any, list[tuple[Tensor, Memory]]] = {}
    for parameter, memory in zip(parameters, memories, strict=True):
        alike = (parameter.dtype, memory.step, *memory.scalars.values(), 2 * parameter.nbytes > SMALL)
        gathered = gathering.setdefault(alike, [])
        if gathered and sum(other.nbytes for other, _ in gathered) + parameter.nbytes > SMALL:
            yield _bundle(gathered)
            gathered.clear()
        gathered.append((parameter, memory))
    for gathered in gathering.values():
        yield _bundle(gathered)


def parted(bundle: Bundle) -> list[Bundle]:
    """Give two bundles in the place of one: of the parameters that have a gradient, and of those that have none."""
    parts: dict[bool, list[tuple[Tensor, Memory]]] = {True: [], False: []}
    for index, parameter in enumerate(bundle.parameters):
        parts[parameter.grad is not None].append((parameter, bundle.memory(index)))
    return [_bundle(part) for part in parts.values()]


def _bundle(pairs: Sequence[tuple[Tensor, Memory]]) -> Bundle:
    kind = Alone if len(pairs) == 1 else SideBySide
    return kind(*zip(*pairs, strict=True))


def _zeros(count: int, dtype: Any) -> Any:
    """Give zeros in flat memory that begins where a line of the processor's cache does."""
    size = count * dtype.itemsize
    memory = np.empty(size + LINE, np.uint8)
    memory[...] = 0  # written in order at once: np.zeros would have the system give each page when it is first met
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype)


def _put(place: Any, values: Any) -> None:
    """Write values where they belong, unless they were computed there."""
    if values is not place:
        place[...] = values
