"""Programs as in PyTorch's tutorials: with other imports they take the same course, number by number."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_digits

import autograd as ag
import nn
import nn.functional as F
import optim

torch = pytest.importorskip("torch")

OURS = SimpleNamespace(torch=ag, nn=nn, F=F, optim=optim, data=nn.data, tensor=ag.Tensor)
THEIRS = SimpleNamespace(
    torch=torch, nn=torch.nn, F=torch.nn.functional, optim=torch.optim, data=torch.utils.data, tensor=torch.tensor
)

IMAGES, DIGITS = load_digits(return_X_y=True)
IMAGES = (IMAGES / 16).astype(np.float32).reshape(-1, 1, 8, 8)


def multilayer_perceptron(lib, begin):
    nn, torch, device = lib.nn, lib.torch, "cpu"

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.flatten = nn.Flatten()
            self.stack = nn.Sequential(nn.Linear(64, 32, device=device), nn.ReLU(), nn.Linear(32, 10, device=device))

        def forward(self, x):
            return self.stack(self.flatten(x))

    model = begin(Net()).to(device)
    train = lib.data.TensorDataset(lib.tensor(IMAGES[:512]), lib.tensor(DIGITS[:512]))
    loader = lib.data.DataLoader(train, batch_size=64, shuffle=False, num_workers=0, pin_memory=False)
    criterion, optimizer = nn.CrossEntropyLoss(), lib.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(2):
        model.train()
        running = 0.0
        for x, y in loader:
            loss = criterion(model(x.to(device)), y.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running += loss.item() * len(x)
        yield running / len(loader.dataset)
    model.eval()
    with torch.no_grad():
        logits = model(lib.tensor(IMAGES[512:612]))
        yield (logits.argmax(1) == lib.tensor(DIGITS[512:612])).sum().item()
        yield logits.cpu().numpy()


def convolutional_net(lib, begin):
    nn, F = lib.nn, lib.F

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 8, 3, 1, padding=1)
            self.norm1 = nn.BatchNorm2d(8)
            self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding="same", bias=False)
            self.pool, self.dropout = nn.MaxPool2d(2, 2), nn.Dropout(0.0)
            self.fc1, self.fc2 = nn.Linear(16 * 2 * 2, 32), nn.Linear(32, 10)

        def forward(self, x):
            x = self.pool(F.relu(self.norm1(self.conv1(x))))
            x = F.max_pool2d(F.leaky_relu(self.conv2(x), 0.1), 2).reshape(x.shape[0], -1)
            x = self.dropout(F.relu(self.fc1(x)))
            return F.log_softmax(self.fc2(F.dropout(x, p=0.0, training=self.training)), dim=1)

    model = begin(Net())
    optimizer = lib.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
    scheduler = lib.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    for _ in range(2):
        for i in range(0, 256, 64):
            optimizer.zero_grad()
            loss = F.nll_loss(model(lib.tensor(IMAGES[i : i + 64])), lib.tensor(DIGITS[i : i + 64]))
            loss.backward()
            optimizer.step()
        scheduler.step()
        yield loss.item()
        yield scheduler.get_last_lr()
    yield model.eval()(lib.tensor(IMAGES[:20])).detach().numpy()


def sequences_of(kind):
    def sequences(lib, begin):
        nn, torch, rnn = lib.nn, lib.torch, lib.nn.utils.rnn
        rng = np.random.default_rng(0)
        texts = [lib.tensor(rng.integers(1, 20, length)) for length in (7, 5, 5, 2, 9)]
        labels = lib.tensor(np.array([0, 1, 1, 0, 1], np.float32))

        class Classifier(nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = nn.Embedding(20, 6, padding_idx=0)
                self.rnn = getattr(nn, kind)(6, 8, num_layers=2, batch_first=True, bidirectional=True)
                self.fc = nn.Linear(16, 1)

            def forward(self, text, lengths):
                packed = rnn.pack_padded_sequence(self.embedding(text), lengths, batch_first=True, enforce_sorted=False)
                output, hidden = self.rnn(packed)
                hidden = hidden[0] if isinstance(hidden, tuple) else hidden
                padded, _ = rnn.pad_packed_sequence(output, batch_first=True)
                return self.fc(torch.concat((hidden[-2], hidden[-1]), 1)).squeeze(1), padded

        model, criterion = begin(Classifier()), nn.BCEWithLogitsLoss()
        optimizer = lib.optim.RMSprop(model.parameters(), lr=0.01)
        padded, lengths = rnn.pad_sequence(texts, batch_first=True), lib.tensor([len(text) for text in texts])
        for _ in range(4):
            optimizer.zero_grad()
            logits, states = model(padded, lengths)
            loss = criterion(logits, labels)
            loss.backward()
            yield nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5).item()
            optimizer.step()
            yield loss.item()
        yield states.detach().numpy()

    return sequences


def transformer(lib, begin):
    nn, F = lib.nn, lib.F

    class Model(nn.Module):
        def __init__(self, tokens=30, features=16):
            super().__init__()
            place = np.arange(50)[:, None] * np.exp(np.arange(0, features, 2) * (-math.log(10000.0) / features))
            waves = np.stack([np.sin(place), np.cos(place)], -1).reshape(50, 1, features).astype(np.float32)
            self.register_buffer("waves", lib.tensor(waves), persistent=False)
            layer = nn.TransformerEncoderLayer(features, 4, 32, dropout=0.0, activation="gelu", norm_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(features), enable_nested_tensor=False)
            self.embedding, self.head = nn.Embedding(tokens, features), nn.Linear(features, tokens)
            nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
            nn.init.zeros_(self.head.bias)

        def forward(self, source, mask):
            x = self.embedding(source) * math.sqrt(16) + self.waves[: len(source)]
            return self.head(self.encoder(x, mask))

    rng = np.random.default_rng(1)
    source, target = lib.tensor(rng.integers(0, 30, (10, 4))), lib.tensor(rng.integers(0, 30, (10, 4)))
    model, mask = begin(Model()), nn.Transformer.generate_square_subsequent_mask(10, device="cpu")
    optimizer = lib.optim.AdamW(model.parameters(), lr=3e-3)
    scheduler = lib.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) ** -0.5, (step + 1) * 4**-1.5))
    for _ in range(4):
        logits = model(source, mask)
        loss = F.cross_entropy(logits.reshape(-1, 30), target.reshape(-1), label_smoothing=0.1, ignore_index=3)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        yield loss.item()
    yield model.eval()(source, mask).detach().numpy()


def transfer(lib, begin):
    nn = lib.nn

    class Block(nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
            self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
            self.relu, self.shortcut = nn.ReLU(inplace=True), nn.Sequential()
            if stride != 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            out = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))
            out += self.shortcut(x)
            return self.relu(out)

    body = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), Block(4, 4, 1), Block(4, 8, 2), nn.AdaptiveAvgPool2d((1, 1)))
    model = begin(nn.Sequential(body, nn.Flatten(), nn.Linear(8, 10)))
    for parameter in model.parameters():
        parameter.requires_grad = False
    model[2] = begin(nn.Linear(model[2].in_features, 2))
    model[0][2].requires_grad_(True)
    groups = [{"params": model[0][2].parameters(), "lr": 1e-3}, {"params": model[2].parameters()}]
    optimizer, seen = lib.optim.SGD(groups, lr=1e-2, momentum=0.9), []
    handle = model[0].register_forward_hook(lambda module, inputs, output: seen.append(output.detach().numpy().sum()))
    frozen = model[0][0].weight.detach().numpy().copy()
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model.train()(lib.tensor(IMAGES[:32])), lib.tensor(DIGITS[:32] % 2))
        loss.backward()
        optimizer.step()
        yield loss.item()
    handle.remove()
    yield seen
    yield np.abs(model[0][0].weight.detach().numpy() - frozen).max()
    yield sum(1 for parameter in model.parameters() if parameter.requires_grad)


def run(program, lib, states):
    """Run a program; ``begin`` gives models of ours the weights that theirs began with."""

    def begin(model):
        if lib is THEIRS:
            states.append({name: value.numpy().copy() for name, value in model.state_dict().items()})
        else:
            model.load_state_dict(states.pop(0))
        return model

    return [np.asarray(number, np.float64) for number in program(lib, begin)]


@pytest.mark.parametrize(
    "program",
    [
        multilayer_perceptron,
        convolutional_net,
        *(pytest.param(sequences_of(kind), id=kind) for kind in ("RNN", "LSTM", "GRU")),
        transformer,
        transfer,
    ],
)
def test_a_program_takes_the_same_course(program):
    states = []
    theirs = run(program, THEIRS, states)
    ours = run(program, OURS, states)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)
