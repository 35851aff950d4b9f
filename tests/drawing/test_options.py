"""Options and mistakes of ``draw``."""

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.theme import DARK, LIGHT, THEMES, Kind
from tests.drawing.page import Page


@pytest.fixture
def x():
    return ag.Tensor(np.arange(20.0), requires_grad=True, name="x")


def luminance(color):
    """Relative luminance, WCAG 2.1."""
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_dark_theme_inverts_the_ground(x):
    light, dark = ag.draw(x * 2), ag.draw(x * 2, theme="dark")
    assert light.graph_attr["bgcolor"] == LIGHT.ground
    assert dark.graph_attr["bgcolor"] == DARK.ground
    assert luminance(LIGHT.ground) > 0.9
    assert luminance(DARK.ground) < 0.1
    assert Page(dark).card("x").bar == DARK.bars[Kind.WEIGHT] == LIGHT.bars[Kind.WEIGHT]
    for color in (LIGHT.ground, LIGHT.ink, LIGHT.frame, *LIGHT.bodies.values()):
        assert color not in dark.source.replace(DARK.on_disc, "")


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_text_can_be_read(theme):
    """At least 4.5 to 1, the ratio that WCAG 2.1 asks for."""
    for body in theme.bodies.values():
        for ink in (theme.muted, theme.value_ink, theme.gradient_ink, theme.ink):
            assert contrast(ink, body) >= 4.5, (ink, body)
    for hues in (theme.value, theme.gradient):
        for number in np.linspace(-1, 1, 21):
            assert contrast(theme.ink, theme.tint(hues, number, 1.0)) >= 4.5, (hues, number)
    for bar in theme.bars.values():
        assert contrast(theme.on_bar, bar) >= 4.5, bar
    for ground in (theme.ground, theme.frame):
        assert contrast(theme.muted, ground) >= 4.5
    assert contrast(theme.on_disc, theme.disc) >= 4.5
    assert contrast(theme.ink, theme.ground) >= 7


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_stronger_gradients_differ_in_lightness_too(theme):
    distances = [contrast(color, theme.ground) for color in theme.ramp]
    assert distances == sorted(distances)
    assert distances[-1] > 3 * distances[0]


def test_how_many_values_are_written_out_can_be_chosen(x):
    assert len(Page(ag.draw(x * 2)).card("x").value_tints) == 18  # a histogram
    assert sum(map(len, Page(ag.draw(x * 2, values=20)).card("x").value)) == 20
    scalar = ag.Tensor(2.0, requires_grad=True, name="x")
    assert Page(ag.draw(scalar * 2, values=0)).card("x").value == [["2.00"]]


def test_the_direction_can_be_chosen(x):
    assert ag.draw(x * 2).graph_attr["rankdir"] == "LR"
    assert ag.draw(x * 2, rankdir="TB").graph_attr["rankdir"] == "TB"


@pytest.mark.parametrize(
    "options", [{"theme": "red"}, {"rankdir": "up"}, {"values": -1}, {"values": 10**6}, {"fold_above": 0}]
)
def test_an_unknown_option_is_refused(x, options):
    (name,) = options
    with pytest.raises(ValueError, match=f"draw: {name}"):
        ag.draw(x * 2, **options)


@pytest.mark.parametrize("constant", [ag.Tensor(2.0), ag.Tensor(2.0, requires_grad=True).detach()])
def test_a_tensor_without_a_graph_is_refused_with_advice(x, constant):
    with pytest.raises(ValueError, match=r"draw: the Tensor has no graph.*requires_grad=True"):
        ag.draw(constant)
    with pytest.raises(ValueError, match="draw: the Tensor has no graph"):
        ag.draw(x * 2, constant)


@pytest.mark.parametrize("thing", [2.0, np.ones(3), "loss", None, [ag.Tensor(1.0, requires_grad=True)]])
def test_other_things_are_refused(thing):
    with pytest.raises(TypeError, match=f"draw: expected a Tensor or a Graph, got {type(thing).__name__}"):
        ag.draw(thing)
