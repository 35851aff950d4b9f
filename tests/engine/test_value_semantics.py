"""Value semantics: no two Tensors alias as far as a user can see, and updates in place leave earlier readers alone."""

import copy
import operator
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

# ------------------------------------------------------------------------------------------- operators in place


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (operator.iadd, [1.0, 1.0]),
        (operator.isub, [1.0, 1.0]),
        (operator.imul, [3.0, 4.0]),
        (operator.itruediv, [1 / 3.0, 1 / 4.0]),
        (operator.ipow, [3 * 4.0**2, 4 * 6.0**3]),
        (operator.ifloordiv, [0.0, 0.0]),
        (operator.imod, [1.0, 1.0]),
    ],
)
def test_operators_in_place_differentiate(update, expected):
    x = weight([2.0, 3.0])
    y = x * 2.0
    handle = y
    y = update(y, np.array([3.0, 4.0]))
    assert y is handle
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, 2.0 * np.array(expected), rtol=1e-12)


def test_a_matrix_product_in_place_differentiates():
    x = weight(np.eye(2))
    y = x * 1.0
    y @= np.array([[1.0, 2.0], [3.0, 4.0]])
    y.sum().backward()
    assert_values(x.grad, [[3.0, 7.0], [3.0, 7.0]])


def test_the_operand_of_an_operator_in_place_gets_its_gradient():
    x, w = weight([2.0, 3.0]), weight([5.0, 7.0])
    y = x * 1.0
    y *= w
    y.sum().backward()
    assert_values(x.grad, [5.0, 7.0])
    assert_values(w.grad, [2.0, 3.0])


def test_an_update_by_itself_counts_both_uses():
    x = weight(3.0)
    y = x * 1.0
    y *= y
    y.backward()
    assert x.grad.item() == 6.0


def test_earlier_readers_keep_what_they_read():
    x = weight([1.0, 2.0])
    y = x * 2.0
    before = y * y
    seen = y.detach()
    y += 100.0
    assert_values(before, [4.0, 16.0])
    assert_values(seen, [2.0, 4.0])
    before.sum().backward()  # 4 x^2
    assert_values(x.grad, [8.0, 16.0])


def test_another_name_for_the_same_tensor_moves_along():
    y = weight([1.0]) * 2.0
    same = y
    y += 1.0
    assert same is y
    assert_values(same, [3.0])


def test_a_constant_becomes_part_of_the_graph_by_what_is_added_to_it():
    w = weight([2.0, 3.0])
    total = Tensor([0.0, 0.0])
    for _ in range(3):
        total += w
    assert total.requires_grad
    total.sum().backward()
    assert_values(w.grad, [3.0, 3.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64])
def test_in_place_the_dtype_is_kept(dtype):
    x = weight([1.0, 2.0], dtype)
    y = x * dtype(1)
    y += np.array([1.0, 1.0], np.float64)
    y *= np.float64(2.0)
    y[0] = np.float64(7.0)
    assert y.dtype == dtype
    y.sum().backward(1.0)
    assert_values(x.grad, [0.0, 2.0])
    assert x.grad.dtype == dtype


def test_in_place_the_shape_is_kept():
    y = weight([[1.0], [2.0]]) * 1.0
    with pytest.raises(ValueError, match=r"\+=: the result has shape \(2, 3\), which does not fit in \(2, 1\)"):
        y += np.ones(3)
    assert_values(y, [[1.0], [2.0]])


def test_an_integer_tensor_cannot_become_floating_in_place():
    y = Tensor([1, 2])
    with pytest.raises(TypeError, match="the result is float64 and cannot become int64 in place"):
        y += 0.5
    assert_values(y, [1, 2])


def test_an_integer_tensor_cannot_take_in_a_gradient():
    y = Tensor([1, 2])
    with pytest.raises(TypeError, match="int64"):
        y += weight(0.5)
    with pytest.raises(TypeError, match="cannot hold a value that requires grad"):
        y[0] = weight(0.5)


# ------------------------------------------------------------------------------------------------ item assignment


def test_item_assignment_differentiates_both_ways():
    x, v = weight([1.0, 2.0, 3.0]), weight(10.0)
    y = x * 2.0
    y[1] = v
    assert_values(y, [2.0, 10.0, 6.0])
    (y * y).sum().backward()
    assert_values(x.grad, [8.0, 0.0, 24.0])
    assert_values(v.grad, 20.0)


def test_earlier_readers_keep_what_they_read_before_an_item_was_assigned():
    x = weight([1.0, 2.0])
    y = x * 1.0
    first = y[0]
    square = y * y
    y[0] = 50.0
    (first + square.sum()).backward()
    assert_values(x.grad, [3.0, 4.0])


def test_an_item_can_be_updated_in_place():
    x = weight([1.0, 2.0])
    y = x * 1.0
    y[0] *= 5.0
    y[1:] += y[:1]
    assert_values(y, [5.0, 7.0])
    y.sum().backward()
    assert_values(x.grad, [10.0, 1.0])


def test_an_array_can_be_filled_in_a_loop():
    x = weight(2.0)
    powers = Tensor(np.zeros(4))
    powers[0] = 1.0
    for i in range(1, 4):
        powers[i] = powers[i - 1] * x
    assert_values(powers, [1.0, 2.0, 4.0, 8.0])
    powers.sum().backward()
    assert_values(x.grad, 1.0 + 2 * 2.0 + 3 * 4.0)


# -------------------------------------------------------------------------------------------------------- leaves


@pytest.mark.parametrize(
    "update",
    [
        lambda w: operator.iadd(w, 1.0),
        lambda w: operator.isub(w, 1.0),
        lambda w: operator.imul(w, 2.0),
        lambda w: operator.itruediv(w, 2.0),
        lambda w: operator.ipow(w, 2.0),
        lambda w: operator.setitem(w, 0, 1.0),
        lambda w: np.add(w, 1.0, out=w),
    ],
)
def test_a_leaf_that_requires_grad_changes_in_place_only_without_recording(update):
    w = weight([2.0, 3.0])
    with pytest.raises(RuntimeError, match="a leaf that requires grad"):
        update(w)
    assert_values(w, [2.0, 3.0])
    node = w.node
    with ag.no_grad():
        update(w)
    assert w.data[0] != 2.0
    assert w.requires_grad
    assert w.is_leaf
    assert w.node is node


def test_an_update_without_recording_leaves_a_pending_backward_as_it_was():
    w, x = weight([2.0, 3.0]), weight([5.0, 7.0])
    loss = (w * w * x).sum()
    with ag.no_grad():
        w -= 1.0
        x[...] = 0.0
        w *= w
    loss.backward()
    assert_values(w.grad, [20.0, 42.0])
    assert_values(x.grad, [4.0, 9.0])


def test_new_data_leaves_a_pending_backward_as_it_was():
    w = weight([2.0, 3.0])
    loss = (w * w).sum()
    w.data = [0.0, 0.0]
    loss.backward()
    assert_values(w.grad, [4.0, 6.0])
    assert_values(w, [0.0, 0.0])


def test_new_data_leaves_a_pending_second_order_backward_as_it_was():
    w = weight([2.0, 3.0])
    loss = (w**3.0).sum()
    w.data = [0.0, 0.0]
    loss.backward(create_graph=True)
    gradient, w.grad = w.grad, None
    assert_values(gradient, [12.0, 27.0])
    gradient.sum().backward()
    assert_values(w.grad, [12.0, 18.0])


def test_a_constant_that_moves_on_leaves_a_pending_backward_as_it_was():
    w, c = weight([2.0, 3.0]), Tensor([5.0, 7.0])
    loss = (w * c).sum()
    c *= 100.0
    c[0] = 0.0
    loss.backward()
    assert_values(w.grad, [5.0, 7.0])


# ------------------------------------------------------------------------------------- views that look like copies

VIEWS = {
    "reshape": lambda t: t.reshape(3, 2),
    "ravel": lambda t: t.ravel(),
    "transpose": lambda t: t.T,
    "mT": lambda t: t.mT,
    "row": lambda t: t[0],
    "slice": lambda t: t[:, ::2],
    "everything": lambda t: t[...],
    "flip": ag.flip,
    "squeeze": lambda t: t.squeeze(),
    "broadcast": lambda t: ag.broadcast_to(t, (2, 2, 3)),
    "detach": lambda t: t.detach(),
    "clone": lambda t: t.clone(),
    "copy": copy.copy,
    "Tensor of a Tensor": lambda t: Tensor(t.detach()),
    "real": lambda t: t.real,
    "clip without bounds": lambda t: t.clip(),
    "split": lambda t: np.split(t.detach(), 2)[0],
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_what_looks_like_a_view_does_not_alias(view):
    t = Tensor(np.arange(6.0).reshape(2, 3))
    v = view(t)
    seen = np.array(v.data)
    t[...] = -1.0
    t += 5.0
    np.testing.assert_array_equal(v.data, seen)
    kept = np.array(t.data)
    v[...] = -2.0
    v *= 3.0
    np.testing.assert_array_equal(t.data, kept)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_what_looks_like_a_view_of_a_weight_does_not_see_its_update(view):
    w = weight(np.arange(6.0).reshape(2, 3))
    v = view(w)
    seen = np.array(v.data)
    with ag.no_grad():
        w -= 1.0
        w[...] = 7.0
    np.testing.assert_array_equal(v.data, seen)


# ---------------------------------------------------------------------------------------------------------- copies


def test_a_copy_of_a_leaf_is_a_leaf_of_its_own():
    x = weight([1.0, 2.0], name="x")
    y = copy.copy(x)
    assert (y.name, y.requires_grad, y.is_leaf) == ("x", True, True)
    (y * y).sum().backward()
    assert x.grad is None
    assert_values(y.grad, [2.0, 4.0])


def test_a_copy_of_a_result_is_another_handle_on_it():
    x = weight([1.0, 2.0])
    y = x * 2.0
    z = copy.copy(y)
    y += 1.0
    assert_values(z, [2.0, 4.0])
    z.sum().backward()
    assert_values(x.grad, [2.0, 2.0])


def test_a_deep_copy_has_the_values_the_gradient_and_the_name():
    x = weight([1.0, 2.0], name="x")
    (x * x).sum().backward()
    y = copy.deepcopy(x)
    assert (y.name, y.requires_grad) == ("x", True)
    assert_values(y.grad, [2.0, 4.0])
    y.grad += 100.0
    with ag.no_grad():
        y += 100.0
    assert_values(x, [1.0, 2.0])
    assert_values(x.grad, [2.0, 4.0])


def test_a_deep_copy_of_a_frozen_leaf_that_has_a_gradient():
    x = weight([1.0, 2.0])
    (x * x).sum().backward()
    x.requires_grad = False
    y = copy.deepcopy(x)
    assert_values(y, [1.0, 2.0])
    assert not y.requires_grad


def test_a_deep_copy_keeps_what_is_one_thing_one_thing():
    x = weight([1.0])
    first, second = copy.deepcopy([x, x])
    assert first is second
    assert first is not x


@pytest.mark.parametrize("call", [copy.deepcopy, pickle.dumps])
def test_a_result_cannot_leave_its_graph_behind(call):
    with pytest.raises(TypeError, match="was computed by multiply and would leave its graph behind"):
        call(weight([1.0]) * 2.0)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_values_dtype_and_name(protocol):
    x = weight(np.arange(6.0, dtype=np.float32).reshape(2, 3).T, name="x")
    y = pickle.loads(pickle.dumps(x, protocol))
    assert (y.name, y.requires_grad, y.dtype) == ("x", True, np.float32)
    assert_values(y, x.data)
    y.sum().backward()
    assert_values(y.grad, np.ones((3, 2)))


def test_pickling_a_constant():
    c = pickle.loads(pickle.dumps(Tensor([1, 2])))
    assert (c.requires_grad, c.node) == (False, None)
    assert_values(c, [1, 2])


def test_a_clone_passes_gradients_through_and_a_detached_tensor_does_not():
    def function(x):
        return x.clone() * x.detach()

    np.testing.assert_array_equal(gradients(function, [2.0, 3.0]), [2.0, 3.0])


# -------------------------------------------------------------------------------- operations that others declare


@pytest.mark.parametrize("view", [lambda b: b, lambda b: b[:], lambda b: b.T, lambda b: b.T[::-1]])
def test_an_operation_may_use_a_buffer_of_its_own_again(throwaway, view):
    buffer = np.zeros((2, 2))

    @ag.primitive(rules={"x": lambda g, out: g * out})
    def buffered_exp(x, /):
        result = view(buffer)
        np.exp(x, out=result)
        return result

    x = np.array([[0.5, 1.0], [1.5, 2.0]])
    first = buffered_exp(x)
    np.testing.assert_allclose(
        ag.grad(lambda x: (buffered_exp(x) + buffered_exp(2 * x)).sum())(x), np.exp(x) + 2 * np.exp(2 * x)
    )
    np.testing.assert_allclose(first.data, np.exp(x))


def test_what_an_operation_gives_is_not_copied_if_nobody_else_can_write_it(throwaway):
    given = []

    @ag.primitive(rules={"x": lambda g: g})
    def turned_over(x, /):
        given.append(x.ctypes.data)
        return x[1:]

    assert turned_over(Tensor([1.0, 2.0])).data.ctypes.data == given[0] + 8


def test_a_function_without_a_module_can_be_declared(throwaway):
    names = {}
    exec("def nameless_twice(x, /):\n    return 2 * x", {"__name__": None}, names)
    assert_values(ag.primitive(rules={"x": lambda g: 2 * g})(names["nameless_twice"])(3.0), 6.0)
