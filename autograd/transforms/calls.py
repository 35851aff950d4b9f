"""A call of a function with variables in the place of some arguments: what all transforms begin with."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from ..errors import describe
from ..graph import Node
from ..modes import differentiating, is_differentiating, is_grad_enabled
from ..registry import operations
from ..tensor import Tensor
from ..trees import flatten, paths
from ..variables import leading_to, leads_to_variable, under_way
from .batching import Batched
from .per_example import gradients_of_examples, variable_for

Function = Callable[..., Any]
#: Which argument is differentiated by: a position, the name of a keyword argument, or several of them.
Argnum = int | str | Sequence[int | str]


class Variables:
    """The leaves of one argument, as variables that a function is called with, and how their gradients are shown."""

    def __init__(self, caller: str, place: int | str, tree: Any) -> None:
        given, self.rebuild = flatten(tree)
        self.leaves: list[Tensor] = []
        self.given_as_tensors: list[bool] = []
        self.are_recorded = False
        for value in given:
            is_tensor = isinstance(value, Tensor)
            self.given_as_tensors.append(is_tensor)
            if is_tensor and value.requires_grad:
                self.are_recorded = True
            if _dtype_of(value).kind not in "fc":
                _refuse_variable(caller, _argument(place), tree)
            self.leaves.append(variable_for(value))

    def tree(self) -> Any:
        """Give the argument with variables for leaves: handles of their own, which the function may change in place."""
        return self.rebuild([leaf.__copy__() for leaf in self.leaves])

    def show(self, gradients: Mapping[Node, Tensor]) -> Any:
        """Give the gradients in the structure of the argument, zeros where none arrived."""
        found = []
        for leaf, as_tensor in zip(self.leaves, self.given_as_tensors, strict=True):
            gradient = gradients.get(node_of(leaf))
            found.append(shown(zeros_for(leaf) if gradient is None else gradient, as_tensor, owned=True))
        return self.rebuild(found)


class Call:
    """A call of a function, with variables in the place of the arguments that are differentiated by."""

    def __init__(
        self,
        caller: str,
        function: Function,
        argnums: Sequence[int | str],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        has_aux: bool = False,
    ) -> None:
        self.caller = caller
        is_nested = is_differentiating()
        records = is_grad_enabled()
        positional, named = list(args), dict(kwargs)
        places = [_place(caller, function, argnum, args, kwargs) for argnum in argnums]
        if len(set(places)) < len(places):
            raise ValueError(f"{caller}: argnum names an argument twice: {tuple(argnums)}")
        with differentiating():
            self.variables: list[Variables] = []
            #: The variables of all arguments.
            self.leaves: list[Tensor] = []
            self.gives_tensors = are_recorded = False
            for place in places:
                given: Any = named if isinstance(place, str) else positional
                variables = Variables(caller, place, given[place])
                self.variables.append(variables)
                self.leaves += variables.leaves
                self.gives_tensors |= True in variables.given_as_tensors
                are_recorded |= variables.are_recorded
                given[place] = variables.tree()
            with under_way(map(node_of, self.leaves)):
                result = function(*positional, **named)
        self.result: Any
        self._aux: Any
        self.result, self._aux = _parted(caller, result) if has_aux else (result, None)
        # What is differentiated may be a part of a graph: of an argument's, of an outer transform's, or of weights.
        is_part = is_nested or are_recorded or leads_to_variable(self._reached()) or self._leads_elsewhere()
        self.creates_graph = records and is_part

    def outputs(self) -> tuple[list[Tensor], Callable[[Sequence[Any]], Any]]:
        """Give the leaves of the result as Tensors, and what makes a tree like the result of others."""
        _, rebuild = flatten(self.result)
        return [_output(self.caller, f"the result{path}", leaf) for path, leaf in paths(self.result)], rebuild

    def output(self) -> Tensor:
        """Give the result, one Tensor."""
        return _output(self.caller, "the result", self.result)

    def value(self) -> Any:
        """Give the result as the caller wants it; an array that the function has from elsewhere, copied."""
        leaves, rebuild = flatten(self.result)
        return self._as_wanted(rebuild([leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]))

    def aux(self) -> Any:
        """Give what the function gave besides, as the caller wants it."""
        return self._as_wanted(self._aux)

    def _as_wanted(self, tree: Any) -> Any:
        leaves, rebuild = flatten(tree)
        return rebuild([self._wanted(leaf) if isinstance(leaf, Tensor) else leaf for leaf in leaves])

    def _wanted(self, tensor: Tensor) -> Any:
        return shown(tensor if self.creates_graph else tensor.detach(), self.gives_tensors)

    def _leads_elsewhere(self) -> bool:
        """Whether who gave Tensors gets what depends on other ones, too, that require grad: on weights, say."""
        if not self.gives_tensors:
            return False
        own = {parent for leaf in self.leaves for parent in node_of(leaf).parents}
        return any(node.is_leaf and node not in own for node in leading_to(self._reached()))

    def _reached(self) -> Iterator[Node]:
        """The nodes of the leaves of the result that a gradient passes."""
        for leaf in flatten(self.result)[0]:
            if isinstance(leaf, Tensor) and leaf.requires_grad:
                yield node_of(leaf)

    def pull(self, outputs: Sequence[Tensor], weights: Sequence[Any], *, once: bool, recorded: bool = False) -> Any:
        """Give the gradients, by node, of weighted outputs by all variables."""
        reaching = [place for place, out in enumerate(outputs) if out.requires_grad]
        if not reaching:
            return {}
        if len(reaching) < len(outputs):
            outputs, weights = ([each[place] for place in reaching] for each in (outputs, weights))
        recorded = recorded or self.creates_graph
        retain = None if once else True
        return gradients_of_examples(outputs, weights, self.leaves, retain, recorded, self.caller)


def node_of(variable: Tensor) -> Node:
    """Give the node of a Tensor that requires grad."""
    if variable._node is None:
        raise AssertionError
    return variable._node


# Values, and what is around them


def shown(tensor: Tensor, as_tensor: bool, *, owned: bool = False) -> Any:
    """Give a result as a Tensor, or as an array if it has no history, which an outer transform would need.

    ``owned`` says that nobody else has the array, as is so for gradients; others are copied.
    """
    if as_tensor or tensor.requires_grad or isinstance(tensor, Batched):
        return tensor
    array = tensor._array
    if not array.shape:
        return array[()]
    return array if owned else array.copy()


def _dtype_of(value: Any) -> Any:
    return value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype


def _refuse_variable(caller: str, name: str, tree: Any) -> NoReturn:
    """Say which leaf of an argument nothing can be differentiated by."""
    path, value = next((path, value) for path, value in paths(tree) if _dtype_of(value).kind not in "fc")
    hint = "; a field that is no variable says so: field(metadata={'static': True})"
    hint = hint if dataclasses.is_dataclass(tree) else ""
    if _dtype_of(value).kind in "biu":
        raise TypeError(
            f"{caller}: {name}{path} is {_described(value)}, and there are derivatives by floating and complex numbers "
            f"only; {_as_floating(value)}{hint}"
        )
    raise TypeError(f"{caller}: {name}{path} is a {type(value).__name__}, and not a number, an array or a Tensor{hint}")


def _described(value: Any) -> str:
    return repr(value) if isinstance(value, (bool, int)) else describe(value)


def _as_floating(value: Any) -> str:
    return f"write {float(value)!r}" if isinstance(value, (bool, int)) else "convert it with astype(float)"


def _output(caller: str, name: str, value: Any) -> Tensor:
    """Check a result of a function that is differentiated; make it a Tensor."""
    if isinstance(value, Tensor):
        tensor = value
    else:
        if isinstance(value, (list, tuple, dict)):
            raise TypeError(f"{caller}: {name} is a {type(value).__name__}, and must be one number, array or Tensor")
        if _dtype_of(value).kind not in "biufc":
            raise TypeError(f"{caller}: {name} is a {type(value).__name__}, and not a number, an array or a Tensor")
        tensor = Tensor(value)
    if tensor.dtype.kind not in "fc":
        raise TypeError(f"{caller}: {name} is {describe(tensor)}, which has no derivative; it must be floating")
    return tensor


def zeros_for(like: Tensor) -> Tensor:
    """Give the gradient of what nothing depends on."""
    zeros: Tensor = operations.zeros_like(like)
    return zeros


def _parted(caller: str, result: Any) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(
            f"{caller}: with has_aux=True the function gives a pair, its result and something besides, got a "
            f"{type(result).__name__}"
        )
    return result


def _argument(place: int | str) -> str:
    return f"argument {place}" if isinstance(place, int) else f"the argument {place!r}"


def _place(
    caller: str, function: Function, argnum: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> int | str:
    """Where an argument that is differentiated by stands in a call."""
    if isinstance(argnum, str):
        if argnum in kwargs:
            return argnum
        names = _positional_names(function)
        if argnum in names and names.index(argnum) < len(args):
            return names.index(argnum)
    elif argnum in range(-len(args), len(args)):
        return argnum % len(args)
    raise ValueError(
        f"{caller}: argnum is {argnum!r}, and the function was called with {len(args)} positional arguments and the "
        f"keywords {sorted(kwargs)}"
    )


def _positional_names(function: Function) -> list[str]:
    """The parameters that can be given by position; none of a compiled function that does not say what it takes."""
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:
        return []
    return [name for name, each in parameters.items() if each.kind in positional]


def argnums_of(argnum: Argnum) -> Sequence[int | str]:
    """Give one or several of them as a sequence; raises ``TypeError`` for what is neither a position nor a name."""
    argnums = tuple(argnum) if isinstance(argnum, (tuple, list)) else (argnum,)
    for each in argnums:
        if not isinstance(each, (int, np.integer, str)):
            raise TypeError(f"argnum is a position, a name, or a tuple of them, got {each!r:.60}")
    return argnums


def check_function(caller: str, function: Any) -> None:
    """Raise ``TypeError`` if what is to be differentiated is not a function."""
    if not callable(function):
        raise TypeError(
            f"{caller}: takes a function, got a {type(function).__name__}; it gives a function, which takes the values"
        )


def one_or_all(results: list[Any], argnum: Argnum) -> Any:
    """Give the one result that was asked for, or a tuple of all."""
    return tuple(results) if isinstance(argnum, (tuple, list)) else results[0]
