"""Arrays as a page gets them: small ones in full, large ones as statistics, a histogram and a map of their extremes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ..cards import BARS
from ..knowledge import root_mean_square

Array = np.ndarray[Any, Any]

#: Up to this many elements an array is given in full.
IN_FULL = 64
#: The rows and columns that a map has at most, and its levels on either side of zero.
SIDE, LEVELS = 24, 30
#: The character that stands for zero in a map; the others follow the codes around it.
ZERO = 92


class Arrays:
    """Arrays by number; equal ones have the same."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, array: Any) -> int:
        """Give the number of an array."""
        text = json.dumps(encoded(np.asarray(array)), separators=(",", ":"), allow_nan=False)
        return self._numbers.setdefault(text, len(self._numbers))

    def listed(self) -> list[Any]:
        """Give what the numbers stand for."""
        return [json.loads(text) for text in self._numbers]


def encoded(array: Array) -> dict[str, Any]:
    """Write an array: its shape, its dtype, and its elements or what is to be said of so many.

    >>> encoded(np.array([1.5, np.inf]))
    {'shape': [2], 'dtype': 'float64', 'rms': 'inf', 'data': [1.5, 'inf']}
    """
    about = {"shape": list(array.shape), "dtype": str(array.dtype), "rms": number(root_mean_square(array) or 0.0)}
    if array.size <= IN_FULL:
        return {**about, "data": [number(each) for each in array.ravel()]}
    reals = np.abs(array) if array.dtype.kind == "c" else array.astype(float)
    return {**about, **_summary(reals), "map": _map(reals)}


def number(value: Any) -> float | int | bool | str:
    """Write a number: the shortest that reads back as the same; what JSON has no numbers for, as a text."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 2**53 else str(value)
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value:.3g}"
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(str(value))  # of float32, the digits that it has


def _summary(reals: Array) -> dict[str, Any]:
    finite = reals[np.isfinite(reals)]
    about: dict[str, Any] = {
        "nan": int(np.isnan(reals).sum()),
        "inf": int(np.isinf(reals).sum()),
        "zeros": int((reals == 0).sum()),
    }
    if not finite.size:
        return about
    unit = float(np.abs(finite).max()) or 1.0
    scaled = finite / unit  # lies between -1 and 1, where nothing overflows
    counts, edges = np.histogram(scaled, bins=BARS)
    figures = {
        "min": finite.min(),
        "max": finite.max(),
        "mean": unit * scaled.mean(),
        "deviation": unit * scaled.std(),
    }
    about |= {name: _short(value) for name, value in figures.items()}
    return about | {"bars": counts.tolist(), "ends": [_short(unit * edges[0]), _short(unit * edges[-1])]}


def _short(value: Any) -> float:
    return float(f"{float(value):.6g}")


def _map(reals: Array) -> list[Any]:
    """Give rows, columns and a text of one character for each cell: of each block, the number farthest from zero.

    The level of a number is as the square root of its share of the largest one.
    """
    lines = reals.reshape(-1, reals.shape[-1]) if reals.ndim > 1 else _folded(reals)
    largest = float(np.max(np.abs(lines), initial=0.0, where=np.isfinite(lines))) or 1.0
    lines = np.clip(np.nan_to_num(lines, nan=0.0) / largest, -1, 1)
    starts = [np.unique(np.linspace(0, size, min(size, SIDE), endpoint=False).astype(int)) for size in lines.shape]
    high, low = (
        pick.reduceat(pick.reduceat(lines, starts[0], axis=0), starts[1], axis=1) for pick in (np.maximum, np.minimum)
    )
    extremes = np.where(high >= -low, high, low)
    levels = np.round(LEVELS * np.sign(extremes) * np.sqrt(np.abs(extremes))).astype(int)
    return [len(starts[0]), len(starts[1]), "".join(chr(ZERO + level) for level in levels.ravel().tolist())]


def _folded(vector: Array) -> Array:
    """Lay a long vector in lines, so that a map of it is no thread."""
    width = int(np.ceil(np.sqrt(vector.size)))
    return np.append(vector, np.zeros(-vector.size % width)).reshape(-1, width)
