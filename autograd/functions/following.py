"""Where the arrays that a forward has made are from: from its inputs, from outside, or from plain arrays on the way."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..modes import Interceptor, joining
from ..primitives.declaration import Primitive
from ..tensor import Tensor
from ..transforms.batching import Batched
from .holding import Held


class _Made(NamedTuple):
    """An array that an operation gave, and what this had from elsewhere: Tensors and their arrays, or arrays."""

    array: weakref.ref[Any]
    sources: tuple[tuple[weakref.ref[Any], ...], ...]


class Following(joining):
    """Notes which arrays are computed from some others, by operations that have a gradient, and where others are from.

    What somebody else holds is from outside. Of anything else, that no operation gave, nobody knows: it was made on the
    way, of plain arrays.
    """

    takes_batches = True

    def __init__(self, inputs: Iterable[Tensor]) -> None:
        self._noted: dict[int, weakref.ref[Any]] = {}
        self._made: dict[int, _Made] = {}
        for tensor in inputs:
            if tensor.requires_grad:
                self.note(tensor._array)

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and note where its result is from."""
        is_variable = bool(primitive.differentiable)
        depends = is_variable and any(map(self.depends, operands))
        sources = self._sources(operands) if is_variable and not depends else ()
        result = inner(primitive, operands, attributes)
        if depends and not isinstance(result, Batched):
            self.note(result._array)
        elif _is_numeric(result):
            self._made[id(result._array)] = _Made(weakref.ref(result._array), sources)
        return result

    def depends(self, value: Any) -> bool:
        """Whether a Tensor was computed from the inputs, as far as the library has seen it."""
        if not isinstance(value, Tensor) or isinstance(value, Batched):
            return False
        noted = self._noted.get(id(value._array))
        return noted is not None and noted() is value._array

    def is_in_doubt(self, value: Tensor) -> bool:
        """Whether a Tensor is, or was computed from, what may be from outside, or made on the way of plain arrays."""
        return not self.depends(value) and bool(self._sources([value]))

    def is_from_outside(self, value: Tensor, held: Held) -> bool:
        """Whether all that a Tensor was computed from is held by others, too."""
        return all(any(map(held.is_shared, source)) for source in self._sources([value]))

    def _sources(self, operands: Iterable[Any]) -> tuple[tuple[weakref.ref[Any], ...], ...]:
        """Give what operands are from, other than operations; integers, booleans and numbers are constants."""
        found: dict[int, tuple[weakref.ref[Any], ...]] = {}  # a thing has one reference of this kind
        for operand in filter(_is_numeric, operands):
            made = self._made.get(id(operand._array)) if isinstance(operand, Tensor) else None
            if made is not None and made.array() is operand._array:
                found.update((id(source[0]), source) for source in made.sources)
            else:
                things = (operand, operand._array) if isinstance(operand, Tensor) else (operand,)
                source = tuple(map(weakref.ref, things))
                found[id(source[0])] = source
        return tuple(found.values())

    def note(self, array: Any) -> None:
        """Have an array be known as computed from the inputs."""
        if array.dtype.kind in "fc":
            self._noted[id(array)] = weakref.ref(array)


def _is_numeric(value: Any) -> bool:
    """Whether something is a Tensor or an array, of NumPy's memory, that can have a derivative."""
    if isinstance(value, Batched):
        return False
    array = value._array if isinstance(value, Tensor) else value
    return isinstance(array, np.ndarray) and array.dtype.kind in "fc"
