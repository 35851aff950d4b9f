"""From a scene to Graphviz."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Literal

from ..graph import Graph
from ..tensor import Tensor
from .architecture import Drawable, is_drawable, read_architecture
from .arranging import View
from .blocks import block_label, block_text, frame_label, frame_text, stub_label
from .cards import card_label
from .discs import disc_attributes, fault_label
from .failing import graph_of_failure
from .figures import figure, shape_text
from .flow import Pen, Scale
from .focusing import Target
from .legend import legend, remarks_alone
from .markup import bold, cell, ink, row, table, tooltip, written
from .meaning import annotate
from .naming import Scopes, shared, title_of
from .reading import read
from .recorded_backward import Which, with_backward
from .rendering import Drawing
from .scene import Block, Card, Disc, Fault, Scene, Stub, Thing, Wire
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
    tensor: Tensor | Graph | BaseException | Drawable,
    *more: Any,
    graph: Which = "forward",
    check: bool = False,
    values: int = 16,
    theme: Literal["light", "dark"] = "light",
    rankdir: Literal["LR", "TB", "RL", "BT"] | None = None,
    depth: int | None = None,
    roll_up: bool | None = None,
    focus: Target | Collection[Target] | None = None,
    path: tuple[Target, Target] | None = None,
    distance: int = 1,
    fold_above: int = 200,
) -> Drawing:
    """Draw how Tensors were computed: all operations, values and gradients, the weights as nodes of their own.

    Parameters
    ----------
    tensor, *more
        The results whose graph is drawn, or a ``Graph``. A Tensor from the middle of the graph may be given, too: its
        value is known then. Or the error that a computation raised: drawn is what had been computed, and the operation
        that failed, with the shapes that it was given. Or a model, and the shapes of its inputs without the batch's
        axis, or examples of them: drawn are its layers, what comes out of them, and their parameters.
    graph
        ``"forward"``, the computation; ``"backward"``, that of its gradients, where ``backward(create_graph=True)``
        recorded it, with what it reads of the forward; or ``"both"`` in one drawing, joined by dashed edges.
    check
        Whether gradients are checked against numeric derivatives, in double precision: each operation's rules at the
        operands that ``retain_all`` has kept (``✓``, or ``✗`` and by how much they are off), and the gradients of
        leaves by computing the whole again. Of more than 300 operations, 300 of as many kinds as there are.
    values
        Arrays of up to this many elements are written out; of larger ones a histogram is drawn. At most 1024.
    theme
        ``"light"`` or ``"dark"``.
    rankdir
        The direction of the computation, as Graphviz names it: by default ``"LR"``, from left to right, and of a model
        ``"TB"``, from top to bottom.
    depth
        How many modules inside each other are opened; one further inside is a block that says what it holds. ``0``
        makes a block of each outermost module. By default all are open.
    roll_up
        Whether equal modules one after the other, as the layers of a Transformer, are drawn once, with their number. By
        default in graphs of more than 60 nodes.
    focus
        What is drawn, with what is around it: a Tensor, by itself or by its name, or all that is inside a module, by
        the path of that, in which ``*`` stands for any text, as in ``"layers.0"``, ``"*.norm"``. Several in a list.
    path
        Two such: drawn is what lies on the ways from the first to the second.
    distance
        How many steps around ``focus`` are drawn.
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
        If a Tensor has no graph, an option is not one of those above, ``graph`` asks for a backward that was not
        recorded, ``check`` for operands that were not kept, or no operation has failed behind an error.
    TypeError
        If something else than Tensors, graphs or errors is given.

    Notes
    -----
    A backward drops values and gradients as soon as it has used them. To see all, compute inside ``retain_all()``.
    What is missing says why: a gradient is ``not asked for`` where none is required, ``not computed yet`` before a
    backward, there is ``no path`` where a backward did not reach a node, and ``not kept`` is what was dropped.

    Edges, rings and the bars beside ``grad`` are coloured by the power of ten of the gradient's root mean square.
    Between scalars each edge has the local derivative, its tooltip what the chain rule makes of it. Cards are marked
    where a gradient is *vanishing* (its Euclidean norm below 1e-5 of that of the result's) or *exploding* (above 1e4
    times that), where units of a ReLU are *dead* (0 for all of four or more samples; a unit is a place along the last
    axis, or a channel), where 20 % or more of the elements of a tanh or a sigmoid are *saturated* (their derivative
    below 5 % of its largest), and where NaN or Inf are *made* of finite numbers.

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
    if rankdir not in (None, "LR", "TB", "RL", "BT"):
        raise ValueError(f"draw: rankdir {rankdir!r} is not one of 'LR', 'TB', 'RL', 'BT'")
    if not 0 <= values <= MOST_CELLS:
        raise ValueError(f"draw: values must be between 0 and {MOST_CELLS}, got {values}")
    if fold_above < 1:
        raise ValueError(f"draw: fold_above must be at least 1, got {fold_above}")
    if graph not in ("forward", "backward", "both"):
        raise ValueError(f"draw: graph {graph!r} is not one of 'forward', 'backward', 'both'")
    view = View(depth, roll_up, focus, path, distance)
    if is_drawable(tensor):
        architecture = read_architecture(tensor.__architecture__(*more), fold_above, view)
        return picture_of(architecture, THEMES[theme], values, rankdir or "TB")
    drawn = with_backward(_graph_of((tensor, *more)), graph)
    scene = read(drawn, fold_above, view)
    annotate(scene, drawn, check)
    return picture_of(scene, THEMES[theme], values, rankdir or "LR")


def picture_of(scene: Scene, theme: Theme, in_full: int, rankdir: str) -> Drawing:
    """Write a scene down as a drawing; arrays of up to ``in_full`` elements are written out."""
    return _Picture(scene, theme, in_full, rankdir).drawing


def _graph_of(given: Iterable[object]) -> Graph:
    outputs: list[Tensor] = []
    for each in given:
        if isinstance(each, BaseException):
            outputs += graph_of_failure(each).outputs
        elif isinstance(each, Graph):
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
                label = _markup(block_label(each, self._theme))
                self.drawing.node(each.key, label, tooltip=tooltip(block_text(each)))
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
