"""The player in a real browser: predictions, changed values, the order of the walk, steps of a training."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.figures import figure
from tests.browser.pages import cells, figures, index_of, position, to, wait


def test_predict_then_reveal(opened, chain):
    page = opened(ag.play(chain))
    page.get_by_role("button", name="predict").click()
    page.keyboard.press("ArrowRight")
    assert position(page) == 0
    asked = page.locator(".prediction")
    assert "What value will a get?" in asked.inner_text()
    assert "4.00" not in page.locator("#inspector").inner_text()
    assert not page.locator(".now").is_visible()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    assert position(page) == 1
    assert "Right: 4.00" in asked.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert "Not 7.00, but 1.39" in asked.inner_text()
    assert "1 of 2 right" in asked.inner_text()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="reveal").click()
    assert position(page) == 3
    assert "1 of 2 right" in asked.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "What will c contribute to the gradient of b?" in asked.inner_text()
    page.keyboard.press("p")


def test_a_leaf_is_changed_and_all_is_computed_anew(opened, chain):
    page = opened(ag.play(chain), "#p=8&n=0", reduced_motion="reduce")
    page.get_by_label("change to").fill("3")
    page.get_by_role("button", name="compute").click()
    x = ag.Tensor(3.0, requires_grad=True)
    c = ag.sqrt(ag.log(x * x))
    c.backward()
    assert cells(page, "c", "value") == [figure(c.item())]
    assert cells(page, "x", "gradient") == [figure(x.grad.item())]
    to(page, 5)
    assert f"1.00 / (2 · {figure(c.item())})" in page.locator(".now").inner_text()
    page.evaluate("player.select(0)")
    page.get_by_role("button", name="as recorded").click()
    assert cells(page, "c", "value") == ["1.18"]
    page.get_by_label("change to").fill("three")
    page.get_by_role("button", name="compute").click()
    assert page.get_by_label("change to").get_attribute("aria-invalid") == "true"


def test_an_operation_that_the_page_cannot_compute_is_named(opened):
    x = ag.Tensor(0.5, requires_grad=True, name="x")
    page = opened(ag.play(ag.special.erf(x) * x), "#n=0")
    assert "cannot be changed here: the page cannot compute erf" in page.locator(".about").inner_text()


OPERATIONS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "maximum": ag.maximum,
    "minimum": ag.minimum,
}
UNARY = (
    "negative positive square sqrt reciprocal abs exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh atan "
    "sigmoid relu"
)


@pytest.mark.parametrize("name", [*OPERATIONS, *UNARY.split()])
def test_what_the_page_computes_is_what_the_engine_computes(opened, name):
    function = OPERATIONS.get(name) or (lambda x, _: getattr(ag, name)(x))

    def loss_of(x, y):
        x, y = ag.Tensor(x, requires_grad=True, name="x"), ag.Tensor(y, requires_grad=True, name="y")
        with ag.retain_all():
            return x, y, function(x, y) * 2.0 + y

    _, _, loss = loss_of(1.3, 0.7)
    page = opened(ag.play(loss))
    assert name in page.evaluate("player.data.nodes.map((node) => node.operation)")
    x, y, loss = loss_of(0.6, 1.9)
    loss.backward()
    change = "([at, value]) => player.editing.change(at, {value})"
    page.evaluate(change, [index_of(page, "x"), "0.6"])
    page.evaluate(change, [index_of(page, "y"), "1.9"])
    gradient = "(at) => player.numbers.gradient(at).data[0]"
    assert page.evaluate("player.numbers.value(player.moments.result).data[0]") == pytest.approx(loss.item())
    assert page.evaluate(gradient, index_of(page, "x")) == pytest.approx(x.grad.item())
    assert page.evaluate(gradient, index_of(page, "y")) == pytest.approx(y.grad.item())


def test_the_walk_without_an_order_is_wrong(opened, twice):
    page = opened(ag.play(twice))
    page.get_by_role("button", name="order").click()
    rows = page.locator(".compared tr").all_inner_texts()
    assert rows[1:] == ["a\t4.00\t2.00\twrong", "b\t2.00\t2.00\tthe same", "c\t1.00\t1.00\tthe same"]
    assert page.locator(".beside ol").count() == 2
    page.get_by_role("button", name="close").click()
    assert not page.locator("#order").is_visible()


def test_several_steps_of_a_training(opened):
    w, recorder = ag.Tensor(3.0, requires_grad=True, name="w"), ag.StepRecorder()
    for _ in range(4):
        with ag.retain_all():
            loss = (w - 1) ** 2
        recorder.keep(loss)
        loss.backward()
        with ag.no_grad():
            w -= 0.25 * w.grad
        w.grad = None
    page = opened(ag.play(recorder), "#p=999")
    assert page.locator("#frame-text").inner_text() == "step 1 of 4"
    slider = page.get_by_label("step of the training")
    shown = []
    for step in range(4):
        slider.fill(str(step))
        shown.append((cells(page, "w", "value"), cells(page, "w", "gradient")))
    assert shown == [([figure(1 + 2 / 2**n)], [figure(4 / 2**n)]) for n in range(4)]
    wait(page, "location.hash.includes('f=3')")


def test_histograms_go_along_with_the_steps(opened):
    recorder = ag.StepRecorder()
    for values in (np.arange(40.0), np.arange(40.0) ** 2 - 300):
        w = ag.Tensor(values, requires_grad=True, name="w")
        with ag.retain_all():
            recorder.keep((w * w).sum())
    page = opened(ag.play(recorder), "#p=999")
    bars = "player.picture.cells.of(0, 'value').grounds.map((bar) => bar.getBBox().height)"
    before = page.evaluate(bars)
    page.get_by_label("step of the training").fill("1")
    counts, _ = np.histogram(values, bins=len(before))
    heights = np.maximum(np.ceil(28 * counts / counts.max()), 1)
    np.testing.assert_allclose(page.evaluate(bars), heights)
    assert page.evaluate(bars) != before
    told = [text for text in cells(page, "w", "value") if not re.match(r"\s*(mean|deviation)", text)]
    assert told == figures([values.min(), values.max(), values.mean(), values.std()])
