"""Long training leaves memory flat: no object and no byte stays behind, with the garbage collector off."""

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
import optim

STEPS = 100_000

#: So many steps fill what is filled once: caches, free lists, the gradients' memory.
WARMING = 200

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=np.float32)
Y = np.array([[0.0], [1.0], [1.0], [0.0]], dtype=np.float32)


@pytest.fixture(autouse=True)
def no_collector():
    """Nothing is freed but by its last reference."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Training:
    """Exclusive or, learned by a small network; each method is a way to do one step."""

    def __init__(self):
        ag.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
        self.optimizer = optim.SGD(self.model.parameters(), lr=0.1)
        self.inputs, self.targets = ag.Tensor(X), ag.Tensor(Y)
        self.count = 0

    def loss(self, inputs=None, targets=None):
        inputs, targets = (self.inputs, self.targets) if inputs is None else (inputs, targets)
        return nn.functional.mse_loss(self.model(inputs), targets)

    def plain(self):
        self.optimizer.zero_grad()
        loss = self.loss()
        loss.backward()
        self.optimizer.step()
        return loss

    def with_hooks(self):
        handles = [self.model[0].register_forward_hook(lambda module, inputs, output: output * 1.0)]
        handles.append(self.model[2].register_full_backward_hook(lambda module, inputs, outputs: None))
        self.optimizer.zero_grad()
        loss = self.loss()
        handles.append(loss.register_hook(lambda g: g * 2))
        loss.retain_grad()
        loss.backward()
        self.optimizer.step()
        for handle in handles:
            handle.remove()

    def with_a_gradient_penalty(self):
        self.optimizer.zero_grad()
        inputs = ag.Tensor(X, requires_grad=True)
        loss = self.loss(inputs, self.targets)
        (slope,) = ag.grad(loss, inputs, create_graph=True)
        (loss + (slope * slope).sum()).backward()
        self.optimizer.step()

    def with_gradients_that_keep_their_graph(self):
        self.optimizer.zero_grad()
        self.loss().backward(create_graph=True)
        self.optimizer.step()

    def with_checkpoint(self):
        self.optimizer.zero_grad()
        hidden = ag.checkpoint(self.model[0])(self.inputs)
        nn.functional.mse_loss(self.model[2](np.tanh(hidden)), self.targets).backward()
        self.optimizer.step()

    def with_all_gradients_kept(self):
        with ag.retain_all():
            self.plain()

    def with_anomalies_watched(self):
        with ag.detect_anomaly():
            self.plain()

    def with_a_profile(self):
        with ag.profile():
            self.plain()

    def with_minibatches(self):
        chosen = ag.generator().permutation(4)[:2]
        self.optimizer.zero_grad()
        self.loss(self.inputs[chosen], ag.Tensor(Y[chosen])).backward()
        self.optimizer.step()

    def with_transforms(self):
        weights = {name: np.asarray(value.detach()) for name, value in self.model.named_parameters()}
        ag.grad(lambda tree: sum((value**2).sum() for value in tree.values()))(weights)
        ag.hvp(lambda x: np.sum(np.tanh(x)), (X,), (X,))
        ag.jacobian(np.tanh)(X[0])

    def with_an_error_in_the_forward(self):
        hidden = self.model[0](self.inputs)
        with pytest.raises(ValueError, match="in_features=2"):
            self.model[0](np.tanh(hidden))
        self.plain()

    def with_an_error_in_the_backward(self):
        def stumble(g):
            raise ArithmeticError("in the middle of a backward")

        self.optimizer.zero_grad()
        hidden = self.model[0](self.inputs)
        hidden.register_hook(stumble)
        loss = nn.functional.mse_loss(self.model[2](hidden), self.targets)
        with pytest.raises(ArithmeticError):
            loss.backward()
        with pytest.raises(RuntimeError, match="walked before"):
            loss.backward()
        self.plain()


def left_behind(step, steps):
    """How many objects in cycles, and how many bytes, are left by so many steps.

    A collection counts the first, and empties the interpreter's free lists, which would count as bytes. What fills a
    cache does so once: the least of three turns is what goes on.
    """
    turns = []
    tracemalloc.start()
    try:
        for _ in range(4):
            gc.collect()
            size, _ = tracemalloc.get_traced_memory()
            for _ in range(steps):
                step()
            turns.append((gc.collect(), tracemalloc.get_traced_memory()[0] - size))
    finally:
        tracemalloc.stop()
    return (min(each) for each in zip(*turns[1:], strict=True))


def resident_bytes():
    """The memory of this process, as the system sees it; 0 where it does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 if statm.exists() else 0


def test_a_hundred_thousand_steps_leave_memory_flat():
    training = Training()
    for _ in range(WARMING):
        training.plain()
    objects, resident = len(gc.get_objects()), resident_bytes()
    for _ in range(STEPS):
        loss = training.plain()
    del loss
    assert len(gc.get_objects()) - objects < 20
    assert resident_bytes() - resident < 4 << 20  # a leak of 42 bytes a step
    assert training.loss().item() < 1e-3


@pytest.mark.parametrize("way", [name for name in vars(Training) if name.startswith("with_")] + ["plain"])
def test_steps_of_all_kinds_leave_nothing(way):
    steps = 60
    objects, size = left_behind(getattr(Training(), way), steps)
    assert objects < steps // 2, f"{objects} objects in cycles are left by {steps} steps"
    assert size < 96 * steps, f"{size} bytes stay after {steps} steps"
