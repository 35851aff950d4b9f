"""What the strategies draw: enough variety to find mistakes, and nothing outside of what was asked for."""

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from autograd.primitives.domains import COMPLEX, NONZERO, REAL, Interval
from autograd.testing.calls import Call
from autograd.testing.strategies import Draw, calls


@st.composite
def drawn(draw, source):
    return source(Draw(draw))


def found(source, wanted, phases=(Phase.generate,)):
    """Give something that a source draws and that is wanted; raises if there is none."""
    return find(drawn(source), wanted, settings=settings(max_examples=5000, database=None, phases=phases))


# --------------------------------------------------------------------------------------------------------- arrays


@pytest.mark.parametrize("interval", [REAL, NONZERO, Interval(0.1, 0.4), Interval(-5.0, -4.999), Interval(0.0, 0.0)])
@given(data=st.data())
def test_numbers_are_inside_of_their_interval(interval, data):
    array = Draw(data.draw).array(interval)
    assert array.dtype == np.float64
    assert np.all((array >= interval.low) & (array <= interval.high) & (np.abs(array) >= interval.gap))


@given(data=st.data())
def test_complex_numbers_are_drawn_only_where_asked_for(data):
    draw = Draw(data.draw)
    assert draw.array(REAL).dtype == np.float64
    assert draw.array(COMPLEX).dtype in (np.float64, np.complex128)


LAYOUTS = {
    "0-d": lambda array: array.ndim == 0,
    "empty": lambda array: array.size == 0,
    "three axes": lambda array: array.ndim == 3 and array.size > 1,
    "owning its memory": lambda array: array.flags.owndata and array.size > 1,
    "Fortran order": lambda array: array.flags.f_contiguous and not array.flags.c_contiguous,
    "negative strides": lambda array: any(stride < 0 for stride in array.strides) and array.size > 1,
    "gaps": lambda array: array.ndim == 1 and array.size > 1 and array.strides[0] == 16,
    "size one axes": lambda array: 1 in array.shape and array.size > 1,
    "complex": lambda array: array.dtype.kind == "c",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_arrays_of_every_kind_are_drawn(name):
    found(lambda draw: draw.array(COMPLEX), LAYOUTS[name])


def test_examples_shrink_to_something_simple():
    array = found(lambda draw: draw.array(REAL), lambda array: array.size > 1 and array.any(), tuple(Phase))
    assert array.shape == (2,)
    assert sorted(array) == [0.0, 1 / 64]
    assert array.flags.owndata


@given(data=st.data())
def test_arrays_broadcast_as_promised(data):
    draw = Draw(data.draw)
    one, other = draw.broadcastable(REAL, NONZERO)
    shape = np.broadcast_shapes(one.shape, other.shape)
    assert np.broadcast_to(draw.broadcastable_to(shape, REAL), shape).shape == shape
    assert np.broadcast_to(one, draw.shape_broadcast_from(one.shape)) is not None


@given(data=st.data())
def test_there_are_no_ties_where_none_are_wanted(data):
    draw = Draw(data.draw)
    distinct = draw.distinct()
    assert len(np.unique(distinct)) == distinct.size
    one, other, third = draw.without_ties(*draw.broadcastable(REAL, REAL, REAL))
    for left, right in ((one, other), (one, third), (other, third)):
        assert np.abs(left - right).min(initial=1.0) > 0.004


# --------------------------------------------------------------------------------------------------- axes, indices


@given(data=st.data(), ndim=st.integers(1, 4))
def test_axes_are_axes(data, ndim):
    draw = Draw(data.draw)
    x = np.zeros((2,) * ndim)
    np.sum(x, axis=draw.axes(ndim))
    np.cumsum(x, axis=draw.axis(ndim))
    np.transpose(x, draw.permutation(ndim))
    assert draw.axes(0) in (None, ())


@pytest.mark.parametrize(
    "wanted",
    [
        lambda axes: axes is None,
        lambda axes: isinstance(axes, int) and axes < 0,
        lambda axes: axes == (),
        lambda axes: isinstance(axes, tuple) and len(axes) > 1 and min(axes) < 0 <= max(axes),
    ],
)
def test_axes_of_every_kind_are_drawn(wanted):
    found(lambda draw: draw.axes(3), wanted)


def parts(index):
    return index if isinstance(index, tuple) else (index,)


INDICES = {
    "slice": lambda index: any(isinstance(part, slice) and part.step == -1 for part in parts(index)),
    "number": lambda index: any(isinstance(part, int) and part < 0 for part in parts(index)),
    "new axis": lambda index: any(part is None for part in parts(index)),
    "ellipsis": lambda index: any(part is Ellipsis for part in parts(index)),
    "mask of two axes": lambda index: any(
        getattr(part, "ndim", 0) == 2 and part.dtype == bool for part in parts(index)
    ),
    "repeated": lambda index: any(
        isinstance(part, np.ndarray) and part.dtype != bool and len(np.unique(part)) < part.size
        for part in parts(index)
    ),
    "mixed": lambda index: len({type(part) for part in parts(index)}) == 3,
    "arrays apart": lambda index: [type(part) for part in parts(index)] == [np.ndarray, slice, np.ndarray],
}


@pytest.mark.parametrize("name", INDICES)
def test_indices_of_every_kind_are_drawn(name):
    found(lambda draw: draw.index((2, 3, 2)), INDICES[name])


@given(data=st.data())
def test_indices_are_indices(data):
    draw = Draw(data.draw)
    x = draw.array(REAL, min_dims=1, min_side=1)
    index = draw.index(x.shape)
    np.testing.assert_array_equal(Tensor(x)[index].data, x[index])


# ------------------------------------------------------------------------------------------- operands that go together


@given(data=st.data())
def test_operands_go_together(data):
    draw = Draw(data.draw)
    x, y = draw.matmul_operands(REAL)
    np.matmul(x, y)
    x, weight, bias = draw.linear_operands(REAL)
    assert (x @ weight.T + bias).shape == (*x.shape[:-1], len(bias))
    arrays, options = draw.joinable(REAL)
    np.concatenate(arrays, **options)


@pytest.mark.parametrize("dims", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (1, 3), (4, 3)])
def test_products_of_every_kind_are_drawn(dims):
    found(lambda draw: draw.matmul_operands(REAL), lambda pair: (pair[0].ndim, pair[1].ndim) == dims)


# ---------------------------------------------------------------------------------------------------------- calls


def test_calls_can_be_made_and_read(declare):
    @declare(rules={"arrays": lambda g: g}, domain=lambda draw: draw.joinable(REAL))
    def joined(*arrays, axis):
        return np.concatenate(arrays, axis=axis)

    @given(calls(joined))
    def test(call):
        assert repr(call).startswith("joined(np.")
        assert call.names == [f"arrays_{position}" for position in range(len(call.variables))]
        assert np.array_equal(call().data, call.forward())

    test()


def test_calls_say_how_an_unusual_array_lies_in_memory():
    reversed_single = np.zeros(3, dtype=np.float32)[::-1]
    assert repr(Call(ag.exp, (reversed_single,))) == "exp(np.array([0.0, 0.0, 0.0])<float32, strides (-4,)>)"
    assert repr(Call(ag.sum, (np.zeros((0, 2)),), {"axis": (0,)})) == "sum(np.zeros((0, 2)), axis=(0,))"


def test_numbers_and_missing_operands_are_operands():
    call = Call(ag.clip, (np.array([1.0, 2.0]), None, 1.5))
    assert call.names == ["x", "max"]
    assert call().tolist() == [1.0, 1.5]
