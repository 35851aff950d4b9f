"""The architecture of a model, found by sending an input through it: which layer reads what from which."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from autograd.drawing.architecture import Architecture, Step
from autograd.drawing.theme import Kind
from autograd.modes import Interceptor, current_mode, joining
from autograd.primitives.declaration import Primitive
from autograd.random import drawing_from

from .module import Module
from .passes import Shapes, shapes_of
from .samples import samples, shape_text
from .trees import with_others

_HOOKS = ("_forward_pre_hooks", "_forward_hooks")


def architecture_of(model: Module, *inputs: Any) -> Architecture:
    """Find the architecture of a model, which stays as it is; see ``autograd.draw``.

    ``inputs`` are shapes of a sample, without the batch's axis, or examples: arrays and Tensors. Raises ``ValueError``
    if neither they nor the layers say the shape, ``TypeError`` if they are something else.
    """
    traces = [Trace(model, arguments) for arguments in _arguments(model, inputs)]
    for step, (_, *of_one), (_, *of_two) in zip(
        traces[0].steps, traces[0].steps.items(), traces[-1].steps.items(), strict=True
    ):
        step.output = shape_text(*of_one, *of_two)
    return Architecture(model.title, traces[0].steps)


def _arguments(model: Module, inputs: Sequence[Any]) -> list[list[Any]]:
    """The examples, as they are; or inputs of these shapes for one sample, and for two."""
    if inputs and all(isinstance(each, (Tensor, np.ndarray)) for each in inputs):
        return [[each if isinstance(each, Tensor) else Tensor(each) for each in inputs]]
    shape = None if not inputs else inputs[0] if len(inputs) == 1 else list(inputs)
    made: list[list[Any]] = list(samples("draw", model, shape, None))
    if not made:
        raise ValueError(
            f"draw: {model.title} does not say which inputs it takes; give the shape of one without the batch's axis, "
            "as in draw(model, (3,)), or an example"
        )
    return made


class Trace(joining):
    """One pass of inputs through a copy of a model, in evaluation mode, without gradients.

    ``steps`` are the boxes of a drawing, in their order, with the shapes of what came out.

    A box is a module that holds no others, or a layer of this package that has parameters of its own; operations inside
    one are not seen.
    """

    def __init__(self, model: Module, arguments: Sequence[Tensor]) -> None:
        self.steps: dict[Step, Shapes] = {}
        self._made: dict[int, tuple[Step, Any]] = {}  # by the id of an array, which is kept so that no other gets it
        self._boxes: list[Module] = []  # that are being computed
        self._parents: list[Step] = []  # of the outermost of them
        self._weights = {id(parameter): path for path, parameter in model.named_parameters()}
        watched = self._watched(model)
        for number, argument in enumerate(arguments, start=1):
            name = "input" if len(arguments) == 1 else f"input {number}"
            self._note(Step(name, (), kind=Kind.INPUT), argument)
        with no_grad(), drawing_from(lambda: np.random.default_rng(0)), self:
            watched(*arguments)

    def _watched(self, model: Module) -> Module:
        """A copy of the model with hooks where a box begins and ends."""
        copied = with_others(model, []).eval()
        for module in copied.modules():
            if _is_box(module):
                for kind in _HOOKS:
                    setattr(module, kind, dict(getattr(module, kind)))  # which are the model's own
                module.register_forward_pre_hook(self._enter, prepend=True, with_kwargs=True)
                module.register_forward_hook(self._leave)
        return copied

    def _enter(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._boxes.append(module)
        if len(self._boxes) == 1:
            self._parents = list(self._origins([*args, *kwargs.values()]))

    def _leave(self, module: Module, _: Any, output: Any) -> None:
        self._boxes.pop()
        if not self._boxes:
            weights: dict[Hashable, tuple[int, bool]] = {
                self._weights[id(each)]: (each.size, each.requires_grad) for each in module.parameters()
            }
            scopes = (*current_mode().scopes, module.title)
            self._note(Step(module.title, scopes, self._parents, weights=weights), output)

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Apply a primitive; between boxes, remember from what it has computed its result."""
        result: Tensor = inner(primitive, operands, attributes)
        if not self._boxes and (parents := list(self._origins(operands))):
            scopes = current_mode().scopes
            self._note(Step(primitive.name, scopes, parents, label=primitive.label or primitive.name), result)
        return result

    def _note(self, step: Step, output: Any) -> None:
        """Remember where some output comes from."""
        shapes = shapes_of(output)
        self.steps[step] = [each for each in shapes if each is not None] if isinstance(shapes, list) else shapes
        for array in _arrays(output):
            self._made[id(array)] = step, array

    def _origins(self, operands: Any) -> Iterator[Step]:
        """Say where operands come from, those of which that is known; parameters come from a box of their own."""
        for operand in _tensors(operands):
            known = self._made.get(id(_array(operand)))
            if known is None and id(operand) in self._weights:
                path = self._weights[id(operand)]
                weights: dict[Hashable, tuple[int, bool]] = {path: (operand.size, operand.requires_grad)}
                step = Step(f"{path}: Parameter", current_mode().scopes, kind=Kind.WEIGHT, weights=weights)
                self._note(step, operand)
                yield step
            elif known is not None:
                yield known[0]


def _is_box(module: Module) -> bool:
    if next(module.children(), None) is None:
        return True
    is_ours = type(module).__module__.partition(".")[0] == __name__.partition(".")[0]
    return is_ours and next(module.parameters(recurse=False), None) is not None


def _tensors(given: Any) -> Iterator[Any]:
    """All Tensors and arrays inside of lists, tuples and mappings."""
    if isinstance(given, (Tensor, np.ndarray)):
        yield given
    elif isinstance(given, (list, tuple, Mapping)):
        inside: Iterable[Any] = given.values() if isinstance(given, Mapping) else given
        for each in inside:
            yield from _tensors(each)


def _array(given: Any) -> Any:
    return given._array if isinstance(given, Tensor) else given


def _arrays(given: Any) -> Iterator[Any]:
    return map(_array, _tensors(given))
