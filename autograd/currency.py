"""The two currencies of a walk: arrays, and Tensors that record what the rules do.

Both show gradients by PyTorch's convention, the conjugate of what the walk works with, and make sure that no gradient
shares its memory with anything. They are given the class of the handles that they make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .graph import Node, Operation
from .ownership import is_held_once
from .registry import operations
from .walk import fit

if TYPE_CHECKING:
    from .tensor import Tensor

_OUT = -1  # the place of the result among what rules need


class Arrays:
    """The currency of a first-order walk: plain arrays."""

    lift = None

    def __init__(self, handle: type[Tensor]) -> None:
        self._handle = handle

    def one(self, node: Node) -> Any:
        """Give 1, as an array or a NumPy number."""
        return np.ones(node.shape, node.dtype) if node.shape else node.dtype.type(1)

    def show(self, cotangent: Any) -> Tensor:
        """Wrap an array; a complex one is conjugated."""
        return self._handle._made(cotangent.conj() if cotangent.dtype.kind == "c" else cotangent)

    def take(self, gradient: Any, node: Node) -> Any:
        """Unwrap a gradient, after checking that it fits."""
        array = gradient._array if isinstance(gradient, self._handle) else _copied(gradient)
        _check_gradient(array, node)
        return fit(array.conj() if array.dtype.kind == "c" else array, node.shape, node.dtype)

    def separate(self, cotangents: dict[Node, Any]) -> dict[Node, Tensor]:
        """Show gradients, each in memory of its own; take them out of where they were."""
        shown: dict[Node, Tensor] = {}
        made = self._handle._made
        while cotangents:
            node, array = cotangents.popitem()
            if node.dtype.kind == "c":
                array = array.conj()
            elif not is_held_once(array):
                array = _copied(array)
            shown[node] = made(array)
        return shown


class Tensors:
    """The currency of a walk that records itself: Tensors that are part of a graph."""

    def __init__(self, handle: type[Tensor]) -> None:
        self._handle = handle

    def one(self, node: Node) -> Tensor:
        """Give 1, as a constant."""
        return self._handle._made(np.ones(node.shape, node.dtype))

    def lift(self, node: Operation, needed: Any, places: Sequence[int | slice]) -> Any:
        """Give what a rule needs, with the result and the operands as handles on their nodes."""
        if len(places) == 1:
            return self._lift(node, needed, places[0])
        return [self._lift(node, value, place) for value, place in zip(needed, places, strict=True)]

    def _lift(self, node: Operation, value: Any, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self._lift(node, part, i) for i, part in enumerate(value, start=place.start)]
        if place == _OUT:
            return self._handle._made(value, node)
        if place < 0:
            is_residual = place == node.primitive.rules.place_of_residual
            return None if is_residual else value  # nobody knows what a residual depends on
        source = node.parents[place]
        return value if source is None else self._handle._made(value, source)

    def show(self, cotangent: Tensor) -> Tensor:
        """Give the Tensor itself; a complex one is conjugated."""
        shown = operations.conj(cotangent) if cotangent.dtype.kind == "c" else cotangent
        return self._handle._made(shown._array, shown._node)

    def take(self, gradient: Any, node: Node) -> Tensor:
        """Make a Tensor of a gradient, after checking that it fits."""
        tensor = gradient if isinstance(gradient, self._handle) else self._handle(gradient)
        _check_gradient(tensor, node)
        cotangent: Tensor = fit(self.show(tensor), node.shape, node.dtype)
        return cotangent

    def separate(self, cotangents: dict[Node, Tensor]) -> dict[Node, Tensor]:
        """Show gradients, each in memory of its own; take them out of where they were."""
        shown: dict[Node, Tensor] = {}
        while cotangents:
            node, cotangent = cotangents.popitem()
            shown[node] = self.show(cotangent if is_held_once(cotangent._array) else operations.positive(cotangent))
        return shown


def _copied(array: Any) -> Any:
    """An array of its own with the same values; of another library, if it comes from there."""
    is_foreign = hasattr(array, "__array_function__") and not isinstance(array, (np.ndarray, np.generic))
    return array.copy() if is_foreign else np.array(array)


def _check_gradient(gradient: Any, node: Node) -> None:
    if gradient.shape != node.shape:
        raise ValueError(
            f"gradient: expected the shape of the Tensor it belongs to, {node.shape}, got {gradient.shape}"
        )
    if gradient.dtype.kind == "c" and node.dtype.kind != "c":
        raise TypeError(f"gradient: a Tensor of dtype {node.dtype} has no complex gradient, got {gradient.dtype}")
