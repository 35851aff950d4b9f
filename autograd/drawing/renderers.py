"""The two that make an image of DOT text: the Graphviz inside of pygraphviz, and a ``dot`` that is installed."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any

import graphviz

#: Graphviz keeps state of its own between calls.
_one_at_a_time = threading.Lock()


def rendered(source: str, format: str, engine: str) -> bytes:
    """Give the image of a graph that is written in DOT.

    Raises
    ------
    RuntimeError
        If there is no Graphviz, or it cannot make this format.
    """
    agraph = _embedded()
    if agraph is None:
        return _by_installed(source, format, engine)
    with _one_at_a_time, closing(agraph(string=source)) as graph:
        try:
            image: bytes = graph.draw(format=format, prog=engine)
        except ValueError as error:
            raise RuntimeError(f"the Graphviz of pygraphviz cannot draw {format!r} with {engine!r}: {error}") from error
    return image


def _embedded() -> Any:
    """Give pygraphviz's class of graphs, or ``None`` where it is not installed or cannot be loaded."""
    try:
        from pygraphviz import AGraph
    except ImportError:
        return None
    return AGraph


def _by_installed(source: str, format: str, engine: str) -> bytes:
    try:
        image: bytes = graphviz.pipe(engine, format, source.encode())
    except graphviz.ExecutableNotFound as error:
        raise RuntimeError(
            "there is no Graphviz to draw with. `pip install glassgrad[drawing]` brings one along; a `dot` on the PATH "
            'is found, too. The DOT text itself is always there: drawing.source, or drawing.save_as("graph.dot")'
        ) from error
    return image
