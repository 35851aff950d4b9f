"""GPT: a small Transformer learns, character by character, to write like the Zen of Python and this documentation.

    python examples/gpt.py [--epochs 2]

Four layers, 64 wide. What it reads is Python's module ``this`` and this repository's README, docs and docstrings, but
for the last tenth of each, on which it is measured. It shows how many nats a character costs it, and in the end what it
writes.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import autograd as ag
import nn
import optim

ROOT = Path(__file__).parent.parent
SEED = 0
LAYERS, WIDTH, HEADS = 4, 64, 4
LENGTH = 64  # of the excerpts: how far back it can look
STRIDE = 32  # from the beginning of an excerpt that is read to that of the next one
BATCH_SIZE = 16
RATE = 4e-3

Codes = npt.NDArray[np.int64]


# -------------------------------------------------------------------------------------------------------- what is read


def read_zen() -> str:
    """Give what ``import this`` prints the first time; the module holds it in rot13."""
    with contextlib.redirect_stdout(io.StringIO()):
        import this
    return "".join(this.d.get(letter, letter) for letter in this.s)


def read_pages() -> list[str]:
    """Give the Zen of Python and all pages of this repository."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [read_zen(), *(page.read_text(encoding="utf-8") for page in pages)]


def read_docstrings() -> list[str]:
    """Give the docstrings of this repository's packages, those of a file together."""
    files = [file for package in ("autograd", "nn", "optim") for file in sorted((ROOT / package).rglob("*.py"))]
    return [docstrings(file.read_text(encoding="utf-8")) for file in files]


def docstrings(program: str) -> str:
    """Give all docstrings of a program, without the code."""
    nodes = [
        node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    return "\n\n".join(text for node in nodes if (text := ast.get_docstring(node)))


def split(documents: list[str], share: float = 0.1) -> tuple[str, str]:
    """Part the end of each document; give all beginnings and all ends."""
    places = [round(len(document) * (1 - share)) for document in documents]
    beginnings = [document[:place] for document, place in zip(documents, places, strict=True)]
    ends = [document[place:] for document, place in zip(documents, places, strict=True)]
    return "\n".join(beginnings), "\n".join(ends)


def encode(text: str, alphabet: str) -> Codes:
    """Give the number of each character."""
    return np.array([alphabet.index(character) for character in text])


def excerpts(codes: Codes, stride: int) -> nn.data.TensorDataset:
    """Give excerpts, and what follows each of their characters: both ``(N, LENGTH)``."""
    windows = np.lib.stride_tricks.sliding_window_view(codes, LENGTH + 1)[::stride]
    return nn.data.TensorDataset(windows[:, :-1], windows[:, 1:])


# ----------------------------------------------------------------------------------------------------------- the model


class GPT(nn.Module):
    """A Transformer that at each place sees what is before it, and says which character comes next."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.characters = nn.Embedding(len(alphabet), WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, "relu", batch_first=True, norm_first=True)
            for _ in range(LAYERS)
        )
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(alphabet))
        for embedding in (self.characters, self.places):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, codes: Any) -> ag.Tensor:
        """Give the logits of each next character: ``(N, T)`` gives ``(N, T, len(alphabet))``."""
        length = codes.shape[1]
        is_later = np.triu(np.ones((length, length), bool), 1)
        x = self.characters(codes) + self.places(np.arange(length))
        for layer in self.layers:
            x = layer(x, is_later, is_causal=True)
        logits: ag.Tensor = self.head(self.norm(x))
        return logits

    def write(self, beginning: str, count: int, temperature: float = 0.8) -> str:
        """Go on with a text by so many characters, which are drawn one after the other."""
        codes = encode(beginning, self.alphabet)
        with ag.no_grad():
            for _ in range(count):
                logits = self(codes[np.newaxis, -LENGTH:])[0, -1]
                chances = np.asarray(ag.softmax(logits.astype(np.float64) / temperature))
                codes = np.append(codes, ag.generator().choice(len(self.alphabet), p=chances))
        return "".join(self.alphabet[code] for code in codes)


def nats(logits: ag.Tensor, codes: ag.Tensor) -> ag.Tensor:
    """Give the mean of what the characters cost: minus the logarithms of the probabilities that they were given."""
    loss: ag.Tensor = nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), codes.reshape(-1))
    return loss


# ------------------------------------------------------------------------------------------------------------ training


def train(model: GPT, read: nn.data.Dataset, unread: nn.data.Dataset, epochs: int, verbose: int = 2) -> nn.Trainer:
    """Train with AdamW, whose rate rises quickly and falls slowly."""
    optimizer = optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.1)
    steps = -(-len(read) // BATCH_SIZE)
    rate = optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, epochs=epochs, steps_per_epoch=steps, pct_start=0.1, cycle_momentum=False
    )
    trainer = nn.Trainer(model, nats, optimizer)
    trainer.fit(
        read,
        epochs=epochs,
        batch_size=BATCH_SIZE,
        validation_data=unread,
        clip_norm=1.0,
        callbacks=[nn.LearningRateScheduler(rate, per="batch")],
        verbose=verbose,
    )
    return trainer


def main() -> int:
    """Train, print what was reached, and let it write; give the exit code."""
    parser = argparse.ArgumentParser(description="Train a character-level GPT on the Zen of Python and our pages.")
    parser.add_argument("--epochs", type=int, default=2, help="how often all excerpts are read (default: %(default)s)")
    epochs: int = parser.parse_args().epochs
    ag.manual_seed(SEED)
    pages = read_pages()
    documents = pages + read_docstrings()
    beginnings, ends = split(documents)
    alphabet = "".join(sorted(set("".join(documents))))
    model = GPT(alphabet)
    read = excerpts(encode(beginnings, alphabet), STRIDE)
    unread, unread_pages = (excerpts(encode(text, alphabet), LENGTH) for text in (ends, split(pages)[1]))
    print(
        f"{len(beginnings):,} characters to read, {len(ends):,} held out, {len(alphabet)} kinds; "
        f"{sum(parameter.size for parameter in model.parameters()):,} parameters"
    )
    begun = time.perf_counter()
    trainer = train(model, read, unread, epochs)
    seconds = time.perf_counter() - begun
    known, new, pages_alone = (trainer.evaluate(each, batch_size=64)["loss"] for each in (read, unread, unread_pages))
    print(f"\nNats a character: {known:.3f} on what it has read, {new:.3f} on what was held out; {seconds:.0f} s.")
    print(f"Of the Zen, the README and docs alone, what was held out costs {pages_alone:.3f}.")
    print(f"Who knows nothing has {np.log(len(alphabet)):.3f}. It writes:\n")
    print(model.eval().write("Beautiful is better", 400))
    return 0


if __name__ == "__main__":
    sys.exit(main())
