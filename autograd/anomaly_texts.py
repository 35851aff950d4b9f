"""How the values around a NaN or Inf are written: which it is and where, and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import describe
from .patches import Patch
from .tensor import Tensor

if TYPE_CHECKING:
    from .primitives.declaration import Primitive

#: How many values are shown on either side of a bad one.
_BESIDE = 2


def arrays_in(value: Any) -> Iterator[Any]:
    """Give all floating and complex arrays and numbers in what an operation was given, or gave."""
    if isinstance(value, Patch):
        value = value._values
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from arrays_in(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays_in(part)
    elif isinstance(value, (float, complex)) or getattr(getattr(value, "dtype", None), "kind", "") in ("f", "c"):
        yield value._array if isinstance(value, Tensor) else value


def first(bad: Any) -> tuple[int, ...]:
    """Give the first index at which a mask is true."""
    return tuple(int(place) for place in np.unravel_index(int(np.argmax(bad)), np.shape(bad)))


def found(array: Any, bad: Any, index: tuple[int, ...]) -> str:
    """Say which value is at an index, the first of all that are bad."""
    count, size = int(np.count_nonzero(bad)), np.size(array)
    others = f", the first of {count:,} such among {size:,}" if count > 1 else ""
    return f"{_number(np.asarray(array)[index])}{_at(index)}{others}"


def shown(value: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Say what a value is, in which range, and what it holds near the index of a result of that shape."""
    array = np.asarray(value.data if isinstance(value, Tensor) else value)
    if array.ndim == 0:
        return f"{array.dtype} {_number(array[()])}"
    place = _place_in(array.shape, index, shape)
    if place is None:
        return describe(array) + _range(array) + _not_finite(array)
    *row, column = place
    start, stop = max(0, column - _BESIDE), min(array.shape[-1], column + _BESIDE + 1)
    near = array[tuple(row)][start:stop]
    far = _not_finite(array) if array.dtype.kind in "fc" and np.isfinite(near).all() else ""
    window = f"[{', '.join([*map(str, row), f'{start}:{stop}'])}] = [{', '.join(map(_number, near))}]"
    return f"{describe(array)}{_range(array)}{far}, {window}"


def operand_name(primitive: Primitive, position: int, operand: Any) -> str:
    """Give the name of a parameter, and the name that what is given for it has, as in ``x ('weight')``."""
    name = primitive.operand_name(position)
    given = getattr(operand, "name", None)
    return name if given is None else f"{name} ({given!r})"


def _place_in(own: tuple[int, ...], index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Where an array is read for the element of a result at an index, if it is broadcast to its shape."""
    if len(own) > len(shape) or any(
        size not in (1, wanted) for size, wanted in zip(own[::-1], shape[::-1], strict=False)
    ):
        return None
    return tuple(0 if size == 1 else place for size, place in zip(own, index[len(index) - len(own) :], strict=True))


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, np.inexact) else str(value)


def _at(index: tuple[int, ...]) -> str:
    return f" at [{', '.join(map(str, index))}]" if index else ""


def _range(array: Any) -> str:
    """Between which values all lie, if all are finite."""
    if not array.size or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        return ""
    return f", from {_number(array.min())} to {_number(array.max())}"


def _not_finite(array: Any) -> str:
    """Count what is not finite, and say where the first such is."""
    text = ""
    for name, where in (("nan", np.isnan(array)), ("inf", np.isinf(array))) if array.dtype.kind in "fc" else ():
        if where.any():
            text += f", {np.count_nonzero(where):,} {name}, first{_at(first(where))}"
    return text
