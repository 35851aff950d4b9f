"""Gradient checking, as its users meet it."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.testing import GradientMismatch, Report, gradcheck, gradgradcheck


def softplus(x):
    return ag.log1p(np.exp(x))


# -------------------------------------------------------------------------------------------------- what is right


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 2, 0)])
def test_right_gradients_pass(shape, rng):
    report = gradcheck(softplus, rng.standard_normal(shape))
    assert report
    assert isinstance(report, Report)
    assert report.error < 1e-9


def test_the_report_reads_as_a_verdict():
    report = gradcheck(lambda x, y: x * y, np.array([[1.0, 2.0]]), 3.0)
    verdict, x, y, modes = str(report).splitlines()
    assert re.fullmatch(
        r"The gradients of f are right: worst relative error \S+ against six-point differences, 1e-06 allowed", verdict
    )
    assert re.fullmatch(r"  x +float64 \(1, 2\) +4 derivatives   worst relative error \S+", x)
    assert y.split()[0] == "y"
    assert modes == "  checked in reverse, forward and batched mode"


def test_an_analytic_primitive_is_checked_by_complex_steps():
    report = gradcheck(ag.exp, np.array([0.5, 1.0]))
    assert report.method == "complex steps"
    assert report.error < 1e-15


def test_so_is_the_function_of_numpy_that_it_answers():
    assert gradcheck(np.exp, np.array([0.5, 1.0])).method == "complex steps"
    assert gradcheck(np.fabs, np.array([0.5, 1.0])).method == "six-point differences"
    assert gradgradcheck(np.exp, np.array([0.5, 1.0]))


def test_a_primitive_of_complex_numbers_is_not():
    assert gradcheck(ag.exp, np.array([0.5 + 1j])).method == "six-point differences"


def test_complex_inputs_are_pairs_of_reals():
    report = gradcheck(lambda z, w: np.abs(z * w.conj()), np.array([1 + 2j, -1j]), np.array([2.0, 1 + 1j]))
    assert [variable.derivatives for variable in report.variables] == [2 * 4, 2 * 4]


def test_complex_results_are_pairs_of_reals():
    assert gradcheck(lambda x: x * (1 + 2j), np.array([1.0, 2.0])).variables[0].derivatives == 2 * 4


def test_several_results_are_all_checked():
    report = gradcheck(lambda x: (x * 2, [x.sum()][0]), np.ones(3))
    assert report.variables[0].derivatives == 3 * 4
    with pytest.raises(GradientMismatch, match=r"result 1\[1\]"):
        gradcheck(lambda x: (x * 2, x + x[1].detach() * np.array([0.0, 1.0, 0.0])), np.ones(3))


def test_what_is_not_floating_is_handed_on():
    def picked(x, places, times, mask):
        assert type(places) is np.ndarray
        assert times == 2
        return ag.where(mask, x[places] * times, 0.0)

    assert len(gradcheck(picked, np.arange(4.0), np.array([0, 0, 3]), 2, np.array([True, False, True])).variables) == 1


def test_tensors_are_inputs_too_and_stay_as_they_are():
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    x.grad = [7.0, 7.0]
    gradcheck(softplus, x)
    assert x.grad.tolist() == [7.0, 7.0]
    assert x.tolist() == [1.0, 2.0]


def test_single_precision_is_checked_in_double():
    report = gradcheck(softplus, np.array([0.1, 0.2], dtype=np.float32))
    assert report.error < 1e-9
    assert "float32 (2,)" in str(report)


def test_large_inputs_and_results_are_checked_in_projections(rng):
    weight = rng.standard_normal((100, 50))
    report = gradcheck(lambda x, w: np.tanh(x @ w), rng.standard_normal((20, 100)) / 10, weight)
    assert [variable.derivatives for variable in report.variables] == [24, 24]


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_scales_do_not_matter(scale, rng):
    x = rng.uniform(1, 2, 5)
    for function in (np.log, np.square, lambda x: 1 / x, lambda x: scale * np.tanh(x / scale)):
        gradcheck(function, scale * x)
        gradcheck(lambda x, function=function: scale * function(x), x)


def test_no_warning_escapes_from_steps_outside_of_the_domain():
    gradcheck(np.sqrt, np.array([1e-4, 1.0]))


# ----------------------------------------------------------------------------------------------------- parameters


def model():
    weight = ag.Tensor(np.linspace(-1, 1, 6, dtype=np.float32).reshape(3, 2), requires_grad=True, name="weight")
    bias = ag.Tensor(np.zeros(2, dtype=np.float32), requires_grad=True)
    return weight, bias


def test_a_loss_is_checked_by_all_weights_of_a_model():
    weight, bias = model()
    x = np.linspace(0, 1, 12).reshape(4, 3)
    report = gradcheck(lambda: np.square(np.tanh(x @ weight + bias)).mean(), parameters=[weight, bias])
    assert [variable.name for variable in report.variables] == ["weight", "parameters[1]"]
    assert report.error < 1e-9


def test_weights_are_afterwards_as_they_were():
    weight, bias = model()
    weight.grad = np.ones((3, 2))
    before, grad = weight.data, weight.grad
    for check in (gradcheck, gradgradcheck):
        check(lambda x: np.square(x @ weight + bias).sum(), np.ones(3), parameters={"w": weight, "b": bias})
    with pytest.raises(GradientMismatch, match="by w "):
        gradcheck(lambda: np.square(weight.detach()).sum(), parameters={"w": weight})
    assert np.shares_memory(weight.data, before)
    assert (weight.dtype, weight.node.dtype) == (np.float32, np.float32)
    assert weight.grad is grad
    assert bias.grad is None


def test_a_weight_that_is_given_twice_is_checked_once():
    weight, _ = model()
    report = gradcheck(lambda: np.square(weight).sum(), parameters={"encoder": weight, "decoder": weight})
    assert [variable.name for variable in report.variables] == ["encoder"]


def test_parameters_must_be_leaves_that_require_grad():
    weight, _ = model()
    for wrong in (weight * 2, ag.Tensor(1.0)):
        with pytest.raises(ValueError, match="no leaf that requires grad"):
            gradcheck(weight.sum, parameters=[wrong])


# -------------------------------------------------------------------------------------------------- what is wrong


def test_the_mismatch_says_where_how_much_why_and_how_to_see_it_again():
    def halved(x, y):
        return x * x.detach() * y

    x, y = np.array([[1.0, 2.0], [3.0, 0.1]]), 4.0
    with pytest.raises(GradientMismatch) as caught:
        gradcheck(halved, x, y)
    text = str(caught.value)
    assert isinstance(caught.value, AssertionError)
    assert text.startswith("the gradient of halved by x (float64 (2, 2)) is wrong")
    assert re.search(r"worst at +x\[\d, \d\], for the result\[\d, \d\]", text)
    assert "4 of 16 are about that wrong" in text
    assert "1/2 times the numeric one" in text
    assert "y                float64 ()" in text

    lines = text.partition("to repeat\n")[2].partition("  by variable")[0].splitlines()
    with pytest.raises(GradientMismatch, match="1/2 times"):
        exec("\n".join(line.strip() for line in lines), {"np": np, "gradcheck": gradcheck, "halved": halved})


def test_one_wrong_number_among_very_many_is_found(rng):
    mask = np.zeros((100, 200))
    mask[37, 142] = 1.0

    def function(x):
        return np.sin(x) + ag.Tensor(mask) * x.detach()

    with pytest.raises(GradientMismatch, match=r"x\[37, 142\].*for a random sum of the results") as caught:
        gradcheck(function, rng.standard_normal((100, 200)))
    assert "something special about x[37, 142]: all other numbers of x are right" in str(caught.value)
    assert "# x: float64 (100, 200), as it was given" in str(caught.value)


def test_a_result_without_any_path_is_detached():
    with pytest.raises(GradientMismatch, match="detached: no path leads back"):
        gradcheck(lambda x: x.detach() * 2, np.ones(2))


def test_a_gradient_out_of_nothing_is_wrong(declare):
    @declare(rules={"x": lambda g: g})
    def wrong(x, /):
        return x * 0 + 1

    with pytest.raises(GradientMismatch, match="a gradient out of nothing"):
        gradcheck(wrong, np.ones(2))


def test_a_function_that_does_not_depend_on_an_input_is_right():
    assert gradcheck(lambda x, y: x * 2, np.ones(2), np.ones(3)).variables[1].error == 0.0


def test_a_kink_is_told_from_a_mistake():
    with pytest.raises(GradientMismatch, match=r"a kink.* the slope is 0 before it and 1 after it"):
        gradcheck(ag.relu, np.array([1.0, 0.0]))
    gradcheck(ag.relu, np.array([1.0, 1e-4]))


def test_random_numbers_in_the_function_are_noticed(rng):
    with pytest.raises(GradientMismatch, match=r"gives other values when it is called again"):
        gradcheck(lambda x: x * rng.standard_normal(), np.ones(2))


def test_an_input_outside_of_the_domain_is_refused():
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(ValueError, match=r"not finite at these inputs \(the result\[1\]"),
    ):
        gradcheck(np.sqrt, np.array([1.0, -1.0]))


def test_single_precision_inside_is_refused():
    with pytest.raises(TypeError, match="gave float32 for inputs in double precision"):
        gradcheck(lambda x: ag.astype(x, np.float32), np.ones(2))


def test_a_detour_through_single_precision_is_told_from_a_mistake():
    with pytest.raises(GradientMismatch, match="as if it computed in float32 inside"):
        gradcheck(lambda x: ag.astype(ag.astype(np.sin(x), np.float32), np.float64), np.array([0.3, 0.7]))


@pytest.mark.parametrize("result", [1.0, np.ones(2), None, [ag.Tensor(1.0), 2.0]], ids=repr)
def test_a_result_that_is_no_tensor_is_refused(result):
    with pytest.raises(TypeError, match="no Tensor"):
        gradcheck(lambda x: result, np.ones(2))


def test_a_result_of_integers_is_refused():
    with pytest.raises(TypeError, match="gave int64 only"):
        gradcheck(ag.argmax, np.array([1.0, 2.0]))


def test_lists_of_arrays_are_refused():
    with pytest.raises(TypeError, match="inputs of their own"):
        gradcheck(ag.concat, [np.ones(2), np.ones(2)])


def test_there_must_be_something_to_differentiate_by():
    with pytest.raises(ValueError, match="nothing to differentiate by"):
        gradcheck(ag.asarray, 3)


# --------------------------------------------------------------------------------------------------- second order


def test_second_derivatives_are_checked_by_inputs_weights_and_parameters():
    weight = ag.Tensor(np.linspace(-1, 1, 4).reshape(2, 2), requires_grad=True, name="weight")
    report = gradgradcheck(lambda x: np.tanh(x @ weight), np.array([0.5, 1.0]), parameters=[weight])
    assert [variable.name for variable in report.variables] == ["x", "weights[0]", "weight"]
    assert report.error < 1e-9


def test_second_derivatives_of_an_analytic_primitive_are_complex_steps():
    report = gradgradcheck(ag.multiply, np.array([1.0, 2.0]), 3.0)
    assert report.method == "complex steps"
    assert report.error < 1e-15


def test_second_derivatives_of_complex_numbers():
    gradgradcheck(lambda z: np.abs(z) * np.exp(z), np.array([1 + 1j, -0.5j]))


def test_several_results_and_unused_inputs_have_second_derivatives():
    gradgradcheck(lambda x, y, z: (x * x * y, y.sum()), np.ones(2), np.ones(2), np.ones(1))


def test_second_derivatives_that_are_cut_are_found():
    def cut(x):
        return x.detach() * x * x

    with pytest.raises(GradientMismatch, match=r"the gradient of \(the gradient of cut\) by x") as caught:
        gradgradcheck(cut, np.array([1.0, 2.0]))
    assert "    x = np.array([1.0, 2.0])\n    gradgradcheck(cut, x)\n" in str(caught.value)


@pytest.mark.parametrize("wrong", [lambda g, x: 2 * x, lambda g, x: g * g * 2 * x, lambda g, x: np.abs(g) * 2 * x])
def test_a_rule_that_is_not_linear_in_its_cotangent_is_found(wrong, declare):
    @declare(rules={"x": wrong})
    def nearly_a_square(x, /):
        return x * x

    with pytest.raises(GradientMismatch):
        gradcheck(nearly_a_square, np.array(3.0))


def test_digits_lost_to_single_precision_are_found_below_the_tolerance(declare):
    @declare(rules={"x": lambda g, x: (g * np.cos(x)).astype(np.float32)})
    def imprecise(x, /):
        return np.sin(x) * 1

    with pytest.raises(GradientMismatch, match="precision: the gradient has the digits of float32 only"):
        gradcheck(imprecise, np.array([0.3, 0.4, 1.7]))
    gradcheck(lambda x: x * float(np.float32(0.1)), np.ones(3))  # a gradient may well be such a number
