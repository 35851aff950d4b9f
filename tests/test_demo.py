"""The demonstration runs as a program, without a terminal, and shows what it promises."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demonstration in an empty folder; give what it wrote and where its pictures are."""
    folder = tmp_path_factory.mktemp("demo")
    run = subprocess.run(
        [sys.executable, ROOT / "examples" / "advertising.py", "--out", "pictures"],
        cwd=folder,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "FORCE_COLOR": "1", "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout, folder / "pictures"


def test_a_file_gets_no_control_characters(demo):
    text, _ = demo
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert max(map(len, text.splitlines())) <= 120


def test_the_model_has_51_parameters(demo):
    text, _ = demo
    assert re.search(r"hidden \(Linear\) │ \(None, 10\) +│ +40 │", text)
    assert re.search(r"output \(Linear\) │ \(None, 1\) +│ +11 │", text)
    assert "Total parameters: 51" in text


def test_the_gradients_are_checked(demo):
    text, _ = demo
    assert "The gradients of loss_of_the_model are right" in text


def test_scaling_and_more_epochs_help(demo):
    text, _ = demo
    rows = re.findall(
        r"│ (nothing|inputs|inputs and sales) +│ +(\d+) │ +([\d.]+) │ +([\d.]+) │ +([\d.]+) │ +([\d.]+) │", text
    )
    assert [(scaled, epochs) for scaled, epochs, *_ in rows] == [
        (scaled, epochs) for epochs in ("100", "1000") for scaled in ("nothing", "inputs", "inputs and sales")
    ]
    errors = {(scaled, epochs): float(error) for scaled, epochs, *_, error, _ in rows}
    unseen = {(scaled, epochs): float(error) for scaled, epochs, *_, error in rows}
    assert all(float(last) < float(first) for _, _, first, last, *_ in rows)
    assert errors["inputs and sales", "1000"] < 0.5 * errors["nothing", "1000"]
    assert errors["nothing", "1000"] < 0.6 * errors["nothing", "100"]
    assert all(unseen[plan] > 0.95 * errors[plan] for plan in errors)


def test_the_first_ten_markets_are_predicted(demo):
    text, _ = demo
    rows = re.findall(
        r"^│ +(\d+) │ +[\d.]+ │ +[\d.]+ │ +[\d.]+ │ +([\d.]+) │ +[-\d.]+ │ +([-\d.]+) │$", text, re.MULTILINE
    )
    assert [int(market) for market, *_ in rows] == list(range(1, 11))
    assert [float(sales) for _, sales, _ in rows[:3]] == [22.1, 10.4, 9.3]
    assert all(abs(float(sales) - float(predicted)) < 2 for _, sales, predicted in rows)


def test_it_says_where_its_pictures_are(demo):
    text, folder = demo
    names = ["advertising_graph.svg", "advertising_loss.png", "advertising_player.html"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(str(Path("pictures") / name) in text for name in names)
    assert (folder / names[1]).read_bytes().startswith(b"\x89PNG")


def test_a_page_plays_the_step(demo):
    _, folder = demo
    page = (folder / "advertising_player.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert all(name in page for name in ("hidden.weight", "output.bias", "spending", "sales"))


def test_the_graph_shows_the_weights_and_their_gradients(demo):
    _, folder = demo
    drawing = "".join(ET.parse(folder / "advertising_graph.svg").getroot().itertext())
    for name in ("hidden.weight", "hidden.bias", "output.weight", "output.bias", "spending", "sales", "loss"):
        assert name in drawing
    assert "hidden: Linear(3, 10)" in drawing
    assert "not computed yet" not in drawing
    assert "not kept" not in drawing
