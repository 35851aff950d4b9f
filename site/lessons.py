"""Write the lessons into docs/lessons, as pages of the site: the notebooks with their outputs, and what lists them.

Run by ``make site``; the folder belongs to the build, and not to the repository.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from latex2mathml.converter import convert
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
LESSONS = ROOT / "docs" / "lessons"

#: Of links between notebooks, and to the other pages.
_NOTEBOOK = re.compile(r"(\]\(\w+)\.ipynb")
_DOCS = "](../docs/"

#: Code, which is left as it is, or a formula, between two dollars or four.
_FORMULA = re.compile(r"```.*?```|`[^`]*`|<svg.*?</svg>|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


def main() -> None:
    """Write one page for each notebook."""
    shutil.rmtree(LESSONS, ignore_errors=True)
    LESSONS.mkdir()
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        body, resources = MarkdownExporter().from_filename(str(notebook))
        files = {name: f"{notebook.stem}_{name}" for name in resources["outputs"]}
        for name, new in files.items():
            body = body.replace(f"]({name})", f"]({new})")
            (LESSONS / new).write_bytes(resources["outputs"][name])
        _write(notebook.stem, body)
    _write("index", (NOTEBOOKS / "README.md").read_text(encoding="utf-8"))


def _write(name: str, body: str) -> None:
    """Write a page, with links as they are on the site."""
    linked = _NOTEBOOK.sub(r"\1.md", body).replace(_DOCS, "](../")
    (LESSONS / f"{name}.md").write_text(_FORMULA.sub(_set, linked), encoding="utf-8")


def _set(found: re.Match[str]) -> str:
    """Give a formula as MathML, which browsers set without any script."""
    if display := found["display"]:
        return str(convert(display.strip(), display="block"))
    return str(convert(found["inline"])) if found["inline"] else found[0]


if __name__ == "__main__":
    main()
