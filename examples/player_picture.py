"""Photograph the player: a 2-4-1 net in the middle of its backward, as docs/images/player.png.

    python -m examples.player_picture

It needs Chromium on the PATH, and the extra ``browser``.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import autograd as ag
from examples import players

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "player.png"
MOMENT = 10  # the gradient of the output's weight


def main() -> None:
    """Write the picture."""
    player = ag.play(players.loss_of(players.network()), title="a 2-4-1 network")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = player.save_as(Path(folder) / "network.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 700})
        page.goto(f"{path.as_uri()}#p={MOMENT}")
        page.locator("svg.drawing").wait_for()
        page.wait_for_timeout(1000)  # what moves has come to rest
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE.relative_to(PICTURE.parent.parent.parent)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
