"""nn.training: the training loop with what Keras has around it: history, callbacks, progress; and runs that go on.

>>> import autograd as ag, numpy as np, nn, optim
>>> _ = ag.manual_seed(0)
>>> x = np.random.default_rng(0).normal(size=(200, 2))
>>> y = (x[:, 0] > x[:, 1]).astype(int)
>>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
>>> trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01), metrics=["accuracy"])
>>> stopping = nn.EarlyStopping(patience=5)
>>> history = trainer.fit(x, y, epochs=30, validation_split=0.2, callbacks=[stopping], verbose=0)
>>> trainer.evaluate(x, y)["accuracy"] > 0.95
True
"""

from .callbacks import Callback, LambdaCallback
from .flow_recording import FlowRecorder
from .history import History
from .monitoring import EarlyStopping, ModelCheckpoint
from .scheduling import LearningRateScheduler
from .trainer import Trainer
from .writing import CSVLogger, TensorBoard

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "FlowRecorder",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "TensorBoard",
    "Trainer",
]
