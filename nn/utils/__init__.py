"""What goes with modules: sequences of several lengths (``rnn``), weights that are computed (``parametrizations``).

``parameters_to_vector`` and ``vector_to_parameters`` make one vector of all parameters, and the other way round.

Gradients are clipped by ``clip_grad_norm_`` and ``clip_grad_value_``, which are those of ``optim``.
"""

from optim.clipping import clip_grad_norm_, clip_grad_value_

from . import parametrizations, parametrize, rnn
from .vectors import parameters_to_vector, vector_to_parameters

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "parameters_to_vector",
    "parametrizations",
    "parametrize",
    "rnn",
    "vector_to_parameters",
]
