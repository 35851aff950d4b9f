"""The libraries that can take part, and how they are loaded.

A peer is optional. One that is not installed raises `MissingPeerError`, is said to be missing, and is passed over.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

OURS: Final = "glassgrad"
PYTORCH: Final = "PyTorch"
NUMPY: Final = "NumPy"
HIPS: Final = "HIPS autograd"
JAX: Final = "JAX"
JAX_JIT: Final = "JAX with jit"


class MissingPeerError(Exception):
    """A peer is not installed here."""


@dataclass(frozen=True)
class Library:
    """What a benchmark needs of a library whose API has the shape of PyTorch's.

    `tensor` makes a tensor of an array and takes `requires_grad`; `functions` is the module that holds `exp` and its
    like; `nn` and `optim` are the modules of these names. A library of another shape puts its modules where its own
    builders look for them.
    """

    name: str
    tensor: Callable[..., Any]
    functions: Any
    nn: Any = None
    optim: Any = None


def load(name: str) -> Library:
    """Give the library of this name.

    Raises `MissingPeerError` where a peer is not installed. An import error of our own packages is an error as it is.
    """
    if name == OURS:
        return LOADERS[name]()
    try:
        return LOADERS[name]()
    except ModuleNotFoundError as error:
        raise MissingPeerError(f"{name} is not installed ({error})") from error


def version(distribution: str) -> str:
    """Give the installed version of a distribution, or "not installed"."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _glassgrad() -> Library:
    engine = importlib.import_module("autograd")
    return Library(OURS, engine.Tensor, engine, importlib.import_module("nn"), importlib.import_module("optim"))


def _pytorch() -> Library:
    torch = importlib.import_module("torch")
    return Library(PYTORCH, torch.tensor, torch, torch.nn, torch.optim)


def _numpy() -> Library:
    numpy = importlib.import_module("numpy")
    return Library(NUMPY, numpy.array, numpy)


# A peer that cannot live in this process (HIPS autograd's import name is ours, too) needs no entry here: it is one of
# `workers.FILES`.
LOADERS: Final[Mapping[str, Callable[[], Library]]] = {OURS: _glassgrad, PYTORCH: _pytorch, NUMPY: _numpy}
