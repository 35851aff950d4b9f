"""Checks of gradients: for functions, for models, for operations that somebody has declared, and for what others claim.

``gradcheck``, ``gradgradcheck`` and ``check_claimed_gradient`` need NumPy only. The rest draws inputs with Hypothesis,
which is loaded when it is first asked for: ``check_gradients`` and ``given_tensors``, and what they are given.

>>> import numpy as np
>>> from autograd.testing import arrays, broadcastable, check_gradients, positive_definite
>>> check_gradients(np.log, arrays((0.1, 4)), max_examples=10)
>>> check_gradients(np.hypot, *broadcastable((0.5, 2), (0.5, 2)), max_examples=10)
>>> check_gradients(np.linalg.inv, positive_definite(3, condition=100), max_examples=10)

``autograd.testing.properties`` has what must hold for every primitive, and ``autograd.testing.strategies`` draws its
calls:

>>> from hypothesis import given, settings
>>> import autograd as ag
>>> from autograd.testing import properties, strategies
>>> @settings(deadline=None)
... @given(strategies.calls(ag.tanh))
... def test_tanh(call):
...     properties.check(call)
>>> test_tanh()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .checking import gradcheck, gradgradcheck
from .claims import check_claimed_gradient
from .report import GradientMismatch, Report

if TYPE_CHECKING:
    from .drawn import check_gradients, given_tensors
    from .matrices import conditioned, orthogonal, positive_definite
    from .modules import module_inputs
    from .operands import arrays, broadcastable, indexed, indices, tensors

#: What needs Hypothesis, and the module that has it.
_DRAWN = {
    "arrays": "operands",
    "broadcastable": "operands",
    "check_gradients": "drawn",
    "conditioned": "matrices",
    "given_tensors": "drawn",
    "indexed": "operands",
    "indices": "operands",
    "module_inputs": "modules",
    "orthogonal": "matrices",
    "positive_definite": "matrices",
    "tensors": "operands",
}

__all__ = [
    "GradientMismatch",
    "Report",
    "arrays",
    "broadcastable",
    "check_claimed_gradient",
    "check_gradients",
    "conditioned",
    "given_tensors",
    "gradcheck",
    "gradgradcheck",
    "indexed",
    "indices",
    "module_inputs",
    "orthogonal",
    "positive_definite",
    "tensors",
]


def __getattr__(name: str) -> Any:
    if name not in _DRAWN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import hypothesis  # noqa: F401 - asked for here, so that its absence is not found halfway
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"autograd.testing.{name} draws inputs with Hypothesis, which is not installed: pip install hypothesis"
        ) from error
    value = globals()[name] = getattr(import_module(f".{_DRAWN[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
