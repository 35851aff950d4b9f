"""Cases for the special functions that are compositions, beside SciPy's; ``test_compositions`` runs them."""

import numpy as np
import scipy.special

from autograd import special
from autograd.primitives.domains import POSITIVE, REAL
from tests.properties.cases import case


def beside_scipy(name, *operands, **options):
    """A call that is SciPy's on arrays, and ours on Tensors, which SciPy's would not take; in the precision of x."""

    def call(x):
        if isinstance(x, np.ndarray):
            return np.asarray(getattr(scipy.special, name)(x, *operands, **options), x.dtype)
        return getattr(special, name)(x, *operands, **options)

    return call


@case(special.multigammaln)
def logarithms_of_gamma(draw):
    d = draw.integer(1, 3)
    return (draw.array(POSITIVE) + (d - 1) / 2,), beside_scipy("multigammaln", d)


@case(special.logsumexp)
def logarithms_of_sums(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    b = draw.choice([None, 2.0, np.linspace(0.25, 1, x.shape[-1]).astype(np.float32)])
    return (x,), beside_scipy("logsumexp", axis=draw.axes(x.ndim), b=b, keepdims=draw.boolean())


@case(special.softmax, special.log_softmax)
def shares(draw):
    x = draw.array(REAL, min_dims=1, min_side=2)
    axis = draw.choice([None, draw.axis(x.ndim)])
    return (x,), beside_scipy(draw.choice(["softmax", "log_softmax"]), axis=axis)
