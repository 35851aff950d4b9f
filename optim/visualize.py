"""Pictures of what optimizers do: their paths on a surface, still or moving, and the loss around a trained model.

They are drawn by Matplotlib, which is loaded when the first one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import cycle, product
from typing import Any

import numpy as np

from autograd import Tensor, generator, no_grad

from .surfaces import Surface

#: The colours of paths: of Okabe and Ito, which nearly everybody can tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
#: And their lines, the second where there are more paths than colours.
LINES = ("solid", "dashed")
#: Their names stand on a ground of their own, which a style may leave out, for below is the surface.
LEGEND: Mapping[str, Any] = {"loc": "best", "fontsize": "small", "frameon": True, "framealpha": 0.85}


def draw_paths(surface: Surface, paths: Mapping[str, Any], axes: Any = None) -> Any:
    """Draw a surface as lines of equal height, and on it the paths of optimizers.

    A circle is where they start, a star the minimum; each path ends in a dot. The darker the ground, the higher.

    Parameters
    ----------
    surface
        One of ``optim.surfaces``, or a ``Surface`` of one's own.
    paths
        The points by name, arrays of shape (steps, 2), as ``optim.surfaces.path`` gives them.
    axes
        Matplotlib's axes to draw into; new ones if ``None``.

    Returns
    -------
    matplotlib.figure.Figure
        The picture: ``figure.savefig("paths.png")``.

    Raises
    ------
    ValueError
        If there are no paths, or one has another shape.

    >>> import optim
    >>> from optim import surfaces, visualize
    >>> makers = {"SGD": lambda p: optim.SGD(p, lr=0.02), "Adam": lambda p: optim.Adam(p, lr=0.2)}
    >>> paths = {name: surfaces.path(surfaces.BOWL, make, steps=50) for name, make in makers.items()}
    >>> visualize.draw_paths(surfaces.BOWL, paths).axes[0].get_title()
    'bowl'
    """
    axes = _drawn(surface, axes)
    for name, points, look in _told_apart(paths):
        axes.plot(*points.T, **look, linewidth=1.5, marker=".", markersize=3, label=name)
        axes.plot(*points[-1], color=look["color"], marker="o", markersize=5)
    axes.legend(**LEGEND)
    return axes.figure


def animate_paths(surface: Surface, paths: Mapping[str, Any], interval: int = 50, axes: Any = None) -> Any:
    """Draw a surface, and on it the paths of optimizers step by step; a shorter path waits at its end.

    Parameters
    ----------
    surface, paths, axes
        See ``draw_paths``, also for what raises.
    interval
        Milliseconds from step to step.

    Returns
    -------
    matplotlib.animation.FuncAnimation
        Keep it while it runs; ``animation.save("paths.gif", writer="pillow")`` writes it, and
        ``IPython.display.HTML(animation.to_jshtml())`` plays it in a notebook.
    """
    axes = _drawn(surface, axes)
    from matplotlib.animation import FuncAnimation

    lines = []
    for name, points, look in _told_apart(paths):
        (line,) = axes.plot(*points.T, **look, linewidth=1.5, marker="o", markevery=[-1], label=name)
        lines.append((line, points))
    count = axes.text(0.02, 0.03, "", transform=axes.transAxes, fontsize="small")
    _settle(axes)

    def show(step: int) -> list[Any]:
        for line, points in lines:
            line.set_data(*points[: step + 1].T)
        count.set_text(f"step {step}")
        return [*(line for line, _ in lines), count]

    frames = max(len(points) for _, points in lines)
    return FuncAnimation(axes.figure, show, frames=frames, interval=interval, blit=True)


def random_directions(parameters: Sequence[Tensor]) -> list[Any]:
    """Give a random direction for all parameters, each filter of which is as long as the parameter's own.

    A filter is what makes one output: ``weight[i]``. Vectors and numbers, biases among them, stay where they are. Li,
    Xu, Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets" (2018), section 4. Random numbers
    are those of ``autograd.manual_seed``.
    """
    directions = []
    for parameter in parameters:
        values = parameter.detach().data
        if values.ndim < 2:
            directions.append(np.zeros_like(values))
            continue
        direction = generator().standard_normal(values.shape)
        lengths, own = (np.linalg.norm(each.reshape(len(values), -1), axis=1) for each in (direction, values))
        shares = (own / (lengths + 1e-10)).reshape(-1, *[1] * (values.ndim - 1))
        directions.append((direction * shares).astype(values.dtype))
    return directions


def loss_landscape(
    parameters: Iterable[Tensor], loss: Callable[[], Any], extent: float = 1.0, points: int = 21
) -> tuple[Any, Any, Any]:
    """Compute the loss on a plane around the parameters, along two random directions.

    Parameters
    ----------
    parameters
        The Tensors that the loss depends on, as ``model.parameters()`` gives them. They are what they were afterwards.
    loss
        A function without arguments that computes it, as in ``lambda: criterion(model(x), y)``. Dropout and batch
        normalisation would make it another function at each point: ``model.eval()`` before.
    extent
        How far to go, from ``-extent`` to ``extent``; 1 is as far as a filter is long.
    points
        How many values there are along each direction; the parameters themselves are in the middle of an odd number.

    Returns
    -------
    tuple
        The distances along the first direction and along the second, of shape (points,), and the losses, of shape
        (points, points); for ``draw_landscape``.

    Raises
    ------
    TypeError
        If the parameters are no Tensors.

    >>> import numpy as np, nn, optim
    >>> model, x = nn.Linear(3, 2), np.ones((4, 3), np.float32)
    >>> def loss():
    ...     return (model(x) ** 2).mean()
    >>> a, b, losses = optim.visualize.loss_landscape(model.parameters(), loss, points=5)
    >>> losses.shape, bool(losses[2, 2] == loss().item())
    ((5, 5), True)
    """
    parameters = list(parameters)
    for parameter in parameters:
        if not isinstance(parameter, Tensor):
            raise TypeError(
                f"loss_landscape: takes Tensors, as model.parameters() gives them, got a {type(parameter).__name__}"
            )
    before = [parameter._array for parameter in parameters]
    first, second = random_directions(parameters), random_directions(parameters)
    distances = np.linspace(-extent, extent, points)
    losses = np.empty((points, points))
    try:
        with no_grad():
            for row, b in enumerate(distances):
                for column, a in enumerate(distances):
                    for parameter, start, one, two in zip(parameters, before, first, second, strict=True):
                        parameter.data = start + (a * one + b * two).astype(start.dtype)
                    losses[row, column] = float(loss())
    finally:
        for parameter, start in zip(parameters, before, strict=True):
            parameter.data = start
    return distances, distances, losses


def draw_landscape(first: Any, second: Any, losses: Any, axes: Any = None) -> Any:
    """Draw what ``loss_landscape`` gives as areas between lines of equal loss, and give the figure.

    The parameters are in the middle, marked by a cross. From line to line a loss grows by the same factor if all are
    above 0, else by the same difference; where it is not finite, nothing is drawn.

    >>> import numpy as np
    >>> from optim import visualize
    >>> a, b = np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)
    >>> visualize.draw_landscape(a, b, 1 + a**2 + b[:, None] ** 2).axes[0].get_xlabel()
    'first random direction'
    """
    axes = _new_axes() if axes is None else axes
    from matplotlib.colors import LogNorm, Normalize

    losses = np.ma.masked_invalid(losses)
    low, high = float(losses.min()), float(losses.max())
    high = max(high, low + 1e-6 * max(abs(low), 1.0))  # a plain is drawn, too
    levels, scale = (np.geomspace, LogNorm) if low > 0 else (np.linspace, Normalize)
    look: dict[str, Any] = {"levels": levels(low, high, 21), "norm": scale(low, high)}
    areas = axes.contourf(first, second, losses, cmap="viridis", **look)
    axes.contour(first, second, losses, colors="white", linewidths=0.4, **look)
    axes.figure.colorbar(areas, ax=axes, label="loss", format="%.3g", ticks=look["levels"][::4])
    axes.plot(0, 0, marker="+", markersize=10, color="white")
    axes.set(xlabel="first random direction", ylabel="second random direction")
    return axes.figure


def _drawn(surface: Surface, axes: Any) -> Any:
    """Draw a surface, by the logarithm of its height above the lowest point, so that valleys are seen."""
    axes = _new_axes() if axes is None else axes
    x, y = np.linspace(*surface.x, 201), np.linspace(*surface.y, 201)
    heights = surface(np.stack(np.meshgrid(x, y)))
    heights = np.log1p((heights - heights.min()) / np.quantile(heights - heights.min(), 0.1))
    light: dict[str, Any] = {"cmap": "Greys", "vmin": 0, "vmax": 2 * heights.max()}  # so that paths stand out
    axes.contourf(x, y, heights, levels=24, **light)
    axes.contour(x, y, heights, levels=24, colors="white", linewidths=0.4)
    above: dict[str, Any] = {"color": "black", "markeredgecolor": "white", "markeredgewidth": 0.7, "zorder": 3}
    axes.plot(*surface.start, **above, marker="o", markersize=6)
    if surface.minimum is not None:
        axes.plot(*surface.minimum, **above, marker="*", markersize=12)
    axes.set(title=surface.name, xlim=surface.x, ylim=surface.y)
    axes.grid(visible=False)
    return axes


def _told_apart(paths: Mapping[str, Any]) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Give each path a look of its own: a colour, and another line where the colours begin again."""
    if not paths:
        raise ValueError("optim.visualize: there are no paths to draw")
    for (name, points), (line, colour) in zip(paths.items(), cycle(product(LINES, COLOURS))):
        if np.ndim(points) != 2 or np.shape(points)[1] != 2 or not len(points):
            raise ValueError(f"optim.visualize: {name!r} has the shape {np.shape(points)}, a path has (steps, 2)")
        yield name, np.asarray(points), {"color": colour, "linestyle": line}


def _settle(axes: Any) -> None:
    """Find the places of legend and axes once, for whole paths: a picture that moves needs a calm frame."""
    legend = axes.legend(**LEGEND)
    axes.figure.draw_without_rendering()
    legend.set_loc(tuple(axes.transAxes.inverted().transform(legend.get_window_extent().min)))
    axes.figure.set_layout_engine("none")


def _new_axes() -> Any:
    """Make axes of a figure of their own, which no list of open figures keeps."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "optim.visualize draws with Matplotlib, which is not installed: pip install matplotlib, or "
            "pip install glassgrad[training]"
        ) from error
    return Figure(figsize=(6, 4.5), layout="constrained").subplots()
