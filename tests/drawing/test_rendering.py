"""Images and files: all formats, whole or not at all, with and without Graphviz."""

import builtins
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import graphviz
import numpy as np
import pytest

import autograd as ag
from autograd.drawing import Drawing, rendering
from autograd.drawing.files import write_whole

MAGIC = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-", "dot": b"digraph", "gv": b"digraph"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawing():
    x = ag.Tensor([1.25, -0.5], requires_grad=True, name="x")
    with ag.retain_all():
        loss = (x * x).sum()
    loss.backward()
    return ag.draw(loss)


@pytest.fixture
def no_renderer(monkeypatch):
    """Neither pygraphviz nor a ``dot``."""
    load = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "pygraphviz":
            raise ImportError("no pygraphviz")
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setenv("PATH", "")


@pytest.mark.parametrize("format", MAGIC)
def test_every_format_is_written(drawing, tmp_path, format):
    path = drawing.save_as(tmp_path / "new" / f"picture.{format.upper()}")
    assert path.read_bytes().startswith(MAGIC[format])
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_pipe_gives_every_format(drawing, format):
    assert drawing.pipe(format).startswith(MAGIC[format])
    assert drawing.pipe(format=format, engine="dot").startswith(MAGIC[format])


def test_the_svg_is_well_formed_and_has_the_numbers(drawing):
    root = ET.fromstring(drawing.pipe("svg"))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"1.25", "-0.50", "2.50", "-1.00", "1.81", "x", "×", "Σ"} <= set(texts)
    assert not list(root.iter(f"{SVG}a"))
    assert "max-width: 100%" in root.get("style")


def test_nothing_lies_outside_of_the_svg(network):
    loss, _ = network
    loss.backward()
    root = ET.fromstring(ag.draw(loss).pipe("svg"))
    left, top, width, height = map(float, root.get("viewBox").split())
    shift = re.search(r"translate\(([\d.]+) ([\d.]+)\)", root.find(f"{SVG}g").get("transform"))
    dx, dy = map(float, shift.groups())
    for shape in root.iter(f"{SVG}polygon"):
        for point in shape.get("points").split():
            x, y = map(float, point.split(","))
            assert left <= x + dx <= left + width + 1
            assert top <= y + dy <= top + height + 1


def test_every_number_fits_in_its_cell_in_a_broad_font(network):
    """A text must not be wider than its cell, even in a font as broad as DejaVu Sans, whose digits take 0.64 em."""
    loss, _ = network
    loss.backward()
    svg = ag.draw(loss).pipe("svg", encoding="utf-8")
    cells = re.findall(
        r'points="([-\d.]+),[-\d.]+ \S+ ([-\d.]+),\S+ \S+ \S+"/>\n'
        r'<text xml:space="preserve" text-anchor="end" x="([-\d.]+)".* font-size="([\d.]+)"[^>]*>([^<]+)</text>',
        svg,
    )
    assert len(cells) > 60
    for left, right, anchor, size, text in cells:
        shown = text.replace("&#45;", "-")
        width = sum(0.37 if character in "-." else 0.64 for character in shown) * float(size)
        assert float(anchor) - width >= float(left)
        assert float(anchor) < float(right)


def test_numbers_are_aligned_by_their_right_ends(drawing):
    svg = drawing.pipe("svg", encoding="utf-8")
    for number in ("1.25", "&#45;0.50"):
        assert re.search(f'text-anchor="end"[^>]*>{number}<', svg)


def test_other_texts_stay_where_they_are():
    x = ag.Tensor(np.arange(100.0), requires_grad=True, name="x")
    svg = ag.draw(x * 2).pipe("svg", encoding="utf-8")
    assert re.search('text-anchor="start"[^>]*>0<', svg)  # the lower end of the histogram
    assert re.search('text-anchor="start"[^>]*>value<', svg)
    assert 'text-anchor="end"' not in svg


def test_nothing_is_said_on_the_error_stream(drawing, capfd):
    drawing.pipe("svg")
    said = [line for line in capfd.readouterr().err.splitlines() if "Fontconfig" not in line]
    assert not said


def test_png_images_are_sharp_unless_told_otherwise(drawing):
    def width(png):
        return int.from_bytes(png[16:20], "big")

    sharp = width(drawing.pipe("png"))
    drawing.graph_attr["dpi"] = "72"
    assert sharp == pytest.approx(2 * width(drawing.pipe("png")), rel=0.01)


def test_jupyter_shows_an_svg(drawing):
    bundle = drawing._repr_mimebundle_()
    assert bundle.keys() == {"image/svg+xml"}
    assert ET.fromstring(bundle["image/svg+xml"]).tag == f"{SVG}svg"
    assert drawing._repr_mimebundle_(include=["image/png"])["image/png"].startswith(MAGIC["png"])


def test_a_drawing_is_a_digraph(drawing):
    assert isinstance(drawing, Drawing)
    assert isinstance(drawing, graphviz.Digraph)
    drawing.node("mine", "a note of mine")
    assert "a note of mine" in drawing.pipe("svg", encoding="utf-8")
    assert drawing.copy().source == drawing.source


def test_threads_draw_at_the_same_time():
    def draw(number):
        w = ag.Tensor(np.full((3, 3), float(number)), requires_grad=True, name=f"w{number}")
        return f">w{number}<" in ag.draw(ag.tanh(w @ w).sum()).pipe("svg", encoding="utf-8")

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(draw, range(32)))


# render, as graphviz has it


def test_render_writes_text_and_image(drawing, tmp_path):
    shown = drawing.render("picture.gv", directory=tmp_path / "out", format="svg")
    assert shown == str(tmp_path / "out" / "picture.gv.svg")
    assert (tmp_path / "out" / "picture.gv").read_text(encoding="utf-8") == drawing.source
    assert Path(shown).read_bytes().startswith(MAGIC["svg"])


def test_render_knows_the_format_from_outfile(drawing, tmp_path):
    shown = drawing.render(outfile=tmp_path / "picture.png")
    assert Path(shown).read_bytes().startswith(MAGIC["png"])
    assert {path.name for path in tmp_path.iterdir()} == {"picture.png", "picture.gv"}


def test_render_cleans_up(drawing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert drawing.render(cleanup=True) == "graph.gv.pdf"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.gv.pdf"]


def test_render_and_view_open_the_image(drawing, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(graphviz, "view", opened.append)
    drawing.render("a.gv", tmp_path, view=True, format="svg")
    drawing.view("b.gv", directory=tmp_path)
    assert opened == [str(tmp_path / "a.gv.svg"), str(tmp_path / "b.gv.pdf")]


# What goes wrong


@pytest.mark.parametrize("name", ["picture", "picture.", ".svg", "picture.docx"])
def test_an_unknown_format_is_refused(drawing, tmp_path, name):
    with pytest.raises(ValueError, match="format"):
        drawing.save_as(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_unknown_engine_is_refused(drawing):
    with pytest.raises(RuntimeError, match="'horse'"):
        drawing.pipe("svg", engine="horse")


@pytest.mark.usefixtures("no_renderer")
def test_without_graphviz_the_error_tells_what_to_install(drawing, tmp_path):
    for attempt in (
        lambda: drawing.pipe("svg"),
        drawing._repr_mimebundle_,
        lambda: drawing.save_as(tmp_path / "a.png"),
    ):
        with pytest.raises(RuntimeError, match=r"pip install glassgrad\[drawing\]"):
            attempt()
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_renderer")
def test_without_graphviz_the_text_is_there(drawing, tmp_path):
    assert drawing.save_as(tmp_path / "a.dot").read_text(encoding="utf-8") == drawing.source


def test_an_installed_dot_is_found(drawing, no_renderer, tmp_path, monkeypatch):
    dot = tmp_path / "dot"
    dot.write_text(f'#!{sys.executable}\nimport sys\nprint("<svg>", *sys.argv[1:], len(sys.stdin.read()))\n')
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert drawing.pipe("svg") == b"<svg> -Kdot -Tsvg %d\n" % len(drawing.source)


def test_a_file_is_written_whole_or_not_at_all(drawing, tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_text("old")

    def fail(self, content):
        Path(self).touch()
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="full"):
        write_whole(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]
    assert path.read_text() == "old"


def test_nothing_is_written_if_the_image_cannot_be_made(drawing, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no image")

    monkeypatch.setattr(rendering, "rendered", fail)
    with pytest.raises(RuntimeError, match="no image"):
        drawing.save_as(tmp_path / "a.svg")
    with pytest.raises(RuntimeError, match="no image"):
        drawing.render("a.gv", tmp_path)
    assert not list(tmp_path.iterdir())


def test_importing_autograd_does_not_load_graphviz():
    code = "import sys, autograd; sys.exit(any(name.startswith(('graphviz', 'pygraphviz')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
