"""nn.data: from files and arrays to the batches that a model is trained on.

>>> import nn
>>> dataset = nn.data.TensorDataset([[1.0], [2.0], [3.0], [4.0]], [2.0, 4.0, 6.0, 8.0])
>>> train, test = nn.data.train_test_split(dataset, test_size=1, seed=0)
>>> loader = nn.data.DataLoader(train, batch_size=2, shuffle=True, seed=0)
>>> [x.shape for x, y in loader]
[(2, 1), (1, 1)]
"""

from .augmentations import (
    Augmentation,
    Compose,
    Cutout,
    GaussianNoise,
    RandomCrop,
    RandomFlip,
    RandomRotation,
    RandomShift,
)
from .collating import default_collate
from .csv_files import CSVDataset
from .datasets import Dataset, IterableDataset, Subset, TensorDataset
from .loading import DataLoader
from .normalizing import Normalizer
from .splitting import train_test_split

__all__ = [
    "Augmentation",
    "CSVDataset",
    "Compose",
    "Cutout",
    "DataLoader",
    "Dataset",
    "GaussianNoise",
    "IterableDataset",
    "Normalizer",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "RandomShift",
    "Subset",
    "TensorDataset",
    "default_collate",
    "train_test_split",
]
