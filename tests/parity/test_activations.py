"""Activation functions beside PyTorch's: values and gradients with all options, at kinks and extremes."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

EXTREMES = np.array([-1e4, -800.0, -90.0, -20.5, -1e-8, -0.0, 0.0, 1e-8, 20.5, 90.0, 800.0, 1e4])

#: Arguments, and where each has its kinks.
CASES = [
    ("ReLU", {}, [0.0]),
    ("ReLU6", {}, [0.0, 6.0]),
    ("LeakyReLU", {}, [0.0]),
    ("LeakyReLU", {"negative_slope": 0.3}, [0.0]),
    ("PReLU", {}, [0.0]),
    ("PReLU", {"init": -0.5}, [0.0]),
    ("ELU", {}, [0.0]),
    ("ELU", {"alpha": 2.0}, [0.0]),
    ("SELU", {}, [0.0]),
    ("CELU", {}, [0.0]),
    ("CELU", {"alpha": 0.5}, [0.0]),
    ("SiLU", {}, []),
    ("Mish", {}, []),
    ("Hardsigmoid", {}, [-3.0, 3.0]),
    ("Hardswish", {}, [-3.0, 0.0, 3.0]),
    ("Hardtanh", {}, [-1.0, 1.0]),
    ("Hardtanh", {"min_val": -2.0, "max_val": 0.5}, [-2.0, 0.5]),
    ("Hardshrink", {}, [-0.5, 0.0, 0.5]),
    ("Hardshrink", {"lambd": 0.25}, [-0.25, 0.25]),
    ("Softshrink", {}, [-0.5, 0.0, 0.5]),
    ("Softshrink", {"lambd": 0.25}, [-0.25, 0.25]),
    ("Softplus", {}, [20.0, 20.1]),
    ("Softplus", {"beta": 2.0, "threshold": 4.0}, [2.0, 2.1]),
    ("Softsign", {}, [0.0]),
    ("Tanhshrink", {}, [0.0]),
    ("Threshold", {"threshold": 0.1, "value": 20.0}, [0.1]),
    ("Sigmoid", {}, []),
    ("LogSigmoid", {}, []),
    ("Tanh", {}, []),
    ("GELU", {}, []),
    ("GELU", {"approximate": "tanh"}, []),
]
IDS = ["-".join([name, *map(str, options.values())]) for name, options, _ in CASES]


def assert_alike(ours, theirs, x, rtol):
    """Compare values, and gradients of the input and of the parameters."""
    x_ours, x_theirs = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y_ours, y_theirs = ours(x_ours), theirs(x_theirs)
    assert str(y_theirs.dtype) == f"torch.{y_ours.dtype}"
    atol = rtol * 0.1  # in float32 their GELU has no more digits near 0
    np.testing.assert_allclose(y_ours.data, y_theirs.detach().numpy(), rtol=rtol, atol=atol)
    weight = np.random.default_rng(0).normal(size=y_ours.shape).astype(x.dtype)
    (y_ours * weight).sum().backward()
    (y_theirs * torch.tensor(weight)).sum().backward()
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), rtol=rtol, atol=atol)
    for parameter, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad.data, other.grad.numpy(), rtol=rtol, atol=atol)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "options", "kinks"), CASES, ids=IDS)
def test_values_and_gradients(name, options, kinks, dtype, rng):
    ours, theirs = (getattr(library, name)(**options) for library in (nn, torch.nn))
    if name == "PReLU":
        ours = nn.PReLU(**options, dtype=dtype)
        theirs = theirs.to(getattr(torch, np.dtype(dtype).name))
    rtol = {np.dtype(np.float64): 1e-11, np.dtype(np.float32): 2e-5}[np.dtype(dtype)]
    if name == "Hardsigmoid":
        rtol = max(rtol, 1e-7)  # their 1/6 is a float32
    for x in (rng.normal(size=(5, 3)) * 3, EXTREMES, np.array([*kinks, 0.3]), np.zeros((0, 2)), np.array(0.7)):
        assert_alike(ours, theirs, x.astype(dtype), rtol)


@pytest.mark.parametrize(("name", "options", "kinks"), CASES, ids=IDS)
def test_names_and_representations(name, options, kinks):
    ours, theirs = (getattr(library, name)(**options) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())


#: Functions whose third argument or so is ``inplace``.
IN_PLACE = [
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "silu",
    "mish",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
]


@pytest.mark.parametrize("name", [*IN_PLACE, "threshold", "rrelu"])
def test_in_place(name, rng):
    x = rng.normal(size=(4, 3))
    options = {"threshold": 0.1, "value": 5.0} if name == "threshold" else {}
    results = []
    for functional, leaf in (
        (nn.functional, ag.Tensor(x, requires_grad=True)),
        (torch.nn.functional, torch.tensor(x, requires_grad=True)),
    ):
        handle = leaf * 2
        result = getattr(functional, name)(handle, **options, inplace=True)
        assert result is handle
        (handle * handle).sum().backward()
        results += [result.tolist(), leaf.grad.tolist()]
    np.testing.assert_allclose(results[0], results[2], rtol=1e-12)
    np.testing.assert_allclose(results[1], results[3], rtol=1e-7)  # their 1/6 in hardsigmoid is a float32


@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 4, 3), (2, 4, 3, 2)], ids=str)
def test_prelu_for_each_channel(shape, rng):
    if len(shape) == 1:
        ours, theirs = nn.PReLU(dtype=np.float64), torch.nn.PReLU().double()
    else:
        ours, theirs = nn.PReLU(4, 0.1, dtype=np.float64), torch.nn.PReLU(4, 0.1).double()
        weights = rng.normal(size=4)
        ours.load_state_dict({"weight": weights})
        theirs.load_state_dict({"weight": torch.tensor(weights)})
    assert_alike(ours, theirs, rng.normal(size=shape), 1e-11)


def test_rrelu_in_evaluation(rng):
    ours, theirs = (library.RReLU(0.2, 0.4).eval() for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert_alike(ours, theirs, rng.normal(size=(5, 3)), 1e-11)


def test_rrelu_in_training_draws_from_the_same_distribution():
    x = np.full(20000, -1.0)
    ours = nn.RReLU(0.2, 0.8)(x).data
    theirs = torch.nn.RReLU(0.2, 0.8)(torch.tensor(x)).numpy()
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.05)


@pytest.mark.parametrize(("shape", "dim"), [((4,), -1), ((3, 4), 1), ((4, 3), 0), ((2, 6, 3), -2)])
def test_glu(shape, dim, rng):
    assert_alike(nn.GLU(dim), torch.nn.GLU(dim), rng.normal(size=shape), 1e-11)
    assert repr(nn.GLU(dim)) == repr(torch.nn.GLU(dim))


@pytest.mark.parametrize("name", ["Softmax", "Softmin", "LogSoftmax"])
@pytest.mark.parametrize(("shape", "dim"), [((4,), 0), ((3, 4), 1), ((4, 3), 0), ((2, 6, 3), -2)])
def test_along_an_axis(name, shape, dim, rng):
    ours, theirs = (getattr(library, name)(dim) for library in (nn, torch.nn))
    assert_alike(ours, theirs, rng.normal(size=shape) * 10, 1e-11)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("shape", [(3, 2, 4), (2, 3, 2, 4)])
def test_softmax_over_channels(shape, rng):
    assert_alike(nn.Softmax2d(), torch.nn.Softmax2d(), rng.normal(size=shape), 1e-11)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
def test_in_another_dtype(name, rng):
    x = rng.normal(size=(2, 3)).astype(np.float16)
    ours = getattr(nn.functional, name)(x, dim=1, dtype=np.float64)
    theirs = getattr(torch.nn.functional, name)(torch.tensor(x), dim=1, dtype=torch.float64)
    assert ours.dtype == np.float64
    np.testing.assert_allclose(ours.data, theirs.numpy(), rtol=1e-14)
