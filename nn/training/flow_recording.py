"""A callback that records what flows through the model, for ``autograd.draw_flow``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag

from .callbacks import Callback, Logs


class FlowRecorder(Callback):
    """Records how activations, gradients and updates of each layer are spread; ``autograd.draw_flow`` draws it.

    The history has the record as ``history.flow_record``; ``autograd.record_flow`` says what is in it.

    Parameters
    ----------
    points
        How many steps of the optimizer are kept at most, spread over the whole training.

    >>> import autograd as ag, nn, optim
    >>> model = nn.MLP([1, 4, 1])
    >>> trainer = nn.Trainer(model, nn.MSELoss(), optim.Adam(model.parameters()))
    >>> history = trainer.fit([[1.0], [2.0]], [[2.0], [4.0]], epochs=3, callbacks=[nn.FlowRecorder()], verbose=0)
    >>> history.flow_record
    <FlowRecord of 3 layers over 3 steps>
    >>> figure = ag.draw_flow(history)
    """

    def __init__(self, points: int = 200) -> None:
        self._points = points
        self._recorder: Any = None

    @property
    def flow_record(self) -> Any:
        """The record of the last training; ``None`` if there was none yet."""
        return self._recorder and self._recorder.flow_record

    def on_train_begin(self, logs: Logs) -> None:
        """Begin to listen; what a run before that has ended by an error still listens to is let go of."""
        self.on_train_end(logs)
        self._recorder = ag.record_flow(self.model, points=self._points).__enter__()
        self.trainer.history.flow_record = self.flow_record

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Close a step."""
        self._recorder.step()

    def on_train_end(self, logs: Logs) -> None:
        """Listen no more."""
        if self._recorder is not None:
            self._recorder.__exit__()

    def state_dict(self) -> dict[str, Any]:
        """Give the record so far."""
        record: dict[str, Any] = self.flow_record.state_dict()
        return record

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what ``state_dict`` gave, once there is a recorder."""
        if self._recorder is not None:
            self.flow_record.load_state_dict(state_dict)
