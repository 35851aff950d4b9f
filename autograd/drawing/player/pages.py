"""The page: template, style sheets and modules of JavaScript in one file that needs nothing else.

The modules in ``page/`` import each other; in the file they stand one after the other in one script. A content
security policy with the hashes of that script and of the style sheets keeps out all that is not ours.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib import resources
from typing import Any

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z_]+\.mjs)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_PLACE = re.compile(r"\{\{([a-z]+)\}\}")


def page(title: str, data: Any, pictures: list[str], colors: str) -> str:
    """Write the page that shows data with its pictures, whose colours a style sheet gives."""
    style = f"{_file('player.css')}\n{_file('picture.css')}\n{colors}"
    script = _script()
    content = {
        "title": html.escape(title),
        "policy": _policy(script, style),
        "style": style,
        "data": _harmless(json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)),
        "pictures": "".join(f"<template>{picture}</template>" for picture in pictures),
        "script": script,
    }
    return _PLACE.sub(lambda place: content[place[1]], _file("player.html"))


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _harmless(text: str) -> str:
    """Write JSON so that nothing in it ends the element around it, or is a line end to JavaScript."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _script() -> str:
    """Give all modules, each after those that it imports, as one script."""
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name not in done:
            text = _file(name)
            for imported in _IMPORT.findall(text):
                add(imported)
            done[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    add("main.mjs")
    return "\n".join(done.values())


@cache
def _file(name: str) -> str:
    return resources.files(__package__).joinpath("page", name).read_text(encoding="utf-8")
