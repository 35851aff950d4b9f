"""Straight lines through points and between ends: NumPy's values in all forms, gradients, errors."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

XP = np.array([0.0, 1.0, 2.5, 4.0, 7.0])
FP = np.array([1.0, -2.0, 5.0, 0.5, 3.0])
X = np.array([[-1.0, 0.3, 1.7], [3.9, 6.5, 8.25]])


@pytest.mark.parametrize("options", [{}, {"left": -7.0, "right": 9.0}, {"period": 5.2}, {"period": -3.3}])
def test_interp(options):
    for x in (X, XP, np.array([]), 2.0, np.array([np.nan, 1.0])):
        ours = np.interp(Tensor(x), XP, FP, **options)
        np.testing.assert_allclose(ours.data, np.interp(x, XP, FP, **options), rtol=1e-13, atol=1e-14)
        assert ours.shape == np.shape(x)
    gradcheck(lambda x, xp, fp: np.interp(x, xp, fp, **options), X, XP, FP)
    z = FP * (1 - 2j)
    np.testing.assert_allclose(np.interp(Tensor(X), XP, z, **options).data, np.interp(X, XP, z, **options), rtol=1e-13)
    gradcheck(lambda x, fp: np.interp(x, XP, fp, **options), X, z)


def test_what_is_beyond_can_be_learned():
    gradcheck(lambda left, right: ag.interp(X, XP, FP, left, right), np.array(2.0), np.array(3.0))


def test_one_point_and_dtypes():
    assert_values(ag.interp(Tensor([0.0, 1.0, 2.0]), [1.0], [5.0], left=4.0), [4.0, 5.0, 5.0])
    x = weight(X, np.float32)
    y = ag.interp(x, XP, FP)
    y.backward(np.ones(y.shape))
    assert (y.dtype, x.grad.dtype) == (np.float64, np.float32)


def test_slopes():
    np.testing.assert_allclose(gradients(lambda x: ag.interp(x, XP, FP), [-5.0, 0.5, 1.0, 9.0]), [0, -3, 7 / 1.5, 0])


def test_equal_points_do_not_divide_by_zero():
    x, xp = [0.5, 1.0, 2.0], [0.0, 1.0, 1.0]
    g = gradients(lambda x: ag.interp(x, xp, [1.0, 2.0, 3.0]), x)
    assert np.isfinite(g).all()


KNOTS = [-np.inf, -1.0, 0.0, 2.0, np.inf, np.nan]
ENDS = [(start, end) for start in KNOTS for end in KNOTS if not start > end]


@pytest.mark.parametrize(("start", "end"), ENDS)
def test_interp_of_infinite_points(start, end):
    x = np.array([-np.inf, -1.0, -0.5, 0.0, 1.0, 2.0, np.inf, np.nan])
    for first, second in itertools.product([-np.inf, 1.0, 2.0, np.inf, np.nan], repeat=2):
        with np.errstate(all="ignore"):
            expected = np.interp(x, [start, end], [first, second])
            assert_values(np.interp(Tensor(x), [start, end], [first, second]), expected)


def test_interp_is_that_of_numpy_beyond_points_in_the_wrong_order():
    for xp in ([2.0, 0.0], [3.0, 1.0, 2.0]):
        fp, x = np.arange(1.0, len(xp) + 1), np.array([-1.0, 4.0, 2.5])
        assert_values(np.interp(Tensor(x), xp, fp), np.interp(x, xp, fp))


def test_interp_with_a_single_point_looks_at_no_distance():
    for point in (0.0, np.nan):
        assert_values(np.interp(Tensor([np.nan, 0.0]), [point], [5.0]), np.interp([np.nan, 0.0], [point], [5.0]))


def test_gradients_of_interp_between_infinite_points():
    ends = [-np.inf, 0.0, 1.0, np.inf], [1.0, 2.0, 5.0, 3.0]
    slope, by_points, by_values = gradients(ag.interp, [-7.0, 0.25, 7.0], *ends)
    np.testing.assert_array_equal(slope, [0.0, 3.0, 0.0])
    np.testing.assert_array_equal(by_points, [0.0, -3.0 * 0.75, -3.0 * 0.25, 0.0])
    np.testing.assert_array_equal(by_values, [0.0, 1.75, 1.25, 0.0])


def test_what_interp_refuses():
    for xp, fp in ((XP, FP[1:]), ([], []), (XP[None], FP[None])):
        with pytest.raises(ValueError, match="interp: xp and fp are vectors of one length"):
            ag.interp(Tensor(X), xp, fp)
    with pytest.raises(ValueError, match="interp: a period is a number other than 0"):
        ag.interp(Tensor(X), XP, FP, period=0)


@pytest.mark.parametrize(
    "options",
    [{}, {"num": 0}, {"num": 1}, {"num": 7}, {"endpoint": False}, {"axis": -1}, {"dtype": np.float32}, {"dtype": int}],
)
def test_linspace(options):
    for start, stop in ((X, XP[:3]), (1.0, X), (np.array(1), np.array(10))):
        result = np.linspace(Tensor(start), Tensor(stop), **options)
        expected = np.linspace(start, stop, **options)
        assert_values(result, expected)
        assert result.dtype == expected.dtype
    if options.get("dtype") is None:
        gradcheck(lambda start, stop: ag.linspace(start, stop, **{"num": 5, **options}), X, XP[:3])


@pytest.mark.parametrize("number", [2, 0.25, 1 + 2j, True, np.float64(0.25)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64, np.int16])
@pytest.mark.parametrize("function", [np.linspace, np.logspace, np.geomspace])
def test_a_number_of_python_takes_the_dtype_of_the_other_end(function, dtype, number):
    for array in (np.array(3, dtype), np.array([1, 2], dtype)):
        for place in (0, 1):
            ends, given = ([number, end] if place else [end, number] for end in (array, Tensor(array)))
            found, expected = function(*given, 3), function(*ends, 3)
            assert_values(found, expected, rtol=1e-2 if dtype is np.float16 else 1e-6)
            assert found.dtype == expected.dtype


def test_the_step_of_linspace():
    values, step = np.linspace(Tensor(1.0), 3.0, 5, retstep=True)
    assert_values(values, [1.0, 1.5, 2.0, 2.5, 3.0])
    assert_values(step, 0.5)
    assert np.isnan(ag.linspace(1.0, 2.0, 1, retstep=True)[1].item())
    gradcheck(lambda a, b: ag.linspace(a, b, 4, endpoint=False, retstep=True)[1], np.array(1.0), np.array(2.0))
    assert not ag.linspace(weight(0.0), 5.0, 3, dtype=int).requires_grad
    assert np.linspace(Tensor([0.0], np.float32), 3.0, 4, retstep=True)[1].dtype == np.float32
    with pytest.raises(ValueError, match="linspace: the only device is 'cpu', got 'gpu'"):
        ag.linspace(0.0, 1.0, device="gpu")


def test_logspace():
    for options in ({"num": 4}, {"num": 3, "endpoint": False, "axis": 1}, {"num": 2, "base": 2.0}):
        assert_values(np.logspace(Tensor(X / 4), 1.0, **options), np.logspace(X / 4, 1.0, **options), rtol=1e-14)
        gradcheck(lambda a, b, o=options: np.logspace(a, b, **o), X / 4, np.array(1.0))
    bases = np.array([2.0, 3.0, 4.0])
    assert_values(np.logspace(0.0, Tensor(2.0), 3, base=bases), np.logspace(0.0, 2.0, 3, base=bases), rtol=1e-15)
    gradcheck(lambda base: ag.logspace(0.5, 2.0, 3, base=base), bases)
    assert ag.logspace(Tensor(0.0), 1.0, 3, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("options", [{}, {"num": 5}, {"num": 1}, {"num": 0}, {"endpoint": False}, {"axis": -1}])
@pytest.mark.parametrize("ends", [(1.0, 1000.0), (-2.0, -32.0), (1.0, 1j), ([1.0, 3.0], 5.0), (1 + 1j, -2.0), (1, 256)])
def test_geomspace(ends, options):
    result, expected = np.geomspace(Tensor(ends[0]), ends[1], **options), np.geomspace(*ends, **options)
    assert_values(result, expected, rtol=1e-14)
    assert result.dtype == expected.dtype
    if options.get("num") != 0:
        gradcheck(lambda a, b: np.geomspace(a, b, **{"num": 4, **options}), np.array(2.0), np.array([5.0, 0.5]))
        gradcheck(lambda a, b: np.geomspace(a, b, **{"num": 4, **options}), np.array(1 + 2j), np.array([5.0j, 0.5]))


def test_linspace_stands_along_one_axis():
    ends = Tensor([0.0, 1.0], requires_grad=True)
    result = np.linspace(ends, 2.0, 3, axis=(1,))
    result.sum().backward()
    assert result.shape == (2, 3)
    assert_values(ends.grad, [1.5, 1.5])
    with pytest.raises(ValueError, match="linspace: the numbers stand along one axis"):
        np.linspace(ends, 2.0, 3, axis=(0, 1))


def test_geomspace_from_no_number_is_none_anywhere():
    assert np.isnan(np.geomspace(Tensor(np.nan), 2, 4).data).all()


def test_the_dtype_of_geomspace_and_what_it_refuses():
    for dtype in (np.float32, np.complex128, int):
        assert_values(ag.geomspace(Tensor(1.0), 256, 9, dtype=dtype), np.geomspace(1.0, 256, 9, dtype=dtype), rtol=1e-6)
    with pytest.raises(ValueError, match="geomspace: no end may be 0"):
        ag.geomspace(Tensor(1.0), 0.0)
