"""Checks of gradients: for functions, for models, and for operations that somebody has declared.

``gradcheck`` and ``gradgradcheck`` need NumPy only. ``autograd.testing.properties`` has what must hold for every
primitive, and ``autograd.testing.strategies`` draws its inputs with Hypothesis:

>>> from hypothesis import given
>>> import autograd as ag
>>> from autograd.testing import properties, strategies
>>> @given(strategies.calls(ag.tanh))
... def test_tanh(call):
...     properties.check(call)
>>> test_tanh()
"""

from .checking import gradcheck, gradgradcheck
from .report import GradientMismatch, Report

__all__ = ["GradientMismatch", "Report", "gradcheck", "gradgradcheck"]
