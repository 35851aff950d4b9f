"""How an application becomes an operation in the graph: what its backward is given, and with which history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..graph import Node, Pullback, operation
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor
from ..transforms.sealing import seal
from .contexts import Context
from .following import Following
from .holding import Held, tensors_in
from .pulling import Backward, Saved, rule_for
from .results import Results

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
        given: Sequence[tuple[Tensor, Any]],
    ) -> None:
        self._function = function
        self._nodes = [operand._node for operand in operands]
        self._results = results
        self._following = following
        self._given = given  # Tensors inside of arguments, and their arrays when they were given
        self._held: Held
        self._refusal: str | None = None  # of a second derivative, where the forward has recorded a graph of its own
        self._inputs: list[Tensor | None] = []
        for operand, handle in zip(operands, inputs, strict=True):
            is_changed = handle._array is not operand._array  # in place: it is not the operand any more
            self._inputs.append(None if is_changed else handle)

    def record(
        self, whole: Tensor, primitive: Primitive, context: Context, operand_of_argument: Sequence[int | None]
    ) -> None:
        """Have a Tensor be the result of an operation on the operands."""
        results, part = self._results, None
        for place in results.variable:
            self._following.note(results.result(place))
        to_save = context._take_saved()
        names = [name for name, value in vars(context).items() if not callable(value)]
        if self._is_in_doubt(to_save) or (names and self._is_in_doubt(tensors_in(map(vars(context).get, names)))):
            self._held = Held([map(vars(context).get, names), to_save, *results.held()])
        kept = [self._kept(tensor, at) for at, tensor in enumerate(to_save)]
        saved = [each for _, _, each in kept]
        if results.is_split and any(each.result is not None for each in saved):
            part = self._function._part
            kept.append((whole._array[()], _OUT, Saved()))  # from which those results have their history
        self._seal_attributes(context, names)
        nodes = self._nodes
        outlines, refusal = results.outlines(), self._refusal
        backward = Backward(self._function, context, operand_of_argument, nodes, outlines, saved, part, refusal)
        arrays, places = [array for array, _, _ in kept], tuple(place for _, place, _ in kept)
        needed = arrays[0] if len(arrays) == 1 else arrays
        pullbacks: list[Pullback] = [
            (node, rule_for(backward, operand, of_several=results.is_split), needed, places)
            for operand, node in enumerate(nodes)
            if node is not None and node.requires_grad
        ]
        whole._node = operation(primitive, nodes, pullbacks, whole.shape, whole.dtype)

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
        node: Node | None = getattr(tensor, "_node", None)
        if not self._is_known(tensor) and self._may_depend(tensor):
            node = self._without_derivative(tensor, f"saved tensor {at}")
        return operations.asarray(tensor)._array, static, Saved(node)

    def _is_in_doubt(self, values: Iterable[Any]) -> bool:
        """Whether there are Tensors among values of which it depends on who holds them if they are constants."""
        tensors = [value for value in values if isinstance(value, Tensor)]
        return any(not self._is_known(tensor) and self._following.is_in_doubt(tensor) for tensor in tensors)

    def _is_known(self, tensor: Tensor) -> bool:
        """Whether a Tensor is an argument, or inside of one, and has not changed."""
        is_input = any(tensor is each for each in self._inputs)
        return is_input or any(tensor is each and tensor._array is array for each, array in self._given)

    def _may_depend(self, value: Any) -> bool:
        """Whether something that was left may depend on the operands; of plain arrays nobody knows."""
        if not isinstance(value, Tensor):
            return isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc"
        if self._following.depends(value):
            return True
        is_marked = self._results.place_of(value) is not None  # it is none of those that have a gradient
        is_in_doubt = not is_marked and self._following.is_in_doubt(value)
        return is_in_doubt and not self._following.is_from_outside(value, self._held)

    def _seal_attributes(self, context: Context, names: Iterable[str]) -> None:
        """Have no derivative pass by what was left in attributes: results, and what was computed on the way."""
        for name in names:
            for tensor in tensors_in([vars(context)[name]]):
                if not self._is_known(tensor) and self._may_depend(tensor):
                    tensor._node = self._without_derivative(tensor, f"ctx.{name}")

    def _without_derivative(self, value: Any, what: str) -> Node:
        """Give a node that no derivative passes; or, where there is a graph of its own, that one, to be walked."""
        refusal = (
            f"{self._function.__name__}: a derivative of the backward goes through {what}, of which the history is not "
            "known. Leave arguments and results of the forward by ctx.save_for_backward, give back as a further result "
            "what was computed on the way, or mark the backward with once_differentiable; a constant can be an "
            "attribute, as a plain array"
        )
        if isinstance(value, Tensor) and value.requires_grad:
            self._refusal = refusal
            return value._node  # type: ignore[return-value]  # which requires grad
        return seal(self._nodes, value, refusal)
