"""A model's layers in a table, as Keras prints it: what comes out of each, its parameters, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .module import Module
from .parameter import Parameter
from .passes import Pass
from .samples import samples, shape_text

#: What stands in the table for what there is not.
_NONE = "-"


@dataclass(frozen=True)
class Layer:
    """A line of the table: a module, what it is called, what came out of it, and what is its own.

    ``parameters`` and ``trainable`` count numbers; ``activations`` are the bytes that its outputs take; ``flops`` what
    it computes outside the modules inside it. The last two are ``None`` where no input went through.
    """

    name: str
    type: str
    output_shape: str
    parameters: int
    trainable: int
    activations: int | None = None
    flops: int | None = None


@dataclass(frozen=True)
class Summary:
    """A model's layers, parameters and costs; ``str`` gives the table.

    Shared parameters are counted once, at their first place. ``nbytes`` is the memory of the parameters;
    ``activations`` and ``flops`` are sums over the layers, or ``None`` where no input went through. ``uncounted`` names
    operations of which nobody knows the FLOPs.
    """

    model: str
    layers: tuple[Layer, ...]
    total: int
    trainable: int
    nbytes: int
    activations: int | None = None
    flops: int | None = None
    uncounted: tuple[str, ...] = ()

    @property
    def not_trainable(self) -> int:
        """How many parameters are frozen."""
        return self.total - self.trainable

    def __str__(self) -> str:
        heads = ["Layer (type)", "Output shape", "Parameters", "Trainable", "Activations", "FLOPs"]
        known = len(heads) if self.flops is not None else 4
        lines = [
            f"Model: {self.model}",
            *_table(heads[:known], [_cells(layer)[:known] for layer in self.layers]),
            f" Total parameters: {self.total:,} ({_in_units(self.nbytes)})",
            f" Trainable: {self.trainable:,}",
            f" Not trainable: {self.not_trainable:,}",
        ]
        if self.flops is not None and self.activations is not None:
            lines += [f" Activations: {_in_units(self.activations)}", f" FLOPs: {self.flops:,}"]
        if self.uncounted:
            lines.append(f" FLOPs not counted: those of {', '.join(self.uncounted)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Summary of {self.model}: {self.total:,} parameters>"


def summary(model: Module, input_shape: Any = None, *, dtype: Any = None, example: Any = None) -> Summary:
    """Summarise a model: its layers, what comes out of them, their parameters, memory and operations.

    Parameters
    ----------
    model
        Any module; it stays as it is. Listed are the modules inside it, by their paths, that have parameters of their
        own, have nothing inside them, or compute something themselves.
    input_shape
        The shape of one sample, without the batch's axis; of a model with several inputs, a list of shapes. Zeros are
        sent through the model, in evaluation mode. Without it, the shapes are known if the model is a ``Sequential``
        whose first layer with parameters is ``Linear``.
    dtype
        Of the inputs, or a list with that of each. By default that of the first parameter; whole numbers if that is
        the table of an ``Embedding``.
    example
        An input, or a tuple of them, to send through the model instead: arrays or Tensors as the model takes them.

    Returns
    -------
    Summary
        Its ``str`` is the table. A size that changes with the number of samples is shown as ``None``, as in Keras.
        Activations and FLOPs are those of a single sample, or of the example with all that is in it.

    Raises
    ------
    TypeError
        If ``input_shape`` is no shape, nor a list of them.
    ValueError
        If both ``input_shape`` and ``example`` are given, or there are not as many dtypes as shapes. What the model
        raises for such an input passes through.

    Notes
    -----
    Activations are the bytes that the outputs of a layer take, without views of what was there already: ``Flatten``
    takes none. FLOPs are floating-point operations of a forward: a multiply-add is 2, a bias 1 for each result, a
    function of single elements 1, however hard it is, and moving, picking or comparing elements 0; see ``nn.costs``.
    A layer that is called several times has the sum.

    >>> import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1))))
    Model: Sequential
    ┌──────────────┬──────────────┬────────────┬───────────┬─────────────┬───────┐
    │ Layer (type) │ Output shape │ Parameters │ Trainable │ Activations │ FLOPs │
    ├──────────────┼──────────────┼────────────┼───────────┼─────────────┼───────┤
    │ 0 (Linear)   │ (None, 10)   │         40 │       yes │        40 B │    70 │
    │ 1 (ReLU)     │ (None, 10)   │          0 │         - │        40 B │    10 │
    │ 2 (Linear)   │ (None, 1)    │         11 │       yes │         4 B │    21 │
    └──────────────┴──────────────┴────────────┴───────────┴─────────────┴───────┘
     Total parameters: 51 (204 B)
     Trainable: 51
     Not trainable: 0
     Activations: 84 B
     FLOPs: 101
    """
    passes = _passes(model, input_shape, dtype, example)
    counted: set[Parameter] = set()
    layers = []
    for path, module in model.named_modules():
        if _is_listed(module) or (passes and _computes(passes[0], path)):
            own = set(module.parameters(recurse=False)) - counted
            counted |= own
            layers.append(_layer(path, module, own, passes))
    return Summary(
        type(model).__name__,
        tuple(layers),
        sum(layer.parameters for layer in layers),
        sum(layer.trainable for layer in layers),
        sum(parameter.nbytes for parameter in counted),
        sum(passes[0].nbytes.values()) if passes else None,
        sum(passes[0].flops.values()) if passes else None,
        tuple(sorted(passes[0].uncounted)) if passes else (),
    )


def _layer(path: str, module: Module, own: set[Parameter], passes: Sequence[Pass]) -> Layer:
    shape = "?"
    if passes:
        shapes = [each.shapes[path] for each in passes if path in each.shapes]
        shape = shape_text(shapes[0], shapes[-1]) if shapes else "not called"
    return Layer(
        path or "model",
        type(module).__name__,
        shape,
        sum(parameter.size for parameter in own),
        sum(parameter.size for parameter in own if parameter.requires_grad),
        passes[0].nbytes.get(path, 0) if passes else None,
        passes[0].flops.get(path, 0) if passes else None,
    )


def _computes(passed: Pass, path: str) -> bool:
    return passed.flops.get(path, 0) + passed.nbytes.get(path, 0) > 0


def _is_listed(module: Module) -> bool:
    return next(module.children(), None) is None or next(module.parameters(recurse=False), None) is not None


def _passes(model: Module, input_shape: Any, dtype: Any, example: Any) -> list[Pass]:
    """Send an example through a model; or one sample, and then two, by which is seen which sizes are the batch's."""
    if example is not None:
        if input_shape is not None:
            raise ValueError("summary: takes the shape of the input or an example of it, not both")
        return [Pass(model, example if type(example) is tuple else (example,))]
    return [Pass(model, arguments) for arguments in samples("summary", model, input_shape, dtype)]


def _cells(layer: Layer) -> list[str]:
    trainable = "yes" if layer.trainable else "no"
    return [
        f"{layer.name} ({layer.type})",
        layer.output_shape,
        f"{layer.parameters:,}",
        _NONE if not layer.parameters else trainable if layer.trainable in (0, layer.parameters) else "partly",
        _in_units(layer.activations or 0),
        f"{layer.flops or 0:,}",
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Set rows in a frame: names and shapes at the left of their columns, figures at the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]

    def rule(left: str, between: str, right: str) -> str:
        return left + between.join("─" * (width + 2) for width in widths) + right

    def line(row: Sequence[str], texts: int) -> str:
        sides = [
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"│ {' │ '.join(sides)} │"

    yield rule("┌", "┬", "┐")
    yield line(heads, len(heads))
    yield rule("├", "┼", "┤")
    for row in rows:
        yield line(row, 2)
    yield rule("└", "┴", "┘")


def _in_units(nbytes: int) -> str:
    """Give a number of bytes in the largest unit of which there is at least one."""
    size, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.3g} {units[0]}" if size < 1000 else f"{size:.0f} {units[0]}"
