"""Names may hold anything: the drawing stays a drawing, and shows them as they are."""

import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd as ag
from autograd.drawing.markup import legible
from tests.drawing.page import Page

HOSTILE = [
    'quotes " and \' and `',
    "</TD></TR></TABLE>><b>bold</b>",
    "<script>alert(1)</script>",
    "a & b &amp; c &#65; &nbsp;",
    "{left|right} [x] ;",
    "two\nlines\r\n\tand a tab",
    "back\\slash \\N \\G \\l \\",
    "-->  <!-- ]]> <![CDATA[",
    'charset="latin-1"',
    'digraph { a -> b } // "',
    "שלום עולם",
    "\u202egnp.exe",
    "zero\u200bwidth \ufeff",
    "nul \x00 bell \x07 escape \x1b[31m",
    "lone surrogate \ud800",
    "emoji 🧪 and combining e\u0301",
    "%n %s \\x41 $(id)",
    "<", ">", "&", "\\", '"', "{", "<>", "<b>",
]  # fmt: skip


def svg_texts(drawing):
    root = ET.fromstring(drawing.pipe("svg"))
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")], root


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is(name, capfd):
    x = ag.Tensor(2.0, requires_grad=True, name=name)
    with ag.retain_all(), ag.scope(name):
        y = x * 3
    y.name = name
    drawing = ag.draw(y)
    page = Page(drawing)
    assert [card.name for card in page.cards] == [legible(name)] * 2
    assert list(page.clusters()) == [(legible(name),)]
    texts, root = svg_texts(drawing)
    assert texts.count(legible(name)) == 3
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "text", "path", "polygon", "ellipse"}
    titles = [
        title.text.replace("\N{REVERSE SOLIDUS OPERATOR}", "\\")
        for title in root.iter("{http://www.w3.org/2000/svg}title")
    ]
    assert f"{legible(name)}: weight, float64, scalar" in titles
    assert legible(name) in titles  # of the cluster
    assert "rror" not in capfd.readouterr().err


@given(st.text(min_size=1, max_size=90))
@example("x" * 10_000)
@example("\\" * 50)
@example("\u0301" * 50)
def test_any_name_can_be_drawn(name):
    x = ag.Tensor(2.0, requires_grad=True, name=name)
    with ag.retain_all(), ag.scope(name):
        y = x * 3
    drawing = ag.draw(y)
    page = Page(drawing)
    assert (len(page.cards), len(page.discs), len(page.edges)) == (2, 1, 2)
    assert len(page.cards[0].name) <= 60
    texts, _ = svg_texts(drawing)
    assert page.cards[0].name in texts


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_legible_text_is_one_short_line_of_characters(text, longest):
    shown = legible(text, longest)
    assert len(shown) <= longest
    assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in shown)
    assert shown == shown.strip()


def test_a_name_of_blanks_is_none():
    x = ag.Tensor(2.0, requires_grad=True, name=" \n ")
    with ag.retain_all(), ag.scope("  "):
        y = x * 3
    page = Page(ag.draw(y))
    assert {card.name for card in page.cards} == {"weight", "multiply"}
    assert list(page.clusters()) == [("scope",)]


@pytest.mark.parametrize("label", ['<b>"\\N&', "<b>", "\\", ""])
def test_labels_of_operations_are_escaped(label, monkeypatch):
    monkeypatch.setattr(ag.exp, "label", label)
    texts, _ = svg_texts(ag.draw(ag.exp(ag.Tensor(2.0, requires_grad=True))))
    assert label in (*texts, "")
