"""What a drawing shows, read back from its DOT text by Graphviz's own parser."""

import html
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from pygraphviz import AGraph


def words(element):
    """All text of an element, as Graphviz shows it: a backslash is written twice."""
    return " ".join(text.strip() for text in element.itertext() if text.strip()).replace("\\\\", "\\")


def markup(label):
    return ET.fromstring(f"<label>{label}</label>")


@dataclass
class Card:
    key: str
    name: str
    facts: str
    bar: str
    value: object
    grad: object
    value_tints: list
    grad_tints: list
    marks: list
    stripe: object

    @classmethod
    def read(cls, key, label):
        table = markup(label).find("TABLE")
        header, body = table.findall("TR")
        title = header.find("TD/FONT")
        rows = body.findall("TD/TABLE/TR")
        rows, marks = rows[:2], rows[2:]
        assert [words(row.findall("TD")[0]) for row in rows] == ["value", "grad"]
        shown = [content(row.findall("TD")[1]) for row in rows]
        return cls(
            key=key,
            name=words(next(part for part in title if part.tag in "BI")),
            facts=words(title.find("FONT")),
            bar=table.get("BGCOLOR"),
            value=shown[0],
            grad=shown[1],
            value_tints=tints(rows[0]),
            grad_tints=tints(rows[1]),
            marks=[words(mark) for mark in marks],
            stripe=rows[1].find("TD/TABLE/TR/TD").get("BGCOLOR"),
        )


def content(cell):
    """Rows of texts if there is a table of numbers, else the text itself."""
    lines = [[words(number) for number in row.findall("TD")] for row in cell.findall("TABLE/TR")]
    return [line for line in lines if line != [""]] if lines else words(cell)


def tints(row):
    return [cell.get("BGCOLOR") for cell in row.findall("TD")[1].iter("TD") if cell.get("BGCOLOR")]


@dataclass
class Edge:
    tail: str
    head: str
    color: str
    width: float
    style: str
    text: str
    tooltip: str


class Page:
    """The cards, discs, blocks, edges and clusters of a drawing."""

    def __init__(self, drawing):
        self.graph = AGraph(string=drawing.source)
        nodes = {str(node): node.attr for node in self.graph.nodes()}
        self.cards = [Card.read(key, of["label"]) for key, of in nodes.items() if key.startswith("card")]
        self.discs = {key: html.unescape(of["label"]) for key, of in nodes.items() if key.startswith("disc")}
        self.blocks = {key: words(markup(of["label"])) for key, of in nodes.items() if key.startswith("block")}
        self.layers = {
            key: words(markup(of["label"])) for key, of in nodes.items() if key.startswith(("layer", "block"))
        }
        self.edges = [
            Edge(
                tail=str(edge[0]),
                head=str(edge[1]),
                color=edge.attr["color"],
                width=float(edge.attr["penwidth"]),
                style=edge.attr["style"],
                text=words(markup(edge.attr["label"])),
                tooltip=edge.attr["tooltip"],
            )
            for edge in self.graph.edges()
        ]
        self.legend = words(markup(self.graph.graph_attr["label"]))

    def card(self, name):
        (found,) = [card for card in self.cards if card.name == name]
        return found

    def disc(self, label):
        (found,) = [key for key, text in self.discs.items() if text == label]
        return found

    def between(self, tail, head):
        return [edge for edge in self.edges if (edge.tail, edge.head) == (tail, head)]

    def clusters(self):
        """The members of each cluster, by the titles that lead to it; members of inner clusters are left out."""
        found = {}
        open_graphs = [((), graph) for graph in self.graph.subgraphs()]
        while open_graphs:
            path, graph = open_graphs.pop()
            path = (*path, words(markup(graph.graph_attr["label"])))
            inner = graph.subgraphs()
            found[path] = {str(node) for node in graph.nodes()} - {str(n) for each in inner for n in each.nodes()}
            open_graphs += [(path, each) for each in inner]
        return found
