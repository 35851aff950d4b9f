"""Drawings of what was recorded: every value and every gradient on one page, laid out by Graphviz.

``draw`` gives a ``Drawing``, which is a ``graphviz.Digraph``. A scene says what is on the page and takes it from the
graph; a theme says in which colours; cards, discs and the legend are written in Graphviz's HTML-like markup; a renderer
makes an image of it, by the Graphviz inside of pygraphviz or by one that is installed.
"""

from .options import draw
from .rendering import Drawing

__all__ = ["Drawing", "draw"]
