"""Padding: the values of NumPy in every mode, and gradients that are folded back."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[3.0, -1.0, 2.5], [0.5, 7.0, -4.0]])

MODES = {
    "constant": {},
    "constants": {"mode": "constant", "constant_values": ((1.0, 2.0), (3.0, 4.0))},
    "one constant": {"constant_values": 7},
    "edge": {"mode": "edge"},
    "linear_ramp": {"mode": "linear_ramp"},
    "linear_ramp to values": {"mode": "linear_ramp", "end_values": (5.0, -4.0)},
    "maximum": {"mode": "maximum"},
    "maximum of some": {"mode": "maximum", "stat_length": 2},
    "mean": {"mode": "mean"},
    "mean of some": {"mode": "mean", "stat_length": ((1, 2), (2, 9))},
    "median": {"mode": "median"},
    "median of some": {"mode": "median", "stat_length": (2, 1)},
    "minimum": {"mode": "minimum"},
    "reflect": {"mode": "reflect"},
    "reflect oddly": {"mode": "reflect", "reflect_type": "odd"},
    "symmetric": {"mode": "symmetric"},
    "symmetric oddly": {"mode": "symmetric", "reflect_type": "odd"},
    "wrap": {"mode": "wrap"},
}
WIDTHS = {
    "a number": 2,
    "a pair": (0, 3),
    "pairs": ((1, 0), (2, 5)),
    "a mapping": {1: (1, 2)},
    "a mapping by negatives": {-2: 2},
    "far beyond": ((7, 4), (8, 11)),
    "nothing": 0,
}


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("options", MODES.values(), ids=MODES)
def test_values_of_numpy_and_gradients(options, widths):
    plain = [widths.get(axis, widths.get(axis - 2, 0)) for axis in range(2)] if isinstance(widths, dict) else widths
    plain = [(w, w) if isinstance(w, int) else w for w in plain] if isinstance(widths, dict) else plain
    expected = np.pad(X, plain, **options)
    for call in (lambda x: ag.pad(x, widths, **options), lambda x: np.pad(x, widths, **options)):
        assert_values(call(Tensor(X)), expected, rtol=1e-15)
        assert_values(call(weight(X)), expected, rtol=1e-15)
    gradcheck(lambda x: ag.pad(x, widths, **options), X)


@pytest.mark.parametrize("options", MODES.values(), ids=MODES)
def test_second_derivatives_single_precision_and_complex(options):
    gradgradcheck(lambda x: ag.pad(x, (2, 1), **options) ** 2, X)
    x = weight(X, np.float32)
    y = ag.pad(x, 2, **options)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    if options.get("mode") not in ("maximum", "minimum", "median"):
        gradcheck(lambda x: ag.pad(x, 2, **options), X + 1j * X[::-1])


@pytest.mark.parametrize("mode", ["reflect", "symmetric", "wrap"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_copies_of_copies_come_back(mode, size):
    types = ["even", "odd"] if mode != "wrap" else [None]
    for kind in types:
        options = {} if kind is None else {"reflect_type": kind}
        for widths in [(1, 0), (0, 1), (9, 4), (size, size), (size - 1, 3 * size + 1)]:
            columns = [np.pad(row, widths, mode, **options) for row in np.eye(size)]
            seed = np.cos(np.arange(size + sum(widths)))
            got = gradients(lambda x, w=widths, o=options: ag.pad(x, w, mode, **o), np.arange(1.0, size + 1), seed=seed)
            np.testing.assert_allclose(got, np.array(columns) @ seed, rtol=1e-12, atol=1e-12)


def test_nothing_and_single_numbers():
    assert_values(ag.pad(weight(5.0), 3), 5.0)
    assert_values(ag.pad(np.zeros((0, 2)), ((1, 1), (0, 1)), constant_values=3.0), np.full((2, 3), 3.0))
    with pytest.raises(ValueError, match="pad"):
        ag.pad(weight(np.zeros((0, 2))), 1, mode="edge")


def test_integers_are_padded_as_numpy_does():
    x = np.array([[1, 4, 2], [7, 5, 3]])
    for mode in ("mean", "median", "maximum", "linear_ramp", "wrap"):
        found = ag.pad(x, 2, mode)
        assert_values(found, np.pad(x, 2, mode))
        assert found.dtype == x.dtype


def test_empty_is_zeros():
    assert_values(ag.pad(weight([1.0]), 1, mode="empty"), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("mode", ["maximum", "mean", "median", "minimum"])
def test_undefined_numbers_are_seen(mode):
    x = np.array([1.0, np.nan, 2.0])
    assert_values(ag.pad(weight(x), 1, mode), np.pad(x, 1, mode))


def test_ties_share_evenly():
    got = gradients(lambda x: ag.pad(x, (1, 0), mode="maximum"), [2.0, 2.0], seed=[1.0, 0.0, 0.0])
    np.testing.assert_array_equal(got, [0.5, 0.5])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: ag.pad(x, 1, mode="mirror"), "mode is one of constant, edge"),
        (lambda x: ag.pad(x, 1, mode=lambda v, *_: None), "a function as mode"),
        (lambda x: ag.pad(x, 1, mode="edge", constant_values=1), "mode='edge' does not take constant_values="),
        (lambda x: ag.pad(x, -1), "widths are whole numbers from 0 on"),
        (lambda x: ag.pad(x, 1.5), "widths are whole numbers"),
        (lambda x: ag.pad(x[0, 0], -1), "widths are whole numbers"),  # a number has no axes, and yet
        (lambda x: ag.pad(x[0, 0], 1.5), "widths are whole numbers"),
        (lambda x: ag.pad(x, {2: 1}), "axis 2 is out of bounds for array of dimension 2"),
        (lambda x: ag.pad(x, {0.5: 1}), "a mapping goes from axes, whole numbers, to widths"),
        (lambda x: ag.pad(x, {0: (1, 2, 3)}), "a pair for each of 2"),
        (lambda x: ag.pad(x, ((1, 1), (1, 1), (1, 1))), "a pair for each of 2"),
        (lambda x: ag.pad(x, 1, mode="reflect", reflect_type="even odd"), "reflect_type is 'even' or 'odd'"),
        (lambda x: ag.pad(x, 1, mode="maximum", stat_length=0), "there is no maximum of no elements"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, said):
    with pytest.raises((ValueError, TypeError), match=f"pad: .*{said}"):
        call(weight(X))


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_constants_keep_the_order_in_memory(axes):
    x = np.arange(24.0).reshape(2, 3, 4).transpose(axes)
    result = ag.pad(Tensor(x), ((0, 1), (2, 0), (1, 1)), constant_values=((1, 2), (3, 4), (5, 6)))
    np.testing.assert_array_equal(
        result.data, np.pad(x, ((0, 1), (2, 0), (1, 1)), constant_values=((1, 2), (3, 4), (5, 6)))
    )
    assert np.argsort(result.data.strides).tolist() == np.argsort(x.strides).tolist()


@pytest.mark.parametrize(("mode", "name"), [("constant", "constant_values"), ("linear_ramp", "end_values")])
def test_options_have_no_derivative(mode, name):
    assert_values(np.pad(weight([1.0]), 1, mode, **{name: Tensor(2.0)}), [2.0, 1.0, 2.0])
    with pytest.raises(TypeError, match=rf"pad: {name}, float64 \(\), has no derivative"):
        np.pad(weight([1.0]), 1, mode, **{name: weight(2.0)})
