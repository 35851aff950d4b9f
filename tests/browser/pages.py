"""What tests read in a page of the player, and do with it."""

import numpy as np

from autograd.drawing.figures import figure


def position(page):
    return page.evaluate("player.position")


def index_of(page, name):
    """The number of the node of a name."""
    return page.evaluate("(name) => player.data.nodes.findIndex((node) => node.name === name)", name)


def cells_of(page, node, row):
    return page.evaluate(
        "([node, row]) => player.picture.cells.of(node, row).texts.map((text) => text.textContent)", [node, row]
    )


def cells(page, name, row):
    """The numbers in a card of the picture."""
    return cells_of(page, index_of(page, name), row)


def classes(page, name):
    return page.evaluate("(at) => [...player.picture.cardOf(at).classList]", index_of(page, name))


def wait(page, condition):
    """Wait until a condition holds; the page's policy does not let the browser's own way to wait evaluate texts."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def to(page, place):
    page.evaluate("(place) => player.jump(place)", place)


def figures(array):
    return [figure(each) for each in np.asarray(array).ravel().tolist()]
