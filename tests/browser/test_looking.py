"""The player in a real browser: what can be looked at, and how."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd as ag
from autograd.drawing.figures import figure
from tests.browser.pages import position, to, wait


def test_a_click_selects_and_the_inspector_tells_all(opened, net):
    page = opened(ag.play(net), "#p=999")
    page.locator(".node[aria-label^='hidden.weight']").click()
    said = page.locator(".about").inner_text()
    for text in (
        "hidden.weight",
        "weight",
        "4 × 2, float32",
        "hidden: Linear(2, 4)",
        "contributions",
        "sum",
    ):
        assert text in said
    page.locator(".node[aria-label^='operation linear']").first.click()
    said = page.locator(".about").inner_text()
    assert "linear (Wx+b)" in said
    assert "conftest.py:" in said
    assert "nn.BCELoss" in said
    page.mouse.click(5, 400)
    assert page.evaluate("player.selected") is None


def test_what_the_pointer_is_on_is_told(opened, chain):
    page = opened(ag.play(chain), "#p=8")
    page.locator(".node[aria-label^='a,']").hover()
    assert page.locator("#hover").is_visible()
    assert page.locator("#hover").inner_text().startswith("a\nscalar, float64\nvalue 4.00\ngradient 0.11")
    page.mouse.move(5, 300)
    assert not page.locator("#hover").is_visible()


def test_a_constant_array_is_told_too(opened):
    w = ag.Tensor([1.0, 2.0], requires_grad=True, name="w")
    page = opened(ag.play((w * np.array([3.0, 4.0])).sum()))
    constant = page.locator(".node", has_text="constant")
    assert constant.get_by_text("not asked for").is_visible()
    constant.hover()
    assert page.locator("#hover").inner_text() == "constant\n2, float64\nvalue [2] rms 3.54"


def test_large_arrays_have_a_map_a_histogram_and_statistics(opened):
    w = ag.Tensor(np.random.default_rng(0).normal(size=(30, 40)), requires_grad=True, name="w")
    page = opened(ag.play((w * w).sum()), "#p=999&n=0")
    assert page.locator(".about canvas").count() == 2
    assert page.locator(".about svg.histogram rect").count() == 36
    assert f"mean\n{figure(w.data.mean())}" in page.locator(".about .statistics").first.inner_text()


def test_search(opened, net):
    page = opened(ag.play(net))
    page.keyboard.press("/")
    page.keyboard.type("hidden wei")
    assert page.locator("#found li").all_inner_texts()[0].startswith("hidden.weight")
    page.keyboard.press("Enter")
    assert page.evaluate("player.data.nodes[player.selected].name") == "hidden.weight"
    page.locator("#search").fill("nothing like it")
    assert page.locator("#found").inner_text() == "nothing found"
    page.keyboard.press("Escape")
    assert not page.locator("#found").is_visible()


def test_zoom_pan_and_fit(opened, chain):
    page = opened(ag.play(chain))
    before = page.evaluate("player.viewport.scale")
    page.get_by_role("button", name="zoom in").click()
    assert page.evaluate("player.viewport.scale") == pytest.approx(1.3 * before)
    page.get_by_role("button", name="zoom out").click()
    assert page.evaluate("player.viewport.scale") == pytest.approx(before)
    x = page.evaluate("player.viewport.x")
    page.mouse.move(300, 450)
    page.mouse.down()
    page.mouse.move(340, 470, steps=4)
    page.mouse.up()
    assert page.evaluate("player.viewport.x") == pytest.approx(x + 40, abs=5)
    page.mouse.wheel(0, -300)
    wait(page, f"player.viewport.scale > {1.2 * before}")
    page.get_by_role("button", name="fit").click()
    assert page.evaluate("player.viewport.scale") == pytest.approx(before)


def test_the_theme_and_the_legend(opened, chain):
    page = opened(ag.play(chain), color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(18, 24, 31)"
    page.keyboard.press("t")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.locator("#theme").get_attribute("aria-pressed") == "false"
    assert page.locator("#legend").is_visible()
    page.get_by_role("button", name="legend").click()
    assert not page.locator("#legend").is_visible()


def test_a_large_graph_opens_folded_and_legible(opened, gpt):
    page = opened(ag.play(gpt), width=1440, height=900, reduced_motion="reduce")
    blocks = page.locator(".node[data-key^=block]")
    assert page.locator(".node").count() <= 30
    assert page.evaluate("player.viewport.scale") > 0.5
    first = page.evaluate("player.picture.layout.blocks[player.moments.at(1).node]")
    box = page.locator(f".node[data-key={first}]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.locator("#stage").bounding_box()["width"]
    assert blocks.count() == page.locator(".node[data-key^=block].waiting").count()
    assert not re.search("depth=|fold_above=", page.locator("#remarks").inner_text())


def test_a_block_shows_how_much_of_it_is_done(opened, gpt):
    page = opened(ag.play(gpt), width=1440, height=900, reduced_motion="reduce")
    layer = page.locator(".node[aria-label^='layers.1: ']")
    share = """(block) => ["forward", "backward"].map((phase) => {
        const line = block.querySelector(`.progress.${phase}`);
        return line.getAttribute("width") / line.dataset.full;
    })"""
    assert layer.evaluate(share) == [0, 0]
    inside = page.evaluate("player.picture.nodesOf.get(player.picture.layout.blocks[player.moments.at(60).node])")
    to(page, page.evaluate("(inside) => player.moments.list.findIndex(({node}) => inside.includes(node)) + 1", inside))
    forward, backward = layer.evaluate(share)
    assert 0 < forward < 0.1
    assert backward == 0
    to(page, 9999)
    assert layer.evaluate(share) == [1, 1]


def test_what_is_found_is_brought_near(opened, gpt):
    page = opened(ag.play(gpt), width=1440, height=900, reduced_motion="reduce")
    page.keyboard.press("0")
    assert page.evaluate("player.viewport.scale") < 0.5
    page.keyboard.press("/")
    page.keyboard.type("head weight")
    page.keyboard.press("Enter")
    assert page.evaluate("player.viewport.scale") > 0.5
    box, stage = (page.locator(each).bounding_box() for each in (".node.selected", "#stage"))
    assert abs(box["x"] + box["width"] / 2 - stage["width"] / 2) < 2


def test_modules_fold(opened, net):
    page = opened(ag.play(net), "#p=999")
    before = page.locator(".node").count()
    page.locator("#fold").select_option(label="all modules")
    assert page.locator(".node").count() < before
    assert page.evaluate("player.position") == page.evaluate("player.moments.count")
    for key in ("Home", "ArrowRight", "ArrowRight", "End"):
        page.keyboard.press(key)
    page.locator("#fold").select_option(label="nothing")
    assert page.locator(".node").count() == before


def test_the_state_is_in_the_fragment(opened, chain):
    page = opened(ag.play(chain))
    to(page, 5)
    page.evaluate("player.select(1)")
    page.keyboard.press("t")
    page.get_by_label("speed").select_option("2")
    wait(page, "location.hash.includes('p=5') && location.hash.includes('s=2')")
    other = opened(ag.play(chain), page.evaluate("location.hash"))
    assert position(other) == 5
    assert other.evaluate("[player.selected, player.themeName, player.speed]") == [1, "dark", 2]
    other.evaluate("location.hash = 'p=2&n=0'")
    wait(other, "player.position === 2 && player.selected === 0")


@pytest.mark.parametrize("fragment", ["#p=abc&n=x&f=-4&l=99&s=0&t=pink&v=1", "#%E0%A4%A", "#p=1e9"])
def test_a_fragment_that_makes_no_sense_does_no_harm(opened, chain, fragment):
    page = opened(ag.play(chain), fragment)
    assert 0 <= position(page) <= 8
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert position(page) == 1


def test_the_view_is_saved(opened, net, tmp_path):
    page = opened(ag.play(net), "#p=6", reduced_motion="reduce")
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    path = tmp_path / "saved.svg"
    download.value.save_as(path)
    assert download.value.suggested_filename == "loss-6.svg"
    root = ET.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "hidden.weight" in "".join(root.itertext())
    assert not {"class", "style"} & {name for each in root.iter() for name in each.attrib}  # any program can show it
    assert "var(" not in path.read_text(encoding="utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    path = tmp_path / "saved.png"
    download.value.save_as(path)
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size > 10_000
