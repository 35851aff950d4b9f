"""Transforms: they take a function and give another one, which computes derivatives of it.

A transform calls the function with variables in the place of some arguments, and walks what was recorded. Arguments and
results may be trees (see ``trees``): dicts, lists, tuples, dataclasses and modules of numbers, arrays and Tensors. Who
gives arrays gets arrays. Who gives Tensors gets Tensors, which are part of a graph if the ones given are, or if the
function computes with others that require grad; under ``no_grad`` they are constants.

Transforms nest to any depth. What one gives inside of a function that another one differentiates is a Tensor if it
depends on a variable of that one, whatever was given, and in whatever thread. Such a Tensor does not become a Python
number or a plain array, which would lose its gradient in silence: ``float(t)`` and ``np.asarray(t)`` raise an error.

Gradients by complex variables follow PyTorch's convention, as ``Tensor.grad`` does; what is pushed forward is the plain
product with the derivative.
"""

from __future__ import annotations

from ..trees import register_tree as register_tree
from .gradients import elementwise_grad as elementwise_grad
from .gradients import grad as grad
from .gradients import value_and_grad as value_and_grad
from .jacobians import hessian as hessian
from .jacobians import jacobian as jacobian
from .of_tensors import backward as backward
from .overriding import custom_gradient as custom_gradient
from .overriding import stop_gradient as stop_gradient
from .products import hvp as hvp
from .products import jvp as jvp
from .products import linearize as linearize
from .products import vhp as vhp
from .products import vjp as vjp
from .recomputing import checkpoint as checkpoint
from .vectorizing import vmap as vmap

__all__ = [
    "backward",
    "checkpoint",
    "custom_gradient",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linearize",
    "register_tree",
    "stop_gradient",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
]
