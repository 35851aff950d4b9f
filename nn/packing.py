"""Nested state as text and arrays: what no array is becomes JSON, so that a file holds nothing that could be run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Tensor

#: What marks, as the only key of an object in JSON, a value that JSON does not have.
_ARRAY, _TENSOR, _COMPLEX, _TUPLE, _PAIRS = "$array", "$tensor", "$complex", "$tuple", "$pairs"


def pack(state: Any) -> tuple[str, dict[str, Any]]:
    """Write nested dicts, lists, tuples, numbers, texts, arrays and Tensors as JSON, and give the arrays beside it.

    Raises ``TypeError`` for anything else, naming where it stands.

    >>> text, arrays = pack({"rate": 0.1, "buffer": np.zeros(2)})
    >>> text, list(arrays)
    ('{"rate": 0.1, "buffer": {"$array": "buffer"}}', ['buffer'])
    """
    arrays: dict[str, Any] = {}
    return json.dumps(_packed(state, (), arrays)), arrays


def unpack(text: str, arrays: Mapping[str, Any]) -> Any:
    """Give what was packed; raises ``ValueError``, ``KeyError`` or ``TypeError`` for what ``pack`` did not write.

    >>> unpack(*pack({0: (1.5, None)}))
    {0: (1.5, None)}
    """
    return _unpacked(json.loads(text), arrays)


def _packed(value: Any, path: tuple[str, ...], arrays: dict[str, Any]) -> Any:
    """What stands for a value in JSON; arrays are put aside under the path that leads to them."""
    if isinstance(value, np.float64):  # which is a float, too
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (Tensor, np.ndarray, np.generic)):
        return _put_aside(value, path, arrays)
    if isinstance(value, Mapping):
        packed = [(key, _packed(each, (*path, str(key)), arrays)) for key, each in value.items()]
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return dict(packed)
        return {_PAIRS: [[_packed(key, (*path, "key"), arrays), each] for key, each in packed]}
    if isinstance(value, (list, tuple)):
        items = [_packed(each, (*path, str(place)), arrays) for place, each in enumerate(value)]
        return {_TUPLE: items} if isinstance(value, tuple) else items
    hint = "; give its state_dict()" if hasattr(value, "state_dict") else ""
    raise TypeError(
        f"{'.'.join(path)} is a {type(value).__name__}, which a checkpoint cannot hold; it takes numbers, texts, "
        f"arrays, and dicts, lists and tuples of them{hint}"
    )


def _put_aside(value: Any, path: tuple[str, ...], arrays: dict[str, Any]) -> dict[str, str]:
    name = ".".join(path)
    while name in arrays:  # keys with dots in them
        name += "_"
    array = np.asarray(value.detach().data if isinstance(value, Tensor) else value)
    if array.dtype == np.complex128:  # which files do not have: as pairs of real numbers
        arrays[name] = np.stack([array.real, array.imag], axis=-1)
        return {_COMPLEX: name}
    arrays[name] = array
    return {_TENSOR if isinstance(value, Tensor) else _ARRAY: name}


def _unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_unpacked(each, arrays) for each in value]
    if not isinstance(value, dict):
        return value
    mark = next(iter(value), "")
    if mark.startswith("$"):
        return _MARKED[mark](value[mark], arrays)
    return {key: _unpacked(each, arrays) for key, each in value.items()}


def _complex(name: Any, arrays: Mapping[str, Any]) -> Any:
    return arrays[name][..., 0] + 1j * arrays[name][..., 1]


def _pairs(pairs: Any, arrays: Mapping[str, Any]) -> dict[Any, Any]:
    return {_unpacked(key, arrays): _unpacked(each, arrays) for key, each in pairs}


#: How what stands under each mark is read.
_MARKED: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    _ARRAY: lambda name, arrays: arrays[name],
    _TENSOR: lambda name, arrays: Tensor(arrays[name]),
    _COMPLEX: _complex,
    _TUPLE: lambda items, arrays: tuple(_unpacked(each, arrays) for each in items),
    _PAIRS: _pairs,
}
