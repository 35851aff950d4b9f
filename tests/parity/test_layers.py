"""Layers beside PyTorch's: forward, gradients, names and initial values."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

MODELS = {
    "perceptron": lambda nn: nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1)),
    "sigmoids": lambda nn: nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2, bias=False), nn.Sigmoid()),
    "tanh": lambda nn: nn.Sequential(nn.Identity(), nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 3), nn.LogSigmoid()),
    "gelu": lambda nn: nn.Sequential(nn.Linear(3, 5), nn.GELU(), nn.Linear(5, 4), nn.GELU(approximate="tanh")),
    "softmax": lambda nn: nn.Sequential(nn.Linear(3, 5), nn.Softmax(dim=1), nn.Linear(5, 2), nn.LogSoftmax(dim=-1)),
    "nested": lambda nn: nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Linear(4, 2)),
}


def doubled(model):
    """Make the parameters of one of our models float64."""
    for module in model.modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, nn.Parameter):
                setattr(module, name, nn.Parameter(value.data.astype(np.float64)))
    return model


@pytest.mark.parametrize("name", MODELS)
def test_forward_gradients_and_names(name, rng):
    ours, theirs = doubled(MODELS[name](nn)), MODELS[name](torch.nn).double()
    theirs.load_state_dict({key: torch.tensor(value.data) for key, value in ours.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    x = rng.normal(size=(7, 3))
    x_ours, x_theirs = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y_ours, y_theirs = ours(x_ours), theirs(x_theirs)
    np.testing.assert_allclose(y_ours.data, y_theirs.detach().numpy(), rtol=1e-11, atol=1e-13)
    weight = rng.normal(size=y_ours.shape)
    (y_ours * weight).sum().backward()
    (y_theirs * torch.tensor(weight)).sum().backward()
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), rtol=1e-9, atol=1e-12)
    for (key, p), (other_key, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert key == other_key
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_pytorchs_weights_load_unchanged(name, rng):
    ours, theirs = MODELS[name](nn), MODELS[name](torch.nn)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    x = rng.normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5, atol=1e-6)
    assert all(
        np.array_equal(value.data, theirs.state_dict()[key].numpy()) and value.dtype == np.float32
        for key, value in ours.state_dict().items()
    )


@pytest.mark.parametrize("sizes", [(3, 10), (200, 300), (1, 5)])
def test_initial_values_have_the_same_bounds_and_spread(sizes):
    torch.manual_seed(0)
    ag.manual_seed(0)
    for name in ("weight", "bias"):
        ours = np.concatenate([getattr(nn.Linear(*sizes), name).data.ravel() for _ in range(20)])
        theirs = np.concatenate([getattr(torch.nn.Linear(*sizes), name).detach().numpy().ravel() for _ in range(20)])
        bound = sizes[0] ** -0.5
        for values in (ours, theirs):
            assert 0.9 * bound < np.abs(values).max() <= bound
        assert ours.std() == pytest.approx(theirs.std(), rel=0.2)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        ("xavier_uniform_", {}),
        ("xavier_normal_", {"gain": 2.0}),
        ("kaiming_uniform_", {"a": 5**0.5}),
        ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
        ("kaiming_normal_", {"nonlinearity": "tanh"}),
        ("kaiming_normal_", {}),
        ("uniform_", {"a": -2.0, "b": 3.0}),
        ("normal_", {"mean": 1.0, "std": 2.0}),
    ],
)
def test_initialisers_draw_from_the_same_distributions(function, options):
    torch.manual_seed(0)
    ag.manual_seed(0)
    ours = getattr(nn.init, function)(nn.Parameter(np.zeros((60, 40, 3, 3))), **options).data
    theirs = getattr(torch.nn.init, function)(torch.empty(60, 40, 3, 3, dtype=torch.float64), **options).numpy()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.05 * theirs.std())
    if "uniform" in function:
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)


@pytest.mark.parametrize("nonlinearity", ["linear", "conv1d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains(nonlinearity):
    assert nn.init.calculate_gain(nonlinearity) == pytest.approx(torch.nn.init.calculate_gain(nonlinearity))
    assert nn.init.calculate_gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))
