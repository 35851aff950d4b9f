"""Masks: zeros in the place of some values, whatever these are; values shared out among some places."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Integers of the same size as a floating number; the integer 0 is the number 0.
_BITS: dict[Any, Any] = {
    np.dtype(number): np.dtype(bits)
    for number, bits in [(np.float16, np.int16), (np.float32, np.int32), (np.float64, np.int64)]
}
#: From how many values on it pays to work on bits.
_MANY = 512
#: One true value among so many is rare: where they are is then worth more than the mask.
_RARE = 16
#: From how many elements on an array's extreme value is looked for line by line, and how many make a line.
_LARGE, _LINE = 1 << 15, 1 << 12


def masked(values: Any, kept: Any) -> Any:
    """``np.where(kept, values, 0)``: no NaN and no infinity passes where ``kept`` is false.

    >>> masked(np.array([1.0, np.nan]), np.array([True, False]))
    array([1., 0.])
    """
    bits = _BITS.get(values.dtype) if type(values) is np.ndarray and values.size >= _MANY else None
    if bits is None or getattr(kept, "dtype", None) != np.bool_ or type(kept) is not np.ndarray:
        return np.where(kept, values, 0)
    # np.where guesses each choice before it makes it; with random ones, that takes eight times as long.
    return (values.view(bits) & np.negative(kept.view(np.int8))).view(values.dtype)


def shared(values: Any, among: Any, axis: Any) -> Any:
    """Share each value out evenly among the places along ``axis`` where ``among`` is true; zeros elsewhere.

    >>> shared(np.array([[6.0]]), np.array([[True, False, True]]), axis=1)
    array([[3., 0., 3.]])
    """
    if type(values) is np.ndarray and type(among) is np.ndarray:
        count = int(np.count_nonzero(among))
        if 0 < count * _RARE <= among.size:
            return _shared_among_few(values, among, count)
    counts = np.sum(among, axis=axis, keepdims=True).astype(np.result_type(values.dtype, np.float32))
    return np.where(among, values / counts, 0)


def shared_among_extremes(value: Any, array: Any, extreme: Any, extremum: np.ufunc) -> Any:
    """Share a value out evenly among the few places where a large array has its extreme value; zeros elsewhere.

    ``extreme`` is what ``extremum.reduce`` gives for the array. Gives ``None`` where that is no gain: then ``shared``
    is for it. The array is reduced line by line once more, which takes half the time of a comparison, and only lines
    that have the extreme value are searched for it.

    >>> lots = np.arange(50_000.0)
    >>> shared_among_extremes(np.array(6.0), lots, lots.max(), np.maximum)[-3:]
    array([0., 0., 6.])
    """
    if type(array) is not np.ndarray or type(value) is not np.ndarray or array.size < _LARGE:
        return None
    flat = array.reshape(-1)
    starts = np.arange(0, flat.size, _LINE)
    lines = starts[extremum.reduceat(flat, starts) == extreme]
    if len(lines) * 4 > len(starts):  # so many take longer than a mask
        return None
    found = [np.flatnonzero(flat[start : start + _LINE] == extreme) + start for start in lines]
    count = sum(map(len, found))
    if not 0 < count * _RARE <= flat.size:
        return None
    laid = np.zeros(flat.size, value.dtype)
    laid[np.concatenate(found)] = value / np.float64(count)  # more than a half can count
    return laid.reshape(array.shape)


def _shared_among_few(values: Any, among: Any, count: int) -> Any:
    flat = np.flatnonzero(among) if count > 1 else np.array([among.argmax()])
    along = zip(np.unravel_index(flat, among.shape), values.shape, strict=True)
    sources = np.ravel_multi_index([places if size > 1 else places * 0 for places, size in along], values.shape)
    counts = np.bincount(sources, minlength=values.size).astype(np.result_type(values.dtype, np.float32))
    laid = np.zeros(among.size, values.dtype)
    laid[flat] = (values.reshape(-1) / np.maximum(counts, 1))[sources]
    return laid.reshape(among.shape)
