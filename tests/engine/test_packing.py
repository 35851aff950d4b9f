"""saved_tensors_hooks: what is packed, when it is unpacked, and that nothing else changes."""

import numpy as np
import pytest

import autograd as ag
from autograd import Graph, Tensor, primitive
from autograd.modes import intercepting
from tests.engine.helpers import assert_values, garbage_of, memory_of, python_calls, weight


class Store:
    """Packs arrays into numbered places, and writes down what it sees."""

    def __init__(self):
        self.kept = {}
        self.packed, self.unpacked = [], []

    def pack(self, tensor):
        assert type(tensor) is Tensor
        assert not tensor.requires_grad
        self.packed.append(tensor.tolist())
        number = len(self.kept)
        self.kept[number] = np.array(tensor.data)
        return number

    def unpack(self, number):
        self.unpacked.append(number)
        return Tensor(self.kept[number])

    def hooks(self):
        return ag.saved_tensors_hooks(self.pack, self.unpack)


def step(function, *values, **options):
    """The gradients of a function of weights, computed anew."""
    weights = [weight(value) for value in values]
    result = function(*weights)
    result.backward(np.ones(result.shape), **options)
    gradients = [w.grad.tolist() for w in weights]
    for w in weights:
        w.grad = None
    return gradients


FUNCTIONS = {
    "result": lambda x, y: np.exp(x) + y,
    "operands": lambda x, y: x * y,
    "one operand twice": lambda x, y: x * x * y,
    "nothing": lambda x, y: x + y,
    "matmul": lambda x, y: x @ y,
    "constants": lambda x, y: x * 2.0 + y * np.array([3.0, 4.0]),
    "several": lambda x, y: np.tanh(ag.concat([x * y, y])).reshape(2, 2).sum(axis=0),
    "index": lambda x, y: x[np.array([0, 0, 1])].sum() * y,
    "minimum": np.minimum,
    "prod": lambda x, y: ag.prod(x) * y,
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_what_they_are_without(name, create_graph):
    values = [1.0, 2.0], [3.0, -4.0]
    store = Store()
    with store.hooks():
        inside = step(FUNCTIONS[name], *values, create_graph=create_graph)
    assert inside == step(FUNCTIONS[name], *values, create_graph=create_graph)
    if name != "nothing":
        assert set(store.unpacked) == set(store.kept) or create_graph


@pytest.mark.usefixtures("throwaway")
def test_all_operands_of_a_variadic_rule_are_packed():
    @primitive(rules={"parts": lambda g, parts, out, index: g * out / parts[index]})
    def product(*parts):
        return parts[0] * parts[1] * parts[2]

    store = Store()
    with store.hooks():
        y = product(weight([2.0]), 3.0, weight([4.0]))
    assert store.packed == [[2.0], [4.0], [24.0]]
    first, second = y.node.parents[0], y.node.parents[2]
    gradients = {}
    for node in (first, second):
        node.annotate().hooks = {0: lambda g, node=node: gradients.update({node: g.tolist()})}
    y.sum().backward()
    assert gradients == {first: [12.0], second: [6.0]}


def test_the_hooks_compute_what_is_used():
    x = weight([1.0, 2.0])
    with ag.saved_tensors_hooks(lambda t: t, lambda t: t * 10.0):
        y = x * np.array([3.0, 4.0])
    y.sum().backward()
    assert_values(x.grad, [30.0, 40.0])


def test_each_array_is_packed_once_and_unpacked_once_in_a_walk():
    x = weight([1.0, 2.0])
    store = Store()
    with store.hooks():
        y = ag.maximum(x, np.array([1.0, 3.0]) * x)  # whose rules need the operands and the result
        assert len(store.packed) == len({str(values) for values in store.packed})
    y.sum().backward(retain_graph=True)
    assert sorted(store.unpacked) == sorted(store.kept)
    y.sum().backward()
    assert sorted(store.unpacked) == sorted([*store.kept, *store.kept])


def test_the_array_itself_is_let_go_of():
    x = weight([1.0, 2.0])
    store = Store()
    with store.hooks():
        y = np.exp(x)
        loss = y.sum()
    array = memory_of(y)
    del y
    assert array() is None
    loss.backward()
    assert_values(x.grad, np.exp([1.0, 2.0]))


def test_what_is_packed_goes_with_the_backward_and_with_the_graph():
    class Something:
        count = 0

        def __init__(self, tensor):
            type(self).count += 1
            self.tensor = tensor

        def __del__(self):
            type(self).count -= 1

    with ag.saved_tensors_hooks(Something, lambda packed: packed.tensor):
        loss, other = np.exp(weight([1.0])).sum(), np.exp(weight([1.0])).sum()
    assert Something.count == 2
    loss.backward()
    assert Something.count == 1
    del other
    assert Something.count == 0


def test_numbers_and_shapes_are_not_packed():
    store = Store()
    with store.hooks():
        weight([[1.0, 2.0]]).sum(axis=1)
        weight([1.0]) + 2.0
        weight([1.0]).reshape(1, 1)
    assert store.packed == []


def test_a_weight_that_is_kept_is_packed_too():
    store = Store()
    with store.hooks():
        weight([1.0]) * weight([2.0])
    assert store.packed == [[2.0], [1.0]]


def test_without_recording_nothing_is_packed():
    store = Store()
    with store.hooks(), ag.no_grad():
        np.exp(weight([1.0]))
    with store.hooks():
        np.exp(Tensor([1.0]))
    assert store.packed == []


def test_the_innermost_hooks_count():
    outer, inner = Store(), Store()
    x = weight([1.0])
    with outer.hooks():
        first = np.exp(x)
        with ag.retain_all(), inner.hooks():
            second = np.exp(x)
        third = np.exp(x)
    assert (len(outer.packed), len(inner.packed)) == (2, 1)
    (first + second + third).sum().backward()
    assert (len(outer.unpacked), len(inner.unpacked)) == (2, 1)


def test_other_modes_go_on():
    watched, store = [], Store()

    def watch(primitive, operands, attributes):
        watched.append(primitive.name)
        return primitive.perform(operands, attributes, ag.is_grad_enabled())

    with intercepting(watch), store.hooks(), ag.profile() as measured, ag.detect_anomaly(), ag.scope("part"):
        y = np.exp(weight([1.0]))
        with ag.no_grad(), ag.enable_grad():
            y = y * y
        y.sum().backward()
    assert watched == ["exp", "multiply", "sum"]
    assert len(store.packed) == 3  # of multiply, both operands: they are one array in two places
    assert len(measured.events) == 7
    with store.hooks(), intercepting(watch):
        np.exp(weight([1.0]))
    assert len(store.packed) == 3


def test_hooks_neither_record_nor_are_seen_nor_pack_what_they_compute():
    x = weight([1.0])
    scale = weight([1.0])
    seen = []

    def pack(tensor):
        seen.append(ag.is_grad_enabled())
        return np.exp(tensor) * scale

    def unpack(tensor):
        seen.append((ag.is_grad_enabled(), tensor.requires_grad))
        return np.log(tensor)

    with ag.saved_tensors_hooks(pack, unpack), ag.profile() as measured:
        np.exp(x).backward([1.0], create_graph=True)
    x.grad = None
    assert seen[:2] == [False, (False, False)]
    assert "log" not in {event.operation for event in measured.events}


def test_whoever_looks_at_a_node_sees_what_is_unpacked():
    store = Store()
    with store.hooks():
        y = np.exp(weight([0.0]))
    assert y.node.value.tolist() == [1.0]
    assert "exp" in ag.draw(y).source
    assert y.node.kept()[-1].tolist() == [1.0]


def test_statistics_count_what_is_packed_as_it_is_packed():
    x = weight(np.ones(128))
    with ag.saved_tensors_hooks(
        lambda t: (t.data.astype(np.float16), "float64"), lambda packed: packed[0].astype(packed[1])
    ):
        y = np.exp(x)
    assert Graph(y).statistics().nbytes == 256
    with Store().hooks():
        y = np.exp(x)
    assert Graph(y).statistics().nbytes == 0


def test_a_released_graph_says_so():
    with Store().hooks():
        y = np.exp(weight([1.0])).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="walked before"):
        y.backward()


def test_it_is_a_decorator():
    store = Store()

    @store.hooks()
    def function(x):
        return np.exp(x)

    function(weight([1.0]))
    assert len(store.packed) == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (None, r"float64 \(2,\), for exp; it gave None, a NoneType"),
        (3.0, "it gave 3.0, a float"),
        ([1.0, 2.0], "a list"),
        (np.ones(3), r"it gave float64 \(3,\)"),
        (np.ones((2, 1)), r"it gave float64 \(2, 1\)"),
        (np.ones(2, np.float32), r"it gave float32 \(2,\)"),
        (Tensor(np.ones(2, np.float32)), r"it gave float32 \(2,\)"),
    ],
)
def test_what_is_unpacked_must_fit(given, error):
    x = weight([1.0, 2.0])
    with ag.saved_tensors_hooks(lambda t: t, lambda t: given):
        y = np.exp(x).sum()
    with pytest.raises((TypeError, ValueError), match=error):
        y.backward()
    assert x.grad is None


def test_an_array_that_the_user_goes_on_to_hold_is_not_shared():
    x = weight([1.0, 2.0])
    mine = np.array([5.0, 6.0])
    with ag.saved_tensors_hooks(lambda t: None, lambda _: mine):
        y = x * np.array([3.0, 4.0])
    y.backward(np.ones(2), create_graph=True)
    mine[:] = 0.0
    assert_values(x.grad, [5.0, 6.0])
    x.grad = None


def test_an_error_in_a_hook_goes_up_and_leaves_the_mode():
    def fail(tensor):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), ag.saved_tensors_hooks(fail, fail):
        np.exp(weight([1.0]))
    assert ag.is_grad_enabled()
    x = weight([1.0])
    assert python_calls(lambda: x * x).total() == 4


@pytest.mark.parametrize(("pack", "unpack"), [(None, abs), (abs, None), (abs, 3)])
def test_hooks_are_functions(pack, unpack):
    with pytest.raises(TypeError, match="pack_hook must be a function, got"):
        ag.saved_tensors_hooks(pack, unpack)


def test_nothing_is_left_to_the_garbage_collector(no_collector):
    def scenario():
        with ag.saved_tensors_hooks(lambda t: t, lambda t: t):
            x = weight([1.0, 2.0])
            (np.exp(x) * x).sum().backward()
            np.exp(x).sum()

    assert garbage_of(scenario) == 0
