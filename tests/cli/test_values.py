"""Values from the command line: assignments, JSON and npz, and everything that is none of them."""

import json

import numpy as np
import pytest

from symback.cli.values import read_values
from symback.errors import SymbackError
from symback.training.storage import save_arrays


def test_assignments_are_read_with_fractions_and_exponents():
    assert read_values("x=2, w = 0.5,b=-1e-3,y=1/4,") == {"x": 2, "w": 0.5, "b": -1e-3, "y": 0.25}


def test_a_json_file_holds_numbers_and_nested_lists(tmp_path):
    path = tmp_path / "v.json"
    path.write_text('{"x": 2, "W": [[1, 2], [3, 4]]}', encoding="utf-8")
    assert read_values(str(path)) == {"x": 2, "W": [[1, 2], [3, 4]]}


def test_an_npz_file_holds_arrays(tmp_path):
    path = save_arrays(tmp_path / "v.npz", {"W": np.eye(2)})
    np.testing.assert_array_equal(read_values(str(path))["W"], np.eye(2))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x=",
        "x=two",
        "x=nan",
        "x=inf",
        "x=1e999",
        "x=1/0",
        "x=2,y",
        "=2",
        "lambda=2",
        "x; import os=2",
        "</script>=1",
        "\\input{}=1",
        "x=__import__('os')",
        "x=10**10",
        "no_such.json",
        "no_such.npz",
        "values.txt",
        "",
    ],
)
def test_what_is_no_value_is_an_error(text):
    with pytest.raises(SymbackError):
        read_values(text)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1, 2]",
        b'{"x": NaN}',
        b'{"x": Infinity}',
        b'{"x": ',
        b'{"x": ' + b"[" * 100_000,
        b'{"x": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00binary",
    ],
)
def test_a_broken_json_file_is_an_error(tmp_path, content):
    path = tmp_path / "v.json"
    path.write_bytes(content)
    with pytest.raises(SymbackError, match="were to be read"):
        read_values(str(path))


def test_a_file_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("symback.cli.values.MOST_BYTES", 10)
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"x": [1] * 10}))
    with pytest.raises(SymbackError, match="more than"):
        read_values(str(path))
