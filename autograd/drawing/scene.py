"""What is on the page, before it gets colours: cards, discs, blocks, and the wires between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from ..graph import Node
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


class Mark(NamedTuple):
    """A few words on a card, as in ``dead 1 of 4``: what it is, and where or how much.

    ``about`` is the whole sentence, for the tooltip; an alarm is set in the strongest colours.
    """

    kind: str
    detail: str
    about: str
    is_alarm: bool = False

    @property
    def text(self) -> str:
        """All that stands on the card."""
        return f"{self.kind} {self.detail}"


class Verdict(NamedTuple):
    """Whether a gradient agrees with a numeric derivative, by how much it is off, and what was compared."""

    agrees: bool
    error: float
    about: str

    def is_worse(self, other: Verdict) -> bool:
        """Whether this is farther from the truth."""
        return (not self.agrees, self.error) > (not other.agrees, other.error)


@dataclass(eq=False)
class Card:
    """A Tensor: ``name`` is the one that it was given, or else says what it is; a constant has no ``node``.

    ``strength`` is the root mean square of its gradient, ``verdict`` what a check said of it.
    """

    key: str
    name: str
    is_named: bool
    kind: Kind
    shape: tuple[int, ...]
    dtype: Any
    value: Numbers
    gradient: Numbers
    scopes: Scopes = ()
    node: Node | None = None
    strength: float | None = None
    marks: tuple[Mark, ...] = ()
    verdict: Verdict | None = None

    @property
    def is_computed(self) -> bool:
        """Whether this is the result of an operation."""
        return self.kind in (Kind.INTERMEDIATE, Kind.RESULT)


@dataclass(eq=False)
class Disc:
    """An operation: ``label`` has the constants in it that are plain numbers, as in ``× 2``.

    ``strength`` is that of the gradient of its result, ``verdict`` what a check said of its rules.
    """

    key: str
    label: str
    operation: str
    line: str | None
    scopes: Scopes = ()
    node: Node | None = None
    strength: float | None = None
    verdict: Verdict | None = None
    has_failed: bool = False
    is_computed = True


@dataclass(eq=False)
class Fault:
    """An operation that raised: what stands where its result would be."""

    key: str
    operation: str
    message: str
    scopes: Scopes = ()
    is_computed = True


@dataclass(frozen=True)
class Repeat:
    """How the frame of scopes that repeat is titled, and how many they are."""

    title: str
    count: int


@dataclass(eq=False)
class Block:
    """Operations that are drawn as one, with those weights and inputs that are not drawn themselves.

    One that stands for a module has its title, says what it holds in ``facts``, pairs of texts, and ``count`` how often
    it is there, one after the other. In the architecture of a model, ``kind`` tells inputs and weights from modules.
    ``strength`` is the root mean square of the gradients of its weights, ``marks`` what is remarkable in it, and
    ``verdict`` the worst that a check said of an operation in it.
    """

    key: str
    scopes: Scopes = ()
    operations: int = 0
    leaves: int = 0
    title: str = ""
    count: int = 1
    kind: Kind | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    strength: float | None = None
    marks: tuple[Mark, ...] = ()
    verdict: Verdict | None = None
    is_computed = True


@dataclass(eq=False)
class Stub:
    """Where a wire leaves the part of the graph that is drawn."""

    key: str
    text: str
    scopes: Scopes = ()
    is_computed = True


#: What wires lead from and to.
Thing = Card | Disc | Block | Fault | Stub


@dataclass
class Wire:
    """The way of a Tensor into an operation or out of the one that computed it.

    ``strength`` is the root mean square of its gradient, or ``None`` where that is not known or does not exist;
    ``derivative``, where both are scalars, says that of the result of the operation by this operand, and ``chain`` what
    the chain rule makes of it. ``is_kept`` marks what a recorded backward reads of the forward.
    """

    tail: Thing
    head: Thing
    shape: tuple[int, ...]
    strength: float | None
    derivative: str = ""
    chain: str = ""
    is_kept: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether this leads into an operation that raised."""
        return isinstance(self.head, Disc) and self.head.has_failed

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
    """All that is drawn, in the order of computation, and remarks for the legend.

    ``folding`` says what is drawn inside which block, ``unseen`` are the nodes that another one is drawn for.
    """

    cards: list[Card] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    folding: Mapping[Node, Block] = field(default_factory=dict)
    unseen: Collection[Node] = ()
    stubs: list[Stub] = field(default_factory=list)
    repeats: Mapping[Scopes, Repeat] = field(default_factory=dict)
