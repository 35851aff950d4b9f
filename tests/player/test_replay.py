"""What a page plays is what the engine does: its order, its contributions, its sums; and nothing is left behind."""

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.player.replay import replay, untouched
from autograd.walk import walk


def replayed(loss):
    graph = ag.Graph(loss)
    with untouched(graph):
        return graph, replay(graph)


@pytest.fixture
def diamond():
    """A value that is used three times."""
    with ag.retain_all():
        a = ag.Tensor([1.0, 2.0], requires_grad=True, name="a")
        b = ag.exp(a)
        loss = (b * b + ag.sin(b)).sum()
    b.name, loss.name = "b", "loss"
    return a, b, loss


def test_the_gradients_are_the_engines(diamond):
    a, b, loss = diamond
    _, played = replayed(loss)
    loss.backward()
    np.testing.assert_array_equal(played.gradients[a.node], a.grad.data)
    np.testing.assert_array_equal(played.gradients[b.node], b.grad.data)


def test_visits_come_in_the_order_of_the_walk(diamond, monkeypatch):
    _, _, loss = diamond
    visited = []

    def noting(node, rule):
        def apply(g, needed):
            visited.append(node)
            return rule(g, needed)

        return apply

    def watched(seeds, currency, **options):
        for node in ag.Graph(loss).operations:
            node.pullbacks = [(parent, noting(node, rule), *rest) for parent, rule, *rest in node.pullbacks]
        return walk(seeds, currency, **options)

    _, played = replayed(loss)
    monkeypatch.setattr("autograd.tensor.walk", watched)
    loss.backward()
    assert [visit.node for visit in played.visits] == list(dict.fromkeys(visited))
    assert [visit.node for visit in played.visits for _ in visit.contributions] == visited


def test_contributions_add_up_one_after_the_other(diamond):
    _, b, loss = diamond
    _, played = replayed(loss)
    landed = [each for visit in played.visits for each in visit.contributions if each.parent is b.node]
    assert len(landed) == 3
    total = 0
    for each in landed:
        total = total + each.gave
        np.testing.assert_array_equal(each.total, total)
    np.testing.assert_array_equal(landed[-1].total, played.gradients[b.node])


def test_an_operand_that_stands_twice_gets_two_contributions():
    a = ag.Tensor(3.0, requires_grad=True)
    _, played = replayed(a / a)
    (visit,) = played.visits
    assert [(each.position, each.gave.item()) for each in visit.contributions] == [(0, 1 / 3), (1, -1 / 3)]


def test_a_broadcast_operand_gets_what_lands_there():
    x = ag.Tensor(np.ones((3, 2)), requires_grad=True)
    b = ag.Tensor([1.0, 2.0], requires_grad=True)
    _, played = replayed((x + b).sum())
    gave = [each.gave for visit in played.visits for each in visit.contributions if each.parent is b.node]
    np.testing.assert_array_equal(gave, [[3.0, 3.0]])


def test_picked_elements_are_shown_in_the_shape_of_what_they_were_picked_from():
    x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    _, played = replayed((x[[0, 0, 2]] * x).sum())
    landed = [each for visit in played.visits for each in visit.contributions if each.parent is x.node]
    np.testing.assert_array_equal([each.gave for each in landed], [[1.0, 1.0, 3.0], [3.0, 0.0, 3.0]])
    np.testing.assert_array_equal(landed[-1].total, [4.0, 1.0, 6.0])


def test_what_a_rule_is_given_has_the_names_of_its_parameters():
    x, y = ag.Tensor(2.0, requires_grad=True), ag.Tensor(5.0, requires_grad=True)
    _, played = replayed(x * y)
    assert [{name: float(value) for name, value in each.given.items()} for each in played.visits[0].contributions] == [
        {"y": 5.0},
        {"x": 2.0},
    ]


def test_hooks_change_what_goes_on():
    x = ag.Tensor(2.0, requires_grad=True)
    y = x * 3.0
    y.register_hook(lambda g: g * 10)
    _, played = replayed(y * y)
    assert played.visits[1].gradient == 120
    assert played.gradients[x.node] == 360


def test_nothing_is_left_behind(diamond):
    a, b, loss = diamond
    before = [(node.notes, node.pullbacks if not node.is_leaf else None) for node in ag.Graph(loss)]
    kept = [None if notes is None else (notes.grad, notes.walked, notes.retains_grad) for notes, _ in before]
    ag.play(loss)
    assert before == [(node.notes, node.pullbacks if not node.is_leaf else None) for node in ag.Graph(loss)]
    assert kept == [None if notes is None else (notes.grad, notes.walked, notes.retains_grad) for notes, _ in before]
    assert a.grad is None
    loss.backward()
    np.testing.assert_allclose(a.grad.data, 2 * b.data**2 + np.cos(b.data) * b.data)


def test_what_retain_all_kept_plays_after_a_backward(diamond):
    a, _, loss = diamond
    loss.backward()
    gradient = a.grad.data.copy()
    _, played = replayed(loss)
    np.testing.assert_array_equal(played.gradients[a.node], gradient)
    np.testing.assert_array_equal(a.grad.data, gradient)
    with pytest.raises(RuntimeError, match="walked before"):
        loss.backward()


def test_what_a_backward_released_cannot_be_played():
    x = ag.Tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="play: a backward has passed here, and what multiply needs was released"):
        ag.play(y)


def test_a_backward_starts_from_one_number():
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"play: a backward starts from one number, .* the shape \(2,\)"):
        ag.play(x * x)
    with pytest.raises(ValueError, match="this Graph has 2"):
        ag.play(ag.Graph(x.sum(), (x * x).sum()))
    with pytest.raises(TypeError, match="expected a Tensor, a Graph or a StepRecorder, got float"):
        ag.play(2.0)


class Both(ag.Function):
    """Twice the operand, and its sum."""

    @staticmethod
    def forward(ctx, x):
        return x * 2, x.sum()

    @staticmethod
    def backward(ctx, g, h):
        return 2 * g + h


CALLS = {
    "checkpoint": ag.checkpoint(lambda x: x * 2),
    "checkpoint of several results": lambda x: np.multiply(*ag.checkpoint(lambda x: (x * 2, x.sum()))(x)),
    "custom_gradient": ag.custom_gradient(lambda x: (x * 2, lambda g: g * 2)),
    "Function of several results": lambda x: np.multiply(*Both.apply(x)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_calls_that_are_one_operation_are_played(call):
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    y = call(x).sum()
    played = replay(ag.Graph(y))
    y.backward()
    np.testing.assert_array_equal(played.gradients[x.node], x.grad.data)
    assert ag.play(call(x).sum()).html
