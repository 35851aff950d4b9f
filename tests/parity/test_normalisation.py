"""Normalisation beside PyTorch's: values, gradients, running statistics over several steps, state and repr."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional

SHAPES = {
    "BatchNorm1d": [(6, 4), (3, 4, 5)],
    "BatchNorm2d": [(3, 4, 5, 2)],
    "BatchNorm3d": [(2, 4, 3, 2, 2)],
    "InstanceNorm1d": [(3, 4, 5), (4, 5)],
    "InstanceNorm2d": [(3, 4, 5, 2), (4, 5, 2)],
    "InstanceNorm3d": [(2, 4, 3, 2, 2), (4, 3, 2, 2)],
}
OPTIONS = [
    {},
    {"affine": True},
    {"affine": False},
    {"affine": True, "bias": False},
    {"track_running_stats": False},
    {"track_running_stats": True, "affine": True},
    {"track_running_stats": True, "momentum": 0.7, "eps": 0.1},
]


def assert_close(ours, theirs, rtol=1e-9):
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=rtol, atol=1e-11)


def pair(name, *arguments, dtype="float64", **options):
    """Make the same module twice, with parameters that are not the usual ones."""
    theirs = getattr(torch.nn, name)(*arguments, dtype=getattr(torch, dtype), **options)
    ours = getattr(nn, name)(*arguments, dtype=dtype, **options)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.normal_()
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


def assert_same_state(ours, theirs):
    ours, theirs = ours.state_dict(), theirs.state_dict()
    assert list(ours) == list(theirs)
    for key, value in theirs.items():
        assert ours[key].shape == tuple(value.shape)
        assert str(ours[key].dtype) == str(value.dtype).removeprefix("torch.")
        assert_close(ours[key], value)


def assert_same_step(ours, theirs, x, rng, rtol=1e-9):
    a, b = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, z = ours(a), theirs(b)
    assert_close(y, z, rtol)
    g = rng.normal(size=y.shape).astype(x.dtype)
    y.backward(g)
    z.backward(torch.tensor(g))
    assert a.grad.dtype == y.dtype == x.dtype
    np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=rtol, atol=1e-10 if x.dtype == np.float64 else 1e-5)
    if isinstance(theirs, torch.nn.Module):
        for (name, mine), (expected, other) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
            assert name == expected
            assert_close(mine.grad, other.grad, rtol)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", SHAPES)
def test_three_steps_of_training_then_evaluation(name, options, rng):
    ours, theirs = pair(name, 4, **options)
    assert repr(ours) == repr(theirs)
    for shape in SHAPES[name]:
        for _ in range(3):
            assert_same_step(ours, theirs, rng.normal(2.0, 3.0, shape), rng)
            assert_same_state(ours, theirs)
        ours.eval(), theirs.eval()
        assert_same_step(ours, theirs, rng.normal(2.0, 3.0, shape), rng)
        assert_same_state(ours, theirs)
        ours.train(), theirs.train()


@pytest.mark.parametrize("name", ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"])
def test_the_mean_over_all_batches(name, rng):
    ours, theirs = pair(name, 4, momentum=None)
    for _ in range(4):
        assert_same_step(ours, theirs, rng.normal(2.0, 3.0, SHAPES[name][0]), rng)
        assert_same_state(ours, theirs)
    ours.reset_running_stats(), theirs.reset_running_stats()
    assert_same_state(ours, theirs)


@pytest.mark.parametrize(
    ("name", "arguments", "options", "shape"),
    [
        ("LayerNorm", (5,), {}, (2, 3, 5)),
        ("LayerNorm", ((3, 5),), {"eps": 0.3}, (2, 3, 5)),
        ("LayerNorm", ((2, 3, 5),), {"bias": False}, (2, 3, 5)),
        ("LayerNorm", ([5],), {"elementwise_affine": False}, (2, 3, 5)),
        ("LayerNorm", (1,), {}, (4, 1)),
        ("LayerNorm", (4,), {}, (0, 4)),
        ("RMSNorm", (5,), {}, (2, 3, 5)),
        ("RMSNorm", ((3, 5),), {"eps": 0.2}, (2, 3, 5)),
        ("RMSNorm", (5,), {"elementwise_affine": False}, (5,)),
        ("GroupNorm", (2, 6), {}, (3, 6, 4)),
        ("GroupNorm", (3, 6), {"affine": False, "eps": 0.3}, (3, 6, 2, 2)),
        ("GroupNorm", (6, 6), {"bias": False}, (3, 6, 2)),
        ("GroupNorm", (1, 6), {}, (3, 6)),
    ],
    ids=str,
)
def test_of_each_sample(name, arguments, options, shape, rng):
    ours, theirs = pair(name, *arguments, **options)
    assert repr(ours) == repr(theirs)
    assert_same_step(ours, theirs, rng.normal(2.0, 3.0, shape), rng)
    assert_same_state(ours, theirs)
    ours.reset_parameters(), theirs.reset_parameters()
    assert_same_state(ours, theirs)


def test_single_precision(rng):
    for name, arguments, shape in (
        ("BatchNorm2d", (4,), (8, 4, 6, 6)),
        ("LayerNorm", (6,), (8, 4, 6)),
        ("GroupNorm", (2, 4), (8, 4, 6)),
    ):
        ours, theirs = pair(name, *arguments, dtype="float32")
        x = rng.normal(2.0, 3.0, shape).astype(np.float32)
        y, z = ours(x), theirs(torch.tensor(x))
        assert y.dtype == np.float32
        np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=1e-4, atol=1e-5)


def test_a_mean_far_from_zero(rng):
    """The precision of the deviations is that of float32, not that of the mean."""
    x = (1e4 + rng.normal(size=(64, 8))).astype(np.float32)
    exact = torch.nn.functional.batch_norm(torch.tensor(x.astype(np.float64)), None, None, training=True)
    np.testing.assert_allclose(F.batch_norm(x, None, None, training=True).data, exact.numpy(), atol=5e-3)


@pytest.mark.parametrize(("size", "options"), [(1, {}), (2, {"alpha": 0.3}), (3, {"beta": 1.5, "k": 2.0}), (7, {})])
@pytest.mark.parametrize("shape", [(2, 5, 4), (2, 5, 3, 4), (1, 5, 2, 3, 2)])
def test_local_response(size, options, shape, rng):
    ours, theirs = (library.LocalResponseNorm(size, **options) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert_same_step(ours, theirs, rng.normal(size=shape), rng)


@pytest.mark.parametrize(("p", "dim"), [(2.0, 1), (1.0, 0), (3.0, -1), (np.inf, 1), (2.0, (0, 2))])
def test_normalize(p, dim, rng):
    x = rng.normal(size=(2, 3, 4))
    assert_same_step(lambda x: F.normalize(x, p, dim), lambda x: G.normalize(x, p, dim), x, rng)
    x[0, :, :2] = 0
    np.testing.assert_allclose(F.normalize(x, p, dim).data, G.normalize(torch.tensor(x), p, dim).numpy())


def test_functions_with_running_statistics(rng):
    x = rng.normal(size=(3, 4, 5))
    for name, flag in (("batch_norm", "training"), ("instance_norm", "use_input_stats")):
        mean, variance = rng.normal(size=4), rng.uniform(0.5, 2.0, 4)
        ours = ag.Tensor(mean), ag.Tensor(variance)
        theirs = torch.tensor(mean), torch.tensor(variance)
        for using in (True, False):
            options = {flag: using, "momentum": 0.3}
            a = getattr(F, name)(x, *ours, **options)
            b = getattr(G, name)(torch.tensor(x), *theirs, **options)
            assert_close(a, b)
            for mine, other in zip(ours, theirs, strict=True):
                assert_close(mine, other)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda n, c: n.BatchNorm1d(4)(c((2, 3))), ValueError),
        (lambda n, c: n.BatchNorm1d(4)(c((1, 4))), ValueError),
        (lambda n, c: n.BatchNorm1d(4)(c((2, 4, 3, 3))), ValueError),
        (lambda n, c: n.BatchNorm2d(4)(c((2, 4, 3))), ValueError),
        (lambda n, c: n.InstanceNorm1d(4)(c((2, 4, 1))), ValueError),
        (lambda n, c: n.InstanceNorm2d(4, affine=True)(c((2, 5, 3, 3))), ValueError),
        (lambda n, c: n.InstanceNorm2d(4)(c((2, 4))), ValueError),
        (lambda n, c: n.LayerNorm(4)(c((2, 3))), ValueError),
        (lambda n, c: n.GroupNorm(3, 4), ValueError),
        (lambda n, c: n.GroupNorm(2, 4)(c((2, 3, 5))), ValueError),
        (lambda n, c: n.GroupNorm(2, 2)(c((1, 2))), ValueError),
        (lambda n, c: n.RMSNorm(4)(c((2, 3))), ValueError),
        (lambda n, c: n.LocalResponseNorm(2)(c((2, 3))), ValueError),
        (lambda n, c: n.functional.batch_norm(c((2, 3)), None, None), ValueError),
    ],
)
def test_what_they_refuse_is_refused(call, error):
    with pytest.raises((RuntimeError, ValueError, TypeError)):
        call(torch.nn, torch.ones)
    with pytest.raises(error):
        call(nn, np.ones)
