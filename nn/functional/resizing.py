"""Sequences, images and volumes of another size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from .mean_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .resampling import resampled
from .spatial import for_each_axis

__all__ = ["interpolate"]

#: For each mode, how many spatial axes an input can have.
_MODES = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "trilinear": (3,),
    "bicubic": (2,),
}

#: Places in an axis and their weights, a row for each element of the new axis.
Samples = tuple[Any, Any]


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Make the last axes longer or shorter.

    Parameters
    ----------
    input
        ``(N, C, L)``, ``(N, C, H, W)`` or ``(N, C, D, H, W)``.
    size
        The new sizes of the spatial axes: a number, or one for each.
    scale_factor
        Instead of ``size``: how many times as long the axes become, rounded down.
    mode
        ``"nearest"`` (the element at or before), ``"nearest-exact"`` (that whose middle is nearest), ``"linear"``,
        ``"bilinear"`` and ``"trilinear"`` for one, two and three spatial axes, ``"bicubic"`` for two, or ``"area"``,
        the means of ``adaptive_avg_pool2d``.
    align_corners
        For the modes with "linear" and "cubic" in their names: whether the middles of the first and the last elements
        stay where they are, rather than the outer edges. By default they do not.
    recompute_scale_factor
        Whether positions follow from the new sizes rather than from ``scale_factor``, which differ if it was rounded.
    antialias
        Whether ``"bilinear"`` and ``"bicubic"`` take the mean of all elements near by if the axes become shorter.

    Raises
    ------
    ValueError
        If the input does not have the axes of the mode, or options do not go together.
    TypeError
        If the elements are whole numbers, and the mode is none that picks them.

    >>> import nn
    >>> nn.functional.interpolate([[[1.0, 3.0]]], scale_factor=2, mode="linear")
    Tensor([[[1. , 1.5, 2.5, 3. ]]], dtype=float64)
    """
    x: Tensor = asarray(input)
    _check(x, mode, align_corners, antialias)
    scales, sizes = _scales_and_sizes(x, size, scale_factor)
    if recompute_scale_factor:
        if size is not None:
            raise ValueError("interpolate: recompute_scale_factor goes with scale_factor, and size was given")
        scales = [None] * len(sizes)
    if mode == "area":
        pool = (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[len(sizes) - 1]
        return pool(x, tuple(sizes))
    if mode == "nearest" and len(sizes) == 2:  # PyTorch goes by the sizes where images stay as they are or double
        scales = [None if new in (old, 2 * old) else s for old, new, s in zip(x.shape[2:], sizes, scales, strict=True)]
    for axis, (new, scale) in enumerate(zip(sizes, scales, strict=True), start=2):
        places, weights = _samples(mode, x.shape[axis], new, scale, bool(align_corners), antialias)
        x = resampled.apply((x, places, weights), {"axis": axis})
    return x


def _check(x: Tensor, mode: str, align_corners: bool | None, antialias: bool) -> None:
    if mode not in _MODES:
        raise ValueError(f"interpolate: mode is one of {', '.join(map(repr, _MODES))}, got {mode!r}")
    if x.ndim - 2 not in _MODES[mode]:
        axes = " or ".join(str(axes + 2) for axes in _MODES[mode])
        raise ValueError(f"interpolate: mode={mode!r} is for {axes} axes, (N, C, *spatial), got {describe(x)}")
    if 0 in x.shape[1:]:
        raise ValueError(f"interpolate: there is nothing to make elements from in {describe(x)}")
    if align_corners is not None and mode in ("nearest", "nearest-exact", "area"):
        raise ValueError(f"interpolate: align_corners does not go with mode={mode!r}")
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(f"interpolate: antialias goes with mode='bilinear' and 'bicubic', got {mode!r}")
    if x.dtype.kind not in "fc" and not mode.startswith("nearest"):
        raise TypeError(f"interpolate: mode={mode!r} takes floating numbers, got {describe(x)}")


def _scales_and_sizes(x: Tensor, size: Any, scale_factor: Any) -> tuple[list[float | None], list[int]]:
    """For each axis how many times as long it shall be, if that was given, and its new size."""
    axes = x.ndim - 2
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor")
    scales: list[float | None] = [None] * axes
    if size is not None:
        sizes = list(for_each_axis("interpolate", "size", size, axes))
    else:
        factors = list(scale_factor) if isinstance(scale_factor, (tuple, list)) else [scale_factor] * axes
        if len(factors) != axes:
            raise ValueError(f"interpolate: scale_factor is a number, or {axes} of them, got {scale_factor}")
        scales = [float(factor) for factor in factors]
        sizes = [math.floor(old * factor) for old, factor in zip(x.shape[2:], factors, strict=True)]
    if min(sizes) < 1:
        raise ValueError(f"interpolate: the new axes must have an element at least, got {tuple(sizes)}")
    return scales, sizes


# Where elements come from


def _samples(mode: str, old: int, new: int, scale: float | None, align_corners: bool, antialias: bool) -> Samples:
    if mode.startswith("nearest"):
        return _nearest(old, new, scale, 0.5 if mode == "nearest-exact" else 0.0)
    step = _step(old, new, scale, align_corners)
    if antialias:
        return _antialiased(old, new, step, *((_cubic(-0.5), 2) if mode == "bicubic" else (_triangle, 1)))
    at = np.arange(new, dtype=np.float64)
    positions = step * at if align_corners else step * (at + 0.5) - 0.5
    if mode == "bicubic":
        return _by_kernel(positions, old, _cubic(-0.75), 2)
    if old == new:
        positions = at
    return _by_kernel(np.clip(positions, 0, old - 1), old, _triangle, 1)


def _step(old: int, new: int, scale: float | None, align_corners: bool) -> float:
    """How far elements are from each other, counted in those of before."""
    if align_corners:
        return (old - 1) / (new - 1) if new > 1 else 0.0
    return old / new if scale is None else 1 / scale


def _nearest(old: int, new: int, scale: float | None, offset: float) -> Samples:
    """In float32, as PyTorch has it: where a position is at the edge of two elements, that decides."""
    step = np.float32(old / new if scale is None else 1 / scale)
    positions = (np.arange(new, dtype=np.float32) + np.float32(offset)) * step
    places = np.minimum(np.floor(positions).astype(np.intp), old - 1)
    return places[:, None], np.ones((new, 1))


def _by_kernel(positions: Any, old: int, kernel: Callable[[Any], Any], reach: int) -> Samples:
    """The elements within reach, weighted by a kernel of their distance; beyond the ends are the last ones."""
    places = np.floor(positions).astype(np.intp)[:, None] + np.arange(1 - reach, reach + 1)
    return np.clip(places, 0, old - 1), kernel(np.abs(positions[:, None] - places))


def _antialiased(old: int, new: int, step: float, kernel: Callable[[Any], Any], reach: int) -> Samples:
    """The elements within reach of a kernel that is stretched as far as the axis is shortened."""
    stretch = max(step, 1.0)
    middles = (step * (np.arange(new) + 0.5))[:, None]
    start = np.maximum((middles - reach * stretch + 0.5).astype(np.intp), 0)
    end = np.minimum((middles + reach * stretch + 0.5).astype(np.intp), old)
    places = start + np.arange((end - start).max())
    weights = np.where(places < end, kernel(np.abs(places - middles + 0.5) / stretch), 0)
    return np.minimum(places, old - 1), weights / weights.sum(axis=1, keepdims=True)


def _triangle(distance: Any) -> Any:
    return np.maximum(1 - distance, 0)


def _cubic(a: float) -> Callable[[Any], Any]:
    """Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981), equation 15 with this ``a``."""

    def kernel(distance: Any) -> Any:
        near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
        far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
        return np.where(distance <= 1, near, np.where(distance < 2, far, 0))

    return kernel
