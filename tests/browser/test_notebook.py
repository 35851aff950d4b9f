"""The player in a notebook: in a frame that may be hidden at first, where keys and wheels mean something else."""

import pytest

import autograd as ag
from tests.browser.conftest import LOCAL

#: What surrounds an output in JupyterLab: a panel that scrolls, keys that do things to cells, and outputs that are
#: attached before they have a size.
NOTEBOOK = """<!doctype html><meta charset="utf-8">
<style>html, body {{ height: 100%; margin: 0 }} #panel {{ height: 100%; overflow: auto }}
#output {{ width: 900px }} #output.hidden {{ width: 0; height: 0; overflow: hidden }}</style>
<div id="panel"><div id="output" class="hidden">{output}</div><div style="height: 3000px">cells</div></div>
<script>window.keys = []; addEventListener("keydown", (event) => window.keys.push(event.key), true);</script>"""


@pytest.fixture
def notebook(browser, net, tmp_path):
    """A page like JupyterLab's, and the frame of the player in it."""
    path = tmp_path / "notebook.html"
    path.write_text(NOTEBOOK.format(output=ag.play(net)._repr_html_()), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(LOCAL) else problems.append(request.url))
    page.goto(path.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("svg.drawing").wait_for(state="attached")
    page.evaluate("document.querySelector('#output').classList.remove('hidden')")
    frame.locator("svg.drawing").wait_for()
    page.wait_for_timeout(200)
    yield page, frame
    page.close()
    assert problems == ["about:srcdoc"] * problems.count("about:srcdoc")


def test_it_plays_in_the_frame_of_a_notebook(notebook):
    page, frame = notebook
    frame.get_by_role("button", name="step", exact=True).click()
    frame.get_by_role("button", name="to end").click()
    assert frame.locator("#where").inner_text() == "14 / 14"
    for kind in ("SVG", "PNG"):
        with page.expect_download():
            frame.get_by_role("button", name=kind).click()


def test_a_frame_that_was_hidden_opens_legibly(notebook):
    _, frame = notebook
    assert frame.locator("#legend").is_visible()
    assert frame.locator("body").evaluate("player.viewport.scale") > 0.5
    card, stage = (
        frame.locator(".node[aria-label^='hidden.weight']").bounding_box(),
        frame.locator("#stage").bounding_box(),
    )
    assert stage["x"] <= card["x"]
    assert card["x"] + card["width"] <= stage["x"] + stage["width"]


def test_its_keys_are_its_own(notebook):
    page, frame = notebook
    frame.locator("#stage").click(position={"x": 20, "y": 450})
    for key in ("ArrowRight", "ArrowRight", "b", "n", "Space", "Space", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert frame.locator("#where").inner_text() == "13 / 14"
    assert page.evaluate("window.keys") == []


def test_the_wheel_scrolls_the_notebook_until_somebody_works_in_the_frame(notebook):
    page, frame = notebook
    scale = frame.locator("body").evaluate("player.viewport.scale")
    page.mouse.move(300, 400)
    page.mouse.wheel(0, 50)
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('#panel').scrollTop") == 50
    assert frame.locator("body").evaluate("player.viewport.scale") == scale
    page.mouse.click(300, 400)
    page.mouse.wheel(0, -50)
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('#panel').scrollTop") == 50
    assert frame.locator("body").evaluate("player.viewport.scale") > scale
