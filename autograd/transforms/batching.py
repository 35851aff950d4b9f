"""Many walks in one: cotangents that stand for a whole batch of them.

A ``Batched`` Tensor looks to a gradient rule like one cotangent. What the rule does to it is done to all of the batch,
at once where there is a batching rule for the primitive, and else to one after the other.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from ..currency import Tensors
from ..graph import Node, Operation
from ..modes import Interceptor, enable_grad, joining, no_grad
from ..primitives.declaration import Primitive
from ..primitives.domains import elementwise
from ..registry import operations
from ..tensor import Tensor
from ..walk import walk

#: How many numbers each array of a batch may have: more would not be quicker, and need memory.
_MOST = 1 << 20


class CannotBatchError(RuntimeError):
    """Somebody wants to look at a cotangent that stands for many."""


class _Example:
    """What is known of each array of a batch: all but its values."""

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape = shape
        self.dtype = dtype
        self.ndim = len(shape)
        self.size = int(np.prod(shape))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise CannotBatchError("the values of a batch cannot be looked at one by one")

    def __getattr__(self, name: str) -> NoReturn:
        raise CannotBatchError(f"a batch has no {name}")


class Batched(Tensor):
    """A Tensor that stands for many of one shape, which ``whole`` holds along its first axis."""

    __slots__ = ("whole",)

    def __init__(self, whole: Tensor) -> None:
        self.whole = whole
        self._array = _Example(whole.shape[1:], whole.dtype)
        self._node = None

    @property  # type: ignore[misc]  # cannot be set
    def requires_grad(self) -> bool:  # type: ignore[override]
        """Whether what happens to the batch is recorded."""
        return self.whole.requires_grad

    def __repr__(self) -> str:
        return f"<{len(self.whole)} Tensors of shape {self.shape}, {self.dtype}>"


class _Batches:
    """The currency of a walk of batches."""

    def __init__(self, recorded: bool) -> None:
        self.lift: Callable[[Operation, Any, Sequence[int | slice]], Any] | None = None
        if recorded:
            self.lift = Tensors(Tensor).lift

    def show(self, cotangent: Any) -> NoReturn:  # noqa: ARG002 - the method of a Currency
        """Refuse to show a cotangent to a hook."""
        raise CannotBatchError("a hook wants to see each cotangent")

    def take(self, gradient: Any, node: Node) -> NoReturn:  # noqa: ARG002
        """Refuse what only a hook could give."""
        raise CannotBatchError("a hook gives a cotangent")

    def one(self, node: Node) -> Any:
        """Give 1, which does not differ within a batch."""
        return np.ones(node.shape, node.dtype)

    def separate(self, cotangents: dict[Node, Any]) -> dict[Node, Tensor]:
        """Give the cotangents as they are."""
        return cotangents


def pulled_together(
    outputs: Sequence[Tensor], weights: Sequence[Any], inputs: Sequence[Tensor], *, recorded: bool
) -> dict[Node, Tensor]:
    """Give the gradients, by node, of outputs by inputs for many weights of each output, along the first axis.

    Real numbers only. Raises ``CannotBatchError`` if a hook wants to see single gradients.
    """
    wanted = {tensor._node for tensor in inputs if tensor._node is not None}
    seeds: dict[Node, Any] = {}
    count = len(weights[0])
    with batching(count), enable_grad() if recorded else no_grad():
        for output, weight in zip(outputs, weights, strict=True):
            if output._node is not None and output.requires_grad:
                seed = Batched(operations.asarray(weight))
                seeds[output._node] = seeds[output._node] + seed if output._node in seeds else seed
        arrived = walk(seeds, _Batches(recorded), retain_graph=True, wanted=wanted)
        return {node: _wholly(g, count) for node, g in arrived.items()}


def in_batches(count: int, size: int) -> Iterator[slice]:
    """Cut so many walks into batches, by the size of the arrays."""
    step = max(1, _MOST // max(size, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _wholly(value: Any, count: int) -> Tensor:
    """Give all of a batch; what does not differ is repeated."""
    if isinstance(value, Batched):
        return value.whole
    tensor = operations.asarray(value)
    whole: Tensor = operations.broadcast_to(tensor, (count, *tensor.shape))
    return whole


class batching(joining):  # noqa: N801 - used like no_grad
    """Apply primitives to batches of one length."""

    def __init__(self, count: int) -> None:
        self._count = count

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied to all of a batch."""
        if not any(isinstance(operand, Batched) for operand in operands):
            return inner(primitive, operands, attributes)
        rule = _rule_of(primitive)
        done = None if rule is None else rule(functools.partial(inner, primitive), operands, attributes)
        if done is None:
            parts = [
                inner(primitive, [_at(operand, i) for operand in operands], attributes) for i in range(self._count)
            ]
            done = operations.stack(parts)
        return Batched(done)


def _at(operand: Any, place: int) -> Any:
    return operand.whole[place] if isinstance(operand, Batched) else operand


# Batching rules: each gets what applies the primitive, the operands and the attributes, and gives the whole result, or
# ``None`` where it does not know how

Apply = Callable[[Sequence[Any], dict[str, Any]], Tensor]
Rule = Callable[[Apply, Sequence[Any], dict[str, Any]], Tensor | None]

_rules: dict[str, Rule] = {}


def _rule_of(primitive: Primitive) -> Rule | None:
    if primitive.name in _rules:
        return _rules[primitive.name]
    forward = primitive.forward
    is_ufunc = isinstance(forward, np.ufunc) and forward.signature is None
    return _elementwise if is_ufunc or isinstance(primitive.domain, elementwise) else None


def _batches(*names: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _rules.update(dict.fromkeys(names, rule))
        return rule

    return register


def _ndim(operand: Any) -> int:
    return len(operand.shape) if hasattr(operand, "shape") else np.ndim(operand)


def _aligned(operand: Any, ndim: int) -> Any:
    """A batch with ones after its first axis, so that the others broadcast as those of one example."""
    if not isinstance(operand, Batched) or operand.ndim == ndim:
        return operand.whole if isinstance(operand, Batched) else operand
    whole = operand.whole
    return operations.reshape(whole, (whole.shape[0], *(1,) * (ndim - operand.ndim), *operand.shape))


def _only(operands: Sequence[Any]) -> Any:
    """The whole of the first operand, if it alone is batched."""
    first, *others = operands
    batched = isinstance(first, Batched) and not any(isinstance(other, Batched) for other in others)
    return first.whole if batched else None


@_batches("where", "clip", "convert", "round")
def _elementwise(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    ndim = max(_ndim(operand) for operand in operands)
    return apply([_aligned(operand, ndim) for operand in operands], attributes)


def _moved(axis: Any, ndim: int) -> Any:
    """An axis of an example, or several or all of them, as one of the batch."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple):
        return tuple(_moved(each, ndim) for each in axis)
    return axis + 1 if axis >= 0 else axis


@_batches("sum", "mean", "max", "min", "prod", "logsumexp", "softmax", "log_softmax", "length", "flip")
def _along_axes(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    return apply([x.whole], {**attributes, "axis": _moved(attributes["axis"], x.ndim)}) if x.ndim else None


@_batches("cumsum", "roll")
def _along_one_axis(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    axis = 0 if attributes["axis"] is None and x.ndim == 1 else attributes["axis"]
    return None if axis is None else apply([x.whole], {**attributes, "axis": _moved(axis, x.ndim)})


@_batches("tril", "triu", "det", "inv", "hermitian")
def _over_the_last_axes(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    return apply([operands[0].whole], attributes)


@_batches("reshape")
def _reshape(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    whole, shape = operands[0].whole, attributes["shape"]
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    return apply([whole], {**attributes, "shape": (whole.shape[0], *shape)}) if -1 not in shape else None


@_batches("permute_dims")
def _permute_dims(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, axes = operands[0], attributes["axes"]
    axes = range(x.ndim)[::-1] if axes is None else [axis % x.ndim for axis in axes]
    return apply([x.whole], {**attributes, "axes": (0, *(axis + 1 for axis in axes))})


@_batches("broadcast_to")
def _broadcast_to(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, shape = operands[0], attributes["shape"]
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    return apply([_aligned(x, len(shape))], {**attributes, "shape": (x.whole.shape[0], *shape)})


@_batches("concatenate")
def _concatenate(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    count = next(len(operand.whole) for operand in operands if isinstance(operand, Batched))
    wholes = [_wholly(operand, count) for operand in operands]
    return apply(wholes, {**attributes, "axis": _moved(attributes["axis"], wholes[0].ndim - 1)})


@_batches("gather")
def _gather(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, *arrays = operands
    if _only(operands) is None or not _keeps_its_place(attributes["template"], arrays):
        return None
    template = attributes["template"]
    return apply([x.whole, *arrays], {**attributes, "template": type(template)((slice(None), *template))})


@_batches("scatter")
def _scatter(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, *arrays = operands
    if _only(operands) is None or not _keeps_its_place(attributes["template"], arrays):
        return None
    template, whole = attributes["template"], x.whole
    template = type(template)((slice(None), *template))
    return apply([whole, *arrays], {**attributes, "template": template, "shape": (len(whole), *attributes["shape"])})


def _keeps_its_place(template: Sequence[Any], arrays: Sequence[Any]) -> bool:
    """Whether the axes that an index picks come where it stands, a slice before it or not."""
    return not arrays or (len(arrays) == 1 and not any(isinstance(part, int) for part in template))


@_batches("matmul")
def _matmul(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, y = operands
    is_row, is_column = _ndim(x) == 1, _ndim(y) == 1
    x = operations.reshape(x, (1, *x.shape)) if is_row else x
    y = operations.reshape(y, (*y.shape, 1)) if is_column else y
    ndim = max(_ndim(x), _ndim(y))
    product = apply([_aligned(x, ndim), _aligned(y, ndim)], attributes)
    shape = product.shape[:-2] + (() if is_row else product.shape[-2:-1]) + (() if is_column else product.shape[-1:])
    return product if shape == product.shape else operations.reshape(product, shape)


@_batches("linear")
def _linear(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, weight, bias = operands
    if _only(operands) is not None:
        return apply([x.whole, weight, bias], attributes)
    product = operations.matmul(x, operations.permute_dims(weight, (1, 0)))
    result: Any = product if bias is None else product + bias
    whole: Tensor = result.whole
    return whole


@_batches("rearrangement", "contraction")
def _einsum(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    inputs, _, output = attributes["subscripts"].partition("->")
    letter = next(letter for letter in string.ascii_letters if letter not in attributes["subscripts"])
    pairs = zip(inputs.split(","), operands, strict=True)
    terms = ",".join(letter + term if isinstance(operand, Batched) else term for term, operand in pairs)
    wholes = [operand.whole if isinstance(operand, Batched) else operand for operand in operands]
    return apply(wholes, {**attributes, "subscripts": f"{terms}->{letter}{output}"})
