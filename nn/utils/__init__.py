"""What goes with modules: sequences of several lengths (``rnn``), weights that are computed (``parametrizations``).

Gradients are clipped by ``clip_grad_norm_`` and ``clip_grad_value_``, which are those of ``optim``.
"""

from optim.clipping import clip_grad_norm_, clip_grad_value_

from . import parametrizations, parametrize, rnn

__all__ = ["clip_grad_norm_", "clip_grad_value_", "parametrizations", "parametrize", "rnn"]
