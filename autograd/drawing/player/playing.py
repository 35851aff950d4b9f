"""From a graph, or several steps of one, to the page that plays it."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from ...graph import Graph, Node
from ...tensor import Tensor
from ..arranging import View
from ..blocks import block_text
from ..files import write_whole
from ..meaning import annotate
from ..options import IN_FULL, ON_A_PAGE
from ..picture import MOST_CELLS, picture_of
from ..reading import read
from ..scene import Absence, Scene
from ..theme import DARK, LIGHT, Theme
from .arrays import Arrays
from .contents import Data, Frame, longest
from .pages import page
from .palette import Palette, variables
from .pictures import picture
from .replay import showing

#: Scalar graphs of up to so many nodes can be computed anew in the page.
MOST_EDITABLE = 400


class StepRecorder:
    """Keeps whole graphs, one for each step of a training, so that one page plays them all.

    Computing inside ``retain_all`` keeps all values; ``keep`` reads them before the optimizer changes the weights.

    >>> import autograd as ag, optim
    >>> w = ag.Tensor(3.0, requires_grad=True, name="w")
    >>> optimizer, recorder = optim.SGD([w], lr=0.1), ag.StepRecorder()
    >>> for _ in range(5):
    ...     optimizer.zero_grad()
    ...     with ag.retain_all():
    ...         loss = (w - 1) ** 2
    ...     loss.backward()
    ...     recorder.keep(loss)
    ...     optimizer.step()
    >>> len(recorder), ag.play(recorder)
    (5, <Player: 5 steps of 3 nodes>)
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.arrays = Arrays()

    def keep(self, loss: Tensor | Graph) -> None:
        """Read the graph of a step, all values and gradients.

        Raises
        ------
        ValueError
            If the Tensor has no graph or more than one element, or the graph is not made like that of the first step.
        RuntimeError
            If a backward has passed, and what it needed was released.
        """
        frame = Frame(_graph_of(loss), self.arrays)
        if self.frames and frame.structure != self.frames[0].structure:
            raise ValueError(
                "StepRecorder.keep: the graph of this step has other operations or shapes than that of the first one; "
                "keep it in a recorder of its own"
            )
        self.frames.append(frame)

    def __len__(self) -> int:
        return len(self.frames)

    def __repr__(self) -> str:
        return f"<StepRecorder: {_counted(len(self), 'step')}>"


class Player:
    """A page that plays a graph: Jupyter shows it, ``save_as`` writes it into a file, ``html`` is its text."""

    def __init__(self, html: str, about: str) -> None:
        self.html = html
        self._about = about

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Write the page into one file, which needs nothing else; give its path.

        The file is written whole or not at all; its folder is made if there is none.
        """
        path = Path(path)
        write_whole(path, self.html.encode())
        return path

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own that can do nothing to the notebook."""
        return (
            '<iframe title="autograd player" sandbox="allow-scripts allow-downloads" width="100%" height="720" '
            f'style="border: 1px solid #8884; border-radius: 6px" srcdoc="{html.escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Player: {self._about}>"


def play(
    loss: Tensor | Graph | StepRecorder,
    path: str | os.PathLike[str] | None = None,
    *,
    title: str | None = None,
    values: int = IN_FULL,
    rankdir: Literal["LR", "TB", "RL", "BT"] = "LR",
    fold_above: int | None = None,
) -> Player:
    """Make a page that plays how a number was computed, forwards, and how its gradients are, backwards.

    One file, which works without a network: step by step, in the order in which the engine walks, with what each edge
    contributes and the sums on the way, rules as formulas with the numbers put in, and every value and gradient.

    Parameters
    ----------
    loss
        A Tensor of one element, its ``Graph``, or a ``StepRecorder`` with several steps of a training.
    path
        Where the page is written, as in ``"page.html"``; may be left out.
    title
        What the page is called; by default what is differentiated.
    values
        Arrays of up to this many elements are written out in the picture. At most 1024.
    rankdir
        The direction of the computation in the picture: ``"LR"`` is from left to right.
    fold_above
        A graph of more nodes than this opens folded, by modules where there are any, to as many things as one can look
        at; the page has ways to open more. By default 100 nodes of modules, or 200 without any.

    Returns
    -------
    Player
        Jupyter shows it inline, in a sandbox; ``save_as`` writes it.

    Raises
    ------
    TypeError
        If something else than a Tensor, a graph or a recorder is given.
    ValueError
        If the Tensor has no graph or more than one element, a recorder is empty, or an option is none of those above.
    RuntimeError
        If a backward has passed that released what the rules need, or there is no Graphviz.

    Notes
    -----
    The backward is walked once more for the page, whether there was one or not: gradients stay as they are, and
    hooks see what passes. To see all values, compute inside ``retain_all()``; then it may be played after a backward.

    >>> import autograd as ag
    >>> with ag.retain_all():
    ...     w = ag.Tensor(3.0, requires_grad=True, name="w")
    ...     loss = (w * 2) ** 2
    >>> ag.play(loss)
    <Player: 3 nodes>
    """
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"play: rankdir {rankdir!r} is not one of 'LR', 'TB', 'RL', 'BT'")
    if not 0 <= values <= MOST_CELLS:
        raise ValueError(f"play: values must be between 0 and {MOST_CELLS}, got {values}")
    if fold_above is not None and fold_above < 1:
        raise ValueError(f"play: fold_above must be at least 1, got {fold_above}")
    recorder = loss if isinstance(loss, StepRecorder) else _recorded(loss)
    if not recorder.frames:
        raise ValueError("play: this recorder has kept no step; call its keep(loss) in each")
    player = _played(recorder, title, values, rankdir, fold_above)
    if path is not None:
        player.save_as(path)
    return player


def _recorded(loss: Tensor | Graph) -> StepRecorder:
    recorder = StepRecorder()
    recorder.keep(loss)
    return recorder


def _graph_of(loss: object) -> Graph:
    if not isinstance(loss, Tensor | Graph):
        raise TypeError(f"play: expected a Tensor, a Graph or a StepRecorder, got {type(loss).__name__}")
    graph = loss if isinstance(loss, Graph) else Graph(loss)
    if len(graph.outputs) != 1:
        raise ValueError(f"play: a backward starts from one Tensor, and this Graph has {len(graph.outputs)}")
    return graph


def _played(recorder: StepRecorder, title: str | None, values: int, rankdir: str, fold_above: int | None) -> Player:
    frames, arrays = recorder.frames, recorder.arrays
    graph = frames[0].graph
    nodes = frames[0].nodes()
    editable = len(graph) <= MOST_EDITABLE and all(node.shape == () and node.dtype.kind == "f" for node in graph)
    palette, layouts, pictures = Palette(), [], []
    rooms = dict(zip(graph, longest(frames, editable), strict=True))
    for name, scene in _scenes(frames[0], fold_above):
        layout = {"name": name, **_layout(scene, frames[0], arrays)}
        _make_room(scene, rooms, values)
        light, dark = (picture_of(scene, theme, values, rankdir) for theme in (LIGHT, DARK))
        layouts.append(layout)
        pictures.append(picture(palette, light, dark, layout["cards"].values()))
    title = title or graph.outputs[0].name or "a computation"
    data = {
        "title": title,
        "nodes": nodes,
        "walk": frames[0].walk(),
        "frames": [frame.numbers for frame in frames],
        "layouts": layouts,
        "arrays": arrays.listed(),
        "editable": editable,
        "themes": {"light": _theme(LIGHT), "dark": _theme(DARK)},
    }
    about = _counted(len(graph), "node")
    steps = f"{_counted(len(frames), 'step')} of " if len(frames) > 1 else ""
    return Player(page(title, data, pictures, f"{variables()}\n{palette.css()}"), steps + about)


def _scenes(frame: Frame, fold_above: int | None) -> Iterator[tuple[str, Scene]]:
    """Give what is drawn, by name: all that may be, then folded at each depth of modules that makes a difference."""
    deepest = max((len(node.scopes) for node in frame.graph), default=0)
    known = set()
    for depth in (None, *reversed(range(deepest))):
        with showing(frame.graph, frame.replay.gradients):
            scene = read(frame.graph, fold_above, View(depth, fold_to=ON_A_PAGE))
            annotate(scene, frame.graph, False)
        folded = frozenset((id(node), block.key) for node, block in scene.folding.items())
        if folded not in known:
            known.add(folded)
            yield _said_of(depth, bool(folded)), scene


def _said_of(depth: int | None, is_folded: bool) -> str:
    """What is folded, as the page calls it."""
    if depth is None:
        return "as needed" if is_folded else "nothing"
    return f"modules below level {depth}" if depth else "all modules"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _layout(scene: Scene, frame: Frame, arrays: Arrays) -> Data:
    """Say by which names of the picture each node goes: its card and disc, or the block that it is in."""
    index = {node: str(number) for number, node in enumerate(frame.graph)}
    return {
        "cards": {index[card.node]: card.key for card in scene.cards if card.node is not None},
        "discs": {index[disc.node]: disc.key for disc in scene.discs if disc.node is not None},
        "blocks": {index[node]: block.key for node, block in scene.folding.items()},
        "titles": {block.key: block_text(block).partition(";")[0] for block in scene.blocks if block.title},
        "constants": {
            card.key: arrays.add(card.value)
            for card in scene.cards
            if card.node is None and not isinstance(card.value, Absence)
        },
        "remarks": list(_remarks(scene, len(frame.graph))),
    }


def _remarks(scene: Scene, count: int) -> Iterator[str]:
    """Give the remarks of the drawing; what is folded is opened in the page."""
    if scene.folding:
        blocks = _counted(len(scene.blocks), "block")
        yield f"{len(scene.folding):,} of {_counted(count, 'node')} are inside of {blocks}; “fold” opens them."
    yield from (each for each in scene.remarks if not each.startswith("This graph has"))


def _make_room(scene: Scene, rooms: dict[Node, tuple[Any, Any]], in_full: int) -> None:
    """Have cards that are written out hold numbers that take as much room as any that the page will put there.

    Edges go without the shapes of what they carry, which cards and blocks tell.
    """
    for wire in scene.wires:
        wire.shape = ()
    for card in scene.cards:
        if card.node is not None and math.prod(card.shape) <= max(in_full, 1):
            value, gradient = rooms[card.node]
            card.value = card.value if isinstance(card.value, Absence) else value
            card.gradient = card.gradient if isinstance(card.gradient, Absence) else gradient


def _theme(theme: Theme) -> Data:
    """Give the colours that the page computes with."""
    return {
        "neutral": theme.neutral,
        "idle": theme.idle,
        "strongest": theme.strongest,
        "value": [theme.value.negative, theme.value.positive],
        "gradient": [theme.gradient.negative, theme.gradient.positive],
        "ramp": list(theme.ramp),
        "bars": list(theme.bars.values()),
    }
