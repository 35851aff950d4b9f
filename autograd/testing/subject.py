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
from ..tensor import Tensor, gradients_of
from .numeric import Array, Curve
from .report import GradientMismatch

Parameters = Iterable[Tensor] | Mapping[str, Tensor]


def as_reals(array: Array) -> Array:
    """Give all numbers of an array in one axis of float64, complex ones as pairs.

    >>> as_reals(np.array([[1 + 2j, 3j]]))
    array([1., 2., 0., 3.])
    """
    flat = np.ravel(array)
    return flat.astype(np.complex128).view(np.float64) if flat.dtype.kind == "c" else flat.astype(np.float64)


def from_reals(reals: Array, like: Array) -> Array:
    """Undo ``as_reals``: give the numbers the shape and kind of ``like``.

    >>> from_reals(np.array([1.0, 2.0, 0.0, 3.0]), like=np.array([[1j, 1j]]))
    array([[1.+2.j, 0.+3.j]])
    """
    return (np.ascontiguousarray(reals).view(np.complex128) if like.dtype.kind == "c" else reals).reshape(like.shape)


class Variable:
    """Something to differentiate by: it has a name, and values in double precision whatever the user gave."""

    #: Whether the user has given it, rather than the checker.
    is_given = True

    def __init__(self, name: str, given: Any) -> None:
        self.name = name
        self.given = describe(given)
        self.array = _in_double(given)
        self.snapshot = self.array.tobytes()

    @property
    def reals(self) -> Array:
        """The values, as reals."""
        return as_reals(self.array)

    @property
    def current(self) -> Array:
        """The values that the function would find now."""
        raise NotImplementedError

    def put(self, array: Array, arguments: list[Any]) -> Tensor:
        """Put values where the function finds this variable; give the Tensor that has them."""
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

    def restore(self) -> None:
        """Nothing has been changed."""


class Parameter(Variable):
    """A leaf that the function finds by itself, such as a weight of a model; in double precision for the check."""

    def __init__(self, name: str, tensor: Tensor) -> None:
        node = tensor.node
        if node is None or not (node.is_leaf and node.requires_grad):
            raise ValueError(f"gradcheck: {name} is no leaf that requires grad, so it is no parameter: {tensor!r}")
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
        self._tensor._array = array
        self._node.dtype = array.dtype
        return self._tensor

    def restore(self) -> None:
        """Give the leaf back what it held."""
        self.put(self._before, [])


class Subject:
    """A function and its variables; inside a ``with`` block they can be moved.

    ``weights`` are inputs after those of the user.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Sequence[Any],
        parameters: Parameters,
        weights: Sequence[Array] = (),
    ) -> None:
        self.function = function
        self.name = name_of(function)
        self._arguments = [*inputs, *weights]
        self.variables: list[Variable] = []
        for position, name in enumerate(argument_names(function, len(inputs))):
            array = _differentiable(inputs[position], name)
            if array is not None:
                self.variables.append(Argument(name, array, position))
        for number, weight in enumerate(weights):
            self.variables.append(Argument(f"weights[{number}]", weight, len(inputs) + number))
            self.variables[-1].is_given = False
        self.variables += [Parameter(name, tensor) for name, tensor in _named(parameters)]
        if not self.variables:
            raise ValueError(
                "gradcheck: there is nothing to differentiate by: give floating arrays or Tensors as inputs, or the "
                "leaves that the function finds by itself as parameters="
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for variable in self.variables:
            variable.restore()

    @property
    def command(self) -> str:
        """How a user calls for the check, up to the function."""
        return str(getattr(self.function, "command", f"gradcheck({self.name}"))

    @property
    def is_real(self) -> bool:
        """Whether no variable is complex."""
        return all(variable.array.dtype.kind == "f" for variable in self.variables)

    def record(self) -> Recording:
        """Run the function on leaves that require grad."""
        arguments = list(self._arguments)
        leaves = [variable.put(variable.array, arguments).requires_grad_() for variable in self.variables]
        return Recording(leaves, self._call(arguments))

    def values(self) -> Array:
        """Run the function anew on the given values; give all results, as reals, in one axis."""
        return _joined([as_reals(array) for array in self._run([variable.array for variable in self.variables])])

    def curve(self, moved: Variable, direction: Array) -> Curve:
        """Walk one variable along a direction of reals; gives all results, as reals, in one axis."""

        def at(distance: float) -> Array:
            place = from_reals(moved.reals + distance * direction, like=moved.array)
            arrays = [place if variable is moved else variable.array for variable in self.variables]
            return _joined([as_reals(array) for array in self._run(arrays)])

        return at

    def complex_curve(self, moved: Variable, direction: Array) -> Curve:
        """Walk one variable along a direction into the complex plane; all variables are real, and become complex."""

        def at(distance: complex) -> Array:
            place = (moved.reals + distance * direction).reshape(moved.array.shape)
            arrays = [place if variable is moved else variable.array.astype("c16") for variable in self.variables]
            return _joined([np.ravel(array) for array in self._run(arrays)])

        return at

    def check_unchanged(self, what: str) -> None:
        """Raise if a variable does not have the bytes that it was given with."""
        for variable in self.variables:
            if variable.current.tobytes() != variable.snapshot:
                raise GradientMismatch(
                    f"{what} has written into {variable.name}.\n"
                    "  suspected: a forward or a rule that writes into an operand (x += ..., x[i] = ..., out=x) "
                    "instead of building its result anew"
                )

    def _run(self, arrays: Sequence[Array]) -> list[Array]:
        arguments = list(self._arguments)
        for variable, array in zip(self.variables, arrays, strict=True):
            variable.put(array, arguments)
        return [output._array for output in self._call(arguments)]

    def _call(self, arguments: Sequence[Any]) -> list[Tensor]:
        """Give the floating results of the function."""
        result = self.function(*arguments)
        outputs = list(result) if isinstance(result, (tuple, list)) else [result]
        for output in outputs:
            if not isinstance(output, Tensor):
                raise TypeError(
                    f"gradcheck: {self.name} gave {describe(output)}, a {type(output).__name__} and no Tensor: a "
                    "gradient cannot come from there. Build the result from operations on Tensors"
                )
            if output.dtype.kind in "fc" and output.dtype not in ("f8", "c16"):
                raise TypeError(
                    f"gradcheck: {self.name} gave {output.dtype} for inputs in double precision. A difference of such "
                    "numbers has at most five digits: leave out what converts to that dtype, and compare the two "
                    "precisions with each other"
                )
        floating = [output for output in outputs if output.dtype.kind in "fc"]
        if outputs and not floating:
            raise TypeError(f"gradcheck: {self.name} gave {outputs[0].dtype} only, which has no derivative")
        return floating


class Recording:
    """One recorded run of a function: its results, and the gradients that the graph gives for them."""

    def __init__(self, leaves: list[Tensor], outputs: list[Tensor]) -> None:
        self.leaves = leaves
        self.outputs = outputs
        self.values = _joined([as_reals(output._array) for output in outputs])

    @property
    def is_real(self) -> bool:
        """Whether no result is complex."""
        return all(output.dtype.kind == "f" for output in self.outputs)

    def gradients(self, cotangent: Array) -> list[Array | None]:
        """Give the gradient at each leaf for a cotangent, which is given as reals; ``None`` where no path leads."""
        parts = self._by_output(cotangent)
        reached = [(output, part) for output, part in zip(self.outputs, parts, strict=True) if output.requires_grad]
        if not reached:
            return [None for _ in self.leaves]
        outputs, cotangents = zip(*reached, strict=True)
        weighted = [_WEIGHT * cotangent for cotangent in cotangents]
        found = gradients_of(outputs, weighted, self.leaves, True, False, "gradcheck")
        gradients = [found.get(leaf._node) if leaf._node is not None else None for leaf in self.leaves]
        return [None if gradient is None else gradient._array / _WEIGHT for gradient in gradients]

    @property
    def conjugation(self) -> Array:
        """For each real of the results -1 if it is the imaginary part of a complex number, else 1."""
        signs = {"f": 1.0, "c": 1 - 1j}
        return _joined([as_reals(np.full(output.shape, signs[output.dtype.kind])) for output in self.outputs])

    def name_of(self, real: int) -> str:
        """Name one of the reals of all results."""
        for position, output in enumerate(self.outputs):
            count = as_reals(output._array).size
            if real < count:
                result = "the result" if len(self.outputs) == 1 else f"result {position}"
                index, part = place_of(real, output._array)
                return f"{result}{list(index) if index else ''}{part}"
            real -= count
        raise IndexError(real)

    def _by_output(self, cotangent: Array) -> list[Array]:
        parts = []
        for output in self.outputs:
            count = output.size * (2 if output.dtype.kind == "c" else 1)
            parts.append(from_reals(cotangent[:count], like=output._array))
            cotangent = cotangent[count:]
        return parts


#: What cotangents are multiplied with, and gradients divided by: 1 would hide a rule that forgets g, uses it twice, or
#: takes its absolute value. A power of two keeps all digits as they are.
_WEIGHT = -2.0


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0)


def place_of(real: int, array: Array) -> tuple[tuple[int, ...], str]:
    """Say at which index one of the reals of an array stands, and in which part of a complex number.

    >>> place_of(5, np.array([[1j, 2j], [3j, 4j]]))
    ((1, 0), '.imag')
    """
    element, part = (real // 2, (".real", ".imag")[real % 2]) if array.dtype.kind == "c" else (real, "")
    return tuple(int(i) for i in np.unravel_index(element, array.shape)), part


def _in_double(array: Array) -> Array:
    double = "c16" if array.dtype.kind == "c" else "f8"
    return array if array.dtype == double else array.astype(double)


def _differentiable(value: Any, name: str) -> Array | None:
    """Give the array of an input to differentiate by; ``None`` for inputs that are handed on as they are."""
    if isinstance(value, (list, tuple, dict)):
        raise TypeError(f"gradcheck: {name} is a {type(value).__name__}; hand arrays over as inputs of their own")
    array = value._array if isinstance(value, Tensor) else value
    if isinstance(array, (float, complex, np.inexact)):
        array = np.asarray(array)
    return array if isinstance(array, np.ndarray) and array.dtype.kind in "fc" else None


def name_of(function: Callable[..., Any]) -> str:
    """What a message calls a function."""
    name = str(getattr(function, "__name__", type(function).__name__))
    return "f" if name == "<lambda>" else name


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


def _named(parameters: Parameters) -> list[tuple[str, Tensor]]:
    """Give each leaf once, by its first name."""
    if isinstance(parameters, Mapping):
        named = list(parameters.items())
    else:
        named = [(tensor.name or f"parameters[{position}]", tensor) for position, tensor in enumerate(parameters)]
    return list({id(tensor): (name, tensor) for name, tensor in reversed(named)}.values())[::-1]
