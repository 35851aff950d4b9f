"""The strategies and one-line properties that users test their own functions with."""

import re

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

import autograd as ag
import nn
from autograd import Tensor
from autograd.primitives.domains import COMPLEX, NONZERO, REAL
from autograd.testing import (
    GradientMismatch,
    arrays,
    broadcastable,
    check_gradients,
    conditioned,
    given_tensors,
    indexed,
    indices,
    module_inputs,
    orthogonal,
    positive_definite,
    tensors,
)


def found(strategy, wanted, phases=(Phase.generate,)):
    """Give something that a strategy draws and that is wanted; raises if there is none."""
    return find(strategy, wanted, settings=settings(max_examples=5000, database=None, phases=phases))


# ------------------------------------------------------------------------------------------------ arrays and tensors


@given(arrays((-1, 2), avoid=[0.0, 1.0], margin=0.25))
def test_numbers_keep_away_from_kinks_and_poles(x):
    assert np.all((x >= -1) & (x <= 2) & (np.abs(x) >= 0.25) & (np.abs(x - 1) >= 0.25))


@given(arrays(COMPLEX, avoid=[0.0]))
def test_complex_numbers_keep_away_too(z):
    assert np.all(np.abs(z) >= 0.1)


@given(arrays(REAL, (2, 3), distinct=True), arrays(NONZERO, 4))
def test_shapes_and_ties_are_as_asked_for(x, y):
    assert x.shape == (2, 3)
    assert len(np.unique(x)) == 6
    assert y.shape == (4,)
    assert np.all(np.abs(y) >= NONZERO.gap)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, "complex128"])
@given(data=st.data())
def test_dtypes_are_as_asked_for(dtype, data):
    assert data.draw(arrays(REAL, dtype=dtype)).dtype == dtype


def test_arrays_are_as_various_as_domains_draw_them():
    found(arrays(), lambda x: x.ndim == 0)
    found(arrays(), lambda x: x.size == 0)
    found(arrays(), lambda x: x.size > 1 and x.flags.f_contiguous and not x.flags.c_contiguous)
    found(arrays(COMPLEX, dtype=np.float32), lambda x: x.dtype == np.complex64)
    found(arrays(COMPLEX, dtype=np.float32), lambda x: x.dtype == np.float32)


@given(tensors((0, 1), 3), tensors(requires_grad=False, dtype=np.float32))
def test_tensors_are_leaves(x, y):
    assert (x.shape, x.requires_grad, x.is_leaf) == ((3,), True, True)
    assert (y.dtype, y.requires_grad) == (np.float32, False)


@given(*broadcastable((1, 2), NONZERO, (-1, 1)))
def test_groups_broadcast(x, y, z):
    np.broadcast_shapes(x.shape, y.shape, z.shape)
    assert np.all((x >= 1) & (x <= 2))
    assert np.all(np.abs(y) >= NONZERO.gap)


def test_groups_are_of_every_shape_and_may_have_no_ties():
    pair = st.tuples(*broadcastable(REAL, REAL))
    found(pair, lambda pair: pair[0].shape != pair[1].shape and pair[0].size > 1 and pair[1].size > 1)
    found(pair, lambda pair: pair[0].size and pair[1].size and np.any(pair[0] == pair[1]))

    @given(*broadcastable(REAL, REAL, ties=False))
    def test(x, y):
        assert np.abs(x - y).min(initial=1.0) > 0.004

    test()


@given(*indexed(), indices((2, 3)))
def test_indices_fit(x, index, other):
    np.testing.assert_array_equal(Tensor(x)[index].data, x[index])
    np.zeros((2, 3))[other]


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (lambda: arrays(dtype=int), TypeError, "must be float32, float64, complex64 or complex128, got int64"),
        (lambda: arrays((2, 1)), ValueError, "from a number to one not below it"),
        (lambda: arrays((0, np.inf)), ValueError, "from a number to one not below it"),
        (lambda: arrays((1e300, 1e308)), ValueError, "both of them below 1e+150"),
        (lambda: arrays("ab"), TypeError, "must be a pair of numbers, (low, high), got 'ab'"),
        (lambda: broadcastable(3), TypeError, "must be a pair of numbers, (low, high), got 3"),
        (lambda: arrays(avoid=0.0), TypeError, "a list of numbers, such as [0.0], got 0.0"),
        (lambda: arrays(margin=-1), ValueError, "a number of at least 0, got -1"),
        (lambda: arrays(shape=-1), ValueError, "a length or a tuple of them, of at least 0, got -1"),
        (lambda: arrays(shape=2.5), ValueError, "a length or a tuple of them, of at least 0, got 2.5"),
        (lambda: arrays(min_side=5), ValueError, "give a shape for larger ones"),
        (lambda: arrays((1, 1 + 1e-6), 20, dtype="f4", distinct=True), ValueError, "9 distinct numbers of float32"),
        (lambda: arrays((0, 1), avoid=[0.5], margin=1), ValueError, "no number is left between 0.0 and 1.0"),
        (lambda: arrays((0, 0.25), distinct=True), ValueError, "there are only 17 distinct numbers"),
        (broadcastable, ValueError, "give an interval for each array"),
        (lambda: indices(()), ValueError, "an array of shape () has no axis"),
        (lambda: indices((2, 0)), ValueError, "no element, to be picked from"),
        (lambda: orthogonal(-1), ValueError, "the size of a matrix must not be negative, got -1"),
        (lambda: conditioned((2, -3)), ValueError, "the size of a matrix must not be negative, got -3"),
        (lambda: positive_definite(batch=(-1,)), ValueError, "lengths of a batch must not be negative"),
        (lambda: positive_definite(2, condition=0.5), ValueError, "a condition number is at least 1, got 0.5"),
        (lambda: module_inputs(nn.Flatten()), ValueError, "Flatten does not say what shapes it takes"),
        (lambda: module_inputs(nn.MultiheadAttention(4, 2)), ValueError, "takes query, key, value; give a strategy"),
        (lambda: given_tensors(broadcastable(REAL, REAL)), TypeError, "handed on with a star"),
        (lambda: check_gradients(np.sin, arrays(), order=3), ValueError, "the order is 1 or 2, got 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(wrong, error, says):
    with pytest.raises(error, match=re.escape(says)):
        wrong()


# --------------------------------------------------------------------------------------------------------- matrices


@pytest.mark.parametrize("complex", [False, True])
@pytest.mark.parametrize("batch", [(), (2,), (0, 2)])
@given(data=st.data())
def test_matrices_are_as_promised(batch, complex, data):
    size = data.draw(st.integers(0, 4))
    q = data.draw(orthogonal(size, batch=batch, complex=complex))
    assert q.shape == (*batch, size, size)
    assert np.allclose(np.conj(np.swapaxes(q, -1, -2)) @ q, np.eye(size), atol=1e-13)

    a = data.draw(positive_definite(size, condition=50, batch=batch, complex=complex))
    assert np.array_equal(a, np.conj(np.swapaxes(a, -1, -2)))
    values = np.linalg.eigvalsh(a)
    assert np.all((values > 0.0199) & (values < 1.0001))
    assert np.all(np.diff(values, axis=-1) > 1e-3)

    m = data.draw(conditioned((size, 3), condition=1e4, batch=batch, complex=complex))
    assert m.shape == (*batch, size, 3)
    if size > 1 and m.size:
        assert np.allclose(np.linalg.cond(m), 1e4, rtol=1e-8)


def test_matrices_of_every_kind_are_drawn():
    found(orthogonal(), lambda q: np.linalg.det(q) < 0 and q.shape == (3, 3))
    found(orthogonal(2), lambda q: 0.1 < abs(q[0, 1]) < 0.9)
    found(positive_definite(), lambda a: a.shape == (1, 1))
    found(conditioned(3), lambda m: abs(m[0, 1]) > 0.1)


def test_matrices_shrink_to_diagonal_ones():
    a = found(positive_definite(2, condition=4), lambda a: True, tuple(Phase))
    assert np.array_equal(a, np.diag([1.0, 0.25]))


# ---------------------------------------------------------------------------------------------------------- modules


@pytest.mark.parametrize(
    "module",
    [
        nn.Linear(3, 2),
        nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.Tanh()),
        nn.Conv2d(2, 4, 3, stride=2, padding=1, dilation=2),
        nn.Conv1d(1, 1, 2),
        nn.GroupNorm(2, 4),
    ],
    ids=repr,
)
@given(data=st.data())
def test_inputs_of_a_module_fit(module, data):
    x = data.draw(module_inputs(module))
    assert x.dtype == np.float32
    module(x)


class Stated:
    """A module without parameters that says what it takes."""

    def __init__(self, **stated):
        vars(self).update(stated)

    def children(self):
        return ()

    parameters = children


@given(data=st.data())
def test_other_modules_say_what_they_take(data):
    places = data.draw(module_inputs(Stated(num_embeddings=5)))
    assert places.dtype == np.intp
    assert np.all((places >= 0) & (places < 5))
    assert data.draw(module_inputs(Stated(normalized_shape=(2, 3)))).shape[-2:] == (2, 3)
    batch = data.draw(module_inputs(Stated(num_features=4)))
    assert batch.shape[1:] == (4,)
    assert len(batch) >= 2
    assert data.draw(module_inputs(nn.ReLU(), shape=(2, 3), interval=(1, 2))).min() >= 1


def test_a_module_is_checked_with_its_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    before = {name: value.data.copy() for name, value in model.named_parameters()}
    check_gradients(model, module_inputs(model), order=2, max_examples=5)
    for name, value in model.named_parameters():
        assert value.dtype == np.float32
        assert np.array_equal(value.data, before[name])

    class Cut(nn.Linear):
        def forward(self, input):
            return ag.matmul(input, self.weight.detach().T) + self.bias

    with pytest.raises(GradientMismatch, match=r"by weight .* is wrong"):
        check_gradients(Cut(2, 1), module_inputs(Cut(2, 1)))


# ------------------------------------------------------------------------------------------------ one-line properties


def test_right_functions_have_right_gradients():
    check_gradients(ag.log, arrays((0.1, 4)), order=2)
    check_gradients(np.sort, arrays(distinct=True), max_examples=10)
    check_gradients(np.maximum, *broadcastable(REAL, REAL, ties=False))
    check_gradients(np.linalg.slogdet, positive_definite(), max_examples=10, tolerance=1e-7)
    check_gradients(np.linalg.eigvalsh, positive_definite(2), max_examples=10)
    check_gradients(lambda x, times, index: x[index] * times, *indexed()[:1], 3, ..., method="central")


def test_what_is_drawn_together_is_checked_together():
    check_gradients(lambda x, index: x[index], *indexed(), order=2)


def test_shrinking_ends_at_a_small_counterexample():
    def planted(x):
        return ag.where(x.data > 1.5, x * x.detach(), np.square(x))

    with pytest.raises(GradientMismatch, match="1/2 times the numeric one") as caught:
        check_gradients(planted, arrays((-3, 3)), max_examples=200)
    text = str(caught.value)
    assert "    x = np.array(1.515625)\n    gradcheck(planted, x)" in text
    assert [result.node.operation for result in caught.value.results] == ["where"]
    assert any("gradients_of_planted" in note for note in caught.value.__notes__)


def test_shrinking_ends_at_two_numbers_that_are_equal():
    def tied(x):
        """Wrong where neighbours are equal."""
        equal = np.append(np.diff(x.data) == 0, False)
        return x * 2 + ag.where(equal, x, x.detach())

    with pytest.raises(GradientMismatch, match=re.escape("x = np.array([0.0, 0.0])")):
        check_gradients(tied, arrays(shape=3).map(lambda x: x[:2]), max_examples=500)


def test_one_smallest_failure_is_told_even_if_there_are_several():
    def one_of_two(x):
        if x.size > 2:
            raise IndexError
        return x * x.detach() if x.size == 2 else x

    for _ in range(5):  # which of them is a matter of what is drawn first
        with pytest.raises((GradientMismatch, IndexError)):
            check_gradients(one_of_two, arrays(min_dims=1))


def test_given_tensors_runs_a_test_on_leaves():
    seen = []

    @given_tensors(x=arrays(REAL, 2), times=st.integers(1, 3), y=tensors(requires_grad=False))
    def test(x, times, y):
        assert isinstance(x, Tensor)
        assert (x.requires_grad, y.requires_grad, type(times)) == (True, False, int)
        (x * times).sum().backward()
        assert x.grad.tolist() == [times, times]
        seen.append(x)

    test()
    assert len(seen) > 1


class TestMethodsAndFixtures:
    @given_tensors(x=arrays((1, 2)))
    def test_fixtures_go_with_drawn_tensors(self, request, x):
        assert request.node.name.startswith("test_fixtures")
        assert x.requires_grad


def test_single_precision_is_drawn_and_checked():
    def softmax(x):
        exponentials = np.exp(x)
        return exponentials / exponentials.sum()

    check_gradients(softmax, arrays(shape=2, dtype=np.float32))
    with (
        np.errstate(all="ignore"),
        pytest.raises(GradientMismatch, match="wrong in single precision, and right in double precision") as caught,
    ):
        check_gradients(softmax, arrays((0, 200), 2, dtype=np.float32))
    assert re.search(r"x = np.array\(\[.*\], dtype=np.float32\)\n    gradcheck\(softmax, x\)", str(caught.value))


def test_wide_intervals_are_drawn_from_without_counting_their_numbers():
    assert found(arrays((0, 1e9), 1), lambda x: x[0] > 1e8)


def test_a_model_that_normalises_batches_gets_some():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Tanh()).double()
    check_gradients(model, module_inputs(model), max_examples=5)


@pytest.fixture
def remembered():
    """What Hypothesis remembers of failures, in memory; by keys."""
    before, database = settings.get_current_profile_name(), InMemoryExampleDatabase()
    settings.register_profile("remembering", settings(database=database, derandomize=False))
    settings.load_profile("remembering")
    yield database.data
    settings.load_profile(before)


def test_failures_of_functions_with_one_name_are_remembered_apart(remembered):
    turned = ag.custom_gradient(lambda x: (np.sin(x), lambda g: -g * np.cos(x)))
    doubled = ag.custom_gradient(lambda x: (np.sin(x), lambda g: 2 * g * np.cos(x)))
    one, other = (lambda x: -turned(x), lambda x: -doubled(x))
    known = set()
    for f in (turned, doubled, one, other):
        with pytest.raises(GradientMismatch):
            check_gradients(f, arrays((0.1, 1), shape=2), max_examples=5)
        assert set(remembered) > known
        known = set(remembered)
    with pytest.raises(GradientMismatch):
        check_gradients(turned, arrays((0.1, 1), shape=2), max_examples=5)
    assert set(remembered) == known
