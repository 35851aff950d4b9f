"""Freezing by pattern, other dtypes, modules by path, calls with other parameters, cycles."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd import Tensor


def model():
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 1)))


def trained(module):
    return [path for path, parameter in module.named_parameters() if parameter.requires_grad]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ((), []),
        (("0",), ["2.0.weight", "2.0.bias", "2.1.weight", "2.1.bias"]),
        (("0.weight",), ["0.bias", "2.0.weight", "2.0.bias", "2.1.weight", "2.1.bias"]),
        (("2.*",), ["0.weight", "0.bias"]),
        (("*.bias",), ["0.weight", "2.0.weight", "2.1.weight"]),
        (("0", "2.1"), ["2.0.weight", "2.0.bias"]),
    ],
)
def test_freezing(patterns, left):
    frozen = model()
    assert frozen.freeze(*patterns) is frozen
    assert trained(frozen) == left
    assert frozen.unfreeze(*patterns) is frozen
    assert len(trained(frozen)) == 6


def test_frozen_weights_do_not_move_by_a_bit(rng):
    net = model().freeze("0", "2.0")
    before = {path: value.data.copy() for path, value in net.state_dict().items()}
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (net(rng.standard_normal((8, 3)).astype(np.float32)) ** 2).mean().backward()
        optimizer.step()
    moved = [path for path, value in net.state_dict().items() if not np.array_equal(value.data, before[path])]
    assert moved == ["2.1.weight", "2.1.bias"]


def test_a_pattern_that_meets_nothing_changes_nothing():
    net = model()
    with pytest.raises(ValueError, match=r"freeze: 'features\.\*' is the path of no parameter .* 0\.weight, 0\.bias"):
        net.freeze("0", "features.*")
    assert len(trained(net)) == 6
    with pytest.raises(TypeError, match="patterns of paths"):
        net.freeze(0)


@pytest.mark.parametrize("dtype", [np.float64, "float16", np.dtype("f8"), Tensor(np.zeros(1))])
def test_other_dtypes(dtype):
    net = model()
    parameters = list(net.parameters())
    net(np.ones((2, 3), np.float32)).sum().backward()
    assert net.to(dtype) is net
    wanted = getattr(dtype, "dtype", dtype) if isinstance(dtype, Tensor) else np.dtype(dtype)
    assert all(old is new for old, new in zip(parameters, net.parameters(), strict=True))
    assert {parameter.dtype for parameter in parameters} == {wanted}
    assert {parameter.grad.dtype for parameter in parameters} == {wanted}
    assert parameters[0].name == "weight"
    out = net(np.ones((2, 3), wanted))
    assert out.dtype == wanted
    out.sum().backward()


def test_training_goes_on_in_another_dtype(rng):
    net = nn.Linear(3, 1).double()
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    x = rng.standard_normal((16, 3))
    target = x @ [[1.0], [2.0], [3.0]]
    for _ in range(200):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        optimizer.step()
    assert loss.dtype == np.float64
    assert loss.item() < 1e-3


def test_frozen_parameters_stay_frozen_and_integers_stay_integers():
    module = nn.Linear(2, 1).freeze("bias")
    module.register_buffer("count", Tensor(3))
    module.register_buffer("mean", Tensor(np.zeros(2, np.float32)))
    module.double()
    assert not module.bias.requires_grad
    assert module.count.dtype == np.int64
    assert module.mean.dtype == np.float64
    assert module.float().mean.dtype == np.float32
    assert module.half().weight.dtype == np.float16


def test_devices():
    net = model()
    assert net.to("cpu").to("cpu", np.float64).to(device="cpu") is net
    assert net[0].weight.dtype == np.float64
    for call in (lambda: net.to("cuda:0"), lambda: net.to(device="mps")):
        with pytest.raises(ValueError, match="to: the only device is 'cpu'"):
            call()
    with pytest.raises(TypeError, match="to: takes a floating or complex dtype, got int64"):
        net.to(np.int64)


def test_complex_parameters_keep_their_imaginary_parts():
    module = nn.Module()
    module.weight = nn.Parameter(np.ones(2, complex))
    module.to(np.complex64)
    with pytest.raises(TypeError, match="would lose their imaginary parts"):
        module.double()


def test_parts_by_path():
    net = model()
    assert net.get_submodule("") is net
    assert net.get_submodule("2.1") is net[2][1]
    assert net.get_parameter("2.1.bias") is net[2][1].bias
    net[1].register_buffer("seen", Tensor(1))
    assert net.get_buffer("1.seen") is net[1].seen
    for call in (
        lambda: net.get_submodule("3"),
        lambda: net.get_submodule("0.weight"),
        lambda: net.get_parameter("2.1"),
        lambda: net.get_parameter("0.weight.x"),
        lambda: net.get_buffer("0.weight"),
    ):
        with pytest.raises(AttributeError, match=r"Sequential has no \w+ '"):
            call()


def test_a_module_does_not_contain_itself():
    net = model()
    with pytest.raises(ValueError, match="would contain itself"):
        net[2].whole = net
    with pytest.raises(ValueError, match="would contain itself"):
        net.register_module("own", net)
    assert "whole" not in vars(net[2])


def test_a_call_with_other_parameters(rng):
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    other = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    x = rng.standard_normal((5, 3)).astype(np.float32)
    before = net(x).data.copy()
    weights = dict(other.named_parameters())
    np.testing.assert_array_equal(nn.functional_call(net, weights, x).data, other(x).data)
    np.testing.assert_array_equal(nn.functional_call(net, weights, (x,)).data, other(x).data)
    np.testing.assert_array_equal(nn.functional_call(net, weights, kwargs={"input": x}).data, other(x).data)
    np.testing.assert_array_equal(net(x).data, before)
    mixed = nn.functional_call(net, {"2.bias": np.full(1, 100.0, np.float32)}, x)
    np.testing.assert_allclose(mixed.data, before - net[2].bias.item() + 100.0, rtol=1e-6)


def test_gradients_by_other_parameters(rng):
    net = model()
    x = rng.standard_normal((5, 3)).astype(np.float32)
    weights = {path: value.data for path, value in net.state_dict().items()}
    gradient = ag.grad(lambda weights: (nn.functional_call(net, weights, x) ** 2).mean())(weights)
    (net(x) ** 2).mean().backward()
    for path, parameter in net.named_parameters():
        np.testing.assert_allclose(gradient[path], parameter.grad.data, atol=1e-6)


def test_shared_parameters_are_replaced_everywhere(rng):
    net = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    net[1].weight = net[0].weight
    x, weight = rng.standard_normal((2, 3)), rng.standard_normal((3, 3))
    np.testing.assert_allclose(nn.functional_call(net, {"0.weight": weight}, x).data, x @ weight.T @ weight.T)


def test_functional_call_says_what_it_takes():
    with pytest.raises(TypeError, match="functional_call: takes a module first, got <function"):
        nn.functional_call(lambda x: x, {}, ())
    with pytest.raises(TypeError, match=r"functional_call: takes a dict of parameters by their paths.*got a tuple"):
        nn.functional_call(nn.Linear(3, 2), (), np.ones(3))


def test_a_shared_parameter_is_named_once():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    net[1].weight = net[0].weight
    with pytest.raises(ValueError, match=r"1\.weight is shared, and another of its paths is named already"):
        nn.functional_call(net, {"0.weight": np.eye(2), "1.weight": np.eye(2)}, np.zeros(2))


def test_what_functional_call_refuses():
    net = nn.Linear(3, 2)
    with pytest.raises(KeyError, match=r"has no parameter or buffer 'wait': \['weight', 'bias'\]"):
        nn.functional_call(net, {"wait": np.zeros(1)}, np.zeros(3))
    with pytest.raises(ValueError, match=r"weight has the shape \(2, 3\), and \(3, 2\) was given"):
        nn.functional_call(net, {"weight": np.zeros((3, 2))}, np.zeros(3))
