"""What README shows is what one gets: its examples run, in their order, in one session."""

from pathlib import Path

import pytest

from tests.pages import blocks, failures

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.usefixtures("throwaway")
def test_the_examples_of_the_readme_hold():
    text = README.read_text(encoding="utf-8")
    assert any(">>> " in block for block in blocks(text)), "the README shows no example"
    if told := failures(text, README.name):
        pytest.fail("".join(told), pytrace=False)


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("```python\n>>> 1 + 1\n2\n```\n", False),
        ("```pycon\n>>> 1 + 1\n3\n```\n", True),
        ("```python\n>>> x = 1\n```\nand later\n```python\n>>> x\n2\n```\n", True),
        ("```sh\n>>> not python\n```\n>>> nor this\n", False),
        ("```python\nx = 1\n```\n```python\nassert x == 1\n```\n", False),
        ("```python\ndef f():\n    return y\n```\n```python\n>>> y = 2\n>>> f()\n2\n```\n", False),
        ("```python\n>>> def f(): return y\n\n```\n```python\ny = 2\n```\n```python\n>>> f()\n2\n```\n", False),
        ("```python\nx = 1\nassert x == 2\n```\n", True),
    ],
)
def test_a_wrong_example_is_found(page, wrong):
    assert bool(failures(page, "page.md")) is wrong


@pytest.mark.parametrize("example", [">>> 1 + 1\n3\n", "assert False\n"])
def test_a_failure_names_its_line(example):
    (told,) = failures(f"# title\n```python\n{example}```\n", "page.md")
    assert "line 3" in told
