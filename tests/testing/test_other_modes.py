"""Forward mode and batched walks are checked beside reverse, and what is wrong in them only is found, and explained."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.testing import GradientMismatch, gradcheck, gradgradcheck
from autograd.transforms import batching_rules
from autograd.transforms.batching import CannotBatchError

X = np.array([0.5, 1.0, -2.0])


def explained(check, *arguments, **options):
    with pytest.raises(GradientMismatch) as caught:
        check(*arguments, **options)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------------ what is right


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_all_modes_are_checked_by_default(check):
    report = check(lambda x, y, i: (np.tanh(x[i]) * y, (x @ x)[None]), X, np.array([1.0, 2.0]), [0, 2])
    assert report.modes == ("reverse", "forward", "batched")
    assert report.unchecked == ()


def test_parameters_are_moved_by_forward_mode_and_stay_as_they_are():
    weight = ag.Tensor(X.astype(np.float32), requires_grad=True, name="weight")
    node = weight.node
    report = gradcheck(lambda x: np.tanh(weight * x).sum(), X, parameters=[weight])
    assert "forward" in report.modes
    assert weight.node is node
    assert weight.is_leaf
    assert weight.dtype == np.float32
    assert weight.tolist() == X.tolist()


def test_complex_numbers_are_pushed_forward():
    report = gradcheck(lambda z, x: (np.abs(z) * x, np.exp(z).conj()), X + 1j, X, forward=True)
    assert report.modes == ("reverse", "forward")
    assert "not checked: batched mode: it is for real numbers" in str(report)


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_batched_walks_of_complex_numbers_cannot_be_asked_for(check):
    name = check.__name__
    with pytest.raises(CannotBatchError, match=f"^{name}: batched=True is for real numbers, and z is complex128"):
        check(lambda x, z: x * z, X, X + 1j, batched=True)
    with pytest.raises(CannotBatchError, match=f"^{name}: batched=True is for real numbers, and a result is complex"):
        check(lambda x: x * 1j, X, batched=True)


def test_modes_can_be_left_out():
    assert gradcheck(np.tanh, X, forward=False, batched=False).modes == ("reverse",)
    assert gradcheck(np.tanh, X, forward=False).modes == ("reverse", "batched")


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (20, 20)])
def test_sizes_do_not_matter(shape):
    x = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    assert gradcheck(lambda x: np.tanh(x) * 2, x, forward=True, batched=True)


# -------------------------------------------------------------------------------------------------- what cannot be done


def halved_once(x):
    """Half of x, with a backward that is made for arrays."""
    y = x * 0.5
    if y.requires_grad:
        y.register_hook(lambda g: ag.Tensor(np.asarray(g)))
    return y


def test_what_cannot_be_done_is_told_and_no_fault_unless_it_was_asked_for():
    report = gradcheck(halved_once, X)
    assert report.modes == ("reverse",)
    assert re.search(r"not checked: forward mode: .*requires grad", str(report))
    assert "not checked: batched mode: a hook wants to see each cotangent" in str(report)
    with pytest.raises(RuntimeError, match="a hook wants"):
        gradcheck(halved_once, X, forward=False, batched=True)
    with pytest.raises((TypeError, RuntimeError), match="requires grad"):
        gradcheck(halved_once, X, forward=True)


def test_a_backward_that_is_differentiable_once_is_right_in_reverse():
    class Sine(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return np.sin(x)

        @staticmethod
        @ag.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * np.cos(x)

    report = gradcheck(Sine.apply, X, batched=False)
    assert report.modes == ("reverse",)
    assert "once_differentiable" in str(report)


# ------------------------------------------------------------------------------------------------------ what is wrong


def own(rule):
    """The sine with a backward of somebody's own."""

    @ag.custom_gradient
    def sine(x):
        return np.sin(x), lambda g: rule(g, x)

    return sine


def test_a_backward_that_is_not_linear_is_found_by_forward_mode():
    squaring = own(lambda g, x: -g * g / 2 * np.cos(x))  # right for a cotangent of -2
    gradcheck(squaring, 0.5, forward=False, batched=False)
    text = explained(gradcheck, squaring, 0.5, forward=True)
    assert text.startswith("the gradient of sine by x (float64 ()) is wrong in forward mode, and right in reverse")
    assert re.search(r"forward +-?0\n +numeric +0\.87758", text)
    assert "suspected    a backward that is not linear in its cotangent" in text
    assert "gradcheck(sine, x, forward=True)" in text


@pytest.mark.parametrize(
    "rule",
    [lambda g, x: np.sign(g) * np.abs(g) * np.cos(x), lambda g, x: g.detach() * np.cos(x)],
    ids=["no slope at zero", "detached"],
)
def test_a_backward_that_gives_the_right_values_only_is_found_by_forward_mode(rule):
    gradcheck(own(rule), X, forward=False, batched=False)
    assert "suspected    zero everywhere: a backward leaves the graph" in explained(gradcheck, own(rule), X)


@pytest.mark.parametrize("count", [3, 400])
def test_the_worst_number_of_forward_mode_is_named(count):
    is_kept = np.arange(count) != 1
    sine = own(lambda g, x: np.where(is_kept, g, g.detach()) * np.cos(x))
    text = explained(gradcheck, sine, np.linspace(0.1, 1.0, count))
    assert re.search(r"worst at +x\[1\], for ", text)
    assert re.search(r"forward +-?0\n", text)


def test_an_operation_of_a_rule_with_a_wrong_rule_of_its_own_is_found_by_forward_mode(declare):
    @declare(rules={"x": lambda g: 3 * g})
    def same(x, /):
        return x * 1.0

    @declare(rules={"x": lambda g, x: same.alike(g) * np.cos(x)})
    def sine(x, /):
        return np.sin(x)

    gradcheck(sine, X, forward=False)
    text = explained(gradcheck, sine, X)
    assert "in forward mode, and right in reverse" in text
    assert "a factor: the analytic gradient is 3 times the numeric one" in text


def test_a_wrong_batching_rule_is_found(declare, monkeypatch):
    @declare(rules={"x": lambda g: 1.0 * mirrored.alike(g)})
    def mirrored(x, /):
        return x[::-1] * 1.0

    gradcheck(mirrored, X)
    monkeypatch.setitem(
        batching_rules._rules, "mirrored", lambda apply, operands, attributes: apply([operands[0].whole], {})
    )
    text = explained(gradcheck, mirrored, X)
    assert text.startswith(
        "the gradient of mirrored by x (float64 (3,)) is wrong in a batched walk, and right in single"
    )
    assert re.search(r"worst at +x\[\d\], for cotangent \d of 3 random ones\n +batched +\S+\n +one by one +\S+\n", text)
    assert "suspected    the batching rule" in text
    assert "x = np.array([0.5, 1.0, -2.0])\n    gradcheck(mirrored, x)" in text
    gradcheck(mirrored, X, batched=False)


def test_second_derivatives_are_checked_in_all_modes(monkeypatch):
    def flipped(apply, operands, attributes):
        return apply([operands[0].whole[::-1]], attributes)

    monkeypatch.setitem(batching_rules._rules, "negative", flipped)
    assert "is wrong in a batched walk" in explained(gradgradcheck, np.cos, X)
