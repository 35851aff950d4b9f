"""The text of the standard itself, in the docstrings of stubs that are published for type checkers."""

import functools
import importlib.metadata
import re

#: A class of a stub for each function, and methods of the array object, with their docstrings.
FUNCTION = re.compile(r'^class (\w+)\b[^\n]*:\n    r?"""(.*?)"""', re.MULTILINE | re.DOTALL)
METHOD = re.compile(r'^    def (__\w+__)\([^\n]*:\n        r?"""(.*?)"""', re.MULTILINE | re.DOTALL)

SPECIAL_CASES = re.compile(r"\*\*Special [Cc]ases\*\*(.*)", re.DOTALL)
SENTENCE = re.compile(r"^ +- +((?:If|In|Similarly, if) .*)$", re.MULTILINE)
IDENTITY = re.compile(r"``(\w+\([^`]*\))`` must equal ((?:(?:, |, and )?``[^`]+``)+)")
#: An expression, without a bracket too many behind it.
EXPRESSION = re.compile(r"``((?:[^`()]|\((?:[^`()]|\([^`()]*\))*\))+)\)?``")


@functools.cache
def docstrings(version: str) -> dict[str, str]:
    """What the standard of that year says of each function and method: a text by a name."""
    paths = importlib.metadata.files("types-array-api") or ()
    name = f"_{version.replace('.', '_')}.py"
    path = next((path for path in paths if path.name == name), None)
    if path is None:
        raise LookupError(f"types-array-api, which has the standard's text, has no {name}")
    source = path.read_text(encoding="utf-8")  # Python 3.11 has not the syntax to import it
    return dict(FUNCTION.findall(source)) | dict(METHOD.findall(source))


def special_cases(version: str) -> dict[str, list[str]]:
    """The sentences on special values, by the name of what they are about."""
    found = {name: SPECIAL_CASES.search(text) for name, text in docstrings(version).items()}
    return {name: SENTENCE.findall(part[1]) for name, part in found.items() if part}


def identities(version: str) -> list[tuple[str, str, str]]:
    """What must equal what, by the function that it is said of: ``("sinh", "sinh(x)", "-sinh(-x)")`` and the like."""
    return [
        (name, left, right)
        for name, text in docstrings(version).items()
        for left, several in IDENTITY.findall(text)
        for right in EXPRESSION.findall(several)
    ]
