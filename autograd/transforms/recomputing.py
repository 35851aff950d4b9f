"""Checkpoints: functions that are one operation in the graph, and are computed anew by the backward."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Node
from ..modes import differentiating, is_grad_enabled, no_grad
from ..primitives.declaration import Primitive
from ..random import generator
from ..registry import operations
from ..tensor import Tensor, gradients_of
from ..trees import flatten, paths
from .calls import Function, check_function, handle_on, node_of, zeros_for
from .segments import Pulled, Substituting, in_other_convention, random_again

__all__ = ["checkpoint"]


class _Segment(Pulled):
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
            outputs, self.rebuild = self._call(constants, Substituting(captured, collects=True))
        self.operands = [*arguments, *captured.values()]
        self._given = [None if i in self._places else leaf for i, leaf in enumerate(self._given)]
        self._captured = tuple(captured)
        self.shapes = [out.shape for out in outputs]
        self.dtypes = [out.dtype for out in outputs]
        self._joined: Any = _joined(outputs)._array

    def _call(self, arguments: Sequence[Tensor], substituting: Substituting) -> tuple[list[Tensor], Any]:
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
        with differentiating(), random_again(self._random):
            arguments = [handle_on(variable) for variable in variables[:count]]
            outputs, _ = self._call(arguments, Substituting(substitutes, collects=False))
            joined = _joined(outputs)
        gradients: list[Any] = [zeros_for(each) for each in variables]
        if joined.requires_grad:
            found = gradients_of([joined], [in_other_convention(g)], variables, None, is_recorded, "checkpoint")
            gradients = [found.get(node_of(v), zero) for v, zero in zip(variables, gradients, strict=True)]
        shown = [in_other_convention(gradient) for gradient in gradients]
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
