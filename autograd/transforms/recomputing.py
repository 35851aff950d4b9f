"""Checkpoints: functions that are one operation in the graph, and are computed anew by the backward."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from ..errors import describe
from ..modes import differentiating, is_differentiating, is_grad_enabled, no_grad
from ..random import Stretch
from ..registry import operations
from ..tensor import Tensor, gradients_of
from ..trees import flatten, paths
from ..variables import under_way
from ..walk import NO_PATH
from .calls import Function, check_function, node_of
from .levels import bare, entered, levels_of, wrapped
from .per_example import new_variable
from .segments import Kind, Segment, in_other_convention
from .substituting import Collecting, Substituting

__all__ = ["checkpoint"]


class _Recomputed(Segment):
    """A call of a function, of which the arguments are kept, and nothing of what happens inside.

    Tensors that the function did not get as arguments, the weights of a layer for instance, are found when it is first
    called, and are operands like the arguments.
    """

    kind = Kind("checkpoint", "checkpoint")

    def __init__(self, function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        super().__init__()
        self._function = function
        self._given, self._rebuild = flatten((tuple(args), dict(kwargs)))
        self._places = [i for i, leaf in enumerate(self._given) if isinstance(leaf, Tensor) and leaf.requires_grad]
        self._stretch = Stretch()
        self._is_differentiated = is_differentiating()

    def value(self) -> Any:
        """Call the function for the first time; give its result."""
        collecting = Collecting()
        given = list(self._given)
        self._given = [_kept(leaf) for leaf in given]
        for place in self._places:
            given[place] = given[place].detach()
        leaves, rebuild = flatten(self._first_call(given, collecting))
        if not (self._places or collecting.captured):
            return rebuild(leaves)
        leaves = [operations.asarray(leaf) if _is_floating(leaf) else leaf for leaf in leaves]
        outputs = _floating(leaves)
        for output in outputs:
            collecting.capture(output)
        self._captured, self._met = tuple(collecting.captured), collecting.met
        self._outputs = [describe(output) for output in outputs]
        operands = [*(self._given[place] for place in self._places), *collecting.captured.values()]
        self._levels = [levels_of(operand) for operand in operands]
        for place in self._places:
            self._given[place] = None
        results = iter(self.recorded([bare(operand) for operand in operands], outputs) if outputs else [])
        return rebuild([next(results) if _is_floating(leaf) else leaf for leaf in leaves])

    def _first_call(self, given: Sequence[Any], collecting: Collecting) -> Any:
        args, kwargs = self._rebuild(given)
        try:
            with no_grad(), collecting, self._stretch.numbers():
                return self._function(*args, **kwargs)
        except RuntimeError as error:
            error.add_note(
                "in the first call of a checkpointed function, in which nothing is recorded: Tensors inside do not "
                "require grad there, as under no_grad; they do when the backward calls it again"
            )
            raise

    def pull(self, arrived: Mapping[int, Any], operands: Sequence[Any]) -> list[Any]:
        """Call the function again, and walk back through what it records."""
        is_recorded = any(isinstance(g, Tensor) for g in arrived.values())
        variables = [new_variable(operand) for operand in operands]
        outputs = self._called_again(variables)
        pairs = [(outputs[place], in_other_convention(g)) for place, g in arrived.items()]
        reached = [(output, g) for output, g in pairs if output.requires_grad]
        if not reached:
            return [NO_PATH] * len(operands)
        ends, weights = zip(*reached, strict=True)
        found = gradients_of(ends, weights, variables, None, is_recorded, "checkpoint")
        gradients = [found.get(node_of(variable)) for variable in variables]
        shown = [None if gradient is None else in_other_convention(gradient) for gradient in gradients]
        return [NO_PATH if g is None else g if is_recorded else g._array for g in shown]

    def _called_again(self, variables: Sequence[Tensor]) -> list[Tensor]:
        """Compute the floating Tensors of the result with variables in the place of the operands."""
        given = [_kept(leaf) for leaf in self._given]
        count = len(self._places)
        with differentiating(), self._as_variables(variables), entered(self.levels):
            handles = [wrapped(each.__copy__(), levels) for each, levels in zip(variables, self._levels, strict=True)]
            for place, handle in zip(self._places, handles[:count], strict=True):
                given[place] = handle
            args, kwargs = self._rebuild(given)
            substituting = Substituting(dict(zip(self._captured, handles[count:], strict=True)), self._met)
            with substituting, self._stretch.numbers():
                result = self._function(*args, **kwargs)
            self._check_same(result)
            return [bare(substituting.substitute(output)) for output in _floating(flatten(result)[0])]

    def _as_variables(self, variables: Sequence[Tensor]) -> AbstractContextManager[None]:
        """Inside of a transform, they are its variables still."""
        return under_way(map(node_of, variables)) if self._is_differentiated else nullcontext()

    def _check_same(self, result: Any) -> None:
        """Raise if the function has not given what it gave the first time."""
        found = [(path, describe(operations.asarray(leaf))) for path, leaf in paths(result) if _is_floating(leaf)]
        if [kind for _, kind in found] == self._outputs:
            return
        now = ", ".join(f"result{path}: {kind}" for path, kind in found)
        raise RuntimeError(
            f"checkpoint: {getattr(self._function, '__name__', 'the function')} was computed anew for the backward "
            f"and gave other Tensors than the first time, {now or 'none'} in the place of {', '.join(self._outputs)}; "
            "it must do the same each time: it must not depend on what has changed since, or draw random numbers from "
            "elsewhere than autograd.generator()"
        )


def _is_floating(leaf: Any) -> bool:
    """Whether it may have a derivative: a Tensor, or what another transform gives for one where nothing is recorded."""
    return isinstance(leaf, (Tensor, np.ndarray, np.floating, np.complexfloating)) and leaf.dtype.kind in "fc"


def _floating(leaves: Sequence[Any]) -> list[Tensor]:
    return [operations.asarray(leaf) for leaf in leaves if _is_floating(leaf)]


def _kept(argument: Any) -> Any:
    """What an argument is now: later changes of it pass by."""
    if isinstance(argument, Tensor):
        return argument._handle(Tensor)
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def checkpoint(function: Function) -> Function:
    """Give a function with the same results and derivatives, which the backward computes anew.

    Nothing of what happens inside is kept between the forward and the backward, only the arguments. That trades time
    for memory: a chain of ``n`` operations, cut into the root of ``n`` such parts, needs memory for twice the root of
    ``n`` results, and one more forward (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, section 4).
    Checkpoints nest.

    The function may give any tree; gradients pass to its floating Tensors, all else is handed on. It must do the same
    each time that it is called. Its arguments, Tensors that it finds elsewhere, and random numbers for which it calls
    ``autograd.generator()``, in the same thread, are then what they were the first time, whatever has changed since.
    All else that it reads must be the same still: arrays and numbers that are no arguments, variables that name another
    Tensor now, files. What it changes itself, such as running statistics, it changes in each of its calls.

    In the first call nothing is recorded, so that hooks can be registered on Tensors inside only where they
    ``requires_grad``: in the later ones.

    Raises
    ------
    RuntimeError
        In the backward, if the function gives Tensors of other shapes, or other numbers of them, than the first time.

    >>> import numpy as np, autograd as ag
    >>> layer = ag.checkpoint(lambda x: np.tanh(np.sin(x) * 2))
    >>> float(ag.grad(layer)(0.0))
    2.0
    """
    check_function("checkpoint", function)

    @functools.wraps(function, updated=())
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        return _Recomputed(function, args, kwargs).value() if is_grad_enabled() else function(*args, **kwargs)

    return checkpointed
