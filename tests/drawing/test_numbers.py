"""The numbers on the cards are the engine's, and what is missing says why."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.drawing.figures import constant, figure
from autograd.drawing.theme import DARK, LIGHT, mix
from tests.drawing.page import Page


def as_numbers(rows):
    return np.array([[float(text) for text in row] for row in rows])


def test_values_and_gradients_are_the_engines(network):
    loss, tensors = network
    loss.backward()
    page = Page(ag.draw(loss))
    for name, tensor in tensors.items():
        card = page.card(name)
        shape = (1, 1, *tensor.shape)[-2:]
        np.testing.assert_allclose(as_numbers(card.value), np.reshape(tensor.data, shape), rtol=0.06, atol=1e-12)
        if tensor.requires_grad:
            np.testing.assert_allclose(as_numbers(card.grad), np.reshape(tensor.grad.data, shape), rtol=0.06)


@given(st.floats(min_value=-1e308, max_value=1e308))
def test_a_figure_is_short_and_means_its_number(number):
    text = figure(number)
    assert float(text) == pytest.approx(number, rel=0.05)
    assert len(text.lstrip("-").split("e")[0].replace(".", "").lstrip("0")) <= 4
    assert (text == "0") == (number == 0)
    assert text.startswith("-") == (number < 0)
    assert len(text) <= 9


@given(st.complex_numbers(max_magnitude=1e300))
def test_a_complex_figure_means_its_number(number):
    assert complex(figure(number)) == pytest.approx(number, rel=0.05)


@given(st.integers(-(10**300), 10**300) | st.floats(-1e308, 1e308))
def test_a_constant_means_its_number(number):
    assert float(constant(number)) == pytest.approx(float(number), rel=1e-3)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.0, "0"),
        (complex(0.0, -0.0), "0"),
        (-0.5j, "0-0.50j"),
        (0.00999, "0.0100"),
        (0.0999, "0.100"),
        (9.999, "10.0"),
        (999.96, "1000"),
        (9999.6, "1.00e4"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "NaN"),
        (True, "True"),
        (123456, "123456"),
        (10**30, "1.00e30"),
        (-4e-320, "-4.0e-320"),
    ],
)
def test_a_figure_at_the_edges(number, text):
    assert figure(number) == text


def test_zero_is_written_as_zero_and_tinted_as_nothing():
    x = ag.Tensor([0.0, -0.0, 1.0], requires_grad=True, name="x")
    loss = (x * x).sum()
    loss.backward()
    card = Page(ag.draw(loss)).card("x")
    assert card.value == [["0", "0", "1.00"]]
    assert card.grad == [["0", "0", "2.00"]]
    assert card.value_tints[:2] == [LIGHT.neutral] * 2
    assert "-0" not in ag.draw(loss).source.replace("e-0", "")


def test_positive_and_negative_numbers_have_different_hues_in_each_row():
    x = ag.Tensor([-1.0, 1.0, 0.5], requires_grad=True, name="x")
    loss = (x * x).sum()
    loss.backward()
    card = Page(ag.draw(loss)).card("x")
    tints = [*card.value_tints[:2], *card.grad_tints[:2]]
    assert len(set(tints)) == 4
    assert card.value_tints[0] == mix(LIGHT.neutral, LIGHT.value.negative, LIGHT.strongest)
    assert card.value_tints[2] != card.value_tints[1]  # half as much is paler


def test_what_is_not_finite_is_marked():
    x = ag.Tensor([np.nan, np.inf, -np.inf, 1.0], requires_grad=True, name="x")
    card = Page(ag.draw(x * 2)).card("x")
    assert card.value == [["NaN", "inf", "-inf", "1.00"]]
    assert card.value_tints == [LIGHT.ink] * 3 + [LIGHT.tint(LIGHT.value, 1.0, 1.0)]


# Why there is no gradient


def test_the_four_reasons_for_no_gradient_are_four_texts():
    p = ag.Tensor([1.0, 2.0], requires_grad=True, name="p")
    q = ag.Tensor([3.0, 4.0], requires_grad=True, name="q")
    k = ag.Tensor([1.0, 0.0], name="k")
    product = p * q
    product.name = "product"
    loss = (product * k).sum()
    before = Page(ag.draw(loss))
    assert {before.card(name).grad for name in ("p", "q", "product")} == {"not computed yet"}
    assert before.card("k").grad == "not asked for"
    loss.backward(inputs=[p])
    after = Page(ag.draw(loss))
    assert after.card("p").grad == [["3.00", "0"]]
    assert after.card("q").grad == "no path"
    assert after.card("product").grad == "not kept"
    assert after.card("product").value == "not kept"
    assert after.card("k").grad == "not asked for"


def test_a_part_that_no_backward_has_passed_is_not_computed_yet():
    a, b = (ag.Tensor(2.0, requires_grad=True, name=name) for name in "ab")
    first, second = a * 2, b * 3
    first.backward()
    page = Page(ag.draw(first, second))
    assert page.card("a").grad == [["2.00"]]
    assert page.card("b").grad == "not computed yet"


def test_a_weight_that_the_loss_does_not_depend_on_has_no_path():
    used, unused, constant = (ag.Tensor(2.0, requires_grad=each != "k", name=each) for each in "abk")
    loss = used * 3
    assert Page(ag.draw(loss, unused)).card("b").grad == "not computed yet"
    loss.backward()
    page = Page(ag.draw(loss, unused, constant * used))
    assert page.card("a").grad == [["3.00"]]
    assert page.card("b").grad == "no path"
    assert page.card("k").grad == "not asked for"
    unused.grad = np.zeros(())
    assert Page(ag.draw(loss, unused)).card("b").grad == [["0"]]


def test_with_retention_everything_is_there(network):
    loss, _ = network
    loss.backward()
    drawing = ag.draw(loss)
    assert "not kept" not in drawing.source
    assert "not computed yet" not in drawing.source


def test_the_remedy_is_told_where_something_was_not_kept():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    loss = (x + 1) * 2
    assert "retain_all" in Page(ag.draw(loss)).legend
    with ag.retain_all():
        loss = (x + 1) * 2
    assert "retain_all" not in Page(ag.draw(loss)).legend


def test_a_gradient_that_was_cleared_since_is_not_kept():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    loss = x * 2
    loss.backward()
    x.grad = None
    assert Page(ag.draw(loss)).card("x").grad == "not kept"


def test_a_weight_shows_the_value_that_was_used():
    w = ag.Tensor(2.0, requires_grad=True, name="w")
    with ag.retain_all():
        loss = w * 3
    w.data = 7.0
    assert Page(ag.draw(loss)).card("w").value == [["2.00"]]


def test_a_value_whose_tensor_is_gone_is_not_kept():
    loss = ag.Tensor(2.0, requires_grad=True, name="x") + 1
    assert Page(ag.draw(loss)).card("x").value == "not kept"


# Arrays of all kinds


def test_a_long_vector_takes_several_lines():
    x = ag.Tensor(np.arange(16.0), requires_grad=True, name="x")
    assert list(map(len, Page(ag.draw(x * 2)).card("x").value)) == [8, 8]
    matrix = ag.Tensor(np.ones((2, 10)), requires_grad=True, name="x")
    assert list(map(len, Page(ag.draw(matrix * 2, values=20)).card("x").value)) == [10, 10]


def test_a_large_gradient_that_is_zero_is_said_to_be_so():
    x = ag.Tensor(np.ones(30), requires_grad=True, name="x")
    loss = (x * 0).sum()
    assert Page(ag.draw(loss)).card("x").grad == "not computed yet"
    loss.backward()
    assert Page(ag.draw(loss)).card("x").grad == [["0 everywhere"]]


def test_a_large_array_is_summed_up():
    x = ag.Tensor(np.arange(-50.0, 50.0).reshape(10, 10), requires_grad=True, name="x")
    loss = (x * x).sum()
    loss.backward()
    card = Page(ag.draw(loss)).card("x")
    shown = [text for row in card.value for text in row]
    assert card.facts == "10 × 10 float64"
    assert shown == ["-50.0 49.0", "mean -0.50 deviation 28.9"]
    assert Page(ag.draw(loss, values=100)).card("x").value[0][0] == "-50.0"


def test_a_large_complex_array_is_summed_up_by_its_sizes_and_says_so():
    x = ag.Tensor([3 + 4j] * 20, requires_grad=True, name="x")
    card = Page(ag.draw(x * 2)).card("x")
    assert [text for row in card.value for text in row] == ["5.00 5.00", "mean 5.00 deviation 0", "of absolute values"]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_histogram_has_a_bar_where_the_numbers_are(theme):
    x = ag.Tensor([0.0] * 30 + [1.0] * 10, requires_grad=True, name="x")
    card = Page(ag.draw(x * 2, theme="light" if theme is LIGHT else "dark")).card("x")
    bars = [tint for tint in card.value_tints if tint != theme.idle]
    assert len(bars) == 2
    assert len(card.value_tints) == 18


@pytest.mark.parametrize("numbers", [[1e308, -1e308], [5e-324, 0.0], [0.0, 0.0], [1e-200, 1e200]])
def test_extreme_numbers_are_summed_up_without_overflow(numbers):
    x = ag.Tensor(numbers * 10, requires_grad=True, name="x")
    x.grad = numbers * 10
    drawing = ag.draw(x * 1)
    card = Page(drawing).card("x")
    low, high = min(numbers), max(numbers)
    assert card.value[0] == [f"{figure(low)} {figure(high)}" if any(numbers) else "0 everywhere"]
    in_full = [text for line in Page(ag.draw(x * 1, values=20)).card("x").value for text in line]
    assert in_full == [figure(number) for number in numbers * 10]


def test_not_finite_numbers_of_a_large_array_are_counted():
    x = ag.Tensor([np.nan] * 3 + [np.inf] * 2 + [1.0] * 20, requires_grad=True, name="x")
    card = Page(ag.draw(x * 2)).card("x")
    assert [row[0] for row in card.value[:2]] == ["NaN 3 of 25", "inf 2 of 25"]
    only = ag.Tensor([np.nan] * 30, requires_grad=True, name="x")
    assert Page(ag.draw(only * 2)).card("x").value == [["NaN 30 of 30"]]


@pytest.mark.parametrize(
    ("data", "facts", "rows"),
    [
        (2.5, "scalar", [["2.50"]]),
        ([1.0, 2.0], "2", [["1.00", "2.00"]]),
        ([[1.0], [2.0]], "2 × 1", [["1.00"], ["2.00"]]),
        (np.ones((2, 2, 1)), "2 × 2 × 1", [["1.00"]] * 4),
        (np.ones((3, 1, 1)), "3 × 1 × 1", [["1.00"] * 3]),
        (np.ones((1, 2, 2)), "1 × 2 × 2", [["1.00"] * 2] * 2),
        (np.ones((1, 1, 1)), "1 × 1 × 1", [["1.00"]]),
        (np.zeros((0, 3)), "0 × 3", "empty"),
        ([True, False], "2 bool", [["True", "False"]]),
        ([7, -3], "2 int64", [["7", "-3"]]),
        ([1 - 2j], "1", [["1.00-2.00j"]]),
        (np.array([0.5], np.float16), "1", [["0.50"]]),
    ],
)
def test_arrays_of_all_shapes_and_dtypes(data, facts, rows):
    x = ag.Tensor(data, name="x")
    w = ag.Tensor(1.0, requires_grad=True)
    card = Page(ag.draw(x * w)).card("x")
    assert (card.facts, card.value) == (facts, rows)


@given(st.lists(st.floats(allow_subnormal=True), max_size=40))
def test_any_numbers_can_be_drawn(numbers):
    x = ag.Tensor(np.array(numbers, dtype=float), requires_grad=True, name="x")
    x.grad = np.array(numbers[::-1], dtype=float)
    page = Page(ag.draw(x * 1))
    assert page.card("x").facts.startswith(str(len(numbers)))
