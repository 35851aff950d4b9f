"""Advertising: a small network learns what sales come of the money spent on television, radio and newspapers.

    python examples/advertising.py [--out FOLDER]

The whole story in one file: the model as a table, a check of its gradients, its training, what scaled data and more
epochs are worth, what the network predicts, and the graph of one training step as a picture.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import autograd as ag
import nn
import optim

DATA = Path(__file__).parent / "data" / "advertising.csv"
SEED = 0
BATCH_SIZE = 32
FOLDS = 5

Floats = npt.NDArray[np.float32]


# ----------------------------------------------------------------------------------------------------- data and model


def read_markets(path: Path) -> tuple[Floats, Floats]:
    """Read what each market spent on tv, radio and newspaper, ``(29, 3)``, and what it sold, ``(29, 1)``."""
    spending, sales = nn.data.CSVDataset(path, ["sales"], columns=["tv", "radio", "newspaper"]).arrays
    return spending, sales


def make_model() -> nn.Sequential:
    """Make the network: three inputs, ten hidden neurons, one output."""
    return nn.Sequential({"hidden": nn.Linear(3, 10), "relu": nn.ReLU(), "output": nn.Linear(10, 1)})


# ----------------------------------------------------------------------------------------- what helps, and how much


@dataclass(frozen=True)
class Plan:
    """A way to train: what is scaled, and for how long."""

    scaled: str
    epochs: int

    def __str__(self) -> str:
        return f"{self.scaled} scaled, {self.epochs} epochs"


SHORT, LONG = 100, 1000
PLANS = [Plan(scaled, epochs) for epochs in (SHORT, LONG) for scaled in ("nothing", "inputs", "inputs and sales")]


@dataclass(frozen=True)
class Fitted:
    """A trained network between its scalings: from spending to sales, in the units of the data."""

    trainer: nn.Trainer
    inputs: nn.data.Normalizer
    sales: nn.data.Normalizer

    @property
    def losses(self) -> list[float]:
        """The mean squared error of each epoch."""
        return [loss * self.sales.std.item() ** 2 for loss in self.trainer.history.values["loss"]]

    def predict(self, spending: Floats) -> Floats:
        """Predict the sales of markets."""
        predicted: Floats = self.sales.inverse(self.trainer.predict(self.inputs(spending))).numpy()
        return predicted

    def error(self, spending: Floats, sales: Floats) -> float:
        """Give the root of the mean squared error."""
        return float(np.sqrt(np.mean((self.predict(spending) - sales) ** 2)))


def fit(plan: Plan, spending: Floats, sales: Floats, verbose: int = 0) -> Fitted:
    """Train a new network by a plan, with Adam on the mean squared error; every one starts from the same seed."""
    ag.manual_seed(SEED)
    model = make_model()
    inputs, outputs = nn.data.Normalizer(3), nn.data.Normalizer(1)
    if "inputs" in plan.scaled:
        inputs.fit(spending)
    if "sales" in plan.scaled:
        outputs.fit(sales)
    trainer = nn.Trainer(model, nn.MSELoss(), optim.Adam(model.parameters(), lr=0.001))
    x, y = inputs(spending), outputs(sales)
    trainer.fit(x, y, epochs=plan.epochs, batch_size=BATCH_SIZE, shuffle=len(x) > BATCH_SIZE, verbose=verbose)
    return Fitted(trainer, inputs, outputs)


def error_on_unseen(plan: Plan, spending: Floats, sales: Floats) -> float:
    """Give the error on markets that a network was not trained on: each fifth of them by a network of its own."""
    squares = []
    for fold in range(FOLDS):
        unseen = np.arange(len(sales)) % FOLDS == fold
        fitted = fit(plan, spending[~unseen], sales[~unseen])
        squares.append((fitted.predict(spending[unseen]) - sales[unseen]) ** 2)
    return float(np.sqrt(np.mean(np.concatenate(squares))))


# ---------------------------------------------------------------------------------------------------------- showing


def check_gradients(console: Console, spending: Floats, sales: Floats) -> None:
    """Compare every gradient of the whole model's loss with a numeric derivative."""
    ag.manual_seed(SEED)
    model = make_model()

    def loss_of_the_model() -> ag.Tensor:
        return nn.functional.mse_loss(model(spending), sales)

    report = ag.testing.gradcheck(loss_of_the_model, parameters=dict(model.named_parameters()))
    console.print(f"{report}\n", highlight=False, soft_wrap=True)


def compare_plans(console: Console, spending: Floats, sales: Floats) -> list[Fitted]:
    """Train by each plan, show the errors, and give the networks. A terminal shows the progress."""
    table = Table("scaled", "epochs", "first loss", "last loss", "error", "on unseen markets", title="What helps")
    for column in table.columns[1:]:
        column.justify = "right"
    networks = []
    for plan in PLANS:
        if console.is_terminal:
            console.print(f"{plan}:", highlight=False)
        fitted = fit(plan, spending, sales, verbose=int(console.is_terminal))
        errors = fitted.error(spending, sales), error_on_unseen(plan, spending, sales)
        numbers = (fitted.losses[0], fitted.losses[-1], *errors)
        table.add_row(plan.scaled, str(plan.epochs), *(f"{number:.2f}" for number in numbers))
        networks.append(fitted)
    console.print(table)
    return networks


def straight_line_error(spending: Floats, sales: Floats) -> float:
    """Give the error of the best linear function, for comparison."""
    columns = np.hstack([spending, np.ones_like(sales)])
    residues = sales - columns @ np.linalg.lstsq(columns, sales, rcond=None)[0]
    return float(np.sqrt(np.mean(residues**2)))


def show_predictions(console: Console, networks: list[Fitted], spending: Floats, sales: Floats) -> None:
    """Show the sales of the first ten markets beside what the first and the last network predict."""
    predictions = (f"predicted: {PLANS[0]}", f"predicted: {PLANS[-1]}")
    table = Table("market", "tv", "radio", "newspaper", "true sales", *predictions, title="Sales")
    for column in table.columns:
        column.justify = "right"
    first, last = networks[0].predict(spending), networks[-1].predict(spending)
    for market, row in enumerate(np.hstack([spending, sales, first, last])[:10], start=1):
        table.add_row(str(market), *(f"{number:.1f}" for number in row))
    console.print(table)


def loss_of_a_step(spending: Floats, sales: Floats) -> ag.Tensor:
    """Compute the loss of one training step on four markets, and all gradients; keep everything."""
    ag.manual_seed(SEED)
    model = make_model()
    x = ag.Tensor(nn.data.Normalizer(3).fit(spending)(spending[:4]), name="spending")
    y = ag.Tensor(nn.data.Normalizer(1).fit(sales)(sales[:4]), name="sales")
    with ag.retain_all():
        loss: ag.Tensor = nn.functional.mse_loss(model(x), y)
    loss.name = "loss"
    loss.backward()
    return loss


def plot_losses(path: Path, networks: list[Fitted]) -> Path:
    """Plot the losses of the long plans over the epochs, both in logarithms; the short ones are their beginnings."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for plan, fitted in zip(PLANS, networks, strict=True):
        if plan.epochs == LONG:
            axes.loglog(fitted.trainer.history.epochs, fitted.losses, label=f"{plan.scaled} scaled")
    axes.axvline(SHORT, color="grey", linestyle="dotted")
    axes.set(xlabel="epoch", ylabel="loss, in squared units of the sales", title="Mean squared error")
    axes.grid(alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=144)
    return path


def main() -> int:
    """Tell the story; give the exit code."""
    parser = argparse.ArgumentParser(description="Train a small network on advertising data.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where pictures go (default: %(default)s)")
    out: Path = parser.parse_args().out
    console = Console(force_terminal=sys.stdout.isatty())  # so that a file gets no control characters
    spending, sales = read_markets(DATA)

    make_model().summary()
    console.print()
    check_gradients(console, spending, sales)
    networks = compare_plans(console, spending, sales)
    console.print(
        f"Errors are roots of mean squares, in the units of the sales, whose standard deviation is {sales.std():.2f}. "
        f"The best straight line has {straight_line_error(spending, sales):.2f}.\n\n"
        f"A batch of {BATCH_SIZE} holds all {len(sales)} markets, so an epoch is a single step. At a rate of 0.001 a "
        f"weight moves by about 0.1 in 100 of them: inputs in the hundreds make that go far, scaled ones do not.\n\n"
        f"51 parameters can learn {len(sales)} markets by heart. What counts is the last column: each market is "
        f"predicted by a network that has not seen it.\n",
        highlight=False,
    )
    show_predictions(console, networks, spending, sales)
    loss = loss_of_a_step(spending, sales)
    pictures = [
        ag.draw(loss, values=40).save_as(out / "advertising_graph.svg"),
        ag.play(loss, values=40, title="advertising").save_as(out / "advertising_player.html"),
        plot_losses(out / "advertising_loss.png", networks),
    ]
    console.print("\nThe graph of a training step, a page that plays it, and the loss curves:")
    for picture in pictures:
        console.print(f"  {picture}", soft_wrap=True, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
