"""Weights and checkpoints as safetensors files, which hold nothing that could be run; PyTorch reads and writes them."""

from __future__ import annotations

import json
import os
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tensor

from .files import write_whole
from .module import Module
from .packing import pack, unpack

#: What the format calls NumPy's dtypes.
_DTYPES = {
    "BOOL": np.bool_,
    "U8": np.uint8,
    "U16": np.uint16,
    "U32": np.uint32,
    "U64": np.uint64,
    "I8": np.int8,
    "I16": np.int16,
    "I32": np.int32,
    "I64": np.int64,
    "F16": np.float16,
    "F32": np.float32,
    "F64": np.float64,
    "C64": np.complex64,
}

#: Under which name the header of a file has the text that says how the arrays of a checkpoint belong together.
_STATE = "glassgrad.state"

#: The longest header that the format allows, in bytes, as the library behind this has it.
_LONGEST_HEADER = 100_000_000

#: How files begin that PyTorch's own ``torch.save`` writes: as archives, or as plain pickles.
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def save(
    state: Module | Mapping[str, Any], path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None
) -> None:
    """Write weights, or a whole checkpoint, into a safetensors file.

    It is written whole or not at all: if something goes wrong, or the program is stopped, an old file is intact.

    Parameters
    ----------
    state
        A module, whose ``state_dict`` is written, or a mapping of names to Tensors or arrays: a file for everybody who
        reads safetensors. Or a checkpoint: a mapping to numbers, texts, ``None``, Tensors, arrays, and dicts, lists and
        tuples of them, as the ``state_dict`` of an optimizer, a schedule or a ``DataLoader`` is one.
    path
        The file; by custom it ends in ``.safetensors``.
    metadata
        Texts by name that are written into the file's header.

    Raises
    ------
    TypeError
        For names that are no texts, weights of a dtype that the format does not have (complex128, for instance), and
        what a checkpoint cannot hold.
    OSError
        If the file cannot be written.

    >>> import nn, tempfile, pathlib
    >>> model, folder = nn.Linear(3, 2), tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "model.safetensors")
    >>> nn.save(model, path)
    >>> nn.Linear(3, 2).load_state_dict(nn.load(path))
    IncompatibleKeys(missing_keys=[], unexpected_keys=[])
    >>> nn.save({"model": model.state_dict(), "epoch": 3}, path)
    >>> nn.load(path)["epoch"]
    3
    >>> folder.cleanup()
    """
    given = state.state_dict() if isinstance(state, Module) else state
    if not isinstance(given, Mapping):
        raise TypeError(f"nn.save: takes a module or a mapping of names to Tensors, got a {type(state).__name__}")
    is_flat = all(isinstance(value, (Tensor, np.ndarray, np.generic)) for value in given.values())
    (write if is_flat else write_state)("nn.save", path, given, metadata)


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a safetensors file; give its Tensors by name, for ``Module.load_state_dict``, or the checkpoint that it is.

    Nothing in the file is run; how much memory is taken goes by the length of the file, not by what its header says.
    What PyTorch has written as bfloat16 becomes float32, which holds each of its numbers.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no safetensors file, or a damaged one. A file of ``torch.save`` is a pickle, which is never read:
        write the model's ``state_dict()`` by ``safetensors.torch.save_file`` instead.
    """
    arrays, texts = read("nn.load", path)
    state = state_in("nn.load", path, arrays, texts)
    return {name: Tensor(array) for name, array in arrays.items()} if state is None else state


def write(
    caller: str, path: str | os.PathLike[str], values: Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> None:
    """Write Tensors or arrays, and texts, into a safetensors file; see ``save``. Errors name the caller."""
    _safetensors(caller)
    from safetensors.numpy import save as to_bytes

    arrays = {_name(caller, name): _array(caller, name, value) for name, value in values.items()}
    write_whole(caller, path, to_bytes(arrays, dict(metadata) if metadata else None))


def write_state(
    caller: str, path: str | os.PathLike[str], state: Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a checkpoint; see ``save``. Errors name the caller."""
    try:
        text, arrays = pack(state)
    except TypeError as error:
        raise TypeError(f"{caller}: {error}") from error
    write(caller, path, arrays, {**(metadata or {}), _STATE: text})


def state_in(
    caller: str, path: str | os.PathLike[str], arrays: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, Any] | None:
    """Give the checkpoint that a file holds, of which these are the arrays and texts; ``None`` if it holds weights."""
    if _STATE not in texts:
        return None
    try:
        state: dict[str, Any] = dict(unpack(texts[_STATE], arrays))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"{caller}: {path} is a damaged checkpoint: {type(error).__name__}: {error}") from error
    return state


def read(caller: str, path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the arrays and the texts of a safetensors file; see ``load``. Errors name the caller and the file."""
    safetensors = _safetensors(caller)
    content = _content(caller, path)
    try:
        entries: Any = safetensors.deserialize(content)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{caller}: {path} is no safetensors file, or a damaged one: {error}") from error
    metadata: dict[str, str] = json.loads(content[8 : 8 + _header_length(content)]).get("__metadata__", {})
    del content
    arrays = {}
    while entries:  # each is let go of as soon as it is read
        name, entry = entries.pop()
        arrays[name] = _read(caller, path, name, entry)
    return dict(reversed(arrays.items())), metadata


def _safetensors(caller: str) -> types.ModuleType:
    try:
        import safetensors
    except ImportError as error:
        raise ImportError(
            f"{caller}: files of weights are written and read by safetensors, which is not installed: "
            "pip install safetensors, or pip install glassgrad[training]"
        ) from error
    return safetensors


def _content(caller: str, path: str | os.PathLike[str]) -> bytes:
    """Read a file whose beginning looks right; of another one, however large, no more than that is read."""
    with Path(path).open("rb") as file:
        start = file.read(9)
        if start.startswith(_PICKLES) and start[8:] != b"{":  # behind which a header of 1408 bytes looks like a pickle
            raise ValueError(
                f"{caller}: {path} is a pickle, as torch.save writes it; pickles can run any program and are never "
                "read. Write the weights by safetensors.torch.save_file(model.state_dict(), path)"
            )
        length, size = _header_length(start), os.fstat(file.fileno()).st_size
        if len(start) < 8 or length > min(size - 8, _LONGEST_HEADER):
            raise ValueError(
                f"{caller}: {path} is no safetensors file, or a damaged one: it has {size} bytes, and should begin "
                f"with a header of {length}"
            )
        file.seek(0)
        return file.read()


def _header_length(content: bytes) -> int:
    return int.from_bytes(content[:8], "little")


def _name(caller: str, name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{caller}: names are texts, got {name!r}")
    return name


def _array(caller: str, name: str, value: Any) -> Any:
    """The values in the order in memory that the format has, whatever the one they lie in."""
    array = np.asarray(value.detach().data if isinstance(value, Tensor) else value)
    if array.dtype.newbyteorder("=") not in list(map(np.dtype, _DTYPES.values())):
        raise TypeError(
            f"{caller}: {name} is {array.dtype}, which safetensors files do not have; convert it with astype"
        )
    return np.array(array, array.dtype.newbyteorder("<"), order="C")


def _read(caller: str, path: Any, name: str, entry: Mapping[str, Any]) -> Any:
    kind, shape, data = entry["dtype"], entry["shape"], entry["data"]
    if kind == "BF16":  # the first half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    if kind not in _DTYPES:
        raise ValueError(f"{caller}: {name} in {path} is {kind}, which NumPy does not have")
    return (
        np.frombuffer(data, np.dtype(_DTYPES[kind]).newbyteorder("<")).astype(_DTYPES[kind], copy=False).reshape(shape)
    )
