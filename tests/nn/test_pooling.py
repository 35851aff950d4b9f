"""Pooling: the layers by themselves; ``tests/parity`` compares with PyTorch, ``tests/engine`` with definitions."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
RNG = np.random.default_rng(0)
IMAGE = np.array([[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]])

LAYERS = [
    nn.MaxPool1d(2),
    nn.MaxPool2d(3, stride=2, padding=1),
    nn.MaxPool3d(2, ceil_mode=True),
    nn.AvgPool1d(2, stride=1, padding=1),
    nn.AvgPool2d((2, 3), count_include_pad=False, padding=1),
    nn.AvgPool3d(2, divisor_override=3),
    nn.AdaptiveAvgPool1d(3),
    nn.AdaptiveAvgPool2d((None, 2)),
    nn.AdaptiveAvgPool3d(1),
    nn.AdaptiveMaxPool1d(3),
    nn.AdaptiveMaxPool2d((2, 3)),
    nn.AdaptiveMaxPool3d((1, 2, 3)),
    nn.LPPool1d(2, 2),
    nn.LPPool2d(3, 2, stride=1),
    nn.LPPool3d(2, 2),
]


def example(layer):
    """Positive numbers without ties, of the axes that a layer is for."""
    shape = (2, 2, 5, 4, 4)[: int(type(layer).__name__[-2]) + 2]
    return 0.5 + RNG.permutation(np.arange(np.prod(shape))).reshape(shape) / np.prod(shape)


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_gradients_batches_and_precision(layer):
    x = example(layer)
    gradcheck(layer, x)
    gradgradcheck(lambda x: layer(x) ** 3, x[:1])
    np.testing.assert_array_equal(layer(x[0]).data, layer(x).data[0])
    single = ag.Tensor(x.astype(np.float32), requires_grad=True)
    layer(single).sum().backward()
    assert layer(single).dtype == single.grad.dtype == np.float32
    assert layer(x[:0]).shape == (0, *layer(x).shape[1:])


def test_values():
    assert nn.MaxPool2d(2)(IMAGE).tolist() == [[[5.0, 9.0]]]
    assert nn.AvgPool2d(2)(IMAGE).tolist() == [[[3.25, 4.5]]]
    assert nn.AdaptiveMaxPool2d(1)(IMAGE).tolist() == [[[9.0]]]
    assert nn.AdaptiveAvgPool2d((1, None))(IMAGE).tolist() == [[[2.0, 4.5, 5.5, 3.5]]]
    assert nn.LPPool2d(1, 2)(IMAGE).tolist() == [[[13.0, 18.0]]]
    assert nn.LPPool2d(np.inf, 2)(-IMAGE).tolist() == [[[5.0, 9.0]]]
    assert nn.LPPool2d(-np.inf, 2)(-IMAGE).tolist() == [[[1.0, 0.0]]]


def test_places_and_putting_back():
    values, places = nn.MaxPool2d(2, return_indices=True)(IMAGE)
    assert places.tolist() == [[[1, 6]]]
    assert nn.MaxUnpool2d(2)(values, places).tolist() == [[[0.0, 5.0, 0.0, 0.0], [0.0, 0.0, 9.0, 0.0]]]
    values, places = F.adaptive_max_pool2d(IMAGE, 1, return_indices=True)
    assert places.tolist() == [[[6]]]
    values, places = F.max_pool1d([[1.0, 2.0, 3.0]], 2, return_indices=True)
    assert F.max_unpool1d(values, places, 2, output_size=(3,)).tolist() == [[0.0, 2.0, 0.0]]
    gradcheck(lambda x: nn.MaxUnpool2d(2)(x, [[[1, 6]]]), np.array([[[5.0, 9.0]]]))


def test_equal_maxima_share_evenly():
    x = ag.Tensor(np.zeros((1, 2, 2)), requires_grad=True)
    nn.MaxPool2d(2)(x).sum().backward()
    assert x.grad.tolist() == [[[0.25, 0.25], [0.25, 0.25]]]


def test_the_norm_of_zeros_has_a_finite_derivative():
    for power, expected in ((1, 1.0), (2, 0.0), (3.5, 0.0)):
        x = ag.Tensor(np.zeros((1, 4)), requires_grad=True)
        result = F.lp_pool1d(x, power, 2)
        result.sum().backward()
        assert result.tolist() == [[0.0, 0.0]]
        assert x.grad.tolist() == [[expected] * 4]


def test_sizes_that_are_no_sizes_for_windows_are_still_sizes_for_means():
    assert nn.AdaptiveAvgPool2d(7)(np.ones((1, 2, 3))).shape == (1, 7, 7)


def test_an_empty_stride_is_the_size_of_a_window():
    for stride in ((), []):
        assert F.avg_pool2d(IMAGE, 2, stride).tolist() == F.avg_pool2d(IMAGE, 2).tolist()
        assert F.max_unpool1d([[3.0, 2.0]], [[1, 2]], 2, stride).shape == (1, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nn.MaxPool2d(2)(np.ones((4, 4))),
            r"max_pool2d: the input must be \(N, C, H, W\) or \(C, H, W\), got float64",
        ),
        (lambda: nn.MaxPool1d(2)(np.ones(4)), r"max_pool1d: the input must be \(N, C, L\) or \(C, L\)"),
        (lambda: nn.MaxPool2d(5)(np.ones((1, 4, 4))), r"max_pool2d: windows of size \(5, 5\).* do not fit .* \(4, 4\)"),
        (
            lambda: nn.MaxPool2d((2, 2, 2))(np.ones((1, 4, 4))),
            r"max_pool2d: kernel_size is a whole number, or 2 of them",
        ),
        (lambda: nn.MaxPool2d(2, stride=0)(np.ones((1, 4, 4))), "max_pool2d: size, stride and dilation are at least 1"),
        (lambda: nn.MaxPool2d(2, padding=2)(np.ones((1, 4, 4))), "max_pool2d: padding is from 0 to half"),
        (lambda: nn.AvgPool1d((2, 2)), r"AvgPool1d: kernel_size is a whole number, got \(2, 2\)"),
        (lambda: nn.AvgPool2d(2, divisor_override=0)(np.ones((1, 4, 4))), "avg_pool2d: divisor_override cannot be 0"),
        (
            lambda: nn.AdaptiveAvgPool2d((1, 2, 3))(np.ones((1, 4, 4))),
            "adaptive_avg_pool2d: output_size is a whole number",
        ),
        (
            lambda: nn.AdaptiveMaxPool1d(0)(np.ones((1, 4))),
            r"adaptive_max_pool1d: output_size must be at least 1, got \(0,\)",
        ),
        (
            lambda: nn.MaxPool1d(1)(np.ones((0, 4))),
            r"max_pool1d: there must be a channel at least, got float64 \(0, 4\)",
        ),
        (lambda: nn.AvgPool2d(1)(np.ones((2, 0, 4, 4))), "avg_pool2d: there must be a channel at least"),
        (lambda: nn.AdaptiveMaxPool1d(1)(np.ones((0, 4))), "adaptive_max_pool1d: there must be a channel at least"),
        (lambda: nn.LPPool1d(0, 2)(np.ones((1, 4))), "lp_pool1d: norm_type is a number other than 0, got 0"),
        (lambda: nn.MaxUnpool1d(2)(np.ones((1, 2)), [[0, 1, 2]]), r"x and places have one shape"),
        (
            lambda: F.max_unpool1d(np.ones((1, 2)), [[0, 1]], 2, output_size=(9,)),
            r"output_size must differ .* from \(4,\)",
        ),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_complex_numbers_have_no_largest():
    with pytest.raises(TypeError, match="there is an order of real numbers only"):
        F.max_pool1d([[1j, 2.0]], 2)
