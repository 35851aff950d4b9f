"""What is to fall: the loss of a batch, in which samples may count differently."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from ..metrics.reading import is_number
from ..module import Module


class Objective:
    """A loss of output and target, a module or a function, and how it is reduced."""

    def __init__(self, loss: Any) -> None:
        if isinstance(loss, type) or not callable(loss):
            hint = f"; make one: {loss.__name__}()" if isinstance(loss, type) else ""
            raise TypeError(
                f"Trainer: loss is a module, as nn.MSELoss(), or a function of output and target, got {loss!r}{hint}"
            )
        self.loss: Callable[[Any, Any], Any] = loss
        self.reduction = _reduction(loss)

    @property
    def is_mean(self) -> bool:
        """Whether it is a mean over the samples, rather than their sum."""
        return self.reduction != "sum"

    def __call__(self, output: Any, target: Any, weight: Any = None) -> Tensor:
        """Give the loss of a batch. With weights, each sample's own is multiplied with its weight, as in Keras."""
        if weight is not None:
            weighted: Tensor = self._each(output, target) * weight.astype(_dtype(output), copy=False)
            return weighted.sum() / len(weighted) if self.is_mean else weighted.sum()
        loss = asarray(self.loss(output, target))
        if loss.size != 1:
            raise ValueError(
                f"Trainer: the loss of a batch must be a single number, got {describe(loss)}; reduce it by its mean, "
                "or give it reduction='mean'"
            )
        number: Tensor = loss if not loss.shape else loss.reshape(())
        return number

    def _each(self, output: Any, target: Any) -> Tensor:
        """Give the loss of each sample: over further axes, it is reduced as the whole is."""
        losses = asarray(self._unreduced(output, target))
        if losses.ndim and len(losses) == len(target):
            axes = tuple(range(1, losses.ndim))
            reduced: Tensor = losses.mean(axis=axes) if self.reduction == "mean" else losses.sum(axis=axes)
            return reduced
        raise ValueError(
            f"Trainer: for weights, the loss must give one number for each of {len(target)} samples when its reduction "
            f"is 'none', got {describe(losses)}"
        )

    @functools.cached_property
    def _unreduced(self) -> Callable[[Any, Any], Any]:
        """The same loss, of each element."""
        if isinstance(self.loss, Module) and hasattr(self.loss, "reduction"):
            loss = copy.copy(self.loss)
            vars(loss)["reduction"] = "none"
            return loss
        if not isinstance(self.loss, Module) and "reduction" in _parameters(self.loss):
            unreduced: Callable[..., Any] = functools.partial(cast("Any", self.loss), reduction="none")
            return unreduced
        raise TypeError(
            "Trainer: class and sample weights need a loss with a reduction, which gives the loss of each sample for "
            f"'none', as nn.MSELoss() does; got {self.loss!r}"
        )


class ClassWeights:
    """How much the samples of each class count: a weight by class, or one for each class from 0 on."""

    def __init__(self, weights: Mapping[Any, float] | Sequence[float]) -> None:
        items = dict(weights if isinstance(weights, Mapping) else enumerate(weights))
        if not items or not all(_is_class(each) and _is_weight(weight) for each, weight in items.items()):
            raise ValueError(
                "fit: class_weight gives a finite number of at least 0 for each class, as {0: 1.0, 1: 5.0} or "
                f"[1.0, 5.0], got {weights!r}"
            )
        self._weights = {int(each): float(weight) for each, weight in items.items()}
        self._known = np.array(sorted(self._weights))
        self._values = np.array([self._weights[each] for each in self._known])

    def of(self, target: Tensor) -> Tensor:
        """Give the weight of each sample, whose class is a whole number, or that with the largest share."""
        classes = target.detach().data
        if classes.ndim == 2 and classes.shape[1] > 1 and _are_shares(classes):
            classes = classes.argmax(axis=1)
        classes = classes.reshape(len(classes), -1)
        if classes.shape[1] != 1 or (classes % 1).any():
            raise ValueError(
                "fit: class_weight needs targets that are classes, one for a sample, (N,), or their shares in (N, C); "
                f"got {describe(target)}"
            )
        classes = classes[:, 0].astype(np.int64)
        if len(unknown := np.setdiff1d(classes, self._known)):
            raise ValueError(f"fit: class_weight has no weight for class {unknown[0]}, only for {list(self._weights)}")
        return Tensor(self._values[np.searchsorted(self._known, classes)])


def _is_class(given: Any) -> bool:
    return is_number(given) and given % 1 == 0


def _is_weight(given: Any) -> bool:
    return is_number(given) and 0 <= given < np.inf


def _are_shares(rows: Any) -> bool:
    """Tell whether each row says how much a sample is of each class: one-hot ones, and mixtures."""
    return bool((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1, atol=1e-3))


def _reduction(loss: Any) -> str:
    """How a loss is reduced over the samples of a batch; that of an own function is taken for a mean."""
    kind = getattr(loss, "reduction", None) if isinstance(loss, Module) else None
    if kind is None and isinstance(loss, functools.partial):
        kind = loss.keywords.get("reduction")
    if kind == "none":
        raise ValueError(
            "Trainer: the loss must be reduced to a single number: reduction is 'mean' or 'sum', got 'none'"
        )
    return kind or "mean"


def _parameters(function: Any) -> Mapping[str, Any]:
    try:
        return inspect.signature(function).parameters
    except ValueError:  # one that is not written in Python
        return {}


def _dtype(output: Any) -> Any:
    first = output
    while isinstance(first, (tuple, list)):
        first = first[0]
    return first.dtype
