"""Perceptrons that learn by Rosenblatt's rule, and MLPs from the sizes of their layers."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim

INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]]
AND, OR, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]


# --------------------------------------------------------------------------------------------------------- Perceptron


def perceptron(weight, bias):
    made = nn.Perceptron(len(weight[0]), len(weight))
    made.load_state_dict({"weight": np.array(weight, np.float32), "bias": np.array(bias, np.float32)})
    return made


def test_it_fires_on_the_line_and_beyond():
    unit = perceptron([[2.0, -1.0]], [-1.0])
    fires = unit([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.5, 1e-3]])
    assert fires.tolist() == [[1.0], [0.0], [1.0], [0.0]]
    assert fires.dtype == np.float32
    assert not fires.requires_grad
    assert unit([1.0, 1.0]).tolist() == [1.0]
    assert nn.Perceptron(2, dtype=np.float64)([[1, 2]]).dtype == np.float64


@pytest.mark.parametrize("targets", [AND, OR])
@pytest.mark.parametrize("lr", [0.1, 1.0])
def test_and_or_are_learned_without_error(targets, lr):
    unit = nn.Perceptron(2)
    fitted = unit.fit(INPUTS, targets, lr=lr)
    assert fitted.converged
    assert fitted.errors[-1] == 0
    assert 0 not in fitted.errors[:-1]
    assert not fitted.cycles
    assert str(fitted).startswith(f"converged: no error in epoch {len(fitted.errors)}")
    np.testing.assert_array_equal(unit.predict(INPUTS), targets)


def test_the_rule_step_by_step():
    """AND, from zeros: 0, 0 fires and must not; 0, 1 does not; and so on, by hand."""
    fitted = nn.Perceptron(2).fit(INPUTS, AND, max_epochs=1)
    assert fitted.errors == (2,)
    np.testing.assert_array_equal(fitted.weights, [[[0, 0]], [[0, 0]], [[1, 1]]])
    np.testing.assert_array_equal(fitted.biases, [[0], [-1], [0]])


def test_the_course_of_the_weights():
    """Each state but the last answers some sample wrongly; the last is what the unit has."""
    unit = nn.Perceptron(2)
    fitted = unit.fit(INPUTS, AND)
    assert len(fitted.weights) == len(fitted.biases) == sum(fitted.errors) + 1
    answers = np.array(INPUTS) @ fitted.weights[:, 0].T + fitted.biases[:, 0] >= 0
    wrong = (np.array(AND) != answers.T).any(axis=1)
    assert wrong.tolist() == [True] * (len(wrong) - 1) + [False]
    np.testing.assert_array_equal(fitted.weights[-1], unit.weight.data)
    np.testing.assert_array_equal(fitted.biases[-1], unit.bias.data)


def test_xor_never_settles_and_it_is_said():
    unit = nn.Perceptron(2)
    fitted = unit.fit(INPUTS, XOR, max_epochs=50)
    assert len(fitted.errors) == 50
    assert min(fitted.errors) > 0
    assert not fitted.converged
    assert fitted.cycles
    assert "did not converge" in str(fitted)
    assert "never" in str(fitted)
    assert (unit.predict(INPUTS) != XOR).any()


def test_too_few_epochs_are_not_taken_for_a_proof():
    fitted = nn.Perceptron(2).fit(INPUTS, AND, max_epochs=2)
    assert not fitted.converged
    assert not fitted.cycles
    assert str(fitted).endswith("more epochs may do")


def test_it_goes_on_where_it_was():
    at_once, in_parts = nn.Perceptron(2), nn.Perceptron(2)
    whole = at_once.fit(INPUTS, AND)
    parts = [in_parts.fit(INPUTS, AND, max_epochs=1).errors[0] for _ in whole.errors]
    assert tuple(parts) == whole.errors
    np.testing.assert_array_equal(in_parts.weight.data, at_once.weight.data)
    assert at_once.fit(INPUTS, AND).errors == (0,)


def test_two_layers_compute_xor():
    """The hidden units are learned: OR, and NOT AND; the unit behind them learns AND of these two."""
    hidden, output = nn.Perceptron(2, 2), nn.Perceptron(2)
    nand = [1 - value for value in AND]
    assert hidden.fit(INPUTS, np.stack([OR, nand], axis=1)).converged
    assert output.fit(INPUTS, AND).converged
    assert nn.Sequential(hidden, output)(INPUTS).data.ravel().tolist() == XOR


def test_points_of_the_plane_are_separated():
    points = np.random.default_rng(0).normal(size=(200, 2))
    points = points[abs(points @ [1.0, 2.0] - 0.3) > 0.1]
    right = points @ [1.0, 2.0] > 0.3
    unit = nn.Perceptron(2, dtype=np.float64)
    assert unit.fit(points, right, max_epochs=500).converged
    np.testing.assert_array_equal(unit.predict(points), right)


@pytest.mark.parametrize("seed", [236, 389, 790])
def test_what_has_converged_answers_rightly_also_on_the_line_itself(seed):
    """Tenths in float32: on the line, only the same arithmetic gives the same answer, for one sample and for many."""
    draws = np.random.default_rng(seed)
    features = draws.integers(2, 40)
    x = draws.integers(-3, 4, size=(30, features)) / 10
    y = x @ draws.integers(-3, 4, size=features) >= 0
    unit = nn.Perceptron(features)
    assert unit.fit(x, y, max_epochs=300, lr=0.1).converged
    np.testing.assert_array_equal(unit.predict(x), y)


def test_the_rate_does_not_change_the_dtype():
    unit = nn.Perceptron(2)
    fitted = unit.fit(INPUTS, AND, lr=np.float64(0.1))
    assert fitted.weights.dtype == fitted.biases.dtype == np.float32
    np.testing.assert_array_equal(fitted.weights, nn.Perceptron(2).fit(INPUTS, AND, lr=0.1).weights)
    assert unit(np.array(INPUTS, np.float64)).dtype == np.float32


def test_several_units_learn_each_its_own():
    both = nn.Perceptron(2, 2)
    both.fit(INPUTS, np.stack([AND, OR], axis=1))
    one = nn.Perceptron(2)
    one.fit(INPUTS, OR)
    np.testing.assert_array_equal(both.weight.data[1:], one.weight.data)
    np.testing.assert_array_equal(both.predict(INPUTS), np.stack([AND, OR], axis=1))


def test_no_gradient_passes_and_no_optimizer_moves_it():
    unit, before = nn.Perceptron(2), nn.Linear(2, 2)
    x = before([[1.0, 2.0]])
    assert not unit(x).requires_grad
    assert [parameter.requires_grad for parameter in unit.parameters()] == [False, False]
    assert list(unit.state_dict()) == ["weight", "bias"]
    assert repr(unit) == "Perceptron(in_features=2, out_features=1)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.0, 1.0, 2.0]], [1]), r"Perceptron\(2, 1\): fit takes samples of shape \(N, 2\).* got \(1, 3\)"),
        ((np.zeros((0, 2)), []), r"one or more, got \(0, 2\)"),
        ((INPUTS, [0, 1]), r"y is of shape \(4, 1\), .* got \(2,\)"),
        ((INPUTS, [0, 1, -1, 1]), "y holds zeros and ones, got -1"),
        ((INPUTS, AND, 0), "max_epochs >= 1 and lr > 0, got max_epochs=0 and lr=1.0"),
        ((INPUTS, AND, 5, -1.0), "got max_epochs=5 and lr=-1.0"),
        ((INPUTS, AND, 5, np.inf), "got max_epochs=5 and lr=inf"),
        ((INPUTS, [0, 0, 0, 1 - 1e-12]), "y holds zeros and ones, got 0.999999999999"),
        (([[0.0, np.nan]], [0]), r"x must be finite in float32, got nan at \[0, 1\]"),
        (([[0.0, 1.0], [1e39, 0.0]], [0, 1]), r"x must be finite in float32, got 1e\+39 at \[1, 0\]"),
    ],
)
def test_what_cannot_be_learned_is_refused(arguments, message):
    unit = nn.Perceptron(2)
    with pytest.raises(ValueError, match=message):
        unit.fit(*arguments)
    assert not unit.weight.data.any()


def test_whole_numbers_are_no_dtype_of_weights():
    with pytest.raises(TypeError, match="Perceptron: weights are floating numbers, got dtype int64"):
        nn.Perceptron(2, dtype=np.int64)


def test_wrong_inputs_are_named():
    with pytest.raises(ValueError, match=r"Perceptron\(2, 1\): the last axis .* in_features=2, got .* \(3,\)"):
        nn.Perceptron(2)([1.0, 2.0, 3.0])


# ---------------------------------------------------------------------------------------------------------------- MLP


def kinds(model):
    return [type(module).__name__ for module in model]


def test_an_mlp_is_what_one_would_write_out():
    ag.manual_seed(3)
    model = nn.MLP([3, 10, 4, 1])
    ag.manual_seed(3)
    written = nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 4), nn.ReLU(), nn.Linear(4, 1))
    assert kinds(model) == kinds(written)
    assert list(model.state_dict()) == list(written.state_dict())
    x = np.ones((2, 3))
    np.testing.assert_array_equal(model(x).data, written(x).data)
    assert isinstance(model, nn.Sequential)


@pytest.mark.parametrize(
    ("activation", "kind"), [("tanh", "Tanh"), ("GELU", "GELU"), (nn.Sigmoid, "Sigmoid"), (lambda: nn.ELU(2), "ELU")]
)
def test_activations_of_an_mlp(activation, kind):
    model = nn.MLP([2, 3, 4, 1], activation)
    assert kinds(model) == ["Linear", kind, "Linear", kind, "Linear"]
    assert model[1] is not model[3]


def test_every_named_activation_can_be_made():
    from nn.layered import _ACTIVATIONS, _OUTPUTS

    for name in _ACTIVATIONS:
        assert np.isfinite(nn.MLP([2, 3, 1], name)(np.ones((1, 2))).data).all()
    for name in _OUTPUTS:
        assert nn.MLP([2, 3], output_activation=name)(np.ones((4, 2))).shape == (4, 3)
    np.testing.assert_allclose(nn.MLP([2, 3], output_activation="softmax")(np.ones((4, 2))).data.sum(-1), 1, rtol=1e-6)


def test_options_of_an_mlp():
    model = nn.MLP([2, 3, 1], output_activation="sigmoid", dropout=0.25, bias=False, dtype=np.float64)
    assert kinds(model) == ["Linear", "ReLU", "Dropout", "Linear", "Sigmoid"]
    assert model[2].p == 0.25
    assert list(model.state_dict()) == ["0.weight", "3.weight"]
    assert model[0].weight.dtype == np.float64
    assert kinds(nn.MLP((4, 2))) == ["Linear"]
    assert nn.MLP([np.int64(4), 2])[0].in_features == nn.MLP(np.array([4, 2]))[0].in_features == 4


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([3],), ValueError, r"MLP: sizes are two whole numbers or more, .* got \[3\]"),
        (([3, 0],), ValueError, r"got \[3, 0\]"),
        (([3, 2.5],), ValueError, r"got \[3, 2.5\]"),
        (([True, 2],), ValueError, r"got \[True, 2\]"),
        ((np.array([3.0, 2.0]),), ValueError, r"got array\(\[3., 2.\]\)"),
        (("32",), ValueError, "got '32'"),
        ((3,), ValueError, "got 3"),
        (([3, 2, 1], "rely"), ValueError, "MLP: activation is one of .*relu.*, or a class; got 'rely'"),
        (([3, 2, 1], nn.ReLU()), TypeError, r"so that each layer has its own; got ReLU\(\)"),
        (([3, 2, 1], dict), TypeError, "MLP: activation is a name, a class of modules"),
    ],
)
def test_mistakes_in_an_mlp(arguments, error, message):
    with pytest.raises(error, match=message):
        nn.MLP(*arguments)


def test_an_mlp_learns_xor():
    ag.manual_seed(0)
    model, x = nn.MLP([2, 4, 1], "tanh", output_activation="sigmoid"), np.array(INPUTS, np.float32)
    y = np.array(XOR, np.float32)[:, None]
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy(model(x), y).backward()
        optimizer.step()
    assert model(x).data.round().ravel().tolist() == XOR
