"""Functions that are one operation in the graph: recomputed by the backward, or with a gradient of their own."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Node
from ..modes import Interceptor, differentiating, is_grad_enabled, joining, no_grad
from ..primitives.declaration import Primitive
from ..random import generator
from ..registry import operations
from ..tensor import Tensor, gradients_of
from ..trees import flatten, paths
from .calls import Function, check_function, handle_on, node_of, zeros_for

__all__ = ["checkpoint", "custom_gradient", "stop_gradient"]


def stop_gradient(tree: Any) -> Any:
    """Give the same values without their history: to the derivatives they are constants.

    Takes a number, an array, a Tensor, or a tree of them.

    >>> import autograd as ag
    >>> float(ag.grad(lambda x: x * ag.stop_gradient(x))(3.0))
    3.0
    """
    leaves, rebuild = flatten(tree)
    return rebuild([leaf.detach() if isinstance(leaf, Tensor) else leaf for leaf in leaves])


# Checkpoints


class _Substituting(joining):
    """Replace operands by others, by their nodes; ask for what is to replace one that is met for the first time."""

    def __init__(self, substitutes: dict[Node, Tensor], *, collects: bool) -> None:
        self._substitutes = substitutes
        self._collects = collects

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied to the substitutes."""
        return inner(primitive, [self.substitute(operand) for operand in operands], attributes)

    def substitute(self, operand: Any) -> Any:
        """Give what stands for an operand."""
        if not isinstance(operand, Tensor) or not operand.requires_grad:
            return operand
        if self._collects:
            self._substitutes.setdefault(node_of(operand), operand)
        return self._substitutes.get(node_of(operand), operand)


class _Pulled(ABC):
    """Has the gradients of all operands once the first one is asked for."""

    _last: tuple[Any, list[Any]] = (None, [])

    def pull(self, g: Any, operands: Sequence[Any], index: int) -> Any:
        """Give the gradient by one operand; each is given away once."""
        seen, gradients = self._last
        if seen is not g or gradients[index] is None:
            gradients = self.pull_all(g, operands)
            self._last = (g, gradients)
        gradient, gradients[index] = gradients[index], None
        if all(each is None for each in gradients):
            self._last = (None, [])
        return gradient

    @abstractmethod
    def pull_all(self, g: Any, operands: Sequence[Any]) -> list[Any]:
        """Give the gradients of all operands: arrays for an array, Tensors for a Tensor."""


class _Segment(_Pulled):
    """A call of a function, of which the arguments are kept, and nothing of what happens inside.

    Tensors that the function did not get as arguments, the weights of a layer for instance, are found when it is first
    called, and are operands like the arguments.
    """

    def __init__(self, function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self._function = function
        self._given, self._rebuild = flatten((tuple(args), dict(kwargs)))
        self._places = [i for i, leaf in enumerate(self._given) if isinstance(leaf, Tensor) and leaf.requires_grad]
        self._given = [_kept(leaf) for leaf in self._given]
        self._random = generator().bit_generator.state
        captured: dict[Node, Tensor] = {}
        arguments = [self._given[place] for place in self._places]
        with no_grad():
            constants = [argument.detach() for argument in arguments]
            outputs, self.rebuild = self._call(constants, _Substituting(captured, collects=True))
        self.operands = [*arguments, *captured.values()]
        self._given = [None if i in self._places else leaf for i, leaf in enumerate(self._given)]
        self._captured = tuple(captured)
        self.shapes = [out.shape for out in outputs]
        self.dtypes = [out.dtype for out in outputs]
        self._joined: Any = _joined(outputs)._array

    def _call(self, arguments: Sequence[Tensor], substituting: _Substituting) -> tuple[list[Tensor], Any]:
        """Call the function; give the leaves of its result, and what makes a tree like it."""
        leaves = list(self._given)
        for place, argument in zip(self._places, arguments, strict=True):
            leaves[place] = argument
        args, kwargs = self._rebuild(leaves)
        with substituting:
            result = self._function(*args, **kwargs)
        for path, leaf in paths(result):
            if not isinstance(leaf, Tensor) or leaf.dtype.kind not in "fc":
                kind = describe(leaf) if isinstance(leaf, Tensor) else f"a {type(leaf).__name__}"
                raise TypeError(f"checkpoint: the function must give floating Tensors; the result{path} is {kind}")
        given, rebuild = flatten(result)
        return [substituting.substitute(leaf) for leaf in given], rebuild

    def result(self) -> Any:
        """Give what was computed in the first call, once."""
        joined, self._joined = self._joined, None
        return joined

    def pull_all(self, g: Any, operands: Sequence[Any]) -> list[Any]:
        """Call the function again, and walk back through what it records."""
        is_recorded = isinstance(g, Tensor)
        variables = [_variable(operand) for operand in operands]
        count = len(self._places)
        substitutes = dict(zip(self._captured, variables[count:], strict=True))
        with differentiating(), _random_again(self._random):
            arguments = [handle_on(variable) for variable in variables[:count]]
            outputs, _ = self._call(arguments, _Substituting(substitutes, collects=False))
            joined = _joined(outputs)
        gradients: list[Any] = [zeros_for(each) for each in variables]
        if joined.requires_grad:
            found = gradients_of([joined], [_conjugate(g)], variables, None, is_recorded, "checkpoint")
            gradients = [found.get(node_of(v), zero) for v, zero in zip(variables, gradients, strict=True)]
        shown = [_conjugate(gradient) for gradient in gradients]
        return shown if is_recorded else [gradient._array for gradient in shown]


def _variable(operand: Any) -> Tensor:
    """A variable of the value of an operand: of its history, too, if the walk records itself."""
    if isinstance(operand, Tensor):
        variable: Tensor = operations.positive(operand)
        return variable
    return Tensor._made(operand).requires_grad_()


def _kept(argument: Any) -> Any:
    """What an argument is now: later changes of it pass by."""
    if isinstance(argument, Tensor):
        return Tensor._made(argument._array, argument._node)
    return argument.copy() if isinstance(argument, np.ndarray) else argument


@contextmanager
def _random_again(state: Any) -> Iterator[None]:
    """Have the library's generator give the numbers again that it gave from a state on."""
    random = generator().bit_generator
    later, random.state = random.state, state
    try:
        yield
    finally:
        random.state = later


def _conjugate(gradient: Any) -> Any:
    """Change from the convention inside of a walk to the one outside, or back; they differ for complex numbers."""
    return operations.conj(gradient) if gradient.dtype.kind == "c" else gradient


def _joined(outputs: Sequence[Tensor]) -> Tensor:
    """Give one Tensor as it is, several as one without axes."""
    if len(outputs) == 1:
        return outputs[0]
    flat: Tensor = operations.concat([operations.reshape(out, (-1,)) for out in outputs])
    return flat


def _parts(joined: Tensor, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[Any]) -> list[Tensor]:
    """Undo ``_joined``."""
    if len(shapes) == 1:
        return [joined]
    parts, start = [], 0
    for shape, dtype in zip(shapes, dtypes, strict=True):
        end = start + int(np.prod(shape))
        part = operations.reshape(joined[start:end], shape)
        parts.append(part if part.dtype == dtype else operations.astype(part, dtype))
        start = end
    return parts


def _recomputing(*operands: Any, segment: _Segment) -> Any:  # noqa: ARG001 - they are what it was computed from
    return segment.result()


_recomputing.__name__ = "checkpoint"  # what drawings and errors call it

#: Not registered: it is made of other primitives, whose properties are checked.
_checkpointed = Primitive(
    _recomputing,
    _recomputing,
    {"operands": lambda g, operands, segment, index: segment.pull(g, operands, index)},
    domain=None,
    label="checkpoint",
    analytic=False,
    settles_numbers=False,
)


def checkpoint(function: Function) -> Function:
    """Give a function with the same results and derivatives, which the backward computes anew.

    Nothing of what happens inside is kept between the forward and the backward, only the arguments. That trades time
    for memory: a chain of ``n`` operations, cut into the root of ``n`` such parts, needs memory for twice the root of
    ``n`` results, and one more forward (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, section 4).
    Checkpoints nest. Random numbers from ``autograd.generator`` are the same both times.

    The function gives Tensors, or a tree of them. It must do the same each time that it is called with the same
    arguments: what it reads from elsewhere must not have changed until the backward.

    Raises
    ------
    TypeError
        If the function gives anything else than floating Tensors.

    >>> import numpy as np, autograd as ag
    >>> layer = ag.checkpoint(lambda x: np.tanh(np.sin(x) * 2))
    >>> float(ag.grad(layer)(0.0))
    2.0
    """
    check_function("checkpoint", function)

    @functools.wraps(function, updated=())
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not is_grad_enabled():
            return function(*args, **kwargs)
        segment = _Segment(function, args, kwargs)
        joined = _checkpointed.apply(segment.operands, {"segment": segment})
        return segment.rebuild(_parts(joined, segment.shapes, segment.dtypes))

    return checkpointed


# Gradients of one's own


class _Custom(_Pulled):
    """An application of a function that brings its own gradient."""

    def __init__(self, function: Function, options: Mapping[str, Any]) -> None:
        self._function = function
        self._options = options
        self._pullback: Any = None
        self._random: Any = None

    def result(self, arrays: Sequence[Any]) -> Any:
        """Compute the result; keep the pullback."""
        captured: dict[Node, Tensor] = {}
        self._random = generator().bit_generator.state
        with no_grad(), _Substituting(captured, collects=True):
            result, self._pullback = self._call([operations.asarray(array) for array in arrays])
        others = [*captured.values(), *(x for x in flatten(dict(self._options))[0] if isinstance(x, Tensor))]
        if any(other.requires_grad for other in others):
            raise TypeError(
                f"custom_gradient: {self._name} uses a Tensor that requires grad and is no positional argument, so "
                "that its gradient would be lost; pass it as an argument, or detach() it"
            )
        return result._array

    def _call(self, operands: Sequence[Any]) -> tuple[Tensor, Function]:
        given = self._function(*operands, **self._options)
        if not isinstance(given, tuple) or len(given) != 2 or not callable(given[1]):
            raise TypeError(
                f"custom_gradient: {self._name} must give a pair, its result and a function from the cotangent of the "
                f"result to those of the arguments; it gave a {type(given).__name__}"
            )
        return operations.asarray(given[0]), given[1]

    @property
    def _name(self) -> str:
        return getattr(self._function, "__name__", "the function")

    def pull_all(self, g: Any, operands: Sequence[Any]) -> list[Any]:
        """Pull a cotangent back; where that is recorded, by a pullback that depends on the operands."""
        is_recorded = isinstance(g, Tensor)
        with differentiating() if is_recorded else no_grad():
            with _random_again(self._random) if is_recorded else nullcontext():
                pullback = self._call([operations.asarray(x) for x in operands])[1] if is_recorded else self._pullback
            given = pullback(_conjugate(operations.asarray(g)))
            cotangents = list(given) if isinstance(given, (tuple, list)) else [given]
            if len(cotangents) != len(operands):
                raise TypeError(
                    f"custom_gradient: {self._name} has {len(operands)} arguments, and its pullback gave "
                    f"{len(cotangents)} cotangents"
                )
            pairs = zip(cotangents, operands, strict=True)
            found = [operations.asarray(np.zeros(np.shape(x)) if c is None else c) for c, x in pairs]
            shown = [_conjugate(cotangent) for cotangent in found]
        return shown if is_recorded else [cotangent._array for cotangent in shown]


def _applied(*operands: Any, custom: _Custom) -> Any:
    return custom.result(operands)


_applied.__name__ = "custom_gradient"

#: Not registered: whoever brings a gradient checks it, with ``testing.gradcheck``.
_customised = Primitive(
    _applied,
    _applied,
    {"operands": lambda g, operands, custom, index: custom.pull(g, operands, index)},
    domain=None,
    label="custom",
    analytic=False,
    settles_numbers=False,
)


def custom_gradient(function: Function) -> Function:
    """Decorate a function that brings its own gradient: it gives its result and a function from cotangent to gradients.

    The second function, the pullback, takes the cotangent of the result, and gives the cotangent of each positional
    argument, in a tuple if there are several; ``None`` stands for zeros. Both get Tensors. Second derivatives are those
    of what the pullback computes. Keyword arguments are options, and have no derivatives.

    Raises
    ------
    TypeError
        If the function does not give a pair, or the pullback not as many cotangents as there are arguments.

    >>> import numpy as np, autograd as ag
    >>> @ag.custom_gradient
    ... def clipped_square(x):
    ...     return x**2, lambda g: g * np.clip(2 * x, -1.0, 1.0)
    >>> x = ag.Tensor([0.25, 10.0], requires_grad=True)
    >>> clipped_square(x).sum().backward()
    >>> x.grad
    Tensor([0.5, 1. ], dtype=float64)
    """
    check_function("custom_gradient", function)

    @functools.wraps(function, updated=())
    def customised(*operands: Any, **options: Any) -> Tensor:
        return _customised.apply(operands, {"custom": _Custom(function, options)})

    return customised
