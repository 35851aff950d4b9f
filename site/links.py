"""Check the site that was built: every link between its pages leads to a page, and to a place on it.

Run by ``make site``; exits with 1 and says which links lead nowhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parent.parent / "out" / "site"


class Page(HTMLParser):
    """What a page links to, and the names of the places on it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        given = dict(attrs)
        self.places.update(value for name in ("id", "name") if (value := given.get(name)))
        if tag in ("a", "img") and (link := given.get("href" if tag == "a" else "src")):
            self.links.append(link)


def broken(pages: dict[Path, Page]) -> Iterator[str]:
    """Say of each link inside of the site that leads nowhere, on which page it is."""
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            place = unquote(parts.fragment)
            if not target.is_file() or (place and target in pages and place not in pages[target].places):
                yield f"{path.relative_to(SITE)}: {link}"


def main() -> int:
    """Check all pages."""
    pages = {path: Page(path) for path in sorted(SITE.resolve().rglob("*.html")) if path.name != "404.html"}
    wrong = list(broken(pages))
    print(*wrong, f"{len(pages)} pages, {len(wrong)} broken links", sep="\n")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
