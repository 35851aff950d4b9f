"""A real browser, in which every page must be silent: no error in its console, no request to anywhere."""

import shutil

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

import autograd as ag
import nn
from examples import players


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium")
    assert path, "there is no chromium on the PATH; `make browser` says how to get one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a player, from a file, and give its page."""
    problems, contexts = [], []

    def open_page(player, fragment="", width=1200, height=800, **options):
        path = player.save_as(tmp_path / f"page{len(contexts)}.html")
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", lambda request: None if request.url.startswith(LOCAL) else problems.append(request.url))
        page.goto(f"{path.as_uri()}{fragment}")
        page.locator("svg.drawing").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


LOCAL = ("file:", "data:", "blob:")


@pytest.fixture(scope="session")
def chain():
    """``c = sqrt(ln(x * x))`` at 2."""
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    with ag.retain_all():
        a = x * x
        b = ag.log(a)
        c = ag.sqrt(b)
    a.name, b.name, c.name = "a", "b", "c"
    return c


@pytest.fixture(scope="session")
def twice():
    """``b = a + a; c = b + b``."""
    a = ag.Tensor(3.0, requires_grad=True, name="a")
    with ag.retain_all():
        b = a + a
        c = b + b
    b.name, c.name = "b", "c"
    return c


@pytest.fixture(scope="session")
def net():
    """One step of a 2-4-1 net."""
    ag.manual_seed(3)
    model = nn.Sequential({"hidden": nn.Linear(2, 4), "h": nn.Sigmoid(), "output": nn.Linear(4, 1), "p": nn.Sigmoid()})
    x = ag.Tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], name="x")
    y = ag.Tensor(np.array([[0.0], [0.85], [1.0], [0.0]]), name="y")
    with ag.retain_all():
        loss = nn.BCELoss(reduction="sum")(model(x), y)
    loss.name = "loss"
    return loss


@pytest.fixture(scope="session")
def gpt():
    """One step of a GPT of three layers."""
    return players.transformer()
