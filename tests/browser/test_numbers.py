"""The player in a real browser: the numbers are the engine's, and each comes at its moment."""

import re

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing.figures import figure
from autograd.drawing.player.arrays import Arrays
from autograd.drawing.player.contents import Frame
from tests.browser.pages import cells, classes, figures, to, wait


def test_the_numbers_in_the_picture_are_the_engines(opened, net):
    page = opened(ag.play(net), "#p=999")
    frame = Frame(ag.Graph(net), Arrays())
    names = page.evaluate("player.data.nodes.map((node) => node.name)")
    for number, node in enumerate(frame.graph):
        shown = page.evaluate(
            "(at) => player.picture.cells.of(at, 'value').texts.map((text) => text.textContent)", number
        )
        assert shown == figures(frame.values[number]), names[number]
        if node.requires_grad:
            shown = page.evaluate(
                "(at) => player.picture.cells.of(at, 'gradient').texts.map((text) => text.textContent)", number
            )
            assert shown == figures(frame.replay.gradients[node]), names[number]


def test_numbers_are_written_as_python_writes_them(opened, chain):
    page = opened(ag.play(chain))
    numbers = [0.0, 0.125, -0.375, 2.5, 100.5, 0.0625, 9.999, 0.0009996, 12345.0, 1e-7, -3.25e5, 0.155, 999.5, 0.03125]
    numbers += np.random.default_rng(0).normal(size=300).tolist()
    fill = "(data) => player.picture.cells.fill(0, 'value', {data, dtype: 'float64'}, player.theme)"
    for number in numbers:
        page.evaluate(fill, [number])
        assert cells(page, "x", "value") == [figure(number)]


def test_a_sum_grows_contribution_by_contribution(opened, twice):
    page = opened(ag.play(twice), reduced_motion="reduce")
    sums = []
    for place in range(4, 8):
        to(page, place - 1)
        page.keyboard.press("ArrowRight")
        sums.append((cells(page, "b", "gradient"), cells(page, "a", "gradient")))
    assert [b for b, _ in sums] == [["1.00"], ["2.00"], ["2.00"], ["2.00"]]
    assert [a for _, a in sums[2:]] == [["2.00"], ["4.00"]]
    to(page, 4)
    assert "reached" in classes(page, "b")
    assert "settled" not in classes(page, "b")
    assert "1 of 2" in page.locator("#inspector").inner_text()
    to(page, 5)
    assert "settled" in classes(page, "b")


def test_a_contribution_travels_and_the_sum_counts_up(opened, chain):
    page = opened(ag.play(chain))
    to(page, 4)
    page.keyboard.press("ArrowRight")
    assert page.locator(".token text").text_content() == "+0.42"
    assert cells(page, "b", "gradient") == [""]
    wait(page, "player.picture.landing.running === null")  # it says 0.42 a little earlier
    assert page.evaluate("player.picture.cells.of(2, 'gradient').texts[0].textContent") == "0.42"
    assert page.locator(".token text").text_content() == "+0.42"


def test_each_edge_keeps_what_it_contributed(opened, chain):
    page = opened(ag.play(chain), reduced_motion="reduce")
    shown = page.locator(".gave:visible")
    assert shown.count() == 0
    to(page, 5)
    assert shown.all_text_contents() == ["+0.42"]
    to(page, 8)
    gave = [each.gave for visit in Frame(ag.Graph(chain), Arrays()).replay.visits for each in visit.contributions]
    assert sorted(shown.all_text_contents()) == sorted(f"+{figure(each.item())}" for each in gave)


def test_what_is_active_has_a_ring_and_its_edges_move(opened, chain):
    page = opened(ag.play(chain), "#p=5")
    assert page.locator(".node.active.backward").count() == 2
    assert page.locator(".edge.moving.backward").count() == 2
    to(page, 1)
    assert page.locator(".node.active.forward").count() == 2
    assert page.locator(".edge.moving.forward").count() == 3
    assert page.locator(".moving.backward, .active.backward").count() == 0


def test_what_is_not_reached_yet_is_pale(opened, chain):
    page = opened(ag.play(chain), "#p=1", reduced_motion="reduce")
    opacity = "(at) => getComputedStyle(player.picture.cardOf(at)).fillOpacity"
    assert float(page.evaluate(opacity, 1)) == 1
    assert float(page.evaluate(opacity, 3)) < 0.3
    shown = "getComputedStyle(player.picture.cells.of(0, 'gradient').texts[0]).visibility"
    assert page.evaluate(shown) == "hidden"
    to(page, 8)
    assert page.evaluate(shown) == "visible"


def test_the_rule_stands_there_with_its_numbers(opened, chain):
    page = opened(ag.play(chain), "#p=5")
    said = page.locator(".now").inner_text()
    assert "∂c/∂b += ∂c/∂c / (2 · c)" in said
    assert "1.00 / (2 · 1.18) = 0.42" in said
    assert "local derivative 0.42" in said
    to(page, 1)
    assert "a = x × x" in page.locator(".now").inner_text()
    assert "2.00 × 2.00 = 4.00" in page.locator(".now").inner_text()


def test_a_product_of_matrices_is_written_out(opened, net):
    page = opened(ag.play(net), "#p=999")
    moments = page.evaluate(
        "player.moments.list.map((m) => m.kind === 'gives' ? player.data.nodes[m.parent].name : '')"
    )
    to(page, moments.index("output.weight") + 1)
    said = page.locator(".now").inner_text()
    frame = Frame(ag.Graph(net), Arrays())
    visit, each = next(
        (visit, each) for visit in frame.replay.visits for each in visit.contributions if each.parent.name == "weight"
    )
    column = int(np.argmax(np.abs(each.gave)))
    pairs = zip(visit.gradient[:, 0].tolist(), each.given["x"][:, column].tolist(), strict=True)
    texts = [f"{figure(g) if g >= 0 or not at else f'({figure(g)})'} · {figure(x)}" for at, (g, x) in enumerate(pairs)]
    assert f"at [0, {column}]: {' + '.join(texts)} = {figure(each.gave[0, column])}" in said


def test_a_layer_is_written_out(opened, net):
    page = opened(ag.play(net), "#p=3")
    assert "linear = sigmoid @ output.weightᵀ + output.bias" in page.locator(".now").inner_text()
    frame = Frame(ag.Graph(net), Arrays())
    node = [each for each in frame.graph.operations if each.operation == "linear"][1]
    value, x, weight, bias = (frame.values[list(frame.graph).index(each)] for each in (node, *node.parents))
    row = int(np.argmax(np.abs(value)))
    texts = [
        f"{figure(a)} · {figure(b) if b >= 0 else f'({figure(b)})'}" for a, b in zip(x[row], weight[0], strict=True)
    ]
    texts.append(figure(bias[0]) if bias[0] >= 0 else f"({figure(bias[0])})")
    assert f"at [{row}, 0]: {' + '.join(texts)} = {figure(value[row, 0])}" in page.locator(".now").inner_text()


def moment_of(page, operation, parent):
    """Where an operation gives its operand a contribution."""
    return page.evaluate(
        """([operation, parent]) => 1 + player.moments.list.findIndex((each) => each.kind === "gives" &&
            player.data.nodes[each.node].operation === operation && player.data.nodes[each.parent].name === parent)""",
        [operation, parent],
    )


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_rule_of_a_loss_is_a_formula_with_its_numbers(opened, reduction):
    p = ag.Tensor([0.8, 0.4], requires_grad=True, name="p")
    loss = nn.functional.binary_cross_entropy(p, ag.Tensor([0.3, 0.9], name="y"), reduction=reduction)
    loss.backward(retain_graph=True)
    page = opened(ag.play(loss), "#p=999")
    said = page.locator(".now").inner_text()
    of_mean = " / 2" if reduction == "mean" else ""
    assert f"at [0]: 1.00 · (0.80 − 0.30) / (0.80 · (1 − 0.80)){of_mean} = {figure(p.grad.data[0])}" in said


def test_what_was_broadcast_is_added_up_term_by_term(opened, net):
    page = opened(ag.play(net))
    to(page, moment_of(page, "linear", "output.bias"))
    frame = Frame(ag.Graph(net), Arrays())
    visit, each = next(
        (visit, each) for visit in frame.replay.visits for each in visit.contributions if each.parent.name == "bias"
    )
    texts = figures(visit.gradient)
    summands = " + ".join([texts[0], *(f"({text})" if text[0] == "-" else text for text in texts[1:])])
    assert f"{summands} = {figure(each.gave.item())}" in page.locator(".now").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_no_number_is_legible(opened, theme):
    with np.errstate(all="ignore"), ag.retain_all():
        x = ag.Tensor([-1.0, 4.0], requires_grad=True, name="x")
        y = ag.sqrt(x)
        loss = y.sum()
    y.name = "y"
    page = opened(ag.play(loss), "#p=1", color_scheme=theme, reduced_motion="reduce")
    assert cells(page, "y", "value") == ["NaN", "2.00"]
    at = page.evaluate("player.data.nodes.findIndex((node) => node.name === 'y')")
    fill = "([at, part]) => getComputedStyle(player.picture.cells.of(at, 'value')[part][0]).fill"
    text, ground = (page.evaluate(fill, [at, part]) for part in ("texts", "grounds"))
    ink, paper = page.evaluate("['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name])")
    assert (text, ground) == (paper, ink)


def test_an_element_is_chosen_by_a_click(opened, net):
    page = opened(ag.play(net), "#p=999")
    page.evaluate("player.select(player.data.nodes.findIndex((node) => node.operation === 'sigmoid'))")
    page.get_by_role("button", name=re.compile(r"element \[1, 2\]")).first.click()
    assert "at [1, 2]: σ(" in page.locator(".about").inner_text()
    assert page.locator("td.picked").count() == 2


def test_edges_take_the_colour_of_their_gradient_when_it_is_complete(opened, net):
    page = opened(ag.play(net), reduced_motion="reduce")
    reached = "document.querySelectorAll('.edge.reached').length"
    assert page.evaluate(reached) == 0
    to(page, 999)
    jumped = page.evaluate(reached)
    asked = sum(parent.requires_grad for parent, _, _ in ag.Graph(net).edges()) + len(ag.Graph(net).operations)
    assert jumped == asked
    to(page, 0)
    assert page.evaluate(reached) == 0
    for _ in range(page.evaluate("player.moments.count")):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(reached) == jumped
    pens = page.evaluate("[...document.querySelectorAll('.edge.reached')].map((edge) => edge.dataset.pen)")
    assert set(pens) <= {"r0", "r1", "r2", "r3", "r4"}
    assert len(set(pens)) > 1


@pytest.mark.parametrize("layout", ["nothing", "all modules"])
def test_a_step_shows_what_a_jump_shows(opened, net, layout):
    page = opened(ag.play(net), reduced_motion="reduce")
    page.locator("#fold").select_option(label=layout)
    state = "[...document.querySelectorAll('.node, .edge')].map((each) => each.getAttribute('class')).join()"
    for place in range(1, page.evaluate("player.moments.count") + 1):
        page.keyboard.press("ArrowRight")
        stepped = page.evaluate(state)
        page.evaluate("player.refresh()")
        assert page.evaluate(state) == stepped, place
    for place in range(page.evaluate("player.moments.count") - 1, 0, -1):
        page.keyboard.press("ArrowLeft")
        stepped = page.evaluate(state)
        page.evaluate("player.refresh()")
        assert page.evaluate(state) == stepped, place


def test_a_contribution_that_is_overtaken_has_landed(opened, net):
    page = opened(ag.play(net), "#p=7")
    texts = "[...document.querySelectorAll('.node text')].map((text) => text.textContent)"
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    shown = page.evaluate(texts)
    page.evaluate("player.refresh()")
    assert shown == page.evaluate(texts)
