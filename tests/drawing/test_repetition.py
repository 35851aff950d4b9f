"""Equal modules one after the other are drawn once, with their number."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.drawing.page import Page


class Block(nn.Module):
    """What a layer of a Transformer is like: a short cut around two layers."""

    def __init__(self, width):
        self.inner = nn.Linear(width, 2 * width)
        self.outer = nn.Linear(2 * width, width)

    def forward(self, x):
        return x + self.outer(ag.relu(self.inner(x)))


class Net(nn.Module):
    def __init__(self, blocks):
        self.first = nn.Linear(3, 4)
        self.blocks = nn.ModuleList(blocks)
        self.last = nn.Linear(4, 1)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(x)


def loss_of(model, width=3):
    with ag.retain_all():
        loss = model(ag.Tensor(np.ones((2, width), np.float32), name="x")).sum()
    loss.name = "loss"
    loss.backward()
    return loss


def test_equal_blocks_are_drawn_once_with_their_number():
    loss = loss_of(Net(Block(4) for _ in range(12)))
    page = Page(ag.draw(loss))
    assert ("Net", "blocks.0–11: Block × 12") in page.clusters()
    assert {card.name for card in page.cards if card.name.startswith("blocks")} == {
        f"blocks.0.{layer}.{kind}" for layer in ("inner", "outer") for kind in ("weight", "bias")
    }
    assert "× n: so many equal modules" in page.legend
    assert "folded" not in page.legend
    (reader,) = [key for key in page.clusters()["Net", "last: Linear(4, 1)"] if key.startswith("disc")]
    tails = {edge.tail for edge in page.edges if edge.head == reader}
    assert tails & page.clusters()["Net", "blocks.0–11: Block × 12"]  # the last goes on where the first is drawn


def test_all_are_drawn_if_one_asks_for_it_or_there_are_few_nodes():
    loss = loss_of(Net(Block(4) for _ in range(12)))
    clusters = Page(ag.draw(loss, roll_up=False, fold_above=1000)).clusters()
    assert {("Net", f"blocks.{number}: Block") for number in range(12)} <= clusters.keys()
    small = loss_of(Net(Block(4) for _ in range(2)))
    assert ("Net", "blocks.1: Block") in Page(ag.draw(small)).clusters()
    assert ("Net", "blocks.0–1: Block × 2") in Page(ag.draw(small, roll_up=True)).clusters()


def test_another_shape_ends_a_repetition():
    model = nn.Sequential(*(nn.Linear(4, 4) for _ in range(3)), nn.Linear(4, 5), *(nn.Linear(5, 5) for _ in range(2)))
    clusters = Page(ag.draw(loss_of(model, 4), roll_up=True)).clusters()
    assert {path[-1] for path in clusters} == {
        "Sequential", "0–2: Linear(4, 4) × 3", "3: Linear(4, 5)", "4–5: Linear(5, 5) × 2",
    }  # fmt: skip


def test_pieces_of_several_modules_and_operations_repeat_too():
    model = nn.Sequential(*(layer for _ in range(5) for layer in (nn.Linear(4, 4), nn.Tanh())))
    page = Page(ag.draw(loss_of(model, 4), roll_up=True))
    around = ("Sequential", "0–9 · Linear, Tanh × 5")
    assert page.clusters().keys() == {("Sequential",), around, (*around, "0: Linear(4, 4)"), (*around, "1: Tanh")}
    assert page.card("0.weight").key in page.clusters()[*around, "0: Linear(4, 4)"]


def test_repetitions_inside_of_repetitions():
    inner = [nn.Sequential(*(nn.Linear(4, 4) for _ in range(3)), nn.ReLU()) for _ in range(4)]
    clusters = Page(ag.draw(loss_of(nn.Sequential(*inner), 4), roll_up=True)).clusters()
    around = ("Sequential", "0–3: Sequential × 4")
    assert clusters.keys() == {
        ("Sequential",), around, (*around, "0.0–2: Linear(4, 4) × 3"), (*around, "0.3: ReLU"),
    }  # fmt: skip


def test_what_is_read_elsewhere_too_does_not_repeat():
    class Dense(nn.Sequential):
        def forward(self, x):
            outputs = [x]
            for layer in self:
                outputs.append(layer(outputs[-1]))
            return np.concatenate(outputs)

    clusters = Page(ag.draw(loss_of(Dense(*(nn.Linear(4, 4) for _ in range(5))), 4), roll_up=True)).clusters()
    assert ("Dense", "2: Linear(4, 4)") in clusters
    assert not any("×" in title for path in clusters for title in path)


def test_branches_beside_each_other_do_not_repeat():
    class Heads(nn.Sequential):
        def forward(self, x):
            return sum([head(x) for head in self], ag.Tensor(0.0))

    clusters = Page(ag.draw(loss_of(Heads(*(nn.Linear(4, 4) for _ in range(5))), 4), roll_up=True)).clusters()
    assert not any("×" in title for path in clusters for title in path)


def test_a_sum_to_which_each_module_adds_repeats():
    class Adding(nn.Sequential):
        def forward(self, x):
            return sum((layer(x) for layer in self), ag.Tensor(0.0))

    clusters = Page(ag.draw(loss_of(Adding(*(nn.Linear(4, 4) for _ in range(5))), 4), roll_up=True)).clusters()
    assert ("Adding", "1–4 · Linear, add × 4") in clusters


def test_a_result_at_the_end_of_a_repetition_keeps_its_card():
    x = ag.Tensor(np.ones((2, 4), np.float32), name="x")
    model = nn.Sequential(*(nn.Linear(4, 4) for _ in range(6)))
    with ag.retain_all():
        y = model(x)
    y.name = "y"
    page = Page(ag.draw(y, roll_up=True))
    (tail,) = {edge.tail for edge in page.edges if edge.head == page.card("y").key}
    assert tail in page.clusters()["Sequential", "0–5: Linear(4, 4) × 6"]


def test_a_weight_that_all_repetitions_share_is_one_card():
    shared = ag.Tensor(np.eye(4), requires_grad=True, name="shared")
    y = ag.Tensor(np.ones(4), name="x")
    with ag.retain_all():
        for number in range(6):
            with ag.scope(f"{number}: Step"):
                y = ag.tanh(y @ shared)
    page = Page(ag.draw(y.sum(), roll_up=True))
    assert ("0–5: Step × 6",) in page.clusters()
    assert len([card for card in page.cards if card.name.endswith("shared")]) == 1


@pytest.mark.parametrize("length", [2, 40])
def test_the_numbers_are_those_of_the_first(length):
    model = nn.Sequential(*(nn.Linear(4, 4, bias=False) for _ in range(length)))
    for number, layer in enumerate(model):
        nn.init.constant_(layer.weight, 0.25 if number else 1.0)
    page = Page(ag.draw(loss_of(model, 4), roll_up=True))
    assert page.card("0.weight").value == [["1.00"] * 4] * 4
