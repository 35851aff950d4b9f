"""What README, the pages of docs/ and the lessons link to is there, for those who read them as files of the repository.

The site has a check of its own, in ``make site``. What other sites have nobody can know without asking them: links
there are https, and lead to hosts that are listed here.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.pages import tokens

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "notebooks").glob("*.*"))]
FILES = [page for page in PAGES if page.suffix in (".md", ".ipynb")]
HOSTS = {"data-apis.org", "keepachangelog.com", "semver.org"}
WRITTEN = {"out", "build", "dist"}  # by programs; not there for readers


def name(path):
    return str(path.relative_to(ROOT))


def text(path):
    """Give the Markdown of a page or of a notebook."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return source
    return "\n\n".join("".join(c["source"]) for c in json.loads(source)["cells"] if c["cell_type"] == "markdown")


class Tags(HTMLParser):
    """What HTML inside of Markdown links to."""

    def __init__(self, html):
        super().__init__()
        self.links = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in ("href", "src", "srcset")]


def links(markdown):
    for token in tokens(markdown):
        if token.type in ("html_block", "html_inline"):
            yield from Tags(token.content).links
        elif link := token.attrs.get("href") or token.attrs.get("src"):
            yield link


def places(markdown):
    """Give the names of the headings, as GitHub makes them."""
    found = []
    inside = False
    for token in tokens(markdown):
        if inside and token.type == "inline":
            title = "".join(part.content for part in token.children if part.type in ("text", "code_inline"))
            found.append(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"))
        inside = token.type == "heading_open"
    return [f"{place}-{number}" if (number := found[:at].count(place)) else place for at, place in enumerate(found)]


def is_read(path):
    """Whether it is there, in the repository."""
    return path.exists() and path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] not in WRITTEN


def broken(markdown, path):
    """Give the links that lead nowhere."""
    for link in links(markdown):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if target != path and not is_read(target):
            yield link
        elif place := parts.fragment:
            there = places(markdown if target == path else text(target))
            yield from [link] if unquote(place) not in there else []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_links_lead_to_files_and_to_places_in_them(path):
    assert list(broken(text(path), path)) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_links_to_other_sites_are_safe_and_listed(path):
    parts = [urlsplit(link) for link in links(text(path))]
    outside = [part for part in parts if part.scheme or part.netloc]
    assert [part.geturl() for part in outside if part.scheme != "https" or part.netloc not in HOSTS] == []


def test_hosts_that_nobody_links_to_are_not_listed():
    assert {urlsplit(link).netloc for path in FILES for link in links(text(path))} - {""} == HOSTS


@pytest.mark.parametrize(
    ("markdown", "wrong"),
    [
        ("[there](docs/faq.md) and ![a picture](docs/images/chain.svg)", []),
        ("[gone](docs/gone.md)", ["docs/gone.md"]),
        ("| a table |\n|---|\n| [gone](gone.md) |", ["gone.md"]),
        ("[there](docs/faq.md#why-is-grad-none), [not there](docs/faq.md#gone)", ["docs/faq.md#gone"]),
        ("# One, *two*: `three_4`\n\n[a](#one-two-three_4) [b](#One)", ["#One"]),
        ("# Same\n\n# Same\n\n[first](#same), [second](#same-1), [third](#same-2)", ["#same-2"]),
        ("<picture><source srcset='gone.png'><img src='docs/images/chain.svg'></picture>", ["gone.png"]),
        ("`[code](gone.md)`\n\n```\n[code](gone.md)\n```", []),
        ("[what a program writes](out/page.html)", ["out/page.html"]),
    ],
)
def test_a_link_that_leads_nowhere_is_found(markdown, wrong):
    assert list(broken(markdown, ROOT / "page.md")) == wrong
