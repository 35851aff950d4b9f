"""A drawing runs from left to right, and one that would be too wide for a page from top to bottom."""

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.directions import WIDEST


def chain(length, start):
    y = ag.Tensor(start, requires_grad=True, name="x")
    with ag.retain_all():
        for _ in range(length):
            y = ag.tanh(y)
    return y


@pytest.mark.parametrize(
    ("length", "start", "direction"),
    [(9, 1.0, "LR"), (30, 1.0, "TB"), (5, np.ones(100), "LR"), (12, np.ones(100), "TB"), (4, np.ones((2, 8)), "LR")],
)
def test_long_computations_run_downwards(length, start, direction):
    assert ag.draw(chain(length, start)).graph_attr["rankdir"] == direction


def test_the_direction_that_is_asked_for_is_kept():
    assert ag.draw(chain(30, 1.0), rankdir="LR").graph_attr["rankdir"] == "LR"


def test_how_many_there_are_side_by_side_does_not_matter():
    x = ag.Tensor(np.ones(100), requires_grad=True, name="x")
    with ag.retain_all():
        y = sum((ag.tanh(x * number) for number in range(20)), ag.Tensor(0.0))
        z = ag.concat([ag.tanh(x * number) for number in range(20)])
    assert ag.draw(z).graph_attr["rankdir"] == "LR"
    assert ag.draw(y).graph_attr["rankdir"] == "TB"  # the sums stand one behind the other


def test_what_stays_from_left_to_right_is_about_as_wide_as_estimated():
    for start in (1.0, np.ones(100), np.ones((2, 8))):
        for length in range(5, 15, 3):
            drawing = ag.draw(chain(length, start))
            if drawing.graph_attr["rankdir"] == "LR":
                svg = drawing.pipe("svg", encoding="utf-8")
                assert float(svg.partition('<svg width="')[2].partition("pt")[0]) < 1.4 * WIDEST
