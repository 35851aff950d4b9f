"""What a module's ``state_dict`` holds, and how it is taken over again: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import Tensor, asarray

if TYPE_CHECKING:
    from .module import Module


class IncompatibleKeys(NamedTuple):
    """The paths that ``load_state_dict(strict=False)`` has passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def named_state(module: Module) -> Iterator[tuple[str, Tensor]]:
    """Give all parameters and persistent buffers with their paths, in PyTorch's order."""
    for path, inner in module.named_modules(remove_duplicate=False):
        prefix = f"{path}." if path else ""
        yield from inner.named_parameters(prefix=path, recurse=False, remove_duplicate=False)
        for name, buffer in inner.named_buffers(recurse=False, remove_duplicate=False):
            if inner.is_persistent(name):
                yield prefix + name, buffer


def load(module: Module, state_dict: Mapping[str, Any], *, strict: bool) -> IncompatibleKeys:
    """Take over the values of a ``state_dict``; see ``Module.load_state_dict``."""
    own = dict(named_state(module))
    given = {path: asarray(values) for path, values in state_dict.items()}
    keys = IncompatibleKeys([path for path in own if path not in given], [path for path in given if path not in own])
    problems = _disagreements(own, given)
    if strict:
        problems += [f"missing: {path}, {_described(own[path])}" for path in keys.missing_keys]
        problems += [f"unexpected: {path}, {_described(given[path])}" for path in keys.unexpected_keys]
    if problems:
        listed = "".join(f"\n    {problem}" for problem in problems)
        raise RuntimeError(
            f"load_state_dict: the values do not fit {type(module).__name__}; nothing was changed.{listed}"
        )
    for path, tensor in own.items():
        if path in given:
            tensor.data = given[path].data
    return keys


def _disagreements(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> list[str]:
    """Say for each path that is known which shape or kind of number does not fit."""
    return [
        f"misshapen: {path} is {_described(tensor)} here, and {_described(given[path])} was given"
        for path, tensor in own.items()
        if path in given and not _fits(given[path], tensor)
    ]


def _fits(given: Tensor, tensor: Tensor) -> bool:
    drops_imaginary_part = given.dtype.kind == "c" and tensor.dtype.kind != "c"
    return given.shape == tensor.shape and not drops_imaginary_part


def _described(tensor: Tensor) -> str:
    return f"{tensor.dtype} {tensor.shape}"
