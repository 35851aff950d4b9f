"""Functions with a gradient of their own, or with none."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from ..graph import Node
from ..modes import differentiating, no_grad
from ..primitives.declaration import Primitive
from ..random import generator
from ..registry import operations
from ..tensor import Tensor
from ..trees import flatten
from .calls import Function, check_function
from .segments import Pulled, Substituting, in_other_convention, random_again

__all__ = ["custom_gradient", "stop_gradient"]


def stop_gradient(tree: Any) -> Any:
    """Give the same values without their history: to the derivatives they are constants.

    Takes a number, an array, a Tensor, or a tree of them.

    >>> import autograd as ag
    >>> float(ag.grad(lambda x: x * ag.stop_gradient(x))(3.0))
    3.0
    """
    leaves, rebuild = flatten(tree)
    return rebuild([leaf.detach() if isinstance(leaf, Tensor) else leaf for leaf in leaves])


class _Custom(Pulled):
    """An application of a function that brings its own gradient."""

    def __init__(self, function: Function, options: Mapping[str, Any]) -> None:
        self._function = function
        self._options = options
        self._pullback: Any = None
        self._random: Any = None

    def result(self, arrays: Sequence[Any]) -> Any:
        """Compute the result; keep the pullback."""
        captured: dict[Node, Tensor] = {}
        self._random = generator().bit_generator.state
        with no_grad(), Substituting(captured, collects=True):
            result, self._pullback = self._call([operations.asarray(array) for array in arrays])
        others = [*captured.values(), *(x for x in flatten(dict(self._options))[0] if isinstance(x, Tensor))]
        if any(other.requires_grad for other in others):
            raise TypeError(
                f"custom_gradient: {self._name} uses a Tensor that requires grad and is no positional argument, so "
                "that its gradient would be lost; pass it as an argument, or detach() it"
            )
        return result._array

    def _call(self, operands: Sequence[Any]) -> tuple[Tensor, Function]:
        given = self._function(*operands, **self._options)
        if not isinstance(given, tuple) or len(given) != 2 or not callable(given[1]):
            raise TypeError(
                f"custom_gradient: {self._name} must give a pair, its result and a function from the cotangent of the "
                f"result to those of the arguments; it gave a {type(given).__name__}"
            )
        return operations.asarray(given[0]), given[1]

    @property
    def _name(self) -> str:
        return getattr(self._function, "__name__", "the function")

    def pull_all(self, g: Any, operands: Sequence[Any]) -> list[Any]:
        """Pull a cotangent back; where that is recorded, by a pullback that depends on the operands."""
        is_recorded = isinstance(g, Tensor)
        with differentiating() if is_recorded else no_grad():
            with random_again(self._random) if is_recorded else nullcontext():
                pullback = self._call([operations.asarray(x) for x in operands])[1] if is_recorded else self._pullback
            given = pullback(in_other_convention(operations.asarray(g)))
            cotangents = list(given) if isinstance(given, (tuple, list)) else [given]
            if len(cotangents) != len(operands):
                raise TypeError(
                    f"custom_gradient: {self._name} has {len(operands)} arguments, and its pullback gave "
                    f"{len(cotangents)} cotangents"
                )
            pairs = zip(cotangents, operands, strict=True)
            found = [operations.asarray(np.zeros(np.shape(x)) if c is None else c) for c, x in pairs]
            shown = [in_other_convention(cotangent) for cotangent in found]
        return shown if is_recorded else [cotangent._array for cotangent in shown]


def _applied(*operands: Any, custom: _Custom) -> Any:
    return custom.result(operands)


_applied.__name__ = "custom_gradient"

#: Not registered: whoever brings a gradient checks it, with ``testing.gradcheck``.
_customised = Primitive(
    _applied,
    _applied,
    {"operands": lambda g, operands, custom, index: custom.pull(g, operands, index)},
    domain=None,
    label="custom",
    analytic=False,
    settles_numbers=False,
)


def custom_gradient(function: Function) -> Function:
    """Decorate a function that brings its own gradient: it gives its result and a function from cotangent to gradients.

    The second function, the pullback, takes the cotangent of the result, and gives the cotangent of each positional
    argument, in a tuple if there are several; ``None`` stands for zeros. Both get Tensors. Second derivatives are those
    of what the pullback computes. Keyword arguments are options, and have no derivatives.

    Raises
    ------
    TypeError
        If the function does not give a pair, or the pullback not as many cotangents as there are arguments.

    >>> import numpy as np, autograd as ag
    >>> @ag.custom_gradient
    ... def clipped_square(x):
    ...     return x**2, lambda g: g * np.clip(2 * x, -1.0, 1.0)
    >>> x = ag.Tensor([0.25, 10.0], requires_grad=True)
    >>> clipped_square(x).sum().backward()
    >>> x.grad
    Tensor([0.5, 1. ], dtype=float64)
    """
    check_function("custom_gradient", function)

    @functools.wraps(function, updated=())
    def customised(*operands: Any, **options: Any) -> Tensor:
        return _customised.apply(operands, {"custom": _Custom(function, options)})

    return customised
