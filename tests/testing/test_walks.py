"""What gradcheck asks of the walks themselves, and what its options do."""

import itertools
import re

import numpy as np
import pytest

import autograd as ag
from autograd.testing import GradientMismatch, gradcheck, gradgradcheck

X = np.array([0.5, 1.0, -2.0])


# ------------------------------------------------------------------------------------------------ methods and steps


def wave(x):
    return np.exp(x) * np.sin(x)


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
@pytest.mark.parametrize(
    ("method", "name", "error"),
    [
        ("complex", "complex steps", 1e-14),
        ("central", "six-point differences", 1e-10),
        ("richardson", "Richardson's extrapolation", 1e-10),
        (None, "six-point differences", 1e-10),
    ],
)
def test_the_method_can_be_asked_for(check, method, name, error):
    report = check(wave, X, method=method)
    assert report.method == name
    assert report.error < error


def test_the_step_can_be_asked_for():
    coarse = gradcheck(wave, X, method="central", step=0.1, tolerance=1e-2)
    fine = gradcheck(wave, X, method="central", step=1e-3)
    assert 1e-8 < coarse.error < 1e-3
    assert fine.error < 1e-3 * coarse.error
    with pytest.raises(GradientMismatch, match=r"gradcheck\(wave, x, method='central', step=0\.9\)"):
        gradcheck(wave, X, method="central", step=0.9)
    assert gradcheck(wave, X, step=0.1).error < 1e-6  # Richardson helps where it may


def test_all_or_projections_can_be_asked_for(rng):
    x = rng.standard_normal((2, 3))
    assert gradcheck(np.tanh, x).variables[0].derivatives == 36
    assert gradcheck(np.tanh, x, fast=True).variables[0].derivatives == 24
    many = rng.standard_normal(40)
    assert gradcheck(np.tanh, many).variables[0].derivatives == 3 * 40
    assert gradcheck(np.tanh, many, fast=False).variables[0].derivatives == 40 * 40
    with pytest.raises(GradientMismatch, match=r"for a random sum .*(.|\n)*gradcheck\(f, x, fast=True\)"):
        gradcheck(lambda x: x * x.detach(), x, fast=True)


def test_complex_steps_for_what_is_not_analytic_are_explained():
    with pytest.raises(GradientMismatch, match=r"suspected +the method: differences agree with the gradient"):
        gradcheck(np.abs, X, method="complex")
    with pytest.raises(GradientMismatch, match="1/2 times"):  # a wrong gradient is not excused
        gradcheck(lambda x: x * x.detach(), X, method="complex")
    with pytest.raises(ValueError, match="complex steps are for functions of real numbers"):
        gradcheck(np.exp, X + 1j, method="complex")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "forward"}, "method='forward' is not one of 'complex', 'central', 'richardson'"),
        ({"step": 0.0}, "the step must be a positive number, got 0.0"),
        ({"step": np.inf}, "the step must be a positive number, got inf"),
        ({"tolerance": -1e-6}, "the tolerance must be a positive number, got -1e-06"),
        ({"single": 0}, "the tolerance must be a positive number, got 0"),
        ({"tolerance": "a"}, "the tolerance must be a positive number, got 'a'"),
        ({"step": "small"}, "the step must be a positive number, got 'small'"),
        ({"seed": "s"}, "the seed must be a whole number of at least 0, got 's'"),
        ({"seed": -1}, "the seed must be a whole number of at least 0, got -1"),
        ({"fast": "yes"}, "fast must be True, False, or None for what suits, got 'yes'"),
        ({"forward": "yes"}, "forward must be True, False, or None for what suits, got 'yes'"),
        ({"batched": "no"}, "batched must be True, False, or None for what suits, got 'no'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        gradcheck(np.exp, X, **options)
    if "single" not in options:
        with pytest.raises(ValueError, match=re.escape(says)):
            gradgradcheck(np.exp, X, **options)


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_what_is_no_function_and_what_gives_nothing_is_refused(check):
    with pytest.raises(TypeError, match="must be a function of Tensors, got 3"):
        check(3, 1.0)
    with pytest.raises(TypeError, match="f gave no results"):
        check(lambda x: (), 1.0)


def test_lines_to_repeat_a_check_have_all_inputs():
    def picked(x, places, times, how=None):
        return x[places] * times * x.detach()[places]

    with pytest.raises(GradientMismatch) as caught:
        gradcheck(picked, X.astype(np.float32), np.array([0, 2]), 3, "so", tolerance=1e-3, seed=1)
    lines = str(caught.value).partition("to repeat\n")[2].partition("  by variable")[0].splitlines()
    assert [line.strip() for line in lines] == [
        "import numpy as np",
        "from autograd.testing import gradcheck",
        "# picked: the function that was checked",
        "x = np.array([0.5, 1.0, -2.0], dtype=np.float32)",
        "places = np.array([0, 2])",
        "gradcheck(picked, x, places, 3, 'so', tolerance=0.001, seed=1)",
    ]


def test_an_index_is_an_input():
    assert gradcheck(lambda x, index: x[index], np.ones((2, 3)), (slice(None), [0, 0]))
    with pytest.raises(TypeError, match="inputs of their own"):
        gradcheck(lambda x, pair: x, X, (1, [2.0]))


# ------------------------------------------------------------------------------------------------------------ kinks


@pytest.mark.parametrize(
    ("function", "x", "kinks"),
    [
        (np.abs, [0.0, 1.0], ["x[0], for the result[0]"]),
        (np.max, [1.0, 0.5, 1.0], ["a[0], for the result", "a[2], for the result"]),
        (lambda x: np.abs(1e6 * x), [0.0], ["x[0], for the result[0]"]),
        (np.abs, [1e-2, 1.0], []),
        (lambda x: x**2, [0.0, 1e-9, 3.0], []),
        (lambda x: x**4 + 5, [0.0, 0.0], []),
        (lambda x: np.sin(50 * x) + 1e6, [0.0, 0.3], []),
        (lambda x: np.exp(20 * x), [0.0, 1.0], []),
        (lambda x: x**3 * np.abs(x), [0.0, 1.0], []),
        (lambda x: x * 0, [1.0], []),
    ],
)
def test_kinks_that_agree_by_convention_are_reported(function, x, kinks):
    report = gradcheck(function, np.array(x))
    assert [kink.replace("x[", "a[") for kink in report.kinks] == [kink.replace("x[", "a[") for kink in kinks]
    assert str(report).count("a kink at") == len(kinks)


def test_a_kink_among_very_many_numbers_is_reported_once(rng):
    report = gradcheck(np.abs, np.append(rng.uniform(1, 2, 300), 0.0))
    assert report.kinks == ("a random direction, for a random sum of the results",)


# ------------------------------------------------------------------------------------------------------------- walks


def hooked(x, hook):
    """Twice x, with a hook on what is between: a place where a test can go wrong on purpose."""
    y = x + 0
    if y.requires_grad:
        y.register_hook(hook)
    return 2 * y


def test_a_backward_that_does_not_repeat_is_found():
    counter = itertools.count()
    with pytest.raises(GradientMismatch, match=r"by x does not add up: a second backward .*(.|\n)*counts its calls"):
        gradcheck(lambda x: hooked(x, lambda g: g * (1 + 1e-9 * next(counter))), X)


def test_walks_from_one_result_after_the_other_must_agree():
    state = {}

    def f(x):
        y = x + 0
        first = y * 3
        if y.requires_grad:
            first.register_hook(lambda g: state.update(walked=True))
            y.register_hook(undefined)
        return first, y * 2

    def undefined(g):
        """What a rule does that takes a missing gradient of the first result for something."""
        return g if state.pop("walked", False) else g + 1e-3

    with pytest.raises(GradientMismatch, match=r"from one by one, and (.|\n)*undefined gradient"):
        gradcheck(f, X)
    gradcheck(lambda x: (x * 3, x * 2), X)


def after_backward(monkeypatch, change):
    """Let something happen after each backward, to the gradients that leaves have."""
    backward = ag.Tensor.backward

    def changed(self, *arguments, **options):
        backward(self, *arguments, **options)
        change([node for node in ag.Graph(self).leaves if node.notes is not None and node.notes.grad is not None])

    monkeypatch.setattr(ag.Tensor, "backward", changed)


def test_gradients_that_share_memory_are_found(monkeypatch):
    def share(leaves):
        for leaf in leaves:
            leaf.notes.grad = leaves[0].notes.grad

    after_backward(monkeypatch, share)
    with pytest.raises(GradientMismatch, match="by y shares its memory with the gradient by x"):
        gradcheck(lambda x, y: x + y, X, X.copy())


def test_gradients_that_share_memory_with_an_input_are_found(monkeypatch):
    x = X.copy()

    def share(leaves):
        leaves[0].notes.grad = ag.Tensor._made(x)

    after_backward(monkeypatch, share)
    with pytest.raises(GradientMismatch, match="by x shares its memory with the input x"):
        gradcheck(lambda x: 2 * x, x)


def test_gradients_that_share_memory_with_a_result_are_found(monkeypatch):
    results = []

    def f(x):
        results.append(2 * x)
        return results[-1]

    after_backward(monkeypatch, lambda leaves: setattr(leaves[0].notes, "grad", ag.Tensor._made(results[-1]._array)))
    with pytest.raises(GradientMismatch, match="by x shares its memory with a result"):
        gradcheck(f, X)


def test_gradients_that_share_memory_with_the_seed_are_found(monkeypatch):
    def keeping(self, gradient, **options):
        for leaf in ag.Graph(self).leaves:
            leaf.annotate().grad = gradient

    monkeypatch.setattr(ag.Tensor, "backward", keeping)
    with pytest.raises(GradientMismatch, match="by x shares its memory with the gradient that the walk started with"):
        gradcheck(lambda x: x + 0, X)


def test_rules_that_write_into_an_input_are_found_and_it_is_restored(declare):
    def writing(g, x):
        x += 1
        return 2 * g

    @declare(rules={"x": writing})
    def twice(x, /):
        return 2 * x

    x = X.copy()
    with pytest.raises(GradientMismatch, match="a rule has written into x"):
        gradcheck(twice, x)
    assert x.tolist() == X.tolist()


def test_backwards_that_write_into_an_input_are_found(monkeypatch):
    x = X.copy()
    after_backward(monkeypatch, lambda leaves: np.add(x, 1.0, out=x))
    with pytest.raises(GradientMismatch, match="a rule has written into x"):
        gradcheck(lambda x: 2 * x, x)


def test_gradients_that_are_changed_later_are_found(monkeypatch):
    held = []

    def overwrite(leaves):
        for gradient in held:
            gradient._array[...] = 7.0
        held.extend(leaf.notes.grad for leaf in leaves)

    after_backward(monkeypatch, overwrite)
    with pytest.raises(GradientMismatch, match="read before a second backward, has been changed by it"):
        gradcheck(lambda x: 2 * x, X)


def test_gradients_that_do_not_add_up_are_found(monkeypatch):
    backward = ag.Tensor.backward

    def forgetful(self, *arguments, **options):
        for leaf in ag.Graph(self).leaves:
            if leaf.notes is not None:
                leaf.notes.grad = None
        backward(self, *arguments, **options)

    monkeypatch.setattr(ag.Tensor, "backward", forgetful)
    with pytest.raises(GradientMismatch, match="does not add up"):
        gradcheck(lambda x: 2 * x, X)


def test_writing_into_what_is_no_variable_is_found():
    def f(x, places):
        places += 1
        return x[places - 1] * 2

    with pytest.raises(GradientMismatch, match="the function has written into places"):
        gradcheck(f, X, np.array([0, 1]))


# -------------------------------------------------------------------------------------------------- single precision


def overflowing(x):
    return np.sqrt(ag.sum(np.square(x * 1e20))) * 1e-20


def test_what_only_single_precision_gets_wrong_is_found():
    gradcheck(overflowing, X)
    with np.errstate(all="ignore"), pytest.raises(GradientMismatch) as caught:
        gradcheck(overflowing, X.astype(np.float32))
    text = str(caught.value)
    assert "by x (float32 (3,)) is wrong in single precision, and right in double precision" in text
    assert re.search(r"single +-?(nan|inf|0)", text)
    assert "gradcheck(overflowing, x)" in text


def test_parameters_are_checked_in_single_precision_too_and_stay_as_they_are():
    weight = ag.Tensor(X.astype(np.float32), requires_grad=True, name="weight")
    weight.grad = np.ones(3)
    before = weight.grad
    with np.errstate(all="ignore"), pytest.raises(GradientMismatch, match=r"by weight .* in single precision"):
        gradcheck(lambda: overflowing(weight), parameters=[weight])
    gradcheck(lambda: np.tanh(weight).sum(), parameters=iter([weight]))
    assert weight.grad is before
    assert weight.dtype == weight.node.dtype == np.float32
    assert weight.tolist() == X.tolist()


def test_the_tolerance_of_single_precision_can_be_set():
    def fast(x):
        return np.sin(2001 * x)

    x = np.array([1.2345, 0.7777], dtype=np.float32)
    gradcheck(fast, x)
    with pytest.raises(GradientMismatch, match="1e-06 allowed"):
        gradcheck(fast, x, single=1e-6)


def test_a_gradient_of_another_dtype_is_found(monkeypatch):
    def widen(leaves):
        for leaf in leaves:
            leaf.notes.grad = ag.Tensor(leaf.notes.grad.data.astype(np.float64))

    after_backward(monkeypatch, widen)
    with pytest.raises(GradientMismatch, match="by x is float64, and x is float32"):
        gradcheck(np.exp, X.astype(np.float32))


def test_what_cancels_in_single_precision_is_no_mistake():
    def softmax(x):
        return np.exp(x) / np.exp(x).sum()

    for x in (X, np.array([20.0, 21.0, 19.0])):
        gradcheck(lambda x: softmax(x).sum() * 5, x.astype(np.float32))


def detached_in_single(x):
    return x.detach() if x.dtype == np.float32 else x


def test_a_gradient_that_single_precision_loses_is_found():
    with pytest.raises(GradientMismatch) as caught:
        gradcheck(lambda x: detached_in_single(x) * 2, X.astype(np.float32))
    text = str(caught.value)
    assert "by x (float32 (3,)) is missing in single precision, and there is one in double precision" in text
    assert "none: the result is detached, it does not require grad" in text
    assert re.search(r"suspected +detached in single precision alone", text)
    assert "gradcheck(f, x)" in text


def test_a_gradient_lost_beside_much_larger_ones_is_found():
    def f(x, y):
        return 1e6 * x + detached_in_single(y)

    single = X.astype(np.float32)
    with pytest.raises(GradientMismatch, match=r"by y .* is missing(.|\n)*no path leads back from the result to y"):
        gradcheck(f, single, single)
    with pytest.raises(GradientMismatch, match=r"by y \(float64 \(3,\)\) is missing"):  # where x is single
        gradcheck(lambda x, y: x + (y.detach() if x.dtype == np.float32 else y), single, X)


def test_a_parameter_that_loses_its_gradient_in_single_precision_is_found():
    weight = ag.Tensor(X.astype(np.float32), requires_grad=True, name="weight")
    with pytest.raises(GradientMismatch, match=r"by weight .* is missing in single precision"):
        gradcheck(lambda x: x * detached_in_single(weight), X.astype(np.float32), parameters=[weight])
    assert weight.grad is None
    assert weight.tolist() == X.tolist()


def test_a_result_that_is_detached_in_single_precision_is_found():
    with pytest.raises(GradientMismatch, match=r"is missing in single (.|\n)*none: result 1 is detached"):
        gradcheck(lambda x: (1e6 * x, detached_in_single(x)), X.astype(np.float32))
    with pytest.raises(GradientMismatch, match=r"by y .* missing(.|\n)*no path leads back from result 1 to y"):
        gradcheck(lambda x, y: (x * y, x + detached_in_single(y)), X.astype(np.float32), X.astype(np.float32))


def test_a_gradient_that_is_zero_need_not_be_there_in_single_precision():
    single = X.astype(np.float32)
    assert gradcheck(lambda x: 0 * detached_in_single(x), single)
    assert gradcheck(lambda x, y: x + 0 * detached_in_single(y), single, single)
    assert gradcheck(lambda x: (x, np.round(detached_in_single(x) + 0.2)), single)
    assert gradcheck(lambda x: x - detached_in_single(x) + detached_in_single(x), single)
    assert gradcheck(lambda x: 0 * (x if x.dtype == np.float32 else x.detach()), single)


def test_a_gradient_out_of_nothing_in_single_precision_is_found():
    def f(x):
        return x - x.detach() + 1 if x.dtype == np.float32 else np.ones_like(x)

    with pytest.raises(GradientMismatch, match=r"by x .* is wrong in single precision, and right in double"):
        gradcheck(f, X.astype(np.float32))


def test_complex_single_precision_is_checked():
    assert gradcheck(lambda z: np.abs(z) * np.exp(z), np.array([1 + 1j, -0.5j], dtype=np.complex64))


# ---------------------------------------------------------------------------------------------- what can be looked at


def test_weights_that_the_function_finds_by_itself_keep_their_gradients():
    w, other = ag.Tensor([2.0], requires_grad=True), ag.Tensor([3.0], requires_grad=True)
    (3 * w).sum().backward()
    assert gradcheck(lambda x: (x * w * other).sum(), np.ones(3))
    with pytest.raises(GradientMismatch):
        gradcheck(lambda x: (x.detach() * x * w * other).sum(), np.ones(3))
    assert w.grad.tolist() == [3.0]
    assert other.grad is None


def test_a_mismatch_has_the_graph_of_what_failed():
    with pytest.raises(GradientMismatch) as caught:
        gradcheck(lambda x: np.exp(x) * x.detach(), X)
    (result,) = caught.value.results
    assert [node.operation for node in ag.Graph(result)] == ["leaf", "exp", "multiply"]
    (leaf,) = ag.Graph(result).leaves
    assert np.allclose(leaf.notes.grad.data, np.exp(X) * X)
    assert "multiply" in ag.draw(*caught.value.results).source
