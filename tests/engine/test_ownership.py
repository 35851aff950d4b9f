"""Who else holds an array: the answer True allows a write in place, so it must never be wrong."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.ownership import is_held_once, read_only
from tests.engine.helpers import weight

# The answers are taken before they are asserted: pytest holds the parts of an asserted expression.


class Holder:
    def __init__(self, array):
        self.array = array


def test_one_variable():
    array = np.ones(3)
    held = is_held_once(array)
    assert held


def test_one_attribute():
    holder = Holder(np.ones(3))
    held = is_held_once(holder.array)
    assert held


def test_a_slot_of_a_tensor():
    t = Tensor([1.0, 2.0])
    held = is_held_once(t._array)
    assert held


def hold_in_a_variable(array):
    return array


def hold_in_a_list(array):
    return [array]


def hold_in_an_attribute(array):
    return Holder(array)


def hold_by_a_view(array):
    return array[1:]


def hold_by_a_memoryview(array):
    return memoryview(array)


def hold_by_an_iterator(array):
    return iter(array)


def hold_by_a_closure(array):
    return lambda: array


@pytest.mark.parametrize(
    "hold",
    [
        hold_in_a_variable,
        hold_in_a_list,
        hold_in_an_attribute,
        hold_by_a_view,
        hold_by_a_memoryview,
        hold_by_an_iterator,
        hold_by_a_closure,
    ],
)
def test_somebody_else_holds_it(hold):
    array = np.ones(3)
    other = hold(array)
    held = is_held_once(array)
    assert not held
    del other
    held = is_held_once(array)
    assert held


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.broadcast_to(np.ones(1), (3,)),
        lambda: np.frombuffer(bytearray(16)),
    ],
)
def test_memory_of_another_object_is_doubtful(make):
    array = make()
    held = is_held_once(array)
    assert not held


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.ones(6).reshape(2, 3),
        lambda: np.ones((2, 3)).T,
        lambda: np.ones(6)[1:],
        lambda: np.ones((2, 3))[:1].T,
        lambda: np.ones(24, np.uint8)[8:].view(np.float64),
    ],
)
def test_a_view_of_an_array_that_nobody_else_holds(make):
    array = make()
    held = is_held_once(array)
    assert held


@pytest.mark.parametrize("look", [lambda array: array.base, lambda array: array[0], lambda array: array.T, memoryview])
def test_a_view_of_an_array_that_somebody_else_holds(look):
    array = np.ones((2, 3)).T
    other = look(array)
    held = is_held_once(array)
    assert not held
    del other
    held = is_held_once(array)
    assert held


def test_a_read_only_array_cannot_be_written():
    array = np.ones(3)
    array.flags.writeable = False
    held = is_held_once(array)
    assert not held


@pytest.mark.parametrize("thing", [1.0, np.float64(1.0), [1.0], None, np.ones(2).view(np.recarray), Tensor([1.0])])
def test_what_is_no_plain_array_is_doubtful(thing):
    held = is_held_once(thing)
    assert not held


def held_once(tensor):
    return is_held_once(tensor._array)


def test_a_new_tensor_holds_its_array_alone():
    assert held_once(Tensor([1.0, 2.0]))
    assert held_once(weight([1.0, 2.0]))
    assert held_once(weight([1.0, 2.0]) + 1.0)


@pytest.mark.parametrize(
    "look",
    [
        lambda t: t.detach(),
        lambda t: t[:1],
        lambda t: t.reshape(2, 1),
        lambda t: t * t,  # its rule needs it
        np.log,  # its rule needs it
    ],
)
def test_whoever_may_look_again_counts(look):
    t = weight([1.0, 2.0])
    seen = look(t)
    assert not held_once(t)
    del seen
    assert held_once(t)


@pytest.mark.parametrize("look", [lambda t: t.data, lambda t: np.asarray(t.detach()), lambda t: memoryview(t.data)])
def test_memory_that_was_handed_out_is_read_only_for_good(look):
    t = weight([1.0, 2.0])
    seen = look(t)
    assert not held_once(t)
    del seen
    assert not held_once(t)


def test_an_array_to_be_read_cannot_be_made_writable():
    owner = np.arange(6.0).reshape(2, 3).copy()
    for array in (owner, owner.T, owner[1:], owner.T[:1, 1:]):
        seen = read_only(array)
        assert np.shares_memory(seen, owner)
        assert seen.tolist() == array.tolist()
        with pytest.raises(ValueError, match="WRITEABLE"):
            seen.flags.writeable = True
        with pytest.raises(ValueError, match="read-only"):
            seen.base[...] = 0.0
    assert read_only(1.0) == 1.0


def test_a_view_that_could_be_written_still_can():
    owner = np.zeros(3)
    own = owner[1:]
    seen = read_only(owner)
    own[...] = 5.0
    assert seen.tolist() == [0.0, 5.0, 5.0]


def test_a_backward_lets_go_of_what_it_has_used():
    w = weight([1.0, 2.0])
    loss = (w * w).sum()
    assert not held_once(w)
    loss.backward()
    assert held_once(w)


def test_an_operation_that_does_not_need_a_value_does_not_hold_it():
    w = weight([1.0, 2.0])
    total = w + 1.0
    assert held_once(w)
    assert total.requires_grad


def test_what_is_retained_to_be_looked_at_is_not_overwritten():
    w = weight([1.0, 2.0])
    with ag.retain_all():
        total = w + 1.0
    assert not held_once(w)
    assert not held_once(total)


def test_a_gradient_belongs_to_its_leaf_alone():
    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    (x + y).sum().backward()
    assert held_once(x.grad)
    assert held_once(y.grad)
