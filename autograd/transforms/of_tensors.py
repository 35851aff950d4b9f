"""Gradients of Tensors that were computed already: PyTorch's forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..tensor import Tensor, leave_gradients, sequence_of_tensors
from .batching import Batched
from .calls import node_of, zeros_for
from .per_example import gradients_of_examples

__all__ = ["backward"]


def _weights(caller: str, name: str, weights: Any, count: int) -> list[Any]:
    given = [weights] * count if weights is None else list(weights) if isinstance(weights, (list, tuple)) else [weights]
    if len(given) != count:
        raise ValueError(f"{caller}: there are {count} outputs, and {name} has {len(given)}")
    return given


def gradients_of_tensors(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Give the gradients of the outputs' sum by each input; see ``grad``."""
    outputs, inputs = sequence_of_tensors("grad", "outputs", outputs), sequence_of_tensors("grad", "inputs", inputs)
    if materialize_grads and allow_unused is False:
        raise ValueError("grad: materialize_grads=True gives zeros for unused inputs, which allow_unused=False refuses")
    if not inputs:
        raise ValueError("grad: inputs is empty; name the Tensors that gradients are wanted of")
    weights = _weights("grad", "grad_outputs", grad_outputs, len(outputs))
    _check_starts("grad", "grad_outputs", outputs, weights)
    found = gradients_of_examples(outputs, weights, inputs, retain_graph, create_graph, "grad")
    gradients = _each_its_own([found.get(node_of(each)) for each in inputs])
    if materialize_grads:
        return tuple(zeros_for(x) if g is None else g for x, g in zip(inputs, gradients, strict=True))
    for place, gradient in enumerate(gradients):
        if gradient is None and not allow_unused:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {place}{_named(inputs[place])}; with allow_unused=True its "
                "gradient is None, with materialize_grads=True zeros"
            )
    return tuple(gradients)


def _check_starts(caller: str, name: str, tensors: Sequence[Tensor], weights: Sequence[Any]) -> None:
    """Raise if weights do not have the shape of their Tensor, or one without them is not a single real number."""
    for place, (tensor, weight) in enumerate(zip(tensors, weights, strict=True)):
        if weight is None and (tensor.size != 1 or tensor.dtype.kind == "c"):
            raise RuntimeError(
                f"{caller}: gradients start from single real numbers, and Tensor {place} is {describe(tensor)}; reduce "
                f"it, as in t.sum(), or weight its elements with {name}=, an array of that shape"
            )
        if weight is not None:
            shape = weight.shape if hasattr(weight, "shape") else np.shape(weight)
            if shape != tensor.shape:
                raise ValueError(
                    f"{caller}: {name} weights the elements of Tensor {place}, {describe(tensor)}, and has the shape "
                    f"{shape}; it must have that of the Tensor"
                )


def _each_its_own(gradients: Sequence[Tensor | None]) -> list[Tensor | None]:
    """Copy what is there twice, for an input that was given twice."""
    seen: set[int] = set()
    own = []
    for gradient in gradients:
        own.append(gradient.clone() if gradient is not None and id(gradient) in seen else gradient)
        seen.add(id(gradient))
    return own


def _named(tensor: Tensor) -> str:
    return f" ({tensor.name!r})" if tensor.name else ""


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the gradients of the tensors' sum to the ``grad`` of all leaves, or of the inputs given; one walk for all.

    ``grad_tensors`` weights the elements of each Tensor, and may be left out for Tensors of one element. Otherwise as
    ``Tensor.backward``.

    >>> import autograd as ag
    >>> x = ag.Tensor(3.0, requires_grad=True)
    >>> ag.backward([x**2, 10 * x])
    >>> x.grad
    Tensor(16., dtype=float64)
    """
    tensors = sequence_of_tensors("backward", "tensors", tensors)
    inputs = None if inputs is None else sequence_of_tensors("backward", "inputs", inputs)
    weights = _weights("backward", "grad_tensors", grad_tensors, len(tensors))
    for each in (*tensors, *weights, *(inputs or ())):
        if isinstance(each, Batched):
            each.backward()  # which refuses
    _check_starts("backward", "grad_tensors", tensors, weights)
    leave_gradients(tensors, weights, inputs, retain_graph, create_graph)
