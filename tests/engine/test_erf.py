"""The library's own error functions: to the last digits, in all forms that arrays have, and without SciPy."""

import math
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.primitives import error_numerics
from autograd.primitives.error_numerics import erf_of_reals, erfc_of_reals, erfcx_of_reals
from tests.engine.helpers import weight

INF, NAN = math.inf, math.nan
TINY = 5e-324

RANGES = [(-6.5, 6.5), (-1.1, 1.1), (0.9, 1.1), (0.4, 0.55), (-0.01, 0.01), (-1e-300, 1e-300), (5.8, 6.2)]


def digits_off(found, expected):
    """How many units of the last place numbers differ by, in the precision of those that were found."""
    unit = np.spacing(np.abs(expected).astype(found.dtype)).astype(np.float64)
    return np.max(np.abs(found.astype(np.float64) - expected) / unit)


def dense(low, high, dtype=np.float64):
    return np.linspace(low, high, 40_001).astype(dtype)


@pytest.mark.parametrize("ends", RANGES)
def test_erf_to_the_last_digits(ends):
    x = dense(*ends)
    assert digits_off(erf_of_reals(x), np.array([math.erf(number) for number in x])) <= 2


@pytest.mark.parametrize("ends", RANGES[:4])
def test_erf_in_single_precision(ends):
    x = dense(*ends, np.float32)
    found = erf_of_reals(x)
    assert found.dtype == np.float32
    assert digits_off(found, np.array([math.erf(number) for number in x])) <= 2


@pytest.mark.parametrize("ends", [(-7.0, 1.0), (0.4, 0.55), (0.4, 3.0), (3.0, 26.5)])
def test_erfc_to_the_last_digits(ends):
    """Libraries of mathematics are off by 3 units themselves."""
    x = dense(*ends)
    assert digits_off(erfc_of_reals(x), np.array([math.erfc(number) for number in x])) <= 6


def test_erfc_in_single_precision():
    x = dense(-5.0, 9.0, np.float32)
    found = erfc_of_reals(x)
    assert found.dtype == np.float32
    assert digits_off(found, np.array([math.erfc(number) for number in x])) <= 4


#: By a calculation with 40 digits: x, erfc(x), exp(x²) erfc(x).
NUMBERS = np.array(
    [
        (-20.0, 2.0, 1.04429393795282879012e174),
        (-10.0, 2.0, 5.37623428363227089683e43),
        (-1.5, 1.96610514647531072707, 18.6538862562627339387),
        (0.46875, 0.507386526782062008412, 0.632069689249556078156),
        (0.5, 0.479500122186953462317, 0.615690344192925874871),
        (1.0, 0.157299207050285130659, 0.427583576155807004411),
        (5.0, 1.53745979442803485019e-12, 0.11070463773306862637),
        (21.25, 2.05345215844498411265e-198, 0.0265207971347300881039),
        (26.5, 2.21090766426373427593e-307, 0.0212750466853711059552),
        (100.0, 0.0, 0.00564161378298943290356),
        (1e10, 0.0, 5.64189583547756286945e-11),
    ]
).T


def test_numbers_of_many_digits():
    x, complement, scaled = NUMBERS
    np.testing.assert_allclose(erfc_of_reals(x), complement, rtol=5e-16)
    np.testing.assert_allclose(erfcx_of_reals(x), scaled, rtol=5e-16)
    y = np.append(-x, x).astype(np.float32)
    doubled = y.astype(np.float64)
    with np.errstate(over="ignore", under="ignore"):
        np.testing.assert_allclose(erfcx_of_reals(y), erfcx_of_reals(doubled).astype(np.float32), rtol=3e-7)


def test_erfcx_is_the_scaled_complement():
    x = dense(-5.0, 5.0)
    scaled = [math.exp(number * number) * math.erfc(number) for number in x]
    np.testing.assert_allclose(erfcx_of_reals(x), scaled, rtol=2e-14)  # the square loses digits in exp


def test_edges():
    x = np.array([0.0, -0.0, TINY, -1e-310, INF, -INF, 1e308, -1e308, 1e4, -1e4])
    slope = 2 / math.sqrt(math.pi)
    expected = [0.0, -0.0, TINY, -1e-310 * slope, 1, -1, 1, -1, 1, -1]
    np.testing.assert_allclose(erf_of_reals(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(np.signbit(erf_of_reals(x)), np.signbit(x))
    np.testing.assert_array_equal(erfc_of_reals(x), [1, 1, 1, 1, 0, 2, 0, 2, 0, 2])
    np.testing.assert_allclose(
        erfcx_of_reals(x), [1, 1, 1, 1, 0, INF, 1e-308 * slope / 2, INF, 1e-4 * slope / 2, INF], rtol=1e-8
    )
    for function in (erf_of_reals, erfc_of_reals, erfcx_of_reals):
        assert np.isnan(function(np.array([NAN, 1.0]))).tolist() == [True, False]


def test_the_smallest_complements():
    x = np.array([26.0, 26.6, 27.0, 27.2, 27.3])
    np.testing.assert_allclose(erfc_of_reals(x), [math.erfc(number) for number in x], rtol=1e-13, atol=5e-324)


@pytest.mark.parametrize("function", [erf_of_reals, erfc_of_reals, erfcx_of_reals])
def test_all_forms_of_arrays(function):
    x = np.linspace(-2, 3, 24).reshape(4, 6)
    expected = function(x)
    assert expected.shape == (4, 6)
    for same in (np.asfortranarray(x), x[::-1][::-1], np.repeat(x, 2, axis=1)[:, ::2]):
        np.testing.assert_array_equal(function(same), expected)
    np.testing.assert_array_equal(function(x.T), expected.T)
    assert function(np.zeros((0, 3))).shape == (0, 3)
    assert function(x[1, 2]).shape == ()
    assert function(0.5) == function(np.array([0.5]))[0]
    assert function(1).dtype == np.float64
    assert function(np.array([1, 2])).tolist() == function(np.array([1.0, 2.0])).tolist()
    assert function(np.array([1.0], np.float16)).dtype == np.float16


@pytest.mark.parametrize("function", [erf_of_reals, erfc_of_reals, erfcx_of_reals])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_are_joined(function, dtype, monkeypatch):
    x = np.linspace(-3, 4, 1000).astype(dtype)
    expected = function(x)
    monkeypatch.setattr(error_numerics, "_BLOCK", 64)
    np.testing.assert_array_equal(function(x), expected)


def test_operands_stay_as_they_are():
    x = np.linspace(-3, 4, 100)
    before = x.copy()
    for function in (erf_of_reals, erfc_of_reals, erfcx_of_reals):
        function(x)
    np.testing.assert_array_equal(x, before)


class Foreign(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of another library: NumPy's functions reach it by its protocols alone, and it shows no memory."""

    def __init__(self, array):
        self.array = np.asarray(array)
        self.dtype, self.shape = self.array.dtype, self.array.shape

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("converted to an array of NumPy")

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        assert method == "__call__"
        return Foreign(ufunc(*(getattr(operand, "array", operand) for operand in operands)))

    def __array_function__(self, function, types, operands, options):
        return Foreign(function(*(getattr(operand, "array", operand) for operand in operands), **options))

    def astype(self, dtype, copy=True):
        return Foreign(self.array.astype(dtype))


@pytest.mark.parametrize("function", [erf_of_reals, erfc_of_reals, erfcx_of_reals])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_of_other_libraries(function, dtype):
    x = np.linspace(-3, 8, 50).astype(dtype)
    found = function(Foreign(x))
    np.testing.assert_array_equal(found.array, function(x))
    assert found.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_gradients_keep_the_precision(dtype):
    for name in ("erf", "erfc", "erfcx", "ndtr", "log_ndtr"):
        x = weight([0.5, -1.0], dtype)
        y = getattr(ag.special, name)(x)
        y.sum().backward()
        assert (y.dtype, x.grad.dtype) == (dtype, dtype)


def test_complex_numbers_are_left_to_scipy():
    z = np.array([0.3 + 0.4j, -2.0 + 1.0j])
    for name in ("erf", "erfc", "erfcx", "ndtr"):
        import scipy.special as scipy_special

        np.testing.assert_array_equal(getattr(ag.special, name)(Tensor(z)).data, getattr(scipy_special, name)(z))


def test_log_ndtr_refuses_complex_numbers():
    with pytest.raises(TypeError, match=r"log_ndtr\(complex128 \(1,\)\): takes real numbers only"):
        ag.special.log_ndtr(Tensor([1j]))


# ------------------------------------------------------------------------------------------------------ without SciPy

WITHOUT_SCIPY = """
import sys
sys.modules["scipy"] = None
import numpy as np
import autograd as ag, nn
x = ag.Tensor([-1.0, 0.0, 2.0], requires_grad=True)
"""


def run(source):
    return subprocess.run([sys.executable, "-c", WITHOUT_SCIPY + source], capture_output=True, text=True, check=False)


def test_without_scipy_there_is_an_exact_gelu():
    ended = run("""
y = nn.functional.gelu(x)
y.sum().backward()
print(*y.tolist(), *x.grad.tolist())
""")
    assert ended.returncode == 0, ended.stderr
    share = [(1 + math.erf(x / math.sqrt(2))) / 2 for x in (-1, 0, 2)]
    density = [math.exp(-x * x / 2) / math.sqrt(2 * math.pi) for x in (-1, 0, 2)]
    expected = [-share[0], 0, 2 * share[2], share[0] - density[0], 0.5, share[2] + 2 * density[2]]
    np.testing.assert_allclose([float(word) for word in ended.stdout.split()], expected, rtol=4e-16)


SELF_SUFFICIENT = """
    erf(x); erfc(x); erfcx(x); ndtr(x); log_ndtr(x); expit(x); log_expit(x); logit(0.25 + x * 0.1); i0(x); entr(3 + x)
    xlogy(x, 1 + x * x); xlog1py(x, x * x); rel_entr(3 + x, 2.0); kl_div(3 + x, 2.0); logsumexp(x); softmax(x)[0]
    logsumexp(x, b=[1.0, 2.0, 3.0]); log_softmax(x)[0]"""


def test_without_scipy_these_have_two_derivatives():
    calls = [call.strip() for call in SELF_SUFFICIENT.replace("\n", ";").split(";") if call.strip()]
    steps = [
        f"""
ag.special.{call}.sum().backward(create_graph=True)
slope, x.grad = x.grad, None
slope.sum().backward()
assert x.grad is not None and np.isfinite(x.grad.data).all(), {call!r}
x.grad = None
"""
        for call in calls
    ]
    ended = run("".join(steps))
    assert ended.returncode == 0, ended.stderr


#: What is called with other operands than numbers of each kind.
ASKED = {"polygamma": (1, 2.0), "multigammaln": (2.0, 2), "erf": (1j,)}


def test_without_scipy_others_say_what_to_install():
    ended = run(f"""
import inspect
for name in ag.special.__all__:
    function = getattr(ag.special, name)
    count = sum(p.default is p.empty for p in inspect.signature(function).parameters.values())
    try:
        function(*{ASKED}.get(name, (0.5,) * count))
    except ImportError as error:
        print(name, error, sep=": ")
""")
    assert ended.returncode == 0, ended.stderr
    told = dict(line.split(": ", 1) for line in ended.stdout.splitlines())
    assert told == {
        name: f"autograd.special.{name} is computed by SciPy, which is not installed: pip install scipy, or "
        "pip install glassgrad[special]"
        for name in told
    }
    assert told.keys() >= {"gamma", "erfinv", "j0", "jn", "yn", "kn", "psi", "polygamma", "multigammaln", "erf"}
    assert not told.keys() & {"erfc", "expit", "i0", "xlogy", "log_ndtr", "softmax"}
