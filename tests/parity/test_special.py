"""Special functions beside those of ``torch.special``: values and gradients on the shared names, edges among them."""

import numpy as np
import pytest

import autograd as ag
from autograd import special

torch = pytest.importorskip("torch")

INF, NAN = np.inf, np.nan
FAR = [-1e4, -50.0, -3.0, -1.0, -0.5, 0.0, 1e-310, 0.5, 1.0, 3.0, 50.0, 1e4]
POSITIVE = [1e-3, 0.5, 1.0, 1.5, 3.0, 30.0, 1e4]
SHARES = [1e-300, 1e-3, 0.25, 0.5, 0.75, 1 - 1e-3]

#: For each function the numbers that it is compared at.
OF_ONE = {
    "digamma": [*POSITIVE, -0.5, -1.5],
    "entr": [0.0, *POSITIVE],
    "erf": FAR,
    "erfc": FAR[2:],
    "erfcx": FAR[2:10],
    "erfinv": [-1.0, -0.9, 0.0, 0.5, 1 - 1e-6, 1.0],
    "expit": FAR,
    "gammaln": [*POSITIVE, -0.5, -1.5],
    "i0": FAR[2:10],
    "i0e": FAR,
    "i1": FAR[2:6] + FAR[7:10],
    "i1e": FAR,
    "log_ndtr": FAR,
    "logit": SHARES,
    "ndtr": FAR[2:],
    "ndtri": [0.0, *SHARES[1:], 1.0],
    "psi": POSITIVE,
}
#: Those that PyTorch has values of, and no gradients.
VALUES = {"bessel_j0": "j0", "bessel_j1": "j1", "bessel_y0": "y0", "bessel_y1": "y1"} | {
    "modified_bessel_k0": "k0",
    "modified_bessel_k1": "k1",
    "scaled_modified_bessel_k0": "k0e",
    "scaled_modified_bessel_k1": "k1e",
}
#: PyTorch's own functions and gradients have fewer digits here.
TOLERANCES = {
    "erfcx": 1e-11,
    "erfinv": 1e-8,
    "i0e": 1e-10,
    "i1e": 1e-10,
    "ndtri": 1e-8,
    "digamma": 1e-9,
    "psi": 1e-9,
    "log_ndtr": 1e-8,
}


def compared(ours, theirs, *operands, rtol):
    """Compare values and gradients."""
    xs = [ag.Tensor(np.array(operand, float), requires_grad=True) for operand in operands]
    ts = [torch.tensor(np.array(operand, float), requires_grad=True) for operand in operands]
    with np.errstate(divide="ignore"):
        y, t = ours(*xs), theirs(*ts)
        np.testing.assert_allclose(y.data, t.detach().numpy(), rtol=rtol, atol=1e-300)
        y.backward(np.ones(y.shape))
    t.backward(torch.ones_like(t))
    for x, t in zip(xs, ts, strict=True):
        np.testing.assert_allclose(x.grad.data, t.grad.numpy(), rtol=rtol, atol=1e-15)


@pytest.mark.parametrize("name", OF_ONE)
def test_functions_of_one(name):
    compared(getattr(special, name), getattr(torch.special, name), OF_ONE[name], rtol=TOLERANCES.get(name, 1e-12))


@pytest.mark.parametrize("name", OF_ONE)
def test_functions_of_one_in_single_precision(name):
    values = np.array([each for each in OF_ONE[name] if 1e-6 < abs(each) < 50], np.float32)
    x, t = ag.Tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    y, s = getattr(special, name)(x), getattr(torch.special, name)(t)
    y.backward(np.ones(y.shape, y.dtype))
    s.backward(torch.ones_like(s))
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(y.data, s.detach().numpy(), rtol=3e-5, atol=1e-6)
    np.testing.assert_allclose(x.grad.data, t.grad.numpy(), rtol=3e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["xlogy", "xlog1py"])
def test_products_with_logarithms(name):
    x = [0.0, 0.0, -2.0, 3.0, 1.5]
    y = [2.0, 0.5, 1.0, 0.25, 1e4]
    compared(getattr(special, name), getattr(torch.special, name), x, y, rtol=1e-14)


@pytest.mark.parametrize("name", ["gammainc", "gammaincc"])
def test_incomplete_gamma_functions(name):
    a, x = np.array([0.5, 1.0, 2.5, 20.0]), [0.3, 1.0, 4.0, 15.0]
    ours, theirs = getattr(special, name), getattr(torch.special, name)
    compared(lambda x: ours(a, x), lambda x: theirs(torch.tensor(a), x), x, rtol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_polygamma(n):
    compared(lambda x: special.polygamma(n, x), lambda x: torch.special.polygamma(n, x), POSITIVE[1:], rtol=1e-9)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_multigammaln(d):
    a = np.array([2.0, 3.5, 100.0])
    compared(lambda a: special.multigammaln(a, d), lambda a: torch.special.multigammaln(a, d), a, rtol=1e-10)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_normalised(name, axis, rng):
    ours, theirs = getattr(special, name), getattr(torch.special, name)
    compared(lambda x: ours(x, axis), lambda x: theirs(x, axis), rng.normal(size=(3, 4)) * 10, rtol=1e-9)


@pytest.mark.parametrize("name", VALUES)
def test_bessel_functions_have_the_same_values(name):
    x = np.array([0.25, 1.0, 3.0, 20.0])
    theirs = getattr(torch.special, name)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(getattr(special, VALUES[name])(x).data, theirs, rtol=1e-9)


def test_every_shared_name_is_compared():
    shared = {name for name in special.__all__ if hasattr(torch.special, name)}
    others = {"xlogy", "xlog1py", "gammainc", "gammaincc", "polygamma", "multigammaln"}
    assert shared == set(OF_ONE) | others | {"softmax", "log_softmax", "logsumexp"}
