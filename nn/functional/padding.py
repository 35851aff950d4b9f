"""Padding of the last axes, in PyTorch's order and modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

__all__ = ["pad"]

#: What stands around an input, and what ``autograd.pad`` calls it.
_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}

Pairs = list[tuple[int, int]]


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Make axes longer in front and behind, or, where a number is negative, shorter.

    Parameters
    ----------
    input
        Any shape for ``mode="constant"``; otherwise ``(N, C, *spatial)`` or ``(C, *spatial)``.
    pad
        A number for the front and one for the back of the last axis, then those of the axis before it, and so on. For
        modes other than ``"constant"`` all spatial axes are given.
    mode
        What is added: ``"constant"``, ``"reflect"`` (what is inside, mirrored at the last element), ``"replicate"``
        (the last element again) or ``"circular"`` (what is at the other end).
    value
        The constant; by default 0.

    Raises
    ------
    ValueError
        If the numbers are odd or too many, less than nothing would be left, or there is not enough to mirror or to go
        round.

    >>> import nn
    >>> nn.functional.pad([1.0, 2.0, 3.0], (2, -1))
    Tensor([0., 0., 1., 2.], dtype=float64)
    """
    x: Tensor = asarray(input)
    pairs = _pairs(x, pad)
    if mode not in _MODES:
        raise ValueError(f"pad: mode is one of {', '.join(map(repr, _MODES))}, got {mode!r}")
    if mode != "constant":
        _check_mode(x, pairs, mode, value)
    if any(size + front + back < 0 for size, (front, back) in zip(x.shape, pairs, strict=True)):
        raise ValueError(f"pad: cutting {tuple(pad)} off {describe(x)} would leave less than nothing")
    if mode in ("constant", "circular"):  # which go on from what is left, the others from what there was
        return _longer(_shorter(x, pairs), pairs, mode, value)
    return _shorter(_longer(x, pairs, mode, value), pairs)


def _pairs(x: Tensor, pad: Sequence[int]) -> Pairs:
    """A number for the front and one for the back of each axis, the first axis first."""
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ValueError(
            f"pad: two numbers for each axis, from the last one on, {2 * x.ndim} at most; got {tuple(pad)} for "
            f"{describe(x)}"
        )
    given = [(int(pad[at]), int(pad[at + 1])) for at in range(0, len(pad), 2)]
    return [(0, 0)] * (x.ndim - len(given)) + given[::-1]


def _check_mode(x: Tensor, pairs: Pairs, mode: str, value: float | None) -> None:
    axes = sum(1 for pair in pairs if pair != (0, 0))
    if value not in (None, 0):
        raise ValueError(f"pad: value={value} goes with mode='constant' only, got mode={mode!r}")
    if x.ndim < 2 or axes > 3 or any(pair != (0, 0) for pair in pairs[: max(1, x.ndim - 3)]):
        raise ValueError(f"pad: mode={mode!r} pads up to three axes behind the channels, got {pairs} for {describe(x)}")
    for size, (front, back) in zip(x.shape, pairs, strict=True):
        widest = max(front, back)
        left = size + min(0, front) + min(0, back)
        room = {"reflect": size - 1, "replicate": widest, "circular": left}[mode]
        if widest > max(0, room) or (widest > 0 and not size):
            raise ValueError(
                f"pad: mode={mode!r} cannot add {(front, back)} to an axis of size {size}: there is not enough to take "
                "it from"
            )


def _shorter(x: Tensor, pairs: Pairs) -> Tensor:
    if all(min(pair) >= 0 for pair in pairs):
        return x
    index = tuple(slice(max(0, -front), min(0, back) or None) for front, back in pairs)
    result: Tensor = x[index]
    return result


def _longer(x: Tensor, pairs: Pairs, mode: str, value: float | None) -> Tensor:
    widths = [(max(0, front), max(0, back)) for front, back in pairs]
    if not any(map(any, widths)):
        return x
    options = {"constant_values": 0 if value is None else value} if mode == "constant" else {}
    result: Tensor = autograd.pad(x, widths, mode=_MODES[mode], **options)
    return result
