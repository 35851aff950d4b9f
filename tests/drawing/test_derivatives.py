"""Between scalars each edge has the local derivative, and its tooltip what the chain rule makes of it."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.derivatives import local_derivatives
from tests.drawing.page import Page


def chain(retain=True):
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all() if retain else ag.enable_grad():
        a = x * x
        b = ag.log(a)
        c = ag.sqrt(b)
    a.name, b.name, c.name = "a", "b", "c"
    return c


def test_edges_have_the_derivatives_of_the_lesson():
    page = Page(ag.draw(chain()))
    assert [e.text for e in page.between(page.card("x").key, page.disc("×"))] == ["∂a/∂x = 2.00"] * 2
    assert [e.text for e in page.between(page.card("a").key, page.disc("ln"))] == ["∂b/∂a = 0.25"]
    (edge,) = page.between(page.card("b").key, page.disc("√"))
    assert edge.text == f"∂c/∂b = {0.5 / math.sqrt(math.log(4)):.2f}"
    assert "chain rule" not in edge.tooltip


def test_tooltips_have_the_chain_rule_in_numbers():
    c = chain()
    c.backward()
    page = Page(ag.draw(c))
    (edge,) = page.between(page.card("a").key, page.disc("ln"))
    assert edge.tooltip.endswith("chain rule: 0.25 · 0.42 = 0.11")


def test_different_operands_have_different_derivatives():
    x, y = (ag.Tensor(value, requires_grad=True, name=name) for name, value in (("x", 3.0), ("y", 5.0)))
    page = Page(ag.draw(x / y))
    texts = {name: page.between(page.card(name).key, page.disc("÷"))[0].text for name in "xy"}
    assert texts == {"x": "∂ = 0.20", "y": "∂ = -0.12"}


def test_they_are_there_after_a_backward_only_if_kept():
    kept, released = chain(), chain(retain=False)
    for each in (kept, released):
        each.backward()
    assert "∂b/∂a" in ag.draw(kept).source
    assert "∂" not in ag.draw(released).source
    assert "∂b/∂a" in ag.draw(chain(retain=False)).source


@pytest.mark.parametrize("name", ["a long name", "שלום"])  # what is written from the right would turn a fraction around
def test_names_without_room_in_a_fraction_stand_on_the_cards_alone(name):
    x = ag.Tensor(2.0, requires_grad=True, name=name)
    y = ag.exp(x)
    y.name = "y"
    page = Page(ag.draw(y))
    assert page.between(page.card(name).key, page.disc("exp"))[0].text == "∂ = 7.39"


def test_arrays_have_none():
    x = ag.Tensor([2.0, 3.0], requires_grad=True, name="x")
    assert "∂" not in ag.draw(ag.exp(x).sum()).source


def test_a_constant_has_none_and_a_broken_rule_does_not_break_the_drawing(monkeypatch):
    x = ag.Tensor(2.0, requires_grad=True)
    y = x * 3.0
    assert local_derivatives(y.node) == {0: 3.0}
    parent, _, needed, places = y.node.pullbacks[0]

    def broken(g, needed):
        raise ValueError("broken")

    y.node.pullbacks[0] = (parent, broken, needed, places)
    assert local_derivatives(y.node) == {}
    ag.draw(y)


def test_an_element_that_is_picked_out_of_a_scalar_is_no_trouble():
    x = ag.Tensor(np.float32(2.0), requires_grad=True)
    assert local_derivatives(x[()].node) in ({}, {0: 1.0})
