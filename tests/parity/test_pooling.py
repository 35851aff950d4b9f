"""Pooling beside PyTorch's: values, places and gradients, with all options."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional

SHAPES = {1: (2, 3, 11), 2: (2, 3, 9, 11), 3: (1, 2, 7, 8, 6)}


def distinct(rng, shape):
    """Numbers without ties, which PyTorch treats differently."""
    return rng.permutation(np.arange(np.prod(shape))).reshape(shape) / 7.0 - 3.0


def assert_alike(ours, theirs, x, rng, rtol=1e-11):
    """Compare results and gradients of two functions of one array."""
    a, b = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, z = ours(a), theirs(b)
    if isinstance(y, tuple):
        np.testing.assert_array_equal(y[1].data, z[1].numpy())
        assert y[1].dtype == np.int64
        y, z = y[0], z[0]
    np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=rtol, atol=1e-13)
    g = rng.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 2, "stride": 3},
        {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": 2},
        {"kernel_size": 2, "stride": 2, "padding": 1, "dilation": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_max_pooling(axes, options, ceil_mode, rng):
    options = {**options, "ceil_mode": ceil_mode, "return_indices": True}
    ours, theirs = (getattr(library, f"max_pool{axes}d") for library in (F, G))
    assert_alike(lambda x: ours(x, **options), lambda x: theirs(x, **options), distinct(rng, SHAPES[axes]), rng)
    single = distinct(rng, SHAPES[axes][1:])
    assert_alike(lambda x: ours(x, **options), lambda x: theirs(x, **options), single, rng)


def test_windows_of_another_size_for_each_axis(rng):
    options = {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2)}
    x = distinct(rng, (2, 3, 8, 9))
    assert_alike(lambda x: F.max_pool2d(x, **options), lambda x: G.max_pool2d(x, **options), x, rng)
    del options["dilation"]
    assert_alike(lambda x: F.avg_pool2d(x, **options), lambda x: G.avg_pool2d(x, **options), x, rng)


def test_places_of_ties_and_nan():
    """Of equal elements the first, of several NaN the last."""
    x = np.array([[[1.0, 2.0, 2.0, 1.0], [2.0, 1.0, np.nan, np.nan], [0.0, 0.0, -np.inf, -np.inf]]])
    for options in ({"kernel_size": 2}, {"kernel_size": 2, "stride": 1}, {"kernel_size": (1, 2), "padding": (0, 1)}):
        ours, places = F.max_pool2d(x, **options, return_indices=True)
        theirs, expected = G.max_pool2d(torch.tensor(x), **options, return_indices=True)
        np.testing.assert_array_equal(ours.data, theirs.numpy())
        np.testing.assert_array_equal(places.data, expected.numpy())


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("count_include_pad", [False, True])
@pytest.mark.parametrize("divisor", [None, 3])
@pytest.mark.parametrize(
    "options",
    [{"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1}, {"kernel_size": 4, "stride": 3, "padding": 2}],
    ids=str,
)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_average_pooling(axes, options, count_include_pad, ceil_mode, divisor, rng):
    options = {**options, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    if axes > 1:
        options["divisor_override"] = divisor
    ours, theirs = (getattr(library, f"avg_pool{axes}d") for library in (F, G))
    for shape in (SHAPES[axes], SHAPES[axes][1:]):
        assert_alike(lambda x: ours(x, **options), lambda x: theirs(x, **options), rng.normal(size=shape), rng)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("norm_type", [1, 2, 3, 1.5, 0.5, np.inf, -np.inf])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_norms_of_windows(axes, norm_type, ceil_mode, rng):
    ours, theirs = (getattr(library, f"lp_pool{axes}d") for library in (F, G))
    for size, stride in ((2, None), (3, 2)):
        arguments = (norm_type, size, stride, ceil_mode)
        x = rng.uniform(0.5, 2.0, SHAPES[axes])
        assert_alike(lambda x, a=arguments: ours(x, *a), lambda x, a=arguments: theirs(x, *a), x, rng)


def test_norms_of_numbers_of_both_signs(rng):
    x = rng.normal(size=(2, 3, 8))
    x[0, 0] = 0.0
    for norm_type in (2, 4):
        assert_alike(lambda x, p=norm_type: F.lp_pool1d(x, p, 2), lambda x, p=norm_type: G.lp_pool1d(x, p, 2), x, rng)


@pytest.mark.parametrize("name", ["avg", "max"])
@pytest.mark.parametrize(
    ("axes", "size"),
    [
        (1, 1),
        (1, 4),
        (1, 11),
        (1, 15),
        (2, 1),
        (2, 3),
        (2, (None, 4)),
        (2, (5, 7)),
        (2, (12, 5)),
        (3, (2, 4, 3)),
        (3, (None, 1, 5)),
        (3, 7),
    ],
)
def test_adaptive_pooling(name, axes, size, rng):
    function = f"adaptive_{name}_pool{axes}d"
    ours, theirs = getattr(F, function), getattr(G, function)
    options = {"return_indices": True} if name == "max" else {}
    for shape in (SHAPES[axes], SHAPES[axes][1:]):
        x = distinct(rng, shape)
        assert_alike(lambda x: ours(x, size, **options), lambda x: theirs(x, size, **options), x, rng)


@pytest.mark.parametrize(
    ("axes", "options", "output_size"),
    [
        (1, {"kernel_size": 2}, None),
        (1, {"kernel_size": 2}, (11,)),
        (2, {"kernel_size": 2}, None),
        (2, {"kernel_size": 3, "stride": 3}, (2, 3, 9, 11)),
        (2, {"kernel_size": (2, 3), "stride": (2, 3)}, (9, 11)),
        (3, {"kernel_size": 2}, (7, 8, 6)),
    ],
)
def test_unpooling(axes, options, output_size, rng):
    pooled, indices = getattr(F, f"max_pool{axes}d")(distinct(rng, SHAPES[axes]), **options, return_indices=True)
    if output_size is None:  # where the places of what was left out at the end would be beyond the end
        indices = np.broadcast_to(np.arange(np.prod(pooled.shape[2:])).reshape(pooled.shape[2:]), pooled.shape).copy()
    else:
        indices = indices.data.copy()
    ours, theirs = (getattr(library, f"max_unpool{axes}d") for library in (F, G))
    assert_alike(
        lambda y: ours(y, indices, **options, output_size=output_size),
        lambda y: theirs(y, torch.tensor(indices), **options, output_size=output_size),
        pooled.data,
        rng,
    )


MODULES = {
    "MaxPool1d": [{"kernel_size": 3, "stride": 2}, {"kernel_size": 2}],
    "MaxPool2d": [{"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, {"kernel_size": (2, 3)}],
    "MaxPool3d": [{"kernel_size": 2, "dilation": 2, "stride": 1}],
    "AvgPool1d": [{"kernel_size": 2}, {"kernel_size": 4, "stride": 3, "padding": 2, "count_include_pad": False}],
    "AvgPool2d": [{"kernel_size": 2}, {"kernel_size": (3, 2), "ceil_mode": True, "divisor_override": 5}],
    "AvgPool3d": [{"kernel_size": 3, "padding": 1}],
    "LPPool1d": [{"norm_type": 2, "kernel_size": 3}, {"norm_type": 1, "kernel_size": 2, "stride": 1}],
    "LPPool2d": [{"norm_type": 2, "kernel_size": 3, "ceil_mode": True}],
    "LPPool3d": [{"norm_type": 2, "kernel_size": 2}],
    "AdaptiveAvgPool1d": [{"output_size": 4}],
    "AdaptiveAvgPool2d": [{"output_size": 1}, {"output_size": (3, None)}],
    "AdaptiveAvgPool3d": [{"output_size": (1, 2, 3)}],
    "AdaptiveMaxPool1d": [{"output_size": 5}],
    "AdaptiveMaxPool2d": [{"output_size": (2, 3), "return_indices": True}],
    "AdaptiveMaxPool3d": [{"output_size": 2}],
}


@pytest.mark.parametrize(
    ("name", "options"), [(name, options) for name, listed in MODULES.items() for options in listed], ids=str
)
def test_modules(name, options, rng):
    ours, theirs = (getattr(library, name)(**options) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert ours.state_dict() == theirs.state_dict() == {}
    shape = SHAPES[int(name[-2])]
    x = rng.uniform(0.5, 2.0, shape) if name.startswith("LP") else distinct(rng, shape)
    assert_alike(ours, theirs, x, rng)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_unpooling_modules(axes, rng):
    x = distinct(rng, (2, 3, 4, 6, 8)[: axes + 2])
    pools = [getattr(library, f"MaxPool{axes}d")(2, return_indices=True) for library in (nn, torch.nn)]
    unpools = [getattr(library, f"MaxUnpool{axes}d")(2) for library in (nn, torch.nn)]
    assert repr(unpools[0]) == repr(unpools[1])
    assert_alike(lambda x: unpools[0](*pools[0](x)), lambda x: unpools[1](*pools[1](x)), x, rng)
    assert_alike(
        lambda x: unpools[0](*pools[0](x), output_size=x.shape),
        lambda x: unpools[1](*pools[1](x), output_size=x.shape),
        x,
        rng,
    )


@pytest.mark.parametrize(
    ("function", "shape", "options"),
    [
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": 5}),
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "stride": 0}),
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "padding": 2}),
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "padding": -1}),
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "dilation": 0}),
        ("max_pool2d", (2, 3, 4, 4), {"kernel_size": (2, 2, 2)}),
        ("max_pool2d", (3, 4), {"kernel_size": 2}),
        ("max_pool1d", (2, 3, 4, 4), {"kernel_size": 2}),
        ("max_pool3d", (2, 3, 0, 4, 4), {"kernel_size": 2, "padding": 1}),
        ("avg_pool1d", (2, 3, 4), {"kernel_size": 5}),
        ("avg_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "padding": 2}),
        ("avg_pool2d", (2, 3, 4, 4), {"kernel_size": 2, "divisor_override": 0}),
        ("avg_pool3d", (2, 3, 4, 4), {"kernel_size": 5}),
        ("adaptive_avg_pool2d", (2, 3, 4, 4), {"output_size": (1, 2, 3)}),
        ("adaptive_max_pool2d", (2, 4), {"output_size": 1}),
        ("lp_pool2d", (2, 3, 4, 4), {"norm_type": 2, "kernel_size": 5}),
    ],
    ids=str,
)
def test_what_they_refuse_is_refused(function, shape, options):
    with pytest.raises(RuntimeError):
        getattr(G, function)(torch.ones(shape), **options)
    with pytest.raises(ValueError, match=function):
        getattr(F, function)(np.ones(shape), **options)
