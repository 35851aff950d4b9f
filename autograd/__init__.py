"""autograd: a glass-box automatic differentiation engine on NumPy.

>>> import numpy as np
>>> from autograd import Tensor
>>> w = Tensor([1.0, 2.0], requires_grad=True, name="w")
>>> loss = (np.tanh(w) ** 2).sum()
>>> loss.backward()
>>> w.grad
Tensor([0.63970001, 0.1362209 ], dtype=float64)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .graph import Graph, Leaf, Node, Operation
from .modes import enable_grad, is_grad_enabled, no_grad, scope
from .primitives.comparison import (
    all,
    any,
    argmax,
    argmin,
    argsort,
    bitwise_and,
    bitwise_invert,
    bitwise_or,
    bitwise_xor,
    ceil,
    equal,
    floor,
    floor_divide,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
    ones_like,
    remainder,
    round,
    sign,
    zeros_like,
)
from .primitives.elementwise import (
    abs,
    add,
    clip,
    conj,
    cos,
    divide,
    exp,
    expm1,
    imag,
    log,
    log1p,
    maximum,
    minimum,
    multiply,
    negative,
    positive,
    power,
    real,
    relu,
    sigmoid,
    sin,
    sqrt,
    square,
    subtract,
    tanh,
    where,
)
from .primitives.indexing import sort, take_along_axis
from .primitives.linalg import linear, matmul
from .primitives.primitive import Primitive, primitive
from .primitives.reductions import (
    cumulative_sum,
    log_softmax,
    logsumexp,
    max,
    mean,
    min,
    softmax,
    std,
    sum,
    var,
)
from .primitives.shaping import (
    astype,
    broadcast_to,
    concat,
    expand_dims,
    flip,
    permute_dims,
    ravel,
    reshape,
    squeeze,
    stack,
    swapaxes,
)
from .random import generator, manual_seed
from .retaining import retain_all
from .tensor import Tensor, asarray

if TYPE_CHECKING:
    from . import testing
    from .drawing import draw

#: What is loaded when first used, and from where: the heavier parts, which need more than NumPy.
_LATE = {"draw": "drawing", "testing": "testing"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_LATE[name]}", __name__)
    return module if name == _LATE[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})
