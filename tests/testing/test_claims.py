"""Derivatives that others claim: those of SciPy are found right, and mutants of them wrong."""

import re

import numpy as np
import pytest
from scipy import optimize, special

import autograd as ag
from autograd.testing import GradientMismatch, check_claimed_gradient

POINT = np.array([1.3, 0.7, 0.8, 1.9, 1.2])
POSITIVE = np.array([0.4, 1.1, 2.5, 6.0])

#: Functions of scipy.special with their derivatives, and where.
DERIVATIVES = {
    "jv": (special.jv, special.jvp, (2, POSITIVE)),
    "jv of the order 1/2": (lambda z: special.jv(0.5, z), lambda z: special.jvp(0.5, z), (POSITIVE,)),
    "yv": (special.yv, special.yvp, (1, POSITIVE)),
    "iv": (special.iv, special.ivp, (3, POSITIVE)),
    "kv": (special.kv, special.kvp, (2, POSITIVE)),
    "hankel1": (special.hankel1, special.h1vp, (1, POSITIVE)),
    "hankel2": (special.hankel2, special.h2vp, (0, POSITIVE)),
    "hankel1 of complex numbers": (special.hankel1, special.h1vp, (1, np.array([1 + 0.5j, 2 - 1j]))),
    "second derivative of jv": (special.jvp, lambda v, z: special.jvp(v, z, 2), (2, POSITIVE)),
    "gammaln": (special.gammaln, special.digamma, (POSITIVE,)),
    "digamma": (special.digamma, lambda x: special.polygamma(1, x), (POSITIVE,)),
    "loggamma of complex numbers": (special.loggamma, special.digamma, (np.array([1 + 2j, 3 - 0.5j]),)),
    "gamma": (special.gamma, lambda x: special.gamma(x) * special.digamma(x), (POSITIVE,)),
    "erf": (special.erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x), (POSITIVE - 1,)),
    "erfc": (special.erfc, lambda x: -2 / np.sqrt(np.pi) * np.exp(-x * x), (POSITIVE - 1,)),
    "erfinv": (special.erfinv, lambda y: np.sqrt(np.pi) / 2 * np.exp(special.erfinv(y) ** 2), (POSITIVE / 10,)),
    "ndtr": (special.ndtr, lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi), (POSITIVE / 2,)),
    "expit": (special.expit, lambda x: special.expit(x) * special.expit(-x), (POSITIVE,)),
    "xlogy": (special.xlogy, lambda x, y: (np.log(y), x / y), (POSITIVE, POSITIVE[::-1])),
    "spherical_jn": (special.spherical_jn, lambda n, z: special.spherical_jn(n, z, derivative=True), (2, POSITIVE)),
    "airy": (lambda x: special.airy(x)[0], lambda x: special.airy(x)[1], (POSITIVE,)),
    "ellipe": (special.ellipe, lambda m: (special.ellipe(m) - special.ellipk(m)) / (2 * m), (POSITIVE / 10,)),
    "gammainc": (
        lambda x: special.gammainc(2.5, x),
        lambda x: np.exp(-x) * x**1.5 / special.gamma(2.5),
        (POSITIVE,),
    ),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_no_fault_is_found_in_special_functions(name):
    f, df, inputs = DERIVATIVES[name]
    assert check_claimed_gradient(f, df, *inputs).error < 1e-8


@pytest.mark.parametrize("size", [2, 5, 40, 300])
def test_no_fault_is_found_in_rosenbrock(size, rng):
    x = rng.uniform(-2, 2, size)
    assert check_claimed_gradient(optimize.rosen, optimize.rosen_der, x)
    assert check_claimed_gradient(optimize.rosen_der, optimize.rosen_hess, x)


# -------------------------------------------------------------------------------------------------------- mutants


def without_a_term(x):
    gradient = optimize.rosen_der(x)
    gradient[1:-1] -= 2 * (1 - x[1:-1]) * -1
    return gradient


def off_by_one(x):
    return np.roll(optimize.rosen_der(x), 1)


def twisted(x):
    """A field of forces that is no gradient: its Jacobian is not symmetric."""
    return np.array([x[0] * x[1], x[1] ** 2 * x[2], np.sin(x[0])])


def transposed(x):
    jacobian = [[x[1], x[0], 0], [0, 2 * x[1] * x[2], x[1] ** 2], [np.cos(x[0]), 0, 0]]
    return np.array(jacobian).T


def without_a_diagonal(x):
    hessian = optimize.rosen_hess(x)
    return hessian - np.diag(np.diag(hessian, 1), 1)


def wrong_at_the_border(x):
    gradient = optimize.rosen_der(x)
    gradient[-1] = 0.0
    return gradient


def rounded(x):
    return optimize.rosen_der(x.astype(np.float32)).astype(np.float64)


#: A function, a derivative with one thing wrong, where, and what the error must say.
MUTANTS = {
    "sign": (optimize.rosen, lambda x: -optimize.rosen_der(x), (POINT,), "suspected +the sign"),
    "factor 2": (special.gammaln, lambda x: 2 * special.digamma(x), (POSITIVE,), "a factor: .* is 2 times"),
    "missing term": (optimize.rosen, without_a_term, (POINT,), r"special about x\[1\], x\[2\], x\[3\]: all other"),
    "off by one index": (optimize.rosen, off_by_one, (POINT,), "the order: the right numbers stand in the wrong"),
    "transposed": (twisted, transposed, (POINT[:3],), "a transpose: the Jacobian has the results along its columns"),
    "half of a band": (optimize.rosen_der, without_a_diagonal, (POINT,), "worst at"),
    "float32": (optimize.rosen, rounded, (POINT,), "float32"),
    "next order": (special.jv, lambda v, z: special.jvp(v + 1, z), (2, POSITIVE), "worst at +x2"),
    "second for first": (special.kv, lambda v, z: special.kvp(v, z, 2), (2, POSITIVE), "worst at +x2"),
    "inner derivative": (
        lambda x: special.erf(3 * x),
        lambda x: 2 / np.sqrt(np.pi) * np.exp(-9 * x * x),
        (POSITIVE / 5,),
        "a factor: .* is 1/3 times",
    ),
    "border": (optimize.rosen, wrong_at_the_border, (POINT,), r"something special about x\[4\]"),
    "conjugate": (
        special.loggamma,
        lambda z: special.digamma(z).conj(),
        (np.array([1 + 2j, 3 - 0.5j]),),
        "a conjugate",
    ),
    "zero": (special.erf, np.zeros_like, (POSITIVE,), "zero everywhere: the claimed derivative gives zeros"),
    "not finite": (special.i0, lambda x: special.i1(x) * x / x, (np.zeros(2),), "the claimed derivative divides by"),
    "column": (optimize.rosen, lambda x: optimize.rosen_der(x)[:, None], (POINT,), r"wrong shape: \(5, 1\)"),
    "complex": (special.expit, lambda x: special.expit(x) * (1 + 0j), (POSITIVE,), "complex, and all else is real"),
    "one in a thousand": (
        optimize.rosen,
        lambda x: optimize.rosen_der(x) * np.where(np.arange(len(x)) == 617, 1.01, 1.0),
        (np.linspace(0.5, 1.5, 1000),),
        r"something special about x\[617\]",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_mutants_are_found(name):
    f, df, inputs, says = MUTANTS[name]
    with pytest.raises(GradientMismatch, match=says):
        check_claimed_gradient(f, df, *inputs)


def test_the_lines_of_a_report_repeat_the_check():
    def twice(v, z):
        return 2 * special.jvp(v, z)

    with pytest.raises(GradientMismatch) as caught:
        check_claimed_gradient(special.jv, twice, 2, POSITIVE, tolerance=1e-8)
    text = str(caught.value)
    assert text.startswith("the claimed derivative of jv by x2 (float64 (4,)) is wrong")
    assert caught.value.results == ()
    lines = text.partition("to repeat\n")[2].partition("  by variable")[0].splitlines()
    assert lines[-1].strip() == "check_claimed_gradient(jv, twice, 2, x2, tolerance=1e-08)"
    names = {"np": np, "check_claimed_gradient": check_claimed_gradient, "jv": special.jv, "twice": twice}
    with pytest.raises(GradientMismatch, match="2 times"):
        exec("\n".join(line.strip() for line in lines), names)


# ------------------------------------------------------------------------------------------------ what may be given


def test_numbers_lists_and_tensors_are_inputs():
    for x in (0.5, [0.5, 1.0], np.float64(0.5), ag.Tensor([0.5], requires_grad=True)):
        assert check_claimed_gradient(np.sin, np.cos, x)


def test_functions_of_numbers_alone_are_checked():
    import math

    assert check_claimed_gradient(math.sin, math.cos, 0.5)


def test_the_derivative_of_a_matrix_is_its_jacobian():
    A = np.array([[1.0, 2.0], [3.0, 5.0]])

    def derivative(x):
        inverse = np.linalg.inv(x)
        return -np.einsum("ik,lj->ijkl", inverse, inverse)

    assert check_claimed_gradient(np.linalg.inv, derivative, A).variables[0].derivatives == 16


def test_elementwise_derivatives_broadcast():
    def derivatives(x, y):
        return y + 0 * x, x + 0 * y

    assert check_claimed_gradient(lambda x, y: x * y, derivatives, np.array([[1.0], [2.0]]), np.array([3.0, 4.0]))


def test_real_results_of_complex_numbers_climb():
    assert check_claimed_gradient(lambda z: np.sum(np.abs(z) ** 2), lambda z: 2 * z, np.array([1 + 2j, -3j]))


def test_no_numbers_have_no_faults():
    assert check_claimed_gradient(np.sin, np.cos, np.zeros(0)).error == 0


def test_a_method_can_be_asked_for():
    assert check_claimed_gradient(np.exp, np.exp, POINT, method="complex").error < 1e-15
    assert check_claimed_gradient(np.exp, np.exp, POINT, method="richardson", step=0.1).method.startswith("Richardson")


def test_a_kink_is_reported():
    report = check_claimed_gradient(np.abs, np.sign, [0.0, 1.0])
    assert report.kinks == ("x[0], for the result[0]",)
    assert "a kink at x[0]" in str(report)
    with pytest.raises(GradientMismatch, match=r"a kink.* the slope is -1 before it and 1 after it"):
        check_claimed_gradient(np.abs, lambda x: np.where(x < 0, -1.0, 1.0), [0.0, 1.0])


# --------------------------------------------------------------------------------------------------- what is refused


def writing(x):
    x[0] = 1.0
    return np.sum(x)


def gradient_writing(x):
    x += 1.0
    return np.ones(2)


def test_writing_into_an_input_is_found():
    with pytest.raises(GradientMismatch, match="the function has written into x"):
        check_claimed_gradient(writing, np.ones_like, np.zeros(2))
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).T
    with pytest.raises(GradientMismatch, match="the function has written into x"):
        check_claimed_gradient(writing, np.ones_like, x)
    assert x.tolist() == [[1.0, 3.0], [2.0, 4.0]]  # what was written is undone
    with pytest.raises(GradientMismatch, match="the claimed derivative has written into x"):
        check_claimed_gradient(np.sum, gradient_writing, np.zeros(2))


def test_random_numbers_are_found(rng):
    with pytest.raises(GradientMismatch, match="gives other values when it is called again"):
        check_claimed_gradient(lambda x: x * rng.standard_normal(), np.ones_like, 1.0)
    with pytest.raises(GradientMismatch, match="df, the claimed derivative of sin, gives other values"):
        check_claimed_gradient(np.sin, lambda x: rng.standard_normal(), 1.0)


@pytest.mark.parametrize(
    ("f", "df", "inputs", "error", "says"),
    [
        (np.sin, 1.0, (1.0,), TypeError, "the claimed derivative must be callable, got 1.0"),
        (None, np.cos, (1.0,), TypeError, "the function must be callable, got None"),
        (np.sin, np.cos, (1,), ValueError, "nothing to differentiate by"),
        (np.sin, np.cos, (), ValueError, "nothing to differentiate by"),
        (np.rint, lambda x: "0", (0.3,), TypeError, "gave <U1 (), which is no derivative"),
        (np.isnan, np.cos, (1.0,), TypeError, "isnan gave bool ()"),
        (np.float32, np.cos, ([1.0],), TypeError, "gave float32 for inputs in double precision"),
        (np.multiply, lambda x, y: y, (1.0, 2.0), TypeError, "must give a tuple of 2 derivatives, and gave a float64"),
        (np.multiply, lambda x, y: (y,), (1.0, 2.0), TypeError, "and gave 1 of them"),
        (np.log, lambda x: 1 / x, (0.0,), ValueError, "not finite at these inputs"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_cannot_be_checked_is_refused(f, df, inputs, error, says):
    with pytest.raises(error, match=re.escape(says)):
        check_claimed_gradient(f, df, *inputs)


def test_complex_steps_are_refused_for_complex_numbers():
    with pytest.raises(ValueError, match="complex steps are for functions of real numbers"):
        check_claimed_gradient(np.sin, np.cos, 1 + 1j, method="complex")
