"""How names and places follow from scopes: ``weight``, used inside ``hidden: Linear(2, 4)``, is ``hidden.weight``."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

#: The titles of the scopes around something, the outermost first.
Scopes = tuple[str, ...]

#: Scopes inside this many others are drawn as part of them.
DEEPEST = 8


def qualified(name: str, scopes: Scopes) -> str:
    """Put the names of the scopes before a name. A title without a colon is no name.

    >>> qualified("weight", ("Sequential", "0: Block", "hidden: Linear(2, 4)"))
    '0.hidden.weight'
    >>> qualified("hidden.weight", ("0: Block", "hidden: Linear(2, 4)"))
    '0.hidden.weight'
    """
    parts = [title.partition(":")[0].strip() for title in scopes if ":" in title]
    for start in range(len(parts)):
        if name.startswith(".".join(parts[start:]) + "."):
            return ".".join([*parts[:start], name])
    return ".".join([*parts, name])


def shared(places: Iterable[Scopes]) -> Scopes:
    """Give the scopes that all these places lie in.

    >>> shared([("net", "0: Linear"), ("net", "1: Linear")])
    ('net',)
    """
    common, *others = places
    for place in others:
        agreeing = takewhile(lambda pair: pair[0] == pair[1], zip(common, place, strict=False))
        common = tuple(title for title, _ in agreeing)
    return common
