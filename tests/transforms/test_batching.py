"""Batches of cotangents: batching rules, one by one where there is none, and what cannot be batched."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.modes import current_mode
from autograd.tensor import gradients_of
from autograd.transforms.batching import Batched, CannotBatchError, batching, pulled_together

COUNT = 4


def batched(level, shape, rng):
    return Batched(Tensor(rng.standard_normal((COUNT, *shape))), level)


FUNCTIONS = [
    (lambda x, y: x + y, (3,), (2, 3)),
    (lambda x, y: np.where(x > 0, x, y), (2, 1), (3,)),
    (lambda x, y: x @ y, (3,), (3,)),
    (lambda x, y: x @ y, (2, 3), (3,)),
    (lambda x, y: x @ y, (3,), (5, 3, 2)),
    (lambda x, y: x @ y, (4, 2, 3), (3, 2)),
    (lambda x, y: np.concatenate([x, y], axis=-1), (2, 3), (2, 1)),
    (lambda x, y: np.stack([x, y]), (2,), (2,)),
    (lambda x, y: np.einsum("ij,jk->ki", x, y), (2, 3), (3, 4)),
    (ag.linear, (5, 3), (2, 3)),
    (lambda x, y: ag.linear(x, y, x[0, :2]), (5, 3), (2, 3)),
    (lambda x, y: np.sum(x, axis=0) + np.max(y, axis=(-1, 0)), (2, 3), (3, 3, 3)),
    (lambda x, y: np.sum(x) * np.mean(y, axis=1, keepdims=True), (), (2, 3)),
    (lambda x, y: x.reshape(6) * y.reshape(-1), (2, 3), (3, 2)),
    (lambda x, y: x.T @ np.swapaxes(y, 0, 1), (2, 3), (3, 2)),
    (lambda x, y: x[1:, None, ::2] + y[:2, 0], (3, 4), (3, 2)),
    (lambda x, y: x[np.array([0, 2, 0])] + y[:, np.array([True, False, True])][0, 0], (3,), (2, 3)),
    (lambda x, y: x[0, :, np.array([1, 0])] + y[np.array([0]), :, np.array([1])], (2, 3, 2), (1, 3, 2)),
    (lambda x, y: np.broadcast_to(x, (2, 3)) + np.flip(y), (3,), (2, 3)),
    (lambda x, y: np.cumsum(x) + np.cumsum(y, axis=1)[0] + np.roll(x, 1), (3,), (2, 3)),
    (lambda x, y: np.linalg.inv(x) @ np.linalg.solve(x, y), (2, 2), (2, 3)),
    (lambda x, y: ag.softmax(x, axis=0) + ag.softmax(y), (3,), (3,)),
    (lambda x, y: np.sort(x) * np.clip(y, -1, 1), (3,), (3,)),
]


@pytest.mark.parametrize("mixed", ["both", "first", "second"])
@pytest.mark.parametrize(("function", "one", "other"), FUNCTIONS)
def test_all_of_a_batch_is_computed_as_each_of_it(function, one, other, mixed, rng):
    with batching(COUNT) as level:
        x = rng.standard_normal(one) if mixed == "second" else batched(level, one, rng)
        y = rng.standard_normal(other) if mixed == "first" else batched(level, other, rng)
        together = function(x, y)
    for i in range(COUNT):
        alone = function(*(Tensor(each.whole.data[i] if isinstance(each, Batched) else each) for each in (x, y)))
        assert together.shape == alone.shape
        assert together.dtype == alone.dtype
        np.testing.assert_allclose(together.whole.data[i], alone.data, atol=1e-12)


def test_what_has_a_batching_rule_is_applied_once(rng):
    applied = []

    class Counting(ag.modes.joining):
        def apply(self, inner, primitive, operands, attributes):
            applied.append(primitive.name)
            return inner(primitive, operands, attributes)

    with Counting(), batching(COUNT) as level:
        x = batched(level, (3, 3), rng)
        np.exp(x) @ x
    assert applied == ["exp", "matmul"]
    applied.clear()
    with Counting(), level:
        np.linalg.qr(x)
    assert applied.count("joined_qr") == COUNT
    assert current_mode().interceptor is None


@pytest.mark.parametrize(
    "look", [float, np.asarray, bool, lambda x: x.item(), lambda x: x.tolist(), lambda x: np.linalg.norm(x.data)]
)
def test_values_of_a_batch_cannot_be_looked_at(look, rng):
    with batching(COUNT) as level, pytest.raises(CannotBatchError, match="an if"):
        look(batched(level, (), rng))


def test_it_says_what_it_stands_for(rng):
    assert repr(batched(batching(COUNT), (2,), rng)) == "<4 Tensors of shape (2,), float64>"


def test_gradients_of_batches_can_be_differentiated(rng):
    x = Tensor(rng.standard_normal(3), requires_grad=True)
    rows = rng.standard_normal((COUNT, 3))
    (together,) = pulled_together([np.sin(x)], [rows], [x], recorded=True).values()
    (second,) = gradients_of([together.sum()], [None], [x], None, False, "test").values()
    np.testing.assert_allclose(second.data, -np.sin(x.detach().data) * rows.sum(axis=0))


def test_a_rule_that_needs_arrays_gets_each_cotangent(rng, throwaway):
    @ag.primitive(rules={"x": lambda g: np.ascontiguousarray(g.data if isinstance(g, Tensor) else g) * 2.0})
    def twice(x, /):
        return x * 2.0

    x = rng.standard_normal(3)
    np.testing.assert_allclose(ag.jacobian(twice)(x), 2 * np.eye(3))


@pytest.mark.parametrize(
    "function",
    [
        np.cumsum,
        np.cumprod,
        np.argmax,
        np.argmin,
        lambda x: np.argsort(x, axis=None),
        lambda x: np.sort(x, axis=None),
        lambda x: np.roll(x, 2),
    ],
)
def test_without_an_axis_all_of_each_example_is_meant(function):
    xs = np.random.default_rng(0).normal(size=(4, 2, 3))
    np.testing.assert_array_equal(ag.vmap(function, loops=False)(xs), [function(x) for x in xs])


def test_systems_with_vectors_are_solved_at_once():
    rng = np.random.default_rng(0)
    matrices, vectors = rng.normal(size=(4, 3, 3)), rng.normal(size=(4, 3))
    expected = np.linalg.solve(matrices, vectors[..., None])[..., 0]
    np.testing.assert_allclose(ag.vmap(np.linalg.solve, loops=False)(matrices, vectors), expected, rtol=1e-10)
    for axes in ((None, 0), (0, None)):
        operands = [whole if axis == 0 else whole[0] for whole, axis in zip((matrices, vectors), axes, strict=True)]
        found = ag.vmap(np.linalg.solve, in_axes=axes, loops=False)(*operands)
        for i, each in enumerate(found):
            one = [whole[i] if axis == 0 else whole for whole, axis in zip(operands, axes, strict=True)]
            np.testing.assert_allclose(each, np.linalg.solve(*one), rtol=1e-10)
    total = ag.grad(lambda b: (np.linalg.solve(matrices[0], b) ** 2).sum())
    np.testing.assert_allclose(ag.vmap(total, loops=False)(vectors), [total(b) for b in vectors], rtol=1e-9)
