"""Divisors, multiples, shifts and bits: values as NumPy's; they take integers only and give constants."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import weight

X, Y = np.array([[12, -18, 0, 7]]), np.array([[8], [3]])


@pytest.mark.parametrize("function", [np.gcd, np.lcm, np.left_shift, np.right_shift, np.bitwise_count])
@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_values_are_numpys(function, dtype):
    operands = [X.astype(dtype), Y.astype(dtype)][: function.nin]
    expected = function(*operands)
    result = function(*map(Tensor, operands))
    assert (result.dtype, result.requires_grad) == (expected.dtype, False)
    np.testing.assert_array_equal(result.data, expected)


def test_names():
    assert ag.left_shift is ag.bitwise_left_shift
    assert ag.right_shift is ag.bitwise_right_shift
    assert ag.gcd(Tensor(12), 18).item() == 6


@pytest.mark.parametrize("name", ["gcd", "lcm", "bitwise_left_shift", "bitwise_right_shift", "bitwise_count"])
def test_floating_numbers_are_refused_by_name(name):
    function = getattr(ag, name)
    with pytest.raises(TypeError, match=rf"{name}\(float64 \(1,\)"):
        function(*[weight([1.0])] * function.forward.nin)
