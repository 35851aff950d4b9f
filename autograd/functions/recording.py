"""How an application becomes an operation in the graph: what its backward is given, and with which history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Node, Pullback, operation
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor
from .contexts import Context
from .pulling import Backward, Saved, rule_for
from .results import Results
from .sealing import Following, seal

_OUT = -1  # the place of the result among what rules need
_STATIC = -2  # the first place, counted backwards, of what is neither operand nor result


class Recorder:
    """What is known of an application, once its forward is done."""

    def __init__(
        self,
        function: Any,
        operands: Sequence[Tensor],
        inputs: Sequence[Tensor],
        results: Results,
        following: Following,
    ) -> None:
        self._function = function
        self._nodes = [operand._node for operand in operands]
        self._results = results
        self._following = following
        self._inputs: list[Tensor | None] = []
        for operand, handle in zip(operands, inputs, strict=True):
            is_changed = handle._array is not operand._array  # in place: it is not the operand any more
            self._inputs.append(None if is_changed else handle)

    def record(
        self, whole: Tensor, primitive: Primitive, context: Context, operand_of_argument: Sequence[int | None]
    ) -> None:
        """Have a Tensor be the result of an operation on the operands."""
        results, part = self._results, None
        kept = [self._kept(tensor, at) for at, tensor in enumerate(context._take_saved())]
        saved = [each for _, _, each in kept]
        if results.is_split and any(each.result is not None for each in saved):
            part = self._function._part
            kept.append((whole._array[()], _OUT, Saved()))  # from which those results have their history
        self._seal_attributes(context)
        nodes = self._nodes
        backward = Backward(self._function, context, operand_of_argument, nodes, results.outlines(), saved, part)
        arrays, places = [array for array, _, _ in kept], tuple(place for _, place, _ in kept)
        needed = arrays[0] if len(arrays) == 1 else arrays
        pullbacks: list[Pullback] = [
            (node, rule_for(backward, operand, of_several=results.is_split), needed, places)
            for operand, node in enumerate(nodes)
            if node is not None and node.requires_grad
        ]
        depth = 1 + max(node.depth for node in nodes if node is not None)
        whole._node = operation(primitive, nodes, pullbacks, whole.shape, whole.dtype, depth)

    def _kept(self, tensor: Any, at: int) -> tuple[Any, int, Saved]:
        """Give the array of what a forward has saved, the place where the walk has it from, and what else it is."""
        static = _STATIC - at
        if tensor is None:
            return None, static, Saved()
        for place, handle in enumerate(self._inputs):
            if handle is not None and handle is tensor:
                return handle._array, place, Saved(handle._node)
        result = self._results.variable_place_of(tensor)
        if result is not None:
            return self._results.result(result), static if self._results.is_split else _OUT, Saved(None, result)
        node = (
            self._sealed(tensor, f"saved tensor {at}") if self._may_depend(tensor) else getattr(tensor, "_node", None)
        )
        return operations.asarray(tensor)._array, static, Saved(node)

    def _may_depend(self, value: Any) -> bool:
        """Whether something that was computed on the way may depend on the operands; of plain arrays nobody knows."""
        is_array = isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc"
        return is_array or self._following.depends(value)

    def _seal_attributes(self, context: Context) -> None:
        """Have no derivative pass by what was left as an attribute: a result, or what was computed on the way."""
        for name, value in vars(context).items():
            if isinstance(value, Tensor) and not any(value is handle for handle in self._inputs):
                is_result = self._results.variable_place_of(value) is not None
                if is_result or self._following.depends(value):
                    value._node = self._sealed(value, f"ctx.{name}")

    def _sealed(self, value: Any, what: str) -> Node:
        return seal(
            self._nodes,
            value,
            f"{self._function.__name__}: a derivative of the backward goes through {what}, of which the history is not "
            "known. Leave arguments and results of the forward by ctx.save_for_backward, give back as a further result "
            "what was computed on the way, or mark the backward with once_differentiable; a constant can be an "
            "attribute, as a plain array",
        )
