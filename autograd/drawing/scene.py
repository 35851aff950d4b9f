"""What is on the page, before it gets colours: cards, discs, blocks, and the wires between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from .naming import Scopes, shared
from .theme import Kind


class Absence(Enum):
    """Why there are no numbers to show."""

    NOT_ASKED_FOR = "not asked for"
    NOT_COMPUTED_YET = "not computed yet"
    NO_PATH = "no path"
    NOT_KEPT = "not kept"


#: The numbers, or why there are none.
Numbers = np.ndarray[Any, Any] | Absence


@dataclass(eq=False)
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

    @property
    def is_computed(self) -> bool:
        """Whether this is the result of an operation."""
        return self.kind in (Kind.INTERMEDIATE, Kind.RESULT)


@dataclass(eq=False)
class Disc:
    """An operation: ``label`` has the constants in it that are plain numbers, as in ``× 2``."""

    key: str
    label: str
    operation: str
    line: str | None
    scopes: Scopes = ()
    is_computed = True


@dataclass(eq=False)
class Block:
    """Operations of the same scopes that are drawn as one, with those weights and inputs that there is no room for."""

    key: str
    scopes: Scopes = ()
    operations: int = 0
    leaves: int = 0
    is_computed = True


#: What wires lead from and to.
Thing = Card | Disc | Block


@dataclass
class Wire:
    """The way of a Tensor into an operation or out of the one that computed it.

    ``strength`` is the root mean square of its gradient, or ``None`` where that is not known or does not exist.
    """

    tail: Thing
    head: Thing
    shape: tuple[int, ...]
    strength: float | None

    @property
    def is_result(self) -> bool:
        """Whether this leads out of an operation, to the card that tells all about it."""
        return isinstance(self.tail, Disc)

    @property
    def enters_scope(self) -> bool:
        """Whether something computed goes into a scope from outside."""
        head = self.head.scopes
        return self.tail.is_computed and shared([self.tail.scopes, head]) != head


@dataclass
class Scene:
    """All that is drawn, in the order of computation, and remarks for the legend."""

    cards: list[Card] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
