"""What is remarkable about nodes that are not drawn themselves is said on their block, or in the legend."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.drawing.theme import LIGHT
from tests.drawing.page import Page, markup


class Block(nn.Module):
    def __init__(self, fails=False):
        self.inner = nn.Linear(3, 3, bias=False)
        self.fails = fails

    def forward(self, x):
        h = ag.abs(self.inner(x))
        return ag.log(h * (-1.0 if self.fails else 1.0))


def computed(*blocks):
    ag.manual_seed(0)
    model = nn.Sequential(*blocks)
    with ag.retain_all(), np.errstate(all="ignore"):
        loss = model(ag.Tensor(np.ones((4, 3), np.float32), name="x")).sum()
        loss.backward()
    return loss


def block_of(page, title):
    (key,) = [key for key, text in page.blocks.items() if text.startswith(title)]
    return page.graph.get_node(key)


def test_a_folded_module_says_what_was_made_in_it():
    page = Page(ag.draw(computed(Block(), Block(fails=True)), depth=1, roll_up=False))
    assert page.blocks["block1"].endswith("NaN made by log")
    assert "NaN made" not in page.blocks["block0"]
    assert "log in 1: log gave NaN, of finite operands" in block_of(page, "1: Block").attr["tooltip"]
    assert (
        "Marked inside of blocks: 1 × NaN made (of finite numbers, by an operation or its gradient rule)" in page.legend
    )


def test_several_of_a_kind_are_counted():
    class Dead(nn.Module):
        def forward(self, x):
            return ag.relu(-ag.abs(ag.relu(-ag.abs(x))) - 1.0)

    x = ag.Tensor(np.ones((4, 3)), requires_grad=True, name="x")
    with ag.retain_all():
        loss = Dead()(x).sum()
    loss.backward()
    page = Page(ag.draw(loss, depth=0))
    assert page.blocks["block0"].endswith("2 × dead")
    assert "and 1 more" in block_of(page, "Dead").attr["tooltip"]


def test_what_others_stand_for_is_marked_in_the_legend():
    page = Page(ag.draw(computed(Block(), Block(), Block(fails=True)), roll_up=True))
    assert not any("made" in mark for card in page.cards for mark in card.marks)
    assert "Marked in what is not drawn: NaN made by log (first: log in 2)" in page.legend


def test_a_block_has_the_colour_of_its_gradient():
    loss = computed(nn.Linear(3, 3))
    drawing = ag.draw(loss, depth=1)
    page = Page(drawing)
    cells = list(markup(block_of(page, "0: Linear").attr["label"]).iter("TD"))
    assert any(cell.get("BGCOLOR") in LIGHT.ramp for cell in cells)
    loss = nn.Linear(3, 3)(np.ones((4, 3), np.float32)).sum()
    assert " grad " not in " ".join(Page(ag.draw(loss, depth=0)).blocks.values())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_blocks_with_marks_are_rendered_without_a_word(theme, capfd):
    drawing = ag.draw(computed(*(Block(fails=True) for _ in range(12))), depth=1, roll_up=True, theme=theme)
    assert "× 12" in drawing.pipe("svg", encoding="utf-8")
    assert not [line for line in capfd.readouterr().err.splitlines() if "Fontconfig" not in line]
