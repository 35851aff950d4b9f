"""The lessons are committed as they run: with their outputs, and without traces of the machine that made these.

Whether what they say is true, their own assertions tell: ``make notebooks`` executes them.
"""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 300_000  # bytes
OF_A_MACHINE = re.compile(r"(?<![\w.])/(home|root|tmp|work|usr|opt|mnt|Users)/|[A-Z]:\\\\|site-packages|0x[0-9a-f]{8}")
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell):
    return "".join(cell["source"])


def texts(output):
    """What an output says, but for images made of dots."""
    shown = {kind: text for kind, text in output.get("data", {}).items() if not kind.startswith("image/png")}
    return json.dumps([output.get("text", ""), shown])


def test_the_lessons_are_there():
    numbers = [path.name[:2] for path in NOTEBOOKS]
    assert numbers == [f"{number:02}" for number in range(1, len(numbers) + 1)]


def test_the_list_of_lessons_names_each_by_its_title():
    listed = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((.+)\)", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [file for _, _, file in listed] == [path.name for path in NOTEBOOKS]
    titles = [source(json.loads(path.read_text(encoding="utf-8"))["cells"][0]).splitlines()[0] for path in NOTEBOOKS]
    assert [f"# {number} · {title}" for number, title, _ in listed] == titles


def test_a_lesson_begins_with_its_title(notebook):
    assert notebook["cells"][0]["cell_type"] == "markdown"
    assert source(notebook["cells"][0]).startswith("# ")


def test_a_lesson_was_run_from_top_to_bottom(notebook):
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_a_lesson_shows_pictures(outputs):
    assert any(kind.startswith("image/") for output in outputs for kind in output.get("data", {}))


def test_no_cell_fails_or_warns(outputs):
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []


def test_no_output_tells_of_a_machine(outputs):
    assert [match[0] for output in outputs for match in OF_A_MACHINE.finditer(texts(output))] == []


def test_a_lesson_names_its_kernel_and_nothing_else(notebook):
    assert notebook["metadata"] == {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    assert [cell["id"] for cell in notebook["cells"] if "execution" in cell["metadata"]] == []


def test_a_lesson_is_small(path):
    assert path.stat().st_size < LARGEST


def test_an_exercise_is_checked_and_has_an_answer(notebook):
    cells = notebook["cells"]
    task, answer = (place_of(heading, cells) for heading in ("## Exercise", "## Answer"))
    asked, answered = code_in(cells[task:answer]), code_in(cells[answer:])
    (check,) = re.findall(r"^def (check\w*)\(", asked, re.MULTILINE)
    assert re.search(r"\bassert |\braise AssertionError", asked)
    assert f"{check}(" in answered


def test_an_exercise_has_room_for_an_answer_and_says_when_it_is_right(notebook):
    cells = notebook["cells"]
    answer = place_of("## Answer", cells)
    assert source(cells[answer - 1]).startswith("# Your turn")
    assert "Right." in said(cells[answer:])
    assert "Right." not in said(cells[:answer])


def place_of(heading, cells):
    (place,) = (number for number, cell in enumerate(cells) if heading in source(cell).splitlines())
    return place


def said(cells):
    """What code cells print."""
    printed = [output.get("text", []) for cell in code_cells({"cells": cells}) for output in cell["outputs"]]
    return "".join(line for lines in printed for line in lines)


def code_in(cells):
    return "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
