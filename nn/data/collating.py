"""Samples put together as a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import describe


def default_collate(samples: Sequence[Any]) -> Any:
    """Put samples together as a batch, with a new first axis that counts them.

    Parameters
    ----------
    samples
        At least one, all of the same form: arrays, Tensors or numbers, which are stacked in a Tensor of the dtype that
        NumPy gives them (Python's own floating numbers become float64, whole ones int64); texts, which are given as a
        list; or tuples, named tuples, lists and dicts of them, which are put together place by place.

    Returns
    -------
    Any
        Of the form of a sample.

    Raises
    ------
    TypeError
        If there is something else in a sample, or its kind is not the same in all samples.
    ValueError
        If there is no sample, or shapes, lengths or keys are not the same in all samples.

    >>> import numpy as np
    >>> default_collate([(np.zeros(3), "a"), (np.ones(3), "b")])
    (Tensor([[0., 0., 0.],
           [1., 1., 1.]], dtype=float64), ['a', 'b'])
    """
    if not len(samples):
        raise ValueError("default_collate: takes at least one sample, got none")
    return _collated(samples, "")


def as_tensors(batch: Any) -> Any:
    """Give a batch as it is, with Tensors in the place of its arrays and numbers."""
    if isinstance(batch, Mapping):
        return {key: as_tensors(part) for key, part in batch.items()}
    if isinstance(batch, (tuple, list)):
        return like(batch, [as_tensors(part) for part in batch])
    return Tensor(batch) if isinstance(batch, (np.ndarray, np.generic, bool, int, float, complex)) else batch


def like(sequence: Any, parts: list[Any]) -> Any:
    """Give parts as a tuple, named tuple or list, like another one."""
    kind = type(sequence)
    return kind(*parts) if hasattr(sequence, "_fields") else kind(parts)


def _collated(parts: Sequence[Any], where: str) -> Any:
    """Put together what stands at the same place of all samples; ``where`` that is, as in ``[0]['image']``."""
    first = parts[0]
    if isinstance(first, (Tensor, np.ndarray, np.generic, bool, int, float, complex)):
        return _stacked(parts, where)
    different = next((part for part in parts if type(part) is not type(first)), first)
    if different is not first:
        raise TypeError(
            f"default_collate: {_called(where)} is a {type(first).__name__} in one and a {type(different).__name__} "
            "in another one"
        )
    if isinstance(first, (str, bytes)):
        return list(parts)
    if isinstance(first, Mapping):
        _check_alike("the keys", [sorted(map(repr, part)) for part in parts], where)
        return {key: _collated([part[key] for part in parts], f"{where}[{key!r}]") for key in first}
    if isinstance(first, (tuple, list)):
        _check_alike("the lengths", [len(part) for part in parts], where)
        return like(first, [_collated(column, f"{where}[{i}]") for i, column in enumerate(zip(*parts, strict=True))])
    raise TypeError(
        f"default_collate: {_called(where)} is a {type(first).__name__}; it takes arrays, Tensors, numbers, texts, and "
        "tuples, lists and dicts of them. For others give the DataLoader a collate_fn"
    )


def _stacked(parts: Sequence[Any], where: str) -> Tensor:
    arrays = [part.numpy() if isinstance(part, Tensor) else np.asarray(part) for part in parts]
    strange = next((array for array in arrays if array.dtype.kind not in "biufc"), None)
    if strange is not None:
        raise TypeError(f"default_collate: {_called(where)} must be numbers, got {describe(strange)}")
    _check_alike("the shapes", [array.shape for array in arrays], where)
    return Tensor(np.stack(arrays))


def _check_alike(what: str, all_of_them: Sequence[Any], where: str) -> None:
    first = all_of_them[0]
    for number, one in enumerate(all_of_them):
        if one != first:
            raise ValueError(
                f"default_collate: {what} of {_called(where)} must be the same in all samples; the first of the batch "
                f"has {first}, that of place {number} has {one}"
            )


def _called(where: str) -> str:
    return f"sample{where}" if where else "a sample"
