"""What is asked of ``draw``: its arguments, what they mean, and which do not go together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Literal

from ..graph import Graph
from ..tensor import Tensor
from .architecture import Drawable, is_drawable, read_architecture
from .arranging import View
from .directions import direction_of
from .failing import graph_of_failure
from .focusing import Target
from .hidden import annotate_hidden
from .meaning import annotate
from .picture import MOST_CELLS, picture_of
from .reading import read
from .recorded_backward import Which, with_backward
from .rendering import Drawing
from .theme import THEMES

#: Arrays of up to so many elements are written out, unless one says how many.
IN_FULL = 16

#: A graph that folds by itself is folded to about so many things, which fit on a page.
ON_A_PAGE = 30


def draw(
    tensor: Tensor | Graph | BaseException | Drawable,
    *more: Any,
    graph: Which = "forward",
    check: bool = False,
    values: int = IN_FULL,
    theme: Literal["light", "dark"] = "light",
    rankdir: Literal["LR", "TB", "RL", "BT"] | None = None,
    depth: int | None = None,
    roll_up: bool | None = None,
    focus: Target | Collection[Target] | None = None,
    path: tuple[Target, Target] | None = None,
    distance: int = 1,
    fold_above: int | None = None,
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
        The direction of the computation, as Graphviz names it: ``"LR"``, from left to right, or ``"TB"``, from top to
        bottom, which is the default for models and for what would be too wide for a page.
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
        In a graph of more nodes than this, modules are drawn as blocks, the innermost first, until about 30 things are
        left; operations outside of modules only where more than this would be. By default 100, and 200 where there are
        no modules or a ``depth`` is given. Graphviz takes seconds for some hundred things, minutes for a thousand.

    Returns
    -------
    Drawing
        A ``graphviz.Digraph`` that Jupyter shows inline, and that ``save_as("graph.svg")`` writes into a file.

    Raises
    ------
    ValueError
        If a Tensor has no graph, an option is not one of those above, ``graph`` asks for a backward that was not
        recorded, ``check`` for operands that were not kept, or no operation has failed behind an error; if ``graph``,
        ``check`` or ``values`` is given for a model, of which no numbers are drawn, or ``distance`` without ``focus``.
    TypeError
        If something else than Tensors, graphs or errors is given.

    Notes
    -----
    A backward drops values and gradients as soon as it has used them. To see all, compute inside ``retain_all()``.
    What is missing says why: a gradient is ``not asked for`` where none is required, ``not computed yet`` before a
    backward, there is ``no path`` where a backward did not reach a node, and ``not kept`` is what was dropped. A weight
    that may have no path is no part of a result's graph; it can be given along, as in ``draw(loss, weight)``.

    Edges, rings and the bars beside ``grad`` are coloured by the power of ten of the gradient's root mean square.
    Between scalars each edge has the local derivative, its tooltip what the chain rule makes of it. Cards are marked
    where a gradient is *vanishing* (its Euclidean norm below 1e-5 of that of the result's) or *exploding* (above 1e4
    times that), where units of a ReLU are *dead* (0 for all of four or more samples; a unit is a place along the last
    axis, or a channel), where 20 % or more of the elements of a tanh or a sigmoid are *saturated* (their derivative
    below 5 % of its largest), and where NaN or Inf are *made* of finite numbers. A block has the marks of what it
    holds, and the legend tells those of what is not drawn.

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
    if fold_above is not None and fold_above < 1:
        raise ValueError(f"draw: fold_above must be at least 1, got {fold_above}")
    if graph not in ("forward", "backward", "both"):
        raise ValueError(f"draw: graph {graph!r} is not one of 'forward', 'backward', 'both'")
    view = View(depth, roll_up, focus, path, distance, ON_A_PAGE)
    if is_drawable(tensor):
        _refuse_what_needs_numbers(graph=graph != "forward", check=check, values=values != IN_FULL)
        architecture = read_architecture(tensor.__architecture__(*more), fold_above, view)
        return picture_of(architecture, THEMES[theme], values, rankdir or "TB")
    drawn = with_backward(_graph_of((tensor, *more)), graph)
    scene = read(drawn, fold_above, view)
    annotate(scene, drawn, check)
    annotate_hidden(scene, drawn)
    return picture_of(scene, THEMES[theme], values, rankdir or direction_of(scene, values))


def _refuse_what_needs_numbers(**given: bool) -> None:
    """Refuse the options of what was computed where the layers of a model are drawn."""
    if names := [f"{name}=" for name, is_given in given.items() if is_given]:
        raise ValueError(
            f"draw: {' and '.join(names)} is for what was computed, and the layers of a model have neither values nor "
            "gradients; compute a loss with it inside `with autograd.retain_all():`, and draw that"
        )


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
