"""Special functions: SciPy's values in all forms of arguments, asked for by our name and by SciPy's."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.special

import autograd as ag
from autograd import Tensor, special
from autograd.registry import load_further
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

#: Functions of each element, with operands at which all is finite.
OPERANDS = {
    "beta": ([0.5, 1.0, 3.5], 2.0),
    "betainc": (1.5, 2.0, [0.1, 0.5, 0.9]),
    "betaincc": (1.5, 2.0, [0.1, 0.5, 0.9]),
    "betaincinv": (1.5, 2.0, [0.1, 0.5, 0.9]),
    "betaln": ([0.5, 1.0, 3.5], 2.0),
    "digamma": ([-1.5, 0.5, 3.0],),
    "entr": ([0.5, 1.0, 3.0],),
    "erf": ([-1.5, 0.0, 3.0],),
    "erfc": ([-1.5, 0.0, 3.0],),
    "erfcinv": ([0.25, 1.0, 1.9],),
    "erfcx": ([-1.5, 0.0, 3.0],),
    "erfi": ([-1.5, 0.0, 3.0],),
    "erfinv": ([-0.75, 0.0, 0.9],),
    "expit": ([-1.5, 0.0, 3.0],),
    "gamma": ([-1.5, 0.5, 3.0],),
    "gammainc": (1.5, [0.5, 1.0, 4.0]),
    "gammaincc": (1.5, [0.5, 1.0, 4.0]),
    "gammainccinv": (1.5, [0.1, 0.5, 0.9]),
    "gammaincinv": (1.5, [0.1, 0.5, 0.9]),
    "gammaln": ([-1.5, 0.5, 3.0],),
    "gammasgn": ([-1.5, 0.5, 3.0],),
    "i0": ([-1.5, 0.0, 3.0],),
    "i0e": ([-1.5, 0.5, 3.0],),
    "i1": ([-1.5, 0.0, 3.0],),
    "i1e": ([-1.5, 0.5, 3.0],),
    "iv": (1.5, [0.5, 1.0, 3.0]),
    "ive": (1.5, [0.5, 1.0, 3.0]),
    "j0": ([-1.5, 0.0, 3.0],),
    "j1": ([-1.5, 0.0, 3.0],),
    "jn": (2, [0.5, 1.0, 3.0]),
    "jv": (1.5, [0.5, 1.0, 3.0]),
    "k0": ([0.5, 1.0, 3.0],),
    "k0e": ([0.5, 1.0, 3.0],),
    "k1": ([0.5, 1.0, 3.0],),
    "k1e": ([0.5, 1.0, 3.0],),
    "kl_div": ([0.5, 1.0, 3.0], 2.0),
    "kn": (2, [0.5, 1.0, 3.0]),
    "kv": (1.5, [0.5, 1.0, 3.0]),
    "kve": (1.5, [0.5, 1.0, 3.0]),
    "log_expit": ([-1.5, 0.0, 3.0],),
    "log_ndtr": ([-1.5, 0.0, 3.0],),
    "loggamma": ([0.25, 0.5, 3.0],),
    "logit": ([0.01, 0.5, 0.9],),
    "ndtr": ([-1.5, 0.0, 3.0],),
    "ndtri": ([0.1, 0.5, 0.9],),
    "ndtri_exp": ([-4.0, -1.0, -0.1],),
    "poch": ([0.5, 1.0, 3.5], 2.0),
    "psi": ([-1.5, 0.5, 3.0],),
    "rel_entr": ([0.5, 1.0, 3.0], 2.0),
    "rgamma": ([-1.5, 0.5, 3.0],),
    "xlog1py": ([-1.5, 0.0, 3.0], 2.0),
    "xlogy": ([-1.5, 0.0, 3.0], 2.0),
    "y0": ([0.5, 1.0, 3.0],),
    "y1": ([0.5, 1.0, 3.0],),
    "yn": (2, [0.5, 1.0, 3.0]),
    "yv": (1.5, [0.5, 1.0, 3.0]),
}
#: Functions of SciPy that are no ufuncs, and cannot be answered.
OTHERS = {"log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax"}


def test_every_function_is_tested_and_scipys():
    assert set(OPERANDS) | OTHERS == set(special.__all__)
    assert all(isinstance(getattr(scipy.special, name), np.ufunc) for name in OPERANDS)
    assert sorted(special.__all__) == special.__all__


def with_array(operands, made):
    """The operands, of which the list has become an array or a Tensor."""
    return [made(operand) if isinstance(operand, list) else operand for operand in operands]


@pytest.mark.parametrize("name", OPERANDS)
def test_both_names_give_scipys_values(name):
    theirs, ours = getattr(scipy.special, name), getattr(special, name)
    expected = theirs(*with_array(OPERANDS[name], np.array))
    assert_values(ours(*with_array(OPERANDS[name], Tensor)), expected, rtol=1e-13)
    assert_values(ours(*OPERANDS[name]), expected, rtol=1e-13)
    by_their_name = theirs(*with_array(OPERANDS[name], weight))
    assert_values(by_their_name, expected, rtol=1e-13)
    assert by_their_name.node.operation == getattr(special, theirs.__name__).__name__


@pytest.mark.parametrize("name", OPERANDS)
def test_single_precision_stays(name):
    x = with_array(OPERANDS[name], lambda values: weight(values, np.float32))
    result = getattr(special, name)(*x)
    (leaf,) = (operand for operand in x if isinstance(operand, Tensor))
    result.sum().backward()
    assert (result.dtype, leaf.grad.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(result.data, getattr(special, name)(*OPERANDS[name]).data, rtol=1e-5)


@pytest.mark.parametrize("name", OPERANDS)
def test_shapes(name):
    function, operands = getattr(special, name), OPERANDS[name]
    assert function(*with_array(operands, lambda values: Tensor(np.ones((0, 2)) * values[1]))).shape == (0, 2)
    assert function(*with_array(operands, lambda values: Tensor(values[1]))).shape == ()
    rows = with_array(operands, lambda values: Tensor(np.array([values] * 2)[:, ::-1]))
    np.testing.assert_array_equal(function(*rows).data[0], function(*operands).data[::-1])


@pytest.mark.parametrize("name", OPERANDS)
def test_both_derivatives_at_these_numbers(name):
    function = getattr(special, name)
    (values,) = (operand for operand in OPERANDS[name] if isinstance(operand, list))

    def of_array(x):
        return function(*with_array(OPERANDS[name], lambda _: x))

    if name != "gammasgn":
        gradcheck(of_array, np.array(values), tolerance=1e-6)
        gradgradcheck(of_array, np.array(values), tolerance=1e-6)


@pytest.mark.parametrize(
    ("name", "operands"),
    [
        ("beta", ([[0.5], [2.0]], [1.0, 2.0, 3.0])),
        ("betainc", ([[0.5], [2.0]], 2.0, [0.1, 0.2, 0.3])),
        ("gammainc", ([[0.5], [2.0]], [1.0, 2.0, 3.0])),
        ("jv", ([[0.5], [2.0]], [1.0, 2.0, 3.0])),
        ("kl_div", ([[0.5], [2.0]], [1.0, 2.5, 3.0])),
        ("xlogy", ([[0.5], [2.0]], [1.0, 2.0, 3.0])),
    ],
)
def test_operands_broadcast(name, operands):
    *parameters, values = operands
    result = getattr(special, name)(*parameters, weight(values))
    assert_values(result, getattr(scipy.special, name)(*operands), rtol=1e-14)
    gradcheck(lambda x: getattr(special, name)(*map(np.array, parameters), x), np.array(values), tolerance=1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda t: special.gammainc(t, 1.0),
        lambda t: special.betainc(t, 1.0, 0.5),
        lambda t: special.betainc(1.0, t, 0.5),
        lambda t: special.jv(t, 1.0),
        lambda t: special.kve(t, 1.0),
        lambda t: special.polygamma(t, 1.0),
        lambda t: scipy.special.gammaincinv(t, 0.5),
    ],
)
def test_what_has_no_derivative_says_so(call):
    with pytest.raises(TypeError, match=r"there is no gradient rule for the operand '[abvn]', and it requires grad"):
        call(weight(2.0))
    assert np.isfinite(call(Tensor(2.0)).item())


def test_messages_bear_the_name_by_which_numpy_or_scipy_has_a_ufunc():
    x = weight(0.5)
    with pytest.raises(TypeError, match=r"^scipy\.special\.airy has no gradient rule"):
        scipy.special.airy(x)
    with pytest.raises(TypeError, match=r"^scipy\.special\.erf on a Tensor does not take casting="):
        scipy.special.erf(x, casting="no")
    with pytest.raises(TypeError, match=r"^np\.exp on a Tensor does not take casting="):
        np.exp(x, casting="no")
    with pytest.raises(TypeError, match=r"^np\.hypot\.reduce has no gradient rule"):
        np.hypot.reduce(x[None])
    with pytest.raises(TypeError, match=r"^twice \(vectorized\) has no gradient rule"):
        np.frompyfunc(twice, 1, 1)(x)


def twice(x):
    return 2 * x


@pytest.mark.parametrize("name", ["jn", "psi"])
def test_a_function_of_two_names_is_called_as_it_was_asked_for(name):
    x = weight(OPERANDS[name][-1])
    assert repr(getattr(special, name)(*OPERANDS[name][:-1], x)).endswith(f"from={name})")
    with pytest.raises(TypeError, match=f"^{name}: takes Tensors"):
        getattr(special, name)(*OPERANDS[name][:-1], "x")


def test_integers_become_floating():
    for name in ("erf", "xlogy", "gamma", "entr", "logit", "kl_div", "log_ndtr"):
        function = getattr(scipy.special, name)
        x = np.array([1, 2])
        operands = (x,) * function.nin
        with np.errstate(all="ignore"):
            assert_values(function(*map(Tensor, operands)), function(*operands), rtol=1e-14)


COMPLEX = np.array([0.3 + 0.4j, 1.5 - 0.6j])


@pytest.mark.parametrize(
    "name", ["erf", "erfc", "erfcx", "erfi", "expit", "gamma", "loggamma", "ndtr", "rgamma", "xlogy", "xlog1py"]
)
def test_complex_numbers_have_a_derivative(name):
    function = getattr(special, name)
    operands = (2.0,) * (function.signature.parameters.__len__() - 1)
    gradcheck(lambda z: function(*operands, z), COMPLEX, tolerance=1e-7)


@pytest.mark.parametrize("name", ["iv", "jv", "kv", "kve", "yv"])
def test_bessel_functions_of_complex_numbers_have_two_derivatives(name):
    gradcheck(lambda z: getattr(special, name)(1.5, z), COMPLEX, tolerance=1e-7)
    gradgradcheck(lambda z: getattr(special, name)(1.5, z), COMPLEX, tolerance=1e-6)


@pytest.mark.parametrize(
    "name", ["entr", "gammaln", "ive", "kl_div", "log_expit", "log_ndtr", "rel_entr", "j0", "ndtri"]
)
def test_real_functions_refuse_complex_numbers_by_name(name):
    operands = (1.0,) * (getattr(scipy.special, name).nin - 1)
    with pytest.raises(TypeError, match=rf"{name}\(.*complex128"):
        getattr(special, name)(*operands, Tensor(COMPLEX))


# --------------------------------------------------------------------------------------------------------- polygamma


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_polygamma_has_scipys_values(n):
    x = np.array([-1.5, 0.25, 3.0, 1e4])
    expected = scipy.special.polygamma(n, x)
    for order in (n, np.int64(n), np.array(n), Tensor(n)):
        assert_values(special.polygamma(order, Tensor(x)), expected, rtol=1e-14)
    np.testing.assert_allclose(
        gradients(lambda x: special.polygamma(n, x), x), scipy.special.polygamma(n + 1, x), rtol=1e-14
    )


def test_polygamma_of_several_orders():
    n, x = np.array([[0], [1], [3]]), np.array([0.5, 2.0])
    assert_values(special.polygamma(n, x), scipy.special.polygamma(n, x), rtol=1e-14)
    gradcheck(lambda x: special.polygamma(n, x), x, tolerance=1e-7)


def test_polygamma_keeps_single_precision():
    x = weight([0.5, 2.0], np.float32)
    y = special.polygamma(1, x)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_polygamma_refuses_negative_orders():
    with pytest.raises(ValueError, match=r"polygamma\(-1, .*n must be a whole number from 0 on, got -1"):
        special.polygamma(-1, Tensor([1.0]))


# ------------------------------------------------------------------------------------------------------ multigammaln


@pytest.mark.parametrize("d", [1, 2, 5])
def test_multigammaln_has_scipys_values(d):
    a = np.array([[2.5, 3.0], [10.0, 1e4]])
    assert_values(special.multigammaln(Tensor(a), d), scipy.special.multigammaln(a, d), rtol=1e-14)
    gradcheck(lambda a: special.multigammaln(a, d), a, tolerance=1e-7)


def test_multigammaln_is_undefined_below_its_bound():
    result = special.multigammaln(Tensor([0.5, 1.0, 1.5], np.float32), 3)
    assert np.isnan(result.data).tolist() == [True, True, False]
    assert result.dtype == np.float32


@pytest.mark.parametrize("d", [0, -1, 1.5])
def test_multigammaln_refuses_other_dimensions(d):
    with pytest.raises(ValueError, match=f"multigammaln: the dimension d must be a positive integer, got {d}"):
        special.multigammaln([3.0], d)


# ---------------------------------------------------------------------------------------------- how SciPy is answered


def run(source):
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "source",
    [
        "import autograd.further, sys; assert 'scipy' not in sys.modules",
        "import autograd as ag, sys; ag.special.erf(1.0), ag.special.logit(0.5); assert 'scipy' not in sys.modules",
        "import autograd.special as special; assert special.gamma(4.0).item() == 6",
        "from autograd import special; assert special.gamma(4.0).item() == 6",
        "import scipy.special as s, autograd as ag; assert s.j0(ag.Tensor(0.0, requires_grad=True)).requires_grad",
        "import autograd as ag, scipy.special as s; assert s.j0(ag.Tensor(0.0, requires_grad=True)).requires_grad",
        "import autograd as ag; ag.linalg; import scipy.special as s; assert s.j0(ag.Tensor(0.0)).item() == 1",
    ],
)
def test_scipy_is_answered_but_not_loaded(source):
    ended = run(source)
    assert ended.returncode == 0, ended.stderr


def test_options_of_ufuncs():
    x = weight([0.5, 1.0])
    kept = Tensor([7.0, 7.0])
    result = scipy.special.erf(x, where=[True, False], out=kept)
    assert result is kept
    assert kept.tolist() == [special.erf(0.5).item(), 7.0]
    kept.sum().backward()
    np.testing.assert_array_equal(x.grad.data != 0, [True, False])
    assert scipy.special.xlogy.outer(weight([1.0, 2.0]), [1.0, 2.0, 3.0]).shape == (2, 3)


def test_a_ufunc_of_scipy_that_is_not_covered_raises():
    with pytest.raises(TypeError, match="ellipe has no gradient rule in autograd, and an operand requires grad"):
        scipy.special.ellipe(weight([0.5]))
    assert_values(scipy.special.ellipe(Tensor([0.5])), scipy.special.ellipe([0.5]))


@pytest.mark.parametrize(
    "call", [scipy.special.softmax, scipy.special.logsumexp, lambda x: scipy.special.polygamma(1, x)]
)
def test_functions_of_scipy_that_are_no_ufuncs_lose_no_gradient_in_silence(call):
    with pytest.raises(TypeError, match="this Tensor requires grad, and a plain array would lose its gradient"):
        call(weight([0.5, 1.0]))


def test_own_primitives_cannot_take_the_place_of_these(throwaway):
    load_further()
    with pytest.raises(ValueError, match="erf of NumPy is answered already"):

        @ag.primitive(forward=scipy.special.erf)
        def error_integral(x, /):
            """Another one."""


# ------------------------------------------------------------------------------------------------------------ dtypes

#: What is computed without SciPy, in the precision of its operands.
WITHOUT_SCIPY = {
    *("entr", "erf", "erfc", "erfcx", "expit", "i0", "kl_div", "log_expit", "log_ndtr", "log_softmax", "logit"),
    *("logsumexp", "ndtr", "rel_entr", "softmax", "xlog1py", "xlogy"),
}
CALLS = {name: (getattr(special, name), OPERANDS[name]) for name in OPERANDS} | {
    "polygamma": (special.polygamma, (1, [0.5, 1.0, 3.0])),
    "multigammaln": (lambda a: special.multigammaln(a, 2), ([2.0, 3.0],)),
    "logsumexp": (special.logsumexp, ([0.5, 1.0],)),
    "softmax": (special.softmax, ([0.5, 1.0],)),
    "log_softmax": (special.log_softmax, ([0.5, 1.0],)),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("name", CALLS)
def test_short_numbers_give_short_gradients(name, dtype):
    function, operands = CALLS[name]
    found = {}
    for each in (dtype, np.float64):
        x = weight(np.array(next(operand for operand in operands if isinstance(operand, list)), dtype), each)
        y = function(*(x if isinstance(operand, list) else operand for operand in operands))
        weights = np.arange(1.0, 1.0 + y.size).reshape(y.shape)
        y.backward(weights.astype(y.dtype))
        assert x.grad.dtype == x.dtype
        found[each] = y.data, x.grad.data
    (y, g), (exact, slope) = found[dtype], found[np.float64]
    tolerance = 8 * np.finfo(dtype).eps
    np.testing.assert_allclose(y, exact, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(g, slope, rtol=tolerance, atol=tolerance)
    assert (y.dtype == dtype) == (dtype == np.float32 or name in WITHOUT_SCIPY)
