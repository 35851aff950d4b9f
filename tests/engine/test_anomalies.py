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
from tests.engine.helpers import assert_values, garbage_of, python_calls, weight


def anomaly_of(function, **options):
    """The error that a function raises in the mode."""
    with pytest.raises(ag.AnomalyError) as caught, ag.detect_anomaly(**options):
        function()
    return caught.value


def passes(function, **options):
    with ag.detect_anomaly(**options):
        return function()


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


@pytest.mark.parametrize(
    "function",
    [
        lambda: weight([1.0, np.nan]) * 2.0,
        lambda: weight([1.0, np.inf]) * 2.0,
        lambda: ag.where(np.array([True, False]), weight([1.0, 2.0]), -np.inf),
        lambda: ag.pad(weight([1.0, 2.0]), 1, constant_values=np.inf),
        lambda: ag.softmax(ag.where(np.array([True, False]), weight([1.0, 2.0]), -np.inf), axis=-1),
        lambda: weight([1.0, 2.0]) > np.inf,
        lambda: ag.exp(-weight([np.inf])),
    ],
)
def test_what_was_given_is_not_reported(function):
    passes(function)


def test_a_nan_that_is_made_of_infinite_values_is_reported():
    x = weight([1.0, np.inf])
    error = anomaly_of(lambda: x - x)
    assert (error.operation, error.index) == ("subtract", (1,))


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
    x = weight([0.0, np.inf])
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


def test_a_gradient_of_an_infinite_value_is_not_reported():
    x, mask = weight([1.0, 2.0]), np.array([-np.inf, 1.0])
    passes(lambda: (x * mask).backward(np.ones(2)))
    assert x.grad.tolist() == [-np.inf, 1.0]


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
    assert re.fullmatch(r"test_anomalies\.py:\d+", error.line)
    assert error.scopes == ("Sequential", "root: Root")
    assert f"\n  at {error.line}\n  in Sequential / root: Root\n" in str(error)


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
    expected = {0: ["leaf", "sqrt"], 1: ["leaf", "multiply", "sqrt", "add"], 3: ["leaf"] + ["multiply"] * 3}
    expected[3] += ["sqrt"] + ["add"] * 3
    for distance, operations in expected.items():
        assert [node.operation for node in error.graph(distance)] == operations
    assert len(error.graph(100)) == 1 + 10 + 1 + 10 + 1
    nodes = {node.operation: node for node in error.graph(1)}
    assert nodes["leaf"].name == "… multiply"
    assert_values(Tensor(nodes["leaf"].value), [4.0, 0.0])
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
    assert (y.node.value.item(), y.grad.item(), y.node.line.split(":")[0]) == (6.0, 1.0, "test_anomalies.py")


def test_an_error_in_a_rule_says_which_line_recorded_it():
    with ag.detect_anomaly():
        y = weight([1.0, 2.0]) * 3.0
    y.sum().backward()
    with pytest.raises(RuntimeError, match=r"what multiply, recorded at test_anomalies.py:\d+ needs"):
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
