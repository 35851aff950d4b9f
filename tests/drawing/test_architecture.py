"""Models drawn by their layers."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.drawing.page import Page


def boxes(page):
    """What each box says, by its title."""
    said = (text.split(" output ") for text in page.layers.values())
    return {title: rest[0] if rest else "" for title, *rest in said}


def ends(page):
    """The edges, by the titles of what they join."""
    titles = {key: text.split(" output ")[0] for key, text in page.layers.items()} | page.discs
    return [(titles[edge.tail], titles[edge.head]) for edge in page.edges]


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Dropout(0.5), nn.Linear(10, 1))


def test_each_layer_is_a_box_with_its_output_and_parameters(model):
    page = Page(ag.draw(model.freeze("0"), (3,)))
    assert boxes(page) == {
        "input": "(None, 3)",
        "0: Linear(3, 10)": "(None, 10) parameters 40, frozen",
        "1: ReLU": "(None, 10)",
        "2: Dropout(0.5)": "(None, 10)",
        "3: Linear(10, 1)": "(None, 1) parameters 11, trainable",
    }
    assert ends(page) == list(zip(list(boxes(page))[:-1], list(boxes(page))[1:], strict=True))
    assert page.legend == "Sequential: parameters 51: 11 trainable, 40 frozen"
    assert list(page.clusters()) == [("Sequential",)]
    assert page.graph.graph_attr["rankdir"] == "TB"
    assert not page.cards


def test_the_model_stays_as_it_is(model):
    model.insert(1, nn.BatchNorm1d(10))
    called = []
    model.register_forward_hook(lambda *_: called.append(True))
    before = {name: value.tolist() for name, value in model.state_dict().items()}
    ag.manual_seed(1)
    state = ag.generator().bit_generator.state
    ag.draw(model, (3,))
    assert {name: value.tolist() for name, value in model.state_dict().items()} == before
    assert model.training
    assert model[0].training
    assert ag.generator().bit_generator.state == state
    assert model(np.ones((2, 3), np.float32)).requires_grad


def test_an_example_gives_the_shapes_with_all_its_samples(model):
    assert boxes(Page(ag.draw(model, np.zeros((7, 3), np.float32))))["3: Linear(10, 1)"].startswith("(7, 1)")
    assert boxes(Page(ag.draw(model, ag.Tensor(np.zeros((7, 3), np.float32)))))["1: ReLU"] == "(7, 10)"
    assert boxes(Page(ag.draw(model)))["1: ReLU"] == "(None, 10)"  # the first layer says what it takes


class Residual(nn.Module):
    def __init__(self, width):
        self.inner = nn.Linear(width, width)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x + self.inner(self.relu(x)))


def test_operations_between_layers_are_discs_and_a_layer_that_is_called_twice_is_two_boxes():
    page = Page(ag.draw(nn.Sequential(Residual(4)), (4,)))
    assert list(page.discs.values()) == ["+"]
    assert sorted(ends(page)) == sorted(
        [
            ("input", "0.relu: ReLU"),
            ("0.relu: ReLU", "0.inner: Linear(4, 4)"),
            ("input", "+"),
            ("0.inner: Linear(4, 4)", "+"),
            ("+", "0.relu: ReLU"),
        ]
    )


class Two(nn.Module):
    def __init__(self):
        self.left, self.right = nn.Linear(2, 4), nn.Linear(3, 4)
        self.scale = nn.Parameter(np.ones(4, np.float32))
        self.memory = nn.LSTM(4, 5)

    def forward(self, x, y):
        return self.memory(self.left(x) + self.scale * self.right(y))[0]


@pytest.mark.parametrize("inputs", [((2,), (3,)), ([(2,), (3,)],), (np.zeros((6, 2)), ag.Tensor(np.zeros((6, 3))))])
def test_several_inputs_and_free_parameters(inputs):
    page = Page(ag.draw(Two(), *inputs))
    assert {"input 1", "input 2", "scale: Parameter"} <= boxes(page).keys()
    assert boxes(page)["scale: Parameter"] == "(4,) parameters 4, trainable"
    assert ("scale: Parameter", "×") in ends(page)
    assert ("+", "memory: LSTM(4, 5)") in ends(page)
    total = sum(parameter.size for parameter in Two().parameters())
    assert page.legend == f"Two: parameters {total}, trainable"


def test_whole_numbers_go_into_an_embedding():
    model = nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(20, 2))
    assert boxes(Page(ag.draw(model, (5,))))["0: Embedding(9, 4)"] == "(None, 5, 4) parameters 36, trainable"


def test_equal_blocks_are_drawn_once():
    model = nn.Sequential(nn.Linear(3, 4), *(Residual(4) for _ in range(12)), nn.Linear(4, 1))
    page = Page(ag.draw(model, (3,), roll_up=True))
    assert ("Sequential", "1–12: Residual × 12") in page.clusters()
    assert ("+", "1.relu: ReLU") in ends(page)
    assert ("1.relu: ReLU", "13: Linear(4, 1)") in ends(page)
    assert len(page.layers) == 6
    layers = nn.Sequential(*(nn.Linear(4, 4) for _ in range(12)))
    assert list(boxes(Page(ag.draw(layers, (4,), roll_up=True)))) == ["input", "0–11: Linear(4, 4) × 12"]


def test_a_deep_model_is_folded_by_itself_into_boxes_that_say_what_they_hold():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(4, n), nn.ReLU(), nn.Linear(n, 4)) for n in range(4, 44)))
    page = Page(ag.draw(model, (4,)))
    assert len(page.layers) == 41
    assert boxes(page)["7: Sequential"] == "(None, 4) parameters 103, trainable layers 2 Linear, ReLU"
    assert "To keep the drawing readable" in page.legend


def test_modules_are_folded_below_a_depth():
    model = nn.Sequential(nn.Linear(3, 4), Residual(4))
    page = Page(ag.draw(model, (3,), depth=1))
    assert boxes(page) == {
        "0: Linear(3, 4)": "(None, 4) parameters 16, trainable",
        "1: Residual": "(None, 4) parameters 20, trainable layers 2 ReLU, Linear",
        "input": "(None, 3)",
    }
    assert ends(page) == [("input", "0: Linear(3, 4)"), ("0: Linear(3, 4)", "1: Residual")]


def test_layers_of_this_package_with_parts_are_one_box():
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    titles = boxes(Page(ag.draw(model, (5, 8))))
    assert titles["self_attn: MultiheadAttention(8, 2)"].startswith("(None, 5, 8) parameters")
    assert not any("out_proj" in title for title in titles)


def test_a_single_layer_and_other_things_that_tell_their_architecture():
    assert list(boxes(Page(ag.draw(nn.Linear(3, 2), (3,))))) == ["input", "Linear(3, 2)"]

    class Wrapped:
        def __architecture__(self, *inputs):
            return nn.Linear(3, 2).__architecture__(*inputs)

    assert list(boxes(Page(ag.draw(Wrapped(), (3,))))) == ["input", "Linear(3, 2)"]


def test_it_is_rendered(model):
    assert ag.draw(model, (3,)).pipe("png").startswith(b"\x89PNG")
    assert "parameters" in ag.draw(model, (3,), theme="dark", rankdir="LR").pipe("svg", encoding="utf-8")


def test_without_a_shape_that_is_known_one_is_asked_for():
    with pytest.raises(ValueError, match=r"draw: Residual does not say which inputs it takes; give the shape of one"):
        ag.draw(Residual(4))


@pytest.mark.parametrize("inputs", [(3.5,), ("x",), ((3,), 2.0)])
def test_inputs_that_are_neither_shapes_nor_examples_are_refused(model, inputs):
    with pytest.raises(TypeError, match="draw: input_shape is that of a sample"):
        ag.draw(model, *inputs)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"graph": "both"}, "graph="),
        ({"check": True}, "check="),
        ({"values": 40}, "values="),
        ({"check": True, "values": 0}, "check= and values="),
    ],
)
def test_options_about_numbers_are_refused(model, options, named):
    with pytest.raises(ValueError, match=f"draw: {named} is for what was computed.*compute a loss"):
        ag.draw(model, (3,), **options)
