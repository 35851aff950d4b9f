"""Pages of Markdown: what they consist of, and their examples, run in their order in one session."""

import doctest
import traceback
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LANGUAGES = ("python", "pycon")


def tokens(markdown: str) -> Iterator[Token]:
    """Give the tokens of a page, those inside of its lines, too."""
    for token in MarkdownIt().enable("table").parse(markdown):
        yield token
        yield from token.children or ()


def blocks(markdown: str) -> Iterator[str]:
    """Give each fenced block of Python, below as many empty lines that its line numbers are those of the page."""
    for token in tokens(markdown):
        if token.type == "fence" and token.info in LANGUAGES:
            yield "\n" * (token.map[0] + 1) + token.content


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
