"""An operand of a smaller dtype beside one of double precision: values and gradients are as precise as that."""

import numpy as np
import pytest
import scipy.special

import autograd as ag
from autograd import Tensor

#: Functions of two operands.
OF_TWO = [
    ag.add,
    ag.arctan2,
    ag.copysign,
    ag.divide,
    ag.float_power,
    ag.fmod,
    ag.hypot,
    ag.logaddexp,
    ag.logaddexp2,
    ag.maximum,
    ag.multiply,
    ag.power,
    ag.remainder,
    ag.subtract,
    ag.special.beta,
    ag.special.betaln,
    ag.special.kl_div,
    ag.special.poch,
    ag.special.rel_entr,
    ag.special.xlog1py,
    ag.special.xlogy,
]

#: Functions with derivatives by the last operand only, and how many they have.
WITH_PARAMETERS = {
    ag.special.betainc: 3,
    ag.special.betaincc: 3,
    ag.special.betaincinv: 3,
    ag.special.gammainc: 2,
    ag.special.gammaincc: 2,
    ag.special.gammainccinv: 2,
    ag.special.gammaincinv: 2,
}

#: A function, how many operands it has, and which of them is in double precision.
CALLS = [(function, 2, place) for function in OF_TWO for place in (0, 1)] + [
    (function, count, count - 1) for function, count in WITH_PARAMETERS.items()
]


def value_and_gradient(function, count, place, dtype):
    whole = np.array([1, 2, 3, 5]).astype(dtype)
    x = Tensor([0.25, 0.5, 0.625, 0.75], requires_grad=True)
    out = function(*(x if position == place else whole for position in range(count)))
    out.sum().backward()
    return out.data, x.grad


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "float16", "float32"])
@pytest.mark.parametrize(("function", "count", "place"), CALLS)
def test_all_is_as_precise_as_the_operand_in_double_precision(function, count, place, dtype):
    value, gradient = value_and_gradient(function, count, place, dtype)
    expected, expected_gradient = value_and_gradient(function, count, place, "float64")
    assert value.dtype == expected.dtype
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-13)


@pytest.mark.parametrize("dtype", ["int8", "int64"])
@pytest.mark.parametrize("name", ["entr", "log_expit", "log_ndtr", "ndtr", "erfcx"])
def test_whole_numbers_do_not_wrap_around(name, dtype):
    x = np.array([np.iinfo(dtype).min, -100, -20, 0, 3, 100, np.iinfo(dtype).max], dtype)
    expected = getattr(scipy.special, name)(x.astype(float))
    np.testing.assert_allclose(getattr(ag.special, name)(Tensor(x)).data, expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", ["uint8", "uint64"])
@pytest.mark.parametrize("name", ["kl_div", "rel_entr", "xlogy", "xlog1py"])
def test_differences_of_whole_numbers_do_not_wrap_around(name, dtype):
    x, y = np.array([[0, 2, 200, 3], [3, 201, 2, 1]], dtype)
    expected = getattr(scipy.special, name)(x.astype(float), y.astype(float))
    np.testing.assert_allclose(getattr(ag.special, name)(Tensor(x), Tensor(y)).data, expected, rtol=1e-13)
