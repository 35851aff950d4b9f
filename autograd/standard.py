"""What the Array API asks of a namespace besides functions of arrays: constants, dtypes, and questions about them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import (
    bool,
    complex64,
    complex128,
    e,
    finfo,
    float32,
    float64,
    iinfo,
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
    "__array_namespace_info__",
    "bool",
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

__array_namespace_info__ = np.__array_namespace_info__  # dtypes and devices are NumPy's


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
    return np.result_type(*(each.data if isinstance(each, Tensor) else each for each in arrays_and_dtypes))
