"""Check the site that was built: every link between its pages leads to a page, and to a place on it; examples are code.

Run by ``make site``; exits with 1 and says what is wrong. Links to other sites are not followed: the build needs no
network.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parent.parent / "out" / "site"

LINKS = {"a": "href", "img": "src", "iframe": "src"}


class Page(HTMLParser):
    """What a page links to, the names of the places on it, and marks of code that stand in its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.strays: list[str] = []
        self._inside = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        given = dict(attrs)
        self._inside = self._inside or (tag if tag in ("pre", "script") else "")
        self.places.update(value for name in ("id", "name") if (value := given.get(name)))
        if link := given.get(LINKS.get(tag, "")):
            self.links.append(link)

    def handle_endtag(self, tag: str) -> None:
        """Leave code."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Note what should be code."""
        if not self._inside and data.startswith((">>> ", "```")):
            self.strays.append(data)


def problems(pages: dict[Path, Page]) -> Iterator[str]:
    """Say what is wrong, and on which page."""
    for path, page in pages.items():
        name = path.relative_to(SITE)
        yield from (f"{name}: not shown as code: {stray}" for stray in page.strays)
        yield from (f"{name}: leads nowhere: {link}" for link in page.links if not leads_somewhere(link, path, pages))


def leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Whether there is what a link names; of other sites whether it could be."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return parts.scheme == "https" and "." in parts.netloc
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    place = unquote(parts.fragment)
    return target.is_file() and (not place or target not in pages or place in pages[target].places)


def main() -> int:
    """Check all pages."""
    pages = {path: Page(path) for path in sorted(SITE.resolve().rglob("index.html"))}
    wrong = list(problems(pages))
    print(*wrong, f"{len(pages)} pages, {len(wrong)} problems", sep="\n")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
