"""What a forward gave: Tensors with and without a gradient, and whatever else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..registry import operations
from ..tensor import Tensor
from .several import whole


class Outline(NamedTuple):
    """What a backward must know of a result: whether it has a gradient, and what zeros of it are like, if a Tensor."""

    has_gradient: bool
    shape: tuple[int, ...] | None
    dtype: Any


class Results:
    """The results of a forward, in their order; those that are no Tensors have no gradient."""

    def __init__(self, name: str, given: Any) -> None:
        self._name = name
        self.are_several = isinstance(given, tuple)
        self._given: tuple[Any, ...] = given if isinstance(given, tuple) else (given,)
        self.values = [_value(name, each) for each in self._given]
        #: The places of those that have a gradient.
        self.variable: list[int] = []

    @property
    def is_split(self) -> bool:
        """Whether several have a gradient: then each has a node, and they come from one that stands for all."""
        return len(self.variable) > 1

    def whole(self) -> Any:
        """Give the array of the one result that has a gradient, or what stands for several, or for none."""
        return self.result(self.variable[0]) if len(self.variable) == 1 else whole()

    def result(self, place: int) -> Any:
        """Give the array of a result."""
        return self.values[place]._array

    def as_given(self) -> Any:
        """Give one, or several in a tuple, with Tensors in the place of arrays."""
        return tuple(self.values) if self.are_several else self.values[0]

    def held(self) -> tuple[Sequence[Any], Sequence[Any]]:
        """Give what is held here: the results as they were given, and with Tensors in the place of arrays."""
        return self._given, self.values

    def place_of(self, thing: Any) -> int | None:
        """Say which result something is."""
        pairs = zip(self._given, self.values, strict=True)
        return next((place for place, pair in enumerate(pairs) if thing is pair[0] or thing is pair[1]), None)

    def mark(self, constants: Sequence[Any]) -> None:
        """Tell the results that have a gradient from those that are marked as constants, or are of another dtype."""
        marked = {self.place_of(constant) for constant in constants}
        if None in marked:
            raise RuntimeError(
                f"{self._name}: ctx.mark_non_differentiable takes results of the forward, as it gives them, and was "
                "given something else"
            )
        for place, value in enumerate(self.values):
            if place not in marked and isinstance(value, Tensor) and value.dtype.kind in "fc":
                self.variable.append(place)

    def variable_place_of(self, thing: Any) -> int | None:
        """Say which of the results that have a gradient something is."""
        place = self.place_of(thing)
        return place if place in self.variable else None

    def outlines(self) -> list[Outline]:
        """Say what a backward must know of each."""
        return [
            Outline(place in self.variable, value.shape, value.dtype)
            if isinstance(value, Tensor)
            else Outline(False, None, None)
            for place, value in enumerate(self.values)
        ]


def _value(name: str, given: Any) -> Any:
    """Make Tensors of arrays; refuse what would lose a gradient in silence."""
    if isinstance(given, (np.ndarray, np.generic)):
        return operations.asarray(given)
    if isinstance(given, (list, dict)):
        raise TypeError(
            f"{name}: the forward must give a Tensor, or several in a tuple; besides, anything but lists and dicts, in "
            f"which gradients would be lost. It gave a {type(given).__name__}"
        )
    return given
