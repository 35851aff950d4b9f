"""Other sizes, grids of places, rearranged channels: by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
RNG = np.random.default_rng(0)
MODES = [
    (1, "linear"),
    (2, "bilinear"),
    (3, "trilinear"),
    (2, "bicubic"),
    (2, "nearest"),
    (2, "area"),
    (3, "nearest-exact"),
]


def test_values_by_hand():
    x = [[[0.0, 10.0, 20.0]]]
    assert F.interpolate(x, 6).tolist() == [[[0.0, 0.0, 10.0, 10.0, 20.0, 20.0]]]
    assert F.interpolate(x, 2).tolist() == [[[0.0, 10.0]]]
    assert F.interpolate(x, 2, mode="nearest-exact").tolist() == [[[0.0, 20.0]]]
    assert F.interpolate(x, 5, mode="linear", align_corners=True).tolist() == [[[0.0, 5.0, 10.0, 15.0, 20.0]]]
    assert F.interpolate(x, 6, mode="linear").tolist() == [[[0.0, 2.5, 7.5, 12.5, 17.5, 20.0]]]
    assert F.interpolate(x, 1, mode="area").tolist() == [[[10.0]]]
    assert F.interpolate(x, scale_factor=0.5, mode="linear").tolist() == [[[5.0]]]
    assert F.interpolate(x, scale_factor=0.5, mode="linear", recompute_scale_factor=True).tolist() == [[[10.0]]]
    assert F.interpolate([[[1, 2]]], 4).tolist() == [[[1, 1, 2, 2]]]


def test_cubes_by_hand():
    """Three quarters of the way from 4 to 9, by the four weights of Keys' kernel with a = -3/4."""
    image = np.broadcast_to(np.arange(10.0) ** 2, (1, 1, 4, 10))
    got = F.interpolate(image, (4, 20), mode="bicubic").data[0, 0, 1, 6]
    weights = [-0.03515625, 0.26171875, 0.87890625, -0.10546875]
    np.testing.assert_allclose(got, np.dot(weights, [1.0, 4.0, 9.0, 16.0]))


@pytest.mark.parametrize(("axes", "mode"), MODES)
def test_gradients_and_precision(axes, mode):
    x = RNG.normal(size=(1, 2, 4, 3, 2)[: axes + 2])
    for target in ({"size": (3, 5, 4)[:axes]}, {"scale_factor": 1.6}):
        gradcheck(lambda x, t=target: F.interpolate(x, mode=mode, **t), x)
        gradgradcheck(lambda x, t=target: F.interpolate(x, mode=mode, **t) ** 3, x)
    single = ag.Tensor(x.astype(np.float32), requires_grad=True)
    y = F.interpolate(single, 5, mode=mode)
    y.sum().backward()
    assert y.dtype == single.grad.dtype == np.float32
    assert F.interpolate(x[:0], 5, mode=mode).shape == (0, 2, *(5,) * axes)


def test_a_long_sequence_takes_memory_in_proportion():
    y = F.interpolate(np.ones((1, 1, 200_000), np.float32), 400_000, mode="linear")
    assert y.shape == (1, 1, 400_000)
    assert y.data.min() == y.data.max() == 1.0


def test_an_infinite_element_stays_where_it_is():
    x = np.ones((1, 1, 9))
    x[0, 0, 0] = np.inf
    assert np.isfinite(F.interpolate(x, 18, mode="linear").data[0, 0, 3:]).all()


def test_upsampling_modules():
    assert nn.Upsample(scale_factor=(2, 1))([[[[1.0, 2.0]]]]).tolist() == [[[[1.0, 2.0], [1.0, 2.0]]]]
    assert (
        repr(nn.Upsample(scale_factor=(2, 3), mode="bilinear")) == "Upsample(scale_factor=(2.0, 3.0), mode='bilinear')"
    )
    assert nn.UpsamplingBilinear2d(scale_factor=2).align_corners is True


# Grids


@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize(("axes", "mode"), [(2, "bilinear"), (2, "bicubic"), (3, "bilinear")])
def test_gradients_of_grids(axes, mode, padding_mode):
    x = RNG.normal(size=(1, 1, 3, 2, 2)[: axes + 2])
    grid = RNG.uniform(-0.6, 0.6, (1, *(1, 2, 1)[:axes], axes))
    gradcheck(lambda x, g: F.grid_sample(x, g, mode, padding_mode), x, grid)
    if padding_mode == "zeros":
        gradgradcheck(lambda x, g: F.grid_sample(x, g, mode) ** 2, x, grid)


@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_single_precision_stays(mode, padding_mode):
    x = ag.Tensor(RNG.normal(size=(1, 2, 3, 4)).astype(np.float32), requires_grad=True)
    grid = ag.Tensor(RNG.uniform(-2, 2, (1, 2, 3, 2)).astype(np.float32), requires_grad=True)
    y = F.grid_sample(x, grid, mode, padding_mode)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert F.affine_grid(np.ones((1, 2, 3), np.float32), (1, 1, 2, 2)).dtype == np.float32


def test_places_of_a_grid():
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    grid = np.array([[[[0.0, 0.0], [-1.0, -1.0], [1.0, 0.0], [9.0, 0.0]]]])
    assert F.grid_sample(x, grid, align_corners=True).tolist() == [[[[2.5, 0.0, 3.5, 0.0]]]]
    assert F.grid_sample(x, grid, padding_mode="border", align_corners=True).tolist() == [[[[2.5, 0.0, 3.5, 3.5]]]]
    assert F.grid_sample(x, grid[:, :, :1]).tolist() == [[[[2.5]]]]


def test_what_is_not_finite_outside_does_no_harm():
    x = ag.Tensor(np.full((1, 1, 2, 2), np.inf), requires_grad=True)
    grid = ag.Tensor(np.full((1, 1, 1, 2), 5.0), requires_grad=True)
    F.grid_sample(x, grid).sum().backward()
    assert not x.grad.data.any()
    assert not grid.grad.data.any()
    for padding_mode in ("zeros", "border", "reflection"):
        place = np.array([[[[np.nan, 0.0], [np.inf, 0.0], [1e30, 0.0]]]])
        assert F.grid_sample(np.ones((1, 1, 2, 2)), place, "nearest", padding_mode).shape == (1, 1, 1, 3)


def test_an_affine_grid_takes_an_image_as_it_is():
    x = RNG.normal(size=(2, 3, 4, 5))
    for align_corners in (False, True):
        grid = F.affine_grid(np.array([[[1.0, 0, 0], [0, 1.0, 0]]] * 2), x.shape, align_corners)
        np.testing.assert_allclose(F.grid_sample(x, grid, align_corners=align_corners).data, x, atol=1e-12)
    gradcheck(lambda t: F.affine_grid(t, (1, 1, 2, 3)), RNG.normal(size=(1, 2, 3)))


# Channels


def test_shuffles():
    x = RNG.normal(size=(2, 8, 3, 4))
    assert F.pixel_shuffle(x, 2).data[1, 1, 5, 2] == x[1, 4 + 2, 2, 1]
    np.testing.assert_array_equal(F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2).data, x)
    np.testing.assert_array_equal(F.channel_shuffle(F.channel_shuffle(x, 2), 4).data, x)
    for function in (F.pixel_shuffle, F.pixel_unshuffle, F.channel_shuffle):
        gradcheck(lambda x, f=function: f(x, 2), RNG.normal(size=(1, 4, 2, 2)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.interpolate(np.ones((1, 1, 4))), "give either size or scale_factor"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), 2, mode="bilinear"), "mode='bilinear' is for 4 axes"),
        (lambda: F.interpolate(np.ones((1, 4)), 2), "mode='nearest' is for 3 or 4 or 5 axes"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), 2, mode="lanczos"), "mode is one of 'nearest', "),
        (lambda: F.interpolate(np.ones((1, 1, 4)), 2, align_corners=True), "align_corners does not go with"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), (2, 2)), r"interpolate: size is a whole number, got \(2, 2\)"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), 2.5), "interpolate: size is a whole number, got 2.5"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), scale_factor=(2, 2)), r"scale_factor is a number, or 1 of them"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), scale_factor=0.1), r"an element at least, got \(0,\)"),
        (lambda: F.interpolate(np.ones((1, 1, 4)), 2, antialias=True), "antialias goes with mode='bilinear'"),
        (lambda: F.interpolate(np.ones((1, 1, 0)), 2), "nothing to make elements from"),
        (lambda: F.grid_sample(np.ones((1, 1, 2, 2)), np.ones((1, 2, 2, 3))), "grid_sample: the input must be"),
        (lambda: F.grid_sample(np.ones((1, 1, 2, 2)), np.ones((1, 2, 2, 2)), "linear"), "mode is one of 'bilinear'"),
        (
            lambda: F.grid_sample(np.ones((1, 1, 2, 2)), np.ones((1, 2, 2, 2)), padding_mode="wrap"),
            "padding_mode is 'zeros', 'border' or 'reflection', got 'wrap'",
        ),
        (lambda: F.grid_sample(np.ones((1, 1, 2, 2, 2)), np.ones((1, 2, 2, 2, 3)), "bicubic"), "is for images"),
        (lambda: F.affine_grid(np.ones((1, 2, 3)), (2, 1, 4, 4)), "affine_grid: maps"),
        (lambda: F.pixel_shuffle(np.ones((3, 2, 2)), 2), "multiple of the square of upscale_factor=2"),
        (lambda: F.pixel_unshuffle(np.ones((3, 2, 3)), 2), "multiples of downscale_factor=2"),
        (lambda: F.channel_shuffle(np.ones((1, 3, 2)), 2), "C a multiple of groups=2"),
        (lambda: nn.ChannelShuffle(0), "groups is at least 1"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_whole_numbers_have_no_means():
    with pytest.raises(TypeError, match="interpolate: mode='linear' takes floating numbers, got int64"):
        F.interpolate([[[1, 2]]], 4, mode="linear")
