"""Recording modes: what they do, how they nest, whom they concern; scopes, interception, retention."""

import asyncio
import contextvars
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import Graph, Tensor
from autograd.modes import intercepting
from tests.engine.helpers import assert_values, weight

# ---------------------------------------------------------------------------------------- recording, or not


def records():
    """Whether this thread records: asked of the engine, and tried."""
    tried = (weight(1.0) * 2.0).requires_grad
    assert ag.is_grad_enabled() == tried
    return tried


def test_recording_is_the_default():
    assert records()


def test_no_grad_is_a_context_manager():
    with ag.no_grad():
        assert not records()
    assert records()


def test_enable_grad_records_again_inside():
    with ag.no_grad():
        with ag.enable_grad():
            assert records()
        assert not records()


def test_modes_nest():
    with ag.no_grad(), ag.no_grad():
        assert not records()
    with ag.no_grad():
        with ag.no_grad():
            pass
        assert not records()
    assert records()


def test_one_object_can_be_entered_inside_itself():
    mode = ag.no_grad()
    with mode:
        with ag.enable_grad(), mode:
            assert not records()
        assert not records()
    assert records()


def test_an_exception_restores_the_mode():
    with pytest.raises(ArithmeticError), ag.no_grad():
        raise ArithmeticError
    assert records()


def test_they_are_decorators():
    @ag.no_grad()
    def outside(argument, *, option):
        """Its own words."""
        return argument, option, records(), inside()

    @ag.enable_grad()
    def inside():
        return records()

    assert outside(1, option=2) == (1, 2, False, True)
    assert records()
    assert (outside.__name__, outside.__doc__) == ("outside", "Its own words.")


def test_a_decorated_function_restores_the_mode_after_an_exception():
    @ag.no_grad()
    def fail():
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert records()


def test_a_decorated_function_can_call_itself():
    @ag.no_grad()
    def countdown(n):
        return [records()] + (countdown(n - 1) if n else [])

    assert countdown(3) == [False] * 4
    assert records()


def test_a_decorated_method():
    class Model:
        factor = 3.0

        @ag.no_grad()
        def predict(self, x):
            return x * self.factor

    prediction = Model().predict(weight(2.0))
    assert (prediction.item(), prediction.requires_grad) == (6.0, False)


def test_a_decorated_generator_runs_in_the_mode():
    @ag.no_grad()
    def batches():
        yield records()
        yield records()

    seen = [(inside, records()) for inside in batches()]
    assert seen == [(False, True), (False, True)]


def test_a_decorated_coroutine_runs_in_the_mode():
    @ag.no_grad()
    async def predict():
        await asyncio.sleep(0)
        return records()

    assert asyncio.run(predict()) is False
    assert records()


def test_a_decorated_asynchronous_generator_runs_in_the_mode():
    @ag.no_grad()
    async def batches():
        yield records()
        await asyncio.sleep(0)
        yield records()

    async def collect():
        return [(inside, records()) async for inside in batches()]

    assert asyncio.run(collect()) == [(False, True), (False, True)]


def test_a_decorated_generator_passes_on_what_it_is_sent_and_what_is_thrown_in():
    @ag.no_grad()
    def echo():
        received = []
        try:
            while True:
                try:
                    received.append((yield len(received)))
                except ArithmeticError:
                    received.append("error")
        finally:
            received.append(records())
            seen.extend(received)

    seen = []
    generator = echo()
    assert next(generator) == 0
    assert generator.send("first") == 1
    assert generator.throw(ArithmeticError()) == 2
    generator.close()
    assert seen == ["first", "error", False]
    assert records()


def test_a_decorated_generator_returns_a_value():
    @ag.no_grad()
    def inner():
        yield 1
        return "result"

    def outer():
        return (yield from inner())

    generator = outer()
    assert next(generator) == 1
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "result"


def test_the_mode_at_the_forward_counts_and_not_that_at_the_backward():
    x = weight(3.0)
    loss = x * x
    with ag.no_grad():
        loss.backward()
    assert x.grad.item() == 6.0
    assert not x.grad.requires_grad


def test_without_recording_nothing_is_kept():
    x = weight([1.0, 2.0])
    with ag.no_grad():
        y = np.exp(x) * x
    assert (y.node, y.requires_grad, y.is_leaf) == (None, False, True)


def test_leaves_made_without_recording_require_grad():
    with ag.no_grad():
        x = weight(3.0)
    (x * x).backward()
    assert x.grad.item() == 6.0


# ------------------------------------------------------------------------------------------------ threads and tasks


def in_another_thread(function):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def test_no_grad_concerns_its_own_thread_only():
    with ag.no_grad():
        assert in_another_thread(records)
    inside, outside = threading.Event(), threading.Event()

    def other():
        with ag.no_grad():
            inside.set()
            outside.wait(10)
            return records()

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(other)
        inside.wait(10)
        assert records()
        outside.set()
        assert result.result() is False


def test_one_object_can_be_entered_by_two_threads():
    mode = ag.no_grad()
    entered, left = threading.Event(), threading.Event()

    def other():
        with ag.no_grad():
            with mode:
                entered.set()
                left.wait(10)
            return records()

    with ThreadPoolExecutor(1) as pool:
        with mode:
            result = pool.submit(other)
            entered.wait(10)
        first = records()
        left.set()
        second = result.result()
    assert (first, second) == (True, False)


def test_a_copied_context_carries_the_mode():
    with ag.no_grad():
        context = contextvars.copy_context()
    assert context.run(records) is False
    assert records()


def test_tasks_have_modes_of_their_own():
    async def quiet(turn):
        with ag.no_grad():
            turn.set()
            await asyncio.sleep(0)
            return records()

    async def loud(turn):
        await turn.wait()
        return records()

    async def both():
        turn = asyncio.Event()
        return await asyncio.gather(quiet(turn), loud(turn))

    assert asyncio.run(both()) == [False, True]


def train(seed, steps):
    """Some steps of a small model of its own: the gradients must not depend on what other threads do."""
    random = np.random.default_rng(seed)
    w, b = weight(random.normal(size=(8, 8))), weight(random.normal(size=8))
    x = random.normal(size=(4, 8))
    for _ in range(steps):
        w.grad = b.grad = None
        y = x
        for _ in range(3):
            y = np.tanh(y @ w + b)
        (y * y).mean().backward()
        with ag.no_grad():
            w -= 0.1 * w.grad
            b -= 0.1 * b.grad
        assert records()
    return np.concatenate([w.data.ravel(), b.data, w.grad.data.ravel(), b.grad.data])


def test_threads_record_and_walk_at_once_as_they_would_alone():
    serial = [train(seed, 50) for seed in range(4)]
    start = threading.Barrier(4)

    def run(seed):
        start.wait(10)
        return train(seed, 50)

    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(run, range(4)))
    np.testing.assert_array_equal(parallel, serial)


def test_a_graph_can_be_walked_by_another_thread():
    x = weight(3.0)
    loss = x * x
    in_another_thread(loss.backward)
    assert x.grad.item() == 6.0


# ----------------------------------------------------------------------------------------------------------- scopes


def test_scopes_nest_and_are_kept_with_what_is_retained():
    x = weight(2.0)
    with ag.retain_all():
        a = x * 1.0
        with ag.scope("outer"):
            b = a * 1.0
            with ag.scope("inner"):
                c = b * 1.0
            d = c * 1.0
    assert [t.node.scopes for t in (x, a, b, c, d)] == [(), (), ("outer",), ("outer", "inner"), ("outer",)]


def test_a_scope_is_a_decorator():
    @ag.scope("layer")
    def layer(x):
        return x * 2.0

    with ag.retain_all():
        y = layer(weight(1.0))
    assert y.node.scopes == ("layer",)


def test_without_retention_no_scope_is_kept():
    with ag.scope("layer"):
        y = weight(1.0) * 2.0
    assert y.node.scopes == ()


def test_a_scope_changes_nothing_else():
    with ag.no_grad(), ag.scope("layer"):
        assert not records()


# --------------------------------------------------------------------------------------------------- interception


class Watcher:
    """Writes down the name of each primitive and lets it happen."""

    def __init__(self):
        self.names = []

    def __call__(self, primitive, operands, attributes):
        self.names.append(primitive.name)
        return primitive.perform(operands, attributes, ag.is_grad_enabled())


def watched(function, *operands):
    watcher = Watcher()
    with intercepting(watcher):
        function(*operands)
    return watcher.names


X = Tensor([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda x: x + x, ["add"]),
        (lambda x: 2.0 - x, ["subtract"]),
        (lambda x: x @ x, ["matmul"]),
        (lambda x: -x, ["negative"]),
        (abs, ["abs"]),
        (lambda x: x**2, ["power"]),
        (lambda x: x > 1, ["greater"]),
        (lambda x: x // 2, ["floor_divide"]),
        (lambda x: x[0], ["gather"]),
        (lambda x: x.sum(), ["sum"]),
        (lambda x: x.T, ["permute_dims"]),
        (lambda x: x.reshape(4), ["reshape"]),
        (lambda x: x.clone(), ["positive"]),
        (ag.exp, ["exp"]),
        (np.exp, ["exp"]),
        (np.sum, ["sum"]),
        (np.transpose, ["permute_dims"]),
        (lambda x: np.ones((2, 2)) * x, ["multiply"]),
        (np.add.reduce, ["sum"]),
        (lambda x: np.concatenate([x, x]), ["concatenate"]),
        (lambda x: ag.concat([x, x]), ["concatenate"]),
        (lambda x: np.where(x > 1, x, 0), ["greater", "where"]),
    ],
)
def test_interception_sees_operators_methods_and_functions(function, names):
    assert watched(function, X) == names


def test_interception_sees_operations_on_plain_numbers_and_arrays():
    assert watched(lambda: ag.exp(1.0)) == ["exp"]
    assert watched(lambda: ag.multiply(np.ones(2), 2.0)) == ["multiply"]


def test_interception_sees_changes_in_place():
    y = Tensor([1.0, 2.0])

    def change():
        nonlocal y
        y += 1.0
        y[0] = 5.0

    assert watched(change) == ["add", "put"]
    assert_values(y, [5.0, 3.0])


def test_interception_sees_what_compositions_are_made_of():
    assert watched(ag.var, X) == ["mean", "subtract", "square", "sum", "multiply"]


def test_interception_sees_the_rules_of_a_backward_that_records():
    x = weight([1.0, 2.0])
    loss = np.tanh(x).sum()
    names = watched(lambda: loss.backward(create_graph=True))
    assert {"broadcast_to", "multiply", "subtract"} <= set(names)
    x.grad = None


def test_interception_does_not_see_the_rules_of_a_plain_backward():
    x = weight([1.0, 2.0])
    loss = np.tanh(x).sum()
    assert watched(loss.backward) == []


def test_interception_may_replace_results():
    def seven(primitive, operands, attributes):
        return Tensor(7.0)

    with intercepting(seven):
        y = weight(1.0) * 2.0
    assert y.item() == 7.0


def test_interception_ends_with_its_block_and_with_its_thread():
    watcher = Watcher()
    with intercepting(watcher):
        in_another_thread(lambda: X + X)
    X + X
    assert watcher.names == []


def test_an_interceptor_gets_operands_by_position_and_all_attributes():
    seen = []

    def look(primitive, operands, attributes):
        seen.append((len(operands), dict(attributes)))
        return primitive.perform(operands, attributes, recording=False)

    with intercepting(look):
        X.sum()
        ag.sum(X, 0, keepdims=True)
        ag.clip(X, max=2.0)
        ag.linear(X, np.eye(2))
    assert seen == [
        (1, {"axis": None, "dtype": None, "keepdims": False}),
        (1, {"axis": 0, "dtype": None, "keepdims": True}),
        (3, {}),
        (3, {}),
    ]


# ------------------------------------------------------------------------------------------------------- retention


def test_everything_is_retained():
    x = weight([1.0, 2.0], name="x")
    with ag.retain_all():
        y = x * 3.0
        z = np.exp(y)
        loss = z.sum()
    loss.backward()
    e = np.exp([3.0, 6.0])
    np.testing.assert_array_equal(y.node.value, [3.0, 6.0])
    np.testing.assert_array_equal(z.node.value, e)
    assert_values(y.grad, e)
    assert_values(z.grad, [1.0, 1.0])
    assert_values(x.grad, 3.0 * e)


def test_without_retention_a_backward_drops_values_and_gradients():
    x = weight([1.0, 2.0])
    y = x * 3.0
    z = np.exp(y)
    loss = z.sum()
    node = z.node
    assert node.value is not None  # its own rule needs it
    loss.backward()
    assert (y.grad, z.grad, node.value) == (None, None, None)


def test_operands_are_retained():
    x = weight([1.0, 2.0])
    with ag.retain_all():
        y = x * 3.0
    first, second = y.node.operands
    np.testing.assert_array_equal(np.array(first.data if isinstance(first, Tensor) else first), [1.0, 2.0])
    assert float(second) == 3.0


def values_of(operands):
    return [np.array(operand.data if isinstance(operand, Tensor) else operand).tolist() for operand in operands]


def test_retained_operands_are_those_that_were_used():
    x = weight([1.0, 2.0])
    raw = np.array([10.0, 10.0])
    with ag.retain_all():
        y = x * raw
        y += 1.0
    with ag.no_grad():
        x[...] = 0.0
    raw[:] = 0.0
    total = y.node
    product = total.parents[0]
    assert values_of(product.operands) == [[1.0, 2.0], [10.0, 10.0]]
    assert values_of(total.operands) == [[10.0, 20.0], 1.0]
    np.testing.assert_array_equal(total.value, [11.0, 21.0])


def test_a_retained_list_is_the_one_that_was_used():
    factors = [3.0, 4.0]
    with ag.retain_all():
        y = weight([1.0, 2.0]) * factors
    factors[0] = 99.0
    assert values_of(y.node.operands)[1] == [3.0, 4.0]


def test_the_source_line_is_retained():
    with ag.retain_all():
        y = weight(1.0) * 2.0
    line = next(
        i for i, text in enumerate(Path(__file__).read_text().splitlines(), 1) if "y = weight(1.0) * 2.0" in text
    )
    assert "test_modes.py:" in y.node.line
    assert int(y.node.line.split(":")[-1]) >= line


@pytest.mark.parametrize("package", ["nnunet", "optimizers", "autograd_lessons"])
def test_a_package_whose_name_starts_like_ours_is_not_ours(package):
    root = Path(ag.__file__).parent.parent
    program = "\n" * 41 + "y = x * 2.0"
    names = {"x": weight(1.0)}
    with ag.retain_all():
        exec(compile(program, str(root / package / "program.py"), "exec"), names)
    assert names["y"].node.line.endswith("program.py:42")


def test_the_second_backward_names_the_line_if_it_is_known():
    x = weight(2.0)
    with ag.retain_all():
        y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match=r"what multiply, recorded at .*test_modes.py:\d+ needs"):
        y.backward()


def test_retention_goes_together_with_an_interceptor():
    watcher = Watcher()
    with intercepting(watcher), ag.retain_all():
        y = weight(2.0) * 3.0
    assert watcher.names == ["multiply"]
    assert y.node.value.item() == 6.0
    with ag.retain_all(), ag.retain_all():
        y = weight(2.0) * 3.0
    assert y.node.value.item() == 6.0


def test_retention_without_recording_keeps_nothing():
    with ag.retain_all(), ag.no_grad():
        y = weight(2.0) * 3.0
    assert y.node is None


def test_a_retained_graph_shows_every_value_and_gradient():
    x, w = weight(2.0, name="x"), weight(3.0, name="w")
    with ag.retain_all():
        loss = np.tanh(x * w) * 2.0
    loss.backward()
    nodes = Graph(loss).nodes
    assert [node.value is not None for node in nodes] == [True] * len(nodes)
    assert [node.grad is not None for node in nodes] == [True] * len(nodes)


def test_modes_leave_no_garbage():
    gc.collect()
    for _ in range(10):
        with ag.no_grad(), ag.enable_grad(), ag.scope("s"), ag.retain_all(), intercepting(Watcher()):
            weight(1.0) * 2.0
    assert gc.collect() == 0
