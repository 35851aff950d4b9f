"""What happens in a model when inputs go through it: what comes out of each module, and what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from autograd.random import drawing_from

from .costs import counting
from .module import Module
from .trees import with_others

#: The shape of an output, a list of them for several, or ``None`` for what has none.
Shapes = tuple[int, ...] | list[Any] | None

_HOOKS = ("_forward_pre_hooks", "_forward_hooks")


class Pass:
    """One pass of inputs through a model, in evaluation mode, without gradients.

    A copy of the model is called, so that the model itself stays what it is: running statistics, modes, hooks. Random
    numbers come from a generator of its own.

    Attributes
    ----------
    shapes
        For each module that was called, by its path, the shapes of what came out, of the last call.
    flops
        For each of these, what it computed itself, outside the modules inside it, in all calls.
    nbytes
        For each of these, how much memory its outputs take, without what was the input's or another module's output.
    uncounted
        The names of operations of which nobody knows the FLOPs.
    """

    def __init__(self, model: Module, arguments: Iterable[Any]) -> None:
        self.shapes: dict[str, Shapes] = {}
        self.flops: dict[str, int] = {}
        self.nbytes: dict[str, int] = {}
        self.uncounted: set[str] = set()
        self._inside: list[str] = []
        self._memories: dict[int, Any] = {}
        arguments = [Tensor(argument) if isinstance(argument, np.ndarray) else argument for argument in arguments]
        for _, memory in _memories(arguments):
            self._memories[id(memory)] = memory
        watched = self._watched(model)
        with no_grad(), drawing_from(lambda: np.random.default_rng(0)), counting(self._count):
            watched(*arguments)
        self._memories.clear()

    def _watched(self, model: Module) -> Module:
        """A copy of the model, in evaluation mode, with hooks that tell what happens."""
        copied = with_others(model, []).eval()
        for path, module in copied.named_modules():
            for kind in _HOOKS:
                setattr(module, kind, dict(getattr(module, kind)))  # which are the model's own
            module.register_forward_pre_hook(lambda *_, path=path: self._enter(path), prepend=True)
            module.register_forward_hook(lambda _, __, output, path=path: self._leave(path, output))
        return copied

    def _enter(self, path: str) -> None:
        self._inside.append(path)

    def _leave(self, path: str, output: Any) -> None:
        self._inside.pop()
        self.shapes[path] = shapes_of(output)
        self.flops.setdefault(path, 0)
        self.nbytes.setdefault(path, 0)
        for nbytes, memory in _memories(output):
            if id(memory) not in self._memories:
                self._memories[id(memory)] = memory  # kept, so that no other gets its place
                self.nbytes[path] += nbytes

    def _count(self, operation: str, flops: int | None) -> None:
        if flops is None:
            self.uncounted.add(operation)
        elif self._inside:
            self.flops[self._inside[-1]] = self.flops.get(self._inside[-1], 0) + flops


def shapes_of(output: Any) -> Shapes:
    """Give the shape of an output; a list of those in a tuple, a list or a mapping."""
    if isinstance(output, (tuple, list)):
        return [shapes_of(each) for each in output]
    if isinstance(output, Mapping):
        return [shapes_of(each) for each in output.values()]
    return tuple(output.shape) if hasattr(output, "shape") else None


def _memories(output: Any) -> Iterator[tuple[int, Any]]:
    """Give for each Tensor how many bytes it has, and the array that owns the memory which they lie in."""
    if isinstance(output, (tuple, list)):
        for each in output:
            yield from _memories(each)
    elif isinstance(output, Mapping):
        yield from _memories(list(output.values()))
    elif isinstance(output, Tensor) and isinstance(output.data, np.ndarray):
        array = memory = output.data
        while isinstance(memory.base, np.ndarray):
            memory = memory.base
        yield array.nbytes, memory
