"""What pages tell to type in a terminal is there. All other code on them is Python, and runs in other tests."""

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.pages import LANGUAGES, tokens

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "notebooks" / "README.md"]
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
OURS = ("autograd", "nn", "optim", "benchmarks", "examples", "tests")


def name(path):
    return str(path.relative_to(ROOT))


def commands(markdown):
    """Give the words of each command, in blocks for a terminal and in the middle of text."""
    for token in tokens(markdown):
        if token.type == "code_inline" or (token.type == "fence" and token.info == "sh"):
            for line in token.content.splitlines():
                if line.startswith(("make ", "pip ", "pytest ", "python ", ".venv/bin/python ")):
                    yield shlex.split(line, comments=True)


def is_there(words):
    """Whether a command has what it names; of other projects nothing is asked."""
    match words:
        case ["make", target, *_]:
            return target in TARGETS
        case ["pip", "install", package]:
            named = re.fullmatch(r"(?:\.|glassgrad)(?:\[([\w,]+)\])?", package)
            return named is not None and set((named[1] or "test").split(",")) <= EXTRAS.keys()
        case [_, "-m", module, *_]:
            return module.split(".")[0] not in OURS or importlib.util.find_spec(module) is not None
        case ["pytest", *options]:
            return all((ROOT / option).exists() for option in options if not option.startswith("-"))
        case [_, program, *_]:
            return (ROOT / program).is_file()
    return False


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_name_what_is_there(page):
    assert [words for words in commands(page.read_text(encoding="utf-8")) if not is_there(words)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_for_a_terminal_are_what_a_run_of_all_checks_does(page):
    """What stands in a block is executed: there by `make`, or as Python in other tests."""
    found = re.findall(r"^for target in ([\w ]+);", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    done = {f"make {target}" for target in found[0].split()}
    blocks = [token for token in tokens(page.read_text(encoding="utf-8")) if token.info == "sh"]
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.content.splitlines()]
    assert set(lines) <= done


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_block_is_python_or_for_a_terminal(page):
    found = [token for token in tokens(page.read_text(encoding="utf-8")) if token.type in ("fence", "code_block")]
    assert [token.content for token in found if token.info not in (*LANGUAGES, "sh")] == []


@pytest.mark.parametrize(
    ("markdown", "wrong"),
    [
        ("`make test ARGS='-k walk'` and `pip install .`", False),
        ("`make tea`", True),
        ('```sh\npip install ".[drawing,training]"  # in a clone\n```', False),
        ("`pip install .[paint]`", True),
        ("`python examples/gone.py`", True),
        ("`python -m autograd.coverage`, `python -m jupyterlab`", False),
        ("`python -m autograd.gone`", True),
        ("`pytest tests/gone --hypothesis-seed=7`", True),
    ],
)
def test_a_command_that_names_nothing_is_found(markdown, wrong):
    assert all(map(is_there, commands(markdown))) is not wrong
