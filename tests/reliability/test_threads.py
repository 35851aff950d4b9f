"""Threads: eight build and walk graphs at once, and each has what it would have had alone, bit for bit."""

import random
import subprocess
import sys
import threading

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from tests.properties.test_random_graphs import ARRANGED, BINARY, UNARY

THREADS = 8
ROUNDS = 8


@pytest.fixture(autouse=True)
def eager_switches():
    """Let threads take turns so often that a race shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(function, arguments):
    """Call a function in a thread for each argument, all at the same time; give what they gave."""
    results, errors = [None] * len(arguments), []
    start = threading.Barrier(len(arguments))

    def work(place, argument):
        start.wait()
        try:
            results[place] = function(argument)
        except BaseException as error:  # noqa: BLE001 - it is raised below
            errors.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(arguments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def assert_equal_to_serial(function):
    expected = [function(seed) for seed in range(THREADS)]
    assert len(set(expected)) == THREADS  # they are different pieces of work
    for _ in range(ROUNDS):
        assert at_once(function, range(THREADS)) == expected


def in_bytes(*tensors):
    return b"|".join(b"" if tensor is None else np.asarray(tensor.detach()).tobytes() for tensor in tensors)


# -------------------------------------------------------------------------------------------- graphs of one's own


def random_graph(seed):
    """A random program on two weights; gives its result, all leaves, and all handles on the way."""
    choose, numbers = random.Random(seed), np.random.default_rng(seed)
    leaves = [ag.Tensor(numbers.uniform(-1, 1, (2, 3)), requires_grad=True, name=f"w{i}") for i in range(2)]
    handles = list(leaves)
    for _ in range(24):
        x, y = choose.choice(handles), choose.choice(handles)
        kind = choose.choice(["unary", "binary", "binary", "arranged", "mean", "unrecorded", "changed"])
        if kind == "unary":
            x = choose.choice(list(UNARY.values()))(x)
        elif kind == "binary":
            x = choose.choice(list(BINARY.values()))(x, y if y.shape == x.shape else y.mean())
        elif kind == "arranged":
            x = choose.choice(list(ARRANGED.values()))(x)
        elif kind == "mean":
            x = x.mean(axis=-1) if x.ndim else x * 2.0
        elif kind == "unrecorded":
            with ag.no_grad():
                x = x * y.mean()
                assert not x.requires_grad
        else:
            x = x + 0
            x *= 0.5
        handles.append(np.tanh(x))
    return sum(handle.mean() for handle in handles), leaves, handles


def with_modes_and_hooks(seed):
    """Walk a random graph with hooks on it, values kept, a gradient of a gradient."""
    seen = []
    loss, leaves, handles = random_graph(seed)
    for handle in handles[2::3]:
        if handle.requires_grad:
            handle.retain_grad()
            handle.register_hook(lambda g: seen.append(in_bytes(g)))
            handle.register_hook(lambda g: g * 1.5)
    loss.backward(create_graph=True)
    gradients = [leaf.grad for leaf in leaves]
    kept = [handle.grad for handle in handles[2::3] if handle.requires_grad]
    sum((g * g).sum() for g in gradients if g is not None).backward()
    return in_bytes(loss, *gradients, *kept, *[leaf.grad for leaf in leaves]) + b"".join(seen)


def with_transforms(seed):
    x = np.random.default_rng(seed).uniform(-1, 1, 4)

    def f(x):
        return np.sum(np.tanh(x) * np.sin(3 * x)) + np.prod(x)

    with ag.detect_anomaly() if seed % 2 else ag.retain_all():
        parts = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(ag.grad(f), (x,), (x,))[1], ag.checkpoint(f)(ag.Tensor(x))]
    return b"|".join(np.asarray(part).tobytes() for part in parts)


def with_training(seed):
    """Train a small model for some steps, with an optimizer of its own."""
    numbers = np.random.default_rng(seed)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
    with ag.no_grad():
        for parameter in model.parameters():
            parameter[...] = numbers.uniform(-1, 1, parameter.shape).astype(np.float32)
    optimizer = (optim.Adam if seed % 2 else optim.SGD)(model.parameters(), lr=0.05)
    x, y = numbers.uniform(-1, 1, (2, 8, 3)).astype(np.float32)
    for _ in range(4):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(ag.Tensor(x)), ag.Tensor(y[:, :1]))
        loss.backward()
        optimizer.step()
    return in_bytes(loss, *model.parameters())


@pytest.mark.parametrize("work", [with_modes_and_hooks, with_transforms, with_training])
def test_eight_threads_do_what_each_does_alone(work):
    assert_equal_to_serial(work)


def test_all_kinds_of_work_at_once():
    works = [with_modes_and_hooks, with_transforms, with_training]

    def mixed(seed):
        return works[seed % 3](seed)

    assert_equal_to_serial(mixed)


# ------------------------------------------------------------------------------------------------------ one graph


@pytest.mark.parametrize("create_graph", [False, True])
def test_one_graph_is_walked_by_eight_threads(create_graph):
    loss, leaves, _ = random_graph(3)

    def walk_twice(weight):
        weights = ag.Tensor(1.0 + weight)
        options = {"retain_graph": True, "create_graph": create_graph, "allow_unused": True}
        first, second = (ag.grad(loss, leaves, weights, **options) for _ in range(2))
        return in_bytes(*first), in_bytes(*second)

    expected = [walk_twice(weight) for weight in range(THREADS)]
    for _ in range(ROUNDS):
        assert at_once(walk_twice, range(THREADS)) == expected
    assert all(leaf.grad is None for leaf in leaves)


# ---------------------------------------------------------------------------------------------------- late loading

LATE = """
import sys, threading
import numpy as np
import autograd as ag

sys.setswitchinterval(1e-6)
x = ag.Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
ways = [
    lambda: ag.einsum("ii", x),
    lambda: np.einsum("ii", x),
    lambda: ag.linalg.det(x) * 1.0,
    lambda: np.linalg.det(x) * 1.0,
    lambda: ag.grad(lambda y: (y * y).sum())(x).sum(),
    lambda: np.sinh(x).sum(),
    lambda: ag.special.gammaln(x).sum(),
    lambda: np.add.accumulate(x).sum(),
]
start, found = threading.Barrier(len(ways)), {}

def work(place):
    start.wait()
    found[place] = ways[place]().item()

assert "autograd.further" not in sys.modules
threads = [threading.Thread(target=work, args=(place,)) for place in range(len(ways))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert found == {place: way().item() for place, way in enumerate(ways)}, found
"""


@pytest.mark.parametrize("run", range(2))
def test_eight_threads_load_late_names_at_once(run):
    ended = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr
