"""Checkpoints of whole runs: what is in them, how they are found, and how their state is taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd import generator

from .. import saving
from ..checkpoint import named_state
from ..files import sweep
from ..module import Module


def read(path: str) -> dict[str, Any] | None:
    """Give the state that a checkpoint holds; ``None`` if there is no file yet.

    What an interrupted run has left of unfinished files is removed. Raises ``ValueError`` for a file that is no
    checkpoint, ``OSError`` for one that cannot be read.
    """
    if Path(path).is_dir():
        raise ValueError(
            f"fit: resume is the file of a checkpoint, and {path} is a folder; give {Path(path, 'run.safetensors')}"
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    sweep(path)
    if not Path(path).exists():
        return None
    state = saving.state_in("fit", path, *saving.read("fit", path))
    if state is None:
        raise ValueError(f"fit: {path} is no checkpoint of a run; weights alone are read by nn.load")
    return state


def write(path: str, state: Mapping[str, Any]) -> None:
    """Write the state of a run, whole or not at all. Raises ``OSError`` if it cannot be written."""
    saving.write_state("fit", path, state)


def state_of(model: Module, loss: Any, optimizer: Any) -> dict[str, Any]:
    """Give what learning has changed, and the state of the random numbers."""
    return {
        "model": model.state_dict(),
        "loss": loss.state_dict() if isinstance(loss, Module) else {},
        "orders": [_order(tensor._array) for tensor in _tensors(model, loss)],
        "optimizer": optimizer.state_dict(),
        "random": generator().bit_generator.state,
    }


def restore(state: Mapping[str, Any], model: Module, loss: Any, optimizer: Any) -> None:
    """Take over what ``state_of`` gave; if that raises, nothing has been changed."""
    before = state_of(model, loss, optimizer)
    try:
        _restore(state, model, loss, optimizer)
    except Exception:
        _restore(before, model, loss, optimizer)
        raise


def _restore(state: Mapping[str, Any], model: Module, loss: Any, optimizer: Any) -> None:
    model.load_state_dict(state["model"])
    if isinstance(loss, Module):
        loss.load_state_dict(state["loss"])
    for place, tensor in enumerate(_tensors(model, loss)):
        tensor._array = _in_order(tensor._array, state["orders"][place])
    optimizer.load_state_dict(state["optimizer"])
    generator().bit_generator.state = state["random"]


# The same values in another order in memory are multiplied in another order, which may change the last bit.


def _tensors(model: Module, loss: Any) -> Iterator[Any]:
    """Give all parameters and buffers."""
    for module in (model, loss):
        if isinstance(module, Module):
            yield from (tensor for _, tensor in named_state(module))


def _order(array: Any) -> list[int]:
    """The axes of an array in the order in memory: the first one has the longest way from an element to the next."""
    return sorted(range(array.ndim), key=lambda axis: -array.strides[axis])


def _in_order(array: Any, order: list[int]) -> Any:
    """The same values with the axes in such an order in memory."""
    if sorted(order) != list(range(array.ndim)):
        raise ValueError(f"{order} is no order of {array.ndim} axes")
    laid_out = np.empty([array.shape[axis] for axis in order], array.dtype).transpose(np.argsort(order))
    laid_out[...] = array
    return laid_out
