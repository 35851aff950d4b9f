"""The player in a real browser: time goes where the controls say."""

import autograd as ag
from autograd.drawing.player.arrays import Arrays
from autograd.drawing.player.contents import Frame
from tests.browser.pages import classes, position, wait


def test_it_begins_at_the_start(opened, chain):
    page = opened(ag.play(chain))
    assert position(page) == 0
    assert page.locator("#where").inner_text() == "0 / 8"
    assert "waiting" in classes(page, "c")
    assert "waiting" not in classes(page, "x")


def test_the_buttons(opened, chain):
    page = opened(ag.play(chain))
    for name, place in [("step", 1), ("step", 2), ("back", 1), ("to end", 8), ("back", 7), ("to start", 0)]:
        page.get_by_role("button", name=name, exact=True).click()
        assert position(page) == place
    assert page.locator("#back").get_attribute("aria-disabled") == "true"
    page.locator("#back").dispatch_event("click")
    assert position(page) == 0
    page.get_by_role("button", name="to end").click()
    page.locator("#step").dispatch_event("click")
    assert position(page) == 8


def test_calls_of_several_results_are_played(opened):
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    twice, total = ag.checkpoint(lambda x: (x * 2, x.sum()))(x)
    page = opened(ag.play((twice * total).sum()))
    count = int(page.locator("#where").inner_text().partition("/")[2])
    for place in range(1, count + 1):
        page.get_by_role("button", name="step", exact=True).click()
        assert position(page) == place


def test_it_plays_and_pauses(opened, chain):
    page = opened(ag.play(chain))
    page.get_by_label("speed").select_option("50")
    page.get_by_role("button", name="play", exact=True).click()
    wait(page, "player.position === 8 && !player.isPlaying")
    page.get_by_label("speed").select_option("1")
    page.get_by_role("button", name="play", exact=True).click()
    page.get_by_role("button", name="pause").click()
    paused = position(page)
    assert 0 < paused < 8
    page.wait_for_timeout(1500)
    assert position(page) == paused


def test_the_keys(opened, chain):
    page = opened(ag.play(chain))
    keys = [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 8),
        ("ArrowLeft", 7),
        ("Shift+ArrowLeft", 6),
        ("PageUp", 5),
        ("Shift+ArrowRight", 6),
        ("PageDown", 7),
        ("PageDown", 8),
        ("Home", 0),
    ]
    for key, place in keys:
        page.keyboard.press(key)
        assert position(page) == place, key
    page.keyboard.press("Space")
    assert page.evaluate("player.isPlaying")
    page.keyboard.press("Space")
    assert not page.evaluate("player.isPlaying")
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.evaluate("player.selected") == 1
    page.keyboard.press("b")
    assert page.evaluate("player.selected") == 0
    page.keyboard.press("Escape")
    assert page.evaluate("player.selected") is None
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_the_timeline_is_jumped_on(opened, chain):
    page = opened(ag.play(chain))
    box = page.locator("#timeline").bounding_box()
    for place in (2, 7, 4):
        page.mouse.click(box["x"] + box["width"] * (place - 0.5) / 8, box["y"] + 16)
        assert position(page) == place
    assert page.locator("#timeline").get_attribute("aria-valuenow") == "4"
    assert page.locator("#timeline").get_attribute("aria-valuetext") == "Backward begins: the gradient of c is 1"


def test_forward_then_backward_in_the_order_of_the_walk(opened, net):
    page = opened(ag.play(net))
    frame = Frame(ag.Graph(net), Arrays())
    index = {node: number for number, node in enumerate(frame.graph)}
    moments = page.evaluate("player.moments.list.map(({phase, node, parent}) => [phase, node, parent ?? null])")
    forward = [["forward", index[node], None] for node in frame.graph.operations]
    seed = [["backward", index[net.node], None]]
    backward = [
        ["backward", index[visit.node], index[each.parent]]
        for visit in frame.replay.visits
        for each in visit.contributions
    ]
    assert moments == forward + seed + backward
