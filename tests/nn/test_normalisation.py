"""Normalisation: the layers by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
RNG = np.random.default_rng(0)

LAYERS = [
    (nn.BatchNorm1d(3, dtype=np.float64), (4, 3)),
    (nn.BatchNorm1d(3, affine=False), (4, 3, 2)),
    (nn.BatchNorm2d(3, bias=False, dtype=np.float64), (2, 3, 2, 2)),
    (nn.BatchNorm3d(2, track_running_stats=False, dtype=np.float64), (2, 2, 2, 1, 2)),
    (nn.InstanceNorm1d(3, affine=True, dtype=np.float64), (2, 3, 4)),
    (nn.InstanceNorm2d(3), (2, 3, 2, 2)),
    (nn.InstanceNorm3d(2, track_running_stats=True), (2, 2, 2, 1, 2)),
    (nn.LayerNorm(4, dtype=np.float64), (3, 4)),
    (nn.LayerNorm((2, 3), elementwise_affine=False), (2, 2, 3)),
    (nn.RMSNorm(4, dtype=np.float64), (3, 4)),
    (nn.GroupNorm(2, 4, dtype=np.float64), (2, 4, 3)),
    (nn.LocalResponseNorm(3, alpha=0.5), (2, 4, 3)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=repr)
@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_two_orders(layer, shape, training):
    layer.train(training)
    x = RNG.normal(size=shape)
    gradcheck(layer, x)
    gradgradcheck(lambda x: layer(x) ** 3, x)
    if list(layer.parameters()):
        gradcheck(lambda: layer(x) ** 2, parameters=dict(layer.named_parameters()))


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=repr)
def test_single_precision_stays(layer, shape):
    make = type(layer)
    single = (
        make(shape[-1] if make in (nn.LayerNorm, nn.RMSNorm) else shape[1]) if make is not nn.GroupNorm else make(2, 4)
    )
    for training in (True, False):
        single.train(training)
        x = ag.Tensor(RNG.normal(size=shape).astype(np.float32), requires_grad=True)
        y = single(x)
        y.sum().backward()
        assert y.dtype == x.grad.dtype == np.float32
        assert all(buffer.dtype in (np.float32, np.int64) for buffer in single.buffers())


def test_batch_norm_by_hand():
    layer = nn.BatchNorm1d(2, eps=0.0, dtype=np.float64)
    layer.load_state_dict({**layer.state_dict(), "weight": [1.0, 10.0], "bias": [0.0, 5.0]})
    assert layer([[1.0, 0.0], [3.0, 4.0]]).tolist() == [[-1.0, -5.0], [1.0, 15.0]]
    np.testing.assert_allclose(layer.running_mean.data, [0.2, 0.2])
    np.testing.assert_allclose(layer.running_var.data, [0.9 + 0.1 * 2.0, 0.9 + 0.1 * 8.0])
    assert layer.num_batches_tracked.item() == 1
    layer.eval()
    np.testing.assert_allclose(layer([[0.2, 0.2]]).data, [[0.0, 5.0]])
    assert layer.num_batches_tracked.item() == 1


def test_momentum_none_gives_the_mean_over_all_batches():
    layer = nn.BatchNorm1d(1, momentum=None, dtype=np.float64)
    for batch in ([[0.0], [2.0]], [[4.0], [8.0]], [[3.0], [7.0]]):
        layer(batch)
    np.testing.assert_allclose(layer.running_mean.data, [(1.0 + 6.0 + 5.0) / 3])
    assert layer.num_batches_tracked.item() == 3


def test_running_statistics_are_no_part_of_the_graph():
    layer = nn.BatchNorm1d(2)
    layer(ag.Tensor(RNG.normal(size=(4, 2)), requires_grad=True))
    assert not layer.running_mean.requires_grad
    assert layer.running_mean.is_leaf


def test_equal_values_have_no_deviation():
    x = ag.Tensor(np.full((3, 4), 5.0), requires_grad=True)
    for function in (lambda x: F.layer_norm(x, (4,)), lambda x: F.batch_norm(x, None, None, training=True)):
        y = function(x)
        y.sum().backward()
        assert y.tolist() == np.zeros((3, 4)).tolist()
        assert np.isfinite(x.grad.data).all()


def test_large_and_small_numbers():
    x = np.array([[1e15, 3e15], [1e-12, -1e-12]], np.float32)
    np.testing.assert_allclose(F.layer_norm(x, (2,)).data, [[-1.0, 1.0], [0.0, 0.0]], atol=1e-6)
    np.testing.assert_allclose(F.rms_norm(x, (2,)).data[0], [0.4472136, 1.3416408], rtol=1e-6)


def test_sums_of_half_precision_do_not_overflow():
    x = RNG.uniform(0, 900, (3, 500)).astype(np.float16)
    for layer in (nn.LayerNorm(500), nn.BatchNorm1d(500), nn.RMSNorm(500), nn.GroupNorm(5, 500)):
        t = ag.Tensor(x, requires_grad=True)
        y = layer(t)
        y.sum().backward()
        assert y.dtype == t.grad.dtype == np.float16
        np.testing.assert_allclose(y.data, type(layer).forward(layer, x.astype(np.float32)).data, rtol=2e-3, atol=2e-3)


def test_empty_batches():
    assert nn.LayerNorm(3)(np.ones((0, 3))).shape == (0, 3)
    assert nn.BatchNorm2d(3)(np.ones((0, 3, 2, 2))).shape == (0, 3, 2, 2)
    assert nn.LocalResponseNorm(2)(np.ones((0, 3, 2))).shape == (0, 3, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.BatchNorm2d(3)(np.ones((2, 3))), r"BatchNorm2d\(3\): the input must have 4 axes, got float64"),
        (lambda: nn.BatchNorm1d(3)(np.ones((2, 4))), r"must have num_features=3 channels, got float64 \(2, 4\)"),
        (lambda: nn.BatchNorm1d(3)(np.ones((1, 3))), "training needs more than one value for each channel"),
        (lambda: nn.BatchNorm1d(-1), "num_features cannot be negative"),
        (lambda: F.batch_norm(np.ones((2, 3)), None, None), "running_mean and running_var are needed"),
        (lambda: F.batch_norm(np.ones((2, 3)), None, None, [1.0], training=True), "weight has a number for each of 3"),
        (lambda: nn.InstanceNorm1d(3)(np.ones((2, 3, 1))), "a single place has no variance"),
        (lambda: nn.LayerNorm((2, 3))(np.ones((4, 3))), r"layer_norm: the input must be \(\*, 2, 3\), got float64"),
        (lambda: F.layer_norm(np.ones((4, 3)), (3,), np.ones(2)), r"weight must have the shape \(3,\)"),
        (lambda: nn.GroupNorm(2, 3), "num_channels=3 must be a multiple of num_groups=2"),
        (lambda: F.group_norm(np.ones((2, 3, 4)), 2), "3 channels do not make num_groups=2"),
        (lambda: F.local_response_norm(np.ones((2, 3, 4)), 0), "size is at least 1"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("x", [np.ones((4, 3), np.int64), np.ones((4, 3), np.complex128)], ids=lambda x: str(x.dtype))
def test_what_has_no_variance_in_its_dtype(x):
    for layer in (nn.BatchNorm1d(3), nn.LayerNorm(3), nn.RMSNorm(3), nn.GroupNorm(1, 3)):
        with pytest.raises(TypeError, match=f"takes real floating numbers, got {x.dtype}"):
            layer(x)


def test_running_statistics_that_cannot_be_changed():
    with pytest.raises(TypeError, match="running_mean is changed in training and must be a Tensor, got ndarray"):
        F.batch_norm(np.ones((2, 3)), np.zeros(3), np.ones(3), training=True)
