"""One command writes a page for each of the lessons."""

import pytest

from examples import players


def test_one_command_writes_all_pages(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["players.py", "--out", str(tmp_path)])
    assert players.main() == 0
    names = {"chain", "order", "network", "training", "cnn", "gpt"}
    assert {path.stem for path in tmp_path.iterdir()} == {f"play_{name}" for name in names}
    said = capsys.readouterr().out
    assert "24 steps of 11 nodes" in said
    assert all(path.stat().st_size < 1_000_000 for path in tmp_path.iterdir())


@pytest.mark.parametrize("make", [players.convolutions, players.transformer])
def test_the_examples_have_gradients(make):
    loss = make()
    loss.backward()
    assert loss.item() > 0
