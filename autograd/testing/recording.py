"""One recorded run of a function under test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ..graph import Graph
from ..tensor import Tensor, gradients_of
from .numeric import Array
from .reals import as_reals, from_reals, joined, place_of

#: What cotangents are multiplied with, and gradients divided by: 1 would hide a rule that forgets g, uses it twice, or
#: takes its absolute value. A power of two keeps all digits as they are.
_WEIGHT = -2.0


class Recording:
    """One recorded run of a function: its results, and the gradients that the graph gives for them."""

    def __init__(self, leaves: list[Tensor], outputs: list[Tensor]) -> None:
        self.leaves = leaves
        self.outputs = outputs
        self.values = joined([as_reals(output._array) for output in outputs])

    @property
    def is_real(self) -> bool:
        """Whether no result is complex."""
        return all(output.dtype.kind == "f" for output in self.outputs)

    def gradients(self, cotangent: Array) -> list[Array | None]:
        """Give the gradient at each leaf for a cotangent, which is given as reals; ``None`` where no path leads."""
        parts = self._by_output(cotangent)
        reached = [(output, part) for output, part in zip(self.outputs, parts, strict=True) if output.requires_grad]
        if not reached:
            return [None for _ in self.leaves]
        outputs, cotangents = zip(*reached, strict=True)
        weighted = [_WEIGHT * cotangent for cotangent in cotangents]
        found = gradients_of(outputs, weighted, self.leaves, True, False, "gradcheck")
        gradients = [found.get(leaf._node) if leaf._node is not None else None for leaf in self.leaves]
        return [None if gradient is None else gradient._array / _WEIGHT for gradient in gradients]

    @property
    def conjugation(self) -> Array:
        """For each real of the results -1 if it is the imaginary part of a complex number, else 1."""
        signs = {"f": 1.0, "c": 1 - 1j}
        return joined([as_reals(np.full(output.shape, signs[output.dtype.kind])) for output in self.outputs])

    def name_of(self, real: int) -> str:
        """Name one of the reals of all results."""
        for position, output in enumerate(self.outputs):
            count = as_reals(output._array).size
            if real < count:
                result = "the result" if len(self.outputs) == 1 else f"result {position}"
                index, part = place_of(real, output._array)
                return f"{result}{list(index) if index else ''}{part}"
            real -= count
        raise IndexError(real)

    def _by_output(self, cotangent: Array) -> list[Array]:
        parts = []
        for output in self.outputs:
            count = output.size * (2 if output.dtype.kind == "c" else 1)
            parts.append(from_reals(cotangent[:count], like=output._array))
            cotangent = cotangent[count:]
        return parts


@contextmanager
def gradients_of_others_kept(outputs: Sequence[Tensor], leaves: Sequence[Tensor]) -> Iterator[None]:
    """Leave the gradients of all other leaves, such as weights that a function finds by itself, as they were."""
    own = {leaf.node for leaf in leaves}
    others = [node for node in Graph(*outputs).leaves if node.requires_grad and node not in own]
    before = [node.grad for node in others]
    try:
        yield
    finally:
        for node, grad in zip(others, before, strict=True):
            node.annotate().grad = grad
