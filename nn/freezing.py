"""Which parameters are trained: chosen by patterns of their paths."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module


def set_requires_grad(module: Module, caller: str, patterns: tuple[str, ...], requires_grad: bool) -> None:
    """Set whether the parameters require grad whose path, or that of a module they are in, is one of the patterns."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    chosen = {path for path in parameters if not patterns}
    for pattern in patterns:
        if not isinstance(pattern, str):
            raise TypeError(f"{caller}: takes patterns of paths, as in 'features.*', got {pattern!r}")
        matching = {path for path in parameters if any(fnmatchcase(part, pattern) for part in _beginnings(path))}
        if not matching:
            raise ValueError(
                f"{caller}: {pattern!r} is the path of no parameter or module in {type(module).__name__}; nothing was "
                f"changed. The parameters are {', '.join(parameters) or 'none'}"
            )
        chosen |= matching
    for path in chosen:
        parameters[path].requires_grad_(requires_grad)
        if not requires_grad:
            parameters[path].grad = None  # by which an optimizer would still move it


def _beginnings(path: str) -> list[str]:
    """The paths of all modules that a parameter is in, and its own."""
    parts = path.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]
