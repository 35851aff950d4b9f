"""A recorded backward is a graph, too: drawn alone, or joined with the forward."""

import math

import pytest

import autograd as ag
from autograd.drawing.theme import LIGHT, Kind
from tests.drawing.page import Page


def product(create_graph=True):
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        y = ag.sin(x) * x
        y.name = "y"
        y.backward(create_graph=create_graph)
    return x, y


def test_the_backward_is_drawn_with_what_it_reads_of_the_forward():
    _, y = product()
    page = Page(ag.draw(y, graph="backward"))
    assert list(page.discs.values()).count("sin") == 0
    assert "cos" in page.discs.values()
    assert float(page.card("∂y/∂x").value[0][0]) == pytest.approx(math.sin(2) + 2 * math.cos(2), rel=0.05)
    assert page.card("∂y/∂x").bar == LIGHT.bars[Kind.RESULT]
    assert {path[0] for path in page.clusters()} <= {"forward", "backward"}
    assert not [card for card in page.cards if card.name == "y"]


def test_both_are_joined_by_what_rules_keep():
    x, y = product()
    page = Page(ag.draw(y, graph="both"))
    labels = list(page.discs.values())
    assert labels.count("sin") == labels.count("cos") == 1
    assert {path[0] for path in page.clusters()} == {"forward", "backward"}
    members = page.clusters()["backward",]
    crossing = [edge for edge in page.edges if edge.head in members and edge.tail not in members]
    assert {edge.style for edge in crossing} == {"dashed"}
    assert len(crossing) == 3
    assert {edge.tail for edge in crossing} == {page.card("x").key, page.card("sin").key}
    assert "Dashed: what gradient rules read of the forward" in page.legend
    assert page.card("y").value == [["1.82"]]
    assert float(page.card("x").grad[0][0]) == pytest.approx(x.grad.item(), rel=0.05)


def test_the_forward_alone_is_as_ever():
    _, y = product()
    page = Page(ag.draw(y, graph="forward"))
    assert "cos" not in page.discs.values()
    assert page.graph.nodes() == Page(ag.draw(y)).graph.nodes()


def test_modules_stay_inside_of_the_frames():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        with ag.scope("layer: Square"):
            y = x * x
        y.backward(create_graph=True)
    assert ("forward", "layer: Square") in Page(ag.draw(y, graph="both")).clusters()


def test_drawing_a_backward_leaves_everything_as_it_was():
    x, y = product()
    before = (y.node.scopes, y.node.name, x.grad.name)
    ag.draw(y, graph="both")
    assert (y.node.scopes, y.node.name, x.grad.name) == before
    (second,) = ag.grad(x.grad, [x])
    assert second.item() == pytest.approx(2 * math.cos(2) - 2 * math.sin(2))


@pytest.mark.parametrize("which", ["backward", "both"])
def test_a_backward_that_was_not_recorded_is_refused_with_advice(which):
    _, y = product(create_graph=False)
    with pytest.raises(ValueError, match=rf"draw: graph='{which}'.*create_graph=True"):
        ag.draw(y, graph=which)


def test_other_words_are_refused():
    _, y = product()
    with pytest.raises(ValueError, match="draw: graph 'all' is not one of"):
        ag.draw(y, graph="all")
