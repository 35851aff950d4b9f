"""Modules below a depth are drawn as blocks that say what they hold."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing.figures import figure
from tests.drawing.page import Page


@pytest.fixture
def loss():
    inner = nn.Sequential({"hidden": nn.Linear(2, 4), "sigmoid": nn.Sigmoid()})
    model = nn.Sequential({"encoder": inner, "output": nn.Linear(4, 1)})
    with ag.retain_all():
        loss = (model(ag.Tensor(np.ones((3, 2), np.float32), name="x")) ** 2).sum()
    loss.name = "loss"
    loss.backward()
    return loss


def rms(loss, layer):
    """The root mean square of all gradients of a layer together."""
    nodes = [node for node in ag.Graph(loss) if node.scopes and node.scopes[-1].startswith(layer)]
    weights = dict.fromkeys(
        parent for node in nodes for parent in node.parents if parent.is_leaf and parent.name != "x"
    )
    return figure(float(np.sqrt(np.mean(np.concatenate([weight.grad.data.ravel() for weight in weights]) ** 2))))


def test_a_block_says_what_it_holds(loss):
    page = Page(ag.draw(loss, depth=1))
    assert page.blocks == {
        "block0": "encoder: Sequential in 3 × 2 out 3 × 4 parameters 12 in 2 arrays 2 operations linear, sigmoid"
        f" grad {rms(loss, 'hidden')} rms of parameters",
        "block1": "output: Linear(4, 1) in 3 × 4 out 3 × 1 parameters 5 in 2 arrays 1 operation linear"
        f" grad {rms(loss, 'output')} rms of parameters",
    }
    assert page.clusters() == {("Sequential",): {"block0", "block1"}}
    assert {card.name for card in page.cards} == {"x", "power", "loss"}
    assert page.between(page.card("x").key, "block0")
    assert page.between("block0", "block1")
    assert "For depth=1, 7 of them are folded into 2 blocks" in page.legend


def test_depth_counts_the_modules_that_are_open(loss):
    assert list(Page(ag.draw(loss, depth=0)).blocks) == ["block0"]
    assert not Page(ag.draw(loss, depth=0)).clusters()
    two = Page(ag.draw(loss, depth=2))
    assert [text.partition(" in ")[0] for text in two.blocks.values()] == [
        "encoder.hidden: Linear(2, 4)",
        "encoder.sigmoid: Sigmoid",
    ]
    assert ("Sequential", "output: Linear(4, 1)") in two.clusters()
    assert not Page(ag.draw(loss, depth=9)).blocks


def test_a_weight_that_is_used_outside_too_stays_a_card():
    w = ag.Tensor(2.0, requires_grad=True, name="w")
    with ag.retain_all():
        with ag.scope("0: Inner"):
            a = w * 3
        loss = a + w
    page = Page(ag.draw(loss, depth=0))
    assert page.card("0.w")
    assert list(page.blocks.values()) == ["0: Inner out scalar 1 operation multiply"]


def test_repeated_modules_are_one_block_with_their_number():
    model = nn.Sequential(*(nn.Linear(4, 4) for _ in range(12)))
    with ag.retain_all():
        loss = model(np.ones((2, 4), np.float32)).sum()
    page = Page(ag.draw(loss, depth=1, roll_up=True))
    assert list(page.blocks.values()) == [
        "0–11: Linear(4, 4) × 12 out 2 × 4 parameters 20 in 2 arrays 1 operation linear"
    ]


def test_a_large_graph_folds_further_than_asked_for():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)) for _ in range(150)))
    with ag.retain_all():
        loss = model(np.ones((2, 4), np.float32)).sum()
    page = Page(ag.draw(loss, depth=2, roll_up=False))
    assert len(page.blocks) == 150
    assert page.blocks["block7"].startswith("7: Sequential")


def test_hostile_titles_stay_text():
    with ag.retain_all(), ag.scope('<b>"\\N{|}: </TABLE>'):
        y = ag.Tensor(2.0, requires_grad=True, name="x") * 2
    (text,) = Page(ag.draw(y, depth=0)).blocks.values()
    assert "</TABLE>" in text
    assert b"<svg" in ag.draw(y, depth=0).pipe("svg")


def test_a_depth_below_zero_is_refused(loss):
    with pytest.raises(ValueError, match="draw: depth must be at least 0, got -1"):
        ag.draw(loss, depth=-1)
