"""An application of a Function: one operation in the graph, whatever its forward does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from ..errors import describe
from ..modes import no_grad
from ..primitives.declaration import Primitive
from ..registry import operations
from ..tensor import Tensor
from .contexts import Context
from .declared import parameters_of, primitive_of
from .following import Following
from .holding import tensors_in
from .recording import Recorder
from .results import Results


class Application:
    """The arguments of an application, and its results once it is performed."""

    def __init__(self, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self._function = function
        self._name: str = function.__name__
        self.options: dict[str, Any] = {}
        self.args = list(args)
        if kwargs or function._has_setup:
            self._bind(kwargs)
        #: Tensors that are inside of arguments, none of which requires grad, and their arrays.
        self._given = [(tensor, tensor._array) for tensor in self._inside()]
        self.args = [operations.asarray(arg) if _is_numeric(arg) else arg for arg in self.args]
        #: Where Tensors stand among the arguments.
        self.places = tuple(place for place, arg in enumerate(self.args) if isinstance(arg, Tensor))
        self._results: Results
        self._moves: dict[int, int]

    def _bind(self, kwargs: Mapping[str, Any]) -> None:
        """Sort arguments that are given by name, and fill in defaults; keep apart those that have a name only."""
        try:
            bound = parameters_of(self._function).bind(*self.args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self._name}.apply: {error}") from error
        bound.apply_defaults()
        self.args, self.options = list(bound.args), bound.kwargs

    def _inside(self) -> list[Tensor]:
        """Give the Tensors that are no arguments of their own; raise for those that would lose their gradients.

        A function is not looked into, nor a module: a backward may walk a graph of its own, in which it is called.
        """
        others = [arg for arg in self.args if not isinstance(arg, Tensor) and not callable(arg)]
        found = list(tensors_in([*others, *self.options.values()])) if others or self.options else []
        if any(tensor.requires_grad for tensor in found):
            raise TypeError(
                f"{self._name}.apply: a Tensor that requires grad is inside a list, tuple, dict or dataclass, or given "
                "to a parameter that has a name only, where its gradient would be lost; pass it as a positional "
                "argument of its own, or as detach()"
            )
        return found

    def applied(self) -> Any:
        """Apply the Function; give what its forward gave, recorded."""
        operands = [self.args[place] for place in self.places]
        others = [arg for arg in self.args if not isinstance(arg, Tensor)]
        whole = primitive_of(self._function, self.places).apply(operands, {"application": self, "others": others})
        results = self._results
        given = [value.detach() if isinstance(value, Tensor) else value for value in results.values]
        part = self._function._part
        for place in results.variable:
            given[place] = part.apply([whole], {"results": results, "place": place}) if results.is_split else whole
        for place, result in self._moves.items():
            given[result] = self.args[place]._become(given[result], f"{self._name}.apply")
        return tuple(given) if results.are_several else given[0]

    def perform(self, primitive: Primitive, operands: Sequence[Tensor], recording: bool) -> Tensor:
        """Call the forward; give its result that has a gradient, or, of several, what stands for all of them."""
        inputs = [Tensor._made(operand._array, operand._node) for operand in operands]
        args = list(self.args)
        for place, handle in zip(self.places, inputs, strict=True):
            args[place] = handle
        context = Context(self._name, tuple(isinstance(arg, Tensor) and arg.requires_grad for arg in args))
        is_recorded = recording and any(operand.requires_grad for operand in operands)
        following = Following(inputs if is_recorded else ())
        self._results = results = self._forward(context, args, following if is_recorded else nullcontext())
        self._moves = self._moved(context, args)
        whole = Tensor._made(results.whole())
        if is_recorded and results.variable:
            operand_at = {place: operand for operand, place in enumerate(self.places)}
            recorder = Recorder(self._function, operands, inputs, results, following, self._given)
            recorder.record(whole, primitive, context, [operand_at.get(place) for place in range(len(args))])
        return whole

    def _forward(self, context: Context, args: Sequence[Any], watched: AbstractContextManager[Any]) -> Results:
        """Call the forward, and what sets up the context where that is apart."""
        function = self._function
        try:
            with no_grad(), watched:
                if function._has_setup:
                    results = Results(self._name, function.forward(*args, **self.options))
                    function.setup_context(context, tuple(args), results.as_given())
                else:
                    results = Results(self._name, function.forward(context, *args, **self.options))
        except Exception as error:
            error.add_note(f"in the forward of {self._name}({', '.join(map(describe, args))})")
            raise
        results.mark(context._non_differentiable)
        return results

    def _moved(self, context: Context, args: Sequence[Any]) -> dict[int, int]:
        """Give, for each argument that is marked as dirty, the place of the result that it moves on to."""
        moves = {}
        for marked in context._dirty:
            place = next((place for place in self.places if args[place] is marked), None)
            result = self._results.place_of(marked)
            if place is None or result is None:
                raise RuntimeError(
                    f"{self._name}: ctx.mark_dirty takes arguments of the forward that were changed in place and are "
                    f"among its results; {describe(marked)} is no {'argument' if place is None else 'result'}"
                )
            moves[place] = result
        return moves


def _is_numeric(arg: Any) -> bool:
    """Tell whether an argument is an array that a forward gets as a Tensor, so that it always gets the same."""
    return isinstance(arg, np.ndarray) and arg.dtype.kind in "biufc" and not isinstance(arg, np.ma.MaskedArray)
