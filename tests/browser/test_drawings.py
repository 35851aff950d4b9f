"""Drawings where people meet them, as a real browser sets their texts: in a notebook, on GitHub, on paper."""

import io

import numpy as np
import pytest
from PIL import Image

import autograd as ag
from examples import players

#: Texts that the browser set wider than what they stand in: each belongs into the picture, a number into its cell.
CLIPPED = """
() => {
  const svg = document.querySelector("svg");
  const picture = svg.getBoundingClientRect();
  const inside = (box, frame) =>
    box.left >= frame.left - 1 && box.right <= frame.right + 1 &&
    box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
  return [...svg.querySelectorAll("text")].filter((text) => {
    const cell = text.getAttribute("text-anchor") === "end" ? text.previousElementSibling : null;
    return !inside(text.getBoundingClientRect(), picture)
      || (cell?.tagName === "polygon" && !inside(text.getBoundingClientRect(), cell.getBoundingClientRect()));
  }).map((text) => text.textContent);
}
"""


@pytest.fixture(scope="module")
def drawing():
    """A step of a 2-4-1 network, with its gradients."""
    loss = players.loss_of(players.network())
    loss.backward()
    return ag.draw(loss)


@pytest.fixture
def page(browser):
    requests = []
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.on("request", lambda request: requests.append(request.url))
    yield page
    page.close()
    assert [url for url in requests if not url.startswith(("about:", "data:", "file:"))] == []


def in_a_notebook(drawing):
    return f"<div>{drawing._repr_mimebundle_()['image/svg+xml']}</div>"


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [380, 1000, 3000])
def test_no_text_is_clipped_in_a_notebook_or_on_paper(page, drawing, width, media):
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(media=media)
    page.set_content(in_a_notebook(drawing))
    assert page.locator("svg text").count() > 60
    assert page.evaluate(CLIPPED) == []
    assert page.locator("svg").bounding_box()["width"] <= width


def test_the_check_sees_what_is_clipped(page, drawing):
    page.set_content(in_a_notebook(drawing))
    page.evaluate("document.querySelector('svg text[text-anchor=end]').style.fontSize = '40px'")
    assert len(page.evaluate(CLIPPED)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_as_a_picture_it_has_its_size_and_its_own_ground(page, drawing, scheme, tmp_path):
    """GitHub shows an SVG as a picture of a file, without scripts, styles or fonts of the page's."""
    drawing.save_as(tmp_path / "net.svg")
    page.emulate_media(color_scheme=scheme)
    (tmp_path / "index.html").write_text('<body style="background: black"><img src="net.svg" style="max-width: 100%">')
    page.goto((tmp_path / "index.html").as_uri())
    image = page.locator("img")
    natural, shown = image.evaluate("async (image) => (await image.decode(), [image.naturalWidth, image.width])")
    assert natural > 1000 >= shown > 900
    corner = np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("RGB"))[5, 5]
    assert corner.min() > 240
