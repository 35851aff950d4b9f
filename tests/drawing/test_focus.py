"""The part of a graph that is drawn: around something, or between two things."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.drawing.page import Page


class Net(nn.Module):
    def __init__(self):
        self.layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(4))

    def forward(self, x):
        for layer in self.layers:
            x = ag.tanh(layer(x))
        return x


@pytest.fixture
def net():
    return Net()


@pytest.fixture
def loss(net):
    with ag.retain_all():
        y = net(ag.Tensor(np.ones((1, 2), np.float32), name="x"))
        y.name = "y"
        loss = (y * y).sum()
    loss.name = "loss"
    loss.backward()
    return loss


def stubs(drawing):
    page = Page(drawing)
    return sorted(node.attr["tooltip"] for node in page.graph.nodes() if str(node).startswith("stub"))


def names(drawing):
    return sorted(card.name for card in Page(drawing).cards)


WEIGHTS = ["layers.2.bias", "layers.2.weight"]


def test_around_a_module_its_neighbours_are_drawn_and_the_rest_is_stubs(loss):
    drawing = ag.draw(loss, focus="layers.2")
    assert names(drawing) == sorted([*WEIGHTS, "linear", "tanh", "tanh"])
    assert stubs(drawing) == ["… linear 1 × 2", "… linear 1 × 2"]
    assert "Drawn are 5 of 19 nodes, as chosen by focus=" in Page(drawing).legend


def test_at_no_distance_only_the_module_is_drawn(loss):
    drawing = ag.draw(loss, focus="layers.2", distance=0)
    assert names(drawing) == sorted([*WEIGHTS, "linear"])
    assert stubs(drawing) == ["… tanh 1 × 2"] * 2
    before, behind = (str(node) for node in Page(drawing).graph.nodes() if str(node).startswith("stub"))
    edges = {(edge.tail, edge.head) for edge in Page(drawing).edges}
    assert (before, "disc0") in edges
    assert any(head == behind for _, head in edges)


def test_a_tensor_is_found_by_its_name_by_itself_and_as_a_node(loss, net):
    weight = net.layers[2].weight
    by_name, by_itself, by_node = (
        ag.draw(loss, focus=each).source for each in ("layers.2.weight", weight, weight.node)
    )
    assert by_name == by_itself == by_node
    assert set(WEIGHTS) <= set(names(ag.draw(loss, focus="layers.2.weight")))
    assert "loss" in names(ag.draw(loss, focus="y", distance=2))


def test_patterns_and_several_things(loss):
    assert len(Page(ag.draw(loss, focus="layers.*", distance=0)).clusters()) == 5
    assert len(Page(ag.draw(loss, focus=["layers.0", "layers.3"], distance=0)).clusters()) == 3
    assert names(ag.draw(loss, focus="*.weight", distance=0)) == [f"layers.{number}.weight" for number in range(4)]


def test_a_result_that_many_read_has_one_stub():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    y = x * 2
    y.name = "y"
    loss = sum((y * number for number in range(50)), ag.Tensor(0.0))
    assert stubs(ag.draw(loss, focus="y", distance=0)) == ["… 50 nodes"]


def test_between_two_things_all_ways_are_drawn(loss):
    drawing = ag.draw(loss, path=("layers.2", "y"))
    expected = [f"layers.{number}.{kind}" for number in (2, 3) for kind in ("bias", "weight")]
    assert names(drawing) == sorted([*expected, "linear", "linear", "tanh", "y"])
    assert stubs(drawing) == ["… multiply 1 × 2", "… tanh 1 × 2"]
    assert "chosen by path=" in Page(drawing).legend


def test_what_is_chosen_can_be_folded(loss):
    page = Page(ag.draw(loss, focus="layers.2", depth=1))
    assert [text.partition(" in ")[0] for text in page.blocks.values()] == ["layers.2: Linear(2, 2)"]


def test_what_repeats_inside_of_what_is_chosen_is_drawn_once():
    model = nn.Sequential({"first": nn.Linear(2, 4), "deep": nn.Sequential(*(nn.Linear(4, 4) for _ in range(5)))})
    with ag.retain_all():
        loss = model(ag.Tensor(np.ones((1, 2), np.float32), name="x")).sum()
    drawing = ag.draw(loss, focus="deep", distance=0, roll_up=True)
    page = Page(drawing)
    (title,) = {path[-1] for path in page.clusters() if "×" in path[-1]}
    assert title == "deep.0–4: Linear(4, 4) × 5"
    assert stubs(drawing) == ["… linear 1 × 4", "… sum scalar"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"focus": "layer.2"}, r"focus: nothing in the graph is called 'layer.2'. There are 'layers.2'"),
        ({"path": ("x", "loos")}, r"path: nothing in the graph is called 'loos'. There are 'loss'"),
        ({"path": ("loss", "x")}, "no way leads from 'loss' to 'x'; it leads the other way round"),
        ({"path": ("layers.1.weight", "x")}, "neither was computed from the other"),
        ({"focus": ag.Tensor(1.0, requires_grad=True, name="z")}, "focus: the Tensor 'z' is no part of the graph"),
        ({"focus": "x", "path": ("x", "y")}, "focus and path both choose"),
        ({"focus": "x", "distance": -1}, "distance must be at least 0, got -1"),
        ({"distance": 2}, "distance=2 is that around focus=, which is not given"),
    ],
)
def test_what_cannot_be_found_is_told(loss, options, message):
    with pytest.raises(ValueError, match=message):
        ag.draw(loss, **options)


@pytest.mark.parametrize("options", [{"focus": 3}, {"focus": [None]}, {"path": "x"}, {"path": ("x",)}])
def test_other_things_are_refused(loss, options):
    with pytest.raises(TypeError, match=f"draw: {next(iter(options))}"):
        ag.draw(loss, **options)


def test_without_names_the_advice_says_how_to_give_some():
    x = ag.Tensor(2.0, requires_grad=True)
    with pytest.raises(ValueError, match=r"Nothing in there has a name: give Tensors one"):
        ag.draw(x * 2, focus="y")
