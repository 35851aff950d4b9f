"""vmap beside PyTorch's: the same function of one example, mapped by both."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # torch's own

COUNT = 5

#: Of one example, written for both: ``m`` is numpy or torch.
FUNCTIONS = {
    "elements": lambda m, x, y: m.tanh(x) * y + m.exp(-(x**2)),
    "products": lambda m, x, y: (x @ y.T) @ x,
    "reductions": lambda m, x, y: m.sum(x, 0) / (1 + m.sum(y**2)) + x.mean(),
    "indices": lambda m, x, y: x[1:, None, :3] * y[..., 0] + x[-1, 2],
    "joined": lambda m, x, y: m.stack([x, y], 1) @ m.concatenate([x, y], 0).T,
    "matrices": lambda m, x, y: m.linalg.solve(x @ x.T + 3 * m.eye(3, dtype=x.dtype), y),
    "norms": lambda m, x, y: m.linalg.norm(x) * m.where(x > 0, x, y),
}


@pytest.mark.parametrize("axes", [(0, 0), (1, 0), (0, None), (None, 2), (-1, 1)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_derivatives_of_each_example(name, axes, rng):
    function = FUNCTIONS[name]
    operands = []
    for axis in axes:
        shape = [3, 4]
        if axis is not None:
            shape.insert(axis if axis >= 0 else 3 + axis, COUNT)
        operands.append(rng.standard_normal(shape))
    theirs = [torch.tensor(x) for x in operands]

    ours = ag.vmap(lambda x, y: function(np, x, y), in_axes=axes, out_axes=-1)(*operands)
    expected = torch.vmap(lambda x, y: function(torch, x, y), in_dims=axes, out_dims=-1)(*theirs)
    np.testing.assert_allclose(ours, expected.numpy(), atol=1e-10)

    ours = ag.vmap(ag.grad(lambda x, y: np.sum(np.sin(function(np, x, y))), argnum=(0, 1)), in_axes=axes)(*operands)
    gradient = torch.func.grad(lambda x, y: torch.sin(function(torch, x, y)).sum(), argnums=(0, 1))
    for found, wanted in zip(ours, torch.vmap(gradient, in_dims=axes)(*theirs), strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), atol=1e-10)


def test_jacobians_and_hessians_of_each_example(rng):
    x = rng.standard_normal((COUNT, 3))
    jacobian = torch.vmap(torch.func.jacrev(lambda x: torch.tanh(x) * x[0]))(torch.tensor(x))
    np.testing.assert_allclose(ag.vmap(ag.jacobian(lambda x: np.tanh(x) * x[0]))(x), jacobian.numpy())
    hessian = torch.vmap(torch.func.hessian(lambda x: (torch.tanh(x) * x[0]).sum()))(torch.tensor(x))
    np.testing.assert_allclose(ag.vmap(ag.hessian(lambda x: np.sum(np.tanh(x) * x[0])))(x), hessian.numpy())


def test_levels(rng):
    x, y = rng.standard_normal((COUNT, 3)), rng.standard_normal((4, 3))
    ours = ag.vmap(ag.vmap(lambda a, b: np.sum(a * np.exp(b)), in_axes=(None, 0)), in_axes=(0, None))(x, y)
    inner = torch.vmap(lambda a, b: torch.sum(a * torch.exp(b)), in_dims=(None, 0))
    theirs = torch.vmap(inner, in_dims=(0, None))(torch.tensor(x), torch.tensor(y))
    np.testing.assert_allclose(ours, theirs.numpy())
