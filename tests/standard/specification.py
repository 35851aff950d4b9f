"""The text of the standard itself, in the docstrings of stubs that are published for type checkers."""

import functools
import importlib.metadata
import re

#: A class of a stub for each function, and methods of the array object, with their docstrings.
FUNCTION = re.compile(r'^class (\w+)\b[^\n]*:\n    r?"""(.*?)"""', re.MULTILINE | re.DOTALL)
METHOD = re.compile(r'^    def (__\w+__)\([^\n]*:\n        r?"""(.*?)"""', re.MULTILINE | re.DOTALL)

SPECIAL_CASES = re.compile(r"\*\*Special [Cc]ases\*\*(.*)", re.DOTALL)
SENTENCE = re.compile(r"^ +- +((?:If|In) .*)$", re.MULTILINE)
IDENTITY = re.compile(r"``(\w+\([^`]*\))`` must equal ``([^`]*)``")


@functools.cache
def docstrings(version: str) -> dict[str, str]:
    """What the standard of that year says of each function and method: a text by a name."""
    paths = importlib.metadata.files("types-array-api") or ()
    (path,) = (path for path in paths if path.name == f"_{version.replace('.', '_')}.py")
    source = path.read_text(encoding="utf-8")  # Python 3.11 has not the syntax to import it
    return dict(FUNCTION.findall(source)) | dict(METHOD.findall(source))


def special_cases(version: str) -> dict[str, list[str]]:
    """The sentences on special values, by the name of what they are about."""
    found = {name: SPECIAL_CASES.search(text) for name, text in docstrings(version).items()}
    return {name: SENTENCE.findall(part[1]) for name, part in found.items() if part}


def identities(version: str) -> list[tuple[str, str]]:
    """What must equal what: ``("sin(-x)", "-sin(x)")`` and the like."""
    pairs = [pair for text in docstrings(version).values() for pair in IDENTITY.findall(text)]
    return [(left, right.removesuffix(")") if right.count(")") > right.count("(") else right) for left, right in pairs]
