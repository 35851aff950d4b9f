"""A model's layers in a table, as Keras prints it: what comes out of each, and how many parameters it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor, no_grad

from .containers import Sequential
from .embedding import Embedding, EmbeddingBag
from .linear import Linear
from .module import Module
from .parameter import Parameter

#: The batch that is sent through a model to see the shapes.
_BATCH = 2

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Layer:
    """A line of the table: a module, what it is called, what came out of it, and how many parameters are its own."""

    name: str
    type: str
    output_shape: str
    parameters: int


@dataclass(frozen=True)
class Summary:
    """A model's layers and numbers of parameters; ``str`` gives the table.

    Shared parameters are counted once, at their first place.
    """

    model: str
    layers: tuple[Layer, ...]
    total: int
    trainable: int
    nbytes: int

    @property
    def not_trainable(self) -> int:
        """How many parameters are frozen."""
        return self.total - self.trainable

    def __str__(self) -> str:
        rows = [(f"{layer.name} ({layer.type})", layer.output_shape, f"{layer.parameters:,}") for layer in self.layers]
        return "\n".join(
            [
                f"Model: {self.model}",
                *_table(("Layer (type)", "Output shape", "Parameters"), rows),
                f" Total parameters: {self.total:,} ({_in_units(self.nbytes)})",
                f" Trainable: {self.trainable:,}",
                f" Not trainable: {self.not_trainable:,}",
            ]
        )

    def __repr__(self) -> str:
        return f"<Summary of {self.model}: {self.total:,} parameters>"


def summary(model: Module, input_shape: Sequence[int] | None = None) -> Summary:
    """Summarise a model: its layers, the shapes of their outputs, and the numbers of parameters.

    Parameters
    ----------
    model
        Any module. Listed are the modules inside it that have parameters of their own or nothing inside them.
    input_shape
        The shape of one sample, without the batch's axis. A batch of zeros of that shape is sent through the model, in
        evaluation mode, to see what comes out. Without it, the shapes are known if the model is a ``Sequential`` whose
        first layer with parameters is ``Linear``.

    Returns
    -------
    Summary
        Its ``str`` is the table. The batch's axis is shown as ``None``, as in Keras.

    >>> import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1))))
    Model: Sequential
    ┌──────────────┬──────────────┬────────────┐
    │ Layer (type) │ Output shape │ Parameters │
    ├──────────────┼──────────────┼────────────┤
    │ 0 (Linear)   │ (None, 10)   │         40 │
    │ 1 (ReLU)     │ (None, 10)   │          0 │
    │ 2 (Linear)   │ (None, 1)    │         11 │
    └──────────────┴──────────────┴────────────┘
     Total parameters: 51 (204 B)
     Trainable: 51
     Not trainable: 0
    """
    shape = _known_input_shape(model) if input_shape is None else tuple(input_shape)
    listed = [(name or "model", module) for name, module in model.named_modules() if _is_listed(module)]
    outputs = {} if shape is None else _outputs(model, shape)
    counted: set[Parameter] = set()
    layers = []
    for name, module in listed:
        own = set(module.parameters(recurse=False)) - counted
        counted |= own
        size = sum(parameter.size for parameter in own)
        layers.append(Layer(name, type(module).__name__, outputs.get(module, "?"), size))
    return Summary(
        type(model).__name__,
        tuple(layers),
        sum(parameter.size for parameter in counted),
        sum(parameter.size for parameter in counted if parameter.requires_grad),
        sum(parameter.nbytes for parameter in counted),
    )


def _is_listed(module: Module) -> bool:
    return next(module.children(), None) is None or next(module.parameters(recurse=False), None) is not None


def _known_input_shape(module: Module) -> tuple[int, ...] | None:
    """The shape of a sample, where the layers themselves say it."""
    if isinstance(module, Linear):
        return (module.in_features,)
    if isinstance(module, Sequential):
        for inner in module:
            shape = _known_input_shape(inner)
            if shape is not None or next(inner.parameters(), None) is not None:
                return shape
    return None


def _outputs(model: Module, input_shape: tuple[int, ...]) -> dict[Module, str]:
    """Send a batch of zeros through a model; give the shape of what came out of each module, as a text."""
    seen: dict[Module, str] = {}

    def see(module: Module, _arguments: tuple[Any, ...], output: Any) -> None:
        seen[module] = _shape(output)

    removers = [module.register_forward_hook(see) for module in model.modules()]
    try:
        with no_grad(), _evaluating(model):
            model(Tensor(np.zeros((_BATCH, *input_shape), _input_dtype(model))))
    finally:
        for remove in removers:
            remove()
    return seen


def _input_dtype(model: Module) -> Any:
    """The dtype of what a model takes: that of its first parameter, or whole numbers if that is a table to look up."""
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            return np.int64 if isinstance(module, (Embedding, EmbeddingBag)) else parameter.dtype
    return np.float32


@contextmanager
def _evaluating(model: Module) -> Iterator[None]:
    """Put a model into evaluation mode, and all its modules back into theirs afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _shape(output: Any) -> str:
    if isinstance(output, (tuple, list)):
        return ", ".join(map(_shape, output))
    if not hasattr(output, "shape"):
        return "?"
    sizes = [None if axis == 0 and size == _BATCH else size for axis, size in enumerate(output.shape)]
    return str(tuple(sizes))


def _table(head: Row, rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def rule(left: str, between: str, right: str) -> str:
        return left + between.join("─" * (width + 2) for width in widths) + right

    def line(row: Row) -> str:
        name, shape, count = row
        return f"│ {name:<{widths[0]}} │ {shape:<{widths[1]}} │ {count:>{widths[2]}} │"

    yield rule("┌", "┬", "┐")
    yield line(head)
    yield rule("├", "┼", "┤")
    yield from map(line, rows)
    yield rule("└", "┴", "┘")


def _in_units(nbytes: int) -> str:
    """Give a number of bytes in the largest unit of which there is at least one."""
    size, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.3g} {units[0]}" if size < 1000 else f"{size:.0f} {units[0]}"
