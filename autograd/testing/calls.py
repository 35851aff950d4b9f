"""One call of a primitive on given operands: what the properties are asked about."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..primitives.declaration import Primitive
from ..tensor import Tensor
from .numeric import Array

_POSITIONAL = inspect.Parameter.POSITIONAL_ONLY


class Call:
    """A primitive with operands and attributes; called with arrays, it puts them in the place of its variables.

    ``variables`` are the operands that can be differentiated by: floating or complex, and with a gradient rule.
    Operands may be arrays, numbers, ``None``, or Tensors, which count as their arrays.

    >>> import autograd as ag
    >>> call = Call(ag.multiply, (np.array([1.0, 2.0]), 3.0))
    >>> call
    multiply(np.array([1.0, 2.0]), np.array(3.0))
    >>> call()
    Tensor([3., 6.], dtype=float64)
    >>> call(np.array([5.0]), np.array(2.0))
    Tensor([10.], dtype=float64)
    """

    def __init__(self, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any] | None = None) -> None:
        self.primitive = primitive
        self.attributes = attributes or {}
        self.analytic = primitive.analytic
        bound = primitive.bind([_plain(operand) for operand in operands], self.attributes)[0]
        self.positions = [i for i, operand in enumerate(bound) if _has_rule(primitive, i) and _is_floating(operand)]
        self.operands = [
            np.asarray(operand) if i in self.positions or isinstance(operand, np.generic) else operand
            for i, operand in enumerate(bound)
        ]
        self.__name__ = primitive.name
        self.__signature__ = inspect.Signature([inspect.Parameter(name, _POSITIONAL) for name in self.names])

    @property
    def variables(self) -> list[Array]:
        """The operands that can be differentiated by."""
        return [self.operands[position] for position in self.positions]

    @property
    def names(self) -> list[str]:
        """The name of each variable; those of a variadic primitive are numbered."""
        star = len(self.primitive.operand_names) - 1 if self.primitive.is_variadic else len(self.operands)
        numbers = [f"_{position - star}" if position >= star else "" for position in self.positions]
        names = [operand_name(self.primitive, position) for position in self.positions]
        return [name + number for name, number in zip(names, numbers, strict=True)]

    def operands_with(self, variables: Sequence[Any]) -> list[Any]:
        """Give all operands, with others in the place of the variables."""
        operands = list(self.operands)
        for position, variable in zip(self.positions, variables, strict=True):
            operands[position] = variable
        return operands

    def __call__(self, *variables: Any) -> Tensor:
        """Apply the primitive, to its own variables or to others."""
        result: Tensor = self.primitive(*self.operands_with(variables or self.variables), **self.attributes)
        return result

    def forward(self) -> Array:
        """Apply the forward alone, to arrays."""
        _, attributes = self.primitive.bind(self.operands, self.attributes)
        return np.asarray(self.primitive.forward(*self.operands, **attributes))

    def with_variables(self, convert: Callable[[Array], Array]) -> Call:
        """Give a call with its variables converted."""
        return Call(self.primitive, self.operands_with([convert(v) for v in self.variables]), self.attributes)

    def __repr__(self) -> str:
        operands = [_shown(operand) for operand in self.operands]
        attributes = [f"{name}={value!r}" for name, value in self.attributes.items()]
        return f"{self.primitive.name}({', '.join(operands + attributes)})"


def operand_name(primitive: Primitive, position: int) -> str:
    """Name the operand at a position; all that ``*operands`` takes have one name."""
    return primitive.operand_names[min(position, len(primitive.operand_names) - 1)]


def _has_rule(primitive: Primitive, position: int) -> bool:
    return operand_name(primitive, position) in primitive.differentiable


def _plain(operand: Any) -> Any:
    return operand._array if isinstance(operand, Tensor) else operand


def _is_floating(operand: Any) -> bool:
    return isinstance(operand, (float, complex)) or getattr(getattr(operand, "dtype", None), "kind", "") in ("f", "c")


def _shown(operand: Any) -> str:
    """Write an array as Python, with its dtype and memory layout where they are unusual."""
    if not isinstance(operand, np.ndarray):
        return repr(operand)
    values = f"np.array({operand.tolist()})" if operand.size else f"np.zeros({operand.shape})"
    usual = operand.flags.c_contiguous and operand.dtype in ("f8", "c16", "i8", "b1")
    return values if usual else f"{values}<{operand.dtype}, strides {operand.strides}>"
