"""Many computations in one: Tensors that stand for a whole batch of examples.

A ``Batched`` Tensor looks to a function, or to a gradient rule, like the Tensor of one example. What is done to it is
done to all of the batch: at once where there is a batching rule for the primitive, and else to one after the other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, Self

import numpy as np

from ..currency import Tensors
from ..errors import describe
from ..graph import Leaf, Node, Operation
from ..modes import Interceptor, enable_grad, joining, no_grad
from ..primitives.declaration import Primitive
from ..registry import operations
from ..source_lines import called
from ..tensor import Tensor
from ..walk import walk
from . import batching_of_indices as _batching_of_indices  # noqa: F401 - enters its rules
from .batching_rules import Each, rule_of, wholly

#: How many numbers each array of a batch may have: more would not be quicker, and need memory.
_MOST = 1 << 20


class CannotBatchError(RuntimeError):
    """Somebody wants to look at one value where there are many."""


class Batched(Tensor):
    """A Tensor that stands for many of one shape, which ``whole`` holds along its first axis."""

    __slots__ = ("level", "whole")

    #: What each of them is.
    each: type[Tensor] = Tensor

    def __init__(self, whole: Tensor, level: batching) -> None:
        self.whole = whole
        self.level = level

    def _refuse(self, wanted: str) -> NoReturn:
        raise CannotBatchError(
            f"{wanted}: this Tensor stands for {len(self.whole)} of shape {self.shape}, each with values of its own, "
            "which nothing can look at one by one: write np.where for an if, keep to functions that record, or do this "
            "outside of vmap"
        )

    @property  # a slot elsewhere
    def _array(self) -> NoReturn:
        self._refuse(called(Tensor) or "values of a batch")

    def _handed_to(self, handle: Tensor, operation: str) -> NoReturn:
        raise CannotBatchError(
            f"{operation}: the result differs from one example of vmap to the other, and the Tensor that is changed, "
            f"{describe(handle)}, is the same for all {len(self.whole)}, so that it cannot hold it. Start from one "
            f"that differs, too, as np.zeros_like(x, shape={handle.shape}) of an argument x does, or make the result "
            "as a new Tensor, by np.stack or np.where"
        )

    def _as_many(self, other: Tensor) -> Tensor:
        is_as_many = isinstance(other, Batched) and other.level is self.level
        return other if is_as_many else Batched(wholly(other, len(self.whole)), self.level)

    def _is_anywhere(self) -> bool:
        return self.whole._is_anywhere()

    @property
    def _node(self) -> Node | None:
        return self.whole._node

    @_node.setter
    def _node(self, node: Node | None) -> None:
        self.whole._node = node

    def _leaf(self, requires_grad: bool) -> Leaf:
        return self.whole._leaf(requires_grad)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of each."""
        return self.whole.shape[1:]

    @property
    def dtype(self) -> Any:
        """The dtype of all."""
        return self.whole.dtype

    @property
    def ndim(self) -> int:
        """The number of axes of each."""
        return self.whole.ndim - 1

    @property
    def size(self) -> int:
        """The number of elements of each."""
        return int(np.prod(self.shape))

    @property
    def itemsize(self) -> int:
        """The memory that one element takes, in bytes."""
        return self.whole.itemsize

    @property
    def nbytes(self) -> int:
        """The memory that the values of each take, in bytes."""
        return self.size * self.itemsize

    def detach(self) -> Tensor:
        """Give the same values without their history."""
        return Batched(self.whole.detach(), self.level)

    def clone(self) -> Tensor:
        """Give a copy that is recorded."""
        return Batched(self.whole.clone(), self.level)

    def __copy__(self) -> Tensor:
        return Batched(self.whole.__copy__(), self.level)

    @property
    def _kind(self) -> type[Tensor]:
        return type(self).each

    def _handle(self, kind: type[Tensor]) -> Tensor:
        return _batched(kind)(self.whole, self.level)

    def _become(self, result: Tensor, operation: str) -> Any:
        many: Any = self._as_many(result)
        self.whole = self.whole.__copy__()._become(many.whole, operation)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> NoReturn:  # noqa: ARG002 - Tensor's method
        """Refuse: what is differentiated by is the argument of a transform."""
        self._refuse("requires_grad")

    def backward(self, *args: Any, **options: Any) -> NoReturn:  # noqa: ARG002 - Tensor's method
        """Refuse: there is no one result to start from."""
        self._refuse("backward")

    def register_hook(self, hook: Any) -> NoReturn:  # noqa: ARG002 - Tensor's method
        """Refuse: a hook sees one gradient."""
        self._refuse("register_hook")

    def retain_grad(self) -> NoReturn:
        """Refuse: a gradient for each is no gradient that one could keep."""
        self._refuse("retain_grad")

    def __deepcopy__(self, memo: dict[int, Any]) -> NoReturn:
        self._refuse("copy.deepcopy")

    def __reduce__(self) -> NoReturn:
        self._refuse("pickle")

    def __repr__(self) -> str:
        return f"<{len(self.whole)} Tensors of shape {self.shape}, {self.dtype}>"


#: The classes of batches of Tensors of a class, by that: a module finds its parameters by theirs.
_kinds: dict[type[Tensor], type[Batched]] = {Tensor: Batched}


def _batched(kind: type[Tensor]) -> type[Batched]:
    if kind not in _kinds:
        _kinds[kind] = type(kind.__name__, (Batched, kind), {"__slots__": (), "each": kind})
    return _kinds[kind]


class batching(joining):  # noqa: N801 - used like no_grad
    """Apply primitives to batches of one length: to those of this level, for batches can hold batches.

    With ``loops=False``, what has no batching rule raises instead of being applied to one after the other.
    """

    takes_batches = True

    def __init__(self, count: int, *, loops: bool = True) -> None:
        self.count = count
        self.loops = loops

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied to all of a batch."""
        given = [self.seen(operand) for operand in operands]
        if not any(type(operand) is Each for operand in given):
            return inner(primitive, operands, attributes)
        problem = None
        try:
            done = self._at_once(inner, primitive, given, attributes)
        except (ValueError, TypeError, IndexError) as error:  # if it is wrong for one, too, that one's error is better
            done, problem = None, error
        if done is None:
            self._check_loops(primitive, problem)
            done = self._one_by_one(inner, primitive, given, attributes)
        return Batched(done, self)

    def seen(self, operand: Any) -> Any:
        """Give an operand as a batching rule sees it: as ``Each``, if it is a batch of this level."""
        is_own = isinstance(operand, Batched) and operand.level is self
        return Each(operand, operand.whole) if is_own else operand

    def _at_once(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor | None:
        """Apply to the whole, by a rule, if there is one that knows how."""
        rule = rule_of(primitive)
        return None if rule is None else rule(functools.partial(inner, primitive), operands, attributes)

    def _check_loops(self, primitive: Primitive, problem: Exception | None) -> None:
        if not self.loops:
            reason = "has no batching rule for these operands" if problem is None else f"failed for all: {problem}"
            raise CannotBatchError(
                f"{_in_call(primitive)}: {reason}, and loops=False forbids to apply it to one example after the other"
            ) from problem

    def _one_by_one(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        if not self.count:
            one = inner(primitive, [_zeros(operand) for operand in operands], attributes)
            return Tensor(np.zeros((0, *one.shape), one.dtype))
        parts = [inner(primitive, [_at(operand, i) for operand in operands], attributes) for i in range(self.count)]
        if len({part.shape for part in parts}) > 1:
            shapes = ", ".join(str(part.shape) for part in parts[:3])
            raise CannotBatchError(
                f"{_in_call(primitive)}: gives results of several shapes for several examples, {shapes} ...; there is "
                "no array of them"
            )
        stacked: Tensor = operations.stack(parts)
        return stacked


def _in_call(primitive: Primitive) -> str:
    """Give the name of a primitive, and that of the function that the user has called, if it is another one."""
    name = called(Tensor)
    return primitive.name if name in (None, primitive.name) else f"{primitive.name}, a part of {name}"


def _at(operand: Any, place: int) -> Any:
    return operand.whole[place] if isinstance(operand, Each) else operand


def _zeros(operand: Any) -> Any:
    return Tensor(np.zeros(operand.shape, operand.whole.dtype)) if isinstance(operand, Each) else operand


# Many walks in one


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
    level = batching(len(weights[0]))
    with level, enable_grad() if recorded else no_grad():
        for output, weight in zip(outputs, weights, strict=True):
            if output._node is not None and output.requires_grad:
                seed = Batched(operations.asarray(weight), level)
                seeds[output._node] = seeds[output._node] + seed if output._node in seeds else seed
        arrived = walk(seeds, _Batches(recorded), retain_graph=True, wanted=wanted)
        return {node: wholly(level.seen(g), level.count) for node, g in arrived.items()}


def in_batches(count: int, size: int) -> Iterator[slice]:
    """Cut so many walks into batches, by the size of the arrays."""
    step = max(1, _MOST // max(size, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))
