"""A program that trains in child processes and kills them: `python killed_run.py FOLDER` tells how they ended, as JSON.

Children are forked, so that the library is imported once. Each tells the parent of its steps; when there were as many
as the seeded random numbers say, and a random time later, the parent sends SIGKILL. A child that is not killed in time
waits after some more steps, so that a slow parent never meets one that has ended.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

import autograd as ag
import nn
import optim

KILLS, MORE, EPOCHS = 20, 2, 14


def train(folder, resume=None, checkpoint_every=None, tell=lambda: None):
    """Train with all that has a state: weights, running statistics, moments, schedules, callbacks, random numbers."""
    ag.manual_seed(5)
    x = np.random.default_rng(0).normal(size=(67, 3)).astype(np.float32)
    y = np.tanh(x @ np.array([[1.0], [-2.0], [0.5]], np.float32))
    model = nn.Sequential(nn.Linear(3, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    callbacks = [
        nn.EarlyStopping(patience=5, monitor="val_mae"),
        nn.LearningRateScheduler(optim.lr_scheduler.StepLR(optimizer, 50, 0.8), per="batch"),
        nn.LearningRateScheduler(optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)),
        nn.ModelCheckpoint(Path(folder, "best.safetensors"), save_best_only=True),
        nn.CSVLogger(Path(folder, "log.csv")),
        nn.LambdaCallback(on_train_batch_end=lambda batch, logs: tell()),
    ]
    trainer = nn.Trainer(model, nn.MSELoss(), optimizer, metrics=["mae", "r2"])
    trainer.fit(
        x, y, epochs=EPOCHS, batch_size=2, accumulate=4, validation_split=0.2, callbacks=callbacks, verbose=0,
        resume=resume, checkpoint_every=checkpoint_every,
    )  # fmt: skip
    nn.save(model, Path(folder, "model.safetensors"))
    trainer.history.to_csv(Path(folder, "history.csv"))
    Path(folder, "moments.json").write_text(json.dumps([_listed(optimizer), ag.generator().normal()]))


def _listed(optimizer):
    states = optimizer.state_dict()["state"].values()
    return [{name: tensor.tolist() for name, tensor in state.items()} for state in states]


def die_at(owner, name):
    """Have this process die when it reaches a function for the third time: within a writing."""
    original, calls = getattr(owner, name), []

    def fatal(*arguments):
        calls.append(None)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments)

    setattr(owner, name, fatal)


class Child:
    """A process that trains, up to some number of steps, and tells of each."""

    def __init__(self, folder, checkpoint_every, steps, before=lambda: None):
        self._told, telling = os.pipe()
        granted, self._granting = os.pipe()
        os.write(self._granting, b"." * steps)
        self._number = os.fork()
        for pipe in (telling, granted) if self._number else (self._told, self._granting):
            os.close(pipe)
        if self._number:
            return

        def tell():
            os.write(telling, b".")
            os.read(granted, 1)

        try:
            before()
            train(folder, folder / "run.safetensors", checkpoint_every, tell)
            os._exit(0)
        finally:
            os._exit(1)

    def wait_for(self, steps):
        for _ in range(steps):
            if not os.read(self._told, 1):
                return  # it has ended before

    def kill(self):
        os.kill(self._number, signal.SIGKILL)

    def end(self):
        code = os.waitstatus_to_exitcode(os.waitpid(self._number, 0)[1])
        for pipe in (self._told, self._granting):
            os.close(pipe)
        return code


def main(folder):
    random = np.random.default_rng(8)
    (folder / "whole").mkdir()
    (folder / "killed").mkdir()
    train(folder / "whole")
    parts, ends = 0, []
    for owner, name in ((os, "fsync"), (Path, "replace")):
        ends.append(Child(folder / "killed", 1, 1000, lambda place=(owner, name): die_at(*place)).end())
        parts += any(path.suffix == ".part" for path in (folder / "killed").iterdir())
    for _ in range(KILLS - len(ends)):
        steps = int(random.integers(0, 5))
        child = Child(folder / "killed", 1, steps + MORE)
        begun = time.perf_counter()
        child.wait_for(steps)
        time.sleep(random.uniform(0, 2) * (time.perf_counter() - begun) / (steps + 1))
        child.kill()
        ends.append(child.end())
        parts += any(path.suffix == ".part" for path in (folder / "killed").iterdir())
    last = Child(folder / "killed", None, 1000).end()
    print(json.dumps({"ends": ends, "while writing": parts, "last": last}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
