"""CSV files: what is read, and that each mistake is told with file, line and column."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nn.data import CSVDataset

ADVERTISING = Path(__file__).parents[3] / "examples" / "data" / "advertising.csv"


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


def test_the_file_of_the_example():
    dataset = CSVDataset(ADVERTISING, targets=["sales"], columns=["radio", "tv"])
    table = np.loadtxt(ADVERTISING, delimiter=",", skiprows=1, dtype=np.float32)
    x, y = dataset[:]
    np.testing.assert_array_equal(x.data, table[:, [2, 1]])
    np.testing.assert_array_equal(y.data, table[:, [4]])
    assert x.dtype == y.dtype == np.float32
    assert (dataset.columns, dataset.targets) == (("radio", "tv"), ("sales",))


def test_inputs_are_all_columns_that_are_no_targets():
    dataset = CSVDataset(ADVERTISING, "sales")
    assert dataset.columns == ("market", "tv", "radio", "newspaper")
    assert [array.shape for array in dataset.arrays] == [(29, 4), (29,)]
    assert [array.shape for array in CSVDataset(ADVERTISING).arrays] == [(29, 5)]


def test_quotes_spaces_empty_lines_and_other_delimiters(write):
    path = write('\ufeff a ; "b; c";text\r\n1 ; "2";x\r\n\r\n-3e2;nan;"y\ny"\r\ninf;.5;z')
    dataset = CSVDataset(path, columns=["a", "b; c"], delimiter=";")
    np.testing.assert_array_equal(dataset.arrays[0], np.float32([[1, 2], [-300, np.nan], [np.inf, 0.5]]))


def test_dtypes(write):
    path = write("x,label,big\n0.1,2,9007199254740993\n0.2,0,-1\n")
    x, y = CSVDataset(path, ["label", "big"], dtype="f8", target_dtype=np.int64).arrays
    assert x.tolist() == [[0.1], [0.2]]
    assert (y.dtype, y.tolist()) == (np.int64, [[2, 9007199254740993], [0, -1]])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n3,x\n", r"table.csv, line 3, column 'b': 'x' is no number"),
        ("a,b\n1,2\n\n3, \n", r"table.csv, line 4, column 'b': the field is empty"),
        ("a,b\n1,1_000\n", r"line 2, column 'b': '1_000' is no number"),
        ("a,b\n1\n", r"table.csv, line 2: 1 fields, but the header names 2 columns"),
        ("a,b\n1,2,3\n", r"line 2: 3 fields"),
        ("a,b\n1,1e39\n", r"line 2, column 'b': 1e39 is out of the range of float32"),
        ("", "table.csv is empty"),
        ("a,b\n", "table.csv has a header, but no rows"),
        ("a,b,a\n1,2,3\n", "table.csv has 2 columns 'a'; its header is a, b, a"),
        ('a,b\n1,"2\n', r"table.csv, line 2: unexpected end"),
        ("a,b\n1," + "9" * 10 + "x" * 99 + "\n", r"line 2, column 'b': '9{10}x{27}'\.\.\. is no number"),
        (b"a,b\n1,\xff\n", "table.csv is not UTF-8"),
    ],
)
def test_mistakes_are_told_with_their_place(write, text, told):
    with pytest.raises(ValueError, match=told):
        CSVDataset(write(text))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"targets": "c"}, "no column 'c'; its header is a, b"),
        ({"columns": ["a", "A"]}, "no column 'A'"),
        ({"targets": "b", "target_dtype": int}, r"line 2, column 'b': '2.5' is no whole number"),
        ({"targets": "a", "target_dtype": "u1"}, r"line 2, column 'a': 300 is out of the range of uint8"),
        ({"targets": ["b", "a"]}, "table.csv has no columns left for the inputs; its header is a, b"),
        ({"columns": []}, "no columns left for the inputs"),
        ({"dtype": complex}, "whole or floating numbers, got dtype complex128"),
    ],
)
def test_options_that_do_not_fit(write, options, told):
    with pytest.raises(ValueError, match=told):
        CSVDataset(write("a,b\n300,2.5\n"), **options)


def test_one_name_is_no_list_of_columns(write):
    with pytest.raises(TypeError, match=r"columns must be a list of names, as \['ab'\], got 'ab'"):
        CSVDataset(write("a,b,ab\n1,2,3\n"), columns="ab")


def test_columns_that_are_not_asked_for_may_hold_anything(write):
    path = write("name,a\nAnna,1\n,2\n")
    assert CSVDataset(path, columns=["a"]).arrays[0].tolist() == [[1.0], [2.0]]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.csv"):
        CSVDataset(tmp_path / "missing.csv")


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_a_number_takes_little_memory_while_it_is_read(dtype, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "\n".join(f"{number},{number + 300}" for number in range(20_000)))
    tracemalloc.start()
    try:
        data = CSVDataset(path, "b", dtype=dtype)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert data[19_999][1].item() == 20_299
    assert peak < 40_000 * 24  # a list of Python's own numbers takes 32 bytes for each
