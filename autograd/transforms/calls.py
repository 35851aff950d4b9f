"""A call of a function with variables in the place of some arguments: what all transforms begin with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Graph, Node
from ..modes import differentiating, is_differentiating, is_grad_enabled
from ..registry import operations
from ..tensor import Tensor, gradients_of
from ..trees import flatten, paths, rebuilt

Function = Callable[..., Any]
#: Which argument is differentiated by: a position, the name of a keyword argument, or several of them.
Argnum = int | str | Sequence[int | str]


class Variables:
    """The leaves of one argument, as variables that a function is called with, and how their gradients are shown."""

    def __init__(self, caller: str, name: str, tree: Any) -> None:
        self._tree = tree
        given = list(paths(tree))
        self.given_as_tensors = [isinstance(value, Tensor) for _, value in given]
        self.are_recorded = any(isinstance(value, Tensor) and value.requires_grad for _, value in given)
        self.leaves = [_variable(caller, f"{name}{path}", value) for path, value in given]

    def tree(self) -> Any:
        """Give the argument with variables for leaves: handles of their own, which the function may change in place."""
        return self.rebuild([handle_on(leaf) for leaf in self.leaves])

    def rebuild(self, leaves: Sequence[Any]) -> Any:
        """Give a tree like the argument with other leaves."""
        return rebuilt(self._tree, iter(leaves))

    def show(self, gradients: Mapping[Node, Tensor]) -> Any:
        """Give the gradients in the structure of the argument, zeros where none arrived."""
        found = [gradients.get(node_of(leaf)) for leaf in self.leaves]
        filled = [zeros_for(leaf) if g is None else g for leaf, g in zip(self.leaves, found, strict=True)]
        return self.rebuild([shown(g, kept, owned=True) for g, kept in zip(filled, self.given_as_tensors, strict=True)])


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
        self.is_nested = is_differentiating()
        records = is_grad_enabled()
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        places = [_place(caller, function, argnum, args, kwargs) for argnum in argnums]
        if len(set(places)) < len(places):
            raise ValueError(f"{caller}: argnum names an argument twice: {tuple(argnums)}")
        with differentiating():
            self.variables = [Variables(caller, _argument(place), given[place]) for place in places]
            given |= {place: each.tree() for place, each in zip(places, self.variables, strict=True)}
            result = function(*(given[i] for i in range(len(args))), **{name: given[name] for name in kwargs})
        self.result: Any
        self._aux: Any
        self.result, self._aux = _parted(caller, result) if has_aux else (result, None)
        self.gives_tensors = any(any(each.given_as_tensors) for each in self.variables)
        is_part = self.is_nested or any(each.are_recorded for each in self.variables)
        self.creates_graph = records and (is_part or (self.gives_tensors and self._leads_elsewhere()))

    @property
    def leaves(self) -> list[Tensor]:
        """The variables of all arguments."""
        return [leaf for each in self.variables for leaf in each.leaves]

    def outputs(self) -> tuple[list[Tensor], Callable[[Sequence[Any]], Any]]:
        """Give the leaves of the result as Tensors, and what makes a tree like the result of others."""
        _, rebuild = flatten(self.result)
        return [_output(self.caller, f"the result{path}", leaf) for path, leaf in paths(self.result)], rebuild

    def output(self) -> Tensor:
        """Give the result, one Tensor."""
        return _output(self.caller, "the result", self.result)

    def value(self) -> Any:
        """Give the result as the caller wants it."""
        return self._as_wanted(self.result)

    def aux(self) -> Any:
        """Give what the function gave besides, as the caller wants it."""
        return self._as_wanted(self._aux)

    def _as_wanted(self, tree: Any) -> Any:
        leaves, rebuild = flatten(tree)
        return rebuild([self._wanted(leaf) if isinstance(leaf, Tensor) else leaf for leaf in leaves])

    def _wanted(self, tensor: Tensor) -> Any:
        return shown(tensor if self.creates_graph else tensor.detach(), self.gives_tensors)

    def _leads_elsewhere(self) -> bool:
        """Whether the result depends on Tensors that require grad besides the variables: on weights, say."""
        outputs = [leaf for leaf in flatten(self.result)[0] if isinstance(leaf, Tensor) and leaf.requires_grad]
        own = {node_of(leaf) for leaf in self.leaves}
        return bool(outputs) and any(leaf.requires_grad and leaf not in own for leaf in Graph(*outputs).leaves)

    def pull(self, outputs: Sequence[Tensor], weights: Sequence[Any], *, once: bool, recorded: bool = False) -> Any:
        """Give the gradients, by node, of weighted outputs by all variables."""
        pairs = [(out, weight) for out, weight in zip(outputs, weights, strict=True) if out.requires_grad]
        if not pairs:
            return {}
        reached, their_weights = zip(*pairs, strict=True)
        recorded = recorded or self.creates_graph
        retain = None if once else True
        return gradients_of(reached, their_weights, self.leaves, retain, recorded, self.caller)


def node_of(variable: Tensor) -> Node:
    """Give the node of a Tensor that requires grad."""
    if variable._node is None:
        raise AssertionError
    return variable._node


# Values, and what is around them


def shown(tensor: Tensor, as_tensor: bool, *, owned: bool = False) -> Any:
    """Give a result as a Tensor, or as an array where no outer transform may need its history.

    ``owned`` says that nobody else has the array, as is so for gradients; others are copied.
    """
    if as_tensor or (tensor.requires_grad and is_differentiating()):
        return tensor
    array = tensor._array
    if not array.shape:
        return array[()]
    return array if owned else array.copy()


def _variable(caller: str, name: str, value: Any) -> Tensor:
    """Make the variable that a function gets for a value."""
    dtype = value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype
    if dtype.kind in "biu":
        raise TypeError(
            f"{caller}: {name} is {_described(value)}, and there are derivatives by floating and complex numbers "
            "only; write 3.0 in the place of 3, or convert it with astype(float)"
        )
    if dtype.kind not in "fc":
        raise TypeError(f"{caller}: {name} is a {type(value).__name__}, and not a number, an array or a Tensor")
    if not isinstance(value, Tensor):
        return Tensor(value, requires_grad=True)
    if value.requires_grad:
        variable: Tensor = operations.positive(value)
        return variable
    return value.detach().requires_grad_()


def handle_on(variable: Tensor) -> Tensor:
    """Give a Tensor that stands for a variable, and may be changed in place without losing it."""
    same: Tensor = operations.positive(variable) if variable.is_leaf else variable
    return Tensor._made(same._array, same._node)


def _described(value: Any) -> str:
    return repr(value) if isinstance(value, (bool, int)) else describe(value)


def _output(caller: str, name: str, value: Any) -> Tensor:
    """Check a result of a function that is differentiated; make it a Tensor."""
    if isinstance(value, Tensor):
        tensor = value
    else:
        if isinstance(value, (list, tuple, dict)):
            raise TypeError(f"{caller}: {name} is a {type(value).__name__}, and must be one number, array or Tensor")
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            raise TypeError(f"{caller}: {name} is a {type(value).__name__}, and not a number, an array or a Tensor")
        tensor = Tensor(array)
    if tensor.dtype.kind not in "fc":
        raise TypeError(f"{caller}: {name} is {describe(tensor)}, which has no derivative; it must be floating")
    return tensor


def zeros_for(like: Tensor) -> Tensor:
    """Give the gradient of what nothing depends on."""
    return Tensor(np.zeros(like.shape, like.dtype))


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
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        names = [name for name, each in inspect.signature(function).parameters.items() if each.kind in positional]
        if argnum in names and names.index(argnum) < len(args):
            return names.index(argnum)
    elif argnum in range(-len(args), len(args)):
        return argnum % len(args)
    raise ValueError(
        f"{caller}: argnum is {argnum!r}, and the function was called with {len(args)} positional arguments and the "
        f"keywords {sorted(kwargs)}"
    )


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
