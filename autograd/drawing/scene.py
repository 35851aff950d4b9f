"""What is on the page, before it gets colours: cards, discs, blocks, and the wires between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from .naming import Scopes
from .theme import Kind


class Absence(Enum):
    """Why there are no numbers to show."""

    NOT_ASKED_FOR = "not asked for"
    NOT_COMPUTED_YET = "not computed yet"
    NO_PATH = "no path"
    NOT_KEPT = "not kept"


#: The numbers, or why there are none.
Numbers = np.ndarray[Any, Any] | Absence


@dataclass
class Card:
    """A Tensor: ``name`` is the one that it was given, or else says what it is."""

    key: str
    name: str
    is_named: bool
    kind: Kind
    shape: tuple[int, ...]
    dtype: Any
    value: Numbers
    gradient: Numbers
    scopes: Scopes = ()


@dataclass
class Disc:
    """An operation: ``label`` has the constants in it that are plain numbers, as in ``× 2``."""

    key: str
    label: str
    operation: str
    line: str | None
    scopes: Scopes = ()


@dataclass(eq=False)
class Block:
    """Operations that are drawn as one, and weights and inputs of theirs that there is no room for."""

    key: str
    title: str
    scopes: Scopes = ()
    operations: int = 0
    leaves: int = 0


@dataclass
class Wire:
    """The way of a Tensor into an operation, or, if ``is_result``, out of the one that computed it.

    ``strength`` is the root mean square of its gradient, or ``None`` where that is not known or does not exist.
    """

    tail: str
    head: str
    shape: tuple[int, ...]
    strength: float | None
    is_result: bool = False


@dataclass
class Scene:
    """All that is drawn, in the order of computation, and remarks for the legend."""

    cards: list[Card] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
