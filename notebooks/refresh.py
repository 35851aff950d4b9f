"""Execute notebooks, each in a fresh kernel; keep what they show, without traces of the machine.

    python notebooks/refresh.py [notebooks/08_advertising.ipynb ...]

Without arguments all lessons are executed. A cell that fails, or warns, is told, and its notebook
stays as it was.
"""

from __future__ import annotations

import base64
import io
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parent
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(path: Path) -> Any:
    """Give a notebook with the outputs of a run from top to bottom, in its own folder."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    return notebook


def without_chance(notebook: Any) -> Any:
    """Give it as every machine would write it."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            outputs = [output for output in cell.outputs if not is_of_fonts(output)]
            cell.outputs = joined([tidied(output, cell.id) for output in outputs])
    return notebook


def tidied(output: Any, cell: str) -> Any:
    """Give an output without what differs from run to run, and its picture smaller."""
    if output.get("name") == "stderr":
        raise RuntimeError(f"{cell} warns:\n{output.text}")
    shown = output.get("data", {})
    if "image/png" in shown:
        shown["image/png"] = with_few_colours(shown["image/png"])
    if len(shown) > 1:
        shown.pop("text/plain", None)  # of what is a picture: its place in memory
    return output


def joined(outputs: list[Any]) -> list[Any]:
    """Put together what was printed in pieces, which depend on the time that it took."""
    together: list[Any] = []
    for output in outputs:
        if together and output.get("name") == together[-1].get("name") == "stdout":
            together[-1].text += output.text
        else:
            together.append(output)
    return together


def is_of_fonts(output: Any) -> bool:
    """Whether it is what Graphviz's fonts library has to say of the machine's files."""
    return output.get("name") == "stderr" and all(
        line.startswith("Fontconfig") for line in output.text.splitlines() if line
    )


def with_few_colours(png: str) -> str:
    """Give a picture, in base64, with 256 colours: a third of the size. Not if it moves."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.format != "PNG" or getattr(picture, "is_animated", False):
        return png
    smaller = io.BytesIO()
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        smaller, format="PNG", optimize=True
    )
    return base64.b64encode(smaller.getvalue()).decode()


def main(paths: list[Path]) -> int:
    """Refresh the notebooks; give the exit code."""
    for path in paths or sorted(FOLDER.glob("*.ipynb")):
        begun = time.perf_counter()
        notebook = without_chance(executed(path))
        nbformat.validate(notebook)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        size = path.stat().st_size / 1000
        print(f"{path.name}: {time.perf_counter() - begun:.0f} s, {size:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]]))
