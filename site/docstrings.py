"""An extension of griffe, which reads docstrings for the site.

Examples are code wherever they stand in a docstring, and what each subclass fills in is told once, of its base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^([ \t]*)>>> .*(?:\n(?![ \t]*\n).*)*", re.MULTILINE)
_FLAGS = re.compile(r"[ \t]*# doctest: .*$", re.MULTILINE)
_HEADER = re.compile(r"(?P<name>\w[\w ]*)\n-{3,}\n")
_OF_ITEMS = {"Attributes", "Parameters", "Raises", "Returns", "Yields"}


class Doctests(griffe.Extension):  # type: ignore[misc] # types of griffe are not there in the check
    """Tells griffe, which takes all below ``Raises`` for errors, where the sections of our docstrings end."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of an object that was read."""
        if obj.docstring is not None:
            obj.docstring.value = arranged(obj.docstring.value)

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Leave out the methods that a base asks for."""
        for each in classes(pkg):
            for name in {name for base in each.mro() for name in base.members if is_abstract(base.members[name])}:
                each.members.pop(name, None)


def classes(module: griffe.Module) -> Iterator[griffe.Class]:
    """Give the classes that are defined in a package."""
    for member in module.members.values():
        if member.is_alias:
            continue
        if member.is_class:
            yield member
        elif member.is_module:
            yield from classes(member)


def is_abstract(member: griffe.Object | griffe.Alias) -> bool:
    """Whether a member is for subclasses to fill in."""
    return not member.is_alias and "abstractmethod" in member.labels


def arranged(docstring: str) -> str:
    r"""Give a docstring with its text above its sections, and the examples that follow those in one of their own.

    >>> arranged("Halve.\n\nRaises\n------\nTypeError\n    If text.\n\nExactly.\n\n>>> 4 / 2\n2.0")
    'Halve.\n\nExactly.\n\nRaises\n------\nTypeError\n    If text.\n\nExamples\n--------\n```pycon\n>>> 4 / 2\n2.0\n```'
    """
    text: list[str] = []
    sections: list[str] = []
    examples: list[str] = []
    current, name = text, ""
    for block in docstring.split("\n\n"):
        if header := _HEADER.match(block):
            current, name = sections, header["name"]
        elif sections and block.startswith(">>> "):
            current = examples
        is_text = not header and current is sections and name in _OF_ITEMS and "\n " not in block
        (text if is_text else current).append(block)
    if examples:
        examples[0] = f"Examples\n--------\n{examples[0]}"
    return fenced("\n\n".join([*text, *sections, *examples]))


def fenced(docstring: str) -> str:
    r"""Give a docstring whose examples stand between fences, and say nothing to doctest.

    >>> fenced("Add.\n\n>>> 1 + 1  # doctest: +ELLIPSIS\n2\n\nMore.")
    'Add.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nMore.'
    """
    return _EXAMPLE.sub(lambda found: f"{found[1]}```pycon\n{_FLAGS.sub('', found[0])}\n{found[1]}```", docstring)
