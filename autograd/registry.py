"""The registry of operations: by their names, and by the NumPy functions that they stand for.

``Tensor`` finds its operators and methods here, and NumPy's protocols find what replaces a NumPy function. Each
operation enters by its own declaration; there is no list to keep in step.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .primitives.declaration import Primitive
    from .tensor import Tensor

Function = Callable[..., Any]


if TYPE_CHECKING:

    class Applied(Protocol):
        """A declared operation."""

        def __call__(self, *operands: Any, **attributes: Any) -> Tensor:
            """Apply to operands and attributes, given as to a function."""

        def apply(self, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor:
            """Apply to all operands by position and all attributes by name."""


class Operations:
    """A namespace of all declared operations; ``operations.multiply`` is the one of that name."""

    def __getattr__(self, name: str) -> Applied:
        """Look among those that are loaded late, once a name is not known."""
        load_further()
        if name not in vars(self):
            raise AttributeError(f"there is no operation of the name {name!r}")
        found: Applied = vars(self)[name]
        return found


class Answers(dict[Any, Any]):
    """What answers a NumPy function, by that function."""

    def __missing__(self, numpy_function: Any) -> Function | None:
        load_further()
        return self.get(numpy_function)


operations = Operations()

#: All primitives, by name.
primitives: dict[str, Primitive] = {}

#: What answers a NumPy function that meets a Tensor; ``None`` for a function that nothing answers.
by_numpy = Answers()

#: What answers a NumPy function that is given something which its answer in ``by_numpy`` does not take.
faces: dict[Any, Function] = {}

#: Compositions whose results have no derivative: places, counts, answers of yes or no.
without_derivative: set[Function] = set()


def load_further() -> None:
    """Load the families that ``import autograd`` leaves out; SciPy's functions are answered once it is loaded."""
    importlib.import_module(".further", __package__)
    if "scipy.special" in sys.modules:
        importlib.import_module(".scipy_answers", __package__)


def register(name: str, function: Function, *numpy_functions: Any) -> None:
    """Make ``function`` known as ``operations.name``, and as the answer of Tensors to some NumPy functions.

    A name is taken once; the same function of the same module may be declared anew, as a notebook does.
    """
    if not str(function.__module__).startswith(f"{__package__}."):
        load_further()  # whose names are taken, too
    known = vars(operations).get(name)
    again = known is not None and (known.__module__, known.__qualname__) == (function.__module__, function.__qualname__)
    if known is not None and not again:
        raise ValueError(
            f"an operation of the name {name!r} is declared already, in {known.__module__} as {known.__qualname__}; "
            "names of operations are the same everywhere, so give this one another"
        )
    for numpy_function in numpy_functions:
        if numpy_function in by_numpy and not (again and by_numpy[numpy_function] is known):
            raise ValueError(f"{numpy_function.__name__} of NumPy is answered already, by {by_numpy[numpy_function]}")
    setattr(operations, name, function)
    for numpy_function in numpy_functions:
        by_numpy[numpy_function] = function


def implements(*numpy_functions: Any, derivative: bool = True) -> Callable[[Function], Function]:
    """Decorate a composition of primitives that answers these NumPy functions when they meet a Tensor.

    ``derivative`` says whether its results have one. The function takes their arguments; it is found as an operation
    by its own name, which nothing else may have.

    Raises
    ------
    TypeError
        If it is given the function to decorate, or what is no function.
    ValueError
        If something answers one of these NumPy functions already, or has the name.
    """
    for function in numpy_functions:
        if not callable(function) or not _is_of_a_library(function):
            raise TypeError(
                "implements: takes functions of NumPy, and the function that answers them after that, as in "
                f"@implements(np.packbits); got {function!r:.60}"
            )

    def enter(function: Function) -> Function:
        register(function.__name__, function, *numpy_functions)
        if not derivative:
            without_derivative.add(function)
        return function

    return enter


def _is_of_a_library(function: Any) -> bool:
    """Whether NumPy asks what answers this function: one written in plain Python it does not know."""
    return not isinstance(function, FunctionType) or function.__module__.startswith(("numpy", "scipy"))


def face(*numpy_functions: Any) -> Callable[[Function], Function]:
    """Decorate what takes all that these NumPy functions do, but ``out``; what answers them else takes less."""

    def enter(function: Function) -> Function:
        faces.update(dict.fromkeys(numpy_functions, function))
        return function

    return enter
