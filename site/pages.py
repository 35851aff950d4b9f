"""Write all pages of the site into out/pages, in Markdown: those of docs/, and the notebooks as lessons.

Run by ``make site``. Links between files of the repository, which readers of these follow, become links between pages.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import matplotlib as mpl
from latex2mathml.converter import convert
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "out" / "pages"
DOCS = ROOT / "docs"
NOTEBOOKS = ROOT / "notebooks"
LESSONS = PAGES / "lessons"

#: Where on the site is what files of the repository hold.
PLACES = {
    **{file: PAGES / file.relative_to(DOCS) for file in DOCS.rglob("*.*")},
    **{file: (LESSONS / file.name).with_suffix(".md") for file in NOTEBOOKS.glob("*.ipynb")},
    NOTEBOOKS / "README.md": LESSONS / "index.md",
    ROOT / "CONTRIBUTING.md": PAGES / "contributing.md",
    ROOT / "CHANGELOG.md": PAGES / "changelog.md",
}

#: Code and drawings, which are left as they are.
_CODE = r"```.*?```|`[^`]*`|<svg.*?</svg>"
_LINK = re.compile(rf"{_CODE}|\]\((?P<file>[^)#:]+)(?P<place>#[^)]+)?\)", re.DOTALL)
_PICTURE = re.compile(r"^!\[[^\]]*\]\((?P<file>[^)]+)\)$", re.MULTILINE)

#: A formula stands between two dollars or four.
_FORMULA = re.compile(rf"{_CODE}|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)

#: A player that a lesson writes, and shows in a frame.
_PLAYER = re.compile(r'ag\.play\(\w+, "\.\./(?P<file>out/(?P<name>\w+\.html))"\)')


def main() -> None:
    """Write every page."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for file, page in PLACES.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".ipynb":
            write_lesson(file, page)
        elif file.suffix == ".md":
            write(page, file.read_text(encoding="utf-8"), file)
        else:
            shutil.copyfile(file, page)


def write_lesson(file: Path, page: Path) -> None:
    """Write a notebook, with its pictures and its player."""
    body, resources = MarkdownExporter().from_filename(str(file))
    for name, picture in resources["outputs"].items():
        new = f"{file.stem}_{name}"
        body = body.replace(f"]({name})", f"]({new})")
        (page.parent / new).write_bytes(picture)
    for player in _PLAYER.finditer(body):
        play(file)
        body = body.replace(f'src="../{player["file"]}"', f'src="{player["name"]}"')
        shutil.copyfile(ROOT / player["file"], page.parent / player["name"])
    write(page, _FORMULA.sub(set_formula, body), file)


def write(page: Path, text: str, file: Path) -> None:
    """Write a page with the links of its file as they are on the site, and each picture linked to its full size."""

    def link(found: re.Match[str]) -> str:
        place = PLACES.get((file.parent / found["file"]).resolve()) if found["file"] else None
        return f"]({os.path.relpath(place, page.parent)}{found['place'] or ''})" if place else found[0]

    page.write_text(_PICTURE.sub(r"[\g<0>](\g<file>)", _LINK.sub(link, text)), encoding="utf-8")


def set_formula(found: re.Match[str]) -> str:
    """Give a formula as MathML, which browsers set without any script."""
    if display := found["display"]:
        return str(convert(display.strip(), display="block"))
    return str(convert(found["inline"])) if found["inline"] else found[0]


def play(notebook: Path) -> None:
    """Run a notebook as far as it writes its player."""
    mpl.use("Agg")
    names: dict[str, Any] = {}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    with contextlib.chdir(NOTEBOOKS):
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            source = "".join(cell["source"])
            exec(source, names)  # noqa: S102 - our own lessons
            if _PLAYER.search(source):
                return


if __name__ == "__main__":
    main()
