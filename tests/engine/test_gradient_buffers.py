"""Gradients share memory with nothing else: neither those of a walk, nor seeds, nor what hooks and users give."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, weight

SHARERS = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "y - x": lambda x, y: y - x,
    "stack": lambda x, y: ag.stack([x, y]),
    "concat": lambda x, y: ag.concat([x.reshape(-1), y.reshape(-1)]),
    "reshape": lambda x, y: x.reshape(-1) + y.reshape(-1),
    "transpose": lambda x, y: x.T + y.T,
    "broadcast": lambda x, y: ag.broadcast_to(x, (3, *x.shape)) + ag.broadcast_to(y, (3, *y.shape)),
    "sums": lambda x, y: x.sum() + y.sum(),
    "flips": lambda x, y: ag.flip(x) + ag.flip(y),
    "clones": lambda x, y: x.clone() + y.clone(),
    "dtype": lambda x, y: x.astype(np.float64) + y.astype(np.float64),
    "items": lambda x, y: x[...] + y[...],
}


def owners_of_shared_memory(tensors):
    arrays = [tensor.data for tensor in tensors]
    return [
        (i, j) for i, one in enumerate(arrays) for j, other in enumerate(arrays[:i]) if np.shares_memory(one, other)
    ]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("shape", [(), (2,), (2, 2)])
@pytest.mark.parametrize("function", SHARERS.values(), ids=SHARERS)
def test_no_two_leaves_share_a_gradient(function, shape, create_graph):
    x, y = weight(np.ones(shape)), weight(np.ones(shape))
    result = function(x, y)
    seed = np.ones(result.shape)
    result.backward(seed, create_graph=create_graph)
    assert x.grad is not y.grad
    assert owners_of_shared_memory([x.grad, y.grad, Tensor(0.0)]) == []
    assert not np.shares_memory(x.grad.data, seed)
    before = np.array(y.grad.data)
    with ag.no_grad():
        x.grad += 100.0
    np.testing.assert_array_equal(y.grad.data, before)
    x.grad = y.grad = None


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_leaf_and_an_input_on_the_way_share_no_gradient(create_graph):
    x = weight([1.0, 2.0])
    y = x + 0.0
    (y + 0.0).sum().backward(inputs=[x, y], create_graph=create_graph)
    assert owners_of_shared_memory([x.grad, y.grad]) == []
    assert x.grad is not y.grad


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_retained_gradient_shares_nothing_with_that_of_a_leaf(create_graph):
    x = weight([1.0, 2.0])
    y = x + 0.0
    z = y + 0.0
    y.retain_grad()
    z.retain_grad()
    z.backward([1.0, 1.0], create_graph=create_graph)
    with ag.no_grad():
        y.grad += 100.0
    assert_values(x.grad, [1.0, 1.0])
    assert_values(z.grad, [1.0, 1.0])
    x.grad = y.grad = z.grad = None


def test_a_gradient_that_is_no_longer_needed_by_the_walk_is_not_the_seed_of_the_user():
    x, seed = weight([1.0, 2.0]), np.array([1.0, 1.0])
    (x + 0.0).backward(seed)
    seed[:] = 100.0
    assert_values(x.grad, [1.0, 1.0])


def test_the_seed_of_the_user_is_not_the_gradient_of_a_leaf_that_starts():
    x, seed = weight([1.0, 2.0]), np.array([1.0, 1.0])
    x.backward(seed)
    seed[:] = 100.0
    assert_values(x.grad, [1.0, 1.0])


def test_the_seed_of_the_user_is_not_a_retained_gradient():
    x, seed = weight([1.0, 2.0]), np.array([1.0, 1.0])
    y = x * 2.0
    y.retain_grad()
    y.backward(seed)
    seed[:] = 100.0
    assert_values(y.grad, [1.0, 1.0])


def test_the_seed_of_the_user_is_not_what_a_hook_sees():
    x, seed, seen = weight([1.0, 2.0]), np.array([1.0, 1.0]), []
    y = x * 2.0
    y.register_hook(seen.append)
    y.backward(seed)
    seed[:] = 100.0
    assert_values(seen[0], [1.0, 1.0])


def test_a_tensor_as_the_seed_is_not_the_gradient():
    x, seed = weight([1.0, 2.0]), Tensor([1.0, 1.0])
    (x + 0.0).backward(seed)
    seed += 100.0
    assert_values(x.grad, [1.0, 1.0])


def test_an_array_that_a_hook_gives_can_be_reused_by_it():
    buffer = np.zeros(2)

    def ten_times(g):
        buffer[...] = g.data * 10.0
        return buffer

    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    x.register_hook(ten_times)
    y.register_hook(ten_times)
    (x * 2.0 + y * 3.0).sum().backward()
    assert_values(x.grad, [20.0, 20.0])
    assert_values(y.grad, [30.0, 30.0])


def test_a_gradient_that_a_hook_has_seen_is_not_that_of_the_leaf():
    x, seen = weight([1.0, 2.0]), []
    x.register_hook(seen.append)
    (x + 0.0).sum().backward()
    x.grad += 100.0
    assert_values(seen[0], [1.0, 1.0])


def test_accumulation_leaves_an_earlier_gradient_as_it_was():
    x = weight([1.0, 2.0])
    (x * 2.0).sum().backward()
    first, seen = x.grad, np.array(x.grad.data)
    array_of_first = x.grad.data
    (x * 3.0).sum().backward()
    np.testing.assert_array_equal(array_of_first, seen)
    assert_values(first, [2.0, 2.0])
    assert_values(x.grad, [5.0, 5.0])


def test_a_gradient_given_to_another_leaf_is_not_shared():
    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    (x * 2.0).sum().backward()
    y.grad = x.grad
    y.grad += 100.0
    assert_values(x.grad, [2.0, 2.0])


def test_an_array_given_as_gradient_is_not_shared():
    x, source = weight([1.0, 2.0]), np.array([1.0, 1.0])
    x.grad = source
    source[:] = 100.0
    assert_values(x.grad, [1.0, 1.0])
