"""What flows through a model while it is trained: how activations, gradients and updates of each layer are spread.

A recorder listens to the modules of a model and keeps statistics, never the arrays. It knows of modules only that they
have names, take hooks and hold parameters, so it is of use to models of any kind that do.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

import numpy as np

from .flow_statistics import BINS, Histogram, Tally
from .modes import is_grad_enabled
from .tensor import Tensor
from .trees import flatten

#: What is known of a layer after a step; NaN where there is nothing to know.
LAYER = np.dtype(
    [
        ("mean", float),  # of the outputs, over the batch
        ("deviation", float),
        ("saturated", float),  # the share of outputs at a value where the module is flat
        ("dead", float),  # the share of units that are so for every sample, or, elsewhere, that no gradient passes
        ("unfinite", float),  # the share of NaN and Inf in the outputs
        ("gradient", float),  # the root mean square of the gradient of the outputs
        ("gradient_zeros", float),  # the share of zeros in it
        ("gradient_unfinite", float),
        ("weight", float),  # the norm of all parameters of the layer together, before the step
        ("weight_gradient", float),  # that of their gradients
        ("update", float),  # that of what the step has changed
        *((f"{name}_{end}", float) for name in ("activations", "gradients") for end in ("low", "high")),
        ("activations_counts", float, (BINS,)),  # the histogram from low to high
        ("gradients_counts", float, (BINS,)),  # that of log10(abs(gradient)), without zeros
    ]
)

#: How many numbers there are of a layer after a step.
_NUMBERS = LAYER.itemsize // np.dtype(float).itemsize

#: How near to one of its two bounds an output is saturated: the share of the distance between them.
NEAR = 0.015


class FlowRecord:
    """What was seen of each layer, after some steps of a training.

    Attributes
    ----------
    steps
        The numbers of the steps, from 1 on. There are at most as many as were asked for: when they are full, every
        second one is dropped, and from then on only every second is looked at.
    layers
        The names of the layers, in the order of the forward, with the names of their types.
    """

    def __init__(self, points: int) -> None:
        self.steps: list[int] = []
        self.layers: dict[str, str] = {}
        self._points = points
        self._every = 1
        self._count = 0
        self._rows: list[dict[str, Any]] = []

    def of(self, layer: str) -> Any:
        """Give what is known of a layer: an array with a row for each step, whose fields are those of ``LAYER``.

        Raises ``KeyError`` for an unknown layer.
        """
        if layer not in self.layers:
            raise KeyError(f"the record has no layer {layer!r}; it has {', '.join(map(repr, self.layers)) or 'none'}")
        return np.array([row.get(layer, _blank()) for row in self._rows], LAYER)

    def histograms(self, layer: str, name: str) -> list[Histogram]:
        """Give the histograms of a layer, one for each step; ``name`` is ``"activations"`` or ``"gradients"``."""
        rows = self.of(layer)
        parts = (rows[f"{name}_{part}"] for part in ("counts", "low", "high"))
        return [Histogram(counts, float(low), float(high)) for counts, low, high in zip(*parts, strict=True)]

    @property
    def awaits(self) -> bool:
        """Whether the step that comes next is to be looked at."""
        return self._count % self._every == 0

    def append(self, row: dict[str, Any] | None) -> None:
        """Add a step, and what was seen of it, if anything was."""
        self._count += 1
        if row is not None:
            self.steps.append(self._count)
            self._rows.append(row)
        if len(self.steps) >= self._points:
            self.steps, self._rows, self._every = self.steps[::2], self._rows[::2], 2 * self._every

    def state_dict(self) -> dict[str, Any]:
        """Give all of it as numbers, texts and arrays."""
        rows = {layer: self.of(layer).view(float).reshape(len(self.steps), _NUMBERS) for layer in self.layers}
        return {
            "steps": list(self.steps),
            "layers": dict(self.layers),
            "rows": rows,
            "every": self._every,
            "count": self._count,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self.steps, self.layers = list(state_dict["steps"]), dict(state_dict["layers"])
        self._every, self._count = state_dict["every"], state_dict["count"]
        columns = {
            layer: np.ascontiguousarray(rows, float).reshape(-1).view(LAYER)
            for layer, rows in state_dict["rows"].items()
        }
        self._rows = [{layer: rows[place] for layer, rows in columns.items()} for place in range(len(self.steps))]

    def __repr__(self) -> str:
        return f"<FlowRecord of {len(self.layers)} layers over {self._count} steps>"


class record_flow:  # noqa: N801 - used like no_grad
    """Record, inside the block, how activations, gradients and updates of a model's layers are spread.

    A layer is a module inside of which there are no others, or that has parameters of its own. Seen are the outputs of
    each while gradients are recorded, so no validation is, the gradients that a backward brings to these outputs, and
    the parameters, their gradients and what the optimizer does with them. Functions inside a forward are no modules
    and are not seen: ``nn.ReLU()`` is, ``nn.functional.relu`` is not. Of a module that gives a tuple, a list, a dict or
    a dataclass, the first floating or complex Tensor in it is seen; one that gives none is missing in the record.

    Parameters
    ----------
    model
        A module with ``named_modules()``, whose modules have ``named_parameters`` and ``register_forward_hook``. The
        record is also found by it, as ``model.flow_record``. An activation function says by ``saturates_at`` where it
        is flat: ``(0.0,)`` for ReLU, ``(-1.0, 1.0)`` for Tanh.
    points
        How many steps are kept at most, spread over the whole training.

    Raises
    ------
    TypeError
        If the model has no modules that can be listened to, or ``points`` is no whole number.
    ValueError
        If ``points`` is below 2.

    Notes
    -----
    An output is saturated if it is equal to the one value where the module is flat, or, where there are two, within
    1.5 % of their distance from one. A unit is each number that a sample has; it is dead if it is saturated for all
    samples of a batch, the first axis; of a module that does not say where it is flat, if no gradient arrives at it for
    any sample. Where a layer is called several times in a step, shares are means over the calls.

    For the steps that are looked at, all parameters are copied once, to know what the optimizer has changed.

    >>> import autograd as ag, nn, optim
    >>> model = nn.MLP([2, 4, 1], dtype="float64")
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with ag.record_flow(model) as flow:
    ...     for _ in range(10):
    ...         optimizer.zero_grad()
    ...         (model([[1.0, 2.0], [0.5, -1.0]]) ** 2).mean().backward()
    ...         optimizer.step()
    ...         flow.step()
    >>> flow.flow_record
    <FlowRecord of 3 layers over 10 steps>
    >>> figure = ag.draw_flow(flow)              # or of the model
    """

    def __init__(self, model: Any, *, points: int = 200) -> None:
        if not callable(getattr(model, "named_modules", None)):
            raise TypeError(f"record_flow: takes a model whose modules can be listened to, got {model!r:.80}")
        try:
            count = operator.index(points)
        except TypeError as error:
            raise TypeError(f"record_flow: points is a whole number of at least 2, got {points!r:.80}") from error
        if count < 2:
            raise ValueError(f"record_flow: points must be at least 2, got {count}")
        self.flow_record = FlowRecord(count)
        self._model = model
        self._listening: list[Any] = []
        self._watch = _Watch(self.flow_record, {})

    def __enter__(self) -> Self:
        self._watch = _Watch(self.flow_record, _layers(self._model))
        self._model.flow_record = self.flow_record
        for name, module in self._model.named_modules():
            if name in self._watch.parameters:
                self._listening.append(module.register_forward_hook(partial(_saw, self._watch, name)))
        return self

    def __exit__(self, *exception: object) -> None:
        for removal in self._listening:
            removal.remove()
        self._listening = []

    def step(self) -> None:
        """Close a step: to be called after that of the optimizer, while the gradients are still there."""
        self.flow_record.append(self._watch.row() if self.flow_record.awaits else None)
        self._watch.begin()


class _Watch:
    """What was seen since the last step. The hooks know it, and it knows no module, so there is no cycle."""

    def __init__(self, record: FlowRecord, parameters: dict[str, list[Tensor]]) -> None:
        self.record = record
        self.parameters = parameters
        self.begin()

    def begin(self) -> None:
        """Forget the last step."""
        self.layers: dict[str, _Layer] = {}
        self._before: dict[str, list[Any]] = {}

    def of(self, name: str, module: Any) -> _Layer:
        """Give what was seen of a layer, from its first call on."""
        if not self._before:
            self._before = {name: [each.data for each in own] for name, own in self.parameters.items()}
        self.record.layers.setdefault(name, type(module).__name__)
        return self.layers.setdefault(name, _Layer())

    def row(self) -> dict[str, Any]:
        """Give what is to be kept of the step."""
        rows = {name: layer.row() for name, layer in self.layers.items()}
        for name, row in rows.items():
            own, before = self.parameters[name], self._before[name]
            if own:
                gradients = [each.grad.data for each in own if each.grad is not None]
                row["weight"] = _norm(before)
                row["weight_gradient"] = _norm(gradients) if gradients else np.nan
                row["update"] = _norm([each.data - old for each, old in zip(own, before, strict=True)])
        return rows


class _Layer:
    """What was seen of one layer since the last step."""

    def __init__(self) -> None:
        self.activations, self.gradients = Tally(), Tally(by_size=True)
        self.saturated: list[float] = []
        self.dead: list[float] = []

    def row(self) -> Any:
        row = _blank()
        row["mean"], row["deviation"] = self.activations.mean, self.activations.deviation
        row["unfinite"], row["gradient_unfinite"] = self.activations.unfinite, self.gradients.unfinite
        row["gradient"], row["gradient_zeros"] = self.gradients.root_mean_square, self.gradients.zeros
        for name, shares in (("saturated", self.saturated), ("dead", self.dead)):
            row[name] = np.mean(shares) if shares else np.nan
        for name, tally in (("activations", self.activations), ("gradients", self.gradients)):
            histogram = tally.histogram
            row[f"{name}_low"], row[f"{name}_high"] = histogram.low, histogram.high
            row[f"{name}_counts"] = histogram.counts
        return row


def _layers(model: Any) -> dict[str, list[Tensor]]:
    """The layers of a model by name, with the parameters of their own."""
    found = {}
    for name, module in model.named_modules():
        own = [parameter for _, parameter in module.named_parameters(recurse=False)]
        if own or sum(1 for _ in module.named_modules()) == 1:
            found[name] = own
    return found


def _saw(watch: _Watch, name: str, module: Any, arguments: Any, output: Any) -> None:  # noqa: ARG001 - a hook
    """Look at what a module has given, and have its gradient looked at when it comes."""
    tensors = (each for each in flatten(output)[0] if isinstance(each, Tensor))
    result = next((each for each in tensors if each.dtype.kind in "fc" and each.size), None)
    if result is None:
        return
    if not is_grad_enabled() or not watch.record.awaits:
        return
    layer, flat_at, values = watch.of(name, module), tuple(getattr(module, "saturates_at", ())), result.data
    layer.activations.add(values)
    if flat_at:
        saturated = _saturated(values, flat_at)
        layer.saturated.append(float(saturated.mean()))
        layer.dead.append(float(_always(saturated)))
    if result.requires_grad:
        result.register_hook(partial(_passed, layer, not flat_at))


def _passed(layer: _Layer, tells_dead: bool, gradient: Tensor) -> None:
    values = gradient.data
    layer.gradients.add(values)
    if tells_dead:
        layer.dead.append(float(_always(values == 0)))


def _saturated(values: Any, flat_at: tuple[float, ...]) -> Any:
    margin = NEAR * (max(flat_at) - min(flat_at))
    saturated = np.abs(values - flat_at[0]) <= margin
    for value in flat_at[1:]:
        saturated |= np.abs(values - value) <= margin
    return saturated


def _always(truths: Any) -> Any:
    """The share of the places in a sample where something holds for all samples of a batch."""
    return truths.all(axis=0).mean() if truths.ndim else truths


def _norm(arrays: list[Any]) -> float:
    return float(np.sqrt(sum(np.square(np.abs(each), dtype=np.float64).sum() for each in arrays)))


def _blank() -> Any:
    blank = np.full((), np.nan, LAYER)
    for name in ("activations_counts", "gradients_counts"):
        blank[name] = 0
    return blank
