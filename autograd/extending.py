"""What those may import who extend the library: everything else in its modules is internal, and may change.

Which to use when, the simplest first; ``docs/extending.md`` shows each of them.

- **A composition.** A function of operations that have gradients has gradients itself: write it, and be done. What
  follows is for functions that NumPy code outside of the library computes, or that are not stable or quick otherwise.
- ``custom_gradient``: a function in operations that exist, with another gradient than theirs: a clipped one, say, or
  one that cancels nothing.
- ``primitive``: an operation for good, a ``Primitive``, by its forward in NumPy code and a gradient rule for each
  operand. A rule names what it needs, and only that is kept. With a domain, from which its operands are drawn, its
  checks are generated: value, first and second derivatives, dtypes, memory.
- ``Function``: PyTorch's form of it, a class with ``forward`` and ``backward``. For code that is brought along from
  there, for several results, and where forward and backward share what no operand holds.
  ``once_differentiable`` marks a backward that SciPy or compiled code computes; ``Context`` is what ``ctx`` is there.

Domains of primitives draw from an ``Interval``, as ``REAL``, ``POSITIVE``, ``NONZERO``, ``COMPLEX`` and
``NONZERO_COMPLEX`` are. ``elementwise`` takes one for each operand; ``apart`` gives two operands that are nowhere
equal; ``reduction``, ``reduction_without_ties`` and ``along_axis`` give one operand and axes. Any function of a source
of choices, ``autograd.testing.strategies.Draw``, is a domain.

``implements`` has a function answer one of NumPy's that meets a Tensor, where nothing does yet. ``register_tree`` has
the values of a class be trees, which transforms take and give. ``batching_rule`` has ``vmap`` apply a primitive to all
examples at once, those of an operand being ``Each``, instead of to one after the other. ``intercepting`` has a function
see, or replace, every application of a primitive. ``NO_PATH`` is what a gradient rule gives for an operand that no
gradient goes to.

>>> import numpy as np
>>> import autograd as ag
>>> from autograd.extending import REAL, elementwise, primitive
>>> @primitive(rules={"x": lambda g, out: g * (1 - out * out)}, domain=elementwise(REAL), label="tanh'")
... def bounded(x, /):
...     return np.tanh(x)
>>> ag.grad(bounded)(0.0)
np.float64(1.0)
"""

from __future__ import annotations

from .functions import Function, once_differentiable
from .functions.contexts import Context
from .modes import intercepting
from .primitives.declaration import Primitive, primitive
from .primitives.domains import (
    COMPLEX,
    NONZERO,
    NONZERO_COMPLEX,
    POSITIVE,
    REAL,
    Interval,
    along_axis,
    apart,
    elementwise,
    reduction,
    reduction_without_ties,
)
from .registry import implements
from .transforms.batching_rules import Each, batching_rule
from .transforms.overriding import custom_gradient
from .trees import register_tree
from .walk import NO_PATH

__all__ = [
    "COMPLEX",
    "NONZERO",
    "NONZERO_COMPLEX",
    "NO_PATH",
    "POSITIVE",
    "REAL",
    "Context",
    "Each",
    "Function",
    "Interval",
    "Primitive",
    "along_axis",
    "apart",
    "batching_rule",
    "custom_gradient",
    "elementwise",
    "implements",
    "intercepting",
    "once_differentiable",
    "primitive",
    "reduction",
    "reduction_without_ties",
    "register_tree",
]
