"""What the Array API asks of a namespace besides functions of arrays: constants, dtypes, and questions about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import (
    bool,
    complex64,
    complex128,
    e,
    float32,
    float64,
    inf,
    int8,
    int16,
    int32,
    int64,
    isdtype,
    nan,
    newaxis,
    pi,
    uint8,
    uint16,
    uint32,
    uint64,
)

from .primitives.elementwise import power as pow
from .tensor import Tensor

__all__ = [
    "__array_api_version__",
    "__array_namespace_info__",
    "bool",
    "broadcast_shapes",
    "can_cast",
    "complex64",
    "complex128",
    "e",
    "finfo",
    "float32",
    "float64",
    "iinfo",
    "inf",
    "int8",
    "int16",
    "int32",
    "int64",
    "isdtype",
    "nan",
    "newaxis",
    "pi",
    "pow",
    "result_type",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

#: The versions of the standard that ``Tensor.__array_namespace__`` may be asked for.
API_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12")

#: The version that is spoken where two of them differ: ``devices()`` gives a list, in 2025.12 a tuple.
#: What 2025.12 adds is there.
__array_api_version__ = "2024.12"

__array_namespace_info__ = np.__array_namespace_info__  # dtypes and devices are NumPy's


class _Limits:
    """What NumPy knows of a dtype beyond what the standard asks for."""

    dtype: Any

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr((np.iinfo if self.dtype.kind in "iu" else np.finfo)(self.dtype), name)


@dataclass(frozen=True)
class FloatingLimits(_Limits):
    """What ``finfo`` gives: plain Python numbers, and the dtype that they are about."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: Any


@dataclass(frozen=True)
class IntegerLimits(_Limits):
    """What ``iinfo`` gives: plain Python numbers, and the dtype that they are about."""

    bits: int
    max: int
    min: int
    dtype: Any


def _dtype_of(type: Any) -> Any:
    return np.dtype(type.dtype if isinstance(type, (Tensor, np.ndarray, np.generic)) else type)


def finfo(type: Any, /) -> FloatingLimits:
    """The limits of a floating dtype, or of that of a Tensor; for a complex one those of its parts.

    Further names that ``numpy.finfo`` knows, such as ``tiny``, are answered as it does.

    >>> import autograd as ag
    >>> ag.finfo(ag.float32).bits, ag.finfo(ag.zeros(2)).eps
    (32, 2.220446049250313e-16)
    """
    limits = np.finfo(_dtype_of(type))
    return FloatingLimits(
        bits=int(limits.bits),
        eps=float(limits.eps),
        max=float(limits.max),
        min=float(limits.min),
        smallest_normal=float(limits.smallest_normal),
        dtype=limits.dtype,
    )


def iinfo(type: Any, /) -> IntegerLimits:
    """The limits of an integer dtype, or of that of a Tensor.

    >>> import autograd as ag
    >>> ag.iinfo(ag.int8)
    IntegerLimits(bits=8, max=127, min=-128, dtype=dtype('int8'))
    """
    limits = np.iinfo(_dtype_of(type))
    return IntegerLimits(int(limits.bits), int(limits.max), int(limits.min), limits.dtype)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that arrays of these shapes are broadcast to; raises ``ValueError`` if there is none.

    >>> import autograd as ag
    >>> ag.broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    return np.broadcast_shapes(*shapes)


def can_cast(from_: Any, to: Any, /) -> Any:
    """Tell whether values of a dtype, or of a Tensor's, can be converted to another without loss.

    >>> import autograd as ag
    >>> ag.can_cast(ag.float32, ag.float64), ag.can_cast(ag.float64, ag.int64)
    (True, False)
    """
    return np.can_cast(from_.dtype if isinstance(from_, Tensor) else from_, to)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """Give the dtype that an operation on these arrays, dtypes and numbers has.

    >>> import autograd as ag
    >>> ag.result_type(ag.ones(2, dtype=ag.float32), 2.0)
    dtype('float32')
    """
    return np.result_type(*(each.dtype if isinstance(each, Tensor) else each for each in arrays_and_dtypes))
