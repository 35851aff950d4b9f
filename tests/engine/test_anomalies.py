"""detect_anomaly: what is reported, what is not, and what the report says."""

import contextlib
import pickle
import re
import threading
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, primitive
from autograd.drawing.reading import read
from autograd.drawing.scene import Absence
from autograd.drawing.theme import Kind
from tests.engine.helpers import anomaly_of, assert_values, garbage_of, passes, python_calls, weight

# ---------------------------------------------------------------------------------------------------- the forward


@pytest.mark.parametrize(
    ("function", "operation", "index"),
    [
        (lambda: ag.log(weight([1.0, 0.0])), "log", (1,)),
        (lambda: weight([[1.0, 2.0], [3.0, 0.0]]) / weight([[1.0, 1.0], [1.0, 0.0]]), "divide", (1, 1)),
        (lambda: ag.sqrt(weight(-1.0)), "sqrt", ()),
        (lambda: ag.exp(weight([1.0, 1000.0, 2000.0])), "exp", (1,)),
        (lambda: weight([1e300, 1.0]) * 1e300, "multiply", (0,)),
        (lambda: Tensor([1.0, 0.0]) ** -1.0, "power", (1,)),
        (lambda: np.log(weight([0.0])), "log", (0,)),
        (lambda: ag.exp(weight([1.0, 100.0], np.float32)), "exp", (1,)),
        (lambda: weight([1.0 + 1.0j, 0.0]) ** -1.0, "power", (1,)),
        (lambda: ag.astype(weight([1.0, 1e300]), np.float32), "convert", (1,)),
        (lambda: ag.log([1.0, 0.0]), "log", (1,)),
    ],
)
def test_the_forward_that_makes_it_is_named(function, operation, index):
    error = anomaly_of(function)
    assert (error.phase, error.operation, error.index) == ("forward", operation, index)
    assert str(error).startswith(f"{operation}: the forward gave ")
    assert isinstance(error, FloatingPointError)


def test_it_is_found_without_recording_too():
    with ag.no_grad():
        error = anomaly_of(lambda: ag.log(weight([1.0, 0.0])))
    assert [node.operation for node in error.graph()] == ["leaf", "log"]


def test_inf_counts_unless_told_otherwise():
    assert anomaly_of(lambda: weight(1e200) * 1e200).operation == "multiply"
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert passes(lambda: weight(1e200) * 1e200, check_inf=False).item() == np.inf
    assert anomaly_of(lambda: ag.log(weight(-1.0)), check_inf=False).operation == "log"


def test_the_error_takes_the_place_of_numpys_warning_and_no_other_warning_is_lost():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        anomaly_of(lambda: ag.log(weight(0.0)))
    assert not caught
    x = Tensor([0.0, np.inf])
    with pytest.warns(RuntimeWarning, match="divide by zero encountered in log"):
        passes(lambda: ag.log(x))
    with np.errstate(all="ignore"):
        passes(lambda: ag.log(x))


# ------------------------------------------------------------------------------------------------------ the backward


def test_the_gradient_rule_that_makes_it_is_named():
    x = weight([4.0, 0.0, 1.0], np.float32, name="x")
    error = anomaly_of(lambda: (ag.sqrt(x) * 3.0).sum().backward())
    assert (error.phase, error.operation, error.operand) == ("backward", "sqrt", "x ('x')")
    assert (error.index, error.shape) == ((1,), (3,))
    assert "sqrt: the gradient rule for x ('x') gave inf at [1], of finite values" in str(error)
    assert "gradient of the result: float32 (3,), from 3 to 3, [0:3] = [3, 3, 3]" in str(error)
    assert "\n  x ('x'): float32 (3,), from 0 to 4, [0:3] = [4, 0, 1]\n" in str(error)
    assert "\n  result: float32 (3,), from 0 to 2, [0:3] = [2, 0, 1]\n" in str(error)
    assert x.grad is None


def test_a_backward_that_records_is_watched_too():
    x = weight([4.0, 0.0])
    error = anomaly_of(lambda: ag.sqrt(x).sum().backward(create_graph=True))
    assert (error.phase, error.operation) == ("backward", "sqrt")


@pytest.mark.usefixtures("throwaway")
def test_what_a_rule_makes_on_its_way_and_does_not_give_is_not_reported():
    @primitive(rules={"x": lambda g, x: np.where(x > 0, g / x, 0.0)})
    def careless(x, /):
        return x * 1.0

    for create_graph in (False, True):
        x = weight([2.0, 0.0])
        with np.errstate(all="ignore"):
            passes(lambda x=x, c=create_graph: careless(x).sum().backward(create_graph=c))
        assert x.grad.tolist() == [0.5, 0.0]
        x.grad = None


def test_a_second_derivative_that_is_made_of_finite_values_is_found():
    def function():
        x = weight([4.0, 0.0])
        (x**1.5).sum().backward(create_graph=True)
        first, x.grad = x.grad, None
        first.sum().backward()

    error = anomaly_of(function)
    assert error.phase == "backward"
    assert error.index == (1,)


def test_a_forward_outside_is_watched_in_the_backward_inside():
    x = weight([4.0, 0.0])
    loss = (ag.sqrt(x) * 2.0).sum()
    error = anomaly_of(loss.backward)
    assert (error.operation, error.line, error.scopes) == ("sqrt", None, ())
    assert "at " not in str(error).replace(" at [1]", "")
    assert [node.operation for node in error.graph(1)] == ["leaf", "sqrt"]  # whose value its rule keeps


def test_a_drawing_without_values_says_what_to_do():
    x = weight([1e200, 0.0])
    loss = ((x / 1e200) * 1e200).sum()
    error = anomaly_of(lambda: loss.backward(1e200))
    assert error.operation == "multiply"
    with pytest.raises(RuntimeError, match=r"inside `with autograd\.detect_anomaly\(\):`"):
        error.draw()


def test_gradients_that_add_up_to_inf_are_found():
    def function():
        y = weight([1.0, 2.0]) * 1.0
        with np.errstate(over="ignore"):
            (y + y).backward(np.array([1e308, 1.0]))

    error = anomaly_of(function)
    assert (error.phase, error.operation, error.index) == ("backward", "multiply", (0,))
    assert "multiply: the gradients that arrive for its result are finite, and add up to inf at [0]" in str(error)
    [node] = [node for node in error.graph() if node.operation == "multiply"]
    assert node.grad.tolist() == [np.inf, 2.0]


def test_a_gradient_that_was_given_or_changed_by_a_hook_is_not_reported():
    x = weight([1.0, 2.0])
    passes(lambda: (x * 2.0).backward([np.nan, 1.0]))
    y = x * 2.0
    y.register_hook(lambda g: g * np.array([np.inf, 1.0]))
    passes(lambda: y.sum().backward())


def test_a_nan_that_a_rule_makes_of_an_infinite_gradient_that_was_given_is_reported():
    x = weight([1.0, 2.0])
    passes(lambda: (x * 2.0).backward([np.inf, 1.0]))
    with np.errstate(invalid="ignore"):
        passes(lambda: ag.backward([x * 2.0, x * 2.0], [np.array([np.inf, 1.0]), np.array([-np.inf, 1.0])]))
    error = anomaly_of(lambda: (x * np.array([0.0, 1.0])).backward([np.inf, 1.0]))
    assert str(error).startswith("multiply: the gradient rule for x gave nan at [0], of infinite values\n")
    y = x * np.array([0.0, 1.0])
    y.register_hook(lambda g: g * np.array([np.inf, 1.0]))
    assert anomaly_of(lambda: y.sum().backward()).operation == "multiply"


def test_a_gradient_of_an_infinite_value_is_not_reported():
    x, mask = weight([1.0, 2.0]), np.array([-np.inf, 1.0])
    passes(lambda: (x * mask).backward(np.ones(2)))
    assert x.grad.tolist() == [-np.inf, 1.0]


def test_the_gradient_that_a_hook_has_given_to_a_rule_is_shown():
    y = ag.sqrt(weight([4.0, 0.0]))
    y.register_hook(lambda g: g * 7.0)
    error = anomaly_of(y.sum().backward)
    assert "\n  gradient of the result: float64 (2,), from 7 to 7, [0:2] = [7, 7]\n" in str(error)
    assert [node.grad.tolist() for node in error.graph(0) if node.operation == "sqrt"] == [[7.0, 7.0]]


def test_patches_of_indexing_are_looked_at():
    x = weight([1.0, 2.0])
    error = anomaly_of(lambda: ag.sqrt(x[1:] - 2.0).sum().backward())
    assert error.operation == "sqrt"
    passes(lambda: x[np.array([0, 0])].sum().backward())


@pytest.mark.usefixtures("throwaway")
def test_the_operand_is_told_apart_where_both_are_the_same():
    @primitive(rules={"first": lambda g: g, "second": lambda g, first: g / first})
    def both(first, second, /):
        return first + second

    x = weight([0.0, 1.0])
    assert anomaly_of(lambda: both(x, x).sum().backward()).operand == "second"


# ------------------------------------------------------------------------------------------------- what is said


class Root(nn.Module):
    def forward(self, x):
        return ag.sqrt(x)


def test_line_and_modules_are_said():
    model = nn.Sequential({"shift": nn.Identity(), "root": Root()})
    error = anomaly_of(lambda: model(weight([0.0])).backward(np.ones(1)))
    assert re.fullmatch(r".*test_anomalies\.py:\d+", error.line)
    assert error.source == "return ag.sqrt(x)"
    assert error.scopes == ("Sequential", "root: Root")
    assert f"\n  at {error.line}: return ag.sqrt(x)\n  in Sequential / root: Root\n" in str(error)


def test_backward_hooks_of_modules_do_not_come_in_between():
    model = nn.Sequential({"before": nn.Identity(), "root": Root(), "after": nn.Identity()})
    for module in model:
        module.register_full_backward_hook(lambda module, into, out: None)
    error = anomaly_of(lambda: model(weight([0.0])).backward(np.ones(1)))
    assert (error.operation, error.scopes) == ("sqrt", ("Sequential", "root: Root"))
    [root] = [node for node in error.graph(5) if node.operation == "sqrt"]
    assert root.grad.tolist() == [1.0]
    assert error.draw(3).source


def test_values_around_are_shown_along_the_last_axis():
    values = np.arange(1.0, 21.0).reshape(2, 10)
    values[1, 4] = 0.0
    text = str(anomaly_of(lambda: 1.0 / weight(values, name="rate")))
    assert "gave inf at [1, 4]" in text
    assert "result: float64 (2, 10), [1, 2:7] = [0.0769231, 0.0714286, inf, 0.0625, 0.0588235]" in text
    assert "y ('rate'): float64 (2, 10), from 0 to 20, [1, 2:7] = [13, 14, 0, 16, 17]" in text
    assert "x: float64 1" in text


def test_operands_that_are_broadcast_show_their_own_place():
    text = str(anomaly_of(lambda: weight([[1.0], [2.0]]) / np.array([1.0, 0.0])))
    assert "the first of 2 such among 4" in text
    assert "x: float64 (2, 1), from 1 to 2, [0, 0:1] = [1]" in text
    assert "y: float64 (2,), from 0 to 1, [0:2] = [1, 0]" in text


def test_operands_of_another_shape_show_their_range():
    text = str(anomaly_of(lambda: weight(np.full((2, 3), 1e200)) @ np.full((3, 5), 1e200)))
    assert "matmul: the forward gave inf at [0, 0], the first of 10 such among 10" in text
    assert "float64 (3, 5), from 1e+200 to 1e+200\n" in text


@pytest.mark.usefixtures("throwaway")
def test_operands_of_a_variadic_operation_are_counted():
    @primitive(rules={"parts": lambda g, parts, index: g / parts[index]})
    def total(*parts):
        return sum(parts)

    error = anomaly_of(lambda: total(weight(1.0), weight(0.0, name="second")).backward())
    assert error.operand == "parts[1] ('second')"
    assert "\n  parts[0]: float64 1\n  parts[1] ('second'): float64 0\n" in str(error)


# ------------------------------------------------------------------------------------------------------ the drawing


def test_the_neighbourhood_is_cut_out():
    x = weight([4.0, 0.0], name="x")

    def function():
        y = x
        for _ in range(10):
            y = y * 1.0
        y = ag.sqrt(y)
        for _ in range(10):
            y = y + 1.0
        y.sum().backward()

    error = anomaly_of(function)
    border = "… multiply"
    expected = {0: [border, "sqrt"], 1: [border, "multiply", "sqrt", "add"], 3: [border] + ["multiply"] * 3}
    expected[3] += ["sqrt"] + ["add"] * 3
    for distance, operations in expected.items():
        assert [node.operation for node in error.graph(distance)] == operations
    assert len(error.graph(100)) == 1 + 10 + 1 + 10 + 1
    nodes = {node.operation: node for node in error.graph(1)}
    assert_values(Tensor(nodes[border].value), [4.0, 0.0])
    assert not error.graph(1).leaves
    assert_values(nodes["sqrt"].grad, [1.0, 1.0])
    assert nodes["multiply"].grad.tolist() == [0.25, np.inf]
    assert [node.name for node in error.graph(100).leaves] == ["x"]
    assert x.grad is None


def test_a_drawing_is_made_on_request():
    x = weight([4.0, 0.0], name="x")
    error = anomaly_of(lambda: ag.sqrt(x).sum().backward())
    drawing = error.draw(1, rankdir="TB")
    assert {"sqrt", "sum", "x"} <= set(re.findall(r"\w+", drawing.source))
    assert "rankdir=TB" in drawing.source
    assert "no path" not in drawing.source


def test_a_drawing_shows_what_is_cut_off_as_what_it_is():
    x = weight([4.0, 0.0], name="x")
    error = anomaly_of(lambda: ag.sqrt(x * 1.0 + np.array([0.0, 0.0]) + 0.0).sum().backward())
    cards = {card.name: card for card in read(error.graph(1), 100).cards}
    assert {name: card.kind for name, card in cards.items()} == {
        "… add": Kind.INTERMEDIATE,
        "add": Kind.INTERMEDIATE,
        "sqrt": Kind.INTERMEDIATE,
        "sum": Kind.RESULT,
    }
    assert read(error.graph(0), 100).cards[-1].kind is Kind.INTERMEDIATE  # behind sqrt there is more
    cards = {card.name: card for card in read(error.graph(100), 100).cards}
    assert (cards["x"].kind, cards["sum"].kind) == (Kind.WEIGHT, Kind.RESULT)
    forward = anomaly_of(lambda: ag.log(x * 1.0))
    assert [card.kind for card in read(forward.graph(1), 100).cards] == [Kind.WEIGHT, Kind.INTERMEDIATE, Kind.RESULT]


def test_a_drawing_shows_the_gradients_that_have_arrived_and_says_that_others_come_later():
    x = weight([4.0, 0.0], name="x")
    error = anomaly_of(lambda: (ag.sqrt(x + 0.0) * 2.0).sum().backward())
    gradients = {card.name: card.gradient for card in read(error.graph(5), 100).cards}
    assert gradients.pop("x") is Absence.NOT_COMPUTED_YET
    assert {name: gradient.tolist() for name, gradient in gradients.items()} == {
        "add": [0.5, np.inf],
        "sqrt": [2.0, 2.0],
        "multiply": [1.0, 1.0],
        "sum": 1.0,
    }
    cut = {card.name: card.gradient for card in read(error.graph(0), 100).cards}
    assert cut["… add"].tolist() == [0.5, np.inf]
    x = weight([4.0, 0.0], name="x")
    error = anomaly_of(lambda: ag.sqrt(ag.sum(x * 1.0 - 2.0) ** 2.0).backward())
    cut = {card.name: card.gradient for card in read(error.graph(1), 100).cards}
    assert cut["… sum"] is Absence.NOT_COMPUTED_YET


def test_a_drawing_shows_the_constants_of_operations():
    x = weight([4.0, 0.0], name="x")

    def forward():
        return ag.sqrt(x + 0.0 + np.array([0.0, 0.0])).sum()

    error = anomaly_of(lambda: forward().backward())
    scene = read(error.graph(2), 100)
    assert [disc.label for disc in scene.discs] == ["+ 0", "+", "√", "Σ"]
    assert "constant" in {card.name for card in scene.cards}
    loss = forward()
    outside = anomaly_of(loss.backward)
    assert [disc.label for disc in read(outside.graph(2), 100).discs] == ["+ …", "+ …", "√"]
    outside = anomaly_of(ag.sqrt(x * np.array([1.0, 2.0])).sum().backward)
    assert [card.name for card in read(outside.graph(2), 100).cards] == ["x", "multiply", "constant", "sqrt"]


def test_a_drawing_does_not_walk_into_the_graph_that_it_shows_a_part_of():
    x = weight([4.0, 0.0], name="x")
    loss = ag.sqrt(x * 1.0).sum()
    error = anomaly_of(lambda: loss.backward(retain_graph=True))
    with np.errstate(divide="ignore"):
        error.graph(100).outputs[0].backward(np.ones(2))
    assert x.grad is None


def test_threads_share_a_mode_and_their_errors_are_their_own():
    mode, errors = ag.detect_anomaly(), {}

    def work(number):
        try:
            with mode:
                x = weight(np.arange(10.0) + 1.0)
                for _ in range(20):
                    (ag.sqrt(x) * 2.0).sum().backward(create_graph=True)
                    x.grad = None
                ag.log(abs(x - (number + 1.0)))
        except ag.AnomalyError as error:
            errors[number] = error.index

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == {number: (number,) for number in range(4)}


@pytest.mark.parametrize("distance", [-1, 1.5, True, "2"])
def test_a_distance_that_is_none_is_refused(distance):
    error = anomaly_of(lambda: ag.log(weight(0.0)))
    with pytest.raises(ValueError, match="a number of steps, 0 or more; got"):
        error.graph(distance)


def test_a_pickled_error_keeps_what_it_says():
    error = anomaly_of(lambda: ag.log(weight([1.0, 0.0])))
    copied = pickle.loads(pickle.dumps(error))
    assert str(copied) == str(error)
    assert (copied.operation, copied.index, copied.line) == ("log", (1,), error.line)
    with pytest.raises(RuntimeError, match="in the process in which the error was raised"):
        copied.draw()


# --------------------------------------------------------------------------------------------------------- the mode


def test_values_and_gradients_are_what_they_are_without():
    def step():
        x = weight([1.0, 2.0])
        y = ag.tanh(x * x)[np.array([0, 1, 1])].sum()
        y.backward()
        return y.item(), x.grad.tolist()

    assert passes(step) == step()


def test_it_is_a_decorator():
    @ag.detect_anomaly()
    def train(x):
        return ag.log(x)

    with pytest.raises(ag.AnomalyError):
        train(weight(0.0))
    assert train(weight(1.0)).item() == 0.0


def test_it_ends_with_its_block():
    x = weight([0.0])
    with contextlib.suppress(ag.AnomalyError), ag.detect_anomaly():
        ag.log(x)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ag.log(x)
    calls = python_calls(lambda: x * x)
    assert calls.total() == 4


@pytest.mark.parametrize("inner", [ag.no_grad, ag.enable_grad, ag.retain_all, lambda: ag.scope("part")])
def test_it_goes_on_inside_other_modes(inner):
    with ag.detect_anomaly():
        y = ag.sqrt(weight(0.0))
        with inner():
            assert anomaly_raised(lambda: ag.log(weight(0.0)))
            assert anomaly_raised(y.backward)


@pytest.mark.parametrize("outer", [ag.no_grad, ag.retain_all, ag.detect_anomaly, lambda: ag.scope("part")])
def test_it_begins_inside_other_modes(outer):
    y = ag.sqrt(weight(0.0))
    with outer(), ag.detect_anomaly():
        assert anomaly_raised(lambda: ag.log(weight(0.0)))
        assert anomaly_raised(y.backward)


def anomaly_raised(function):
    try:
        function()
    except ag.AnomalyError:
        return True
    return False


def test_retain_all_inside_keeps_everything():
    with ag.detect_anomaly(), ag.retain_all():
        y = weight(2.0) * 3.0
        y.backward()
    assert (y.node.value.item(), y.grad.item()) == (6.0, 1.0)
    assert "test_anomalies.py:" in y.node.line


def test_an_error_in_a_rule_says_which_line_recorded_it():
    with ag.detect_anomaly():
        y = weight([1.0, 2.0]) * 3.0
    y.sum().backward()
    with pytest.raises(RuntimeError, match=r"what multiply, recorded at .*test_anomalies.py:\d+ needs"):
        y.sum().backward()


@pytest.mark.parametrize("wrong", [1, None, "yes", abs])
def test_check_inf_is_true_or_false(wrong):
    with pytest.raises(TypeError, match="check_inf is True or False"):
        ag.detect_anomaly(check_inf=wrong)


def test_nothing_is_left_to_the_garbage_collector(no_collector):
    def scenario():
        for function in (lambda: ag.log(weight(0.0) * 1.0), lambda: ag.sqrt(weight(0.0)).backward()):
            with contextlib.suppress(ag.AnomalyError), ag.detect_anomaly():
                function()

    assert garbage_of(scenario) == 0
