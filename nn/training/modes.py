"""Whether modules are in training or evaluation mode, for as long as a block runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..module import Module


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Put a model into evaluation mode, and all its modules back into theirs afterwards.

    >>> import nn
    >>> model = nn.Sequential(nn.Dropout())
    >>> with evaluating(model):
    ...     model[0].training
    False
    >>> model[0].training
    True
    """
    with _restoring(model):
        model.eval()
        yield


@contextmanager
def learning(model: Module) -> Iterator[None]:
    """Put a model that is in evaluation mode into training mode, and all its modules back into theirs afterwards.

    If the model itself is in training mode, single modules stay in evaluation mode, as somebody wants it to be.
    """
    with _restoring(model):
        if not model.training:
            model.train()
        yield


@contextmanager
def _restoring(model: Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
