"""The documentation site has a place for every page, and the reference one for every public name."""

import importlib
import tomllib
from pathlib import Path

import pytest

import autograd as ag
import nn
import optim

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
NOTEBOOKS = ROOT / "notebooks"
CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]


def pages(nav):
    for entry in nav:
        for target in [entry] if isinstance(entry, str) else entry.values():
            yield from [target] if isinstance(target, str) else pages(target)


def shown():
    """Give the full names that the pages of the reference show, of modules with all that they offer."""
    for page in sorted((DOCS / "reference").glob("*.md")):
        for line in page.read_text(encoding="utf-8").splitlines():
            if line.startswith("::: "):
                yield line[4:]


def found(name):
    """Give the object of a full name."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            thing = getattr(thing, part)
        return thing
    raise ImportError(name)


def test_the_contents_name_each_page_once():
    written = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    lessons = {f"lessons/{page.stem}.md" for page in [Path("index.md"), *NOTEBOOKS.glob("*.ipynb")]}
    beside = {"contributing.md", "changelog.md"}
    assert sorted(pages(CONFIG["nav"])) == sorted(written | lessons | beside)


@pytest.mark.parametrize("package", [ag, nn, optim], ids=lambda package: package.__name__)
def test_the_reference_shows_each_public_name(package):
    things = [found(name) for name in shown()]
    modules = [thing for thing in things if type(thing) is type(package)]
    ids = {id(thing) for thing in things}
    ids |= {id(getattr(module, name)) for module in modules for name in getattr(module, "__all__", ())}
    missing = [
        name
        for name in dir(package)
        if not name.startswith("_")
        and type(value := getattr(package, name)) is not type(package)
        and getattr(value, "__module__", "").startswith(package.__name__)
        and id(value) not in ids
    ]
    assert missing == []
