"""A drawing: DOT text that can be shown, piped and saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import graphviz

from .files import write_whole
from .renderers import rendered
from .svg import mended

#: Dots per inch of images that are made of dots, so that they stay sharp on today's screens.
SHARPNESS = 144
_OF_DOTS = ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff")


class Drawing(graphviz.Digraph):  # type: ignore[misc]  # graphviz has no types
    r"""A ``graphviz.Digraph`` that needs no installed Graphviz: it is drawn by the one inside of pygraphviz.

    Jupyter shows it inline. ``source`` is its DOT text; ``pipe`` and ``render`` work as graphviz describes them.

    >>> import autograd as ag
    >>> x = ag.Tensor(2.0, requires_grad=True, name="x")
    >>> ag.draw(x * x).pipe(format="png")[:4]
    b'\x89PNG'
    """

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing into a file, in the format that its name ends with; give its path.

        ``.svg`` and ``.pdf`` stay sharp at any size, ``.png`` goes everywhere, ``.dot`` and ``.gv`` hold the DOT text
        and need no Graphviz. The file is written whole or not at all; its folder is made if there is none.
        """
        path = Path(path)
        suffix = path.suffix[1:].lower()
        if not suffix:
            raise ValueError(f"save_as: the name {path.name!r} does not end with a format, as 'graph.svg' does")
        write_whole(path, self.source.encode() if suffix in ("dot", "gv") else self.pipe(suffix))
        return path

    def pipe(
        self,
        format: str | None = None,
        *options: Any,
        engine: str | None = None,
        encoding: str | None = None,
        **more: Any,
    ) -> Any:
        """Give the image: bytes, or text if ``encoding`` is given.

        ``renderer``, ``formatter`` and graphviz's other options are for an installed ``dot``, and make use of that.
        """
        if any((*options, *more.values())):
            return super().pipe(format, *options, engine=engine, encoding=encoding, **more)
        image = self._image(format or self.format, engine or self.engine)
        return image if encoding is None else image.decode(encoding)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *options: Any,
        outfile: str | os.PathLike[str] | None = None,
        engine: str | None = None,
        **more: Any,
    ) -> str:
        """Write the DOT text to ``filename`` and the image to ``filename.format``, or to ``outfile``; give its path.

        ``cleanup`` removes the DOT text afterwards, ``view`` opens the image. Other options are for an installed
        ``dot``, as in ``pipe``.
        """
        if any((*options, *more.values())):
            return str(
                super().render(
                    filename, directory, view, cleanup, format, *options, outfile=outfile, engine=engine, **more
                )
            )
        text, image = self._paths(filename, directory, outfile, format)
        content = self._image(format or image.suffix[1:], engine or self.engine)
        if not cleanup:
            write_whole(text, self.source.encode())
        write_whole(image, content)
        if view:
            graphviz.view(str(image))
        return str(image)

    def _paths(
        self,
        filename: str | os.PathLike[str] | None,
        directory: str | os.PathLike[str] | None,
        outfile: str | os.PathLike[str] | None,
        format: str | None,
    ) -> tuple[Path, Path]:
        """Say where ``render`` writes the text and the image."""
        folder = Path(self.directory if directory is None else directory)
        if outfile is None:
            text = folder / (self.filename if filename is None else filename)
            return text, text.with_name(f"{text.name}.{format or self.format}")
        image = folder / outfile
        return image.with_suffix(".gv") if filename is None else folder / filename, image

    def _image(self, format: str, engine: str) -> bytes:
        kind = format.partition(":")[0].lower()
        if kind not in graphviz.FORMATS:
            raise ValueError(f"Graphviz knows no format {kind!r}; the usual ones are 'svg', 'png', 'pdf' and 'dot'")
        if kind in _OF_DOTS and "dpi" not in self.graph_attr:
            return rendered(_with_dots(self.source), format, engine)
        image = rendered(self.source, format, engine)
        return mended(image.decode()).encode() if kind == "svg" else image


def _with_dots(source: str) -> str:
    """Say in DOT text how sharp the image is to be."""
    return f"{source.rstrip().removesuffix('}')}\tgraph [dpi={SHARPNESS}]\n}}\n"
