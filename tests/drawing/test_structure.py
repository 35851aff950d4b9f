"""What is on the page: cards, discs, edges, clusters."""

import autograd as ag
from autograd.drawing.theme import LIGHT, Kind
from tests.drawing.page import Page


def test_every_tensor_is_a_card_and_every_operation_a_disc(network):
    loss, tensors = network
    page = Page(ag.draw(loss))
    graph = ag.Graph(loss)
    assert len(page.cards) == len(graph)
    assert len(page.discs) == len(graph.operations)
    assert {card.name for card in page.cards} == {*tensors, "subtract", "power"}
    assert len(page.edges) == len(list(graph.edges())) + len(graph.operations)


def test_the_header_tells_the_kind_by_its_colour(network):
    loss, _ = network
    page = Page(ag.draw(loss))
    bars = {kind: {card.name for card in page.cards if card.bar == LIGHT.bars[kind]} for kind in Kind}
    assert bars[Kind.WEIGHT] == {"hidden.weight", "hidden.bias", "output.weight", "output.bias"}
    assert bars[Kind.INPUT] == {"x", "y"}
    assert bars[Kind.RESULT] == {"loss"}
    assert bars[Kind.INTERMEDIATE] == {"z1", "h", "z2", "subtract", "power"}


def test_edges_join_operands_to_operations_and_operations_to_results(network):
    loss, _ = network
    page = Page(ag.draw(loss))
    sigmoid = page.disc("σ")
    assert len(page.between(page.card("z1").key, sigmoid)) == 1
    assert len(page.between(sigmoid, page.card("h").key)) == 1


def test_a_product_of_a_tensor_with_itself_has_two_edges():
    a = ag.Tensor(3.0, requires_grad=True, name="a")
    page = Page(ag.draw(a * a))
    assert len(page.between(page.card("a").key, page.disc("×"))) == 2


def test_a_tensor_that_is_used_often_is_one_card():
    x = ag.Tensor(1.0, requires_grad=True, name="x")
    y = x
    for _ in range(40):
        y = y + y
    page = Page(ag.draw(y))
    assert (len(page.cards), len(page.discs), len(page.edges)) == (41, 40, 120)


def test_scopes_are_clusters_and_weights_lie_in_theirs(network):
    loss, _ = network
    page = Page(ag.draw(loss))
    clusters = page.clusters()
    assert clusters.keys() == {("hidden: Linear(2, 4)",), ("output: Linear(4, 1)",)}
    hidden = clusters["hidden: Linear(2, 4)",]
    names = {card.name for card in page.cards if card.key in hidden}
    assert names == {"hidden.weight", "hidden.bias", "z1"}
    assert len(hidden) == 4  # the operation, too


def test_clusters_nest():
    with ag.retain_all(), ag.scope("net: Net"):
        w = ag.Tensor(2.0, requires_grad=True, name="w")
        with ag.scope("0: Inner"):
            a = w * 2
        b = a * 3
        with ag.scope("1: Inner"):
            c = b * 4
    page = Page(ag.draw(c))
    keys = {
        path: {card.name for card in page.cards if card.key in members} for path, members in page.clusters().items()
    }
    assert keys == {
        ("net: Net",): {"multiply"},
        ("net: Net", "net.0: Inner"): {"net.0.w", "multiply"},
        ("net: Net", "net.1: Inner"): {"multiply"},
    }


def test_a_weight_that_two_scopes_share_lies_in_the_scope_around_them():
    w = ag.Tensor(2.0, requires_grad=True, name="w")
    with ag.retain_all(), ag.scope("net: Net"):
        with ag.scope("0: Inner"):
            a = w * 2
        with ag.scope("1: Inner"):
            b = a * w
    page = Page(ag.draw(b))
    assert page.card("net.0.w").key in page.clusters()["net: Net",]


def test_a_penalty_outside_leaves_a_weight_in_its_module():
    w = ag.Tensor(2.0, requires_grad=True, name="w")
    with ag.retain_all():
        with ag.scope("0: Inner"):
            a = w * 2
        loss = a + w * w
    page = Page(ag.draw(loss))
    assert page.card("0.w").key in page.clusters()["0: Inner",]


def test_the_same_scope_entered_twice_is_one_cluster():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        y = x
        for _ in range(2):
            with ag.scope("cell"):
                y = y * 2
            y = y + 1
    page = Page(ag.draw(y))
    (members,) = page.clusters().values()
    assert len(members) == 5  # x, which only it reads, and twice a disc and its result


def test_very_deep_scopes_are_drawn_without_recursion():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    scopes = [ag.scope(f"{i}") for i in range(5000)]
    for scope in scopes:
        scope.__enter__()
    with ag.retain_all():
        y = x * 2
    for scope in reversed(scopes):
        scope.__exit__(None, None, None)
    page = Page(ag.draw(y))
    assert max(map(len, page.clusters())) == 8


def test_plain_numbers_stand_in_the_discs():
    x = ag.Tensor([1.0, 4.0], requires_grad=True, name="x")
    with ag.retain_all():
        y = 3 - ((x * 2) ** 0.5) / 1e-7
    assert list(Page(ag.draw(y)).discs.values()) == ["× 2", "pow 0.5", "÷ 1e-7", "3 -"]


def test_without_retention_a_constant_is_known_as_far_as_a_rule_keeps_it():
    x = ag.Tensor([1.0, 4.0], requires_grad=True, name="x")
    assert list(Page(ag.draw(x * 2 + 1)).discs.values()) == ["× 2", "+ …"]


def test_an_operand_that_may_be_left_out_is_not_missed():
    w = ag.Tensor([[1.0, 4.0]], requires_grad=True, name="w")
    x = ag.Tensor([[1.0, 4.0]], name="x")
    loss = ag.linear(x, w)
    assert list(Page(ag.draw(loss)).discs.values()) == ["Wx+b"]
    loss.sum().backward()
    assert list(Page(ag.draw(loss)).discs.values()) == ["Wx+b"]


def test_arrays_are_cards_even_if_nobody_named_them():
    x = ag.Tensor([1.0, 4.0], requires_grad=True, name="x")
    mask = ag.Tensor([0.0, 1.0])
    with ag.retain_all():
        y = x * mask + mask
    page = Page(ag.draw(y))
    assert page.card("constant").value == [["0", "1.00"]]
    assert len([edge for edge in page.edges if edge.tail == page.card("constant").key]) == 2


def test_an_operation_with_several_words_has_several_lines():
    x = ag.Tensor([1.0, 4.0], requires_grad=True, name="x")
    assert list(Page(ag.draw(ag.log_softmax(x))).discs.values()) == ["log\\nsoftmax"]


def test_a_single_leaf_is_a_single_card():
    page = Page(ag.draw(ag.Tensor(2.0, requires_grad=True, name="x")))
    assert [card.name for card in page.cards] == ["x"]
    assert not page.edges


def test_several_results_are_drawn_together():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    a, b = x * 2, x * 3
    page = Page(ag.draw(a, b))
    assert len([card for card in page.cards if card.bar == LIGHT.bars[Kind.RESULT]]) == 2
    assert Page(ag.draw(ag.Graph(a, b))).graph.nodes() == page.graph.nodes()


def test_a_tensor_given_along_tells_its_value():
    x = ag.Tensor([2.0, 3.0], requires_grad=True, name="x")
    y = x + 1
    y.name = "y"
    loss = (y - 1).sum()
    assert Page(ag.draw(loss)).card("y").value == "not kept"
    page = Page(ag.draw(loss, y))
    assert page.card("y").value == [["3.00", "4.00"]]
    assert page.card("y").bar == LIGHT.bars[Kind.INTERMEDIATE]


def test_names_of_operations_stand_for_missing_names():
    x = ag.Tensor([1.0, 4.0], requires_grad=True)
    page = Page(ag.draw(ag.exp(x)))
    assert {card.name for card in page.cards} == {"weight", "exp"}


def test_operations_tell_their_line():
    x = ag.Tensor([1.0, 4.0], requires_grad=True)
    with ag.retain_all():
        y = ag.exp(x)
    page = Page(ag.draw(y))
    assert page.graph.get_node("disc0").attr["tooltip"].startswith("exp, ")
    assert "test_structure.py:" in page.graph.get_node("disc0").attr["tooltip"]
