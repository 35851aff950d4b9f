"""Large graphs are folded: quickly, without recursion, and the drawing says so."""

import threading
import time
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing import knowledge
from autograd.drawing.numbering import Numbering
from tests.drawing.page import Page


def chain(length):
    x = ag.Tensor(1.0, requires_grad=True, name="x")
    y = x
    for _ in range(length):
        y = y * 1.0001
    return y


def test_a_long_chain_becomes_one_block():
    y = chain(10_000)
    y.backward()
    page = Page(ag.draw(y))
    assert {card.name for card in page.cards} == {"x", "multiply"}
    assert list(page.blocks.values()) == ["10,000 operations"]
    assert [(edge.tail, edge.head) for edge in page.edges] == [("card0", "block0"), ("block0", "card1")]
    assert page.card("x").grad != "no path"
    assert "This graph has 10,001 nodes" in page.legend
    assert "10,000 of them are folded into 1 block" in page.legend


def test_a_hundred_thousand_nodes_take_seconds_and_no_stack():
    y = chain(100_000)
    drawn = []
    threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: drawn.append((ag.draw(y).pipe("svg"), time.thread_time())))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(0)
    ((_, seconds),) = drawn
    assert seconds < 30  # about three, of this thread alone, however busy the machine is


def test_scopes_become_blocks_and_weights_stay_cards():
    h = ag.Tensor(np.ones((2, 2)), name="input")
    with ag.retain_all():
        for layer in range(12):
            with ag.scope(f"{layer}: Block"):
                w = ag.Tensor(np.eye(2), requires_grad=True, name="weight")
                for _ in range(20):
                    h = ag.tanh(h @ w)
        loss = h.sum()
    loss.backward()
    page = Page(ag.draw(loss, roll_up=False))
    assert list(page.blocks.values()) == ["40 operations"] * 12
    assert {card.name for card in page.cards} == {"input", "sum"} | {f"{layer}.weight" for layer in range(12)}
    clusters = page.clusters()
    for layer in range(12):
        assert clusters[f"{layer}: Block",] == {f"block{layer}", page.card(f"{layer}.weight").key}
    assert page.card("0.weight").value == [["1.00", "0"], ["0", "1.00"]]  # known, though its Tensor is gone
    assert len(page.between(page.card("3.weight").key, "block3")) == 1  # for twenty uses
    assert page.between("block3", "block4")
    assert list(page.discs.values()) == ["Σ"]
    assert "480 of them are folded into 12 blocks" in page.legend


def test_inner_scopes_are_folded_into_outer_ones_if_there_are_many():
    x = y = ag.Tensor(1.0, requires_grad=True, name="x")
    with ag.retain_all():
        for block in range(5):
            with ag.scope(f"block {block}"):
                for layer in range(100):
                    with ag.scope(f"layer {layer}"):
                        y = y * (x if block == 4 and layer == 50 else 1.01)
    y.name = "y"
    page = Page(ag.draw(y, roll_up=False))
    assert page.clusters().keys() == {("block 0",), ("block 4",)}  # beside whose operations a weight is drawn
    facts = "in scalar out scalar 100 operations 100 multiply"
    expected = ["100 operations", *(f"block {block} {facts}" for block in (1, 2, 3)), "100 operations"]
    assert sorted(page.blocks.values()) == sorted(expected)


def test_very_many_weights_are_counted():
    y = ag.Tensor(0.0, requires_grad=True)
    for value in range(2000):
        y = y + ag.Tensor(float(value), requires_grad=True)
    page = Page(ag.draw(y))
    assert list(page.blocks.values()) == ["2,000 operations on 2,001 weights and inputs"]
    assert [card.name for card in page.cards] == ["add"]


@pytest.mark.parametrize("scopes", [1, 150, 1000])
def test_a_drawing_stays_small_whatever_the_scopes(scopes):
    y = ag.Tensor(1.0, requires_grad=True)
    with ag.retain_all():
        for step in range(2000):
            with ag.scope(f"{step % scopes}: Block"):
                y = y * ag.Tensor(1.0, requires_grad=True, name="w")
    page = Page(ag.draw(y))
    assert len(page.cards) + len(page.blocks) <= 200 + 1


def test_a_block_carries_the_strongest_gradient():
    weak, strong = (ag.Tensor(1.0, requires_grad=True, name=name) for name in ("weak", "strong"))
    with ag.retain_all():
        with ag.scope("0: First"):
            a, b = weak * 1e-3, strong * 1.0
        with ag.scope("1: Second"):
            loss = a * 1e-3 + b
    loss.backward()
    page = Page(ag.draw(loss, fold_above=5))
    (edge,) = page.between("block0", "block1")
    assert "gradient 1.00" in edge.tooltip


def test_the_limit_can_be_chosen():
    y = chain(50)
    assert len(Page(ag.draw(y)).discs) == 50
    assert len(Page(ag.draw(y, fold_above=51)).discs) == 50
    assert not Page(ag.draw(y, fold_above=50)).discs
    assert not Page(ag.draw(y, fold_above=1)).discs


def test_large_arrays_are_read_few_times_for_all_their_uses(monkeypatch):
    w = ag.Tensor(np.ones((100, 100)), requires_grad=True, name="w")
    y = w.sum()
    for _ in range(300):
        y = y + w.sum()
    y.backward()
    read = []
    monkeypatch.setattr(knowledge, "root_mean_square", lambda gradient: read.append(np.size(gradient)) or 1.0)
    ag.draw(y)
    assert read.count(w.size) <= 3  # when it is read, when it is drawn, and when it is examined


def layered(count, width, *, equal):
    """As many nested modules of some operations each, all equal or each of another length."""
    y = ag.Tensor(1.0, requires_grad=True, name="x")
    with ag.retain_all():
        for number in range(count):
            with ag.scope(f"outer.{number // 10}: Outer"), ag.scope(f"{number}: Inner"):
                w = ag.Tensor(1.0, requires_grad=True, name="weight")
                for _ in range(width if equal else 1 + number % width):
                    y = y * w
    return y


@pytest.mark.parametrize("options", [{}, {"roll_up": False}, {"depth": 1}, {"focus": "*.weight"}, {"path": ("x", "y")}])
@pytest.mark.parametrize("equal", [True, False])
def test_few_things_are_drawn_of_many_nested_modules(options, equal):
    y = layered(500, 5, equal=equal)
    y.name = "y"
    page = Page(ag.draw(y, **options))
    assert len(page.graph.nodes()) <= 2 * 200 + 2
    assert len(page.graph.edges()) <= 4 * 200
    assert len(page.clusters()) <= 2 * 200


def transformer(layers):
    model = nn.Sequential(
        nn.Embedding(9, 8),
        *(nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True) for _ in range(layers)),
        nn.LayerNorm(8),
        nn.Linear(8, 8),
        nn.Linear(8, 9),
    )
    with ag.retain_all():
        loss = (model(np.ones((2, 5), int)) ** 2).mean()
    loss.name = "loss"
    loss.backward()
    return loss


@pytest.mark.parametrize("layers", [3, 12])
def test_a_transformer_fits_on_a_page_and_says_what_was_done(layers):
    loss = transformer(layers)
    drawing = ag.draw(loss)
    page = Page(drawing)
    assert 10 <= len(page.cards) + len(page.blocks) <= 30
    assert ("Sequential", f"1–{layers}: TransformerEncoderLayer(8, 2) × {layers}") in page.clusters()
    titles = [text.partition(" in ")[0] for text in page.blocks.values()]
    assert {"1.self_attn: MultiheadAttention(8, 2)", "1.linear1: Linear(8, 16)", f"{layers + 3}: Linear(8, 9)"} < {
        *titles
    }
    assert f"This graph has {len(ag.Graph(loss))} nodes. To keep the drawing readable, " in page.legend
    assert "depth= opens modules, fold_above= sets the limit" in page.legend
    width, height = (float(size[:-2]) for size in map(ET.fromstring(drawing.pipe("svg")).get, ("width", "height")))
    assert 1 / 6 < width / height < 6
    assert width < 1200


def test_a_folded_overview_never_says_next_to_nothing():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(4, 4 + n), nn.Linear(4 + n, 4)) for n in range(40)))
    with ag.retain_all():
        loss = model(np.ones((2, 4), np.float32)).sum()
    assert len(Page(ag.draw(loss)).blocks) == 40  # though these are many: one would say nothing


def test_what_is_asked_for_by_depth_or_a_limit_is_not_folded_further():
    loss = transformer(3)
    assert len(Page(ag.draw(loss, depth=2)).cards) > 6
    everything = Page(ag.draw(loss, roll_up=False, fold_above=1000))
    assert len([card for card in everything.cards if card.name != "constant"]) == len(ag.Graph(loss))
    assert not everything.blocks


def test_a_graph_without_modules_is_drawn_in_full_for_longer_and_says_where_modules_come_from():
    assert len(Page(ag.draw(chain(150))).discs) == 150
    assert "No module is known of it" in Page(ag.draw(chain(250))).legend
    assert "No module is known of it" not in Page(ag.draw(transformer(3))).legend


def test_of_very_many_results_none_has_a_card():
    x = ag.Tensor(1.0, requires_grad=True, name="x")
    page = Page(ag.draw(*(x * number for number in range(1000))))
    assert [str(node) for node in page.graph.nodes()] == ["card0", "block0"]


def test_the_work_of_rolling_up_grows_with_the_graph_and_no_faster(monkeypatch):
    asked = []
    number = Numbering._number
    monkeypatch.setattr(Numbering, "_number", lambda self, fact: asked.append(fact) or number(self, fact))
    work = []
    for count in (200, 400):
        y = layered(count, 6, equal=False)
        asked.clear()
        ag.draw(y)
        work.append(len(asked))
    assert work[1] < 2.2 * work[0]
