"""Batches of PyTorch's DataLoader and ours, over the same samples."""

import numpy as np
import pytest

from nn.data import DataLoader, Dataset, TensorDataset, default_collate

torch = pytest.importorskip("torch")
data = torch.utils.data

X, Y = np.arange(22, dtype=np.float32).reshape(11, 2), np.arange(11)


class Samples:
    """Written for PyTorch: one sample at a time, of all forms."""

    def __len__(self):
        return 11

    def __getitem__(self, index):
        return {"x": X[index], "more": [float(index), index, index % 2 == 0], "name": f"sample {index}"}, Y[index]


def plain(batch):
    """A batch without Tensors: dtypes and numbers. PyTorch makes lists of tuples."""
    if isinstance(batch, dict):
        return {key: plain(part) for key, part in batch.items()}
    if isinstance(batch, (tuple, list)):
        return [plain(part) for part in batch]
    return batch if isinstance(batch, str) else (batch.numpy().dtype, batch.tolist())


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("batch_size", [1, 4, 11, 20])
def test_batches_are_the_same(batch_size, drop_last):
    ours, theirs = TensorDataset(X, Y), data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    pairs = [
        (ours, theirs),
        (type("Ours", (Samples, Dataset), {})(), type("Theirs", (Samples, data.Dataset), {})()),
        (list(zip(X, Y.tolist(), strict=True)), list(zip(X, Y.tolist(), strict=True))),
    ]
    for mine, other in pairs:
        loader = DataLoader(mine, batch_size, drop_last=drop_last)
        reference = data.DataLoader(other, batch_size, drop_last=drop_last)
        assert len(loader) == len(reference)
        assert [plain(batch) for batch in loader] == [plain(batch) for batch in reference]


@pytest.mark.parametrize(
    "samples",
    [[1, 2], [1.5, 2.5], [True, False], [np.float32(1), np.float32(2)], [(1, (2.0, "a")), (3, (4.0, "b"))]],
)
def test_samples_are_put_together_in_the_same_way(samples):
    assert plain(default_collate(samples)) == plain(data.default_collate(samples))
