"""What the pages of docs/, and CONTRIBUTING.md, show is what one gets: the blocks of each run, in one session."""

from pathlib import Path

import pytest

from tests.pages import failures

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]


def test_there_are_pages():
    assert "extending.md" in [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("throwaway")
def test_the_examples_of_a_page_hold(page):
    if told := failures(page.read_text(encoding="utf-8"), page.name):
        pytest.fail("".join(told), pytrace=False)
