"""Linear recurrences along an axis, ``r[j] = terms[j] + factors[j] * r[j-1]``, in few passes of NumPy.

A long axis is cut into blocks that go side by side. First all run from 0, and what each would hand on to the next is
found; then, block after block, what arrives at each; then all run again from that. So nothing is divided by, zeros are
exact, and there are about three times the square root of the length of steps in Python.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: Up to this number of elements for each step of blocks, Python's numbers are faster than arrays.
_FEW = 120
#: With so many rows, what a step in Python costs beside its array does not count.
_MANY_ROWS = 2000
#: Fewer elements than these in a row are not worth cutting.
_SHORT = 64


def run_recurrence(factors: Any, terms: Any) -> Any:
    """Run the recurrence along the last axis, which has elements; both have one shape."""
    if type(terms) is not np.ndarray or type(factors) is not np.ndarray:
        along = np.moveaxis(factors, -1, 0), np.moveaxis(terms, -1, 0)
        return np.stack(_stepped(*map(list, along)), axis=-1)
    shape, length = terms.shape, terms.shape[-1]
    dtype = np.result_type(factors, terms)
    factors, terms = (np.reshape(each, (-1, length)).astype(dtype, copy=False) for each in (factors, terms))
    rows = len(terms)
    if rows * length <= _FEW * math.sqrt(length):
        pairs = zip(factors.tolist(), terms.tolist(), strict=True)
        return np.array([_stepped(*pair) for pair in pairs], dtype).reshape(shape)
    if rows >= _MANY_ROWS or length < _SHORT:
        result = _together(factors.T.copy(), terms.T.copy()).T
        return np.ascontiguousarray(result).reshape(shape)
    return _in_blocks(factors, terms).reshape(shape)


def _stepped(factors: list[Any], terms: list[Any], before: Any = None) -> list[Any]:
    """One step after the other, on Python's numbers, or on the parts of arrays of any kind."""
    results = terms[:1] if before is None else [terms[0] + factors[0] * before]
    for factor, term in zip(factors[1:], terms[1:], strict=True):
        results.append(term + factor * results[-1])
    return results


def _together(factors: Any, results: Any, before: Any = None) -> Any:
    """Go along the first axis; ``results`` holds the terms, and in the end what it is called."""
    if before is not None:
        results[0] += factors[0] * before
    step = np.empty_like(results[0])
    for factor, last, now in zip(factors[1:], results[:-1], results[1:], strict=True):
        np.multiply(factor, last, out=step)
        now += step  # noqa: PLW2901 - a part of results
    return results


def _in_blocks(factors: Any, terms: Any) -> Any:
    """Cut rows into blocks; what is missing in the last one are steps that hand on what they get."""
    rows, length = terms.shape
    size = math.isqrt(length)
    count = -(-length // size)
    missing = ((0, 0), (0, count * size - length))
    # (step in a block, row, block)
    factors, terms = (
        np.pad(each, missing, constant_values=filler).reshape(rows, count, size).transpose(2, 0, 1).copy()
        for each, filler in ((factors, 1), (terms, 0))
    )
    handed = _together(factors, terms.copy())[-1]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        passed = np.multiply.reduce(factors, axis=0)
    before = np.zeros_like(handed)
    for block in range(1, count):
        arrived = before[:, block - 1]
        share = np.where(arrived == 0, 0, passed[:, block - 1])  # 0 times infinity is 0 where steps are finite
        if not (np.isfinite(share) & np.isfinite(arrived)).all():
            last = [
                _stepped(factors[:, row, block - 1].tolist(), terms[:, row, block - 1].tolist(), arrived[row])[-1]
                for row in range(rows)
            ]
            before[:, block] = last
        else:
            before[:, block] = handed[:, block - 1] + share * arrived
    results = _together(factors, terms, before)
    return results.transpose(1, 2, 0).reshape(rows, -1)[:, :length]
