"""The backward of a Function, called by the walk: what it gets, and whether what it gives can be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np

from ..errors import describe
from ..graph import Node
from ..modes import differentiating, is_grad_enabled, no_grad
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor
from ..transforms.batching import Batched, CannotBatchError
from ..transforms.sealing import sealed
from ..transforms.segments import Segment, in_other_convention
from ..walk import NO_PATH
from .contexts import Context
from .declared import argument_names
from .results import Outline
from .several import recorded_again


class Saved(NamedTuple):
    """A Tensor that a forward has saved: its history, if it is no result, and which one of several results it is."""

    node: Node | None = None
    result: int | None = None


class Backward(Segment):
    """The backward of one application, which gives the gradients of all arguments in one call."""

    def __init__(
        self,
        function: Any,
        context: Context,
        operands: Sequence[int | None],
        nodes: Sequence[Node | None],
        outlines: Sequence[Outline],
        saved: Sequence[Saved],
        part: Primitive | None,
        refusal: str | None,
    ) -> None:
        super().__init__()
        self._function = function
        self._name = function.__name__
        self._context = context
        self._operands = operands  # which of them each argument is, if one
        self._nodes = nodes
        self._outlines = outlines
        self._saved = saved
        self._refusal = refusal  # of a derivative, if what the forward has left has a graph of its own
        self._part = part  # takes one of several results, if one of those is saved: then what they come from is, too

    def pull(self, arrived: Mapping[int, Any], operands: Any) -> list[Any]:
        """Call the backward; give a cotangent, or ``NO_PATH``, for each operand.

        ``operands`` are the arrays that were saved, or Tensors where the walk records itself.
        """
        is_of_tensors = any(isinstance(g, Tensor) for g in arrived.values())
        is_recorded = is_of_tensors and is_grad_enabled()
        around: AbstractContextManager[Any] = differentiating() if is_recorded else no_grad()
        with around:
            try:
                found = self._gradients(arrived, self._tensors(operands))
            except Exception as error:
                if any(isinstance(g, Batched) for g in arrived.values()):
                    message = f"{self._name}: its backward cannot take many gradients at once"
                    raise CannotBatchError(message) from error  # whatever it was: it may take each by itself
                raise
            pulled = [each if each is NO_PATH else in_other_convention(each) for each in found]
            return pulled if is_of_tensors else [getattr(each, "_array", each) for each in pulled]

    def _tensors(self, operands: Any) -> tuple[Tensor | None, ...]:
        """Give the saved Tensors, with their history as far as that is known."""
        has_call = self._part is not None
        values = [operands] if len(self._saved) == 1 and not has_call else list(operands)
        call = values.pop() if has_call else None
        return tuple(self._restored(value, saved, call) for value, saved in zip(values, self._saved, strict=True))

    def _restored(self, value: Any, saved: Saved, call: Any) -> Tensor | None:
        if isinstance(value, Tensor):
            return value
        if value is None:
            return None
        if self._part is not None and saved.result is not None and isinstance(call, Tensor) and call.node is not None:
            return recorded_again(value, saved.result, call.node, self._part)
        return Tensor._made(value, saved.node)

    def _gradients(self, arrived: Mapping[int, Any], saved: tuple[Tensor | None, ...]) -> list[Any]:
        cotangents = [self._cotangent(place, arrived) for place in range(len(self._outlines))]
        context = self._context._in_backward(saved, self._nodes)
        given = self._one_for_each(self._function.backward(context, *cotangents))
        must_be_recorded = is_grad_enabled() and any(each is not None and each.requires_grad for each in cotangents)
        refusal = self._refusal if is_grad_enabled() else None
        gradients: list[Any] = [NO_PATH] * len(self._nodes)
        for place, (operand, gradient) in enumerate(zip(self._operands, given, strict=True)):
            if operand is None:
                self._refuse_gradient(place, gradient)
                continue
            node = self._nodes[operand]
            if gradient is not None and node is not None and node.requires_grad:
                tensor = self._checked(gradient, place, node)
                if must_be_recorded and not tensor.requires_grad:
                    self._refuse_constant(place, tensor, cotangents)
                if is_grad_enabled() and not isinstance(gradient, Tensor) and np.any(tensor._array):
                    tensor = self._of_arrays(tensor, place, cotangents)
                gradients[operand] = tensor if refusal is None else self._sealed(tensor, refusal)
        return gradients

    def _of_arrays(self, gradient: Tensor, place: int, cotangents: Sequence[Tensor | None]) -> Tensor:
        """Give a gradient that was computed from arrays: it may depend on all that the backward got."""
        nodes = [*(None if each is None else each.node for each in cotangents), *self._nodes]
        return sealed(nodes, gradient._array, self._computed_from_arrays(place))

    def _sealed(self, gradient: Tensor, refusal: str) -> Tensor:
        """Give a gradient of which derivatives by the operands raise, and others are those that are recorded."""
        if isinstance(gradient, Batched):
            raise CannotBatchError(refusal)
        return sealed(self._nodes, gradient._array, refusal, gradient._node)

    def _cotangent(self, place: int, arrived: Mapping[int, Any]) -> Tensor | None:
        """Give the gradient of a result, as the backward gets it."""
        if place in arrived:
            g = arrived[place]
            tensor: Tensor = in_other_convention(g if isinstance(g, Tensor) else Tensor._made(g))
            return tensor
        _, shape, dtype = self._outlines[place]
        if shape is None or not self._context._materializes:
            return None
        return Tensor(np.zeros(shape, dtype))

    def _one_for_each(self, given: Any) -> Sequence[Any]:
        """Give a gradient for each argument; those that are too many must be ``None``."""
        gradients = given if isinstance(given, tuple) else (given,)
        count = len(self._operands)
        if len(gradients) < count or any(each is not None for each in gradients[count:]):
            names = ", ".join(argument_names(self._function, count))
            raise TypeError(
                f"{self._name}.backward must give {count} gradient{'s'[: count - 1]}, one for each argument of the "
                f"forward ({names}), None for one that has none; it gave {len(gradients)}: "
                f"{', '.join(map(_described, gradients))}"
            )
        return gradients[:count]

    def _argument(self, place: int) -> str:
        """What errors call an argument."""
        return argument_names(self._function, place + 1)[place]

    def _wanted(self, place: int, node: Node) -> str:
        """What errors say that a gradient must be."""
        name = self._argument(place)
        return f"{self._name}.backward: the gradient of {name} must be a Tensor or an array of shape {node.shape}"

    def _refuse_gradient(self, place: int, gradient: Any) -> None:
        if gradient is not None:
            raise TypeError(
                f"{self._name}.backward: {self._argument(place)} is no Tensor, and its gradient must be None; got "
                f"{_described(gradient)}"
            )

    def _checked(self, gradient: Any, place: int, node: Node) -> Tensor:
        """Check the gradient of an argument that requires grad."""
        if not isinstance(gradient, (Tensor, np.ndarray, np.generic, float, int, complex)):
            raise TypeError(f"{self._wanted(place, node)}; got {_described(gradient)}")
        tensor: Tensor = operations.asarray(gradient)
        if tensor.shape != node.shape and not _broadcasts(node.shape, tensor.shape):
            raise ValueError(f"{self._wanted(place, node)}, or of one that this broadcasts to; got {describe(tensor)}")
        if tensor.dtype.kind == "c" and node.dtype.kind != "c":
            raise TypeError(
                f"{self._wanted(place, node)} and real, as the argument is {node.dtype}; got {describe(tensor)}: take "
                "its real part"
            )
        return tensor

    def _refuse_constant(self, place: int, gradient: Tensor, cotangents: Sequence[Tensor | None]) -> None:
        """Raise for a gradient that does not depend on those of the results, unless it is seen to be zero anyway."""
        if np.any(gradient._array) or not any(each is not None and np.any(each._array) for each in cotangents):
            raise RuntimeError(self._computed_from_arrays(place))

    def _computed_from_arrays(self, place: int) -> str:
        return (
            f"{self._name}.backward: a derivative of the gradient of {self._argument(place)} is asked for (a second "
            "one, or one in forward mode), and what the backward gave is a constant: it was computed from arrays, as "
            "g.data and g.detach() give. Write it in operations on Tensors, or mark it with once_differentiable; for a "
            "gradient that is zero, give None"
        )


def rule_for(backward: Backward, operand: int, *, of_several: bool) -> Any:
    """Give the gradient rule of an operand: of several results, the cotangents come together."""
    if of_several:
        return lambda g, needed: g.pull(backward, needed, operand)
    return lambda g, needed: backward.pull_one(g, needed, operand)


def _broadcasts(shape: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether an array of a shape broadcasts to another one."""
    pairs = zip(reversed(shape), reversed(other), strict=False)
    return len(shape) <= len(other) and all(size in (1, wanted) for size, wanted in pairs)


def _described(value: Any) -> str:
    """Say what a gradient is, or what stands where one should."""
    if value is None:
        return "None"
    return describe(value) if hasattr(value, "shape") else f"{describe(value)}, a {type(value).__name__}"
