"""The pictures of the README."""

import importlib.util
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import autograd as ag
from tests.drawing.page import Page

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "drawing.py"


@pytest.fixture
def example():
    spec = importlib.util.spec_from_file_location("example_of_drawing", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_network_shows_its_modules_and_weights(example):
    page = Page(ag.draw(example.network()))
    weights = {"hidden.weight", "hidden.bias", "output.weight", "output.bias"}
    assert weights <= {card.name for card in page.cards}
    assert ("Sequential", "hidden: Linear(2, 4)") in page.clusters()
    assert not {"not kept", "not computed yet", "no path"} & {
        card.grad for card in page.cards if type(card.grad) is str
    }


def test_the_chain_has_the_derivatives_of_the_lesson(example):
    c = example.chain()
    page = Page(ag.draw(c))
    x, a, b = 2.0, 4.0, math.log(4.0)
    expected = {
        "c": (math.sqrt(b), 1.0),
        "b": (b, 0.5 / math.sqrt(b)),
        "a": (a, 0.5 / math.sqrt(b) / a),
        "x": (x, 0.42466),
    }
    for name, (value, grad) in expected.items():
        card = page.card(name)
        assert float(card.value[0][0]) == pytest.approx(value, rel=0.05)
        assert float(card.grad[0][0]) == pytest.approx(grad, rel=0.05)


def test_the_pictures_show_what_they_are_about(example):
    assert any(mark.startswith("vanishing") for card in Page(ag.draw(example.vanishing())).cards for mark in card.marks)
    dead = Page(ag.draw(example.dead()))
    assert dead.card("h").marks == ["dead 2 of 4"]
    assert dead.card("tanh").marks == ["saturated 4 of 4"]
    check = Page(ag.draw(example.mistaken(), check=True))
    assert [label for label in check.discs.values() if "✗" in label] == ["Square\\n✗ 50 %"]
    assert "fault" in ag.draw(example.failure()).source
    assert "∂y/∂x" in ag.draw(example.second_order(), graph="both").source


def test_the_pictures_are_written_and_small(example, tmp_path, monkeypatch):
    images = tmp_path / "docs" / "images"
    monkeypatch.setattr(example, "IMAGES", images)
    example.main()
    drawn = {"graph", "chain", "anomaly", "vanishing", "dead", "check", "failure", "backward"}
    assert {path.name for path in images.iterdir()} == {"graph.png", *(f"{name}.svg" for name in drawn)}
    for path in images.iterdir():
        assert path.stat().st_size < 150_000
        assert path.suffix == ".png" or ET.parse(path).getroot().tag.endswith("svg")
