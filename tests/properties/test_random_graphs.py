"""Random programs run in the engine and in a naive reference, step by step, and must agree in all they show."""

import contextlib
import copy

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

import autograd as ag
from autograd.primitives.domains import REAL
from autograd.testing.strategies import Draw
from tests import reference

#: Values larger than this are squashed, and arrays longer than this are summed, so that rounding stays harmless.
LARGE, LONG = 10.0, 48

UNARY = {"sin": np.sin, "tanh": np.tanh, "negative": lambda x: -x, "square": lambda x: x * x, "copy": lambda x: x + 0}
BINARY = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / (y * y + 1.0),
    "-2": lambda x, y: 2.0 - x,
    "*3": lambda x, y: x * 3,
}
ARRANGED = {
    "ravel": lambda x: x.reshape(-1),
    "transposed": lambda x: x.T,
    "with a new axis": lambda x: x[..., None],
    "reversed": lambda x: x[(slice(None, None, -1),) * x.ndim],
}


class Twin:
    """A Tensor, and what the reference says that it is."""

    def __init__(self, tensor, numbers):
        self.tensor = tensor
        self.numbers = reference.array(numbers)


class Weight(Twin):
    """A leaf that requires grad, by name, and the gradient that it ought to have."""

    def __init__(self, values, name):
        super().__init__(ag.Tensor(values, requires_grad=True, name=name), reference.leaf(name, values))
        self.name = name
        self.gradient = None


class Programs(RuleBasedStateMachine):
    """Builds a program on handles of Tensors, a step at a time. Every handle is watched until it is forgotten."""

    handles = Bundle("handles")

    def __init__(self):
        super().__init__()
        self.watched = []
        self.spent = set()
        self.count = 0

    # Steps that give a new handle

    @initialize(target=handles, data=st.data())
    def first_weight(self, data):
        return self.weight(data)

    @rule(target=handles, data=st.data())
    def weight(self, data):
        self.count += 1
        weight = Weight(Draw(data.draw).array(REAL, min_side=1), f"w{self.count}")
        self.watched.append(weight)
        return weight

    @rule(target=handles, data=st.data())
    def constant(self, data):
        values = Draw(data.draw).array(REAL)
        return self.watch(ag.Tensor(values), values)

    @rule(target=handles, name=st.sampled_from(sorted(UNARY)), x=handles)
    def apply(self, name, x):
        return self.watch(UNARY[name](x.tensor), UNARY[name](x.numbers))

    @rule(target=handles, name=st.sampled_from(sorted(BINARY)), x=handles, y=handles)
    def combine(self, name, x, y):
        y = fitted(y, x)
        return self.watch(BINARY[name](x.tensor, y.tensor), BINARY[name](x.numbers, y.numbers))

    @rule(target=handles, name=st.sampled_from(sorted(ARRANGED)), x=handles)
    def rearrange(self, name, x):
        return self.watch(ARRANGED[name](x.tensor), ARRANGED[name](x.numbers))

    @rule(target=handles, data=st.data(), x=handles, keepdims=st.booleans())
    def sum(self, data, x, keepdims):
        axis = Draw(data.draw).axes(x.tensor.ndim)
        return self.watch(x.tensor.sum(axis, keepdims=keepdims), np.sum(x.numbers, axis=axis, keepdims=keepdims))

    @rule(target=handles, data=st.data(), x=handles)
    def max(self, data, x):
        if not x.tensor.size or has_doubtful_ties(x):
            return multiple()
        axis = Draw(data.draw).axis(x.tensor.ndim) if x.tensor.ndim else None
        return self.watch(x.tensor.max(axis), reference.largest(x.numbers, axis))

    @rule(target=handles, data=st.data(), x=handles)
    def index(self, data, x):
        index = draw_index(data, x)
        return self.watch(x.tensor[index], x.numbers[index])

    @rule(target=handles, x=handles, y=handles)
    def join(self, x, y):
        tensor = ag.concat([x.tensor.ravel(), y.tensor.ravel()])
        return self.watch(tensor, np.concatenate([x.numbers.ravel(), y.numbers.ravel()]))

    @rule(target=handles, x=handles)
    def multiply_matrices(self, x):
        if x.tensor.ndim != 2:
            return multiple()
        products = [[np.sum(one * other) for other in x.numbers] for one in x.numbers]
        return self.watch(x.tensor @ x.tensor.T, np.reshape(products, (len(products), len(products))))

    @rule(target=handles, x=handles)
    def detach(self, x):
        return self.watch(x.tensor.detach(), reference.detached(x.numbers))

    @rule(target=handles, x=handles, y=handles)
    def multiply_without_recording(self, x, y):
        y = fitted(y, x)
        with ag.no_grad():
            product = x.tensor * y.tensor
        return self.watch(product, reference.detached(x.numbers * y.numbers))

    # Steps that change a handle

    @rule(x=handles, y=handles)
    def add_in_place(self, x, y):
        y = fitted(y, x, to_the_first=True)
        with refused_by_weights(x):
            x.tensor += y.tensor
            x.numbers = reference.array(x.numbers + y.numbers)

    @rule(data=st.data(), x=handles, y=handles)
    def assign(self, data, x, y):
        index = draw_index(data, x)
        y = fitted(y, Twin(x.tensor[index], x.numbers[index]), to_the_first=True)
        with refused_by_weights(x):
            x.tensor[index] = y.tensor
            x.numbers = x.numbers.copy()
            x.numbers[index] = y.numbers[()]

    @rule(x=handles)
    def change_without_recording(self, x):
        with ag.no_grad():
            x.tensor -= 0.25
        values = reference.values(x.numbers) - 0.25
        x.numbers = reference.leaf(x.name, values) if isinstance(x, Weight) else reference.array(values)

    @rule(target=handles, x=handles)
    def second_handle(self, x):
        return multiple() if isinstance(x, Weight) else self.watch(copy.copy(x.tensor), x.numbers)

    @rule(x=consumes(handles))
    def forget(self, x):
        self.watched.remove(x)

    # Gradients

    @rule(x=handles, retain_graph=st.sampled_from([True, True, False]), create_graph=st.booleans())
    def backward(self, x, retain_graph, create_graph):
        if x.tensor.requires_grad:
            self.walk_back(*weighted_sum(x), retain_graph=retain_graph, create_graph=create_graph)

    def teardown(self):
        """In the end, walk back from everything at once."""
        sums = [weighted_sum(twin) for twin in self.watched if twin.tensor.requires_grad]
        if sums:
            self.walk_back(sum(loss for loss, _ in sums), sum(total for _, total in sums), retain_graph=False)
            self.gradients_are_equal()

    def walk_back(self, loss, total, retain_graph, create_graph=False):
        operations = set(ag.Graph(loss).operations)
        if not self.spent.isdisjoint(operations):
            with pytest.raises(RuntimeError, match="walked before"):
                loss.backward(retain_graph=True)
            return
        loss.backward(retain_graph=retain_graph, create_graph=create_graph)
        if not retain_graph:
            self.spent |= operations
        for weight in self.live_weights():
            if any(name == weight.name for name, _ in total.slopes):
                slopes = reference.gradient(total, weight.name, weight.tensor.shape)
                weight.gradient = slopes if weight.gradient is None else weight.gradient + slopes

    @rule()
    def reset_gradients(self):
        for weight in self.live_weights():
            weight.tensor.grad = weight.gradient = None

    # What must hold after each step

    @invariant()
    def values_are_equal(self):
        for twin in self.watched:
            np.testing.assert_allclose(twin.tensor.data, reference.values(twin.numbers), rtol=1e-10, atol=1e-10)

    @invariant()
    def what_depends_on_a_weight_requires_grad(self):
        for twin in self.watched:
            assert twin.tensor.requires_grad or not any(each.slopes for each in twin.numbers.flat)

    @invariant()
    def gradients_are_equal(self):
        for weight in self.live_weights():
            found = weight.tensor.grad
            if weight.gradient is None:  # a path may lead there, through nothing at all
                assert found is None or not found.data.any()
            else:
                assert found is not None
                size = np.abs(weight.gradient).max(initial=1.0)
                np.testing.assert_allclose(found.data, weight.gradient, rtol=0, atol=1e-9 * size)

    # How the steps do it

    def live_weights(self):
        return [twin for twin in self.watched if isinstance(twin, Weight)]

    def watch(self, tensor, numbers):
        """Watch a result, made smaller if it is large or long."""
        result = Twin(tensor, numbers)
        if np.abs(reference.values(result.numbers)).max(initial=0.0) > LARGE:
            result = Twin(np.tanh(result.tensor), np.tanh(result.numbers))
        if result.tensor.size > LONG:
            result = Twin(result.tensor.sum(), np.sum(result.numbers))
        self.watched.append(result)
        return result


def refused_by_weights(twin):
    """A block that changes a handle: for a weight it must raise, and change nothing."""
    return pytest.raises(RuntimeError, match="no_grad") if isinstance(twin, Weight) else contextlib.nullcontext()


def weighted_sum(twin):
    """Give a number made of all elements of a twin: as a Tensor, and by the reference."""
    weighting = np.linspace(-1.0, 2.0, twin.tensor.size).reshape(twin.tensor.shape)
    return (twin.tensor * weighting).sum(), reference.array(np.sum(twin.numbers * weighting))[()]


def fitted(other, one, to_the_first=False):
    """Give the other one, or its sum if it does not broadcast with the one, or not to the shape of that one."""
    try:
        shape = np.broadcast_shapes(one.tensor.shape, other.tensor.shape)
    except ValueError:
        shape = None
    if shape is None or (to_the_first and shape != one.tensor.shape):
        return Twin(other.tensor.sum(), np.sum(other.numbers))
    return other


def draw_index(data, twin):
    return Draw(data.draw).index(twin.tensor.shape) if twin.tensor.ndim and twin.tensor.size else ...


def has_doubtful_ties(twin):
    """Whether two values are so close that rounding decides whether they tie."""
    gaps = [np.diff(np.sort(np.ravel(values))) for values in (twin.tensor.data, reference.values(twin.numbers))]
    return not np.array_equal(gaps[0] == 0, gaps[1] == 0) or bool(((gaps[0] > 0) & (gaps[0] < 1e-9)).any())


TestPrograms = Programs.TestCase
TestPrograms.settings = settings(max_examples=4 * settings.default.max_examples, stateful_step_count=40)
