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

from . import memory as _memory
from ._version import __version__ as __version__
from .graph import Graph as Graph
from .graph import Leaf as Leaf
from .graph import Node as Node
from .graph import Operation as Operation
from .modes import enable_grad as enable_grad
from .modes import is_grad_enabled as is_grad_enabled
from .modes import no_grad as no_grad
from .modes import scope as scope
from .primitives.choices import *
from .primitives.comparison import *
from .primitives.declaration import Primitive as Primitive
from .primitives.declaration import primitive as primitive
from .primitives.elementwise import *
from .primitives.indexing import *
from .primitives.linalg import *
from .primitives.reductions import *
from .primitives.shaping import *
from .random import generator as generator
from .random import manual_seed as manual_seed
from .retaining import retain_all as retain_all
from .standard import *
from .tensor import Tensor as Tensor
from .tensor import asarray as asarray

_memory.keep_freed_memory()

if TYPE_CHECKING:
    from . import extending as extending
    from . import testing as testing
    from .anomalies import detect_anomaly as detect_anomaly
    from .anomaly_reports import AnomalyError as AnomalyError
    from .drawing import draw as draw
    from .drawing.flow_over_time import draw_flow as draw_flow
    from .drawing.player import StepRecorder as StepRecorder
    from .drawing.player import play as play
    from .flow_recording import record_flow as record_flow
    from .functions import Function as Function
    from .functions import once_differentiable as once_differentiable
    from .further import *
    from .packing import saved_tensors_hooks as saved_tensors_hooks
    from .profiling import profile as profile

#: What is loaded when first used, and from where: the heavier parts, which need more than NumPy.
_LATE = {
    "AnomalyError": "anomaly_reports",
    "Function": "functions",
    "StepRecorder": "drawing.player",
    "detect_anomaly": "anomalies",
    "draw": "drawing",
    "draw_flow": "drawing.flow_over_time",
    "extending": "extending",
    "once_differentiable": "functions",
    "play": "drawing.player",
    "profile": "profiling",
    "record_flow": "flow_recording",
    "saved_tensors_hooks": "packing",
    "testing": "testing",
}
_NAMESPACES = ("fft", "linalg", "special")
_OF_THIS_FILE = ("Any", "TYPE_CHECKING", "annotations")


def __getattr__(name: str) -> Any:
    if name in _LATE:
        module = importlib.import_module(f".{_LATE[name]}", __name__)
        return module if name == _LATE[name] else getattr(module, name)
    if name == "__all__":
        return __dir__()
    if not name.startswith("_"):
        own = globals()
        own.update({each: value for each, value in _further().items() if each not in own})
        if name in own:
            return own[name]
    hint = importlib.import_module(".words", __name__).hint_for_module(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")


def __dir__() -> list[str]:
    return sorted({*_public(globals()), *_LATE, *_further()})


def _further() -> dict[str, Any]:
    """Give the functions that are loaded late, by name."""
    return _public(vars(importlib.import_module(".further", __name__)))


def _public(names: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is private, what serves this file, and modules that are no namespaces."""
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_")
        and name not in _OF_THIS_FILE
        and (name in _NAMESPACES or not isinstance(value, type(importlib)))
    }
