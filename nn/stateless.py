"""Modules as pure functions of their parameters: what transforms and gradient checks need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from autograd import Tensor, asarray

from .module import Module


def functional_call(
    module: Module, parameters: Mapping[str, Any], args: Any = (), kwargs: Mapping[str, Any] | None = None
) -> Any:
    """Call a module with other values in the place of its parameters and buffers.

    Parameters
    ----------
    module
        The module; it is as before when the call is over.
    parameters
        Tensors or arrays by dotted path; what is not named stays. Gradients go to these, not to the module's own.
    args, kwargs
        The arguments of the call; one positional argument may stand alone.

    Raises
    ------
    KeyError
        If a path is not that of a parameter or buffer.
    ValueError
        If a shape differs.

    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.functional_call(layer, {"weight": [[1.0, 10.0]], "bias": [0.0]}, [[3.0, 4.0]]).tolist()
    [[43.0]]
    """
    with _replaced(module, {path: asarray(value) for path, value in parameters.items()}):
        return module(*(args if isinstance(args, tuple) else (args,)), **(kwargs or {}))


@contextmanager
def _replaced(module: Module, values: Mapping[str, Tensor]) -> Iterator[None]:
    """Put Tensors in the place of parameters and buffers, wherever they are used, for a ``with`` block."""
    by_identity = {id(tensor): values[path] for path, tensor in _known(module) if path in values}
    _check(module, values)
    places = [
        (inner.__dict__, name, own)
        for inner in module.modules()
        for name, own in list(vars(inner).items())
        if id(own) in by_identity
    ]
    try:
        for attributes, name, own in places:
            attributes[name] = by_identity[id(own)]
        yield
    finally:
        for attributes, name, own in places:
            attributes[name] = own


def _known(module: Module) -> Sequence[tuple[str, Tensor]]:
    return [
        *module.named_parameters(remove_duplicate=False),
        *module.named_buffers(remove_duplicate=False),
    ]


def _check(module: Module, values: Mapping[str, Tensor]) -> None:
    known = dict(_known(module))
    for path, value in values.items():
        if path not in known:
            raise KeyError(f"functional_call: {path!r} is no parameter or buffer; there are {', '.join(known)}")
        if value.shape != known[path].shape:
            raise ValueError(f"functional_call: {path!r} has shape {known[path].shape}, got one of {value.shape}")
