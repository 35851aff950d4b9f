"""autograd: a glass-box automatic differentiation engine on NumPy.

>>> import numpy as np
>>> from autograd import Tensor
>>> w = Tensor([1.0, 2.0], requires_grad=True, name="w")
>>> loss = (np.tanh(w) ** 2).sum()
>>> loss.backward()
>>> w.grad
Tensor([0.63970001, 0.13621869], dtype=float64)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import fft as fft
from . import linalg as linalg
from ._version import __version__ as __version__
from .graph import Graph as Graph
from .graph import Leaf as Leaf
from .graph import Node as Node
from .graph import Operation as Operation
from .modes import enable_grad as enable_grad
from .modes import is_grad_enabled as is_grad_enabled
from .modes import no_grad as no_grad
from .modes import scope as scope
from .primitives import inquiries as _inquiries  # noqa: F401 - registers its answers
from .primitives.applying import *
from .primitives.arranging import *
from .primitives.comparison import *
from .primitives.contraction import *
from .primitives.convolution1d import *
from .primitives.creation import *
from .primitives.cumulative import *
from .primitives.declaration import Primitive as Primitive
from .primitives.declaration import primitive as primitive
from .primitives.diagonals import *
from .primitives.differences import *
from .primitives.elementwise import *
from .primitives.exponentials import *
from .primitives.floating import *
from .primitives.indexing import *
from .primitives.integers import *
from .primitives.interpolation import *
from .primitives.joining import *
from .primitives.linalg import *
from .primitives.nans import *
from .primitives.padding import *
from .primitives.picking import *
from .primitives.polynomials import *
from .primitives.products import *
from .primitives.quantiles import *
from .primitives.reductions import *
from .primitives.repeating import *
from .primitives.rounding import *
from .primitives.running import *
from .primitives.searching import *
from .primitives.sets import *
from .primitives.shaping import *
from .primitives.splitting import *
from .primitives.statistics import *
from .primitives.tensor_products import *
from .primitives.trigonometry import *
from .primitives.windowing import *
from .primitives.writing import *
from .random import generator as generator
from .random import manual_seed as manual_seed
from .retaining import retain_all as retain_all
from .standard import *
from .tensor import Tensor as Tensor
from .tensor import asarray as asarray

if TYPE_CHECKING:
    from . import testing as testing
    from .drawing import draw as draw

#: What is loaded when first used, and from where: the heavier parts, which need more than NumPy.
_LATE = {"draw": "drawing", "testing": "testing"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_LATE[name]}", __name__)
    return module if name == _LATE[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})
