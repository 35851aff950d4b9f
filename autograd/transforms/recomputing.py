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
from .batching import Batched
from .calls import Function, check_function, node_of
from .escapes import FirstCall
from .levels import bare, entered, levels_of, wrapped
from .per_example import new_variable
from .segments import Kind, Segment, in_other_convention
from .substituting import Substituting

__all__ = ["checkpoint"]


class _Recomputed(Segment):
    """A call of a function, of which the arguments are kept, and nothing of what happens inside.

    Tensors that the function did not get as arguments, the weights of a layer for instance, are found when it is first
    called, and are operands like the arguments.
    """

    kind = Kind("checkpoint", "checkpoint")

    def __init__(self, function: Function) -> None:
        super().__init__()
        self._function = function
        self._stretch = Stretch()
        self._is_differentiated = is_differentiating()

    def value(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call the function for the first time; give its result."""
        given, self._rebuild = flatten((tuple(args), dict(kwargs)))
        tensors = self._keep(given)
        operands = [_kept(tensor) for tensor in tensors]
        first = FirstCall(self.kind.call)
        try:
            leaves, rebuild = flatten(self._first_call(args, kwargs, first))
            outputs = [_kept(output) for output in _floating(leaves)]
            self._changed = [i for i, pair in enumerate(zip(tensors, operands, strict=True)) if _is_changed(*pair)]
            changes = [_kept(tensors[i]) for i in self._changed]
        finally:
            for tensor, operand in zip(tensors, operands, strict=True):
                if _is_changed(tensor, operand):
                    _put_back(tensor, operand)
        self._refuse_changed_leaves([operands[i] for i in self._changed])
        for output in (*outputs, *changes):
            first.capture(output)
        self._nodes = [node_of(operand) for operand in operands]
        captured = {node: tensor for node, tensor in first.captured.items() if node not in self._nodes}
        if not (operands or captured):
            return rebuild(leaves)
        operands += captured.values()
        self._nodes += captured
        self._met = first.met
        self._outputs = [describe(output) for output in outputs]
        self._levels = [levels_of(operand) for operand in operands]
        outputs += changes
        results = iter(self.recorded([bare(operand) for operand in operands], outputs) if outputs else [])
        result = rebuild([next(results) if _is_floating(leaf) else leaf for leaf in leaves])
        for i in self._changed:
            tensors[i]._become(next(results), "checkpoint")
        return result

    def _keep(self, given: Sequence[Any]) -> list[Tensor]:
        """Keep the arguments, of which one may be there twice; give those that are differentiated by."""
        tensors: list[Tensor] = []
        numbers: dict[int, int] = {}
        kept: dict[int, Any] = {}
        #: Which of them stands where, and what stands elsewhere.
        self._places: dict[int, int] = {}
        self._given: list[Any] = []
        for place, leaf in enumerate(given):
            if isinstance(leaf, Tensor) and leaf.requires_grad:
                if id(leaf) not in numbers:
                    numbers[id(leaf)] = len(tensors)
                    tensors.append(leaf)
                self._places[place] = numbers[id(leaf)]
                self._given.append(None)
            else:
                if id(leaf) not in kept:
                    kept[id(leaf)] = _kept(leaf)
                self._given.append(kept[id(leaf)])
        return tensors

    def _first_call(self, args: Sequence[Any], kwargs: Mapping[str, Any], first: FirstCall) -> Any:
        """Call the function with the very arguments, of which the caller sees what it changes."""
        try:
            with no_grad(), first, self._stretch.numbers():
                return self._function(*args, **kwargs)
        except RuntimeError as error:
            error.add_note("in the first call of a checkpointed function, which keeps nothing for a backward inside")
            raise

    def _refuse_changed_leaves(self, changed: Sequence[Tensor]) -> None:
        for tensor in changed:
            if node_of(tensor).is_leaf:
                named = "" if tensor.name is None else f" ({tensor.name!r})"
                raise RuntimeError(
                    f"checkpoint: {self._name} changes an argument in place, a leaf that requires grad{named}; when "
                    "the backward calls it again, that must be what it was: compute a new Tensor, as in x = x + y"
                )

    def pull(self, arrived: Mapping[int, Any], operands: Sequence[Any]) -> list[Any]:
        """Call the function again, and walk back through what it records."""
        is_of_tensors = any(isinstance(g, Tensor) for g in arrived.values())
        is_recorded = is_of_tensors and is_grad_enabled()
        variables = [new_variable(operand) for operand in operands]
        outputs = self._called_again(variables)
        pairs = [(outputs[place], in_other_convention(g)) for place, g in arrived.items()]
        reached = [(output, g) for output, g in pairs if output.requires_grad]
        if not reached:
            return [NO_PATH] * len(operands)
        ends, weights = zip(*reached, strict=True)
        found = gradients_of(ends, weights, variables, None, is_of_tensors, "checkpoint")  # arrays hold no batches
        gradients = [found.get(node_of(variable)) for variable in variables]
        shown = [None if gradient is None else in_other_convention(gradient) for gradient in gradients]
        if is_of_tensors:
            return [NO_PATH if g is None else g if is_recorded else g.detach() for g in shown]
        return [NO_PATH if g is None else g._array for g in shown]

    def _called_again(self, variables: Sequence[Tensor]) -> list[Tensor]:
        """Compute the floating Tensors of the result, and changed arguments, with variables for the operands."""
        with differentiating(), self._as_variables(variables), entered(self.levels):
            handles = [wrapped(each.__copy__(), levels) for each, levels in zip(variables, self._levels, strict=True)]
            again: dict[int, Any] = {id(leaf): _kept(leaf) for leaf in self._given}
            given = [again[id(leaf)] for leaf in self._given]
            for place, i in self._places.items():
                given[place] = handles[i]
            args, kwargs = self._rebuild(given)
            substituting = Substituting(dict(zip(self._nodes, handles, strict=True)), self._met)
            with substituting, self._stretch.numbers():
                result = self._function(*args, **kwargs)
            self._check_same(result)
            for variable in variables:  # hooks of arguments are there since the first call
                node_of(variable).annotate().hooks = None
            outputs = [*_floating(flatten(result)[0]), *(handles[i] for i in self._changed)]
            return [bare(substituting.substitute(output)) for output in outputs]

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
            f"checkpoint: {self._name} was computed anew for the backward and gave other Tensors than the first time, "
            f"{now or 'none'} in the place of {', '.join(self._outputs)}; it must do the same each time: it must not "
            "depend on what has changed since, or draw random numbers from elsewhere than autograd.generator()"
        )

    @property
    def _name(self) -> str:
        return getattr(self._function, "__name__", "the function")


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


def _is_changed(tensor: Tensor, before: Tensor) -> bool:
    """Whether a handle has moved on."""
    return bare(tensor)._array is not bare(before)._array or tensor._node is not before._node


def _put_back(tensor: Tensor, before: Tensor) -> None:
    """Have a handle hold again what it held."""
    if isinstance(tensor, Batched) and isinstance(before, Batched):
        tensor.whole = before.whole
    else:
        tensor._array, tensor._node = before._array, before._node


def checkpoint(function: Function) -> Function:
    """Give a function with the same results and derivatives, which the backward computes anew.

    Nothing of what happens inside is kept between the forward and the backward, only the arguments. That trades time
    for memory: a chain of ``n`` operations, cut into the root of ``n`` such parts, needs memory for twice the root of
    ``n`` results, and one more forward (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, section 4).
    Checkpoints nest.

    The function is called once, and once more in each backward. It must do the same each time. Its arguments, Tensors
    that it finds elsewhere, and random numbers for which it calls ``autograd.generator()``, in the same thread, are
    then what they were the first time, whatever has changed since. All else that it reads must be the same still:
    arrays and numbers that are no arguments, variables that name another Tensor now, files.

    What it changes in its arguments is changed once, as without ``checkpoint``: a list that it appends to, a Tensor
    that it adds to, the running statistics and counters of a module, also where that is the ``self`` of a decorated
    ``forward``; later calls get copies of what was there before the first one. What it changes elsewhere, also in a
    module that it was not given, it changes in each of its calls.

    The function may give any tree. Gradients pass to its floating Tensors; floating arrays and NumPy numbers, such as a
    transform inside gives, come back as Tensors, and all else is handed on. What it leaves elsewhere, in a list or in a
    Tensor that it changes there, can be looked at, but no gradient passes through it: give it as a result, too, or
    leave ``detach()`` of it there.

    Hooks on Tensors inside see the gradients of the later calls.

    Raises
    ------
    RuntimeError
        If the function changes an argument in place that is a leaf and requires grad. In the backward, if it gives
        Tensors of other shapes, or other numbers of them, than the first time, or if a gradient is to pass through what
        it has left elsewhere.

    >>> import numpy as np, autograd as ag
    >>> layer = ag.checkpoint(lambda x: np.tanh(np.sin(x) * 2))
    >>> float(ag.grad(layer)(0.0))
    2.0
    """
    check_function("checkpoint", function)

    @functools.wraps(function, updated=())
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        return _Recomputed(function).value(args, kwargs) if is_grad_enabled() else function(*args, **kwargs)

    return checkpointed
