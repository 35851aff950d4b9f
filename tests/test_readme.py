"""What README shows is what one gets: its examples run, in their order, in one session."""

import doctest
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LANGUAGES = ("```python", "```pycon")


def only_python(markdown: str) -> str:
    """Blank every line that is not inside a fenced block of Python, so that line numbers stay right.

    A closing fence right below an example would otherwise pass for a part of its output.
    """
    lines = []
    inside = False
    for line in markdown.splitlines():
        fence = line.strip().startswith("```")
        lines.append(line if inside and not fence else "")
        if fence:
            inside = not inside and line.strip().startswith(LANGUAGES)
    return "\n".join(lines) + "\n"


def failures(markdown: str, name: str = "README.md") -> list[str]:
    """Run the examples of a page; give what doctest has to say about each that does not show what it printed."""
    told: list[str] = []
    page = doctest.DocTestParser().get_doctest(only_python(markdown), {"__name__": "__main__"}, name, name, 0)
    doctest.DocTestRunner(optionflags=OPTIONS).run(page, out=told.append)
    return told


@pytest.mark.usefixtures("throwaway")
def test_the_examples_of_the_readme_hold():
    text = README.read_text(encoding="utf-8")
    assert ">>> " in only_python(text), "the README shows no example"
    if told := failures(text):
        pytest.fail("".join(told), pytrace=False)


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("```python\n>>> 1 + 1\n2\n```\n", False),
        ("```pycon\n>>> 1 + 1\n3\n```\n", True),
        ("```python\n>>> x = 1\n```\nand later\n```python\n>>> x\n2\n```\n", True),
        ("```sh\n>>> not python\n```\n>>> nor this\n", False),
    ],
)
def test_a_wrong_example_is_found(page, wrong):
    assert bool(failures(page)) is wrong


def test_a_failure_names_its_line():
    assert "line 3" in failures("# title\n```python\n>>> 1 + 1\n3\n```\n")[0]
