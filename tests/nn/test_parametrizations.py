"""Weights that are computed from others: what is trained, saved and found then."""

import contextlib
import copy

import numpy as np
import pytest
from scipy import linalg

import autograd as ag
import nn
import optim
from autograd import Tensor
from autograd.testing import gradcheck
from nn.utils import orthogonal_maps as maps
from nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm
from nn.utils.parametrize import cached, is_parametrized, register_parametrization, remove_parametrizations

X = np.linspace(-1, 1, 12).reshape(4, 3)


class Symmetric(nn.Module):
    def forward(self, X):
        return np.triu(X) + np.triu(X, 1).T

    def right_inverse(self, A):
        return np.triu(A)


class Doubled(nn.Module):
    def forward(self, X):
        return X * 2


class Product(nn.Module):
    """Computed from two."""

    def forward(self, a, b):
        return a * b

    def right_inverse(self, value):
        return value, value * 0 + 1


def linear(size=3):
    return nn.Linear(size, size, dtype=np.float64)


# ---------------------------------------------------------------------------------------------------------- any of them


def test_a_parameter_is_computed_and_gradients_go_through():
    layer = linear()
    weight = layer.weight
    before = weight.data.copy()
    assert register_parametrization(layer, "weight", Symmetric()) is layer
    assert layer.parametrizations.weight.original is weight
    np.testing.assert_array_equal(weight.data, np.triu(before))
    np.testing.assert_array_equal(layer.weight.data, np.triu(before) + np.triu(before, 1).T)
    assert [name for name, _ in layer.named_parameters()] == ["bias", "parametrizations.weight.original"]
    gradcheck(lambda: layer(X).sum(), parameters=dict(layer.named_parameters()))
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        (layer(X) ** 2).sum().backward()
        optimizer.step()
    np.testing.assert_array_equal(layer.weight.data, layer.weight.data.T)


def test_the_module_shows_it():
    layer = register_parametrization(linear(), "weight", Symmetric())
    assert isinstance(layer, nn.Linear)
    assert repr(layer).startswith(
        "ParametrizedLinear(\n  in_features=3, out_features=3, bias=True\n  (parametrizations)"
    )
    assert "(weight): ParametrizationList(\n      (0): Symmetric()" in repr(layer)
    assert layer.title == "ParametrizedLinear(3, 3)"
    assert is_parametrized(layer)
    assert is_parametrized(layer, "weight")
    assert not is_parametrized(layer, "bias")
    assert not is_parametrized(linear())


def test_assigning_sets_what_it_is_computed_from():
    layer = register_parametrization(linear(), "weight", Symmetric())
    wanted = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]])
    layer.weight = Tensor(wanted)
    np.testing.assert_array_equal(layer.weight.data, wanted)
    np.testing.assert_array_equal(layer.parametrizations.weight.original.data, np.triu(wanted))


def test_one_after_the_other():
    layer = register_parametrization(linear(), "weight", Doubled())
    original = layer.parametrizations.weight.original.data
    register_parametrization(layer, "weight", Symmetric())
    np.testing.assert_array_equal(layer.weight.data, 2 * (np.triu(original) + np.triu(original, 1).T))
    assert len(layer.parametrizations.weight) == 2
    with pytest.raises(RuntimeError, match="Doubled has no method `right_inverse`"):
        layer.weight = Tensor(np.eye(3))


def test_several_parameters_of_a_module():
    layer = register_parametrization(linear(), "weight", Symmetric())
    register_parametrization(layer, "bias", Doubled())
    assert list(layer.state_dict()) == ["parametrizations.weight.original", "parametrizations.bias.original"]
    assert layer(X).shape == (4, 3)
    remove_parametrizations(layer, "weight")
    assert type(layer).__name__ == "ParametrizedLinear"
    assert list(layer.state_dict()) == ["weight", "parametrizations.bias.original"]
    remove_parametrizations(layer, "bias")
    assert type(layer) is nn.Linear
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_several_originals():
    layer = linear()
    value = layer.weight.data.copy()
    register_parametrization(layer, "weight", Product())
    assert list(layer.state_dict()) == ["bias", *(f"parametrizations.weight.original{place}" for place in (0, 1))]
    np.testing.assert_array_equal(layer.weight.data, value)
    layer.weight = Tensor(value * 3)
    np.testing.assert_array_equal(layer.weight.data, value * 3)
    with pytest.raises(ValueError, match="weight is computed from 2 Tensors, so it can only stay as it is computed"):
        remove_parametrizations(layer, "weight", leave_parametrized=False)
    remove_parametrizations(layer, "weight")
    assert isinstance(layer.weight, nn.Parameter)
    np.testing.assert_array_equal(layer.weight.data, value * 3)


@pytest.mark.parametrize("leave", [True, False])
def test_removing(leave):
    layer = linear()
    weight = layer.weight
    register_parametrization(layer, "weight", Doubled())
    original, computed = weight.data.copy(), layer.weight.data.copy()
    assert remove_parametrizations(layer, "weight", leave_parametrized=leave) is layer
    assert layer.weight is weight
    np.testing.assert_array_equal(weight.data, computed if leave else original)
    assert type(layer) is nn.Linear
    assert not hasattr(layer, "parametrizations")


def test_a_buffer_can_be_computed():
    module = nn.Module()
    module.register_buffer("mean", Tensor([1.0, 2.0]))
    register_parametrization(module, "mean", Doubled())
    assert module.mean.tolist() == [2.0, 4.0]
    assert list(module.state_dict()) == ["parametrizations.mean.original"]
    assert list(module.parameters()) == []
    remove_parametrizations(module, "mean")
    assert [name for name, _ in module.named_buffers()] == ["mean"]


def test_a_frozen_parameter_stays_frozen():
    layer = linear()
    layer.weight.requires_grad_(False)
    weight_norm(layer)
    assert [parameter.requires_grad for parameter in layer.parameters()] == [True, False, False]
    assert not remove_parametrizations(layer, "weight").weight.requires_grad


class Widened(nn.Module):
    def forward(self, X):
        return np.concatenate([X, X])


def test_another_shape_or_dtype_must_be_wanted():
    layer = linear()
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"Widened .* float64 \(3, 3\), unless unsafe=True .* float64 \(6, 3\)"):
        register_parametrization(layer, "weight", Widened())
    assert type(layer) is nn.Linear
    assert list(layer.state_dict()) == list(before)
    register_parametrization(layer, "weight", Widened(), unsafe=True)
    assert layer.weight.shape == (6, 3)
    remove_parametrizations(layer, "weight")
    assert isinstance(layer.weight, nn.Parameter)
    np.testing.assert_array_equal(layer.weight.data, np.tile(before["weight"].data, (2, 1)))


class Doubling(Widened):
    def right_inverse(self, value):
        return value[: len(value) // 2]


def test_an_original_of_another_shape():
    layer = nn.Linear(3, 4, dtype=np.float64)
    upper = layer.weight.data[:2]
    register_parametrization(layer, "weight", Doubling(), unsafe=True)
    np.testing.assert_array_equal(layer.parametrizations.weight.original.data, upper)
    np.testing.assert_array_equal(layer.weight.data, np.tile(upper, (2, 1)))
    layer.weight = Tensor(np.ones((4, 3)))
    assert layer.parametrizations.weight.original.tolist() == [[1.0] * 3] * 2


@pytest.mark.parametrize(
    "call",
    [
        lambda: register_parametrization(linear(), "weights", Doubled()),
        lambda: register_parametrization(nn.Linear(2, 2, bias=False), "bias", Doubled()),
        lambda: register_parametrization(linear(), "in_features", Doubled()),
        lambda: weight_norm(linear(), "weights"),
        lambda: spectral_norm(linear(), "weights"),
        lambda: orthogonal(linear(), "weights"),
        lambda: remove_parametrizations(linear(), "weight"),
    ],
)
def test_what_is_not_there(call):
    with pytest.raises(ValueError, match="Linear has no para"):
        call()


@pytest.mark.parametrize("parametrize", [weight_norm, spectral_norm, orthogonal])
def test_models_with_them_are_copied_called_with_others_and_summarised(parametrize):
    ag.manual_seed(0)
    model = nn.Sequential(parametrize(nn.Linear(3, 4)), nn.ReLU(), nn.Linear(4, 1)).eval()
    x = X.astype(np.float32)
    expected = model(x).data
    twin = copy.deepcopy(model)
    np.testing.assert_array_equal(twin(x).data, expected)
    remove_parametrizations(twin[0], "weight")
    np.testing.assert_allclose(twin(x).data, expected, rtol=1e-6)
    assert is_parametrized(model[0])
    name = next(name for name, _ in model.named_parameters() if "original" in name)
    called = nn.functional_call(model, {name: model.get_parameter(name).detach() + 1}, x)
    assert (called.data != expected).any()
    np.testing.assert_array_equal(model(x).data, expected)
    summary = nn.summary(model, (3,))
    assert summary.total == sum(parameter.size for parameter in model.parameters())
    with ag.no_grad():
        slope = ag.grad(lambda model: model(x).sum())(model)
    assert [name for name, _ in slope.named_parameters()] == [name for name, _ in model.named_parameters()]


def test_saved_and_loaded(tmp_path):
    ag.manual_seed(0)
    model, other = (nn.Sequential(weight_norm(nn.Linear(3, 2)), spectral_norm(nn.Linear(2, 2))).eval() for _ in "ab")
    nn.save(model, tmp_path / "model.safetensors")
    other.load_state_dict(nn.load(tmp_path / "model.safetensors"))
    x = X.astype(np.float32)
    np.testing.assert_array_equal(model(x).data, other(x).data)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: register_parametrization(linear(), "weight", np.tanh),
            TypeError,
            "must be Modules, got Linear and ufunc",
        ),
        (lambda: register_parametrization(3, "weight", Doubled()), TypeError, "got int and Doubled"),
        (lambda: weight_norm(spectral_norm(linear())), ValueError, "weight_norm: 'weight' .* parametrised already"),
        (lambda: orthogonal(orthogonal(linear())), ValueError, "orthogonal: 'weight' .* parametrised already"),
        (lambda: weight_norm(linear(), dim=2), IndexError, "weight_norm: axis 2 is not in a weight of 2 axes"),
    ],
)
def test_what_makes_no_sense_changes_nothing(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---------------------------------------------------------------------------------------------------------- weight norm


@pytest.mark.parametrize(
    ("dim", "axes", "shape"), [(0, (1, 2, 3), (2, 1, 1, 1)), (1, (0, 2, 3), (1, 3, 1, 1)), (None, None, ())]
)
def test_length_and_direction(dim, axes, shape):
    layer = nn.Conv2d(3, 2, 2, dtype=np.float64)
    value = layer.weight.data.copy()
    weight_norm(layer, dim=dim)
    g, v = layer.parametrizations.weight.originals()
    assert g.shape == shape
    np.testing.assert_array_equal(v.data, value)
    np.testing.assert_allclose(layer.weight.data, value, rtol=1e-12)
    g.data = g.data * 2
    v.data = v.data * 7
    np.testing.assert_allclose(layer.weight.data, 2 * value, rtol=1e-12)
    lengths = np.sqrt((layer.weight.data**2).sum(axis=axes, keepdims=axes is not None))
    np.testing.assert_allclose(lengths, g.data, rtol=1e-12)


def test_gradients_of_weight_norm():
    layer = weight_norm(linear())
    gradcheck(lambda: nn.functional.mse_loss(layer(X), X), parameters=dict(layer.named_parameters()))


# -------------------------------------------------------------------------------------------------------- spectral norm


def test_the_largest_singular_value_becomes_one():
    ag.manual_seed(0)
    layer = spectral_norm(nn.Conv2d(3, 4, 2, dtype=np.float64), n_power_iterations=200)
    weight = layer.weight.data
    np.testing.assert_allclose(np.linalg.norm(weight.reshape(4, -1), 2), 1, rtol=1e-9)
    turned = spectral_norm(nn.ConvTranspose2d(3, 4, 2, dtype=np.float64), n_power_iterations=200).weight.data
    np.testing.assert_allclose(np.linalg.norm(turned.transpose(1, 0, 2, 3).reshape(4, -1), 2), 1, rtol=1e-9)


def test_vectors_follow_in_training_only():
    ag.manual_seed(0)
    layer = spectral_norm(linear())
    held = layer.parametrizations.weight[0]
    layer.parametrizations.weight.original.data = np.diag([1.0, 5.0, 2.0])
    before = held._u.data.copy()
    layer(X)
    assert (held._u.data != before).any()
    layer.eval()
    before = held._u.data.copy()
    layer(X)
    np.testing.assert_array_equal(held._u.data, before)
    layer.train()
    for _ in range(60):
        layer(X)
    np.testing.assert_allclose(layer.weight.data, np.diag([0.2, 1.0, 0.4]), atol=1e-9)


def test_gradients_of_spectral_norm():
    ag.manual_seed(0)
    layer = spectral_norm(linear()).eval()
    gradcheck(lambda: nn.functional.mse_loss(layer(X), X), parameters=dict(layer.named_parameters()))


def test_a_vector_is_divided_by_its_length():
    layer = spectral_norm(linear(), "bias")
    layer.parametrizations.bias.original.data = np.array([3.0, 0.0, 4.0])
    np.testing.assert_allclose(layer.bias.data, [0.6, 0.0, 0.8])
    assert list(layer.parametrizations.bias.buffers()) == []


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_power_iterations": 0}, ValueError, "n_power_iterations is at least 1, got 0"),
        ({"dim": 2}, IndexError, "axis 2 is not in a weight of 2 axes"),
    ],
)
def test_mistakes_in_spectral_norm(options, error, message):
    with pytest.raises(error, match=message):
        spectral_norm(linear(), **options)


# ---------------------------------------------------------------------------------------------------------- orthogonal

MAPS = ["matrix_exp", "cayley", "householder"]


def assert_orthogonal(weight, tolerance=1e-12):
    tall = weight if weight.shape[-2] >= weight.shape[-1] else np.swapaxes(weight, -2, -1)
    found = np.conj(np.swapaxes(tall, -2, -1)) @ tall
    np.testing.assert_allclose(found, np.broadcast_to(np.eye(tall.shape[-1]), found.shape), atol=tolerance)


@pytest.mark.parametrize("orthogonal_map", MAPS)
@pytest.mark.parametrize("sizes", [(3, 3), (3, 5), (5, 3), (1, 4)])
def test_it_is_orthogonal_and_stays_so(sizes, orthogonal_map):
    ag.manual_seed(0)
    layer = orthogonal(nn.Linear(*sizes, dtype=np.float64), orthogonal_map=orthogonal_map)
    optimizer, x = optim.SGD(layer.parameters(), lr=0.1), np.ones((2, sizes[0]))
    start = layer.weight.data
    for _ in range(3):
        assert_orthogonal(layer.weight.data)
        optimizer.zero_grad()
        (layer(x) ** 3).sum().backward()
        optimizer.step()
    assert 1 in sizes or abs(layer.weight.data - start).max() > 1e-3


@pytest.mark.parametrize(("orthogonal_map", "trivial"), [*((each, True) for each in MAPS), ("householder", False)])
@pytest.mark.parametrize("sizes", [(3, 3), (3, 5), (5, 3)])
def test_it_starts_at_the_weight_if_that_is_orthogonal_and_can_be_assigned_to(sizes, orthogonal_map, trivial):
    layer = nn.Linear(*sizes, dtype=np.float64)
    nn.init.orthogonal_(layer.weight)
    value = layer.weight.data.copy()
    other = nn.init.orthogonal_(nn.Parameter(np.zeros(sizes[::-1]))).data
    orthogonal(layer, orthogonal_map=orthogonal_map, use_trivialization=trivial)
    np.testing.assert_allclose(layer.weight.data, value, atol=1e-12)
    layer.weight = Tensor(other)
    np.testing.assert_allclose(layer.weight.data, other, atol=1e-12)


@pytest.mark.parametrize(("orthogonal_map", "trivial"), [("cayley", True), ("householder", False)])
@pytest.mark.parametrize("sizes", [(3, 3), (2, 4), (4, 2)])
def test_it_starts_at_an_orthogonal_matrix_for_weights_of_any_rank(sizes, orthogonal_map, trivial):
    for value in (0.0, 1.0):
        layer = nn.Linear(*sizes, dtype=np.float64)
        layer.weight.data = np.full(sizes[::-1], value)
        assert_orthogonal(orthogonal(layer, "weight", orthogonal_map, use_trivialization=trivial).weight.data)


@pytest.mark.parametrize("orthogonal_map", MAPS)
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 3, 2)])
def test_gradients_of_orthogonal_maps(shape, orthogonal_map):
    """The signs on the diagonal are constants to that of reflections."""
    below = np.tril(np.random.default_rng(0).normal(size=shape), -1)
    gradcheck(lambda x: maps.MAPS[orthogonal_map](np.tril(x, -1) - np.eye(*shape[-2:])), below)


def test_the_exponential_of_a_large_matrix():
    """A rotation by 40 radians."""
    angle = 40.0
    expected = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    np.testing.assert_allclose(maps.exponential(Tensor([[0.0, 9.0], [angle, 0.0]])).data, expected, atol=1e-10)


@pytest.mark.parametrize("radians", [0.01, 1.0, 100.0])
def test_the_exponential_in_float32_is_as_exact_as_float32(radians):
    free = np.tril(np.random.default_rng(0).normal(size=(40, 40)), -1)
    free *= radians / np.linalg.norm(free - free.T, 2)
    rotation = maps.exponential(Tensor(free.astype(np.float32))).data.astype(np.float64)
    assert_orthogonal(rotation, 1e-5)
    exact = linalg.expm((free - free.T).astype(np.float32).astype(np.float64))
    np.testing.assert_allclose(rotation, exact, atol=5e-6)


def test_unitary_matrices():
    module = nn.Module()
    draws = np.random.default_rng(0)
    module.weight = nn.Parameter(draws.normal(size=(2, 3, 3)) + 1j * draws.normal(size=(2, 3, 3)))
    orthogonal(module)
    module.parametrizations.weight.original.data = draws.normal(size=(2, 3, 3)) * (1 + 1j)
    assert module.weight.dtype == np.complex128
    assert_orthogonal(module.weight.data)


def test_float32_stays():
    assert orthogonal(nn.Linear(3, 4)).weight.dtype == np.float32


def test_mistakes_in_orthogonal():
    with pytest.raises(ValueError, match=r"one of matrix_exp, cayley, householder, .* got 'polar' for float64"):
        orthogonal(linear(), orthogonal_map="polar")
    with pytest.raises(ValueError, match="takes matrices, and 'bias' has 1 axes"):
        orthogonal(linear(), "bias")
    layer = orthogonal(linear(), orthogonal_map="cayley", use_trivialization=False)
    with pytest.raises(NotImplementedError, match="cayley cannot be assigned to without use_trivialization"):
        layer.weight = Tensor(np.eye(3))


def test_computed_once():
    layer, calls = linear(), []

    class Noted(nn.Module):
        def forward(self, X):
            calls.append(X)
            return X * 2

        def right_inverse(self, A):
            return A / 2

    register_parametrization(layer, "weight", Noted())
    calls.clear()
    with cached():
        layer(layer(X)).sum().backward()
        with cached():
            assert layer.weight is layer.weight
        assert len(calls) == 1
        layer.weight = Tensor(np.eye(3))
        assert layer.weight.tolist() == np.eye(3).tolist()
        register_parametrization(layer, "weight", Doubled())
        assert layer.weight.tolist() == (2 * np.eye(3)).tolist()
        remove_parametrizations(layer, "weight")
        assert isinstance(layer.weight, nn.Parameter)
    assert np.isfinite(layer.bias.grad.data).all()
    register_parametrization(layer, "weight", Noted())
    calls.clear()
    layer(layer(X))
    assert len(calls) == 2
    with contextlib.suppress(KeyError), cached():
        layer(X)
        raise KeyError
    assert layer.weight is not layer.weight


def test_gradients_of_what_is_computed_once():
    layer, grads = weight_norm(linear()), []
    for within in (contextlib.nullcontext, cached):
        layer.zero_grad()
        with within():
            layer(layer(X)).sum().backward()
        grads.append([parameter.grad.data for parameter in layer.parameters()])
    for plain, once in zip(*grads, strict=True):
        np.testing.assert_allclose(once, plain, rtol=1e-12)
