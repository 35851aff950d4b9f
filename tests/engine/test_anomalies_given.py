"""detect_anomaly: a NaN or Inf that no operation has made, but that comes in, and gradients whose sum overflows."""

import numpy as np
import pytest

import autograd as ag
import optim
from autograd import Tensor
from tests.engine.helpers import anomaly_of, passes, weight

# ------------------------------------------------------------------------------------------------- into the forward


@pytest.mark.parametrize(
    "function",
    [
        lambda: Tensor([1.0, np.inf]) * weight([1.0, 2.0]),
        lambda: ag.where(np.array([True, False]), weight([1.0, 2.0]), -np.inf),
        lambda: ag.pad(weight([1.0, 2.0]), 1, constant_values=np.inf),
        lambda: ag.softmax(ag.where(np.array([True, False]), weight([1.0, 2.0]), -np.inf), axis=-1),
        lambda: weight([1.0, 2.0]) > np.inf,
        lambda: weight([1.0, np.nan]) > 0.0,
        lambda: ag.exp(-Tensor([np.inf])),
        lambda: ag.nansum(weight([1.0, np.nan])),
        lambda: ag.nan_to_num(np.array([np.nan])),
        lambda: weight([1.0, np.nan])[:1],
    ],
)
def test_what_does_not_go_on_and_what_is_infinite_on_purpose_is_not_reported(function):
    passes(function)


@pytest.mark.parametrize(
    ("function", "operation", "operand", "kind"),
    [
        (lambda: weight([1.0, np.nan], name="w") * 2.0, "multiply", "x ('w')", "a leaf that requires grad"),
        (lambda: 2.0 * weight([1.0, -np.inf], name="w"), "multiply", "y ('w')", "a leaf that requires grad"),
        (lambda: ag.sum(weight([1.0, np.inf])), "sum", "x", "a leaf that requires grad"),
        (lambda: weight([1.0]) * Tensor([np.nan], name="data"), "multiply", "y ('data')", "a constant"),
        (lambda: weight([1.0]) + np.array([np.nan]), "add", "y", "a constant"),
        (lambda: ag.maximum(weight([1.0]), np.nan), "maximum", "y", "a constant"),
    ],
)
def test_the_operand_by_which_it_comes_in_is_named(function, operation, operand, kind):
    error = anomaly_of(function)
    assert (error.phase, error.operation, error.operand) == ("forward", operation, operand)
    assert str(error).splitlines()[0].endswith(f"; it came in by {operand}, {kind}")


def test_a_weight_that_an_optimizer_sends_to_infinity_is_named():
    w = weight([1.0], name="w")
    optimizer, losses = optim.SGD([w], lr=1e308), []

    def train():
        for _ in range(4):
            loss = (w**2).sum()
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            with np.errstate(over="ignore"):
                optimizer.step()

    error = anomaly_of(train)
    assert losses == [1.0]
    assert error.operand == "x ('w')"
    assert "power: the forward gave inf at [0]; it came in by x ('w'), a leaf that requires grad\n" in str(error)
    assert "\n  no operation made it there: x ('w') was given so, or an optimizer's step has left it so\n" in str(error)


def test_inf_of_a_weight_counts_unless_told_otherwise():
    assert passes(lambda: weight(np.inf) * 2.0, check_inf=False).item() == np.inf
    assert anomaly_of(lambda: weight(np.nan) * 2.0, check_inf=False).operand == "x"


def test_a_result_that_was_computed_outside_is_named():
    y = weight([1.0, np.nan], name="x") * 2.0
    error = anomaly_of(lambda: ag.exp(y))
    assert "exp: the forward gave nan at [1]; it came in by x, the result of multiply\n" in str(error)
    assert "\n  that was computed outside the mode; compute all of it inside to see where it was made\n" in str(error)


def test_a_nan_that_is_made_of_infinite_values_is_said_to_be():
    x = Tensor([np.inf, 1.0])
    error = anomaly_of(lambda: x - x)
    assert str(error).startswith("subtract: the forward gave nan at [0], of infinite values\n")
    assert error.operand is None
    w = weight([np.inf, 1.0], name="w")
    assert str(anomaly_of(lambda: w - w)).startswith(
        "subtract: the forward gave nan at [0]; it came in by x ('w'), a leaf that requires grad\n"
    )


def test_infinities_of_operands_of_another_shape_are_shown():
    x = np.array([[1.0, np.inf, 2.0], [3.0, 4.0, np.inf]])
    text = str(anomaly_of(lambda: x @ weight([[0.0], [0.0], [0.0]])))
    assert "matmul: the forward gave nan at [0, 0], the first of 2 such among 2, of infinite values\n" in text
    assert "\n  x: float64 (2, 3), 2 inf, first at [0, 1]\n" in text
    data = Tensor(np.array([1.0, np.nan, np.inf]), name="data")
    assert "\n  x ('data'): float64 (3,), 1 nan, first at [1], 1 inf, first at [2]\n" in str(
        anomaly_of(lambda: ag.sum(data))
    )


def test_infinities_far_from_the_place_that_is_shown_are_counted():
    values = np.append(np.nan, np.arange(9.0))
    text = str(anomaly_of(lambda: ag.flip(Tensor(values, name="t"))))
    assert "flip: the forward gave nan at [9]; it came in by x ('t'), a constant\n" in text
    assert "float64 (10,), 1 nan, first at [0], [7:10] = [6, 7, 8]\n" in text


# ------------------------------------------------------------------------------------------------ into the backward


def test_a_weight_that_a_rule_needs_is_named():
    w = weight([np.inf], name="w")
    loss = (w**2).sum()
    error = anomaly_of(loss.backward)
    assert (error.phase, error.operand) == ("backward", "x ('w')")
    assert str(error).startswith(
        "power: the gradient rule for x ('w') gave inf at [0]; it came in by x ('w'), a leaf that requires grad\n"
    )


def test_a_result_that_a_rule_needs_is_named():
    with np.errstate(invalid="ignore"):
        loss = ag.sqrt(weight([-1.0, 4.0])).sum()
    error = anomaly_of(loss.backward)
    assert "gave nan at [0]; it came in by its own result, the result of sqrt\n" in str(error)
    assert "compute all of it inside" in str(error)


def test_a_nan_that_a_rule_makes_of_infinite_values_is_said_to_be():
    y = weight([1.0, 2.0]) * np.array([-np.inf, 1.0])
    error = anomaly_of(lambda: y.backward(np.array([0.0, 1.0])))
    assert str(error).startswith("multiply: the gradient rule for x gave nan at [0], of infinite values\n")


# -------------------------------------------------------------------------------------------- the sum at the leaves


def test_gradients_that_add_up_to_inf_at_a_leaf_are_found():
    def function():
        a, b = w * 1.0, w * 1.0
        with np.errstate(over="ignore"):
            ag.backward([a, b], [np.array([1e308, 1.0]), np.array([1.7e308, 1.0])])

    w = weight([1.0, 2.0], name="w")
    error = anomaly_of(function)
    assert str(error).startswith(
        "the sum of gradients at the leaf 'w' is inf at [0] as float64; each of them is finite\n"
    )
    assert (error.phase, error.operation, error.shape, error.index) == ("backward", "leaf", (2,), (0,))
    assert "test_anomalies_given.py" in error.line
    [leaf] = error.graph(0)
    assert (leaf.name, leaf.grad.tolist()) == ("w", [np.inf, 2.0])
    assert w.grad is None
    w.name = None
    assert "at the leaf of shape (2,) is inf" in str(anomaly_of(function))


def test_gradients_of_several_backwards_that_add_up_to_inf_are_found():
    w = weight([1.0, 2.0], name="w")
    passes(lambda: (w * 1.0).backward([1e308, 1.0]))
    error = anomaly_of(lambda: (w * 1.0).backward([1e308, 1.0]))
    assert str(error).startswith(
        "the sum of gradients at the leaf 'w' is inf at [0] as float64; each of them is finite\n"
        "  sum: float64 (2,), [0:2] = [inf, 2]\n"
        "  of backwards before: float64 (2,), from 1 to 1e+308, [0:2] = [1e+308, 1]\n"
        "  of this backward: float64 (2,), from 1 to 1e+308, [0:2] = [1e+308, 1]\n"
        "  zero_grad(), or grad = None, before a backward begins a new sum\n"
    )
    assert w.grad.tolist() == [1e308, 1.0]
    assert error.draw(1).source


def test_a_retained_gradient_whose_sum_overflows_is_named_after_its_operation():
    y = weight([1.0]) * 1.0
    y.retain_grad()
    z = y + 0.0
    passes(lambda: z.backward([1e308], retain_graph=True))
    error = anomaly_of(lambda: z.backward([1e308]))
    assert "the sum of gradients at the result of multiply of shape (1,) is inf" in str(error)


def test_a_sum_of_gradients_that_were_not_finite_is_not_reported():
    w = weight([1.0])
    w.grad = [np.nan]
    passes(lambda: (w * 1.0).sum().backward())
    passes(lambda: (w * 1.0 + w * 1.0).backward([np.inf]))
    w.register_hook(lambda g: g * np.inf)
    passes(lambda: (w * 1.0).sum().backward())
    assert np.isnan(w.grad.item())


def test_gradients_that_are_not_left_at_leaves_are_looked_at():
    def function():
        with np.errstate(over="ignore"):
            ag.grad([w * 1.0, w * 1.0], w, grad_outputs=[np.full(2, 1e308)] * 2)

    w = weight([1.0, 2.0], name="w")
    assert "the sum of gradients at the leaf 'w' is inf" in str(anomaly_of(function))
