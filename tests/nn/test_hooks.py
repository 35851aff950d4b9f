"""Hooks of modules: before a call, after it, and when a backward has passed it."""

import copy
import gc
import pickle
import threading
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor


def weight(values):
    return Tensor(values, requires_grad=True)


class Function(nn.Module):
    """A module of any function."""

    def __init__(self, function):
        self.function = function

    def forward(self, *args, **kwargs):
        return self.function(*args, **kwargs)


class Seen:
    """A backward hook that writes down what it gets."""

    def __init__(self, answer=None):
        self.calls = []
        self.answer = answer

    def __call__(self, module, grad_input, grad_output):
        assert isinstance(grad_input, tuple)
        assert isinstance(grad_output, tuple)
        self.calls.append((listed(grad_input), listed(grad_output)))
        return self.answer


def listed(gradients):
    return [None if g is None else g.tolist() for g in gradients]


# ----------------------------------------------------------------------------------------------- before the forward


def test_a_pre_hook_sees_the_arguments():
    layer, seen = nn.Identity(), []
    layer.register_forward_pre_hook(lambda module, arguments: seen.append((module, arguments)))
    assert layer(4) == 4
    assert seen == [(layer, (4,))]


@pytest.mark.parametrize(("given", "output"), [(5, 5), ((6,), 6)])
def test_a_pre_hook_may_replace_the_arguments(given, output):
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda module, arguments: given)
    assert layer(4) == output


def test_a_pre_hook_may_get_and_replace_arguments_by_name():
    layer, seen = Function(lambda x, *, scale: x * scale), []
    layer.register_forward_pre_hook(lambda module, args, kwargs: seen.append((args, kwargs)), with_kwargs=True)
    remove = layer.register_forward_pre_hook(lambda module, args, kwargs: ((7,), {"scale": 10}), with_kwargs=True)
    assert layer(2, scale=3) == 70
    assert seen == [((2,), {"scale": 3})]
    remove()
    assert layer(2, scale=3) == 6


@pytest.mark.parametrize("wrong", [5, (5,), ([5], {}), ((5,), [])])
def test_a_pre_hook_with_kwargs_gives_both_or_nothing(wrong):
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda module, args, kwargs: wrong, with_kwargs=True)
    with pytest.raises(TypeError, match=r"Identity: a forward pre-hook with_kwargs gives None, or a tuple"):
        layer(4)


def test_hooks_are_called_in_order_or_before_all_others():
    layer, order = nn.Identity(), []
    for kind in (layer.register_forward_pre_hook, layer.register_forward_hook, layer.register_full_backward_hook):
        order.clear()
        removals = [
            kind(lambda *_: order.append("first")),
            kind(lambda *_: order.append("second")),
            kind(lambda *_: order.append("zeroth"), prepend=True),
        ]
        layer(weight([1.0])).sum().backward()
        assert order == ["zeroth", "first", "second"]
        removals[1].remove()
        order.clear()
        layer(weight([1.0])).sum().backward()
        assert order == ["zeroth", "first"]
        removals[0]()
        removals[2].remove()
        removals[2].remove()
        order.clear()
        layer(weight([1.0])).sum().backward()
        assert order == []


def test_a_forward_hook_may_get_arguments_by_name():
    layer = Function(lambda x, *, scale: x * scale)
    layer.register_forward_hook(lambda module, args, kwargs, out: (args, kwargs, out), with_kwargs=True)
    assert layer(2, scale=3) == ((2,), {"scale": 3}, 6)


def test_hooks_run_in_the_order_of_a_call():
    layer, order = Function(lambda x: order.append("forward") or x), []
    layer.register_forward_hook(lambda *_: order.append("after"))
    layer.register_forward_pre_hook(lambda *_: order.append("before"))
    layer.register_full_backward_hook(lambda *_: order.append("backward"))
    layer(weight(1.0)).backward()
    assert order == ["before", "forward", "after", "backward"]


@pytest.mark.parametrize("kind", ["register_forward_pre_hook", "register_forward_hook", "register_full_backward_hook"])
@pytest.mark.parametrize("wrong", [None, 3, "hook"])
def test_a_hook_is_a_function(kind, wrong):
    with pytest.raises(TypeError, match=f"{kind}: a hook is a function, got {type(wrong).__name__}"):
        getattr(nn.Identity(), kind)(wrong)


def test_a_copied_module_has_its_own_hooks():
    layer, seen = nn.Identity(), []
    remove = layer.register_forward_pre_hook(lambda module, arguments: seen.append(module))
    copied = copy.deepcopy(layer)
    remove()
    copied(1)
    layer(1)
    assert seen == [copied]


def test_a_module_with_hooks_can_be_pickled():
    layer = nn.Identity()
    layer.register_forward_hook(ten_times)
    assert pickle.loads(pickle.dumps(layer))(4) == 40


def ten_times(module, arguments, output):
    return output * 10


# ------------------------------------------------------------------------------------------------------- the backward


def test_a_backward_hook_sees_both_gradients():
    layer, seen = nn.Linear(2, 1), Seen()
    layer.weight.data = [[3.0, 5.0]]
    layer.register_full_backward_hook(seen)
    x = weight(np.array([[1.0, 2.0]], np.float32))
    (layer(x * 1.0) * 10.0).sum().backward()
    assert seen.calls == [([[[30.0, 50.0]]], [[[10.0]]])]
    assert x.grad.tolist() == [[30.0, 50.0]]
    assert layer.weight.grad.tolist() == [[10.0, 20.0]]


def test_it_is_called_where_no_argument_requires_grad():
    layer, seen = nn.Linear(2, 1), Seen()
    layer.register_full_backward_hook(seen)
    layer(np.ones((1, 2))).sum().backward()
    assert seen.calls == [([None], [[[1.0]]])]
    assert layer.weight.grad.tolist() == [[1.0, 1.0]]


def test_it_is_called_once_for_several_arguments_and_results_when_all_are_known():
    def function(x, number, y, constant):
        a = x * y
        return a, ag.exp(ag.log(x)) * number + constant, 7

    layer, seen = Function(function), Seen()
    layer.register_full_backward_hook(seen)
    x, y = weight(2.0), weight(3.0)
    a, b, seven = layer(x * 1.0, 5.0, y, Tensor(1.0))
    late = a
    for _ in range(5):
        late = late * 1.0
    (late + 10.0 * b).backward()
    assert seven == 7
    [(inputs, outputs)] = seen.calls
    np.testing.assert_allclose([inputs[0], inputs[2]], [3.0 + 50.0, 2.0], rtol=1e-12)
    assert (inputs[1], inputs[3]) == (None, None)
    assert outputs == [1.0, 10.0, None]


def test_what_the_backward_does_not_reach_is_none():
    layer, seen = Function(lambda x, y: (x * 2.0, y * 3.0)), Seen()
    layer.register_full_backward_hook(seen)
    x, y = weight(1.0), weight(1.0)
    layer(x, y)[0].backward()
    assert seen.calls == [([2.0, None], [1.0, None])]
    assert (x.grad.item(), y.grad) == (2.0, None)


def test_uses_of_an_argument_outside_are_not_counted():
    layer, seen = Function(lambda x: x * 2.0), Seen()
    layer.register_full_backward_hook(seen)
    x = weight(1.0)
    y = x * 1.0
    (layer(y) + 100.0 * y).backward()
    assert seen.calls == [([2.0], [1.0])]
    assert x.grad.item() == 102.0


def test_an_argument_that_is_given_twice_has_two_gradients():
    layer, seen = Function(lambda a, b: a * 2.0 + b * 3.0), Seen()
    layer.register_full_backward_hook(seen)
    x = weight(1.0)
    layer(x, x).backward()
    assert seen.calls == [([2.0, 3.0], [1.0])]
    assert x.grad.item() == 5.0


@pytest.mark.parametrize("create_graph", [False, True])
def test_what_it_gives_is_used(create_graph):
    layer = Function(lambda a, b: a * 2.0 + b * 3.0)
    remove = layer.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 10.0, inputs[1]))
    layer.register_full_backward_hook(seen := Seen())
    x, y = weight([1.0, 1.0]), weight([1.0, 1.0])
    layer(x, y).sum().backward(create_graph=create_graph)
    assert (x.grad.tolist(), y.grad.tolist()) == ([20.0, 20.0], [3.0, 3.0])
    assert seen.calls == [([[20.0, 20.0], [3.0, 3.0]], [[1.0, 1.0]])]  # it sees what the one before gave
    x.grad = y.grad = None
    remove()
    layer(x, y).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_one_gradient_may_be_given_as_it_is():
    layer = Function(lambda x: x * 2.0)
    layer.register_full_backward_hook(lambda module, inputs, outputs: Tensor([5.0]))
    x = weight([1.0])
    layer(x).sum().backward()
    assert x.grad.tolist() == [5.0]


def test_none_for_an_argument_ends_its_backward():
    layer = Function(lambda a, b: a * b)
    layer.register_full_backward_hook(lambda module, inputs, outputs: (None, inputs[1]))
    x, y = weight(2.0), weight(3.0)
    layer(x, y).backward()
    assert (x.grad, y.grad.item()) == (None, 2.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ((), "each of the 1 positional arguments; it gave 0: "),
        ((Tensor([1.0]), Tensor([1.0])), "it gave 2: Tensor, Tensor"),
        (3.0, "it gave 1: float"),
        (([1.0],), "it gave 1: list"),
    ],
)
def test_a_backward_hook_that_gives_something_else_is_an_error(wrong, said):
    layer = Function(lambda x: x * 2.0)
    layer.register_full_backward_hook(Seen(wrong))
    x = weight([1.0])
    with pytest.raises(TypeError, match=said):
        layer(x).sum().backward()
    assert x.grad is None


def test_a_gradient_of_another_shape_is_an_error():
    layer = Function(lambda x: x * 2.0)
    layer.register_full_backward_hook(Seen((Tensor([1.0, 2.0]),)))
    with pytest.raises(ValueError, match=r"expected the shape of the Tensor it belongs to, \(1,\), got \(2,\)"):
        layer(weight([1.0])).sum().backward()


class Pair(NamedTuple):
    first: Tensor
    second: Tensor


@pytest.mark.parametrize("kind", [tuple, list, Pair._make])
def test_an_output_of_several_keeps_its_kind(kind):
    layer, seen = Function(lambda x: kind([x * 2.0, x * 3.0])), Seen()
    layer.register_full_backward_hook(seen)
    output = layer(weight(1.0))
    assert type(output) is type(kind([1, 2]))
    (output[0] + output[1]).backward()
    assert seen.calls == [([5.0], [1.0, 1.0])]


def test_an_output_that_cannot_be_watched_is_an_error():
    layer = Function(lambda x: {"y": x})
    layer.register_full_backward_hook(Seen())
    with pytest.raises(TypeError, match=r"with a full backward hook is a Tensor, or .* got dict"):
        layer(weight(1.0))


def test_without_recording_nothing_is_watched():
    layer, seen = nn.Linear(2, 1), Seen()
    layer.register_full_backward_hook(seen)
    with ag.no_grad():
        assert layer(weight(np.ones((1, 2)))).node is None
    assert layer.requires_grad_(False)(np.ones((1, 2))).node is None
    assert seen.calls == []


def test_modules_inside_each_other_and_in_a_row():
    calls = []
    model = nn.Sequential({"a": nn.Linear(2, 3), "b": nn.Sequential({"c": nn.Tanh(), "d": nn.Linear(3, 1)})})
    for name, module in model.named_modules():
        module.register_full_backward_hook(lambda m, i, o, name=name: calls.append((name, i[0].shape, o[0].shape)))
    x = weight(np.ones((4, 2)))
    model(x).sum().backward()
    assert calls == [
        ("b.d", (4, 3), (4, 1)),
        ("b.c", (4, 3), (4, 3)),
        ("b", (4, 3), (4, 1)),
        ("a", (4, 2), (4, 3)),
        ("", (4, 2), (4, 1)),
    ]


def test_without_arguments_that_require_grad_it_is_called_as_soon_as_the_results_are_known():
    order = []
    inner = nn.Sequential(nn.Linear(2, 2))
    model = nn.Sequential(inner, nn.Linear(2, 1))
    for name, module in {"model": model, "inner": inner, "last": model[1]}.items():
        module.register_full_backward_hook(lambda *_, name=name: order.append(name))
    model(np.ones((1, 2))).sum().backward()
    assert order == ["model", "last", "inner"]


def test_gradients_are_what_they_are_without():
    def step(hooked):
        ag.manual_seed(3)
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        if hooked:
            for module in model.modules():
                module.register_full_backward_hook(lambda *_: None)
        x = weight([[1.0, 2.0], [3.0, 4.0]])
        model(x).sum().backward(create_graph=True)
        penalty = (x.grad * x.grad).sum()
        for tensor in (x, *model.parameters()):
            tensor.grad = None
        penalty.backward()
        return [None if t.grad is None else t.grad.tolist() for t in (x, *model.parameters())]

    assert step(hooked=True) == step(hooked=False)


def test_a_graph_can_be_walked_twice_and_by_several_threads():
    layer, seen = Function(lambda x: x * 2.0), Seen()
    layer.register_full_backward_hook(seen)
    x = weight(1.0)
    y = layer(x)
    threads = [threading.Thread(target=lambda: y.backward(retain_graph=True)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.calls == [([2.0], [1.0])] * 4
    assert x.grad.item() == 8.0


def test_a_backward_to_inputs_before_the_module_calls_it_and_one_to_weights_does_not():
    layer, seen = nn.Linear(2, 1), Seen()
    layer.register_full_backward_hook(seen)
    x = weight(np.ones((1, 2)))
    y = layer(x).sum()
    y.backward(inputs=[layer.weight], retain_graph=True)
    assert (len(seen.calls), x.grad) == (0, None)
    assert layer.weight.grad is not None
    y.backward(inputs=[x])
    assert len(seen.calls) == 1
    assert x.grad is not None


def test_complex_gradients_are_shown_as_elsewhere():
    layer = Function(lambda z: z * (1.0 + 2.0j))
    layer.register_full_backward_hook(seen := Seen())
    z = weight(np.array(1.0 + 1.0j))
    layer(z).real.backward()
    assert seen.calls[0][0] == [z.grad.item()] == [1.0 - 2.0j]
    layer.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 1.0j,))
    z.grad = None
    layer(z).real.backward()
    assert z.grad.item() == (1.0 - 2.0j) * 1.0j


def test_a_deep_row_of_hooked_modules_and_no_garbage():
    gc.collect()
    gc.disable()
    try:
        layer = Function(lambda x: x * 1.0)
        layer.register_full_backward_hook(lambda *_: None)
        for walked in (True, False):
            x = y = weight([1.0])
            for _ in range(2_000):
                y = layer(y)
            loss = y.sum()
            if walked:
                loss.backward()
                assert x.grad.tolist() == [1.0]
            del x, y, loss
            assert gc.collect() == 0
    finally:
        gc.enable()


def test_hooked_modules_are_drawn_counted_and_watched():
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(seen := Seen())
    x = weight(np.ones((1, 2), np.float32))
    with ag.retain_all(), ag.detect_anomaly(), ag.profile() as measured:
        y = layer(x).sum()
        y.backward()
    assert len(seen.calls) == 1
    source = ag.draw(y).source
    assert all(name in source for name in ("linear", "gate", "meeting"))
    assert ag.Graph(y).statistics().operations == 5  # linear, sum, two gates, and where they meet
    assert {"linear", "gate", "meeting"} <= {event.operation for event in measured.events}
