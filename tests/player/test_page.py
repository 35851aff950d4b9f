"""The page: one file that needs nothing else and lets nothing in."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest

import autograd as ag
import nn

HOSTILE = "</script><script>alert(1)</script>\"'<img src=x onerror=alert(1)>&{{data}}\u2028"


class Elements(HTMLParser):
    """The elements of a page, and the texts of its scripts and style sheets."""

    def __init__(self, text):
        super().__init__(convert_charrefs=False)
        self.found, self.texts, self.inside = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag in ("script", "style"):
            self.inside = []

    def handle_data(self, text):
        if self.inside is not None:
            self.inside.append(text)

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.texts.append((*self.found[-1], "".join(self.inside)))
            self.inside = None


@pytest.fixture
def player(network):
    return ag.play(network[0])


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(player):
    page = Elements(player.html)
    policies = [of["content"] for tag, of in page.found if tag == "meta" and of.get("http-equiv")]
    (policy,) = policies
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert not re.search(r"unsafe|http|\*", policy)
    for kind, name in (("script", "script-src"), ("style", "style-src")):
        texts = [text for tag, of, text in page.texts if tag == kind and of.get("type") != "application/json"]
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]
        assert hashes == directives[name].split()


def test_nothing_is_fetched(player):
    page = Elements(player.html)
    assert not [of for _, of in page.found if {"src", "href", "xlink:href", "action"} & of.keys()]
    assert not re.search(r"url\(|@import", "".join(text for tag, _, text in page.texts if tag == "style"))
    assert set(re.findall(r"https?://[^\"'\s<]+", player.html)) <= {"http://www.w3.org/2000/svg"}


def test_styles_and_handlers_stand_nowhere_in_the_markup(player):
    page = Elements(player.html)
    assert not [name for _, of in page.found for name in of if name == "style" or name.startswith("on")]


def test_the_modules_are_one_script_without_imports(player):
    (script,) = [text for tag, of, text in Elements(player.html).texts if of.get("type") == "module"]
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    declared = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", script, re.MULTILINE)
    assert len(declared) == len(set(declared))


def test_every_module_is_used():
    files = {each.name for each in resources.files("autograd.drawing.player").joinpath("page").iterdir()}
    modules = {name for name in files if name.endswith(".mjs")}
    texts = "".join(resources.files("autograd.drawing.player").joinpath("page", name).read_text() for name in modules)
    assert set(re.findall(r'from "\./([a-z_]+\.mjs)"', texts)) | {"main.mjs"} == modules
    assert files - modules == {"player.html", "player.css", "picture.css"}


def test_the_page_without_its_data_is_small(player):
    data = sum(len(text) for _, of, text in Elements(player.html).texts if of.get("type") == "application/json")
    pictures = sum(map(len, re.findall(r"<template>.*?</template>", player.html, re.DOTALL)))
    assert len(player.html) - data - pictures < 200_000


def test_a_page_of_300_nodes_has_less_than_400_kilobytes_beside_its_data():
    model = nn.Sequential(*(layer for _ in range(74) for layer in (nn.Linear(8, 8), nn.Tanh())))
    with ag.retain_all():
        loss = ((model(ag.Tensor(np.ones((4, 8)))) - 1.0) ** 2).mean() / 2.0
    assert len(ag.Graph(loss)) == 300
    player = ag.play(loss)
    (data,) = [text for _, of, text in Elements(player.html).texts if of.get("type") == "application/json"]
    assert len(player.html.encode()) - len(data.encode()) < 400_000


def test_hostile_names_are_texts():
    w = ag.Tensor([1.0, 2.0], requires_grad=True, name=HOSTILE)
    with ag.retain_all(), ag.scope(HOSTILE):
        loss = (w * w).sum()
    loss.name = HOSTILE
    player = ag.play(loss, title=HOSTILE)
    tags = [tag for tag, _ in Elements(player.html).found]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert "alert(1)" in player.html


def test_it_is_written_whole(player, tmp_path):
    path = player.save_as(tmp_path / "new" / "page.html")
    assert path.read_text(encoding="utf-8") == player.html
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]


def test_play_writes_where_it_is_told(network, tmp_path):
    player = ag.play(network[0], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == player.html


def test_a_notebook_shows_it_in_a_sandbox(player):
    ((tag, frame),) = Elements(player._repr_html_()).found
    assert tag == "iframe"
    assert set(frame["sandbox"].split()) == {"allow-scripts", "allow-downloads"}
    assert frame["srcdoc"] == player.html


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rankdir": "XY"}, "rankdir 'XY'"),
        ({"values": -1}, "values must be"),
        ({"fold_above": 0}, "fold_above must be"),
    ],
)
def test_options_that_make_no_sense(network, options, message):
    with pytest.raises(ValueError, match=f"play: {message}"):
        ag.play(network[0], **options)


# Several steps


def step_of(weight, power=2):
    with ag.retain_all():
        return (weight - 1) ** power


def test_a_recorder_keeps_steps_as_they_were():
    w, recorder = ag.Tensor(3.0, requires_grad=True, name="w"), ag.StepRecorder()
    for _ in range(3):
        recorder.keep(step_of(w))
        with ag.no_grad():
            w -= 1.0
    arrays = recorder.arrays.listed()
    values = [arrays[frame.numbers["values"][0]]["data"] for frame in recorder.frames]
    gradients = [arrays[frame.numbers["gradients"][0]]["data"] for frame in recorder.frames]
    assert values == [[3.0], [2.0], [1.0]]
    assert gradients == [[4.0], [2.0], [0.0]]
    assert repr(ag.play(recorder)) == "<Player: 3 steps of 3 nodes>"


def test_steps_that_differ_are_refused():
    recorder = ag.StepRecorder()
    recorder.keep(step_of(ag.Tensor(3.0, requires_grad=True)))
    with pytest.raises(ValueError, match="other operations or shapes than that of the first one"):
        recorder.keep(step_of(ag.Tensor(np.ones(2), requires_grad=True)).sum())
    assert len(recorder) == 1


def test_an_empty_recorder_plays_nothing():
    with pytest.raises(ValueError, match="kept no step"):
        ag.play(ag.StepRecorder())
