"""A Function as a primitive of the engine."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..primitives.declaration import Primitive
from ..tensor import Tensor

if TYPE_CHECKING:
    from .applying import Application


class OfFunction(Primitive):
    """A Function as a primitive, for applications with Tensors at the same places; drawings and errors name both.

    It is not registered: whoever writes a Function checks it, with ``testing.gradcheck``.
    """

    def __init__(self, function: Any, places: Sequence[int]) -> None:
        def computed(*operands: Any, application: Any, others: Any) -> Any:
            raise NotImplementedError  # ``perform`` does what a forward cannot

        computed.__name__ = function.__name__
        computed.__doc__ = function.__doc__
        super().__init__(computed, computed, {}, domain=None, label=None, analytic=False, settles_numbers=False)
        names = argument_names(function, 1 + max(places, default=-1))
        self.operand_names = tuple(names[place] for place in places)
        self.is_variadic = False
        self.differentiable = self.operand_names
        kind = inspect.Parameter.POSITIONAL_ONLY
        self.signature = inspect.Signature([inspect.Parameter(name, kind) for name in self.operand_names])
        self._is_for = function, tuple(places)

    def perform(self, operands: Sequence[Any], attributes: dict[str, Any], recording: bool) -> Tensor:
        """Call the forward; record it if an operand requires grad."""
        application: Application = attributes["application"]
        return application.perform(self, operands, recording)

    def __reduce__(self) -> Any:
        return primitive_of, self._is_for


def primitive_of(function: Any, places: tuple[int, ...]) -> OfFunction:
    """Give the primitive for applications of a Function to Tensors at these places; made once."""
    known: dict[tuple[int, ...], OfFunction] = function._primitives
    if places not in known:
        known[places] = OfFunction(function, places)
    return known[places]


def argument_names(function: Any, count: int) -> list[str]:
    """Give the names of the first arguments; those of ``*args`` are numbered.

    >>> class F:
    ...     _has_setup = True
    ...     forward = staticmethod(lambda x, *others: x)
    >>> argument_names(F, 3)
    ['x', 'others_0', 'others_1']
    """
    parameters = parameters_of(function).parameters.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    star = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "argument")
    return [*names, *(f"{star}_{i}" for i in range(count - len(names)))][:count]


def parameters_of(function: Any) -> inspect.Signature:
    """The parameters of a forward without its context, that is, those of ``apply``."""
    signature = inspect.signature(function.forward)
    parameters = list(signature.parameters.values())
    starts_with_context = not function._has_setup and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL
    return signature.replace(parameters=parameters[starts_with_context:])
