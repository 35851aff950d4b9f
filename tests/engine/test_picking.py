"""Elements picked by numbers, conditions, choice and rank: values of NumPy, and where the gradients go."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[3.0, -1.0, 2.5], [0.5, 7.0, -4.0]])
V = np.array([0.0, 0.0, 3.0, 0.0, -2.0, 0.0])
BOTH = np.array([1.0 + 2j, 1.5 - 1j, 0.5 + 0j])

#: What to do, with ag or np as the library; with what.
PICKS = {
    "take": (lambda lib, x: lib.take(x, [4, 0, 4]), X),
    "take one": (lambda lib, x: lib.take(x, 2), X),
    "take of an axis": (lambda lib, x: lib.take(x, [[2, 0], [-1, 1]], axis=1), X),
    "take nothing": (lambda lib, x: lib.take(x, np.zeros(0, int), axis=0), X),
    "take around": (lambda lib, x: lib.take(x, [7, -9, 3], axis=0, mode="wrap"), X),
    "take within": (lambda lib, x: lib.take(x, [7, -9, 1], axis=1, mode="clip"), X),
    "take of one number": (lambda lib, x: lib.take(x, [0, 0]), np.array(5.0)),
    "compress": (lambda lib, x: lib.compress([False, True, True], x, axis=1), X),
    "compress by less": (lambda lib, x: lib.compress([False, True], x), X),
    "compress to nothing": (lambda lib, x: lib.compress([False], x, axis=0), X),
    "extract": (lambda lib, x: lib.extract(np.array([[1, 0, 1], [0, 0, 1]]), x), X),
    "trim_zeros": (lambda lib, x: lib.trim_zeros(x * (V != 0)), V),
    "trim_zeros in front": (lambda lib, x: lib.trim_zeros(x * (V != 0), "f"), V),
    "trim_zeros behind": (lambda lib, x: lib.trim_zeros(x * (V != 0), trim="B"), V),
    "trim_zeros of nothing else": (lambda lib, x: lib.trim_zeros(x * 0, "b"), V[:2]),
    "choose": (lambda lib, x: lib.choose([[0], [1]], [x, x * 2]), X),
    "choose around": (lambda lib, x: lib.choose([-1, 2, 5], [x, x * 2, 7.0], mode="wrap"), X),
    "choose within": (lambda lib, x: lib.choose([-3, 1, 5], [x, x * 2], mode="clip"), X),
    "choose from an array": (lambda lib, x: lib.choose([1, 0, 1], x), X),
    "select": (lambda lib, x: lib.select([X < 0, X > 2], [x * x, 3 * x]), X),
    "select or else": (lambda lib, x: lib.select([X < 0], [x * 0], default=x), X),
    "piecewise": (lambda lib, x: lib.piecewise(x, [X < 0, X >= 2], [lambda v: v * v, lambda v: 3 * v]), X),
    "piecewise and the rest": (lambda lib, x: lib.piecewise(x, [X < 0], [2.0, lambda v: v**3]), X),
    "piecewise with arguments": (lambda lib, x: lib.piecewise(x, [X > 0], [lambda v, k, m: v * k - m], 2.0, m=1.0), X),
    "piecewise by booleans": (lambda lib, x: lib.piecewise(x, V == 0, [lambda v: v + 1, lambda v: v * v]), V),
    "piecewise by one boolean each": (lambda lib, x: lib.piecewise(x, [np.array(True)] * 2, [1.0, lambda v: v * v]), V),
    "partition": (lambda lib, x: lib.partition(x, 1)[..., 1], X),
    "partition of all": (lambda lib, x: lib.partition(x, (2, 4), axis=None)[[2, 4]], X),
    "sort_complex": (lambda lib, x: lib.sort_complex(x), X),
    "sort_complex of complex numbers": (lambda lib, x: lib.sort_complex(x), BOTH),
}


@pytest.mark.parametrize(("pick", "data"), PICKS.values(), ids=PICKS)
def test_values_of_numpy_and_gradients(pick, data):
    expected = pick(np, data)
    for lib in (ag, np):
        assert_values(pick(lib, Tensor(data)), expected)
        assert_values(pick(lib, weight(data)), expected)
    gradcheck(lambda x: pick(ag, x), data)
    single = data.astype(np.complex64 if data.dtype.kind == "c" else np.float32)
    x = weight(single)
    y = pick(ag, x)
    assert y.dtype == pick(np, single).dtype
    y.backward(np.ones(y.shape, y.dtype))
    assert x.grad.dtype == single.dtype


@pytest.mark.parametrize("trim", ["fb", "f", "b"])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
def test_trim_zeros_of_several_axes(trim, axis):
    x = np.pad(X, ((1, 2), (2, 0)))
    assert_values(ag.trim_zeros(weight(x), trim, axis), np.trim_zeros(x, trim, axis))


def test_repeated_elements_add_up():
    got = gradients(lambda x: ag.take(x, [1, 1, -1]), [1.0, 2.0, 3.0], seed=[1.0, 10.0, 100.0])
    np.testing.assert_array_equal(got, [0.0, 11.0, 100.0])


def test_what_is_not_chosen_leaks_nothing():
    first, second = gradients(lambda a, b: ag.choose([0, 1], [a, b]), [1.0, np.inf], [np.nan, 2.0])
    np.testing.assert_array_equal(first, [1.0, 0.0])
    np.testing.assert_array_equal(second, [0.0, 1.0])
    first, second = gradients(lambda a, b: ag.select([[True, False]], [a], b), [1.0, np.inf], [np.nan, 2.0])
    np.testing.assert_array_equal(first, [1.0, 0.0])
    np.testing.assert_array_equal(second, [0.0, 1.0])


def test_partition_moves_all_elements():
    x = np.random.default_rng(0).permutation(50.0 + np.arange(50))
    y = ag.partition(Tensor(x), 20)
    assert y.data[20] == 70.0
    assert set(y.tolist()) == set(x)
    assert max(y.tolist()[:20]) < 70.0


def test_select_keeps_the_narrow_dtype():
    x = Tensor(np.float32([1.0, 2.0]))
    assert ag.select([x > 1], [x]).dtype == np.float32
    assert ag.select([x > 1], [x], np.float64(0)).dtype == np.float64


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: ag.take(x, 6), "take.*index 6"),
        (lambda x: ag.take(x, [0.5]), "take: indices are integers"),
        (lambda x: ag.take(x, 0, axis=2), "take"),
        (lambda x: ag.take(x, 0, mode="around"), "take: mode is 'raise', 'wrap' or 'clip'"),
        (lambda x: ag.take(x[:, :0], 0), "take: axis 0 of shape"),
        (lambda x: ag.compress([[True]], x), "compress: the condition is a vector"),
        (lambda x: ag.trim_zeros(x, "x"), "trim_zeros: trim is"),
        (lambda x: ag.trim_zeros(x, None), "trim_zeros: trim is"),
        (lambda x: ag.choose([0, 1, 2], [x, x]), "chosen"),
        (lambda x: ag.choose(x, [x, x]), "choose: indices are integers"),
        (lambda x: ag.select([x > 0], [x, x]), "select: one condition or more"),
        (lambda x: ag.select([], []), "select: one condition or more"),
        (lambda x: ag.select([x], [x]), "select: conditions are booleans"),
        (lambda x: ag.piecewise(x, [x > 0], [1.0, 2.0, 3.0]), "piecewise: 1 conditions need"),
        (lambda x: ag.piecewise(x[0], [], []), "piecewise: condlist is empty"),
        (lambda x: ag.piecewise(x, [np.array(True)] * 2, [1.0]), "piecewise: 2 conditions need"),
        (lambda x: ag.partition(x, 5), "argpartition"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, said):
    with pytest.raises((ValueError, TypeError, IndexError), match=said):
        call(weight(X))
