"""From a scene to Graphviz."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..graph import Graph
from ..tensor import Tensor
from .cards import card_label
from .discs import block_label, block_text, disc_attributes
from .figures import figure, shape_text
from .flow import Pen, Scale
from .legend import legend
from .markup import bold, cell, ink, row, table, tooltip, written
from .naming import DEEPEST, Scopes, shared
from .reading import read
from .rendering import Drawing
from .scene import Block, Card, Disc, Scene, Thing, Wire
from .theme import THEMES, Theme

#: The fonts, the first that there is. Graphviz measures with them, and an SVG names them all.
FONTS = "Helvetica,Arial,sans-serif"

#: Above this many elements an array is not a matter of reading any more, nor of layout.
MOST_CELLS = 1024

#: With more nodes than this, edges go without the shapes written on them, which would take dot most of its time, and it
#: does not search for the very best layout.
LARGE = 60
QUICKLY = {"nslimit": "2", "mclimit": "0.2"}


def draw(
    tensor: Tensor | Graph,
    *more: Tensor | Graph,
    values: int = 16,
    theme: Literal["light", "dark"] = "light",
    rankdir: Literal["LR", "TB", "RL", "BT"] = "LR",
    fold_above: int = 200,
) -> Drawing:
    """Draw how Tensors were computed: all operations, values and gradients, the weights as nodes of their own.

    Parameters
    ----------
    tensor, *more
        The results whose graph is drawn, or a ``Graph``. A Tensor from the middle of the graph may be given, too: its
        value is known then.
    values
        Arrays of up to this many elements are written out; of larger ones a histogram is drawn. At most 1024.
    theme
        ``"light"`` or ``"dark"``.
    rankdir
        The direction of the computation, as Graphviz names it: ``"LR"`` is from left to right.
    fold_above
        In a graph of more nodes than this, operations are drawn together, by scopes where there are any. The time that
        Graphviz takes grows steeply: seconds for some hundred nodes, minutes for a thousand.

    Returns
    -------
    Drawing
        A ``graphviz.Digraph`` that Jupyter shows inline, and that ``save_as("graph.svg")`` writes into a file.

    Raises
    ------
    ValueError
        If a Tensor has no graph, or an option is not one of those above.
    TypeError
        If something else than Tensors or graphs is given.

    Notes
    -----
    A backward drops values and gradients as soon as it has used them. To see all, compute inside ``retain_all()``.
    What is missing says why: a gradient is ``not asked for`` where none is required, ``not computed yet`` before a
    backward, there is ``no path`` where a backward did not reach a node, and ``not kept`` is what was dropped.

    >>> import autograd as ag
    >>> with ag.retain_all():
    ...     w = ag.Tensor(3.0, requires_grad=True, name="w")
    ...     loss = (w * 2) ** 2
    >>> loss.backward()
    >>> drawing = ag.draw(loss)
    >>> "w" in drawing.source
    True
    """
    if theme not in THEMES:
        raise ValueError(f"draw: theme {theme!r} is not one of {tuple(THEMES)}")
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"draw: rankdir {rankdir!r} is not one of 'LR', 'TB', 'RL', 'BT'")
    if not 0 <= values <= MOST_CELLS:
        raise ValueError(f"draw: values must be between 0 and {MOST_CELLS}, got {values}")
    if fold_above < 1:
        raise ValueError(f"draw: fold_above must be at least 1, got {fold_above}")
    return _Picture(read(_graph_of((tensor, *more)), fold_above), THEMES[theme], values, rankdir).drawing


def _graph_of(given: Iterable[object]) -> Graph:
    outputs: list[Tensor] = []
    for each in given:
        if isinstance(each, Graph):
            outputs += each.outputs
        elif not isinstance(each, Tensor):
            raise TypeError(f"draw: expected a Tensor or a Graph, got {type(each).__name__}")
        elif each.node is None:
            raise ValueError(
                "draw: the Tensor has no graph: nothing that it was computed from requires grad, or it was computed "
                "under no_grad, or detached. Make a weight with Tensor(data, requires_grad=True) and compute from that"
            )
        else:
            outputs.append(each)
    return Graph(*outputs)


class _Picture:
    """Writes a scene down as a drawing."""

    def __init__(self, scene: Scene, theme: Theme, in_full: int, rankdir: str) -> None:
        self._theme = theme
        self._in_full = in_full
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
                "label": _markup(legend(self._scale, scene.remarks, theme)),
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
        things: list[Thing] = [*scene.cards, *scene.discs, *scene.blocks]
        for each in things:
            members.setdefault(each.scopes[:DEEPEST], []).append(each)
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
                label=_markup(ink(written(scopes[-1]) or "scope", self._theme.muted, 10)),
                tooltip=tooltip(" / ".join(scopes)),
                style="rounded,filled",
                fillcolor=self._theme.frame,
                color=self._theme.frame_border,
                margin="12",
                labeljust="r",
            )

    def _node(self, each: Thing) -> None:
        match each:
            case Card():
                label = _markup(card_label(each, self._theme, self._in_full))
                about = f"{each.name}: {each.kind.value}, {each.dtype}, {shape_text(each.shape)}"
                self.drawing.node(each.key, label, tooltip=tooltip(about))
            case Disc():
                about = f"{each.operation}, {each.line}" if each.line else each.operation
                self.drawing.node(each.key, tooltip=tooltip(about), **disc_attributes(each, self._theme))
            case Block():
                label = _markup(block_label(each, self._theme))
                self.drawing.node(each.key, label, tooltip=block_text(each))

    # Edges

    def _wire(self, wire: Wire) -> None:
        pen = self._scale.pen(wire.strength, self._theme)
        about = shape_text(wire.shape)
        if wire.strength is not None:
            about += f", gradient {figure(wire.strength)} (root mean square)"
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
        shape = shape_text(wire.shape) if is_said else ""
        remark = bold(ink(pen.text, self._theme.ink)) if pen.text else ""
        text = "  ".join(part for part in (shape, remark) if part)
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
