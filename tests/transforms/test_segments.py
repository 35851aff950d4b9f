"""checkpoint, custom_gradient and stop_gradient: gradients, what is kept, nesting, errors."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck

# ---------------------------------------------------------------------------------------------------------- checkpoint


def f(x: Any, y: Any) -> Any:
    return np.tanh(x) * np.exp(y) + x**2


def test_derivatives_of_any_order_are_those_of_the_function(rng):
    x, y = rng.standard_normal((2, 3))
    gradcheck(ag.checkpoint(f), x, y)
    gradgradcheck(ag.checkpoint(f), x, y)
    plain, checkpointed = (ag.hessian(lambda x, g=g: g(x, x).sum()) for g in (f, ag.checkpoint(f)))
    np.testing.assert_allclose(checkpointed(x), plain(x))


def test_weights_that_the_function_finds_elsewhere_get_their_gradients():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    models = []
    for wrap in (lambda g: g, ag.checkpoint):
        ag.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4, dtype=np.float64), nn.Tanh(), nn.Linear(4, 1, dtype=np.float64))
        hidden = x * 2  # not a leaf, and used twice
        (wrap(lambda x, model=model, hidden=hidden: model(x) * hidden)(hidden)).sum().backward()
        models.append([x.grad, *(parameter.grad for parameter in model.parameters())])
        x.grad = None
    for one, other in zip(*models, strict=True):
        np.testing.assert_allclose(one.data, other.data)


def test_trees_go_in_and_out():
    @ag.checkpoint
    def g(p, scale=1.0):
        return {"sum": (p["a"] + p["b"]) * scale, "product": [p["a"] * p["b"]]}

    p = {"a": Tensor([1.0, 2.0], requires_grad=True), "b": Tensor(3.0, requires_grad=True)}
    out = g(p, scale=10.0)
    (out["sum"].sum() + out["product"][0].sum()).backward()
    assert out["product"][0].shape == (2,)
    assert p["a"].grad.tolist() == [13.0, 13.0]
    assert p["b"].grad.item() == 23.0


def test_complex_values_and_single_precision():
    z = Tensor([1.0 + 2.0j], requires_grad=True)
    np.abs(ag.checkpoint(lambda z: z**2)(z)).sum().backward()
    plain = Tensor(z.data, requires_grad=True) if not z.requires_grad else Tensor([1.0 + 2.0j], requires_grad=True)
    np.abs(plain**2).sum().backward()
    np.testing.assert_allclose(z.grad.data, plain.grad.data)
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    ag.checkpoint(np.tanh)(x).sum().backward()
    assert x.grad.dtype == np.float32


def test_random_numbers_are_the_same_both_times():
    ag.manual_seed(3)
    x = Tensor(np.ones(100), requires_grad=True)
    out = ag.checkpoint(lambda x: x * ag.generator().standard_normal(100))(x)
    after = ag.generator().standard_normal()
    out.sum().backward()
    np.testing.assert_allclose(x.grad.data, out.detach().data)
    ag.manual_seed(3)
    ag.generator().standard_normal(100)
    assert ag.generator().standard_normal() == after


def test_the_function_is_called_once_more_and_no_more():
    calls = []

    def g(x, y):
        calls.append(1)
        return x * y

    x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    out = ag.checkpoint(g)(x, y)
    assert len(calls) == 1
    out.backward(retain_graph=True)
    assert len(calls) == 2
    out.backward()
    assert len(calls) == 3
    assert (x.grad.item(), y.grad.item()) == (6.0, 4.0)
    with ag.no_grad():
        ag.checkpoint(g)(x, y)
    assert len(calls) == 4


def test_checkpoints_nest():
    @ag.checkpoint
    def outer(x):
        return ag.checkpoint(lambda x: np.sin(x) * w)(x) ** 2

    w = Tensor(2.0, requires_grad=True)
    x = Tensor(0.5, requires_grad=True)
    outer(x).backward()
    np.testing.assert_allclose(x.grad.item(), 8 * np.sin(0.5) * np.cos(0.5))
    np.testing.assert_allclose(w.grad.item(), 4 * np.sin(0.5) ** 2)


def peak(length: int, segment: int) -> int:
    """How many arrays a chain needs at most, forward and backward, if it is cut into segments."""

    def run(x, count):
        for _ in range(count):
            x = np.sin(x)
        return x

    x = Tensor(np.ones(10_000), requires_grad=True)
    tracemalloc.start()
    y = x
    for _ in range(length // segment):
        y = ag.checkpoint(run)(y, segment) if segment > 1 else run(y, 1)
    y.sum().backward()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most // x.nbytes


def test_memory_grows_with_the_root_of_a_chain():
    assert peak(256, 1) >= 256
    assert peak(256, 16) <= 2 * 16 + 8
    assert peak(1024, 32) <= 2 * 32 + 8


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda: ag.checkpoint(3.0), "checkpoint: takes a function"),
        (lambda: ag.checkpoint(lambda x: "text")(Tensor(1.0)), "must give floating Tensors; the result is a str"),
        (lambda: ag.checkpoint(lambda x: [x > 0])(Tensor(1.0)), r"the result\[0\] is .*bool"),
    ],
)
def test_what_cannot_be_checkpointed_is_refused(compute, words):
    with pytest.raises(TypeError, match=words):
        compute()


# ----------------------------------------------------------------------------------------------------- custom gradients


@ag.custom_gradient
def product(x: Any, y: Any) -> Any:
    return x * y, lambda g: (g * y, g * x)


def test_a_gradient_of_ones_own_is_right_to_second_order(rng):
    x, y = rng.standard_normal((2, 3))
    gradcheck(product, x, y)
    gradgradcheck(product, x, y)


def test_a_gradient_of_ones_own_is_used():
    @ag.custom_gradient
    def odd(x, *, factor=1.0):
        return x**2, lambda g: g * 100 * factor

    assert ag.grad(odd)(3.0) == 100.0
    x = Tensor(3.0, requires_grad=True)
    odd(x, factor=2.0).backward()
    assert x.grad.item() == 200.0
    assert not odd(Tensor(3.0)).requires_grad


def test_none_stands_for_zeros_and_complex_cotangents_are_pytorchs():
    half = ag.custom_gradient(lambda x, y: (x * y, lambda g: (None, g)))
    assert ag.grad(half, (0, 1))(2.0, 3.0) == (0.0, 1.0)
    square = ag.custom_gradient(lambda z: (z**2, lambda g: g * np.conj(2 * z)))
    z = np.array([1.0 + 2.0j])
    np.testing.assert_allclose(ag.vjp(square, z)[1](z)[0], ag.vjp(lambda z: z**2, z)[1](z)[0])


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: x, "must give a pair"),
        (lambda x: (x, x), "must give a pair"),
        (lambda x: (x, lambda g: (g, g)), "has 1 arguments, and its pullback gave 2"),
    ],
)
def test_what_is_no_function_with_a_gradient_is_refused(function, words):
    with pytest.raises(TypeError, match=words):
        ag.grad(ag.custom_gradient(function))(1.0)


# ------------------------------------------------------------------------------------------------------ stop_gradient


def test_what_is_stopped_is_a_constant():
    assert ag.grad(lambda x: x * ag.stop_gradient(x**2))(3.0) == 9.0
    stopped = ag.stop_gradient({"a": Tensor(1.0, requires_grad=True) * 2, "b": 3.0})
    assert not stopped["a"].requires_grad
    assert stopped["b"] == 3.0
