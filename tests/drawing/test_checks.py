"""``check=True``: a verdict on each operation, and on the gradient of each leaf."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing import checks
from autograd.drawing.checks import Checked
from autograd.drawing.knowledge import Knowledge
from autograd.primitives.declaration import Primitive
from tests.drawing.page import Page


def unregistered(rules, forward, name="mine", label="mine"):
    """A primitive that no list of primitives knows."""
    forward.__name__ = name
    return Primitive(forward, forward, rules, domain=None, label=label, analytic=False, settles_numbers=False)


def square(x, /):
    return x * x


WRONG = unregistered({"x": lambda g, x: g * x}, square)


def leaf(data, name="x"):
    return ag.Tensor(data, requires_grad=True, name=name)


def checked(*results):
    graph = ag.Graph(*results)
    return Checked(graph, Knowledge(graph))


def wrong_nodes(found):
    return [node.operation for node, verdict in found.verdicts.items() if not verdict.agrees]


def test_right_rules_agree(network):
    loss, _ = network
    loss.backward()
    found = checked(loss)
    assert len(found.verdicts) == len(ag.Graph(loss).operations) + 4  # the weights
    assert not wrong_nodes(found)
    assert max(verdict.error for verdict in found.verdicts.values()) < 1e-9
    page = Page(ag.draw(loss, check=True))
    assert all(label.endswith("✓") for label in page.discs.values())
    assert page.card("hidden.weight").marks == ["✓ grad checked"]
    assert page.card("x").marks == []
    assert "the rules of 6 of 6 operations (✓) agree" in page.legend


def test_a_wrong_rule_shows_on_its_operation_and_on_no_other():
    x = leaf([1.0, 2.0, 3.0])
    with ag.retain_all():
        loss = (WRONG(ag.exp(x) * 0.5) * 3).sum()
    loss.backward()
    assert wrong_nodes(checked(loss)) == ["mine", "leaf"]  # the gradient behind it is wrong, too
    page = Page(ag.draw(loss, check=True))
    assert list(page.discs.values()) == ["exp\\n✓", "× 0.5\\n✓", "mine\\n✗ 50 %", "× 3\\n✓", "Σ\\n✓"]
    assert "✗ the rule of mine for x is off by 50 % of the numeric derivative, recorded at" in page.legend
    assert page.card("x").marks == ["grad ✗ 50 % off"]
    fills = {key: page.graph.get_node(key).attr["fillcolor"] for key in page.discs}
    (fault,) = [key for key in fills if fills[key] == "#b02a12"]
    assert page.discs[fault].startswith("mine")


@pytest.mark.parametrize("wrong", ["x", "y"])
def test_each_operand_has_a_rule_of_its_own(wrong):
    rules = {"x": lambda g, y: g * y, "y": lambda g, x: g * x}
    rules[wrong] = lambda g, x, y: g * (x + y)
    times = unregistered(rules, lambda x, y, /: x * y)
    with ag.retain_all():
        loss = times(leaf([1.0, 2.0]), leaf([3.0, -4.0], "y")).sum()
    (said,) = [verdict.about for verdict in checked(loss).verdicts.values() if not verdict.agrees]
    assert f"the rule of mine for {wrong} is off by" in said


def test_a_rule_of_the_wrong_shape_is_wrong():
    bad = unregistered({"x": lambda g: g[:1]}, lambda x, /: x + 0.0)
    with ag.retain_all():
        loss = bad(leaf([[1.0, 2.0], [3.0, 4.0]])).sum()
    assert wrong_nodes(checked(loss)) == ["mine"]


def test_a_backward_that_ran_twice_is_seen_at_the_leaf():
    x = leaf([1.0, 2.0])
    with ag.retain_all():
        loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    found = checked(loss)
    assert wrong_nodes(found) == []  # seeds, kept as well, have doubled too
    x.grad = x.grad * 2
    assert wrong_nodes(checked(loss)) == ["leaf"]


def test_broadcasting_indexing_and_static_attributes_are_replayed():
    x = leaf(np.arange(1.0, 7.0).reshape(2, 3))
    with ag.retain_all():
        y = x * leaf([1.0, 2.0, 3.0], "scale") + x[:, [0, 0, 2]]
        z = ag.concat([y.sum(axis=0, keepdims=True), y.mean(axis=1, keepdims=True).T @ y])
        loss = ag.log_softmax(z, axis=1).var()
    loss.backward()
    found = checked(loss)
    assert not wrong_nodes(found)
    assert len(found.verdicts) >= 8


def test_complex_gradients_are_checked():
    x = leaf([1.0 + 2.0j, -0.5j])
    with ag.retain_all():
        loss = (ag.abs(ag.exp(x * 1j)) ** 2).sum()
    loss.backward()
    found = checked(loss)
    assert not wrong_nodes(found)
    assert found.verdicts[x.node].agrees


def test_single_precision_is_checked_in_double_and_its_gradients_as_far_as_they_go():
    x = leaf(np.linspace(0.1, 1, 5, dtype=np.float32))
    with ag.retain_all():
        loss = ag.tanh(x * 3).sum()
    loss.backward()
    found = checked(loss)
    assert max(verdict.error for node, verdict in found.verdicts.items() if not node.is_leaf) < 1e-8
    assert found.verdicts[x.node].agrees
    assert found.verdicts[x.node].error > 1e-9


def test_at_a_kink_nothing_is_claimed():
    x = leaf([0.0, 0.0])
    with ag.retain_all():
        loss = ag.relu(x).sum()
    loss.backward()
    found = checked(loss)
    assert not wrong_nodes(found)
    assert {node.operation for node in found.verdicts} == {"sum"}


def test_nothing_of_the_graph_changes():
    x = leaf([1.0, 2.0])
    with ag.retain_all():
        y = x * x
        loss = y.sum()
    ag.draw(loss, check=True)
    assert x.grad is None
    loss.backward()
    np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])
    before = y.grad.data.copy()
    ag.draw(loss, check=True)
    np.testing.assert_array_equal(y.grad.data, before)


def test_what_nothing_has_kept_cannot_be_checked():
    loss = (leaf([1.0, 2.0]) * 2).sum()
    with pytest.raises(ValueError, match=r"draw: check=True computes.*retain_all"):
        ag.draw(loss, check=True)
    x = leaf([1.0, 2.0])
    with ag.retain_all():
        y = x * 3
    loss = y.sum()
    loss.backward()
    legend = Page(ag.draw(loss, check=True)).legend
    assert "Not checked: 1 that were computed outside of retain_all" in legend
    assert "Not compared: the gradients of leaves" in legend


def test_of_many_operations_some_of_each_kind_are_checked(monkeypatch):
    monkeypatch.setattr(checks, "MOST_OPERATIONS", 10)
    y = leaf(1.0)
    with ag.retain_all():
        for _ in range(30):
            y = ag.sin(y) * 1.01
        y = WRONG(y)
    found = checked(y)
    assert len(found.chosen) == 10
    assert {node.operation for node in found.chosen} == {"sin", "multiply", "mine"}
    assert wrong_nodes(found) == ["mine"]
    assert "Not checked: 51 further operations of the same kinds" in Page(ag.draw(y, check=True)).legend


def test_leaves_are_left_out_where_that_would_take_too_long(monkeypatch):
    monkeypatch.setattr(checks, "MOST_STEPS", 10)
    x = leaf(1.0)
    with ag.retain_all():
        y = ag.sin(x) * 2
    y.backward()
    assert x.node not in checked(y).verdicts
    assert "too many to compute again" in Page(ag.draw(y, check=True)).legend


def test_a_block_has_the_worst_verdict_of_what_it_holds():
    x = leaf([1.0, 2.0])
    with ag.retain_all():
        with ag.scope("0: Good"):
            y = ag.exp(x * 2)
        with ag.scope("1: Bad"):
            loss = WRONG(ag.sin(y)).sum()
    loss.backward()
    page = Page(ag.draw(loss, check=True, depth=0))
    assert page.blocks["block0"].endswith("✓ rules checked")  # though the gradient of x, which it holds, is wrong
    assert "a rule ✗ " in page.blocks["block1"]
    assert "the rule of mine" in page.graph.get_node("block1").attr["tooltip"]
    beside = Page(ag.draw(loss, check=True, fold_above=4))
    assert beside.blocks["block0"] == "2 operations ✓ rules checked"


def test_a_wrong_rule_inside_of_a_block_is_told_in_the_legend():
    y = leaf([1.0, 2.0])
    with ag.retain_all():
        for _ in range(20):
            y = ag.sin(y)
        loss = WRONG(y).sum()
    page = Page(ag.draw(loss, check=True, fold_above=5))
    assert page.blocks
    assert "✗ the rule of mine for x" in page.legend


def test_what_rounding_has_left_is_no_fault():
    weight, bias = leaf(np.ones((3, 3), np.float32), "weight"), leaf(np.zeros(3, np.float32), "bias")
    x = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    with ag.retain_all():
        h = ag.linear(x, weight, bias)
        h = h - h.mean(axis=0)
        loss = (ag.tanh(h) ** 3).sum() + weight.sum()
    loss.backward()
    assert 0 < np.abs(bias.grad.data).max() < 1e-4  # it should be 0
    assert not wrong_nodes(checked(loss))


class Square(ag.Function):
    """A Function whose backward forgets the 2."""

    @staticmethod
    def forward(ctx, x):
        """Save what the backward needs."""
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        """Give half of the gradient."""
        (x,) = ctx.saved_tensors
        return g * x


def test_functions_of_users_are_checked():
    with ag.retain_all():
        loss = (Square.apply(ag.exp(leaf([1.0, 2.0]))) * 2).sum()
    loss.backward()
    assert wrong_nodes(checked(loss)) == ["Square", "leaf"]


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lambda: nn.LSTM(3, 4), (5, 2, 3)),
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2)), (3, 1, 8, 8)),
        (lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1), (5, 2, 8)),
    ],
    ids=["LSTM", "CNN", "Transformer"],
)
def test_real_models_are_found_right(model, shape):
    ag.manual_seed(0)
    with ag.retain_all():
        output = model()(ag.Tensor(np.random.default_rng(0).normal(size=shape), np.float32))
        loss = (output[0] if isinstance(output, tuple) else output).var()
    loss.backward()
    found = checked(loss)
    assert not wrong_nodes(found)
    assert not found.unknown
    assert not found.leaves_left_out


def test_with_the_recorded_backward_in_the_drawing_the_forward_is_judged_alone():
    x = leaf(2.0)
    with ag.retain_all():
        y = ag.sin(x) * x
        y.backward(create_graph=True)
    for which in ("forward", "backward", "both"):
        page = Page(ag.draw(y, graph=which, check=True))
        assert not [label for label in page.discs.values() if "✗" in label]
        assert not [mark for card in page.cards for mark in card.marks if "✗" in mark]


def test_what_was_computed_before_a_failure_is_checked():
    x = leaf(np.ones((2, 3)))
    with ag.retain_all():
        y = x * 2
        with pytest.raises(ValueError, match="matmul") as caught:
            y @ y
    assert list(Page(ag.draw(caught.value, check=True)).discs.values()) == ["× 2\\n✓", "@"]
