"""The table of layers."""

import numpy as np
import pytest

import nn


def lesson_8():
    return nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1))


def test_lesson_8_has_40_and_11_parameters():
    summary = nn.summary(lesson_8(), (3,))
    assert [(layer.name, layer.type, layer.output_shape, layer.parameters) for layer in summary.layers] == [
        ("0", "Linear", "(None, 10)", 40),
        ("1", "ReLU", "(None, 10)", 0),
        ("2", "Linear", "(None, 1)", 11),
    ]
    assert (summary.total, summary.trainable, summary.not_trainable) == (51, 51, 0)
    assert "Total parameters: 51 (204 B)" in str(summary)
    assert repr(summary) == "<Summary of Sequential: 51 parameters>"


def test_the_input_shape_is_known_from_a_linear_layer():
    assert str(nn.summary(lesson_8())) == str(nn.summary(lesson_8(), (3,)))
    nested = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Identity(), nn.Linear(4, 2)))
    assert [layer.output_shape for layer in nn.summary(nested).layers] == ["(None, 4)", "(None, 4)", "(None, 2)"]
    assert nn.summary(nn.Linear(2, 5)).layers[0].output_shape == "(None, 5)"


def test_where_the_input_shape_is_not_known_the_outputs_are_not():
    class Model(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 2)

        def forward(self, x):
            return self.layer(x.reshape(-1, 2))

    assert nn.summary(Model()).layers[0].output_shape == "?"
    assert nn.summary(nn.Sequential(Model())).layers[0].output_shape == "?"
    assert nn.summary(nn.ReLU()).layers[0].output_shape == "?"
    assert nn.summary(nn.ReLU(), (7,)).layers[0].output_shape == "(None, 7)"


def test_the_method_prints_the_table_and_gives_it(capsys):
    model = lesson_8()
    summary = model.summary()
    assert capsys.readouterr().out == f"{summary}\n"


def test_shared_and_frozen_parameters():
    hidden = nn.Linear(4, 4)
    model = nn.Sequential(nn.Linear(2, 4), hidden, nn.ReLU(), hidden)
    other = nn.Linear(4, 4)
    other.weight = hidden.weight
    model.append(other)
    hidden.bias.requires_grad_(False)
    summary = nn.summary(model)
    assert [layer.parameters for layer in summary.layers] == [12, 20, 0, 4]
    assert (summary.total, summary.trainable, summary.not_trainable) == (36, 32, 4)


def test_modules_with_parameters_of_their_own_are_listed_with_what_is_inside():
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter([2.0])
            self.inner = nn.Linear(3, 2)

        def forward(self, x):
            return self.inner(x) * self.scale, "more"

    summary = nn.summary(Scaled(), (3,))
    assert [(layer.name, layer.output_shape, layer.parameters) for layer in summary.layers] == [
        ("model", "(None, 2), ?", 1),
        ("inner", "(None, 2)", 8),
    ]


def test_looking_changes_nothing():
    model = lesson_8().train()
    model[1].eval()
    weights = model.state_dict()
    nn.summary(model, (3,))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(not module._forward_hooks for module in model.modules())
    assert all(np.array_equal(weights[name].data, value.data) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_wrong_input_shape_is_an_error_and_leaves_nothing_behind():
    model = lesson_8()
    with pytest.raises(ValueError, match=r"0: Linear\(3, 10\): the last axis"):
        nn.summary(model, (4,))
    assert all(module.training and not module._forward_hooks for module in model.modules())


@pytest.mark.parametrize(
    ("features", "text"), [(1, "8 B"), (1000, "3.91 KiB"), (500_000, "1.91 MiB"), (256 * 1020 - 1, "1020 KiB")]
)
def test_sizes_in_units(features, text):
    assert f"({text})" in str(nn.summary(nn.Linear(features, 1)))


def test_columns_are_as_wide_as_they_must_be():
    lines = str(nn.summary(nn.Sequential({"a_very_long_name_of_a_layer": nn.Linear(1, 1_000_000)}))).splitlines()
    table = [line for line in lines if line[0] in "┌│├└"]
    assert len({len(line) for line in table}) == 1
    assert "2,000,000" in table[3]


def test_a_model_that_takes_whole_numbers():
    table = nn.summary(nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2)), (3,))
    assert [layer.output_shape for layer in table.layers] == ["(None, 3, 4)", "(None, 3, 2)"]
