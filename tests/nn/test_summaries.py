"""The table of layers."""

import numpy as np
import pytest

import autograd as ag
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


# ---------------------------------------------------------------------------------------------- memory and operations


def convolutional():
    return nn.Sequential(
        {
            "features": nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
            "flat": nn.Flatten(),
            "head": nn.Linear(8 * 4 * 4, 10),
        }
    )


def test_memory_and_operations_of_a_convolutional_net():
    summary = nn.summary(convolutional(), (1, 8, 8))
    outputs = 8 * 8 * 8
    assert [(layer.name, layer.output_shape, layer.activations, layer.flops) for layer in summary.layers] == [
        ("features.0", "(None, 8, 8, 8)", 4 * outputs, 2 * 9 * outputs + outputs),
        ("features.1", "(None, 8, 8, 8)", 4 * outputs, 4 * outputs),
        ("features.2", "(None, 8, 8, 8)", 4 * outputs, outputs),
        ("features.3", "(None, 8, 4, 4)", outputs, outputs),
        ("flat", "(None, 128)", 0, 0),
        ("head", "(None, 10)", 40, 2 * 1280 + 10),
    ]
    assert summary.activations == sum(layer.activations for layer in summary.layers)
    assert summary.flops == sum(layer.flops for layer in summary.layers)
    assert " Activations: 6.54 KiB\n FLOPs: 15,370" in str(summary)


def test_the_whole_table_with_what_is_trained():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    model.freeze("0", "1.bias")
    assert str(nn.summary(model)).splitlines() == [
        "Model: Sequential",
        "┌──────────────┬──────────────┬────────────┬───────────┬─────────────┬───────┐",
        "│ Layer (type) │ Output shape │ Parameters │ Trainable │ Activations │ FLOPs │",
        "├──────────────┼──────────────┼────────────┼───────────┼─────────────┼───────┤",
        "│ 0 (Linear)   │ (None, 3)    │          9 │        no │        12 B │    15 │",
        "│ 1 (Linear)   │ (None, 1)    │          4 │    partly │         4 B │     7 │",
        "└──────────────┴──────────────┴────────────┴───────────┴─────────────┴───────┘",
        " Total parameters: 13 (52 B)",
        " Trainable: 3",
        " Not trainable: 10",
        " Activations: 16 B",
        " FLOPs: 22",
    ]


def test_without_an_input_there_are_no_costs():
    summary = nn.summary(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()))
    assert [layer.output_shape for layer in summary.layers] == ["?", "?"]
    assert (summary.activations, summary.flops, summary.layers[0].flops) == (None, None, None)
    assert "FLOPs" not in str(summary)


def test_sizes_that_follow_the_number_of_samples():
    summary = nn.summary(nn.LSTM(3, 5, num_layers=2, batch_first=True), (7, 3))
    assert summary.layers[0].output_shape == "(None, 7, 5), (2, None, 5), (2, None, 5)"

    class Flat(nn.Module):
        def forward(self, x):
            return x.reshape(-1, 2), x[0], x.sum()

    assert nn.summary(Flat(), (3, 2)).layers[0].output_shape == "(None, 2), (3, 2), ()"


class TwoInputs(nn.Module):
    def __init__(self):
        self.table, self.linear, self.unused = nn.Embedding(10, 4), nn.Linear(3, 4), nn.Linear(2, 2)

    def forward(self, places, features):
        return self.table(places) + self.linear(features)


def test_several_inputs_and_modules_that_are_not_called():
    summary = nn.summary(TwoInputs(), [(), (3,)], dtype=[np.int64, np.float32])
    assert [(layer.name, layer.output_shape, layer.parameters, layer.flops) for layer in summary.layers] == [
        ("model", "(None, 4)", 0, 4),
        ("table", "(None, 4)", 40, 0),
        ("linear", "(None, 4)", 16, 28),
        ("unused", "not called", 6, 0),
    ]
    assert (summary.total, summary.flops) == (62, 32)


def test_an_example_is_taken_as_it_is():
    summary = nn.summary(TwoInputs(), example=(np.array([1, 2, 3]), np.ones((3, 3), np.float32)))
    assert [layer.output_shape for layer in summary.layers] == ["(3, 4)", "(3, 4)", "(3, 4)", "not called"]
    assert summary.flops == 3 * 32
    assert nn.summary(nn.Embedding(5, 2), example=[1, 2]).layers[0].output_shape == "(2, 2)"
    packed = nn.utils.rnn.pack_sequence([np.ones((3, 2), np.float32), np.ones((1, 2), np.float32)])
    assert nn.summary(nn.LSTM(2, 4), example=packed).layers[0].output_shape.startswith("(4, 4), (3,), ?")


@pytest.mark.parametrize("shape", [3, (None, 3), (3.0,), "ab", [(3,), 2]])
def test_what_is_no_shape(shape):
    with pytest.raises(TypeError, match=r"summary: input_shape is that of a sample, .* as in \(3,\), .* got "):
        nn.summary(nn.Linear(3, 2), shape)


def test_shapes_may_be_lists():
    assert nn.summary(nn.Linear(3, 2), [3]).flops == nn.summary(nn.Linear(3, 2), np.array([3])).flops == 14
    assert nn.summary(nn.Bilinear(3, 2, 4), [[3], [2]]).layers[0].output_shape == "(None, 4)"


def test_wrong_inputs_of_a_summary():
    with pytest.raises(ValueError, match="the shape of the input or an example of it, not both"):
        nn.summary(lesson_8(), (3,), example=np.ones((1, 3)))
    with pytest.raises(ValueError, match="summary: 1 dtypes were given for 2 inputs"):
        nn.summary(TwoInputs(), [(), (3,)], dtype=[np.int64])


def test_a_layer_that_is_called_twice_has_the_sum():
    hidden = nn.Linear(4, 4)
    layers = nn.summary(nn.Sequential(hidden, nn.ReLU(), hidden)).layers
    assert [(layer.parameters, layer.activations, layer.flops) for layer in layers] == [(20, 32, 72), (0, 16, 4)]


def test_the_dtype_of_the_inputs():
    assert nn.summary(lesson_8().double()).activations == 2 * nn.summary(lesson_8()).activations
    assert nn.summary(nn.ReLU(), (7,), dtype=np.float64).activations == 56


def test_what_is_not_counted_is_told():
    class Inverse(nn.Module):
        def forward(self, x):
            return np.linalg.inv(x + np.eye(2, dtype=np.float32))

    summary = nn.summary(Inverse(), (2, 2))
    assert summary.uncounted == ("inv",)
    assert str(summary).endswith("FLOPs: 4\n FLOPs not counted: those of inv")


def test_nothing_of_the_model_or_the_random_numbers_changes():
    class Drawing(nn.Module):
        def __init__(self):
            self.body, self.calls = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout()), 0

        def forward(self, x):
            self.calls += 1
            return nn.functional.dropout(self.body(x)) * ag.generator().normal()

    model = Drawing().train()
    model.body[2].eval()
    seen = []
    model.body[0].register_forward_hook(lambda module, arguments, output: seen.append(module))
    model(np.ones((4, 2), np.float32)).sum().backward()
    gradients = [parameter.grad for parameter in model.parameters()]
    before = [dict(vars(module)) for module in model.modules()]
    hooks = [(dict(module._forward_hooks), dict(module._forward_pre_hooks)) for module in model.modules()]
    state = {name: value.data.copy() for name, value in model.state_dict().items()}
    ag.manual_seed(5)
    nn.summary(model, (2,))
    drawn = ag.generator().normal()
    ag.manual_seed(5)
    assert drawn == ag.generator().normal()
    assert [dict(vars(module)) for module in model.modules()] == before
    assert [(dict(module._forward_hooks), dict(module._forward_pre_hooks)) for module in model.modules()] == hooks
    assert all(np.array_equal(state[name], value.data) for name, value in model.state_dict().items())
    assert all(parameter.grad is grad for parameter, grad in zip(model.parameters(), gradients, strict=True))


def test_an_error_in_the_model_leaves_no_trace():
    class Failing(nn.Module):
        def __init__(self):
            self.inner = nn.Linear(3, 2)

        def forward(self, x):
            self.inner(x)
            raise RuntimeError("no")

    model = Failing()
    before = [dict(vars(module)) for module in model.modules()]
    ag.manual_seed(5)
    with pytest.raises(RuntimeError, match="no"):
        nn.summary(model, (3,))
    assert [dict(vars(module)) for module in model.modules()] == before
    assert (ag.Tensor([1.0], requires_grad=True) * 2).requires_grad
