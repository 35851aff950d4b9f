"""What flows through a model during training: the numbers of the record, and the picture of it."""

import dataclasses
import gc
import io
import itertools
import sys
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.flow_statistics import Histogram, Tally

X = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.0], [-0.7, 0.1, 2.0], [0.0, 1.5, -0.5]])


def model_of(*activations):
    """Linear layers of four units with activations between them, in float64."""
    ag.manual_seed(3)
    widths = itertools.pairwise([3, *[4] * len(activations), 1])
    layers = [nn.Linear(*width, dtype=np.float64) for width in widths]
    between = itertools.zip_longest(layers, activations)
    return nn.Sequential(*(each for pair in between for each in pair if each is not None))


def train(model, steps=1, *, lr=0.1, points=200, x=X):
    """Train with a recorder; give it."""
    optimizer = optim.SGD(model.parameters(), lr=lr)
    with ag.record_flow(model, points=points) as flow:
        for _ in range(steps):
            optimizer.zero_grad()
            (model(x) ** 2).mean().backward()
            optimizer.step()
            flow.step()
    return flow


# ------------------------------------------------------------------------------------------------------ the numbers


def test_the_numbers_are_those_computed_by_hand():
    model = model_of(nn.Tanh())
    w, b, v, c = (parameter.data.copy() for parameter in model.parameters())
    record = train(model, lr=0.1).flow_record
    z = X @ w.T + b
    h = np.tanh(z)
    y = h @ v.T + c
    gy = 2 * y / y.size
    gh = gy @ v
    gz = gh * (1 - h**2)
    (first,), (second,), (third,) = (record.of(name) for name in "012")
    for row, values, gradient in ((first, z, gz), (second, h, gh), (third, y, gy)):
        assert row["mean"] == pytest.approx(values.mean())
        assert row["deviation"] == pytest.approx(values.std())
        assert row["gradient"] == pytest.approx(np.sqrt(np.mean(gradient**2)))
        assert (row["activations_low"], row["activations_high"]) == pytest.approx((values.min(), values.max()))
        np.testing.assert_array_equal(row["activations_counts"], np.histogram(values, 64)[0])
        np.testing.assert_array_equal(row["gradients_counts"], np.histogram(np.log10(np.abs(gradient)), 64)[0])
        assert (row["unfinite"], row["gradient_unfinite"], row["gradient_zeros"]) == (0, 0, 0)
    gw, gb = gz.T @ X, gz.sum(axis=0)
    norm = np.sqrt((gw**2).sum() + (gb**2).sum())
    assert first["weight_gradient"] == pytest.approx(norm)
    assert first["update"] == pytest.approx(0.1 * norm)
    assert first["weight"] == pytest.approx(np.sqrt((w**2).sum() + (b**2).sum()))
    assert np.isnan([second["weight"], second["update"], first["saturated"]]).all()


def test_a_dead_unit_is_dead_and_no_other():
    model = model_of(nn.ReLU())
    with ag.no_grad():
        model[0].weight.data = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
        model[0].bias.data = np.array([-1.0, 0, 0, 0])
    record = train(model).flow_record
    outputs = np.maximum(X @ np.eye(3), 0)
    relu = record.of("1")[0]
    assert relu["dead"] == 1 / 4
    assert relu["saturated"] == (4 + np.sum(outputs == 0)) / 16
    assert record.of("0")[0]["dead"] == 1 / 4, "no gradient passes there"


@pytest.mark.parametrize(
    ("module", "values", "saturated"),
    [
        (nn.Tanh(), [-5.0, 5.0, 2.0, 0.0], 0.5),  # tanh(2) = 0.964
        (nn.Sigmoid(), [-5.0, 5.0, 4.0, 0.0], 0.5),  # sigmoid(4) = 0.982
        (nn.ReLU(), [-5.0, -0.1, 0.001, 3.0], 0.5),
        (nn.ReLU6(), [-5.0, 5.0, 7.0, 5.8], 0.5),
        (nn.Hardtanh(-2.0, 2.0), [-5.0, 5.0, 1.9, 0.0], 0.5),
        (nn.Hardsigmoid(), [-5.0, 5.0, 2.5, 0.0], 0.5),
        (nn.Softsign(), [-100.0, 100.0, 9.0, 0.0], 0.5),
        (nn.SigmoidWithSlope(10.0), [-1.0, 1.0, 0.3, 0.0], 0.5),
        (nn.Hardswish(), [-5.0, 5.0, 0.0, 1.0], np.nan),
        (nn.GELU(), [-50.0, 5.0, 0.0, 1.0], np.nan),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_each_activation_says_where_it_is_saturated(module, values, saturated):
    with ag.record_flow(module) as flow:
        module(ag.Tensor([values], requires_grad=True)).sum().backward()
        flow.step()
    np.testing.assert_equal(flow.flow_record.of("")[0]["saturated"], saturated)


def test_several_calls_in_a_step_are_taken_together():
    layer = nn.Linear(3, 2, dtype=np.float64)
    with ag.record_flow(layer) as flow:
        first, second = layer(X[:2]), layer(10 * X[2:])
        (first.sum() + second.sum()).backward()
        flow.step()
    (row,) = flow.flow_record.of("")
    outputs = np.concatenate([first.data.ravel(), second.data.ravel()])
    assert row["mean"] == pytest.approx(outputs.mean())
    assert row["deviation"] == pytest.approx(outputs.std())
    assert row["activations_counts"].sum() == pytest.approx(8)


def test_evaluations_are_not_seen():
    model = model_of(nn.Tanh())
    with ag.record_flow(model) as flow:
        with ag.no_grad():
            model(100 * X)
        model(X).sum().backward()
        flow.step()
    assert flow.flow_record.of("0")[0]["activations_counts"].sum() == 16


def test_nan_and_inf_are_counted_and_spoil_nothing():
    layer = nn.Identity()
    with ag.record_flow(layer) as flow:
        layer(ag.Tensor([[1.0, np.nan], [np.inf, 3.0]], requires_grad=True)).sum().backward()
        flow.step()
    (row,) = flow.flow_record.of("")
    assert (row["unfinite"], row["mean"], row["activations_counts"].sum()) == (0.5, 2.0, 2)
    ag.draw_flow(flow).savefig(io.BytesIO())


def test_frozen_layers_and_missing_gradients_are_no_zeros():
    model = model_of(nn.Tanh()).freeze("0")
    record = train(model).flow_record
    assert np.isnan(record.of("0")[0]["weight_gradient"])
    assert np.isnan(record.of("0")[0]["gradient"])
    assert record.of("0")[0]["update"] == 0
    assert record.of("2")[0]["weight_gradient"] > 0


def test_training_is_not_changed_by_looking():
    model, other = model_of(nn.Tanh()), model_of(nn.Tanh())
    train(model, 5)
    optimizer = optim.SGD(other.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (other(X) ** 2).mean().backward()
        optimizer.step()
    for one, two in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, two.data)


def test_memory_is_bounded_and_steps_stay_evenly_spread():
    record = train(model_of(nn.ReLU()), 100, points=16).flow_record
    assert len(record.steps) < 16
    assert set(np.diff(record.steps)) == {8}
    assert len(record.of("1")) == len(record.steps)
    assert repr(record) == "<FlowRecord of 3 layers over 100 steps>"


def test_nothing_is_left_behind():
    model = model_of(nn.Tanh())
    gc.disable()
    try:
        flow = train(model)
        kept = weakref.ref(model[0])
        assert not model[0]._forward_hooks
        del model
        flow._model = None
        assert kept() is None
    finally:
        gc.enable()


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match=r"record_flow: takes a model whose modules can be listened to, got 3"):
        ag.record_flow(3)
    with pytest.raises(ValueError, match=r"points must be at least 2, got 1"):
        ag.record_flow(nn.Linear(1, 1), points=1)
    with pytest.raises(KeyError, match=r"no layer 'x'; it has '0', '1', '2'"):
        train(model_of(nn.Tanh())).flow_record.of("x")


def test_histograms_add_up_and_are_rebinned():
    first, second = np.linspace(0, 1, 65)[:-1], np.linspace(0, 4, 65)[:-1]
    both = Histogram.of(first) + Histogram.of(second)
    assert both.counts.sum() == pytest.approx(128)
    assert both.rebinned([0, 1, 4]) == pytest.approx([80, 48], abs=1)
    assert Histogram.of(np.zeros(0)).rebinned([0, 1]).tolist() == [0]
    assert (Histogram.of(np.zeros(0)) + Histogram.of(first)).counts.sum() == 64


def test_a_tally_of_nothing_knows_nothing():
    tally = Tally()
    assert np.isnan([tally.mean, tally.deviation, tally.root_mean_square, tally.zeros, tally.unfinite]).all()
    tally.add(np.array([3 + 4j]))
    assert tally.mean == 5


@pytest.mark.parametrize("points", [np.nan, 2.5, "200", None])
def test_points_are_a_whole_number(points):
    with pytest.raises(TypeError, match=r"record_flow: points is a whole number of at least 2, got"):
        ag.record_flow(nn.Linear(1, 1), points=points)


def test_points_may_be_a_number_of_numpy():
    assert len(train(model_of(nn.Tanh()), 3, points=np.int64(4)).flow_record.steps) == 3


def test_a_record_without_a_closed_step_can_be_kept():
    model = model_of(nn.Tanh())
    with ag.record_flow(model) as flow:
        model(X)
        state = flow.flow_record.state_dict()
        assert {layer: len(rows) for layer, rows in state["rows"].items()} == {"0": 0, "1": 0, "2": 0}
        other = ag.record_flow(model).flow_record
        other.load_state_dict(state)
        assert (other.steps, list(other.layers), len(other.of("0"))) == ([], ["0", "1", "2"], 0)


class InStructure(nn.Module):
    """Gives twice its argument in a structure."""

    def __init__(self, structure):
        super().__init__()
        self.scale = nn.Parameter(np.array([2.0]))
        self.structure = structure

    def forward(self, x):
        self.inside = x * self.scale
        return self.structure(self.inside)


@dataclasses.dataclass
class Answer:
    label: str
    y: ag.Tensor


@pytest.mark.parametrize(
    "structure",
    [
        lambda y: {"note": None, "y": y},
        lambda y: {"inside": ({"y": y}, 3.0)},
        lambda y: Answer("twice", y),
        lambda y: (ag.Tensor([1, 2]), ag.Tensor(np.ones((0, 3))), y),
        lambda y: [y, ag.Tensor([100.0])],
    ],
    ids=["dict", "nested", "dataclass", "indices first", "several"],
)
def test_the_first_floating_tensor_of_a_structure_is_seen(structure):
    model = InStructure(structure)
    with ag.record_flow(model) as flow:
        model(X)
        (3 * model.inside).sum().backward()
        flow.step()
    assert flow.flow_record.layers == {"": "InStructure"}
    (row,) = flow.flow_record.of("")
    assert row["mean"] == pytest.approx(2 * X.mean())
    assert row["gradient"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    "values", [[-1.7e308, 1.7e308, 0.0], [1.7e308] * 3, [np.finfo(float).max] * 2, [1e-200, -3e-200], [1e-300] * 2]
)
def test_a_tally_takes_the_largest_and_the_smallest_numbers(values):
    tally, values = Tally(), np.array(values)
    for part in (values[:1], values[1:]):
        tally.add(part)
    exponent = np.frexp(np.abs(values).max())[1]
    near = np.ldexp(values, -exponent)
    found = (tally.mean, tally.deviation, tally.root_mean_square)
    expected = (near.mean(), near.std(), np.sqrt(np.mean(near**2)))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(np.ldexp(found, -exponent), expected, rtol=1e-13, atol=1e-14)
    histogram = tally.histogram
    assert np.isfinite([histogram.low, histogram.high]).all()
    assert histogram.counts.sum() == pytest.approx(len(values))
    assert histogram.rebinned([histogram.low, histogram.high]) == pytest.approx([len(values)])


@pytest.mark.parametrize("mean", [0.0, 1e7, 1e8, 1e9, -1e10])
def test_the_deviation_does_not_cancel(mean, rng):
    values = mean + rng.standard_normal(10_000)
    whole, parts = Tally(), Tally()
    whole.add(values)
    for part in np.split(values, [1, 1, 17, 4000]):  # one is empty
        parts.add(part)
    for tally in (whole, parts):
        assert tally.mean == pytest.approx(values.mean(), rel=1e-13, abs=1e-13)
        assert tally.deviation == pytest.approx(values.std(), rel=1e-6)
        assert tally.root_mean_square == pytest.approx(np.sqrt(np.mean(values**2)), rel=1e-13)


# ------------------------------------------------------------------------------------------------------ the trainer


def trained(epochs=3, **options):
    model = model_of(nn.ReLU())
    trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1))
    y = X.sum(axis=1, keepdims=True)
    recorder = nn.FlowRecorder()
    history = trainer.fit(X, y, epochs=epochs, batch_size=2, callbacks=[recorder], verbose=0, **options)
    return model, recorder, history


def test_a_trainer_records_its_steps_and_not_the_validation():
    model, recorder, history = trained(validation_data=(100 * X, X.sum(axis=1, keepdims=True)))
    record = history.flow_record
    assert record is recorder.flow_record is model.flow_record
    assert record.steps == [1, 2, 3, 4, 5, 6]
    assert (record.of("0")["activations_counts"].sum(axis=1) == 8).all()
    assert record.of("0")["update"] == pytest.approx(0.1 * record.of("0")["weight_gradient"])
    assert not model[0]._forward_hooks


def test_a_run_that_goes_on_keeps_its_record(tmp_path):
    path = tmp_path / "run.safetensors"
    trained(epochs=2, resume=path)
    _, _, history = trained(epochs=4, resume=path)
    _, _, whole = trained(epochs=4)
    assert history.flow_record.steps == list(range(1, 9))
    rows, expected = (each.flow_record.state_dict()["rows"] for each in (history, whole))
    assert list(rows) == ["0", "1", "2"]
    for layer in rows:
        np.testing.assert_array_equal(rows[layer], expected[layer])


# ------------------------------------------------------------------------------------------------------ the picture


def test_the_lines_of_the_picture_are_the_numbers():
    flow = train(model_of(nn.ReLU(), nn.Tanh()), 6)
    figure = ag.draw_flow(flow)
    record = flow.flow_record
    shares, updates, norms = figure.axes[-3:]
    of_layers = {name: record.of(name) for name in record.layers}
    drawn = [line.get_ydata() for line in updates.lines if len(line.get_ydata()) == 6]
    for values, name in zip(drawn, "024", strict=True):
        np.testing.assert_allclose(values, np.log10(of_layers[name]["update"] / of_layers[name]["weight"]))
    assert [list(line.get_ydata()) for line in updates.lines if len(line.get_ydata()) == 2] == [[-3.0, -3.0]]
    for line, name in zip(norms.lines, "024", strict=True):
        np.testing.assert_allclose(line.get_ydata(), np.log10(of_layers[name]["weight_gradient"]))
    dashed = [line.get_ydata() for line in shares.lines if line.get_linestyle() == "--" and len(line.get_ydata())]
    for values, name in zip(dashed, "13", strict=True):
        np.testing.assert_allclose(values, of_layers[name]["saturated"])


def test_a_map_shows_the_histogram_of_each_step():
    flow = train(model_of(nn.ReLU()), 5)
    first = ag.draw_flow(flow).axes[0]
    (mesh,) = first.collections
    heights = mesh.get_array()
    assert heights.shape == (80, 5)
    histograms = flow.flow_record.histograms("0", "activations")
    edges = np.linspace(*first.get_ylim(), 81)
    for column, histogram in zip(heights.T, histograms, strict=True):
        counts = histogram.rebinned(edges)
        np.testing.assert_allclose(column, np.sqrt(counts / counts.max()))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_drawn_on_light_and_on_dark_ground(theme, tmp_path):
    flow = train(model_of(nn.Tanh()), 2)
    figure = ag.draw_flow(flow, theme=theme)
    for name in ("flow.png", "flow.svg"):
        figure.savefig(tmp_path / name, dpi=40)
    bright = np.mean(figure.get_facecolor()[:3]) > 0.5
    assert bright == (theme == "light")
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_model_history_callback_and_record_give_the_same_picture():
    model, recorder, history = trained()
    titles = {
        tuple(axes.get_title(loc="left") for axes in ag.draw_flow(source).axes)
        for source in (model, recorder, history, history.flow_record)
    }
    assert len(titles) == 1


def test_many_layers_are_not_all_drawn_and_it_says_so():
    model = nn.MLP([2] * 20 + [1])
    flow = train(model, x=X[:, :2].astype(np.float32))
    figure = ag.draw_flow(flow)
    assert [text.get_text() for text in figure.texts] == ["12 of 39 layers; layers=[...] chooses others"]
    assert len(figure.axes) == 2 * 12 + 3
    chosen = ag.draw_flow(flow, layers=["0", "38"])
    assert len(chosen.axes) == 2 * 2 + 3
    assert not chosen.texts


def test_hostile_and_long_names_are_text():
    model = nn.Module()
    model.inside = nn.Sequential(nn.Linear(3, 1, dtype=np.float64))
    setattr(model, "$x_{1}^2$ <b>" + "n" * 60, nn.Linear(3, 1, dtype=np.float64))
    with ag.record_flow(model) as flow:
        for _, layer in list(model.named_modules())[2:]:
            layer(X).sum().backward()
        flow.step()
    figure = ag.draw_flow(flow)
    figure.savefig(io.BytesIO(), dpi=30)
    labels = [text for axes in figure.axes for text in axes.texts]
    assert all(not text.get_parse_math() for text in labels if "nnn" in text.get_text() or "Linear" in text.get_text())


def test_what_cannot_be_drawn_says_what_to_do():
    with pytest.raises(TypeError, match=r"nothing was recorded of this Linear. Record the training: `with autograd"):
        ag.draw_flow(nn.Linear(1, 1))
    with pytest.raises(ValueError, match="there is no step in the record yet"):
        ag.draw_flow(ag.record_flow(nn.Linear(1, 1)))
    flow = train(model_of(nn.Tanh()))
    with pytest.raises(ValueError, match="theme is 'light' or 'dark', got 'blue'"):
        ag.draw_flow(flow, theme="blue")
    with pytest.raises(ValueError, match=r"layers is a list of names among '0', '1', '2'; got \['9'\]"):
        ag.draw_flow(flow, layers=["9"])


def test_without_matplotlib_it_says_what_to_install(monkeypatch):
    flow = train(model_of(nn.Tanh()))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ModuleNotFoundError, match="pip install matplotlib"):
        ag.draw_flow(flow)


def test_a_gradient_of_zero_is_said_to_be_zero():
    model = model_of(nn.ReLU())
    nn.init.constant_(model[0].bias, -100.0)  # all units are dead from the beginning
    figure = ag.draw_flow(train(model, 3))
    first = figure.axes[1]  # the gradients of the first layer, which none reaches
    assert [text.get_text() for text in first.texts] == ["0 everywhere"]
