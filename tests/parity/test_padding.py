"""Padding beside PyTorch's: values and gradients in all modes, with negative numbers, too."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional

SHAPES = {1: (2, 3, 7), 2: (2, 3, 5, 7), 3: (2, 3, 4, 5, 6)}
KINDS = [
    f"{kind}Pad{axes}d" for kind in ("Constant", "Zero", "Reflection", "Replication", "Circular") for axes in (1, 2, 3)
]


def assert_alike(ours, theirs, x, rng):
    a, b = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, z = ours(a), theirs(b)
    np.testing.assert_array_equal(y.data, z.detach().numpy())
    g = rng.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("padding", [0, 1, 3, "mixed", "negative", "crossing"], ids=str)
@pytest.mark.parametrize("name", KINDS)
def test_modules(name, padding, rng):
    axes = int(name[-2])
    given = {"mixed": (2, 0, 1, 3, 0, 2), "negative": (-1, 2, 1, -2, -1, -1), "crossing": (3, -2, -2, 3, 1, -1)}
    padding = given[padding][: 2 * axes] if padding in given else padding
    arguments = (padding, 2.5) if name.startswith("Constant") else (padding,)
    ours, theirs = (getattr(library, name)(*arguments) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    for shape in (SHAPES[axes], SHAPES[axes][1:]):
        assert_alike(ours, theirs, rng.normal(size=shape), rng)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("pad", [(1, 2), (2, 1, 1, 0), (0, 0, 2, 1), (-1, 0, 2, -1), (0, -4)])
def test_the_order_of_the_numbers(mode, pad, rng):
    x = rng.normal(size=(2, 3, 5, 6)[-2 - len(pad) // 2 :])
    assert_alike(lambda x: F.pad(x, pad, mode), lambda x: G.pad(x, pad, mode), x, rng)


def test_a_constant_around_all_axes(rng):
    for pad in ((), (1, 1), (1, 2, 3, 4), (0, 1, -1, 1, 2, -1, 1, 1)):
        x = rng.normal(size=(2, 3, 5, 4))
        assert_alike(lambda x, p=pad: F.pad(x, p, value=-1.5), lambda x, p=pad: G.pad(x, p, value=-1.5), x, rng)


@pytest.mark.parametrize(
    ("shape", "pad", "mode"),
    [
        ((2, 3, 4), (1,), "constant"),
        ((4,), (1, 1, 1, 1), "constant"),
        ((2, 3, 4), (-3, -2), "constant"),
        ((2, 3, 4), (4, 0), "reflect"),
        ((2, 3, 4), (5, 0), "circular"),
        ((2, 3, 0), (1, 1), "replicate"),
        ((2, 3, 4), (1, 1), "mirror"),
        ((4,), (1, 1), "reflect"),
    ],
    ids=str,
)
def test_what_they_refuse_is_refused(shape, pad, mode):
    with pytest.raises((RuntimeError, NotImplementedError)):
        G.pad(torch.ones(shape), pad, mode)
    with pytest.raises(ValueError, match="pad: "):
        F.pad(np.ones(shape), pad, mode)
