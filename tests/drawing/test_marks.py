"""What is remarkable about a Tensor is marked on its card, with the share, and explained in the legend."""

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.marks import EXPLODING, VANISHING
from tests.drawing.page import Page


def weight(data, name="x"):
    return ag.Tensor(data, requires_grad=True, name=name)


def drawn(loss):
    loss.backward()
    return Page(ag.draw(loss))


def test_dead_units_are_counted():
    data = np.ones((4, 16))
    data[:, :7] = -1
    with ag.retain_all():
        loss = ag.relu(weight(data)).sum()
    page = drawn(loss)
    assert page.card("relu").marks == ["dead 7 of 16"]
    assert "1 × dead (units that are 0 for all samples)" in page.legend
    assert "are 0 for all 4 samples" in page.graph.get_node(page.card("relu").key).attr["tooltip"]


def test_a_unit_that_lives_for_one_sample_is_not_dead():
    data = -np.ones((5, 2))
    data[3, 1] = 1
    with ag.retain_all():
        loss = ag.relu(weight(data)).sum()
    assert drawn(loss).card("relu").marks == ["dead 1 of 2"]


@pytest.mark.parametrize("shape", [(3, 4), (4,)])
def test_of_few_samples_nobody_can_tell_whether_a_unit_is_dead(shape):
    with ag.retain_all():
        loss = ag.relu(weight(-np.ones(shape))).sum()
    assert drawn(loss).card("relu").marks == []


def test_units_of_images_are_their_channels():
    data = np.ones((2, 3, 4, 5))
    data[:, 1] = -1
    with ag.retain_all():
        loss = ag.relu(weight(data)).sum()
    assert drawn(loss).card("relu").marks == ["dead 1 of 3"]


def test_a_maximum_with_zero_is_a_rectifier_too_and_one_with_another_number_is_not():
    x = weight([[-1.0, 1.0]] * 4)
    with ag.retain_all():
        rectified, limited = ag.maximum(x, 0.0), ag.maximum(x, -0.5)
    rectified.name, limited.name = "rectified", "limited"
    page = Page(ag.draw(rectified, limited))
    assert (page.card("rectified").marks, page.card("limited").marks) == (["dead 1 of 2"], [])


@pytest.mark.parametrize(("f", "edge"), [(ag.tanh, 2.19), (ag.sigmoid, 4.37)])
def test_saturated_elements_are_counted_where_the_derivative_is_below_5_percent_of_its_largest(f, edge):
    with ag.retain_all():
        loss = f(weight([edge, -edge, edge - 0.1, 0.1 - edge, 0.0])).sum()
    assert drawn(loss).card(f.name).marks == ["saturated 2 of 5"]
    with ag.retain_all():
        loss = f(weight([edge, 0.0, 0.0, 0.0, 0.0, 0.0])).sum()
    assert drawn(loss).card(f.name).marks == []  # 17 % are less than 20 %


@pytest.mark.parametrize(
    ("factor", "marks"),
    [
        (0.9 * VANISHING, ["vanishing 9.0e-6"]),
        (1.1 * VANISHING, []),
        (0.9 * EXPLODING, []),
        (1.1 * EXPLODING, ["exploding 1.10e4"]),
        (0.0, []),
    ],
)
def test_gradients_that_vanish_or_explode_are_marked(factor, marks):
    assert drawn(weight(2.0) * factor).card("x").marks == marks


def test_what_vanishes_is_measured_by_the_gradient_of_the_result():
    x = weight([1.0, 2.0])
    y = x * 1e-8
    with ag.retain_all():
        y = y + 0
    y.backward(np.array([3e8, 4e8]))
    assert Page(ag.draw(y)).card("x").marks == ["vanishing 1.0e-8"]


def test_a_deep_net_of_sigmoids_vanishes_at_its_beginning_and_not_at_its_end():
    rng = np.random.default_rng(0)
    h = ag.Tensor(rng.normal(size=(8, 4)), name="input")
    with ag.retain_all():
        for layer in range(10):
            h = ag.sigmoid(h @ weight(0.3 * rng.normal(size=(4, 4)), f"w{layer}"))
        loss = h.sum()
    page = drawn(loss)
    assert page.card("w0").marks[0].startswith("vanishing ")
    assert page.card("w9").marks == []
    assert "× vanishing (the norm of the gradient is below 1e-5 of that of the result's)" in page.legend


def test_a_nan_is_marked_where_it_is_made_and_only_there():
    x = weight([4.0, -1.0])
    with ag.retain_all(), np.errstate(invalid="ignore"):
        loss = (ag.log(x) * 0.5).sum()
    page = drawn(loss)
    assert page.card("log").marks == ["NaN made here"]
    assert page.card("multiply").marks == page.card("sum").marks == []


def test_an_infinite_gradient_is_marked_where_a_rule_makes_it():
    x = weight([4.0, 0.0])
    with ag.retain_all():
        y = x * 2
        loss = ag.sqrt(y).sum()
    with np.errstate(divide="ignore"):
        page = drawn(loss)
    assert page.card("multiply").marks == ["inf made by sqrt"]
    assert page.card("x").marks == []  # it came in


def test_an_infinite_constant_is_no_fault():
    mask = ag.Tensor([0.0, -np.inf])
    with ag.retain_all():
        loss = ag.softmax(weight([1.0, 2.0]) + mask).sum()
    page = drawn(loss)
    assert page.card("add").marks == []


def test_an_ordinary_step_has_no_marks(network):
    loss, _ = network
    page = drawn(loss)
    assert not any(card.marks for card in page.cards)
    assert "Marked" not in page.legend


def test_rings_and_bars_have_the_colour_of_the_edge():
    x = weight(1.0)
    with ag.retain_all():
        y = x * 0.01
    y.name = "y"
    page = drawn(y)
    (edge,) = page.between(page.card("x").key, page.disc("× 0.01"))
    assert page.card("x").stripe == edge.color
    (out,) = page.between(page.disc("× 0.01"), page.card("y").key)
    assert page.graph.get_node(page.disc("× 0.01")).attr["color"] == page.card("y").stripe == out.color != edge.color


def test_without_a_gradient_there_is_neither_ring_nor_bar():
    y = weight(1.0) * 0.01
    page = Page(ag.draw(y))
    assert page.card("x").stripe is None
    disc = page.graph.get_node(page.disc("× 0.01"))
    assert disc.attr["color"] == disc.attr["fillcolor"]
