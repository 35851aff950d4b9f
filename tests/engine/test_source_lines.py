"""The line of the user's program: its file, its number, what is written there; and the cells of notebooks."""

import linecache
import sys
import types

import pytest

import autograd as ag
from autograd.source_lines import SourceLine
from tests.engine.helpers import anomaly_of, weight

PROGRAM = "def forward(ag, x):\n    return ag.log(x)\n"


def program(path, text=PROGRAM):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    names = {}
    exec(compile(text, str(path), "exec"), names)
    return names["forward"]


def test_two_files_of_one_name_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = []
    for folder in ("teacher", "student"):
        forward = program(tmp_path / folder / "model.py")
        error = anomaly_of(lambda forward=forward: forward(ag, weight(0.0)))
        lines.append(error.line)
        assert error.source == "return ag.log(x)"
        assert f"\n  at {error.line}: return ag.log(x)\n" in str(error)
    assert lines == ["teacher/model.py:2", "student/model.py:2"]


def test_a_file_elsewhere_has_its_whole_path(tmp_path, monkeypatch):
    forward = program(tmp_path / "model.py")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with ag.retain_all():
        y = forward(ag, weight(1.0))
    assert y.node.line == f"{tmp_path / 'model.py'}:2"


def test_a_line_that_cannot_be_read_is_left_out(tmp_path):
    names = {}
    exec(compile(PROGRAM, "<string>", "exec"), names)
    error = anomaly_of(lambda: names["forward"](ag, weight(0.0)))
    assert (error.line, error.source) == ("<string>:2", None)
    assert "\n  at <string>:2\n" in str(error)


def cell(file):
    linecache.cache[file] = (len(PROGRAM), None, PROGRAM.splitlines(keepends=True), file)
    names = {}
    exec(compile(PROGRAM, file, "exec"), names)
    return names["forward"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("<ipython-input-5-0a1b2c3d>", "cell 5, line 2"),
        ("/tmp/ipykernel_71/2345.py", "a cell, line 2"),
        ("C:\\Temp\\ipykernel_71\\2345.py", "a cell, line 2"),
    ],
)
def test_a_cell_of_a_notebook_is_named(file, said):
    error = anomaly_of(lambda: cell(file)(ag, weight(0.0)))
    assert error.line == said
    assert f"\n  at {said}: return ag.log(x)\n" in str(error)


def test_a_cell_has_the_number_that_ipython_knows(monkeypatch):
    """What IPython 8 and 9 offer: the running shell's compiler knows what cells are called in tracebacks."""

    def name_of(file):
        return ("Cell", "In[7]") if file == "/tmp/ipykernel_71/2345.py" else None

    shell = types.SimpleNamespace(compile=types.SimpleNamespace(format_code_name=name_of))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert str(SourceLine("/tmp/ipykernel_71/2345.py", 3)) == "cell 7, line 3"
    assert str(SourceLine("/elsewhere/model.py", 3)) == "/elsewhere/model.py:3"
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    assert str(SourceLine("/tmp/ipykernel_71/2345.py", 3)) == "a cell, line 3"
