"""Images and volumes looked at through a grid of places, and the grids of affine maps."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, asarray
from autograd.errors import describe

__all__ = [
    "affine_grid",
    "grid_sample",
]

#: Places along one axis and the weight of what is there.
Tap = tuple[Any, Any]

#: Where places are that are infinite or NaN, and which index stands for a place too far out for one.
_FAR, _NOWHERE = 1e30, -100


def grid_sample(
    input: Any, grid: Any, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Tensor:
    """Take from each image or volume what is at the places of a grid.

    Parameters
    ----------
    input
        ``(N, C, H, W)`` or ``(N, C, D, H, W)``.
    grid
        ``(N, H', W', 2)`` or ``(N, D', H', W', 3)``: places ``(x, y)`` or ``(x, y, z)``, with ``x`` along the last
        axis, from -1 at one end to 1 at the other.
    mode
        ``"bilinear"`` (for volumes it is trilinear), ``"nearest"``, or, for images, ``"bicubic"``.
    padding_mode
        What is beyond the ends: ``"zeros"``, ``"border"`` (the last elements) or ``"reflection"``.
    align_corners
        Whether -1 and 1 mean the middles of the first and the last element, rather than their outer edges; by default
        they do not.

    Returns
    -------
    Tensor
        ``(N, C, H', W')`` or ``(N, C, D', H', W')``; input and grid get gradients, 0 for the grid of ``"nearest"``.

    Raises
    ------
    ValueError
        If shapes or options do not fit.

    >>> import nn
    >>> nn.functional.grid_sample([[[[1.0, 3.0]]]], [[[[0.0, 0.0]]]])
    Tensor([[[[2.]]]], dtype=float64)
    """
    x, grid = asarray(input), asarray(grid)
    _check(x, grid, mode, padding_mode)
    sizes = x.shape[2:]
    positions = [_position(grid[..., -1 - axis], size, bool(align_corners)) for axis, size in enumerate(sizes)]
    taps = [
        _TAPS[mode](position, size, padding_mode, bool(align_corners))
        for position, size in zip(positions, sizes, strict=True)
    ]
    samples = np.arange(x.shape[0]).reshape(-1, *(1,) * len(sizes))
    elements = autograd.moveaxis(x, 1, -1)
    total: Any = 0
    for chosen in itertools.product(*taps):
        total = total + _contribution(elements, samples, chosen, sizes)
    result: Tensor = autograd.moveaxis(total, -1, 1)
    return result


def _check(x: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    if mode not in _TAPS:
        raise ValueError(f"grid_sample: mode is one of {', '.join(map(repr, _TAPS))}, got {mode!r}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(f"grid_sample: padding_mode is 'zeros', 'border' or 'reflection', got {padding_mode!r}")
    if x.ndim not in (4, 5) or grid.shape[:1] + grid.shape[-1:] != (x.shape[0], x.ndim - 2) or grid.ndim != x.ndim:
        raise ValueError(
            "grid_sample: the input must be (N, C, H, W) with a grid (N, H', W', 2), or (N, C, D, H, W) with "
            f"(N, D', H', W', 3); got {describe(x)} and {describe(grid)}"
        )
    if 0 in x.shape[2:]:
        raise ValueError(f"grid_sample: there is nothing to take from in {describe(x)}")
    if mode == "bicubic" and x.ndim != 4:
        raise ValueError(f"grid_sample: mode='bicubic' is for images, (N, C, H, W), got {describe(x)}")


def _contribution(elements: Tensor, samples: Any, taps: Sequence[Tap], sizes: Sequence[int]) -> Any:
    """What one element near each place adds; nothing comes from beyond the ends, whatever the weight."""
    inside: Any = True
    weight: Any = None
    index = [samples]
    for (places, factor), size in zip(taps, sizes, strict=True):
        inside = inside & (places >= 0) & (places < size)
        index.append(np.clip(places, 0, size - 1))
        weight = factor if weight is None else factor if factor is None else weight * factor
    found = autograd.where(inside[..., None], elements[tuple(index)], 0)
    return found if weight is None else found * autograd.where(inside, weight, 0)[..., None]


# Places


def _position(coordinate: Any, size: int, align_corners: bool) -> Any:
    """Where a coordinate from -1 to 1 is, counted in elements; what is not finite is far out."""
    position = (coordinate + 1) * ((size - 1) / 2) if align_corners else ((coordinate + 1) * size - 1) / 2
    far = np.nan_to_num(position.data, nan=-_FAR, posinf=_FAR, neginf=-_FAR)
    return autograd.where(np.isfinite(position.data), position, far)


def _brought_in(position: Any, size: int, padding_mode: str, align_corners: bool) -> Any:
    """Bring positions beyond the ends inside, as the padding asks for."""
    if padding_mode == "zeros":
        return position
    if padding_mode == "reflection":
        low, high = (0.0, size - 1.0) if align_corners else (-0.5, size - 0.5)
        position = _reflected(position, low, high)
    last = size - 1
    held = np.where(_data(position) > 0, last, 0).astype(position.dtype)
    return autograd.where((position > 0) & (position < last), position, held)


def _reflected(position: Any, low: float, high: float) -> Any:
    span = high - low
    if not span:
        return position * 0
    away = autograd.where(position < low, low - position, position - low)
    turns = np.floor(_data(away) / span)
    rest = away - turns * span
    return autograd.where(turns % 2 == 0, rest + low, high - rest)


def _data(values: Any) -> Any:
    return values.data if isinstance(values, Tensor) else values


def _whole(values: Any) -> Any:
    """Whole numbers as indices."""
    return np.where(np.abs(values) < 2.0**31, values, _NOWHERE).astype(np.intp)


# The elements near a position


def _nearest(position: Any, size: int, padding_mode: str, align_corners: bool) -> list[Tap]:
    return [(_whole(np.rint(_data(_brought_in(position, size, padding_mode, align_corners)))), None)]


def _linear(position: Any, size: int, padding_mode: str, align_corners: bool) -> list[Tap]:
    position = _brought_in(position, size, padding_mode, align_corners)
    below = np.floor(_data(position))
    share = position - below
    places = _whole(below)
    return [(places, 1 - share), (places + 1, share)]


def _cubic(position: Any, size: int, padding_mode: str, align_corners: bool) -> list[Tap]:
    """Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981), equation 15 with a = -3/4."""
    below = np.floor(_data(position))
    t, a = position - below, -0.75
    weights = [
        ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
        ((a + 2) * t - (a + 3)) * t * t + 1,
        ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
        ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a,
    ]
    places = [_data(_brought_in(below + shift, size, padding_mode, align_corners)) for shift in (-1, 0, 1, 2)]
    return [(_whole(place), weight) for place, weight in zip(places, weights, strict=True)]


_TAPS = {"bilinear": _linear, "nearest": _nearest, "bicubic": _cubic}


# Grids


def affine_grid(theta: Any, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """Give the grid by which ``grid_sample`` applies an affine map to each image or volume.

    Jaderberg et al., "Spatial Transformer Networks" (2015), section 3.2.

    Parameters
    ----------
    theta
        The maps, ``(N, 2, 3)`` or ``(N, 3, 4)``: from places in the result to those in the input.
    size
        Of the result: ``(N, C, H, W)`` or ``(N, C, D, H, W)``.
    align_corners
        As for ``grid_sample``.

    Returns
    -------
    Tensor
        ``(N, H, W, 2)`` or ``(N, D, H, W, 3)``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the result would be empty.

    >>> import nn
    >>> nn.functional.affine_grid([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]], (1, 1, 1, 2)).tolist()
    [[[[-0.5, 0.0], [0.5, 0.0]]]]
    """
    theta, spatial = asarray(theta), tuple(size)[2:]
    axes = len(spatial)
    if axes not in (2, 3) or theta.shape != (size[0], axes, axes + 1) or theta.dtype.kind != "f":
        raise ValueError(
            "affine_grid: maps (N, 2, 3) go with a size (N, C, H, W), and (N, 3, 4) with (N, C, D, H, W), floating "
            f"numbers; got {describe(theta)} and {tuple(size)}"
        )
    if min(size) < 1:
        raise ValueError(f"affine_grid: the size must be positive, got {tuple(size)}")
    lines = [_line(n, bool(align_corners)) for n in spatial]
    places = np.stack([*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(spatial)], axis=-1).astype(theta.dtype)
    grid = autograd.matmul(places.reshape(-1, axes + 1), autograd.swapaxes(theta, 1, 2))
    result: Tensor = grid.reshape(size[0], *spatial, axes)
    return result


def _line(size: int, align_corners: bool) -> Any:
    """The middles of elements along an axis, which goes from -1 to 1."""
    if align_corners:
        return np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
    return (2 * np.arange(size) + 1) / size - 1
