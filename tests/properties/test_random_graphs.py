"""Random programs run in the engine and in a naive reference, step by step, and must agree in all they show."""

import copy

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import autograd as ag
from autograd.primitives.domains import REAL
from autograd.testing.strategies import Draw
from tests import reference

#: Numbers are kept below this, so that rounding stays far below the tolerance.
LARGE = 10.0

BINARY = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": lambda x, y: x / y}
UNARY = {"sin": np.sin, "tanh": np.tanh, "negative": lambda x: -x, "square": lambda x: x * x, "copy": lambda x: x + 0}


class Twin:
    """A Tensor, and what the reference says that it is. The name is that of a leaf that requires grad."""

    def __init__(self, tensor, numbers, name=None):
        self.tensor = tensor
        self.numbers = reference.array(numbers)
        self.name = name
        self.gradient = None

    @property
    def is_spent(self):
        """Whether a backward has released something that this was computed from."""
        node = self.tensor.node
        return node is not None and any(each.values is None for each in ag.Graph(self.tensor).operations)


class Programs(RuleBasedStateMachine):
    """Builds a program of handles on Tensors, a step at a time."""

    def __init__(self):
        super().__init__()
        self.twins = []
        self.leaves = 0

    # Making handles

    @rule(data=st.data(), requires_grad=st.booleans())
    def make(self, data, requires_grad):
        values = Draw(data.draw).array(REAL, min_side=1)
        name = None
        if requires_grad:
            name = f"w{self.leaves}"
            self.leaves += 1
        numbers = reference.leaf(name, values) if requires_grad else values
        self.twins.append(Twin(ag.Tensor(values, requires_grad=requires_grad), numbers, name))

    @precondition(lambda self: self.twins)
    @rule(data=st.data(), name=st.sampled_from(sorted(UNARY)))
    def apply(self, data, name):
        twin = self.pick(data)
        self.keep(UNARY[name](twin.tensor), UNARY[name](twin.numbers))

    @precondition(lambda self: self.twins)
    @rule(data=st.data(), sign=st.sampled_from(sorted(BINARY)))
    def combine(self, data, sign):
        one, other = self.pick_two(data)
        if sign == "/":  # by something that is never near to zero
            other = Twin(other.tensor * other.tensor + 1.0, other.numbers * other.numbers + 1.0)
        self.keep(BINARY[sign](one.tensor, other.tensor), BINARY[sign](one.numbers, other.numbers))

    @precondition(lambda self: self.twins)
    @rule(data=st.data(), value=st.sampled_from([2, -0.5, True]), reflected=st.booleans())
    def combine_with_number(self, data, value, reflected):
        twin = self.pick(data)
        if reflected:
            self.keep(value - twin.tensor, value - twin.numbers)
        else:
            self.keep(twin.tensor * value, twin.numbers * value)

    @precondition(lambda self: self.twins)
    @rule(data=st.data(), keepdims=st.booleans())
    def sum(self, data, keepdims):
        twin = self.pick(data)
        axis = Draw(data.draw).axes(twin.tensor.ndim)
        self.keep(twin.tensor.sum(axis, keepdims=keepdims), np.sum(twin.numbers, axis=axis, keepdims=keepdims))

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def max(self, data):
        twin = self.pick(data)
        axis = None if twin.tensor.ndim == 0 else Draw(data.draw).axis(twin.tensor.ndim)
        if twin.tensor.size and not self.has_doubtful_ties(twin):
            self.keep(twin.tensor.max(axis), reference.largest(twin.numbers, axis))

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def rearrange(self, data):
        twin = self.pick(data)
        match data.draw(st.sampled_from(["ravel", "transpose", "new axis"])):
            case "ravel":
                self.keep(twin.tensor.reshape(-1), twin.numbers.reshape(-1))
            case "transpose":
                self.keep(twin.tensor.T, twin.numbers.T)
            case "new axis":
                self.keep(twin.tensor[..., None], twin.numbers[..., None])

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def index(self, data):
        twin = self.pick(data)
        index = self.pick_index(data, twin)
        self.keep(twin.tensor[index], twin.numbers[index])

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def join(self, data):
        one, other = self.pick(data), self.pick(data)
        joined = np.concatenate([one.numbers.ravel(), other.numbers.ravel()])
        self.keep(ag.concat([one.tensor.ravel(), other.tensor.ravel()]), joined)

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def multiply_matrices(self, data):
        twin = self.pick(data)
        if twin.tensor.ndim:
            self.keep(twin.tensor @ twin.tensor.T, twin.numbers @ twin.numbers.T) if twin.tensor.ndim <= 2 else None

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def detach(self, data):
        twin = self.pick(data)
        self.keep(twin.tensor.detach(), reference.detached(twin.numbers))

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def compute_without_recording(self, data):
        one, other = self.pick_two(data)
        with ag.no_grad():
            product = one.tensor * other.tensor
        self.keep(product, reference.detached(one.numbers * other.numbers))

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def make_second_handle(self, data):
        twin = self.pick(data)
        if twin.name is None:
            self.twins.append(Twin(copy.copy(twin.tensor), twin.numbers))

    # Changing handles

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def add_in_place(self, data):
        one, other = self.pick_two(data)
        if np.broadcast_shapes(one.tensor.shape, other.tensor.shape) == one.tensor.shape:
            self.change(one, lambda: one.tensor.__iadd__(other.tensor), one.numbers + other.numbers)

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def assign(self, data):
        twin = self.pick(data)
        index = self.pick_index(data, twin)
        value = self.pick(data)
        numbers = twin.numbers.copy()
        try:
            numbers[index] = value.numbers[()]
        except ValueError:  # the shapes do not fit
            value = Twin(value.tensor.sum(), np.sum(value.numbers))
            numbers[index] = value.numbers[()]
        self.change(twin, lambda: twin.tensor.__setitem__(index, value.tensor), numbers)

    @precondition(lambda self: any(twin.name for twin in self.twins))
    @rule(data=st.data())
    def update_weight(self, data):
        leaf = self.pick_leaf(data)
        with ag.no_grad():
            leaf.tensor -= 0.25
        leaf.numbers = reference.leaf(leaf.name, reference.values(leaf.numbers) - 0.25)

    @precondition(lambda self: len(self.twins) > 1)
    @rule(data=st.data())
    def forget(self, data):
        self.twins.pop(data.draw(st.integers(0, len(self.twins) - 1)))

    # Gradients

    @precondition(lambda self: any(twin.tensor.requires_grad for twin in self.twins))
    @rule(data=st.data(), retain_graph=st.booleans(), create_graph=st.booleans())
    def backward(self, data, retain_graph, create_graph):
        twin = data.draw(st.sampled_from([twin for twin in self.twins if twin.tensor.requires_grad]))
        weights = np.linspace(-1.0, 2.0, twin.tensor.size).reshape(twin.tensor.shape)
        (twin.tensor * weights).sum().backward(retain_graph=retain_graph, create_graph=create_graph)
        total = reference.array(np.sum(twin.numbers * weights))[()]
        for leaf in self.twins:
            if leaf.name is not None and any(name == leaf.name for name, _ in total.slopes):
                slopes = reference.gradient(total, leaf.name, leaf.tensor.shape)
                leaf.gradient = slopes if leaf.gradient is None else leaf.gradient + slopes
        self.check_gradients()
        self.drop_spent()

    @precondition(lambda self: any(twin.name for twin in self.twins))
    @rule(data=st.data())
    def reset_gradient(self, data):
        leaf = self.pick_leaf(data)
        leaf.tensor.grad = leaf.gradient = None

    # What must hold

    @invariant()
    def values_are_equal(self):
        for twin in self.twins:
            np.testing.assert_allclose(twin.tensor.data, reference.values(twin.numbers), rtol=1e-10, atol=1e-10)

    @invariant()
    def what_depends_on_a_leaf_requires_grad(self):
        for twin in self.twins:
            depends = any(each.slopes for each in twin.numbers.flat)
            assert twin.tensor.requires_grad or not depends

    def check_gradients(self):
        for leaf in self.twins:
            if leaf.name is None:
                continue
            if leaf.gradient is None:
                assert leaf.tensor.grad is None or not leaf.tensor.grad.data.any()
                continue
            scale = np.abs(leaf.gradient).max(initial=1.0)
            np.testing.assert_allclose(leaf.tensor.grad.data, leaf.gradient, rtol=0, atol=1e-9 * scale)
            leaf.tensor.grad = leaf.tensor.grad.detach()

    def drop_spent(self):
        """Forget what was computed from released operations; to walk through these must fail, not go wrong."""
        spent = [twin for twin in self.twins if twin.is_spent]
        for twin in spent:
            with pytest.raises(RuntimeError, match="walked before"):
                twin.tensor.sum().backward()
        self.twins = [twin for twin in self.twins if twin not in spent]

    # How the steps choose

    def pick(self, data):
        return data.draw(st.sampled_from(self.twins))

    def pick_leaf(self, data):
        return data.draw(st.sampled_from([twin for twin in self.twins if twin.name]))

    def pick_two(self, data):
        """Two whose shapes broadcast: the sum of the second, if the second itself does not fit."""
        one, other = self.pick(data), self.pick(data)
        try:
            fits = np.broadcast(one.numbers, other.numbers).size <= 64
        except ValueError:
            fits = False
        return one, other if fits else Twin(other.tensor.sum(), np.sum(other.numbers))

    def pick_index(self, data, twin):
        return Draw(data.draw).index(twin.tensor.shape) if twin.tensor.ndim and twin.tensor.size else ...

    def keep(self, tensor, numbers):
        """Keep a result; a large or long one is made smaller first."""
        numbers = reference.array(numbers)
        if np.abs(reference.values(numbers)).max(initial=0.0) > LARGE:
            tensor, numbers = np.tanh(tensor), np.tanh(numbers)
        if numbers.size > 64:
            tensor, numbers = tensor.sum(), np.sum(numbers)
        self.twins.append(Twin(tensor, numbers))

    def change(self, twin, act, numbers):
        """Change a handle in place, which a weight refuses."""
        if twin.name is not None:
            with pytest.raises(RuntimeError, match="no_grad"):
                act()
        else:
            act()
            twin.numbers = reference.array(numbers)

    def has_doubtful_ties(self, twin):
        """Whether two values are so close that rounding decides whether they tie."""
        both = [np.sort(np.ravel(values)) for values in (twin.tensor.data, reference.values(twin.numbers))]
        gaps = [np.diff(values) for values in both]
        return any(((gap > 0) & (gap < 1e-9)).any() for gap in gaps) or not np.array_equal(gaps[0] == 0, gaps[1] == 0)


TestPrograms = Programs.TestCase
TestPrograms.settings = settings(stateful_step_count=40)
