"""Edges carry the gradient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.drawing.flow import Scale
from autograd.drawing.knowledge import root_mean_square
from autograd.drawing.theme import LIGHT
from tests.drawing.page import Page


def edge_from(page, name):
    (edge,) = [edge for edge in page.edges if edge.tail == page.card(name).key]
    return edge


def test_a_stronger_gradient_has_a_stronger_colour_and_a_wider_line():
    x = ag.Tensor(1.0, requires_grad=True, name="x")
    with ag.retain_all():
        y = x * 0.01
        z = y * 0.1
    y.name = "y"
    z.backward()
    page = Page(ag.draw(z))
    strong, weak = edge_from(page, "y"), edge_from(page, "x")
    assert (strong.color, weak.color) == (LIGHT.ramp[3], LIGHT.ramp[1])  # 0.1 and 0.001 on the scale from 1e-4 to 1
    assert strong.width > weak.width
    assert "0.0010" in weak.tooltip


def test_where_no_gradient_flows_edges_are_thin_and_grey():
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    k = ag.Tensor([1.0, 2.0], name="k")
    loss = (x * k).sum()
    loss.backward()
    page = Page(ag.draw(loss))
    idle = edge_from(page, "k")
    assert (idle.color, idle.width) == (LIGHT.idle, 1.0)
    assert edge_from(page, "x").width > 1


def test_a_gradient_of_zero_is_unlike_none():
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    loss = (x * 0).sum()
    loss.backward()
    edge = edge_from(Page(ag.draw(loss)), "x")
    assert (edge.style, edge.text) == ("dotted", "2 0")
    assert edge.color != LIGHT.idle


@pytest.mark.parametrize(("number", "text"), [(np.nan, "NaN"), (np.inf, "inf")])
def test_a_gradient_that_is_not_finite_stands_out(number, text):
    x = ag.Tensor(1.0, requires_grad=True, name="x")
    loss = x * number
    loss.backward()
    edge = edge_from(Page(ag.draw(loss)), "x")
    assert (edge.style, edge.text, edge.color) == ("dashed", text, LIGHT.ink)


def test_edges_into_operations_tell_the_shape():
    x = ag.Tensor(np.ones((2, 3)), requires_grad=True, name="x")
    page = Page(ag.draw((x * 2).sum()))
    assert edge_from(page, "x").text == "2 × 3"
    assert [edge.text for edge in page.edges if edge.tail.startswith("disc")] == ["", ""]


def test_in_a_large_drawing_only_tooltips_tell_the_shape():
    x = ag.Tensor(np.ones((2, 3)), requires_grad=True, name="x")
    y = x
    for _ in range(40):
        y = y * 2
    page = Page(ag.draw(y))
    assert {edge.text for edge in page.edges} == {""}
    assert edge_from(page, "x").tooltip == "2 × 3"


def test_the_legend_tells_the_scale():
    x, y = (ag.Tensor(1.0, requires_grad=True) for _ in range(2))
    (x * 0.5).backward()
    assert "1e-4 1e-3 0.01 0.1 1 value" in Page(ag.draw(x * 0.5)).legend
    loss = x + y * 1e-16
    loss.backward()
    assert "1e-16 1e-12 1e-8 1e-4 1 value" in Page(ag.draw(loss)).legend


@given(st.lists(st.floats(min_value=1e-300, max_value=1e300), min_size=1, max_size=10))
def test_a_scale_spans_all_gradients(strengths):
    scale = Scale.spanning(strengths, 5)
    highest = scale.lowest + scale.step * 4
    for strength in strengths:
        assert scale.lowest - 0.5 <= np.log10(strength) <= highest + 0.5
        assert 0 <= scale.index(strength) <= 4
    assert len(scale.marks()) == 5


@given(st.lists(st.floats(min_value=-1e100, max_value=1e100), min_size=1, max_size=10))
def test_the_root_mean_square_is_right(numbers):
    expected = np.sqrt(np.mean(np.square(numbers)))
    assert root_mean_square(np.array(numbers)) == pytest.approx(expected, rel=1e-9, abs=1e-160)


def test_the_root_mean_square_of_complex_numbers_takes_their_sizes():
    assert root_mean_square(np.array([3 + 4j, 0])) == pytest.approx(5 / np.sqrt(2))
