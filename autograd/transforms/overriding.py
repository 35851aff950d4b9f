"""Functions with a gradient of their own, or with none."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..modes import differentiating, is_grad_enabled, no_grad
from ..random import Stretch
from ..registry import operations
from ..tensor import Tensor
from ..trees import flatten
from ..walk import NO_PATH
from .calls import Function, check_function
from .levels import bare, entered, gathered, levels_of, wrapped
from .sealing import sealed
from .segments import Kind, Segment, in_other_convention
from .substituting import Collecting

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


class _Custom(Segment):
    """A call of a function that brings its own gradient."""

    kind = Kind("custom_gradient", "custom")

    def __init__(self, function: Function, args: Sequence[Any], options: Mapping[str, Any]) -> None:
        super().__init__()
        self._function = function
        self._options = options
        self._places = [place for place, value in enumerate(args) if _is_numeric(value)]
        self._operands = [_as_operand(args[place]) for place in self._places]
        self._args = [None if place in self._places else value for place, value in enumerate(args)]
        self._pullback: Any = None
        self._stretch = Stretch()

    def value(self) -> Any:
        """Call the function for the first time; give its result."""
        operands, self._operands = self._operands, []
        collecting = Collecting()
        with no_grad(), collecting:
            result, self._pullback = self._call([x.detach() if isinstance(x, Tensor) else x for x in operands])
        if any(isinstance(x, Tensor) and x.requires_grad for x in self._besides()):
            raise TypeError(
                f"custom_gradient: {self._name} got a Tensor that requires grad by name, or inside of a dict, list or "
                "tuple, and its pullback gives cotangents to positional arguments that are numbers, arrays or Tensors "
                "alone; pass it as one of these, or detach() it"
            )
        if collecting.captured:
            raise TypeError(
                f"custom_gradient: {self._name} uses a Tensor that requires grad and is no positional argument, so "
                "that its gradient would be lost; pass it as an argument, or detach() it"
            )
        given, self._rebuild = flatten(result)
        leaves = [operations.asarray(leaf) if _is_numeric(leaf) else leaf for leaf in given]
        self._differ = [isinstance(leaf, Tensor) and leaf.dtype.kind in "fc" for leaf in leaves]
        outputs = [leaf for leaf, differs in zip(leaves, self._differ, strict=True) if differs]
        self._likes = [(np.zeros_like(whole._array, shape=()), whole.shape) for whole in map(bare, outputs)]
        self._levels = [levels_of(operand) for operand in operands], [levels_of(output) for output in outputs]
        results = iter(self.recorded([bare(operand) for operand in operands], outputs) if outputs else [])
        return self._filled(results, leaves)

    def _besides(self) -> list[Any]:
        """What the function gets besides the operands, out of its containers."""
        containers = [value for value in self._args if isinstance(value, (dict, list, tuple))]
        return flatten((containers, dict(self._options)))[0]

    def _call(self, operands: Sequence[Any]) -> tuple[Any, Function]:
        args = list(self._args)
        for place, operand in zip(self._places, operands, strict=True):
            args[place] = operand
        with self._stretch.numbers():
            given = self._function(*args, **self._options)
        if not isinstance(given, tuple) or len(given) != 2 or not callable(given[1]):
            raise TypeError(
                f"custom_gradient: {self._name} must give a pair, its result and a function from the cotangent of the "
                f"result to those of the arguments; it gave a {type(given).__name__}"
            )
        return given

    def _filled(self, results: Iterator[Any], others: Sequence[Any]) -> Any:
        """Give a tree like the result, with these in the places that have gradients."""
        pairs = zip(self._differ, others, strict=True)
        return self._rebuild([next(results) if differs else other for differs, other in pairs])

    def pull(self, arrived: Mapping[int, Any], operands: Sequence[Any]) -> list[Any]:
        """Pull cotangents back; where that is recorded, by a pullback that depends on the operands."""
        is_of_tensors = any(isinstance(g, Tensor) for g in arrived.values())
        is_recorded = is_of_tensors and is_grad_enabled()  # batches are Tensors in any walk
        of_operands, of_outputs = self._levels
        with differentiating() if is_recorded else no_grad(), entered(self.levels):
            given = [wrapped(_as_operand(x), levels) for x, levels in zip(operands, of_operands, strict=True)]
            pullback = self._call(given)[1] if is_recorded else self._pullback
            cotangents = [
                in_other_convention(operations.asarray(arrived[place]))
                if place in arrived
                else Tensor._made(np.broadcast_to(zero, shape))
                for place, (zero, shape) in enumerate(self._likes)
            ]
            seen = iter([wrapped(each, levels) for each, levels in zip(cotangents, of_outputs, strict=True)])
            found = self._checked(pullback(self._filled(seen, [None] * len(self._differ))), given)
            if is_recorded:
                found = self._with_arrays_sealed(found, [*cotangents, *given])
            shown = [
                NO_PATH if each is None else in_other_convention(gathered(each, self.levels, levels))
                for each, levels in zip(found, of_operands, strict=True)
            ]
        return shown if is_of_tensors else [c._array if isinstance(c, Tensor) else c for c in shown]

    def _checked(self, given: Any, operands: Sequence[Any]) -> list[Any]:
        """Give the cotangents of the arguments, after checking that they belong to them."""
        cotangents = list(given) if isinstance(given, (tuple, list)) else [given]
        if len(cotangents) != len(operands):
            raise TypeError(
                f"custom_gradient: {self._name} has {len(operands)} arguments, and its pullback gave "
                f"{len(cotangents)} cotangents"
            )
        for place, cotangent, operand in zip(self._places, cotangents, operands, strict=True):
            if cotangent is not None:
                self._check(place, cotangent, _shape(operand))
        return cotangents

    def _with_arrays_sealed(self, found: Sequence[Any], sources: Sequence[Any]) -> list[Any]:
        """Have derivatives of what was computed from arrays raise: it may depend on all that the pullback got."""
        nodes = [source.node for source in sources if isinstance(source, Tensor)]
        kept = []
        for place, cotangent in zip(self._places, found, strict=True):
            if cotangent is None or isinstance(cotangent, Tensor) or not np.any(cotangent):
                kept.append(cotangent)
                continue
            refusal = (
                f"custom_gradient: a derivative of what the pullback of {self._name} gave for argument {place} is "
                "asked for (a second one, or one in forward mode), and that is a constant: it was computed from "
                "arrays, as g.data gives. Write the pullback in operations on Tensors; for a gradient that is zero, "
                "give None"
            )
            kept.append(sealed(nodes, operations.asarray(cotangent)._array, refusal))
        return kept

    def _check(self, place: int, cotangent: Any, shape: tuple[int, ...]) -> None:
        if not _is_numeric(cotangent):
            raise TypeError(
                f"custom_gradient: the pullback of {self._name} gave a {type(cotangent).__name__} for argument "
                f"{place}, and not a number, an array or a Tensor, or None for zeros"
            )
        found = _shape(cotangent)
        if not _broadcasts_to(shape, found):
            raise ValueError(
                f"custom_gradient: the pullback of {self._name} gave a cotangent of shape {found} for argument "
                f"{place}, of shape {shape}; it must have that shape, or one that it broadcasts to"
            )

    @property
    def _name(self) -> str:
        return getattr(self._function, "__name__", "the function")


def _is_numeric(value: Any) -> bool:
    dtype = getattr(value, "dtype", None)
    is_array = isinstance(value, (Tensor, np.generic)) or hasattr(value, "__array_function__")
    return dtype.kind in "biufc" if dtype is not None and is_array else isinstance(value, (int, float, complex))


def _as_operand(value: Any) -> Any:
    """A number as it is, whose dtype is that of what it meets; anything else as a Tensor."""
    return (
        value if isinstance(value, (int, float, complex)) and not hasattr(value, "dtype") else operations.asarray(value)
    )


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(getattr(value, "shape", ()))


def _broadcasts_to(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, other) == other
    except ValueError:
        return False


def custom_gradient(function: Function) -> Function:
    """Decorate a function that brings its own gradient: it gives its result and a function from cotangent to gradients.

    The second function, the pullback, takes the cotangent of the result, and gives the cotangent of each positional
    argument that is a number, an array or a Tensor, in a tuple if there are several; ``None`` stands for no gradient.
    The result may be a tree; then the pullback takes a tree of the same structure, with zeros for results that no
    gradient reaches and ``None`` for those that have none. Both functions get Tensors, and Python numbers as they are.
    Second derivatives are those of what the pullback computes. Keyword arguments are options, and have no derivatives.

    Raises
    ------
    TypeError
        If the function does not give a pair, or uses a Tensor that requires grad and is no positional argument; if the
        pullback does not give as many cotangents as there are arguments.
    ValueError
        If a cotangent does not have the shape of its argument, or one that it broadcasts to.

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
    def customised(*args: Any, **options: Any) -> Any:
        return _Custom(function, args, options).value()

    return customised
