"""Raw memory: nobody writes what a Tensor or a pending backward needs, and what was given may be written again."""

import array
import contextlib
import copy
import operator
import pickle

import numpy as np
import pytest

import autograd as ag
import optim
from autograd import Tensor
from tests.engine.helpers import assert_values, weight


@pytest.mark.parametrize("make", [lambda: weight([1.0, 2.0]), lambda: Tensor([1.0, 2.0]), lambda: weight([1.0]) * 2.0])
def test_the_data_of_a_tensor_cannot_be_written(make):
    t = make()
    with pytest.raises(ValueError, match="read-only"):
        t.data[...] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        t.data += 1.0
    with pytest.raises(ValueError, match="read-only"):
        t.detach().numpy()[0] = 0.0
    assert t.data[0] != 0.0


def test_a_plain_array_of_a_tensor_cannot_be_written():
    t = Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(t)[0] = 5.0


def raw_memory(t):
    """All the ways to the array of a Tensor, or to what a rule keeps, that are public."""
    yield t.data
    yield t.detach().numpy()
    yield np.asarray(t.detach())
    yield t.T.data
    yield t.reshape(1, -1).data
    yield copy.copy(t).data
    yield np.from_dlpack(t.detach())
    yield np.from_dlpack(t.detach(), copy=False)
    if t.node is not None:
        yield t.node.value
        yield from t.node.operands
        yield from t.node.kept().values()


def overwrite(array):
    """Write into an array, and into that which it is a view of, with what protects them taken off where that goes."""
    for each in (array, getattr(array, "base", None)):
        if isinstance(each, np.ndarray):
            if each.base is not None:
                with contextlib.suppress(ValueError):
                    each.flags.writeable = True
            with contextlib.suppress(ValueError):
                each.reshape(-1).view(np.uint8)[...] = 0


def test_there_is_no_raw_write_that_a_pending_backward_needs_to_know():
    """exp keeps its result, sin its operand; a weight that an optimizer has stepped lies in the optimizer's memory."""
    x, stepped = weight([1.0, 2.0]), weight([1.0, 2.0])
    stepped.grad = np.zeros(2)
    optim.SGD([stepped], lr=1.0).step()
    y, z = ag.exp(x), ag.sin(stepped)
    for each in (x, y, z, stepped):
        for raw in raw_memory(each):
            overwrite(raw)
    (y + z).sum().backward()
    assert_values(x.grad, np.exp([1.0, 2.0]), rtol=1e-12)
    assert_values(stepped.grad, np.cos([1.0, 2.0]), rtol=1e-12)


def test_what_a_hook_sees_of_a_gradient_on_its_way_cannot_be_written():
    x = weight([1.0, 2.0])
    y = x * 3.0
    y.register_hook(lambda g: overwrite(g.data))
    (y + y).sum().backward()
    assert_values(x.grad, [6.0, 6.0])


def test_the_buffers_of_a_pickle_cannot_be_written():
    x, buffers = weight([1.0, 2.0]), []
    pickle.dumps(x, protocol=5, buffer_callback=buffers.append)
    assert all(buffer.raw().readonly for buffer in buffers)


class Foreign:
    """What hands on the capsule that a Tensor gave by a version of DLPack without a mark for read-only memory."""

    def __init__(self, x, version):
        self.capsule = x.__dlpack__(copy=False, max_version=version)

    def __dlpack__(self, **asked):
        return self.capsule

    def __dlpack_device__(self):
        return 1, 0


@pytest.mark.parametrize("version", [None, (0, 8)])
def test_memory_that_cannot_be_marked_as_read_only_is_given_away_for_good(version):
    x = Tensor([1.0, 2.0])
    memory = x._array.__array_interface__["data"][0]
    taken = np.from_dlpack(Foreign(x, version))
    assert taken.__array_interface__["data"][0] == memory
    overwrite(taken)
    assert_values(x, [1.0, 2.0])


def test_memory_that_could_not_be_given_away_stays():
    x = Tensor([1.0, 2.0])
    memory = x._array
    address = memory.__array_interface__["data"][0]
    del memory
    with pytest.raises(BufferError):
        x.__dlpack__(copy=False, dl_device=(2, 0))
    assert x._array.__array_interface__["data"][0] == address


@pytest.mark.parametrize("version", [None, (0, 8)])
def test_memory_that_others_look_at_is_not_given_away(version):
    x = Tensor([1.0, 2.0])
    view = x[:1]
    with pytest.raises(BufferError, match=r"copy=False.*max_version=\(1, 0\)"):
        x.__dlpack__(copy=False, max_version=version)
    assert_values(view, [1.0])


def test_an_optimizer_steps_in_place_though_somebody_has_looked():
    w = weight([1.0, 2.0])
    optimizer = optim.SGD([w], lr=1.0)
    for _ in range(2):
        w.grad = np.ones(2)
        optimizer.step()
        assert w.data.shape == (2,)
    memory = w.data.__array_interface__["data"][0]
    w.grad = np.ones(2)
    optimizer.step()
    assert_values(w, [-2.0, -1.0])
    assert w.data.__array_interface__["data"][0] == memory


def test_a_copy_of_a_tensor_as_an_array_can_be_written():
    t = Tensor([1.0, 2.0])
    copied = np.array(t)
    copied[0] = 5.0
    assert_values(t, [1.0, 2.0])


def test_the_source_of_a_tensor_can_be_overwritten():
    source = np.array([1.0, 2.0])
    t = Tensor(source)
    source[:] = 100.0
    assert_values(t, [1.0, 2.0])


def test_the_source_of_new_data_can_be_overwritten():
    source, t = np.array([1.0, 2.0]), Tensor([0.0, 0.0])
    t.data = source
    source[:] = 100.0
    assert_values(t, [1.0, 2.0])


def test_the_source_of_a_constant_made_by_asarray_can_be_overwritten():
    source = np.array([1.0, 2.0])
    t = ag.asarray(source)
    source[:] = 100.0
    assert_values(t, [1.0, 2.0])


@pytest.mark.parametrize("other", [operator.mul, operator.truediv, operator.pow, np.maximum])
def test_a_raw_operand_can_be_overwritten_before_the_backward(other):
    def run(overwritten):
        x, raw = weight([2.0, 3.0]), np.array([2.0, 4.0])
        y = other(x, raw)
        if overwritten:
            raw[:] = np.nan
        y.sum().backward()
        return x.grad.data

    np.testing.assert_array_equal(run(overwritten=True), run(overwritten=False))


def test_a_raw_operand_on_the_left_can_be_overwritten_before_the_backward():
    x, raw = weight([2.0, 3.0]), np.array([2.0, 4.0])
    y = raw * x
    raw[:] = np.nan
    y.sum().backward()
    assert_values(x.grad, [2.0, 4.0])


def test_a_raw_matrix_can_be_overwritten_before_the_backward():
    x, raw = weight([[1.0, 2.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    y = x @ raw.T  # a view of the array that is written
    raw[:] = np.nan
    y.sum().backward()
    assert_values(x.grad, [[4.0, 6.0]])


def test_raw_lists_and_index_arrays_can_be_overwritten_before_the_backward():
    x, factors, index = weight([2.0, 3.0]), [5.0, 7.0], np.array([1, 1])
    y = (x * factors)[index]
    factors[:] = [0.0, 0.0]
    index[:] = 0
    y.sum().backward()
    assert_values(x.grad, [0.0, 14.0])


def test_the_axes_of_a_transpose_can_be_overwritten_before_the_backward():
    x, axes = weight(np.arange(6.0).reshape(1, 2, 3)), [2, 0, 1]
    y = np.transpose(x, axes)
    axes[:] = [0, 1, 2]
    y.backward(np.arange(6.0).reshape(3, 1, 2))
    assert_values(x.grad, np.arange(6.0).reshape(3, 1, 2).transpose(1, 2, 0))


@pytest.mark.parametrize("start", [Tensor(1), np.array(1)])
def test_the_bounds_of_a_slice_can_move_on_before_the_backward(start):
    x, start = weight([1.0, 2.0, 3.0]), copy.copy(start)
    y = x[start:]
    start += 1
    y.sum().backward()
    assert_values(x.grad, [0.0, 1.0, 1.0])


def test_a_raw_condition_can_be_overwritten_before_the_backward():
    x, condition = weight([2.0, 3.0]), np.array([True, False])
    y = np.where(condition, x, 0.0)
    condition[:] = False
    y.sum().backward()
    assert_values(x.grad, [1.0, 0.0])


def test_memory_of_the_standard_library_can_be_overwritten_before_the_backward():
    x, raw = weight([2.0, 3.0]), array.array("d", [5.0, 7.0])
    y = x * raw
    raw[0] = 0.0
    y.sum().backward()
    assert_values(x.grad, [5.0, 7.0])


def test_a_memoryview_can_be_overwritten_before_the_backward():
    memory = array.array("d", [5.0, 7.0])
    x = weight([2.0, 3.0])
    y = x * memoryview(memory)
    memory[0] = 0.0
    y.sum().backward()
    assert_values(x.grad, [5.0, 7.0])


def test_a_raw_operand_can_be_overwritten_before_a_second_order_backward():
    x, raw = weight([2.0, 3.0]), np.array([3.0, 2.0])
    y = (x**raw).sum()
    raw[:] = 0.0
    y.backward(create_graph=True)
    gradient, x.grad = x.grad, None
    gradient.sum().backward()
    assert_values(x.grad, [12.0, 2.0])


RAW_VIEWS = {
    "reshape": lambda raw: ag.reshape(raw, (3, 2)),
    "reshape to the same": lambda raw: ag.reshape(raw, (2, 3)),
    "transpose": ag.permute_dims,
    "broadcast": lambda raw: ag.broadcast_to(raw, (4, 2, 3)),
    "broadcast to the same": lambda raw: ag.broadcast_to(raw, (2, 3)),
    "index": lambda raw: ag.asarray(raw)[0],
    "flip": ag.flip,
    "squeeze": ag.squeeze,
    "expand_dims": lambda raw: ag.expand_dims(raw, 0),
    "real": ag.real,
    "imag": ag.imag,
    "conj": ag.conj,
    "positive": ag.positive,
    "abs": ag.abs,
    "clip without bounds": ag.clip,
    "astype": lambda raw: ag.astype(raw, np.float64),
    "astype without copy": lambda raw: ag.astype(raw, np.float64, copy=False),
    "concat of one": lambda raw: ag.concat([raw]),
    "sort": ag.sort,
    "max over no axis": lambda raw: ag.max(raw, axis=()),
    "sum over no axis": lambda raw: ag.sum(raw, axis=()),
}


@pytest.mark.parametrize("function", RAW_VIEWS.values(), ids=RAW_VIEWS)
def test_the_result_of_a_raw_array_does_not_alias_it(function):
    raw = np.arange(6.0).reshape(2, 3) + 1.0
    t = function(raw)
    before = np.array(t.data)
    raw[:] = -100.0
    np.testing.assert_array_equal(t.data, before)


@pytest.mark.usefixtures("throwaway")
def test_the_result_of_a_forward_that_gives_its_operand_back_does_not_alias_it():
    @ag.primitive(rules={"x": lambda g: -g})
    def reversed_gradient(x, /):
        return x

    raw = np.array([1.0, 2.0])
    t = reversed_gradient(raw)
    raw[:] = 100.0
    assert_values(t, [1.0, 2.0])


WRITERS = {
    "copyto": lambda t: np.copyto(t, 100.0),
    "put": lambda t: np.put(t, [0], 100.0),
    "place": lambda t: np.place(t, np.array([True, True]), [100.0]),
    "putmask": lambda t: np.putmask(t, np.array([True, True]), 100.0),
    "fill_diagonal": lambda t: np.fill_diagonal(t.reshape(1, 2), 100.0),
    "put_along_axis": lambda t: np.put_along_axis(t, np.array([0]), 100.0, 0),
    "out of a function without a rule": lambda t: np.nanmedian(Tensor([[1.0, 2.0]]), axis=0, out=t),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_no_numpy_function_writes_into_memory_that_others_see(write):
    w, c = weight([2.0, 3.0]), Tensor([5.0, 7.0])
    other = c.detach()
    loss = (w * c).sum()
    with contextlib.suppress(TypeError, ValueError):  # to refuse is right; to move c on alone would be, too
        write(c)
    loss.backward()
    assert_values(other, [5.0, 7.0])
    assert_values(w.grad, [5.0, 7.0])


def test_a_numpy_function_without_a_rule_gives_no_view_of_a_raw_array():
    raw, t = np.array([1.0, 2.0]), Tensor([[1.0], [2.0]])
    first, _ = np.broadcast_arrays(raw, t)
    raw[:] = 100.0
    assert_values(first, [[1.0, 2.0], [1.0, 2.0]])
