"""Parametrisations beside PyTorch's: keys, values, gradients and buffers through several steps of training."""

import numpy as np
import pytest

import nn
import optim

torch = pytest.importorskip("torch")

DTYPES = {"float64": 1e-10, "float32": 2e-5}

SHAPES = {
    "Linear": ((4, 3), (5, 4)),
    "Conv2d": ((3, 4, 2), (2, 3, 5, 5)),
    "ConvTranspose2d": ((3, 4, 2), (2, 3, 4, 4)),
    "Conv1d": ((3, 4, 3), (2, 3, 6)),
    "Wide": ((3, 5), (5, 3)),
    "Square": ((4, 4), (5, 4)),
}

#: The layers whose names here say their shape.
LINEAR = ("Wide", "Square")

CASES = [
    *((layer, "weight_norm", {"dim": dim}) for layer in ("Linear", "Conv2d") for dim in (0, 1, None, -1)),
    ("Conv2d", "weight_norm", {"dim": -2}),
    ("Linear", "weight_norm", {"name": "bias"}),
    *((layer, "spectral_norm", {}) for layer in SHAPES),
    ("Conv2d", "spectral_norm", {"dim": 1, "n_power_iterations": 3}),
    ("Linear", "spectral_norm", {"dim": -1, "eps": 1e-3}),
    ("Linear", "spectral_norm", {"name": "bias"}),
    *(
        (layer, "orthogonal", {"orthogonal_map": each, "use_trivialization": trivial})
        for layer in ("Linear", "Wide", "Square", "Conv1d")
        for each, trivial in (("matrix_exp", True), ("cayley", True), ("householder", True), ("cayley", False))
    ),
    *((layer, "orthogonal", {}) for layer in ("Linear", "Square")),
    *(
        (layer, "orthogonal", {"orthogonal_map": "householder", "use_trivialization": False})
        for layer in ("Linear", "Wide", "Square")
    ),
    ("Square", "orthogonal", {"use_trivialization": False}),
]


def pair(layer, parametrize, options, dtype):
    """The same layer here and there, with PyTorch's values."""
    torch.manual_seed(0)
    sizes, _ = SHAPES[layer]
    layer = "Linear" if layer in LINEAR else layer
    theirs = getattr(torch.nn, layer)(*sizes, dtype=getattr(torch, dtype))
    ours = getattr(nn, layer)(*sizes, dtype=dtype)
    getattr(torch.nn.utils.parametrizations, parametrize)(theirs, **options)
    getattr(nn.utils.parametrizations, parametrize)(ours, **options)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


def same(ours, theirs, tolerance):
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=tolerance, atol=tolerance)
    assert ours.dtype == theirs.detach().numpy().dtype


def same_states(ours, theirs, tolerance):
    assert [(key, value.shape) for key, value in ours.state_dict().items()] == [
        (key, tuple(value.shape)) for key, value in theirs.state_dict().items()
    ]
    for key, value in ours.state_dict().items():
        same(value, theirs.state_dict()[key], tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("layer", "parametrize", "options"), CASES)
def test_through_training_and_evaluation(layer, parametrize, options, dtype):
    tolerance = DTYPES[dtype]
    ours, theirs = pair(layer, parametrize, options, dtype)
    same_states(ours, theirs, tolerance)
    draws = np.random.default_rng(0)
    optimizer = optim.SGD(ours.parameters(), lr=0.01)
    for _ in range(4):
        x = draws.normal(size=SHAPES[layer][1]).astype(dtype)
        optimizer.zero_grad()
        theirs.zero_grad()
        our_output, their_output = ours(x), theirs(torch.tensor(x))
        same(our_output, their_output, tolerance)
        (our_output**2).sum().backward()
        (their_output**2).sum().backward()
        for (name, our), (their_name, their) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
            assert name == their_name
            same(our.grad, their.grad, 10 * tolerance)
        optimizer.step()
        with torch.no_grad():  # by hand: PyTorch's optimizers take seconds to be imported
            for parameter in theirs.parameters():
                parameter.sub_(0.01 * parameter.grad)
        same_states(ours, theirs, 10 * tolerance)
    ours.eval()
    theirs.eval()
    same(ours(x), theirs(torch.tensor(x)), 10 * tolerance)
    same_states(ours, theirs, 10 * tolerance)


@pytest.mark.parametrize("parametrize", ["weight_norm", "spectral_norm"])
def test_removed_and_handed_back(parametrize):
    ours, theirs = pair("Linear", parametrize, {}, "float64")
    for module in (ours, theirs):
        module.eval()
    back = getattr(torch.nn.utils.parametrizations, parametrize)(torch.nn.Linear(4, 3, dtype=torch.float64)).eval()
    back.load_state_dict({key: torch.tensor(value.data) for key, value in ours.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(5, 4))
    same(ours(x), back(torch.tensor(x)), 1e-12)
    nn.utils.parametrize.remove_parametrizations(ours, "weight")
    torch.nn.utils.parametrize.remove_parametrizations(theirs, "weight")
    same_states(ours, theirs, 1e-12)


def symmetric(layers, upper):
    """The example of PyTorch's documentation, and a second parametrisation after it."""

    class Symmetric(layers.Module):
        def forward(self, X):
            return upper(X) + upper(X, 1).T

        def right_inverse(self, A):
            return upper(A)

    class Shifted(layers.Module):
        def __init__(self):
            super().__init__()
            self.shift = layers.Parameter(torch.ones(3, 3).double() if layers is torch.nn else np.ones((3, 3)))

        def forward(self, X):
            return X + self.shift

        def right_inverse(self, A):
            return A - self.shift

    return Symmetric, Shifted


def test_parametrisations_of_ones_own():
    modules = []
    for layers, upper in ((torch.nn, torch.triu), (nn, np.triu)):
        module = layers.Linear(3, 3)
        module = module.double()
        for kind in symmetric(layers, upper):
            layers.utils.parametrize.register_parametrization(module, "weight", kind())
        modules.append(module)
    theirs, ours = modules
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    same_states(ours, theirs, 1e-12)
    same(ours.weight, theirs.weight, 1e-12)
    value = np.arange(9.0).reshape(3, 3)
    ours.weight, theirs.weight = value + value.T, torch.tensor(value + value.T)
    same_states(ours, theirs, 1e-12)
    same(ours.weight, theirs.weight, 1e-12)
    for module in (ours, theirs):
        (module.weight**2).sum().backward()
    for our, their in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert (our.grad is None) == (their.grad is None)
        if their.grad is not None:
            same(our.grad, their.grad, 1e-12)
