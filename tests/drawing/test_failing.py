"""A computation that raised is drawn as far as it came, with the operation that failed."""

import gc
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing.theme import LIGHT
from autograd.failures import failure_of
from tests.drawing.page import Page, markup, words


def failing(retain=True):
    x = ag.Tensor(np.ones((2, 3)), requires_grad=True, name="x")
    w = ag.Tensor(np.ones((4, 5)), requires_grad=True, name="w")
    with ag.retain_all() if retain else ag.enable_grad(), pytest.raises(ValueError, match="matmul") as caught:
        ag.tanh(x * 2) @ w
    return caught.value


def fault_of(page):
    (fault,) = [str(node) for node in page.graph.nodes() if str(node).startswith("fault")]
    return page.graph.get_node(fault)


@pytest.mark.parametrize("retain", [True, False])
def test_what_was_built_and_the_operation_that_failed_are_drawn(retain):
    page = Page(ag.draw(failing(retain)))
    assert {card.name for card in page.cards} == {"x", "w", "multiply", "tanh"}
    assert list(page.discs.values()) == ["× 2", "tanh", "@"]
    failed = page.graph.get_node(page.disc("@"))
    assert (failed.attr["fillcolor"], failed.attr["fontcolor"]) == (LIGHT.fault, LIGHT.on_fault)
    texts = {edge.tail: edge.text for edge in page.edges if edge.head == page.disc("@")}
    assert texts == {page.card("tanh").key: "2 × 3", page.card("w").key: "4 × 5"}
    fault = fault_of(page)
    assert "matmul failed" in fault.attr["label"]
    assert "must equal" in " ".join(words(markup(fault.attr["label"])).split())


def test_an_operation_on_constants_alone_is_drawn_too():
    with pytest.raises(ValueError, match="matmul") as caught:
        ag.Tensor(np.ones((2, 3)), name="a") @ ag.Tensor(np.ones((4, 5)), name="b")
    page = Page(ag.draw(caught.value))
    assert sorted(edge.text for edge in page.edges if edge.head == page.disc("@")) == ["2 × 3", "4 × 5"]


def test_the_error_of_a_module_that_says_it_better_is_followed_to_its_cause():
    model = nn.Sequential({"hidden": nn.Linear(3, 4), "output": nn.Linear(5, 1)})
    with ag.retain_all(), pytest.raises(ValueError, match="in_features=5") as caught:
        model(ag.Tensor(np.ones((2, 3), np.float32), name="x"))
    page = Page(ag.draw(caught.value))
    assert "in_features=5" in fault_of(page).attr["tooltip"]
    assert any(path[-1] == "output: Linear(5, 1)" and "fault" in members for path, members in page.clusters().items())


def test_a_hostile_message_is_written_as_text():
    def refuse(x, /):
        raise ValueError('<b>"no" & {never}|\\N</b>\n' + "long " * 2000)

    from tests.drawing.test_checks import unregistered

    with pytest.raises(ValueError, match="never") as caught:
        unregistered({"x": lambda g: g}, refuse, "refuse")(ag.Tensor([1.0], requires_grad=True))
    svg = ag.draw(caught.value).pipe("svg", encoding="utf-8")
    assert "<b>" not in svg
    assert "{never}" in svg


def test_the_other_themes_and_formats_draw_it():
    assert ag.draw(failing(), theme="dark").pipe("png").startswith(b"\x89PNG")


def test_a_failure_inside_of_a_large_graph_is_never_folded_away():
    x = ag.Tensor(np.ones((2, 3)), requires_grad=True, name="x")
    for _ in range(300):
        x = x * 1.0
    with pytest.raises(ValueError, match="matmul") as caught:
        x @ x
    page = Page(ag.draw(caught.value))
    assert page.blocks
    assert fault_of(page)
    assert "@" in page.discs.values()


def test_an_anomaly_is_drawn_with_what_is_around_it():
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError) as caught:
        ag.log(ag.Tensor([0.0], requires_grad=True) * 1)
    assert "ln" in Page(ag.draw(caught.value)).discs.values()


@pytest.mark.parametrize("error", [ValueError("mine"), KeyError("k")])
def test_other_errors_are_refused(error):
    with pytest.raises(ValueError, match=rf"draw: behind this {type(error).__name__} there is no operation"):
        ag.draw(error)


def test_an_error_can_be_pickled_and_leaves_its_operands_behind():
    again = pickle.loads(pickle.dumps(failing()))
    assert str(again).startswith("matmul(")
    assert failure_of(again) is None


def test_an_error_that_goes_takes_the_graph_along():
    gc.collect()
    gc.disable()
    try:
        import weakref

        def fail():
            x = ag.Tensor(np.ones((2, 3)), requires_grad=True)
            try:
                x @ x
            except ValueError:
                return weakref.ref(x)

        assert fail()() is None
    finally:
        gc.enable()
