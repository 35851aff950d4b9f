"""The examples of a page of Markdown, run in their order in one session."""

import doctest
import traceback
from collections.abc import Iterator
from typing import Any

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LANGUAGES = ("```python", "```pycon")


def blocks(markdown: str) -> Iterator[str]:
    """Give each fenced block of Python, below as many empty lines that its line numbers are those of the page."""
    lines: list[str] = []
    inside = is_python = False
    for number, line in enumerate(markdown.splitlines()):
        if not line.strip().startswith("```"):
            lines += [line] if inside else []
            continue
        if inside and is_python:
            yield "\n".join([*[""] * (number - len(lines)), *lines, ""])
        inside = not inside
        is_python = inside and line.strip().startswith(LANGUAGES)
        lines = []


def failures(markdown: str, name: str) -> list[str]:
    """Run a page; say what each example does that does not show what it printed, and what each program raises."""
    told: list[str] = []
    names: dict[str, Any] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for block in blocks(markdown):
        if ">>> " in block:
            examples = doctest.DocTestParser().get_doctest(block, {}, name, name, 0)
            examples.globs = names  # itself, and no copy: functions find what later blocks define
            runner.run(examples, out=told.append, clear_globs=False)
        else:
            try:
                exec(compile(block, name, "exec"), names)
            except Exception:  # noqa: BLE001 - told with all others
                told.append(traceback.format_exc())
    return told
