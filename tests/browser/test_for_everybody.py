"""The player in a real browser: safe, reached by the keyboard, legible, narrow and large."""

import pytest

import autograd as ag
from examples import players
from tests.browser.contrast import contrasts, contrasts_in_picture
from tests.browser.pages import cells, position, to


def test_hostile_names_are_texts(opened):
    hostile = "</template></script><img src=x onerror=alert(1)>"
    w = ag.Tensor(2.0, requires_grad=True, name=hostile)
    with ag.retain_all(), ag.scope(hostile):
        loss = w * w
    loss.name = hostile
    page = opened(ag.play(loss, title=hostile), "#p=9&n=0")
    assert page.locator("img").count() == 0
    assert page.locator("h1").inner_text() == hostile
    assert hostile in page.locator(".about h2").inner_text()


def test_the_policy_refuses_what_is_not_ours(opened, chain, browser, tmp_path):
    path = ag.play(chain).save_as(tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</main>", "</main><script>window.intruder = 1</script>"), encoding="utf-8")
    page = browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("window.intruder") is None
    assert any("Content Security Policy" in text for text in refused)
    page.close()


def test_everything_is_reached_by_the_keyboard(opened, chain):
    page = opened(ag.play(chain))
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label')"))
    wanted = {"search", "predict", "why", "show-legend", "theme", "export-svg", "export-png", "help", "zoom-in", "fit"}
    assert wanted | {"start", "back", "play", "step", "end", "speed", "timeline"} <= set(reached)
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_every_control_has_a_name(opened, net):
    page = opened(ag.play(net), "#p=9")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, [role]")]
            .filter((each) => each.checkVisibility())
            .filter((each) => !(each.getAttribute("aria-label") || each.textContent.trim() || each.labels?.length))
            .map((each) => each.outerHTML)"""
    )
    assert unnamed == []


def test_what_happens_is_said(opened, chain):
    page = opened(ag.play(chain))
    page.keyboard.press("ArrowRight")
    assert page.locator("#live").inner_text() == "Forward: multiply gives a = 4.00"
    to(page, 5)
    assert page.locator("#live").inner_text() == "Backward: c gives b 0.42; the sum there is 0.42"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_have_enough_contrast(opened, net, theme):
    page = opened(ag.play(net), "#p=9&n=2", color_scheme=theme, reduced_motion="reduce")
    seen = contrasts(page)
    assert len(seen) > 30
    assert [each for each in seen if each[1] < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", [11, 14])
def test_texts_in_the_picture_have_enough_contrast(opened, net, theme, place):
    page = opened(ag.play(net), f"#p={place}", color_scheme=theme, reduced_motion="reduce")
    seen = contrasts_in_picture(page)
    assert len(seen) > 100
    assert [each for each in seen if each[1] < 4.5] == []


def test_reduced_motion_is_respected(opened, chain):
    page = opened(ag.play(chain), "#p=4", reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("player.picture.landing.running ?? null") is None
    assert cells(page, "b", "gradient") == ["0.42"]
    assert page.evaluate("getComputedStyle(document.querySelector('.edge.moving path')).animationName") == "none"


def test_a_narrow_window(opened, net):
    page = opened(ag.play(net), "#p=9", width=380, height=760)
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    for name in ("play", "step", "to end", "predict", "fit"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 380


PAGES = [players.chain, players.shared, players.training, players.convolutions, players.transformer]


@pytest.mark.parametrize("make", PAGES)
def test_the_pages_of_the_examples_play(opened, make):
    page = opened(ag.play(make()), reduced_motion="reduce")
    for key in ("End", "Home", *["ArrowRight"] * 4, "n", "n", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert position(page) == page.evaluate("player.moments.count") - 1
    for number in range(page.locator("#fold option").count()):
        page.evaluate("(number) => player.useLayout(number)", number)
        assert page.locator(".node.reached").count() > 0


# Size


def test_a_step_among_two_thousand_nodes_changes_few_elements(opened):
    x = ag.Tensor(0.5, requires_grad=True, name="x")
    with ag.retain_all():
        y = x
        for block in range(20):
            with ag.scope(f"block {block}"):
                for _ in range(100):
                    y = ag.sin(y)
    player = ag.play(y, fold_above=60)
    page = opened(player)
    assert page.evaluate("player.moments.count") == 4001
    changed = page.evaluate(
        """async () => {
            const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            let changes = 0;
            const observer = new MutationObserver((records) => (changes += records.length));
            player.go(2500);
            await settled();
            observer.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
            player.go(2501);
            await settled();
            return changes;
        }"""
    )
    assert 0 < changed < 200  # a step costs what it changes, however many nodes there are


def test_two_thousand_nodes_drawn_at_once_make_few_groups_for_the_browser(opened):
    """Each element of its own opacity is a group, and to order thousands of them takes seconds at each step."""
    y = ag.Tensor(0.5, requires_grad=True, name="x")
    for _ in range(1000):
        y = ag.sin(y)
    page = opened(ag.play(y, fold_above=5000), "#p=1")
    assert page.locator(".node").count() > 2000
    assert page.locator(".waiting").count() > 2000
    groups = """() => [...document.querySelectorAll("svg.drawing *")]
        .filter((each) => getComputedStyle(each).opacity !== "1").length"""
    assert page.evaluate(groups) < 10
