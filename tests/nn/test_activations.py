"""Activation functions: values, gradients, kinks, extremes, in-place calls, representations and errors."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.testing import gradcheck, gradgradcheck

X = np.array([[-4.3, -2.5, -0.7], [-0.2, 0.3, 0.9], [2.2, 3.6, 6.5]])
SIGMOID = 1 / (1 + np.exp(-X))

VALUES = {
    "relu": np.maximum(X, 0),
    "relu6": np.clip(X, 0, 6),
    "hardtanh": np.clip(X, -1, 1),
    "leaky_relu": np.where(X > 0, X, 0.01 * X),
    "elu": np.where(X > 0, X, np.expm1(X)),
    "selu": 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(X)),
    "celu": np.where(X > 0, X, np.expm1(X)),
    "hardsigmoid": np.clip(X / 6 + 0.5, 0, 1),
    "hardswish": X * np.clip(X / 6 + 0.5, 0, 1),
    "hardshrink": np.where(np.abs(X) > 0.5, X, 0),
    "softshrink": np.sign(X) * np.maximum(np.abs(X) - 0.5, 0),
    "silu": X * SIGMOID,
    "mish": X * np.tanh(np.log1p(np.exp(X))),
    "softplus": np.log1p(np.exp(X)),
    "softsign": X / (1 + np.abs(X)),
    "tanhshrink": X - np.tanh(X),
    "logsigmoid": np.log(SIGMOID),
    "rrelu": np.where(X > 0, X, 11 / 48 * X),
    "sigmoid_with_slope": SIGMOID,
}


@pytest.mark.parametrize("name", VALUES)
def test_values_and_gradients(name):
    function = getattr(F, name)
    np.testing.assert_allclose(function(X).data, VALUES[name], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(function(X.tolist()).data, VALUES[name], rtol=1e-12, atol=1e-15)
    assert gradcheck(function, X)
    assert gradgradcheck(function, X)


@pytest.mark.parametrize("name", VALUES)
def test_float32_empty_and_zero_dimensional(name):
    function = getattr(F, name)
    x = ag.Tensor(X.astype(np.float32), requires_grad=True)
    y = function(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert function(np.zeros((0, 3))).shape == (0, 3)
    assert function(0.5).shape == ()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", VALUES)
def test_nothing_overflows(name, dtype):
    x = ag.Tensor(np.array([-1e30, -1e4, -89.0, 0.0, 89.0, 1e4, 1e30], dtype), requires_grad=True)
    y = getattr(F, name)(x)
    y.sum().backward()
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad.data).all()


@pytest.mark.parametrize(
    ("function", "at", "slope"),
    [
        (F.relu, 0.0, 0.0),
        (F.relu6, 6.0, 0.0),
        (F.hardtanh, 1.0, 0.0),
        (F.hardtanh, -1.0, 0.0),
        (F.leaky_relu, 0.0, 0.01),
        (lambda x: F.elu(x, 2.0), 0.0, 2.0),
        (lambda x: F.celu(x, 2.0), 0.0, 1.0),
        (F.hardsigmoid, 3.0, 0.0),
        (F.hardswish, -3.0, 0.0),
        (F.hardswish, 3.0, 1.0),
        (F.hardshrink, 0.5, 0.0),
        (F.softshrink, -0.5, 0.0),
        (lambda x: F.threshold(x, 0.1, 5.0), 0.1, 0.0),
        (lambda x: F.prelu(x, 0.3), 0.0, 0.3),
        (F.softsign, 0.0, 1.0),
    ],
)
def test_slopes_at_kinks(function, at, slope):
    x = ag.Tensor(at, requires_grad=True)
    function(x).backward()
    assert x.grad.item() == slope


def test_softsign_keeps_the_digits_of_its_slope():
    x = ag.Tensor([1e10, -1e10], requires_grad=True)
    F.softsign(x).sum().backward()
    np.testing.assert_allclose(x.grad.data, [1e-20, 1e-20], rtol=1e-9)


def test_softsign_of_complex_numbers():
    x = np.array([3.0 + 4.0j, -0.5j])
    np.testing.assert_allclose(F.softsign(x).data, [0.5 + 4j / 6, -1j / 3])
    assert gradcheck(F.softsign, x)
    assert gradgradcheck(F.softsign, x)


@pytest.mark.parametrize("name", [*VALUES, "softmax", "log_softmax", "softmin", "glu"])
@pytest.mark.parametrize("whole", [np.array([[0, 3, 254, 255]], np.uint8), np.array([[-128, -3, 100, 127]], np.int8)])
def test_whole_numbers_do_not_wrap_around(name, whole):
    function = getattr(F, name)
    expected = function(whole.astype(np.float64)).data
    np.testing.assert_allclose(function(whole).data, expected, rtol=2e-3)  # NumPy has tanh of them in float16


def test_relu6_keeps_whole_numbers():
    limited = F.relu6(np.array([-1, 2, 7], np.int16))
    assert limited.tolist() == [0, 2, 6]
    assert limited.dtype == np.int16


def test_numbers_that_are_none_stay_so():
    x = np.array([np.nan])
    for name in VALUES:
        assert np.isnan(getattr(F, name)(x).data).all(), name


# ---------------------------------------------------------------------------------------------------------- in place


def test_in_place_moves_the_handle_on():
    leaf = ag.Tensor([-1.0, 2.0], requires_grad=True)
    handle = leaf * 3
    before = handle * 1
    result = nn.ReLU(inplace=True)(handle)
    assert result is handle
    assert handle.tolist() == [0.0, 6.0]
    assert before.tolist() == [-3.0, 6.0]
    (handle * 10 + before).sum().backward()
    assert leaf.grad.tolist() == [3.0, 33.0]


def test_in_place_refuses_leaves_that_require_grad():
    with pytest.raises(RuntimeError, match=r"elu\(inplace=True\): this Tensor is a leaf that requires grad"):
        F.elu(ag.Tensor([1.0], requires_grad=True), inplace=True)


def test_in_place_leaves_arrays_alone():
    x = np.array([-1.0, 2.0])
    assert nn.LeakyReLU(inplace=True)(x).tolist() == [-0.01, 2.0]
    assert x.tolist() == [-1.0, 2.0]


# -------------------------------------------------------------------------------------------------- learned, and drawn


def test_prelu_learns_its_slopes():
    layer = nn.PReLU(3, 0.5)
    assert layer.weight.tolist() == [0.5] * 3
    assert layer.weight.dtype == np.float32
    assert nn.PReLU(dtype=np.float64).weight.dtype == np.float64
    assert list(layer.state_dict()) == ["weight"]
    assert gradcheck(lambda: layer(X) * X, parameters=dict(layer.named_parameters()))
    assert gradcheck(F.prelu, X, np.array([0.1, 0.2, 0.3]))
    assert F.prelu(X, 0.1).tolist() == F.prelu(X, [0.1]).tolist()
    layer.weight.data = np.zeros(3)
    layer.reset_parameters()
    assert layer.weight.tolist() == [0.5] * 3


def test_rrelu_draws_slopes_for_each_element_and_is_repeatable():
    layer, x = nn.RReLU(0.2, 0.4), np.full((100, 10), -1.0)
    ag.manual_seed(3)
    first = -layer(x).data
    assert 0.2 <= first.min() < 0.21
    assert 0.39 < first.max() <= 0.4
    assert len(np.unique(first)) == first.size
    ag.manual_seed(3)
    assert np.array_equal(-layer(x).data, first)
    assert (layer(-x).data == 1.0).all()
    np.testing.assert_allclose(layer.eval()(x).data, -0.3)
    x = ag.Tensor([-1.0, 1.0], requires_grad=True)
    y = layer.train()(x)
    y.sum().backward()
    assert x.grad.tolist() == [-y.tolist()[0], 1.0]


# -------------------------------------------------------------------------------------------------------- along an axis


def test_gates():
    np.testing.assert_allclose(F.glu(X[:, :2]).data, X[:, :1] * SIGMOID[:, 1:2])
    np.testing.assert_allclose(nn.GLU(dim=0)(X[:2]).data, X[:1] * SIGMOID[1:2])
    assert gradcheck(F.glu, X[:, :2])
    assert F.glu(np.zeros((0, 4))).shape == (0, 2)


def test_softmin_and_softmax_over_channels():
    shares = np.exp(-X) / np.exp(-X).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(F.softmin(X).data, shares)
    np.testing.assert_allclose(nn.Softmin(dim=1)(X).data, shares)
    images = X.reshape(1, 3, 3, 1)
    np.testing.assert_allclose(nn.Softmax2d()(images).data, np.exp(images) / np.exp(images).sum(axis=1, keepdims=True))


def test_the_slope_of_a_sigmoid():
    np.testing.assert_allclose(nn.SigmoidWithSlope(3.0)(X).data, 1 / (1 + np.exp(-3 * X)))
    assert gradcheck(nn.SigmoidWithSlope(0.5), X)
    assert repr(nn.SigmoidWithSlope(3.0)) == "SigmoidWithSlope(slope=3.0)"
    assert list(nn.SigmoidWithSlope().parameters()) == []


# ----------------------------------------------------------------------------------------------------- what they say


def test_representations_and_titles():
    assert repr(nn.ReLU()) == "ReLU()"
    assert repr(nn.ReLU(inplace=True)) == "ReLU(inplace=True)"
    assert repr(nn.ELU(2.0, inplace=True)) == "ELU(alpha=2.0, inplace=True)"
    assert repr(nn.Threshold(0.1, 20)) == "Threshold(threshold=0.1, value=20)"
    assert repr(nn.Hardshrink(0.25)) == "Hardshrink(0.25)"
    assert repr(nn.Hardsigmoid(inplace=True)) == "Hardsigmoid()"  # as PyTorch's
    assert nn.LeakyReLU(0.2).title == "LeakyReLU(negative_slope=0.2)"
    assert nn.ReLU().title == "ReLU"
    assert nn.Softplus().title == "Softplus"
    assert nn.Softplus(2.0).title == "Softplus(beta=2.0, threshold=20.0)"


def test_errors():
    with pytest.raises(ValueError, match=r"Hardtanh: min_val must be below max_val, got 1.0 and 1.0"):
        nn.Hardtanh(1.0, 1.0)
    with pytest.raises(ValueError, match=r"hardtanh: min_val must not be above max_val, got 2.0 and 1.0"):
        F.hardtanh(X, 2.0, 1.0)
    with pytest.raises(ValueError, match="softshrink: lambd must not be below 0, got -1"):
        nn.Softshrink(-1)(X)
    with pytest.raises(ValueError, match=r"rrelu: lower must not be above upper, got 0.5 and 0.1"):
        nn.RReLU(0.5, 0.1)(X)
    with pytest.raises(ValueError, match="celu: alpha must not be 0"):
        nn.CELU(0.0)(X)
    with pytest.raises(ValueError, match=r"prelu: there are 2 weights, .* and 3 channels \(axis 1\) .* \(3, 3\)"):
        nn.PReLU(2)(X)
    with pytest.raises(ValueError, match=r"prelu: weight is a number or has one axis, got shape \(1, 1\)"):
        F.prelu(X, [[0.1]])
    for dim in (-1, 2):
        with pytest.raises(ValueError, match=rf"glu: axis {dim} must be there and of an even size.* \(3, 3\)"):
            F.glu(X, dim)
    with pytest.raises(ValueError, match=r"Softmax2d: the input must be \(N, C, H, W\) or \(C, H, W\)"):
        nn.Softmax2d()(X)
    with pytest.raises(ValueError, match="softmin: an input of 3 axes does not say along which one"):
        F.softmin(np.zeros((2, 3, 4)))
