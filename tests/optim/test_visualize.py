"""Pictures of paths and of the loss around a model."""

import sys

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from optim import surfaces, visualize


@pytest.fixture(scope="module")
def paths():
    makers = {"SGD": lambda p: optim.SGD(p, lr=0.02), "Adam": lambda p: optim.Adam(p, lr=0.2)}
    return {name: surfaces.path(surfaces.BOWL, make, steps=12) for name, make in makers.items()}


def test_paths_begin_at_the_start_and_are_drawn_by_name(paths, tmp_path):
    figure = visualize.draw_paths(surfaces.BOWL, paths)
    (axes,) = figure.axes
    lines = {line.get_label(): line.get_xydata() for line in axes.lines}
    for name, points in paths.items():
        assert points[0].tolist() == list(surfaces.BOWL.start)
        assert lines[name].tolist() == points.tolist()
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"SGD", "Adam"}
    figure.savefig(tmp_path / "paths.png")
    assert (tmp_path / "paths.png").read_bytes().startswith(b"\x89PNG")


def test_paths_can_be_drawn_into_axes_that_are_there(paths):
    figure = visualize._new_axes().figure
    assert visualize.draw_paths(surfaces.SADDLE, paths, figure.axes[0]) is figure
    assert figure.axes[0].get_title() == "saddle"


def test_an_animation_shows_one_step_more_in_each_picture(paths, tmp_path):
    beginnings = {name: points[:3] for name, points in paths.items()}
    animation = visualize.animate_paths(surfaces.BOWL, beginnings, interval=10)
    animation.save(tmp_path / "paths.gif", writer="pillow", dpi=20)
    assert (tmp_path / "paths.gif").read_bytes().startswith(b"GIF8")
    *lines, count = animation._func(1)
    assert [len(line.get_xydata()) for line in lines] == [2, 2]
    assert count.get_text() == "step 1"
    from PIL import Image

    with Image.open(tmp_path / "paths.gif") as image:
        assert image.n_frames == 3


def test_paths_look_different_where_there_are_more_than_colours(paths):
    many = {f"path {number}": paths["SGD"] for number in range(len(visualize.COLOURS) + 3)}
    (axes,) = visualize.draw_paths(surfaces.BOWL, many).axes
    looks = {(line.get_color(), line.get_linestyle()) for line in axes.lines if line.get_label() in many}
    assert len(looks) == len(many)


def test_the_frame_of_an_animation_does_not_move(paths):
    animation = visualize.animate_paths(surfaces.BOWL, paths)
    (axes,) = animation._fig.axes
    places = []
    for step in (0, 6, 12):
        animation._func(step)
        animation._fig.draw_without_rendering()
        places.append((*axes.get_position().bounds, *axes.get_legend().get_window_extent().bounds))
    assert places[0] == places[1] == places[2]


@pytest.mark.parametrize("draw", [visualize.draw_paths, visualize.animate_paths])
def test_what_are_no_paths_is_refused(draw):
    with pytest.raises(ValueError, match="there are no paths to draw"):
        draw(surfaces.BOWL, {})
    for wrong in (np.ones((3, 3)), np.ones(2), np.ones((0, 2))):
        with pytest.raises(ValueError, match=r"'SGD' has the shape .*, a path has \(steps, 2\)"):
            draw(surfaces.BOWL, {"SGD": wrong})


def test_a_landscape_around_what_are_no_parameters_is_refused():
    with pytest.raises(TypeError, match=r"takes Tensors, as model.parameters\(\) gives them, got a Linear"):
        visualize.loss_landscape(nn.Sequential(nn.Linear(2, 1)), lambda: 0.0)


def test_directions_are_as_long_as_the_filters():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 3, 2), nn.Linear(3, 4))
    parameters = list(model.parameters())
    for parameter, direction in zip(parameters, visualize.random_directions(parameters), strict=True):
        assert (direction.shape, direction.dtype) == (parameter.shape, parameter.dtype)
        if parameter.ndim == 1:
            assert not direction.any()
        else:
            lengths = [np.linalg.norm(each.reshape(len(each), -1), axis=1) for each in (direction, parameter.data)]
            np.testing.assert_allclose(*lengths, rtol=1e-5)


def test_the_loss_around_a_minimum():
    """The loss of the best parameters rises to all sides; they are what they were afterwards, also after an error."""
    ag.manual_seed(0)
    model, x = nn.Linear(3, 2).double(), np.random.default_rng(0).normal(size=(20, 3))
    targets = model(x).data.copy()
    before = model.weight.tolist()

    def loss():
        return ((model(x) - targets) ** 2).mean()

    first, second, losses = visualize.loss_landscape(model.parameters(), loss, extent=0.5, points=5)
    assert first.tolist() == second.tolist() == [-0.5, -0.25, 0.0, 0.25, 0.5]
    assert losses.argmin() == 12
    np.testing.assert_allclose(losses, losses[::-1, ::-1], atol=1e-12)
    with pytest.raises(ZeroDivisionError):
        visualize.loss_landscape(model.parameters(), lambda: 1 / 0, points=3)
    assert model.weight.tolist() == before
    figure = visualize.draw_landscape(first, second, losses)
    assert figure.axes[0].get_xlabel() == "first random direction"


@pytest.mark.parametrize(
    ("losses", "ratios"),
    [
        (np.geomspace(0.01, 100, 25).reshape(5, 5), True),
        (np.linspace(-3, 5, 25).reshape(5, 5), False),
        (np.where(np.eye(5, dtype=bool), np.inf, 2.0), True),
        (np.zeros((5, 5)), False),
    ],
    ids=["positive", "negative", "infinite", "plain"],
)
def test_lines_of_equal_loss_are_apart_by_factors_or_differences(losses, ratios, tmp_path):
    distances = np.linspace(-1, 1, 5)
    figure = visualize.draw_landscape(distances, distances, losses)
    figure.savefig(tmp_path / "landscape.png")
    areas = figure.axes[0].collections[0]
    finite = losses[np.isfinite(losses)]
    assert areas.levels[0] == pytest.approx(finite.min())
    assert areas.levels[-1] == pytest.approx(finite.max(), abs=1e-5)
    steps = np.diff(np.log(areas.levels)) if ratios else np.diff(areas.levels)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-3)


def test_without_matplotlib_it_says_what_to_install(paths, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install matplotlib, or pip install glassgrad\[training\]"):
        visualize.draw_paths(surfaces.BOWL, paths)


def test_surfaces_are_lowest_where_they_say():
    for surface in surfaces.ALL:
        lowest = np.array(surface.minimum, float)
        around = lowest[:, None] + 1e-3 * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
        assert (surface(around) > surface(lowest)).all()
