"""Discrete Fourier transforms of Tensors: the functions of ``numpy.fft`` and of the Array API's extension ``fft``.

NumPy's own functions, ``np.fft.fft`` and so on, answer Tensors with these.

>>> import autograd as ag
>>> x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> power = ag.abs(ag.fft.rfft(x)) ** 2
>>> power.sum().backward()
>>> x.grad
Tensor([ 9., 12., 15.], dtype=float64)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import check_device
from .primitives.fourier import fftshift, ifftshift
from .primitives.fourier_forms import (
    fft,
    fft2,
    fftn,
    hfft,
    ifft,
    ifft2,
    ifftn,
    ihfft,
    irfft,
    irfft2,
    irfftn,
    rfft,
    rfft2,
    rfftn,
)
from .tensor import Tensor

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]


def fftfreq(n: int, /, d: float = 1.0, *, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequencies that belong to the ``n`` numbers of ``fft``, for points ``d`` apart: cycles per unit of ``d``.

    A constant, float64 unless a floating ``dtype`` is given. ``device`` can only be ``"cpu"``.

    >>> import autograd as ag
    >>> ag.fft.fftfreq(4, d=0.5)
    Tensor([ 0. ,  0.5, -1. , -0.5], dtype=float64)
    """
    return _frequencies("fftfreq", np.fft.fftfreq(n, d), dtype, device)


def rfftfreq(n: int, /, d: float = 1.0, *, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequencies that belong to the numbers of ``rfft`` of ``n`` points; see ``fftfreq``.

    >>> import autograd as ag
    >>> ag.fft.rfftfreq(4, d=0.5)
    Tensor([0. , 0.5, 1. ], dtype=float64)
    """
    return _frequencies("rfftfreq", np.fft.rfftfreq(n, d), dtype, device)


def _frequencies(name: str, values: Any, dtype: Any, device: Any) -> Tensor:
    check_device(name, device)
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise TypeError(f"{name}: frequencies are floating numbers; dtype={np.dtype(dtype)} cannot hold them")
    return Tensor(values, dtype)
