"""What a page is told: arrays, formulas, nodes, and the places of all of them in the picture."""

import json
import re

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.figures import figure
from autograd.drawing.player.arrays import ZERO, Arrays, encoded
from autograd.drawing.player.formulas import result_formula, rule_formula, rule_source


def data_of(player):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', player.html, re.DOTALL)[1])


def text(formula):
    return "".join(piece if isinstance(piece, str) else piece[0] for piece in formula)


# Arrays


def test_small_arrays_are_given_in_full():
    array = np.array([[1.5, -0.1], [np.nan, np.inf]], np.float32)
    told = encoded(array)
    assert told["data"] == [1.5, -0.1, "NaN", "inf"]
    assert (told["shape"], told["dtype"]) == ([2, 2], "float32")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_read_back_as_the_same(dtype):
    array = np.random.default_rng(0).normal(size=50).astype(dtype)
    np.testing.assert_array_equal(np.array(encoded(array)["data"], dtype), array)


def test_large_arrays_are_summed_up():
    array = np.random.default_rng(0).normal(size=(40, 30))
    array[3, 4], array[5, 6] = np.nan, np.inf
    told = encoded(array)
    finite = array[np.isfinite(array)]
    assert "data" not in told
    assert told["mean"] == pytest.approx(finite.mean(), rel=1e-4)
    assert told["deviation"] == pytest.approx(finite.std(), rel=1e-4)
    assert (told["min"], told["max"]) == pytest.approx((finite.min(), finite.max()), rel=1e-4)
    assert (told["nan"], told["inf"], sum(told["bars"])) == (1, 1, finite.size)


def test_a_map_shows_the_extremes_of_its_blocks():
    array = np.zeros((240, 240))
    array[100, 100], array[200, 10] = -4.0, 1.0
    rows, columns, cells = encoded(array)["map"]
    levels = np.array([ord(cell) - ZERO for cell in cells]).reshape(rows, columns)
    assert (rows, columns) == (24, 24)
    assert (levels[10, 10], levels[20, 1], np.count_nonzero(levels)) == (-30, 15, 2)


def test_huge_numbers_are_summed_up_without_overflow():
    told = encoded(np.full(100, 1e300))
    assert told["mean"] == pytest.approx(1e300)
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.array([True, False]), np.array([1 + 2j]), np.arange(100)])
def test_arrays_of_every_kind_are_told(array):
    json.dumps(encoded(array), allow_nan=False)


def test_equal_arrays_are_told_once():
    arrays = Arrays()
    assert arrays.add(np.ones(3)) == arrays.add(np.ones(3))
    assert arrays.add(np.ones(4)) != arrays.add(np.ones(3))


# Formulas


@pytest.mark.parametrize(
    ("name", "operand", "formula"),
    [
        ("multiply", "x", "g · y"),
        ("divide", "y", "−g · out / y"),
        ("sqrt", "x", "g / (2 · out)"),
        ("sin", "x", "g · cos(x)"),
        ("cos", "x", "−g · sin(x)"),
        ("sigmoid", "x", "g · (out · (1 − out))"),
        ("tanh", "x", "g · (1 − out · out)"),
        ("relu", "x", "g where not (out ≤ 0)"),
        ("sinh", "x", "g · cosh(x)"),
        ("matmul", "y", "xᵀ @ g"),
        ("linear", "x", "g @ weight"),
        ("linear", "weight", "gᵀ @ x"),
        ("power", "x", "g · y · x^(y − 1)"),
    ],
)
def test_rules_are_written_as_formulas(name, operand, formula):
    assert text(rule_formula(getattr(ag, name).rules.declared[operand])) == formula


def test_names_of_parameters_stand_apart():
    assert rule_formula(ag.multiply.rules.declared["x"]) == [["g"], " · ", ["y"]]


def test_a_rule_that_is_a_program_shows_its_source():
    rule = ag.max.rules.declared["x"]
    assert rule_formula(rule) is None
    assert rule_source(rule).startswith("def ")


def test_a_rule_of_a_user_is_read_too():
    double = {"x": lambda g, x: g * 2 * x**2 - (g - x)}
    assert text(rule_formula(double["x"])) == "g · 2 · x² − (g − x)"
    assert rule_formula(eval("lambda g: g + 1")) is None
    assert rule_formula(None) is rule_source(None) is None


def test_every_rule_is_written_or_shown():
    from autograd.registry import primitives

    ag.einsum  # noqa: B018 - loads the rarer families
    rules = [rule for primitive in primitives.values() for rule in primitive.rules.declared.values()]
    formulas = [rule_formula(rule) for rule in rules]
    assert sum(formula is not None for formula in formulas) > 0.5 * len(rules)
    assert all(all(isinstance(piece, str) or len(piece) == 1 for piece in formula) for formula in formulas if formula)


def test_results_are_written_by_their_labels():
    assert text(result_formula("×", ["a", "b"])) == "a × b"
    assert text(result_formula("√", ["a"])) == "√a"
    assert text(result_formula("max", ["a"])) == "max(a)"
    assert text(result_formula("Wx+b", ["x", "weight", "bias"])) == "x @ weightᵀ + bias"


# Nodes and places


@pytest.fixture
def played(network):
    loss, tensors = network
    player = ag.play(loss)
    loss.backward()
    return data_of(player), tensors


def test_values_and_gradients_are_the_engines(played):
    data, tensors = played
    (frame,) = data["frames"]
    names = [node["name"] for node in data["nodes"]]
    for name, tensor in tensors.items():
        index = names.index(name)
        value = data["arrays"][frame["values"][index]]
        np.testing.assert_array_equal(np.reshape(value["data"], value["shape"]), tensor.data)
        if tensor.requires_grad:
            gradient = data["arrays"][frame["gradients"][index]]
            np.testing.assert_array_equal(np.reshape(gradient["data"], gradient["shape"]), tensor.grad.data)
        else:
            assert frame["gradients"][index] == "not asked for"


def test_every_node_has_a_place_in_every_picture(played):
    data, _ = played
    for layout in data["layouts"]:
        for index in range(len(data["nodes"])):
            assert str(index) in layout["cards"] or str(index) in layout["blocks"]


def test_modules_fold(played):
    data, _ = played
    assert [layout["name"] for layout in data["layouts"]] == ["nothing", "all modules"]
    everything, folded = data["layouts"]
    assert not everything["blocks"]
    assert len(set(folded["blocks"].values())) == 2


def test_what_was_recorded_is_told(played):
    data, _ = played
    node = next(each for each in data["nodes"] if each["name"] == "z1")
    assert node["scopes"] == ["hidden: Linear(2, 4)"]
    assert re.fullmatch(r"tests/drawing/conftest.py:\d+|.*conftest.py:\d+", node["line"])
    assert node["code"].startswith("z1 = ag.linear(")
    assert (node["label"], node["operands"]) == ("Wx+b", ["x", "weight", "bias"])


def test_values_that_nothing_keeps_say_so():
    x = ag.Tensor(2.0, requires_grad=True)
    data = data_of(ag.play((x + 1) * 2))
    assert "not kept" in data["frames"][0]["values"]


def test_cells_have_room_for_all_that_they_will_hold():
    """The sum on the way is longer than the gradient in the end, and the picture is laid out for it."""
    a = ag.Tensor(1.0, requires_grad=True, name="a")
    with ag.retain_all():
        weights = ag.Tensor([1.0, 2.0], requires_grad=True, name="w")
        loss = ((weights * -0.0001234).sum() + (weights * 0.0001234).sum()) * a
    from autograd.drawing.player.contents import Frame, longest

    frame = Frame(ag.Graph(loss), Arrays())
    at = [node.name for node in frame.graph].index("w")
    _, gradient = longest([frame], roomy=False)[at]
    assert [figure(each) for each in gradient.tolist()] in (["-1.2e-4"] * 2, ["1.2e-4"] * 2)
    assert not frame.replay.gradients[weights.node].any()
