"""Other sizes, grids of places, and rearranged channels beside PyTorch's: values and gradients, with all options."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional

SHAPES = {1: (2, 3, 7), 2: (2, 3, 5, 7), 3: (1, 2, 3, 5, 4)}


def assert_alike(ours, theirs, *arrays, rng, rtol=1e-9):
    a = [ag.Tensor(x, requires_grad=True) for x in arrays]
    b = [torch.tensor(x, requires_grad=True) for x in arrays]
    y, z = ours(*a), theirs(*b)
    np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=rtol, atol=1e-11)
    g = rng.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    for mine, other in zip(a, b, strict=True):
        gradient = np.zeros(mine.shape) if mine.grad is None else mine.grad.data
        np.testing.assert_allclose(gradient, other.grad.numpy(), rtol=rtol, atol=1e-9)


@pytest.mark.parametrize(
    "target",
    [
        {"size": 1},
        {"size": 4},
        {"size": 12},
        {"scale_factor": 2},
        {"scale_factor": 1.7},
        {"scale_factor": 0.6},
        {"scale_factor": 1.3, "recompute_scale_factor": True},
        "several",
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("axes", "mode", "align_corners"),
    [
        *((axes, mode, None) for axes in (1, 2, 3) for mode in ("nearest", "nearest-exact", "area")),
        *((axes, ("linear", "bilinear", "trilinear")[axes - 1], c) for axes in (1, 2, 3) for c in (None, False, True)),
        (2, "bicubic", False),
        (2, "bicubic", True),
    ],
)
def test_interpolate(axes, mode, align_corners, target, rng):
    options = {"size": (9, 3, 5)[:axes]} if target == "several" else target
    options = {"mode": mode, "align_corners": align_corners, **options}
    x = rng.normal(size=SHAPES[axes])
    assert_alike(lambda x: F.interpolate(x, **options), lambda x: G.interpolate(x, **options), x, rng=rng)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("target", [{"size": (3, 4)}, {"size": (1, 20)}, {"scale_factor": 0.4}, {"scale_factor": 1.6}])
def test_antialiasing(target, mode, align_corners, rng):
    options = {"mode": mode, "antialias": True, "align_corners": align_corners, **target}
    x = rng.normal(size=(2, 3, 11, 9))
    assert_alike(lambda x: F.interpolate(x, **options), lambda x: G.interpolate(x, **options), x, rng=rng)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear", "bicubic"])
@pytest.mark.parametrize("scale", [1.1, 1.13])
def test_values_of_a_scale_that_changes_no_size(mode, scale, rng):
    """Values only: for cubes PyTorch's backward takes axes that stay for copies, which its forward does not."""
    for axes in (1, 2, 3) if mode.startswith("nearest") else (2,) if mode == "bicubic" else (1,):
        x = rng.normal(size=SHAPES[axes])
        options = {"scale_factor": scale, "mode": mode}
        ours, theirs = F.interpolate(x, **options), G.interpolate(torch.tensor(x), **options)
        np.testing.assert_allclose(ours.data, theirs.numpy(), rtol=1e-9, atol=1e-11)


def test_nearest_elements_of_many_sizes(rng):
    """Where a position falls between two elements, float32 decides in PyTorch, and so it does here."""
    for old in (3, 7, 10, 49):
        x = rng.normal(size=(1, 1, old))
        for new in range(1, 60):
            for mode in ("nearest", "nearest-exact"):
                ours, theirs = F.interpolate(x, new, mode=mode), G.interpolate(torch.tensor(x), new, mode=mode)
                np.testing.assert_array_equal(ours.data, theirs.numpy())
        for scale in (0.35, 0.4, 0.7, 1.1, 4 / 3, 2.5, 3.3):
            ours, theirs = F.interpolate(x, scale_factor=scale), G.interpolate(torch.tensor(x), scale_factor=scale)
            np.testing.assert_array_equal(ours.data, theirs.numpy())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Upsample", {"scale_factor": 2}),
        ("Upsample", {"scale_factor": (2.0, 1.5), "mode": "bilinear"}),
        ("Upsample", {"size": (3, 4), "mode": "bicubic", "align_corners": True}),
        ("UpsamplingNearest2d", {"scale_factor": 3}),
        ("UpsamplingBilinear2d", {"size": (9, 5)}),
        ("PixelShuffle", {"upscale_factor": 2}),
        ("PixelUnshuffle", {"downscale_factor": 2}),
        ("ChannelShuffle", {"groups": 4}),
    ],
)
def test_modules(name, options, rng):
    ours, theirs = (getattr(library, name)(**options) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert_alike(ours, theirs, rng.normal(size=(2, 8, 4, 6)), rng=rng)


def test_shuffles_of_other_axes(rng):
    for shape in ((8, 4, 6), (2, 3, 8, 4, 6)):
        x = rng.normal(size=shape)
        assert_alike(lambda x: F.pixel_shuffle(x, 2), lambda x: G.pixel_shuffle(x, 2), x, rng=rng)
        assert_alike(lambda x: F.pixel_unshuffle(x, 2), lambda x: G.pixel_unshuffle(x, 2), x, rng=rng)
    for shape in ((2, 6, 3), (2, 6, 3, 2, 2)):
        x = rng.normal(size=shape)
        assert_alike(lambda x: F.channel_shuffle(x, 3), lambda x: G.channel_shuffle(x, 3), x, rng=rng)


# Grids


def grid_for(rng, axes, wide):
    """Places inside and outside, some of them exactly at the ends."""
    grid = rng.uniform(-wide, wide, (2, *(3, 4, 5)[:axes], axes))
    grid[0, 0] = rng.choice([-1.0, 1.0, 0.0], grid[0, 0].shape)
    return grid


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize(
    ("axes", "mode"), [(2, "bilinear"), (2, "nearest"), (2, "bicubic"), (3, "bilinear"), (3, "nearest")]
)
def test_grid_sample(axes, mode, padding_mode, align_corners, rng):
    options = {"mode": mode, "padding_mode": padding_mode, "align_corners": align_corners}
    for shape in ((2, 3, 4, 5, 6)[: axes + 2], (2, 1, 1, 1, 1)[: axes + 2]):
        for wide in (0.95, 4.0):
            grid = rng.uniform(-wide, wide, (2, *(3, 4, 5)[:axes], axes))
            assert_alike(
                lambda x, g: F.grid_sample(x, g, **options),
                lambda x, g: G.grid_sample(x, g, **options),
                rng.normal(size=shape),
                grid,
                rng=rng,
            )
        x, grid = rng.normal(size=shape), grid_for(rng, axes, 1.0)
        if mode != "nearest":  # where a place is as near to one as to the other
            ours, theirs = (
                F.grid_sample(x, grid, **options),
                G.grid_sample(torch.tensor(x), torch.tensor(grid), **options),
            )
            np.testing.assert_allclose(ours.data, theirs.numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("align_corners", [False, True, None])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (2, 1, 3, 4, 2), (2, 3, 1, 4)])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_affine_grid(size, align_corners, rng):
    theta = rng.normal(size=(2, len(size) - 2, len(size) - 1))
    options = {"size": size, "align_corners": align_corners}
    assert_alike(lambda t: F.affine_grid(t, **options), lambda t: G.affine_grid(t, **options), theta, rng=rng)


@pytest.mark.parametrize(
    ("name", "shape", "options"),
    [
        ("interpolate", (2, 3, 4), {}),
        ("interpolate", (2, 3, 4), {"size": 3, "scale_factor": 2}),
        ("interpolate", (2, 3, 4), {"size": 3, "mode": "bilinear"}),
        ("interpolate", (2, 3, 4), {"size": 3, "align_corners": True}),
        ("interpolate", (2, 3, 4), {"size": (3, 3)}),
        ("interpolate", (2, 3, 4), {"size": 0}),
        ("interpolate", (2, 3, 4), {"scale_factor": 0.1}),
        ("interpolate", (2, 3, 4), {"size": 2, "recompute_scale_factor": True}),
        ("interpolate", (2, 3, 4), {"size": 2, "mode": "linear", "antialias": True}),
        ("interpolate", (3, 4), {"size": 2}),
        ("interpolate", (2, 3, 4), {"size": 2, "mode": "other"}),
        ("pixel_shuffle", (2, 3, 4, 4), {"upscale_factor": 2}),
        ("pixel_unshuffle", (2, 3, 5, 4), {"downscale_factor": 2}),
        ("channel_shuffle", (2, 3, 5, 4), {"groups": 2}),
    ],
    ids=str,
)
def test_what_they_refuse_is_refused(name, shape, options):
    with pytest.raises((RuntimeError, ValueError, NotImplementedError)):
        getattr(G, name)(
            torch.ones(shape),
            *([] if name == "interpolate" else options.values()),
            **(options if name == "interpolate" else {}),
        )
    with pytest.raises(ValueError, match=name):
        getattr(F, name)(np.ones(shape), **options)
