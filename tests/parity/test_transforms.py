"""Transforms beside torch.func's: the same functions, arguments and vectors give the same derivatives."""

from typing import Any

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # torch's own


def energy(np: Any, x: Any, y: Any) -> Any:
    return (np.tanh(x) * np.exp(y) + x * y).sum()


def waves(np: Any, x: Any, y: Any) -> Any:
    return np.sin(x) * y + np.cos(x * y)


def outer(np: Any, x: Any, y: Any) -> Any:
    return (x[:, None] * y[None, :] ** 2)[:, :2]


def both(function: Any) -> Any:
    return (lambda x, y: function(np, x, y)), (lambda x, y: function(torch, x, y))


@pytest.fixture
def points(rng) -> Any:
    return [rng.standard_normal(3) for _ in range(4)]


def same(ours: Any, theirs: Any) -> None:
    if isinstance(ours, tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
        return
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_gradients_and_hessians(points):
    ours, theirs = both(energy)
    x, y, _, _ = points
    tensors = torch.tensor(x), torch.tensor(y)
    same(ag.grad(ours, (0, 1))(x, y), torch.func.grad(theirs, (0, 1))(*tensors))
    same(ag.hessian(ours, (0, 1))(x, y), torch.func.hessian(theirs, (0, 1))(*tensors))
    third = ag.jacobian(ag.hessian(ours))(x, y)
    same(third, torch.func.jacrev(torch.func.hessian(theirs))(*tensors))


@pytest.mark.parametrize("function", [waves, outer])
def test_products_and_jacobians(function, points):
    ours, theirs = both(function)
    x, y, u, v = points
    tensors = torch.tensor(x), torch.tensor(y)
    value, pullback = ag.vjp(ours, x, y)
    expected, their_pullback = torch.func.vjp(theirs, *tensors)
    same(value, expected)
    weights = np.arange(value.size, dtype=float).reshape(value.shape)
    same(pullback(weights), their_pullback(torch.tensor(weights)))
    same(ag.jvp(ours, (x, y), (u, v)), torch.func.jvp(theirs, tensors, (torch.tensor(u), torch.tensor(v))))
    for mode in ("reverse", "forward"):
        same(ag.jacobian(ours, (0, 1), mode=mode)(x, y), torch.func.jacrev(theirs, (0, 1))(*tensors))


def test_products_with_the_hessian(points):
    ours, theirs = both(energy)
    x, y, u, v = points
    inputs, vectors = (torch.tensor(x), torch.tensor(y)), (torch.tensor(u), torch.tensor(v))
    same(ag.hvp(ours, (x, y), (u, v)), torch.autograd.functional.hvp(theirs, inputs, vectors)[1])
    same(ag.vhp(ours, (x, y), (u, v)), torch.autograd.functional.vhp(theirs, inputs, vectors)[1])


def test_complex_products(points):
    a, b, c, d = points
    z, w = a + 1j * b, c + 1j * d
    for ours, theirs in ((np.exp, torch.exp), (np.abs, torch.abs), (lambda z: z**2, lambda z: z**2)):
        weights = w if np.iscomplexobj(ours(z)) else c
        _, their_pullback = torch.func.vjp(theirs, torch.tensor(z))
        same(ag.vjp(ours, z)[1](weights), their_pullback(torch.tensor(weights)))
        same(ag.jvp(ours, (z,), (w,)), torch.func.jvp(theirs, (torch.tensor(z),), (torch.tensor(w),)))


def test_gradients_of_tensors(points):
    x, y, _, _ = points
    inputs = [ag.Tensor(each, requires_grad=True) for each in (x, y)]
    theirs = [torch.tensor(each, requires_grad=True) for each in (x, y)]
    found = ag.grad(energy(np, *inputs), inputs, create_graph=True)
    expected = torch.autograd.grad(energy(torch, *theirs), theirs, create_graph=True)
    for one, other in zip(found, expected, strict=True):
        same(one.detach().data, other)
    again = ag.grad(sum((g**2).sum() for g in found), inputs)
    same(tuple(g.data for g in again), torch.autograd.grad(sum((g**2).sum() for g in expected), theirs))
