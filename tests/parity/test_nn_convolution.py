"""Convolutions as functions and modules, and unfold and fold, beside PyTorch's."""

import itertools
import warnings

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional

SPATIAL = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}
KERNEL = {1: (3,), 2: (3, 2), 3: (2, 3, 2)}


def assert_alike(ours, theirs, arrays, rng):
    """Compare results and gradients of two functions of some arrays."""
    a = [ag.Tensor(array, requires_grad=True) for array in arrays]
    b = [torch.tensor(array, requires_grad=True) for array in arrays]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel", UserWarning)
        y, z = ours(*a), theirs(*b)
    np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=1e-10, atol=1e-12)
    g = rng.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one.grad.data, other.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1},
        {"padding": 2, "dilation": 2},
        {"stride": 3, "dilation": 2, "padding": 3},
        {"padding": "same"},
        {"padding": "same", "dilation": 3},
        {"padding": "valid", "stride": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_functions(axes, options, groups, rng):
    options = {**options, "groups": groups}
    x = rng.normal(size=(2, 4, *SPATIAL[axes]))
    w, b = rng.normal(size=(6, 4 // groups, *KERNEL[axes])), rng.normal(size=6)
    ours, theirs = (getattr(library, f"conv{axes}d") for library in (F, G))
    assert_alike(lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), [x, w, b], rng)
    assert_alike(lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), [x[0], w], rng)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"stride": 3, "output_padding": 2},
        {"dilation": 2, "padding": 1},
        {"dilation": 3, "output_padding": 2, "padding": 1},
        {"stride": 2, "dilation": 3, "output_padding": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_transposed_functions(axes, options, groups, rng):
    options = {**options, "groups": groups}
    x = rng.normal(size=(2, 4, *SPATIAL[axes]))
    w, b = rng.normal(size=(4, 6 // groups, *KERNEL[axes])), rng.normal(size=6)
    ours, theirs = (getattr(library, f"conv_transpose{axes}d") for library in (F, G))
    assert_alike(lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), [x, w, b], rng)
    assert_alike(lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), [x[0], w], rng)


def test_options_for_each_axis(rng):
    x, w = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(4, 3, 3, 2))
    options = {"stride": (2, 1), "padding": (0, 2), "dilation": (1, 3)}
    assert_alike(lambda x, w: F.conv2d(x, w, **options), lambda x, w: G.conv2d(x, w, **options), [x, w], rng)
    options |= {"output_padding": (1, 0)}
    w = rng.normal(size=(3, 4, 3, 2))
    ours, theirs = F.conv_transpose2d, G.conv_transpose2d
    assert_alike(lambda x, w: ours(x, w, **options), lambda x, w: theirs(x, w, **options), [x, w], rng)


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": (3, 2), "padding": (1, 0), "stride": (2, 1)},
        {"kernel_size": 2, "dilation": (2, 3), "padding": 1, "stride": 2},
    ],
    ids=str,
)
def test_unfold_and_fold(options, rng):
    x = rng.normal(size=(2, 3, 7, 8))
    for each in (x, x[0]):
        assert_alike(lambda x: F.unfold(x, **options), lambda x: G.unfold(x, **options), [each], rng)
    columns = rng.normal(size=F.unfold(x, **options).shape)
    ours, theirs = (lambda y, f=library.fold: f(y, (7, 8), **options) for library in (F, G))
    for each in (columns, columns[0]):
        assert_alike(ours, theirs, [each], rng)
    for name, arguments in (("Unfold", {}), ("Fold", {"output_size": (7, 8)})):
        modules = [getattr(library, name)(**arguments, **options) for library in (nn, torch.nn)]
        assert repr(modules[0]) == repr(modules[1])
        assert_alike(*modules, [x if name == "Unfold" else columns], rng)


def test_unflatten(rng):
    modules = [library.Unflatten(1, (2, 5)) for library in (nn, torch.nn)]
    assert repr(modules[0]) == repr(modules[1])
    assert_alike(*modules, [rng.normal(size=(3, 10, 2))], rng)
    assert_alike(*(library.Unflatten(-1, (-1, 3)) for library in (nn, torch.nn)), [rng.normal(size=(2, 6))], rng)


# ----------------------------------------------------------------------------------------------------------- modules

MODULES = [
    ("Conv", {}),
    ("Conv", {"stride": 2, "padding": 1, "bias": False}),
    ("Conv", {"padding": "same", "dilation": 2, "groups": 2}),
    ("Conv", {"padding": "valid"}),
    *(("Conv", {"padding": 2, "padding_mode": mode, "stride": 2}) for mode in ("reflect", "replicate", "circular")),
    *(("Conv", {"padding": "same", "padding_mode": mode}) for mode in ("reflect", "replicate", "circular", "zeros")),
    ("ConvTranspose", {}),
    ("ConvTranspose", {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}),
    ("ConvTranspose", {"dilation": 2, "bias": False}),
]


def pair(name, *arguments, **options):
    """One of our modules and one of theirs, with the same weights in double precision."""
    theirs = getattr(torch.nn, name)(*arguments, **options).double()
    ours = getattr(nn, name)(*arguments, **options, dtype=np.float64)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


@pytest.mark.parametrize(("name", "options"), MODULES, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_modules(axes, name, options, rng):
    kernel = {1: 4, 2: (3, 4), 3: (2, 3, 2)}[axes]
    ours, theirs = pair(f"{name}{axes}d", 4, 6, kernel, **options)
    assert repr(ours) == repr(theirs)
    shapes = [[(key, tuple(value.shape)) for key, value in each.state_dict().items()] for each in (ours, theirs)]
    assert shapes[0] == shapes[1]
    x = rng.normal(size=(2, 4, *SPATIAL[axes]))
    for each in (x, x[1]):
        assert_alike(ours, theirs, [each], rng)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_size_that_a_transpose_shall_give(axes, rng):
    ours, theirs = pair(f"ConvTranspose{axes}d", 2, 3, 3, stride=3, padding=1)
    x = rng.normal(size=(2, 2, *(4, 3, 3)[:axes]))
    least = theirs(torch.tensor(x)).shape[2:]
    for more in itertools.product((0, 2), repeat=axes):
        size = [n + extra for n, extra in zip(least, more, strict=True)]
        for wanted in (size, (2, 3, *size)):
            np.testing.assert_allclose(
                ours(x, wanted).data, theirs(torch.tensor(x), wanted).detach().numpy(), rtol=1e-10, atol=1e-12
            )
    for wrong in ([n + 3 for n in least], [n - 1 for n in least], [*least, 1, 1, 1]):
        with pytest.raises(ValueError, match=r"output.size"):
            theirs(torch.tensor(x), wrong)
        with pytest.raises(ValueError, match="output_size is from"):
            ours(x, wrong)


@pytest.mark.parametrize(("name", "fan"), [("Conv2d", 16 // 2 * 9), ("ConvTranspose2d", 32 // 2 * 9)])
def test_initial_values_have_the_same_bounds_and_spread(name, fan):
    torch.manual_seed(0)
    ag.manual_seed(0)
    modules = [[getattr(library, name)(16, 32, 3, groups=2) for _ in range(10)] for library in (nn, torch.nn)]
    for key in ("weight", "bias"):
        ours = np.concatenate([getattr(module, key).data.ravel() for module in modules[0]])
        theirs = np.concatenate([getattr(module, key).detach().numpy().ravel() for module in modules[1]])
        assert ours.dtype == np.float32
        for values in (ours, theirs):
            assert 0.95 * fan**-0.5 < np.abs(values).max() <= fan**-0.5
        assert ours.std() == pytest.approx(theirs.std(), rel=0.1)


# ------------------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("function", "shapes", "options"),
    [
        ("conv2d", [(1, 3, 5, 5), (2, 4, 3, 3)], {}),
        ("conv2d", [(1, 4, 5, 5), (3, 2, 3, 3)], {"groups": 2}),
        ("conv2d", [(1, 4, 5, 5), (4, 2, 3, 3)], {"groups": 3}),
        ("conv2d", [(1, 4, 5, 5), (4, 4, 3, 3)], {"groups": 0}),
        ("conv2d", [(1, 3, 2, 5), (2, 3, 3, 3)], {}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3)], {}),
        ("conv2d", [(5, 5), (2, 3, 3, 3)], {}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3), (3,)], {}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"stride": 0}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"stride": (1, 2, 3)}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"dilation": 0}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"padding": -1}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"padding": "around"}),
        ("conv2d", [(1, 3, 5, 5), (2, 3, 3, 3)], {"padding": "same", "stride": 2}),
        ("conv1d", [(1, 3, 5, 5), (2, 3, 3)], {}),
        ("conv3d", [(3, 5, 5), (2, 3, 3, 3, 3)], {}),
        ("conv_transpose2d", [(1, 3, 5, 5), (4, 2, 3, 3)], {}),
        ("conv_transpose2d", [(1, 3, 5, 5), (3, 2, 3, 3)], {"output_padding": 1}),
        ("conv_transpose2d", [(1, 3, 1, 1), (3, 2, 3, 3)], {"padding": 2}),
        ("conv_transpose2d", [(1, 3, 5, 5), (3, 2, 3, 3), (3,)], {}),
        ("conv_transpose1d", [(1, 4, 5), (4, 2, 3)], {"groups": 3}),
        ("unfold", [(1, 3, 4, 4)], {"kernel_size": 5}),
        ("unfold", [(4, 4)], {"kernel_size": 2}),
        ("unfold", [(1, 3, 4, 4)], {"kernel_size": 2, "stride": 0}),
        ("fold", [(1, 8, 9)], {"output_size": (4, 5), "kernel_size": 2}),
        ("fold", [(1, 7, 12)], {"output_size": (4, 5), "kernel_size": 2}),
    ],
    ids=str,
)
def test_what_they_refuse_is_refused(function, shapes, options):
    with pytest.raises((RuntimeError, ValueError, IndexError)):
        getattr(G, function)(*map(torch.ones, shapes), **options)
    with pytest.raises(ValueError, match=f"^{function}: "):
        getattr(F, function)(*map(np.ones, shapes), **options)


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("Conv2d", (3, 4, 3), {"groups": 2}),
        ("Conv2d", (4, 3, 3), {"groups": 2}),
        ("Conv2d", (4, 4, 3), {"groups": 0}),
        ("Conv2d", (4, 4, 3), {"padding": "around"}),
        ("Conv2d", (4, 4, 3), {"padding": "same", "stride": 2}),
        ("Conv2d", (4, 4, 3), {"padding_mode": "mirror"}),
        ("ConvTranspose2d", (4, 4, 3), {"padding_mode": "reflect"}),
    ],
)
def test_modules_that_they_refuse_are_refused(name, arguments, options):
    with pytest.raises((ValueError, RuntimeError)):
        getattr(torch.nn, name)(*arguments, **options)
    with pytest.raises(ValueError, match=f"^{name}: "):
        getattr(nn, name)(*arguments, **options)


@pytest.mark.parametrize(("mode", "padding"), [("reflect", 4), ("circular", 5)])
def test_padding_with_more_than_there_is(mode, padding):
    ours, theirs = pair("Conv1d", 1, 1, 3, padding=padding, padding_mode=mode)
    with pytest.raises(RuntimeError):
        theirs(torch.ones(1, 1, 4).double())
    with pytest.raises(ValueError, match=f"padding_mode='{mode}' cannot add"):
        ours(np.ones((1, 1, 4)))


def test_a_network_of_theirs_loads_unchanged(rng):
    def build(nn):
        return nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, stride=2, groups=4, padding_mode="reflect", padding=1),
            nn.Tanh(),
            nn.ConvTranspose2d(16, 4, 2, stride=2),
            nn.AvgPool2d(3, padding=1),
            nn.AdaptiveAvgPool2d((2, 3)),
            nn.Flatten(),
            nn.Linear(24, 10),
            nn.LogSoftmax(dim=1),
        )

    ours, theirs = build(nn), build(torch.nn)
    assert repr(ours) == repr(theirs)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    x = rng.normal(size=(5, 1, 16, 16)).astype(np.float32)
    result = ours(x)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result.data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-4, atol=1e-5)
