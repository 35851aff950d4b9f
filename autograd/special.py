"""Special functions of Tensors, named and called as in ``scipy.special``.

SciPy's own functions of each element, ``scipy.special.erf`` and so on, answer Tensors with these. Those of SciPy that
are no ufuncs cannot, and raise: ``logsumexp``, ``softmax``, ``log_softmax``, ``multigammaln``, ``polygamma``.

The logistic and error functions, the entropies, ``i0`` and what normalises exponentials need no SciPy. All others, and
error functions of complex numbers, import it when they are first called; if it is missing, they raise ``ImportError``.

float32 gives float32, and a gradient has the dtype of its operand. float16 gives float16 in what needs no SciPy; SciPy
calculates it with more bits and gives these, as float32 or float64.

>>> import autograd as ag
>>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
>>> ag.special.erf(x).sum().backward()
>>> x.grad
Tensor([1.12837917, 0.4151075 ], dtype=float64)
"""

from __future__ import annotations

from .primitives.bessel import (
    j0,
    j1,
    jn,
    jv,
    y0,
    y1,
    yn,
    yv,
)
from .primitives.entropies import (
    entr,
    kl_div,
    rel_entr,
    xlog1py,
    xlogy,
)
from .primitives.error_functions import (
    erf,
    erfc,
    erfcinv,
    erfcx,
    erfi,
    erfinv,
    log_ndtr,
    ndtr,
    ndtri,
    ndtri_exp,
)
from .primitives.gamma_functions import (
    beta,
    betaln,
    digamma,
    gamma,
    gammaln,
    gammasgn,
    loggamma,
    multigammaln,
    poch,
    polygamma,
    psi,
    rgamma,
)
from .primitives.incomplete_functions import (
    betainc,
    betaincc,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
)
from .primitives.logistic import (
    expit,
    log_expit,
    log_softmax,
    logit,
    logsumexp,
    softmax,
)
from .primitives.modified_bessel import (
    i0,
    i0e,
    i1,
    i1e,
    iv,
    ive,
    k0,
    k0e,
    k1,
    k1e,
    kn,
    kv,
    kve,
)

__all__ = [
    "beta",
    "betainc",
    "betaincc",
    "betaincinv",
    "betaln",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "expit",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
    "gammaln",
    "gammasgn",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "k0",
    "k0e",
    "k1",
    "k1e",
    "kl_div",
    "kn",
    "kv",
    "kve",
    "log_expit",
    "log_ndtr",
    "log_softmax",
    "loggamma",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "ndtri_exp",
    "poch",
    "polygamma",
    "psi",
    "rel_entr",
    "rgamma",
    "softmax",
    "xlog1py",
    "xlogy",
    "y0",
    "y1",
    "yn",
    "yv",
]
