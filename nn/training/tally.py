"""What an epoch says: the loss and the metrics of all of its batches so far."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd import asarray, no_grad
from autograd.errors import describe

from .. import functional as F
from .. import metrics as known_metrics
from ..losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, NLLLoss
from ..module import Module
from .batches import Batch

#: What a loss says about outputs: from which number on the answer is yes, and that scores of classes are logits.
_OF_LOSSES: list[tuple[Any, Mapping[str, Any]]] = [
    *((each, {"threshold": 0.0}) for each in (BCEWithLogitsLoss, F.binary_cross_entropy_with_logits)),
    *((each, {"threshold": 0.5}) for each in (BCELoss, F.binary_cross_entropy)),
    *((each, {"from_logits": True}) for each in (CrossEntropyLoss, F.cross_entropy, NLLLoss, F.nll_loss)),
]


class MeanOf:
    """A function of output and target as a metric: its mean over the samples.

    >>> import numpy as np
    >>> bias = MeanOf(lambda output, target: output - target)
    >>> bias.update(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    >>> bias.compute()
    -1.0
    """

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self._function = function
        self._sum = self._count = 0.0

    def update(self, output: Any, target: Any, weight: Any = None) -> None:
        """Take in a batch: a number for all of it, or one for each sample."""
        values = asarray(self._function(output, target)).detach().data
        count = len(target)
        if values.ndim == 0 and weight is None:
            self._sum, self._count = self._sum + float(values) * count, self._count + count
            return
        if values.ndim == 0 or len(values) != count:
            raise ValueError(
                f"the metric {called(self._function)} must give one number for each of {count} samples"
                f"{' to be weighted' if weight is not None else ', or one for all'}, got {describe(values)}"
            )
        weights = np.ones(count) if weight is None else np.asarray(weight, np.float64)
        self._sum += float(values.reshape(count, -1).mean(axis=1) @ weights)
        self._count += float(weights.sum())

    def compute(self) -> float:
        """Give the mean; NaN for no samples."""
        return self._sum / self._count if self._count else float("nan")

    def reset(self) -> None:
        """Forget all batches."""
        self._sum = self._count = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Give what is remembered."""
        return {"sum": self._sum, "count": self._count}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self._sum, self._count = state["sum"], state["count"]


def metrics_by_name(given: Any, loss: Any) -> dict[str, Any]:
    """Give metrics by the names that a history calls them: names, objects and functions, or a mapping to them.

    Those that are named know from the loss what the outputs mean.
    """
    pairs: Iterable[tuple[str | None, Any]]
    if isinstance(given, Mapping):
        pairs = given.items()
    else:
        pairs = [(None, each) for each in (given if isinstance(given, (list, tuple)) else [given])]
    found: dict[str, Any] = {}
    for own_name, each in pairs:
        metric, name = _metric(each, loss), own_name or called(each)
        if name in found or name == "loss" or name.startswith("val_"):
            raise ValueError(
                f"Trainer: a metric cannot be called {name!r}; each needs a name of its own, which is not 'loss' and "
                "does not begin with 'val_'. A dict gives metrics other names"
            )
        found[name] = metric
    return found


class Tally:
    """Loss and metrics of the batches so far. The mean of batches goes by the number of their samples."""

    def __init__(self, metrics: Mapping[str, Any], is_mean: bool) -> None:
        self._metrics = {name: copy.deepcopy(metric) for name, metric in metrics.items()}
        self._is_mean = is_mean
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._sum, self._count = 0.0, 0
        for metric in self._metrics.values():
            metric.reset()

    def add(self, loss: float, batch: Batch, output: Any) -> None:
        """Take in a batch."""
        self._sum += loss * len(batch) if self._is_mean else loss
        self._count += len(batch)
        if self._metrics:
            with no_grad():
                told = _detached(output)
                for metric in self._metrics.values():
                    metric.update(told, batch.target, batch.weight)

    @property
    def count(self) -> int:
        """How many samples there were."""
        return self._count

    def loss(self) -> float:
        """Give the loss alone, which costs nothing."""
        return self._sum / (self._count if self._is_mean else 1)

    def results(self, prefix: str = "") -> dict[str, float]:
        """Give the loss and the metrics by name."""
        numbers = {name: _number(name, metric.compute()) for name, metric in self._metrics.items()}
        return {prefix + name: value for name, value in {"loss": self.loss(), **numbers}.items()}

    def state_dict(self) -> dict[str, Any]:
        """Give what is remembered."""
        metrics = {name: _state(metric) for name, metric in self._metrics.items()}
        return {"sum": self._sum, "count": self._count, "metrics": metrics}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave."""
        self._sum, self._count = state["sum"], state["count"]
        for name, told in state["metrics"].items():
            _load_state(self._metrics[name], told)


def called(metric: Any) -> str:
    """Give the name of a metric."""
    if isinstance(metric, str):
        return metric
    name = getattr(metric, "name", None) or getattr(metric, "__name__", None)
    return name if isinstance(name, str) else type(metric).__name__.lower()


def _metric(given: Any, loss: Any) -> Any:
    if isinstance(given, str):
        return _told_by(loss, known_metrics.get(given))
    if isinstance(given, type):
        raise TypeError(f"Trainer: {given.__name__} is a class; a metric is made of it by {given.__name__}()")
    if all(hasattr(given, each) for each in ("update", "compute", "reset")):
        return given
    if callable(given):
        return MeanOf(given)
    raise TypeError(
        "Trainer: a metric is a name, a function of output and target, or has update, compute and reset; got "
        f"{type(given).__name__}"
    )


def _told_by(loss: Any, metric: Any) -> Any:
    """Give a metric its options, as far as the loss says what they must be."""
    kind = loss.func if isinstance(loss, functools.partial) else type(loss) if isinstance(loss, Module) else loss
    told = next((options for known, options in _OF_LOSSES if known is kind), {})
    for option, value in told.items():
        if hasattr(metric, option):
            setattr(metric, option, value)
    return metric


def _detached(output: Any) -> Any:
    if isinstance(output, (tuple, list)):
        return tuple(_detached(each) for each in output)
    return asarray(output).detach()


def _number(name: str, value: Any) -> float:
    array = np.asarray(value)
    if array.ndim:
        raise TypeError(f"Trainer: the metric {name} gives {describe(array)}, but a history holds single numbers")
    return float(array)


def _state(metric: Any) -> dict[str, Any]:
    """What a metric remembers; of one that has no ``state_dict``, its attributes."""
    state: dict[str, Any] = metric.state_dict() if hasattr(metric, "state_dict") else vars(metric)
    return state


def _load_state(metric: Any, state: Mapping[str, Any]) -> None:
    if hasattr(metric, "load_state_dict"):
        metric.load_state_dict(state)
    else:
        vars(metric).update(state)
