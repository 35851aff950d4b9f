"""checkpoint: what the caller sees is what it sees without it, and what cannot be so is refused."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor

X = np.arange(6.0).reshape(3, 2)


class Net(nn.Module):
    def __init__(self) -> None:
        self.norm = nn.BatchNorm1d(2, dtype="float64")
        ag.manual_seed(0)
        self.dense = nn.Linear(2, 2, dtype="float64")
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        return self.dense(self.norm(x))


class Decorated(Net):
    forward = ag.checkpoint(Net.forward)


def state_after_a_step(net: Any, call: Any) -> list[Any]:
    x = Tensor(X, requires_grad=True)
    (call(net, x) ** 2).sum().backward()
    parameters = [parameter.grad.data for parameter in net.parameters()]
    return [net.calls, *(buffer.data.tolist() for buffer in net.buffers()), x.grad.data, *parameters]


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        (Net, ag.checkpoint(lambda net, x: net(x))),
        (Net, lambda net, x: ag.checkpoint(lambda nets, x: nets["first"][0](x))({"first": [net]}, x)),
        (Decorated, lambda net, x: net(x)),
    ],
    ids=["argument", "inside of containers", "method"],
)
def test_a_module_that_is_an_argument_changes_as_without(kind, call):
    expected = state_after_a_step(Net(), lambda net, x: net(x))
    found = state_after_a_step(kind(), call)
    assert found[:4] == expected[:4]
    assert found[0] == 1
    for one, other in zip(found[4:], expected[4:], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_a_module_from_elsewhere_changes_in_each_call():
    net, x = Net(), Tensor(X, requires_grad=True)
    y = ag.checkpoint(net)(x)
    assert net.calls == 1
    y.sum().backward()
    assert net.calls == 2


def test_containers_that_are_arguments_change_once():
    def f(x, found, by_name):
        found.append("seen")
        by_name["a"] = len(found)
        return x * len(found)

    x, found, by_name = Tensor([1.0, 2.0], requires_grad=True), [], {}
    ag.checkpoint(f)(x, found, by_name).sum().backward()
    assert (found, by_name) == (["seen"], {"a": 1})
    assert x.grad.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("wrap", [lambda f: f, ag.checkpoint], ids=["plain", "checkpoint"])
def test_an_argument_that_is_changed_in_place_is_changed_for_the_caller(wrap):
    def f(x, y):
        x *= y
        return x * y

    w = Tensor([1.0, 2.0], requires_grad=True)
    x = w * 2
    before = x * 3
    z = wrap(f)(x, 5.0)
    assert x.tolist() == [10.0, 20.0]
    (z.sum() + x.sum() + before.sum()).backward()
    assert w.grad.tolist() == [66.0, 66.0]
    leaf = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf that requires grad"):
        wrap(f)(leaf, 5.0)
    assert leaf.tolist() == [1.0, 2.0]
    assert leaf.is_leaf
    assert ag.vmap(ag.grad(lambda x: np.sum(wrap(f)(x, 5.0))))(X).tolist() == [[25.0, 25.0]] * 3


@pytest.mark.parametrize("wrap", [lambda f: f, ag.checkpoint], ids=["plain", "checkpoint"])
def test_an_argument_given_twice_is_one(wrap):
    def f(x, y, c, d):
        x *= 3.0
        c *= 2.0
        return x * y * d

    w, c = Tensor([1.0, 2.0], requires_grad=True), Tensor(1.0)
    x = w * 1.0
    wrap(f)(x, x, c, c).sum().backward()
    assert w.grad.tolist() == [36.0, 72.0]


@pytest.mark.parametrize("wrap", [lambda f: f, ag.checkpoint], ids=["plain", "checkpoint"])
def test_an_argument_that_the_function_finds_elsewhere_too_is_one(wrap):
    x = Tensor([1.0, 2.0], requires_grad=True)
    wrap(lambda y: x * y)(x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


WALKS = {
    "backward": lambda f: f(Tensor([1.0, 2.0], requires_grad=True)).backward(),
    "of inputs": lambda f: ag.grad(f(x := Tensor([1.0, 2.0], requires_grad=True)), x),
    "transform": lambda f: ag.grad(f)(np.array([1.0, 2.0])),
    "vmap": lambda f: ag.vmap(ag.grad(f))(X),
}


@pytest.mark.parametrize("way", WALKS)
@pytest.mark.parametrize("kept", ["store", "total"])
def test_a_gradient_through_what_the_function_left_elsewhere_is_refused(way, kept):
    def function(x):
        left = {"total": (x * 0).sum().detach()}

        def f(x):
            left["total"] += x.sum() * 2
            left["store"] = np.exp(x) * 5
            return x * 2

        return ag.checkpoint(f)(x).sum() + left[kept].sum()

    with pytest.raises(RuntimeError, match=r"checkpoint: .* is no result of the function, which .* return it"):
        WALKS[way](function)


def test_what_the_function_leaves_elsewhere_can_be_looked_at_and_detached():
    left = {}

    def f(x):
        left["inside"] = np.exp(x) * 5
        left["constant"] = left["inside"].detach() + Tensor(1.0)
        with ag.no_grad():
            left["mean"] = x.mean()
        return x * 2

    x = Tensor([0.0, 0.0], requires_grad=True)
    y = ag.checkpoint(f)(x)
    assert left["inside"].tolist() == [5.0, 5.0]
    assert left["inside"].requires_grad
    assert [node.operation for node in ag.Graph(left["inside"])] == ["leaf", "checkpoint"]
    assert ag.Graph(left["inside"]).statistics().operations == 1
    assert "checkpoint" in ag.draw(left["inside"]).source
    assert not left["constant"].requires_grad
    assert not left["mean"].requires_grad
    (y * left["constant"] + left["mean"]).sum().backward()
    assert x.grad.tolist() == [12.0, 12.0]


def test_several_results_of_an_operation_are_refused_elsewhere_too():
    class Both(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, g, h):
            return g * 2 + h * 3

    for both in (Both.apply, ag.custom_gradient(lambda x: ((x * 2, x * 3), lambda g: g[0] * 2 + g[1] * 3))):
        left = []

        def f(x, both=both, left=left):
            one, other = both(x)
            left.append(other)
            return one

        x = Tensor([1.0, 2.0], requires_grad=True)
        y = ag.checkpoint(f)(x)
        with pytest.raises(RuntimeError, match="is no result of the function"):
            (y + left[0]).sum().backward()


def test_nothing_that_was_made_inside_is_kept():
    references = []

    def f(x):
        inside = np.exp(x)
        references.append(weakref.ref(inside._array))
        return np.sin(inside) * 2

    gc.disable()
    try:
        y = ag.checkpoint(f)(Tensor(np.ones(3), requires_grad=True))
        assert references[0]() is None
        del y
    finally:
        gc.enable()


def test_floating_arrays_and_numbers_among_the_results_come_as_tensors():
    x = Tensor([1.0], requires_grad=True)
    y, array, number, whole, count = ag.checkpoint(lambda x: (x * 2, np.ones(1), np.float64(3), np.arange(2), 4.0))(x)
    assert [type(each) for each in (y, array, number, whole, count)] == [Tensor, Tensor, Tensor, np.ndarray, float]
    (y * array * number).sum().backward()
    assert x.grad.tolist() == [6.0]


def test_hooks_on_arguments_and_inside_see_each_gradient_once():
    seen = []

    def f(x):
        x.register_hook(lambda g: g * 2)
        y = x * 3
        y.register_hook(lambda g: seen.append(g.tolist()))
        return y * y

    for wrap in (lambda f: f, ag.checkpoint):
        x = Tensor([1.0, 2.0], requires_grad=True)
        wrap(f)(x).sum().backward()
        assert x.grad.tolist() == [36.0, 72.0]
    assert seen == [[6.0, 12.0]] * 2


def test_a_backward_inside_is_refused_in_the_first_call():
    with pytest.raises(RuntimeError, match="sum made inside of a checkpointed function") as raised:
        ag.checkpoint(lambda x: (x * 2).sum().backward())(Tensor([1.0], requires_grad=True))
    assert "which keeps nothing for a backward inside" in raised.value.__notes__[-1]


def test_an_error_inside_leaves_the_arguments_as_they_were():
    def f(x):
        x *= 2.0
        raise ValueError("later")

    x = Tensor([1.0], requires_grad=True) * 1.0
    node = x.node
    with pytest.raises(ValueError, match="later"):
        ag.checkpoint(f)(x)
    assert (x.tolist(), x.node) == ([1.0], node)


w = Tensor(2.0, requires_grad=True)


@pytest.mark.parametrize("function", [lambda x: w * x**3, lambda x: (w * x**3, np.sin(x))])
def test_many_walks_at_once_through_a_weight_are_recorded_where_the_argument_is(function):
    x = np.array([1.0, 2.0])
    plain, found = ag.jacobian(function)(x), ag.jacobian(ag.checkpoint(function))(x)
    for one, other in zip(plain, found, strict=True):
        assert type(other) is np.ndarray
        np.testing.assert_allclose(one, other)


def test_the_graph_of_what_was_left_elsewhere_is_in_order():
    """It is made of all that was found until then: what is found later was not there."""
    box, x, w = [], Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)

    def function(v: Any) -> Any:
        box.append(v * 2.0)
        with ag.enable_grad():
            later = ag.sin(w)
        return v * later

    ag.checkpoint(function)(x)
    assert [node.operation for node in ag.Graph(box[0])] == ["leaf", "checkpoint"]
    assert ag.Graph(box[0]).statistics().depth == 1
