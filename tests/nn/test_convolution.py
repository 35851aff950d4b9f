"""Convolutions, their transposes, unfold and fold: the layers by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
RNG = np.random.default_rng(0)


def smooth():
    """The weights of a kernel that adds up what it covers."""
    layer = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    nn.init.ones_(layer.weight)
    return layer


def test_a_convolution_sums_products():
    assert smooth()(np.ones((1, 1, 3, 4))).tolist() == [[[[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]]]]
    edges = F.conv1d([[1.0, 2.0, 4.0, 8.0]], [[[-1.0, 1.0]]], bias=[0.5], stride=2)
    assert edges.tolist() == [[1.5, 4.5]]


def test_groups_do_not_mix():
    x = RNG.normal(size=(2, 4, 5))
    layer = nn.Conv1d(4, 4, 3, groups=4, dtype=np.float64)
    one = layer(x).data
    x[:, 0] = 0
    other = layer(x).data
    assert (one[:, 0] != other[:, 0]).all()
    np.testing.assert_array_equal(one[:, 1:], other[:, 1:])


def test_a_transpose_is_one():
    """``<conv(x), y> = <x, transpose(y)>`` with the same weight, for a size that the stride does not leave open."""
    for options in ({}, {"stride": 2, "padding": 1}, {"dilation": 2, "padding": 2}, {"stride": 4}):
        w = RNG.normal(size=(4, 3, 3, 3))
        x = RNG.normal(size=(2, 3, 7, 7))
        y = RNG.normal(size=F.conv2d(x, w, **options).shape)
        back = F.conv_transpose2d(y, w, **options)
        assert back.shape == x.shape
        np.testing.assert_allclose((F.conv2d(x, w, **options).data * y).sum(), (x * back.data).sum(), rtol=1e-10)


def test_fold_is_the_transpose_of_unfold():
    options = {"kernel_size": (2, 3), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2)}
    x = RNG.normal(size=(2, 3, 5, 8))
    columns = F.unfold(x, **options)
    y = RNG.normal(size=columns.shape)
    np.testing.assert_allclose((columns.data * y).sum(), (x * F.fold(y, (5, 8), **options).data).sum(), rtol=1e-11)


@pytest.mark.parametrize(("shape", "size"), [((2, 3, 7), (3,)), ((2, 3, 4, 5, 6), (2, 3, 2))])
def test_unfold_and_fold_of_sequences_and_volumes(shape, size):
    """A convolution is a product with columns; where windows do not overlap, fold undoes unfold."""
    x, w = RNG.normal(size=shape), RNG.normal(size=(4, 3, *size))
    columns = F.unfold(x, size)
    convolve = {3: F.conv1d, 5: F.conv3d}[len(shape)]
    expected = convolve(x, w)
    product = w.reshape(4, -1) @ columns.data
    np.testing.assert_allclose(product.reshape(expected.shape), expected.data, rtol=1e-11, atol=1e-12)
    side_by_side = x[(..., *(slice(n // k * k) for n, k in zip(shape[2:], size, strict=True)))]
    columns = F.unfold(side_by_side, size, stride=size)
    np.testing.assert_array_equal(F.fold(columns, side_by_side.shape[2:], size, stride=size).data, side_by_side)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv1d(2, 4, 3, padding="same", groups=2),
        nn.Conv2d(2, 3, (2, 3), stride=(2, 1), padding=1, padding_mode="circular"),
        nn.Conv2d(2, 3, 2, padding=1, padding_mode="reflect", bias=False),
        nn.Conv3d(2, 2, 2, dilation=2, padding=1, padding_mode="replicate"),
        nn.ConvTranspose1d(2, 2, 3, stride=3, padding=1, output_padding=1),
        nn.ConvTranspose2d(2, 4, 2, groups=2, dilation=2, padding=1),
        nn.ConvTranspose3d(2, 1, 2, stride=2),
    ],
    ids=repr,
)
def test_gradients(layer):
    axes = int(type(layer).__name__[-2])
    x = RNG.normal(size=(2, 2, *(4, 3, 4)[:axes]))
    gradcheck(layer, x, parameters=dict(layer.named_parameters()))
    gradgradcheck(lambda x: layer(x) ** 2, x[:1], parameters=dict(layer.named_parameters()))


def test_gradients_of_unfold_and_fold():
    gradcheck(lambda x: F.unfold(x, 2, padding=1, stride=2), RNG.normal(size=(2, 2, 3, 4)))
    gradcheck(lambda x: F.fold(x, (3, 4), 2, padding=1, stride=2), RNG.normal(size=(2, 8, 6)))


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_what_stands_around(mode):
    layer = nn.Conv1d(1, 1, 3, padding=1, padding_mode=mode, bias=False)
    layer.load_state_dict({"weight": [[[1.0, 0.0, 0.0]]]})
    first = {"zeros": 0.0, "reflect": 2.0, "replicate": 1.0, "circular": 3.0}[mode]
    assert layer([[1.0, 2.0, 3.0]]).tolist() == [[first, 1.0, 2.0]]


def test_dtypes_and_single_inputs():
    for layer, shape in ((nn.Conv2d(3, 4, 3, padding="same"), (3, 5, 6)), (nn.ConvTranspose1d(3, 4, 3), (3, 5))):
        x = RNG.normal(size=shape).astype(np.float32)
        result = layer(ag.Tensor(x, requires_grad=True))
        assert result.dtype == np.float32
        assert {p.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
        np.testing.assert_allclose(layer(x[None]).data[0], result.data, rtol=1e-5, atol=1e-6)
        result.sum().backward()
        assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    assert nn.Conv2d(1, 1, 1, dtype=np.float64).weight.dtype == np.float64
    assert nn.Conv2d(3, 4, 3)(np.ones((0, 3, 5, 5), np.float32)).shape == (0, 4, 3, 3)


def test_initial_values_are_bounded_and_repeatable():
    ag.manual_seed(3)
    layer = nn.Conv2d(16, 32, 5)
    bound = (16 * 25) ** -0.5
    for parameter in layer.parameters():
        assert 0.9 * bound < np.abs(parameter.data).max() <= bound
    ag.manual_seed(3)
    assert np.array_equal(nn.Conv2d(16, 32, 5).weight.data, layer.weight.data)
    transposed = nn.ConvTranspose2d(32, 16, 5)
    assert transposed.weight.shape == (32, 16, 5, 5)
    assert 0.9 * bound < np.abs(transposed.weight.data).max() <= bound


def test_a_summary_knows_the_shapes():
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 49, 10)
    )
    layers = nn.summary(model, (1, 14, 14)).layers
    assert [layer.output_shape for layer in layers] == [
        "(None, 8, 14, 14)",
        "(None, 8, 14, 14)",
        "(None, 8, 7, 7)",
        "(None, 392)",
        "(None, 10)",
    ]
    assert [layer.parameters for layer in layers] == [80, 0, 0, 0, 3930]


def test_a_small_network_learns_to_tell_edges():
    ag.manual_seed(0)
    x = np.zeros((8, 1, 6, 6), np.float32)
    for place in range(4):
        x[place, 0, :, place + 1] = x[place + 4, 0, place + 1, :] = 1.0
    target = np.repeat([0, 1], 4)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 2))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(model(x), target).backward()
        optimizer.step()
    assert np.argmax(model(x).data, axis=1).tolist() == target.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nn.Sequential({"first": nn.Conv2d(3, 4, 3)})(np.ones((1, 1, 8, 8))),
            r"first: Conv2d\(3, 4, \(3, 3\)\): the input must have in_channels=3 channels, got 1 in .* \(1, 1, 8, 8\)",
        ),
        (
            lambda: nn.Conv2d(3, 4, 3)(np.ones((8, 8))),
            r"the input must be \(N, C, H, W\) or \(C, H, W\), got float64 \(8, 8\)",
        ),
        (
            lambda: nn.Conv2d(3, 4, 3)(np.ones((3, 2, 8))),
            r"conv2d: the kernel extends over \(3, 3\), .* over \(2, 8\) only",
        ),
        (lambda: nn.Conv1d(3, 4, (3, 3)), r"Conv1d: kernel_size is a whole number, got \(3, 3\)"),
        (lambda: nn.Conv2d(3, 4, 2.5), "Conv2d: kernel_size is a whole number, or 2 of them, got 2.5"),
        (lambda: nn.Conv2d(3, 4, 0), r"Conv2d: kernel_size must be at least 1, got \(0, 0\)"),
        (lambda: nn.Conv2d(3, 4, 3, stride=-1), r"Conv2d: stride must be at least 1"),
        (
            lambda: nn.Conv2d(3, 4, 3, groups=2),
            "Conv2d: in_channels=3 and out_channels=4 must be multiples of groups=2",
        ),
        (
            lambda: nn.Conv2d(3, 4, 3, padding_mode="mirror"),
            "padding_mode is one of 'zeros', 'reflect', .* got 'mirror'",
        ),
        (lambda: nn.Conv2d(3, 4, 3, stride=2, padding="same"), r"padding='same' needs stride 1, got \(2, 2\)"),
        (
            lambda: nn.ConvTranspose2d(3, 4, 3, output_padding=1)(np.ones((3, 4, 4))),
            "output_padding must be smaller than",
        ),
        (
            lambda: nn.ConvTranspose1d(2, 1, 3)(np.ones((2, 4)), [9]),
            r"output_size is from \(6,\) to \(6,\), got \(9,\)",
        ),
        (lambda: F.conv_transpose1d(np.ones((2, 3)), np.ones((3, 1, 2))), r"takes 3 channels.* got an input of 2"),
        (lambda: F.unfold(np.ones((1, 3, 4, 4)), 5), r"unfold: windows of size \(5, 5\) .* do not fit .* \(4, 4\)"),
        (
            lambda: F.fold(np.ones((1, 7, 12)), (4, 5), 2),
            r"fold: an image of size \(4, 5\) has 12 windows of 4 elements",
        ),
        (lambda: nn.Unflatten(1, (2, 3))(np.ones((1, 7))), r"axis of size 7.* cannot be split into \(2, 3\)"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_unflatten():
    x = RNG.normal(size=(2, 6, 3))
    assert nn.Unflatten(1, (3, 2))(x).shape == (2, 3, 2, 3)
    assert nn.Unflatten(-2, (-1, 3))(x).shape == (2, 2, 3, 3)
    np.testing.assert_array_equal(nn.Flatten(1, 2)(nn.Unflatten(1, (3, 2))(x)).data, x)
    with pytest.raises(IndexError, match="axis 3 is not in an input of 3 axes"):
        nn.Unflatten(3, (1, 1))(x)
    with pytest.raises(TypeError, match="unflattened_size is a tuple of whole numbers"):
        nn.Unflatten(1, 6)
    for wrong in ((-1, -1), (-1, 4), (0, -1), (-2, -3)):
        with pytest.raises(ValueError, match="cannot be split"):
            nn.Unflatten(1, wrong)(x)
