"""Layers: Linear, Flatten, Identity, the activations and Sequential."""

from collections import OrderedDict
from statistics import NormalDist

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck

# ------------------------------------------------------------------------------------------------------------ Linear


def test_linear_is_an_affine_map_of_the_last_axis():
    layer = nn.Linear(3, 2)
    layer.load_state_dict({"weight": [[1.0, 2.0, 3.0], [0.0, -1.0, 0.5]], "bias": [10.0, 20.0]})
    assert layer(np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])).tolist() == [[16.0, 19.5], [18.0, 20.0]]
    assert layer([1.0, 0.0, 0.0]).tolist() == [11.0, 20.0]
    assert layer(np.ones((5, 4, 3))).shape == (5, 4, 2)


def test_linear_without_bias():
    layer = nn.Linear(3, 2, bias=False)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]
    assert layer(np.zeros((1, 3))).tolist() == [[0.0, 0.0]]
    assert repr(layer) == "Linear(in_features=3, out_features=2, bias=False)"


def test_linear_keeps_its_dtype():
    assert {p.dtype for p in nn.Linear(3, 2).parameters()} == {np.dtype(np.float32)}
    assert {p.dtype for p in nn.Linear(3, 2, dtype=np.float64).parameters()} == {np.dtype(np.float64)}
    assert nn.Linear(3, 2)(np.ones((1, 3), np.float32)).dtype == np.float32


def test_linear_gradients():
    layer = nn.Linear(3, 2)
    x = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, 0.3]])
    assert gradcheck(lambda: np.tanh(layer(x)), parameters=dict(layer.named_parameters()))


def test_linear_names_itself_and_the_sizes_where_they_do_not_fit():
    model = nn.Sequential({"hidden": nn.Linear(3, 10)})
    with pytest.raises(
        ValueError,
        match=r"hidden: Linear\(3, 10\): the last axis of the input must be in_features=3, got .* \(32, 4\)",
    ):
        model(np.ones((32, 4), np.float32))
    with pytest.raises(ValueError, match=r"must be in_features=3, got an input of shape \(\)"):
        model(1.0)


def test_linear_initialisation_is_bounded_and_repeatable():
    ag.manual_seed(5)
    layer = nn.Linear(400, 50)
    for parameter in layer.parameters():
        assert np.abs(parameter.data).max() <= 1 / 20
        assert np.abs(parameter.data).max() > 0.9 / 20
        assert abs(parameter.data.mean()) < 0.01
    ag.manual_seed(5)
    assert np.array_equal(nn.Linear(400, 50).weight.data, layer.weight.data)
    before = layer.weight.tolist()
    layer.reset_parameters()
    assert layer.weight.tolist() != before
    assert nn.Linear(0, 2)(np.ones((1, 0), np.float32)).tolist() == [[0.0, 0.0]]


# ------------------------------------------------------------------------------------------------- Flatten, Identity


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [((), (2, 60)), ((0,), (120,)), ((1, 2), (2, 12, 5)), ((-2,), (2, 3, 20)), ((2, 2), (2, 3, 4, 5))],
)
def test_flatten_joins_axes(arguments, shape):
    x = np.arange(120.0).reshape(2, 3, 4, 5)
    y = nn.Flatten(*arguments)(x)
    assert y.shape == shape
    assert np.array_equal(y.data.ravel(), x.ravel())


def test_flatten_refuses_axes_that_are_not_there():
    with pytest.raises(IndexError, match=r"Flatten\(3, -1\): axis 3 is not in an input of 2 axes"):
        nn.Flatten(3)(np.ones((2, 2)))
    with pytest.raises(ValueError, match="start_dim comes after end_dim"):
        nn.Flatten(1, 0)(np.ones((2, 2)))


def test_flatten_of_an_empty_batch_and_of_one_axis():
    assert nn.Flatten()(np.ones((0, 3, 4))).shape == (0, 12)
    assert nn.Flatten(0)(np.ones(3)).shape == (3,)


def test_identity_gives_its_input():
    x = ag.Tensor([1.0])
    assert nn.Identity(1, a=2)(x) is x


# ------------------------------------------------------------------------------------------------------- activations


@pytest.mark.parametrize(
    ("module", "function"),
    [
        (nn.ReLU(), lambda x: np.maximum(x, 0)),
        (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
        (nn.Tanh(), np.tanh),
        (nn.GELU(), lambda x: x * np.vectorize(NormalDist().cdf)(x)),
        (nn.GELU("tanh"), lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2),
        (nn.LogSigmoid(), lambda x: -np.log1p(np.exp(-x))),
        (nn.Softmax(dim=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
        (nn.LogSoftmax(dim=1), lambda x: x - np.log(np.exp(x).sum(axis=1, keepdims=True))),
        (nn.Softmax(), lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)),
    ],
    ids=lambda case: repr(case) if isinstance(case, nn.Module) else "",
)
def test_activations(module, function):
    x = np.array([[-2.0, 0.5, 1.5], [3.0, -0.25, 0.1]])
    np.testing.assert_allclose(module(x).data, function(x), rtol=1e-14)
    assert gradcheck(lambda x: module(x) * [1.0, 2.0, 3.0], x)


def test_softmax_needs_an_axis_where_there_are_many():
    with pytest.raises(ValueError, match="softmax: an input of 3 axes does not say along which one"):
        nn.Softmax()(np.ones((2, 2, 2)))
    with pytest.raises(ValueError, match="log_softmax: an input of 3 axes"):
        nn.LogSoftmax()(np.ones((2, 2, 2)))
    assert nn.Softmax(dim=-1)(np.ones((2, 2, 2))).tolist() == np.full((2, 2, 2), 0.5).tolist()


def test_logsigmoid_is_precise_and_quiet_at_both_ends():
    x = ag.Tensor([-1e4, -50.0, 0.0, 50.0, 1e4], requires_grad=True)
    y = nn.functional.logsigmoid(x)
    np.testing.assert_allclose(y.data, [-1e4, -50.0, -np.log(2), -np.exp(-50.0), 0.0], rtol=1e-12)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, [1.0, 1.0, 0.5, np.exp(-50.0), 0.0], rtol=1e-12)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_is_exact_far_away(approximate):
    x = ag.Tensor([-np.inf, -1e30, -1e4, -50.0, 0.0, 5e-324, 50.0, 1e4, 1e30, np.inf], requires_grad=True)
    y = nn.functional.gelu(x, approximate)
    np.testing.assert_array_equal(y.data, [0, 0, 0, 0, 0, 0, 50.0, 1e4, 1e30, np.inf])
    y.sum().backward(create_graph=True)
    slope, x.grad = x.grad, None
    np.testing.assert_array_equal(slope.data, [0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1])
    slope.sum().backward()
    curved = np.isin(x.data, [0.0, 5e-324])
    np.testing.assert_allclose(x.grad.data, np.where(curved, np.sqrt(2 / np.pi), 0), rtol=1e-15)


def test_gelu_keeps_its_digits_far_below():
    exact = -20 * 2.753624118606233695e-89  # by a calculation with 40 digits
    np.testing.assert_allclose(nn.functional.gelu(-20.0).item(), exact, rtol=1e-13)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_keeps_single_precision(approximate):
    x = ag.Tensor(np.linspace(-3, 3, 7), np.float32, requires_grad=True)
    y = nn.GELU(approximate)(x)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_gelu_refuses_another_approximation():
    with pytest.raises(ValueError, match="gelu: approximate is 'none' or 'tanh', got 'erf'"):
        nn.functional.gelu([1.0], approximate="erf")


# --------------------------------------------------------------------------------------------------------- Sequential


def test_sequential_calls_in_order():
    model = nn.Sequential(nn.Identity(), nn.Flatten(0), nn.ReLU())
    assert model([[-1.0], [2.0]]).tolist() == [0.0, 2.0]
    assert nn.Sequential()(3) == 3


def test_sequential_is_a_sequence():
    layers = [nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)]
    model = nn.Sequential(*layers)
    assert len(model) == 3
    assert list(model) == layers
    assert model[0] is layers[0]
    assert model[-1] is layers[-1]
    assert list(model[1:]) == layers[1:]
    assert list(model[1:].state_dict()) == ["2.weight", "2.bias"]
    with pytest.raises(IndexError, match="index 3 is out of range; it holds 3 modules"):
        model[3]


def test_a_slice_shares_its_modules():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    nn.init.zeros_(model[:1][0].weight)
    assert not model[0].weight.data.any()


def test_sequential_of_named_modules():
    model = nn.Sequential(OrderedDict(hidden=nn.Linear(2, 3), act=nn.ReLU()))
    assert model.hidden is model[0]
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert list(model[:1].state_dict()) == ["hidden.weight", "hidden.bias"]


def test_sequential_can_be_changed():
    model = nn.Sequential(nn.Linear(2, 3))
    assert model.append(nn.ReLU()) is model
    model.extend([nn.Linear(3, 1), nn.Sigmoid()])
    assert [name for name, _ in model.named_children()] == ["0", "1", "2", "3"]
    model[-1] = nn.Tanh()
    assert isinstance(model[3], nn.Tanh)
    del model[1]
    assert [(name, type(m).__name__) for name, m in model.named_children()] == [
        ("0", "Linear"),
        ("1", "Linear"),
        ("2", "Tanh"),
    ]
    del model[1:]
    assert len(model) == 1
    assert model(np.ones((1, 2))).shape == (1, 3)


def test_appending_to_a_slice_replaces_nothing():
    model = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Tanh())[1:]
    model.append(nn.Sigmoid())
    assert [type(module).__name__ for module in model] == ["ReLU", "Tanh", "Sigmoid"]


def test_sequential_takes_modules_only():
    with pytest.raises(TypeError, match="Sequential: takes modules, got ufunc; a function needs a Module around it"):
        nn.Sequential(nn.Linear(1, 1), np.tanh)
    with pytest.raises(TypeError, match="takes modules, got str"):
        nn.Sequential({"a": "b"})
