"""From a scene to Graphviz."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import block_label, block_text, frame_label, frame_text, stub_label
from .cards import card_label
from .discs import disc_attributes, fault_label
from .figures import figure, shape_text
from .flow import Pen, Scale
from .legend import legend, remarks_alone
from .markup import bold, cell, ink, row, table, tooltip, written
from .naming import Scopes, shared, title_of
from .rendering import Drawing
from .scene import Block, Card, Disc, Fault, Scene, Stub, Thing, Wire
from .theme import Theme

#: The fonts, the first that there is. Graphviz measures with them, and an SVG names them all.
FONTS = "Helvetica,Arial,sans-serif"

#: Above this many elements an array is not a matter of reading any more, nor of layout.
MOST_CELLS = 1024

#: With more nodes than this, edges go without the shapes written on them, which would take dot most of its time, and it
#: does not search for the very best layout.
LARGE = 60
QUICKLY = {"nslimit": "2", "mclimit": "0.2"}


def picture_of(scene: Scene, theme: Theme, in_full: int, rankdir: str) -> Drawing:
    """Write a scene down as a drawing; arrays of up to ``in_full`` elements are written out."""
    return _Picture(scene, theme, in_full, rankdir).drawing


class _Picture:
    """Writes a scene down as a drawing."""

    def __init__(self, scene: Scene, theme: Theme, in_full: int, rankdir: str) -> None:
        self._theme = theme
        self._in_full = in_full
        self._repeats = scene.repeats
        self._is_large = len(scene.cards) + len(scene.discs) + len(scene.blocks) > LARGE
        self._scale = Scale.spanning((wire.strength for wire in scene.wires), len(theme.ramp))
        self.drawing = self._page(scene, rankdir)
        self._nodes(scene)
        for wire in scene.wires:
            self._wire(wire)

    def _page(self, scene: Scene, rankdir: str) -> Drawing:
        theme = self._theme
        return Drawing(
            "graph",
            graph_attr={
                "charset": "UTF-8",
                "rankdir": rankdir,
                "bgcolor": theme.ground,
                "label": _markup(
                    legend(self._scale, scene.remarks, theme) if scene.cards else remarks_alone(scene.remarks, theme)
                ),
                "labelloc": "t",
                "labeljust": "l",
                "fontname": FONTS,
                "fontsize": "10",
                "pad": "0.2",
                "nodesep": "0.25",
                "ranksep": "0.35",
                **(QUICKLY if self._is_large else {}),
            },
            node_attr={"shape": "plain", "fontname": FONTS, "fontsize": "10"},
            edge_attr={"fontname": FONTS, "fontsize": "8", "fontcolor": theme.muted, "arrowsize": "0.7"},
        )

    # Nodes, and the frames around them

    def _nodes(self, scene: Scene) -> None:
        """Write all nodes, those of the same scopes together, inside nested clusters."""
        members: dict[Scopes, list[Thing]] = {}
        things: list[Thing] = [*scene.cards, *scene.discs, *scene.faults, *scene.blocks, *scene.stubs]
        for each in things:
            members.setdefault(each.scopes, []).append(each)
        numbers = _numbered(members)
        inside: Scopes = ()
        for scopes in sorted(members, key=lambda scopes: [numbers[outer] for outer in _path(scopes)]):
            self._go(inside, scopes, numbers)
            for each in members[scopes]:
                self._node(each)
            inside = scopes
        self._go(inside, (), numbers)

    def _go(self, here: Scopes, there: Scopes, numbers: dict[Scopes, int]) -> None:
        """Leave clusters and enter others."""
        common = len(shared([here, there]))
        self.drawing.body += ["\t}\n"] * (len(here) - common)
        for scopes in _path(there)[common:]:
            self.drawing.body.append(f"\tsubgraph cluster{numbers[scopes]} {{\n")
            self.drawing.attr(
                label=_markup(frame_label(title_of(scopes), self._repeats.get(scopes), self._theme)),
                tooltip=tooltip(frame_text(title_of(scopes), self._repeats.get(scopes))),
                style="rounded,filled",
                fillcolor=self._theme.frame,
                color=self._theme.frame_border,
                margin="12",
                labeljust="r",
            )

    def _node(self, each: Thing) -> None:
        match each:
            case Card():
                pen = self._scale.pen(each.strength, self._theme)
                label = _markup(card_label(each, pen, self._theme, self._in_full))
                about = f"{each.name}: {each.kind.value}, {each.dtype}, {shape_text(each.shape)}"
                verdict = [each.verdict.about] if each.verdict is not None else []
                about = "; ".join([about, *(mark.about for mark in each.marks), *verdict])
                self.drawing.node(each.key, label, tooltip=tooltip(about))
            case Disc():
                pen = self._scale.pen(each.strength, self._theme)
                about = f"{each.operation}, {each.line}" if each.line else each.operation
                if each.verdict is not None:
                    about += f"; {each.verdict.about}"
                self.drawing.node(each.key, tooltip=tooltip(about), **disc_attributes(each, pen, self._theme))
            case Fault():
                self.drawing.node(each.key, _markup(fault_label(each, self._theme)), tooltip=tooltip(each.message))
            case Block():
                pen = self._scale.pen(each.strength, self._theme)
                label = _markup(block_label(each, pen, self._theme))
                verdict = [each.verdict.about] if each.verdict is not None else []
                about = "; ".join([block_text(each), *(mark.about for mark in each.marks), *verdict])
                self.drawing.node(each.key, label, tooltip=tooltip(about))
            case Stub():
                self.drawing.node(each.key, _markup(stub_label(each, self._theme)), tooltip=tooltip(each.text))

    # Edges

    def _wire(self, wire: Wire) -> None:
        pen = self._scale.wire_pen(wire, self._theme)
        about = shape_text(wire.shape)
        if wire.strength is not None:
            about += f", gradient {figure(wire.strength)} (root mean square)"
        if wire.chain:
            about += f"; chain rule: {wire.chain}"
        self.drawing.edge(
            wire.tail.key,
            wire.head.key,
            label=self._edge_text(wire, pen),
            color=pen.color,
            penwidth=f"{pen.width:g}",
            style=pen.style,
            tooltip=about,
            minlen="2" if wire.enters_scope else "1",  # so that scopes one after the other have room beside each other
        )

    def _edge_text(self, wire: Wire, pen: Pen) -> str:
        """The shape of what an operation reads, and what is remarkable about its gradient; set above the line."""
        is_said = wire.shape and not (wire.is_result or self._is_large)
        shape = shape_text(wire.shape) if is_said or wire.has_failed else ""
        shape = bold(ink(shape, self._theme.fault, 10)) if wire.has_failed else shape
        derivative = "" if self._is_large else written(wire.derivative)
        remark = bold(ink(pen.text, self._theme.ink)) if pen.text else ""
        text = "  ".join(part for part in (shape, derivative, remark) if part)
        return _markup(table([row(cell(text)), row(cell("", height=10))])) if text else ""


def _markup(label: str) -> str:
    """Mark a label as markup, which Graphviz has between angle brackets."""
    return f"<{label}>"


def _path(scopes: Scopes) -> list[Scopes]:
    """The scopes around, from the outermost one to all of them."""
    return [scopes[:depth] for depth in range(1, len(scopes) + 1)]


def _numbered(places: Iterable[Scopes]) -> dict[Scopes, int]:
    """Number all scopes in the order in which they appear."""
    return {
        scopes: number for number, scopes in enumerate(dict.fromkeys(each for place in places for each in _path(place)))
    }
