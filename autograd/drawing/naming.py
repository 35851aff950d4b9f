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


def path_of(scopes: Scopes) -> str:
    """Give the dotted path of the innermost scope; of one that has no name, its title.

    >>> path_of(("Net", "layers.0: Block", "norm: LayerNorm(8)")), path_of(("Net",))
    ('layers.0.norm', 'Net')
    """
    name, colon, _ = scopes[-1].partition(":")
    return qualified(name.strip(), scopes[:-1]) if colon else scopes[-1]


def title_of(scopes: Scopes) -> str:
    """Title the innermost scope by its whole path.

    >>> title_of(("Net", "layers.0: Block", "norm: LayerNorm(8)"))
    'layers.0.norm: LayerNorm(8)'
    """
    _, colon, kind = scopes[-1].partition(":")
    return f"{path_of(scopes)}{colon}{kind}"


def kind_of(title: str) -> str:
    """Give what equal scopes have in common in their titles: all but a name, or a number at the end.

    >>> kind_of("0: Block(8)"), kind_of("layer 12")
    ('Block(8)', 'layer')
    """
    _, colon, kind = title.partition(":")
    return kind.strip() if colon else title.rstrip("0123456789").rstrip()


def span(first: Scopes, last: Scopes) -> str:
    """Name scopes that stand one after the other, from the first to the last.

    >>> span(("Net", "layers.0: Block"), ("Net", "layers.11: Block")), span(("layer 0",), ("layer 4",))
    ('layers.0–11', 'layer 0–4')
    """
    start, end = path_of(first), path_of(last)
    for sign in (".", " "):
        before, _, number = end.rpartition(sign)
        if before and start.startswith(before + sign):
            return f"{start}–{number}"
    return f"{start}–{end}"


def range_of(first: Scopes, last: Scopes) -> str:
    """Title scopes that stand one after the other.

    >>> range_of(("Net", "layers.0: Block(8)"), ("Net", "layers.11: Block(8)"))
    'layers.0–11: Block(8)'
    """
    _, colon, kind = first[-1].partition(":")
    return f"{span(first, last)}{colon}{kind}"


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
