"""A function under test, seen as a function of real numbers.

A complex number counts as a pair of reals. By PyTorch's convention the gradient of a complex number is the pair of the
derivatives by its real and its imaginary part, so that every gradient is a plain row of real derivatives.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from ..errors import describe
from ..retaining import retain_all
from ..tensor import Tensor
from .numeric import Array, Curve
from .reals import as_reals, from_reals, joined
from .recording import Recording, gradients_of_others_kept
from .report import GradientMismatch

Parameters = Iterable[Tensor] | Mapping[str, Tensor]

#: What functions raise outside of their domain, as ``math.log`` and ``numpy.linalg.inv`` do.
OUTSIDE = (ArithmeticError, ValueError)


class Variable:
    """Something to differentiate by: it has a name, and values in double precision whatever the user gave."""

    #: Whether the user has given it, rather than the checker.
    is_given = True

    def __init__(self, name: str, given: Any) -> None:
        self.name = name
        self.given = describe(given)
        self.as_given = given
        self.array = _in_double(given)
        self.snapshot = self.array.tobytes()

    @property
    def reals(self) -> Array:
        """The values, as reals."""
        return as_reals(self.array)

    @property
    def is_single(self) -> bool:
        """Whether the user has given it in single precision."""
        return self.as_given.dtype in ("f4", "c8")

    @property
    def current(self) -> Array:
        """The values that the function would find now."""
        raise NotImplementedError

    def put(self, array: Array, arguments: list[Any]) -> Tensor:
        """Put values where the function finds this variable; give the Tensor that has them."""
        raise NotImplementedError

    def stand_for(self, tensor: Tensor, arguments: list[Any]) -> None:
        """Put a Tensor, with its history, where the function finds this variable."""
        raise NotImplementedError

    def restore(self) -> None:
        """Leave everything as it was before the check."""
        raise NotImplementedError


class Argument(Variable):
    """A variable that the function gets as an argument."""

    def __init__(self, name: str, given: Any, position: int) -> None:
        super().__init__(name, given)
        self._position = position

    @property
    def current(self) -> Array:
        """The array that the leaf is made of."""
        return self.array

    def put(self, array: Array, arguments: list[Any]) -> Tensor:
        """Put a new Tensor among the arguments."""
        tensor = arguments[self._position] = Tensor._made(array)
        return tensor

    def stand_for(self, tensor: Tensor, arguments: list[Any]) -> None:
        """Put it among the arguments."""
        arguments[self._position] = tensor

    def restore(self) -> None:
        """Nothing has been changed."""


class Parameter(Variable):
    """A leaf that the function finds by itself, such as a weight of a model; in double precision for the check."""

    def __init__(self, name: str, tensor: Tensor, check: str = "gradcheck") -> None:
        node = tensor.node
        if node is None or not (node.is_leaf and node.requires_grad):
            raise ValueError(
                f"{check}: {name} is no leaf that requires grad, so it is no parameter: {tensor!r}. Give the leaves "
                "that the function finds by itself, such as list(model.parameters())"
            )
        super().__init__(name, tensor._array)
        self._tensor = tensor
        self._node = node
        self._before = tensor._array

    @property
    def current(self) -> Array:
        """What the leaf holds."""
        array: Array = self._tensor._array
        return array

    def put(self, array: Array, arguments: list[Any]) -> Tensor:  # noqa: ARG002 - it is found elsewhere
        """Have the leaf itself hold the values."""
        self._tensor._array, self._tensor._node = array, self._node
        self._node.dtype = array.dtype
        return self._tensor

    def stand_for(self, tensor: Tensor, arguments: list[Any]) -> None:  # noqa: ARG002
        """Move the leaf's handle on to it."""
        self._tensor._array, self._tensor._node = tensor._array, tensor._node

    def restore(self) -> None:
        """Give the leaf back what it held."""
        self.put(self._before, [])


class Subject:
    """A function and its variables; inside a ``with`` block they can be moved.

    ``weights`` are inputs after those of the user. ``given`` has what the user gave, by name.
    """

    #: What is compared with numbers, and what computes it.
    compared = "the gradient"
    culprit = "the rule"

    #: What can be differentiated by.
    needed = "give floating arrays or Tensors as inputs, or the leaves that the function finds by itself as parameters="

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Sequence[Any],
        parameters: Parameters,
        weights: Sequence[Array] = (),
        check: str = "gradcheck",
    ) -> None:
        self.check = check
        parameters = leaves_of(parameters, check)
        if not callable(function):
            raise TypeError(f"{check}: what is checked must be a function of Tensors, got {describe(function)}")
        self.function = function
        self.name = name_of(function)
        self._arguments = [*inputs, *weights]
        self.variables: list[Variable] = []
        names = argument_names(function, len(inputs))
        self.given = list(zip(names, inputs, strict=True))
        arrays = [(name, value._array if isinstance(value, Tensor) else value) for name, value in self.given]
        self._constants = [
            (name, array, array.tobytes())
            for name, array in arrays
            if isinstance(array, np.ndarray) and array.dtype.kind in "biu"
        ]
        for position, name in enumerate(names):
            array = _differentiable(inputs[position], name, check)
            if array is not None:
                self.variables.append(Argument(name, array, position))
        for number, weight in enumerate(weights):
            self.variables.append(Argument(f"weights[{number}]", weight, len(inputs) + number))
            self.variables[-1].is_given = False
        self.variables += [Parameter(name, tensor, check) for name, tensor in _named(parameters)]
        if not self.variables:
            given = f"{', '.join(describe(value) for _, value in self.given) or 'nothing'} is not floating; "
            raise ValueError(f"{check}: there is nothing to differentiate by: {given}{self.needed}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for variable in self.variables:
            variable.restore()

    @property
    def functions(self) -> list[tuple[Callable[..., Any], str]]:
        """The functions that the user gave, with names for them."""
        function = getattr(self.function, "checked_function", self.function)
        return [(function, name_of(function))]

    @property
    def is_real(self) -> bool:
        """Whether no variable is complex."""
        return all(variable.array.dtype.kind == "f" for variable in self.variables)

    def record(self) -> Recording:
        """Run the function on leaves that require grad."""
        return self._recorded([variable.array for variable in self.variables])

    def record_beside(self, moved: Variable, way: Array) -> Recording:
        """Run the function on such leaves after one variable has moved by so many reals."""
        place = from_reals(moved.reals + way, like=moved.array)
        return self._recorded([place if variable is moved else variable.array for variable in self.variables])

    def record_as_given(self) -> Recording:
        """Run the function on leaves of the precision that the user gave, which parameters then keep."""
        return self._recorded([variable.as_given for variable in self.variables], is_double=False)

    def on(self, *tensors: Tensor) -> list[Tensor]:
        """Run the function on Tensors in the place of its variables; the results depend on these."""
        arguments = list(self._arguments)
        for variable, tensor in zip(self.variables, tensors, strict=True):
            variable.stand_for(tensor, arguments)
        return self._call(arguments)

    def record_for_drawing(self) -> list[Tensor]:
        """Run the function once more, keep all values on the way, and all gradients of the sum of the results.

        Leaves stand in for the variables and have their names, so that parameters keep their own gradients.
        """
        with retain_all():
            leaves = [Tensor._made(variable.array).requires_grad_() for variable in self.variables]
            for leaf, variable in zip(leaves, self.variables, strict=True):
                leaf.name = variable.name
            outputs = [output for output in self.on(*leaves) if output.requires_grad]
        with gradients_of_others_kept(outputs, leaves):
            for output in outputs:
                output.backward(Tensor._made(np.ones(output.shape, output.dtype)), retain_graph=True)
        return outputs

    def values(self) -> Array:
        """Run the function anew on the given values; give all results, as reals, in one axis."""
        return joined([as_reals(array) for array in self._run([variable.array for variable in self.variables])])

    def curve(self, moved: Variable, direction: Array) -> Curve:
        """Walk one variable along a direction of reals; gives all results, as reals, in one axis."""

        def at(distance: float) -> Array:
            place = from_reals(moved.reals + distance * direction, like=moved.array)
            arrays = [place if variable is moved else variable.array for variable in self.variables]
            return joined([as_reals(array) for array in self._run(arrays)])

        return self._defined(at)

    def complex_curve(self, moved: Variable, direction: Array) -> Curve:
        """Walk one variable along a direction into the complex plane; all variables are real, and become complex."""

        def at(distance: complex) -> Array:
            place = (moved.reals + distance * direction).reshape(moved.array.shape)
            arrays = [place if variable is moved else variable.array.astype("c16") for variable in self.variables]
            return joined([np.ravel(array) for array in self._run(arrays)])

        return self._defined(at)

    def _defined(self, curve: Curve) -> Curve:
        """Have a curve give NaN where the function raises beside its domain; at the point itself it does not."""

        def at(distance: complex) -> Array:
            try:
                return curve(distance)
            except OUTSIDE:
                return np.full(self.values().size, np.nan)

        return at

    def check_unchanged(self, what: str) -> None:
        """Raise if a variable, or another array, does not have the bytes that it was given with; it gets them back."""
        arrays = [(variable.name, variable.current, variable.snapshot) for variable in self.variables]
        for name, current, before in arrays + self._constants:
            if current.tobytes() != before:
                current[...] = np.frombuffer(before, current.dtype).reshape(current.shape)
                raise GradientMismatch(
                    f"{what} has written into {name}.\n"
                    "  suspected: a forward or a rule that writes into an operand (x += ..., x[i] = ..., out=x) "
                    "instead of building its result anew"
                )

    def _recorded(self, arrays: Sequence[Array], *, is_double: bool = True) -> Recording:
        arguments = list(self._arguments)
        pairs = zip(self.variables, arrays, strict=True)
        leaves = [variable.put(array, arguments).requires_grad_() for variable, array in pairs]
        return Recording(leaves, self._call(arguments, is_double=is_double))

    def _run(self, arrays: Sequence[Array]) -> list[Array]:
        return [output._array for output in self._call(self._placed(arrays))]

    def _placed(self, arrays: Sequence[Array]) -> list[Any]:
        """Put values in the place of the variables; give the arguments of a call."""
        arguments = list(self._arguments)
        for variable, array in zip(self.variables, arrays, strict=True):
            variable.put(array, arguments)
        return arguments

    def _call(self, arguments: Sequence[Any], *, is_double: bool = True) -> list[Tensor]:
        """Give the floating results of the function."""
        result = self.function(*arguments)
        return self._checked(list(result) if isinstance(result, (tuple, list)) else [result], is_double=is_double)

    def _checked(self, outputs: Sequence[Any], *, is_double: bool) -> list[Tensor]:
        """Give those results that are floating; raise for what is no result to check."""
        if not outputs and not hasattr(self.function, "checked_function"):
            raise TypeError(f"{self.check}: {self.name} gave no results; what has a gradient is a Tensor, or several")
        for output in outputs:
            if not isinstance(output, Tensor):
                raise TypeError(
                    f"{self.check}: {self.name} gave {describe(output)}, a {type(output).__name__} and no Tensor: "
                    f"{_instead_of(output)}"
                )
            if is_double and output.dtype.kind in "fc" and output.dtype not in ("f8", "c16"):
                raise TypeError(
                    f"{self.check}: {self.name} gave {output.dtype} for inputs in double precision. A difference of "
                    "such numbers has at most five digits: leave out what converts to that dtype, and compare the two "
                    "precisions with each other"
                )
        floating = [output for output in outputs if output.dtype.kind in "fc"]
        if outputs and not floating:
            raise TypeError(f"{self.check}: {self.name} gave {outputs[0].dtype} only, which has no derivative")
        return floating


def _instead_of(output: Any) -> str:
    """Say what a function may give instead of something that is no Tensor."""
    if isinstance(output, (dict, tuple, list)):
        return "it may give a Tensor, or one flat tuple or list of them; take these out in a function of your own"
    return "a gradient cannot come from there. Build the result from operations on Tensors"


def _in_double(array: Array) -> Array:
    double = "c16" if array.dtype.kind == "c" else "f8"
    return array if array.dtype == double else array.astype(double)


def _differentiable(value: Any, name: str, check: str) -> Array | None:
    """Give the array of an input to differentiate by; ``None`` for inputs that are handed on as they are."""
    if isinstance(value, (list, tuple, dict)) and _holds_floating(value):
        raise TypeError(f"{check}: {name} is a {type(value).__name__}; hand arrays over as inputs of their own")
    array = value._array if isinstance(value, Tensor) else value
    if isinstance(array, (float, complex, np.inexact)):
        array = np.asarray(array)
    return array if isinstance(array, np.ndarray) and array.dtype.kind in "fc" else None


def _holds_floating(value: Any) -> bool:
    """Tell whether there is something to differentiate by inside of lists, tuples and dicts: an index has nothing."""
    if isinstance(value, (list, tuple, dict)):
        return any(map(_holds_floating, value.values() if isinstance(value, dict) else value))
    dtype = getattr(value, "dtype", None)
    return isinstance(value, (float, complex)) or getattr(dtype, "kind", "") in ("f", "c")


def name_of(function: Callable[..., Any], nameless: str = "f") -> str:
    """What a message calls a function."""
    name = str(getattr(function, "__name__", type(function).__name__))
    return nameless if name == "<lambda>" else name


def argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """Name the arguments of a call as the function does."""
    try:
        parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "inputs")
    first = len(names) if rest != "inputs" else 0
    return names + [f"{rest}[{position - first}]" for position in range(len(names), count)]


def leaves_of(parameters: Any, check: str) -> Mapping[str, Tensor] | list[Tensor]:
    """Give what a user means by parameters; raises for what is no mapping of Tensors, and no sequence of them."""
    if hasattr(parameters, "named_parameters"):
        raise TypeError(
            f"{check}: parameters is of the type {type(parameters).__name__}; give its leaves: "
            "parameters=dict(model.named_parameters())"
        )
    if isinstance(parameters, (Tensor, np.ndarray, str)) or not isinstance(parameters, Iterable):
        raise TypeError(
            f"{check}: parameters is of the type {type(parameters).__name__}; give a list of Tensors, or a dict of "
            "them by name: parameters=[weight]"
        )
    leaves = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
    for name, leaf in leaves.items() if isinstance(leaves, dict) else enumerate(leaves):
        if not isinstance(leaf, Tensor):
            raise TypeError(
                f"{check}: parameters[{name!r}] is {describe(leaf)}, of the type {type(leaf).__name__} and no Tensor; "
                "give the leaves that require grad and that the function finds by itself, such as "
                "list(model.parameters())"
            )
    return leaves


def _named(parameters: Parameters) -> list[tuple[str, Tensor]]:
    """Give each leaf once, by its first name."""
    if isinstance(parameters, Mapping):
        named = list(parameters.items())
    else:
        named = [(tensor.name or f"parameters[{position}]", tensor) for position, tensor in enumerate(parameters)]
    return list({id(tensor): (name, tensor) for name, tensor in reversed(named)}.values())[::-1]
