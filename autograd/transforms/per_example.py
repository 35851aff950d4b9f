"""Derivatives inside ``vmap``: each example has its own.

Examples do not depend on each other, so that a walk back from all of their results, each weighted, gives to each its
own gradient. All it takes is to look at batches as wholes, and at what was found as batches again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from ..errors import describe
from ..graph import Node, operation
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor, gradients_of
from .batching import Batched, batching, pulled_together
from .batching_rules import wholly
from .levels import levels_here, wrapped


class mapping(batching):  # noqa: N801 - used like no_grad
    """The level of batches inside a function that ``vmap`` calls."""

    def __init__(self, count: int, *, loops: bool, is_random: bool) -> None:
        super().__init__(count, loops=loops)
        if not is_random:
            self.refuses_random = (
                "inside vmap the function is called once, and random numbers would be the same for all examples; draw "
                "them outside, and map over them, too, or say vmap(..., randomness='same') if that is meant"
            )


def levels() -> Sequence[mapping]:
    """Give the levels of the ``vmap`` that this thread is in, the outermost first."""
    here = levels_here()
    return [level for level in here if isinstance(level, mapping)] if here else ()


def whole_of(value: Any, level: batching) -> Tensor:
    """Give all examples along the first axis; a value that is the same for all is repeated."""
    return wholly(level.seen(value), level.count)


def _lowered(value: Any, through: Sequence[mapping]) -> Tensor:
    """Give all examples of all levels in one Tensor, those of the outermost level along the first axis."""
    for level in reversed(through):
        value = whole_of(value, level)
    tensor: Tensor = operations.asarray(value)
    return tensor


def variable_for(value: Any) -> Tensor:
    """Give a new variable of a value and of its history; inside ``vmap`` one for each example."""
    through = levels()
    variable: Tensor = wrapped(new_variable(_lowered(value, through)), through) if through else new_variable(value)
    return variable


def new_variable(value: Any) -> Tensor:
    """Give a variable: no leaf, so that a function may change in place what it gets."""
    if isinstance(value, Tensor) and value.requires_grad:
        same: Tensor = operations.positive(value)
        return same
    if type(value) is np.ndarray and value.dtype.kind in "fc":  # what most are, and nothing more to check
        variable = Tensor._made(np.array(value))
    else:
        variable = value.detach() if isinstance(value, Tensor) else Tensor(value)
    variable._node = operation(_VARIABLE, (), [], variable.shape, variable.dtype)
    variable._node.number = 0  # a walk ends here, as at a leaf
    return variable


def _variable() -> NoReturn:
    raise NotImplementedError


_variable.__name__ = "variable"  # what drawings and errors call it

#: What seems to have made a variable; it is never computed.
_VARIABLE = Primitive(_variable, _variable, {}, domain=None, label=None, analytic=False, settles_numbers=False)


def gradients_of_examples(
    outputs: Sequence[Tensor],
    weights: Sequence[Any],
    inputs: Sequence[Tensor],
    retain_graph: bool | None,
    create_graph: bool,
    caller: str,
) -> dict[Node, Tensor]:
    """Compute the gradients of the weighted sum of outputs by the inputs, by node; inside ``vmap`` for each example."""
    through = levels()
    if not through:
        return gradients_of(outputs, weights, inputs, retain_graph, create_graph, caller)
    if not any(isinstance(tensor, Batched) for tensor in (*outputs, *inputs)):  # a graph from outside of vmap
        if not any(isinstance(weight, Batched) for weight in weights):
            return gradients_of(outputs, weights, inputs, retain_graph, create_graph, caller)
        if not any(tensor.dtype.kind == "c" for tensor in (*outputs, *inputs)):
            return _of_many_weights(outputs, weights, inputs, through[-1], create_graph)
    _check_inputs(inputs, through, caller)
    seeds = [_seed(out, weight, caller) for out, weight in zip(outputs, weights, strict=True)]
    results, cotangents, variables = (
        [_lowered(each, through) for each in tensors] for tensors in (outputs, seeds, inputs)
    )
    found = gradients_of(results, cotangents, variables, retain_graph, create_graph, caller)
    return {node: wrapped(gradient, through) for node, gradient in found.items()}


def _of_many_weights(
    outputs: Sequence[Tensor],
    weights: Sequence[Any],
    inputs: Sequence[Tensor],
    level: mapping,
    create_graph: bool,
) -> dict[Node, Tensor]:
    """Walk back for weights that differ from one example to the other, where nothing else does."""
    pairs = zip(outputs, weights, strict=True)
    wholes = [whole_of(np.ones(out.shape, out.dtype) if weight is None else weight, level) for out, weight in pairs]
    found = pulled_together(outputs, wholes, inputs, recorded=create_graph)
    return {node: Batched(gradient, level) for node, gradient in found.items()}


def _check_inputs(inputs: Sequence[Tensor], through: Sequence[mapping], caller: str) -> None:
    for tensor in inputs:
        whole = tensor
        for level in reversed(through):
            if not isinstance(whole, Batched) or whole.level is not level:
                raise RuntimeError(
                    f"{caller}: inside vmap each example has a derivative of its own, and one of the inputs, "
                    f"{describe(tensor)}, is the same for all; make it an argument of the function that is "
                    "differentiated, as in grad(function)(x)"
                )
            whole = whole.whole


def _seed(output: Tensor, weight: Any, caller: str) -> Any:
    if weight is not None:
        return weight
    if output.size != 1 or output.dtype.kind == "c":
        raise RuntimeError(
            f"{caller}: a gradient starts from a single real number, and this is {describe(output)} for each example"
        )
    return np.ones(output.shape, output.dtype)
