"""Data files: columns become tensors, and whatever is wrong is named with its line and column."""

import numpy as np
import pytest

from symback.algebra.letters import indices
from symback.cli.tables import read_columns, read_data
from symback.errors import SymbackError
from symback.network.network import Network
from symback.training.storage import save_arrays

n, i, k = indices("n:N i:2 k:3")
HOUSES = "sqft,rooms,price,kind\n1000,3,200.5,0\n\n1500,4,310,2\n800,2,150,1\n"


def network():
    net = Network("houses")
    net.input("X", n, i)
    net.input("price", n)
    net.input("Y", n, k, one_hot=True)
    net.input("Z", n, i)
    return net


def table(tmp_path, text=HOUSES):
    path = tmp_path / "houses.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_columns_are_read_as_people_write_them():
    assert read_columns(["X=sqft, rooms", "Y=price"]) == {"X": ["sqft", "rooms"], "Y": ["price"]}


@pytest.mark.parametrize("part", ["X", "X=", "=a", "X=a,,b"])
def test_wrong_columns_are_refused(part):
    with pytest.raises(SymbackError, match="--columns"):
        read_columns([part])


def test_several_columns_are_a_matrix_one_column_is_what_its_tensor_is(tmp_path):
    columns = read_columns(["X=sqft,rooms", "price=price", "Y=kind", "Z=rooms"])
    data = read_data(table(tmp_path), columns, network())
    np.testing.assert_array_equal(data["X"], [[1000, 3], [1500, 4], [800, 2]])
    assert data["price"].tolist() == [200.5, 310, 150]
    assert data["Y"].tolist() == [0, 2, 1]
    assert data["Z"].shape == (3, 1)


def test_without_columns_each_input_is_the_column_of_its_name(tmp_path):
    net = Network("prices")
    net.input("price", n)
    assert read_data(table(tmp_path), {}, net)["price"].tolist() == [200.5, 310, 150]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_byte_order_mark_and_line_ends_do_not_matter(tmp_path, end):
    path = table(tmp_path, "\ufeff" + HOUSES.replace("\n", end))
    assert read_data(path, {"price": ["price"]}, network())["price"].tolist() == [200.5, 310, 150]


def test_arrays_of_an_npz_file_are_taken_by_name_or_joined(tmp_path):
    arrays = {"a": np.arange(3.0), "b": np.ones(3), "images": np.zeros((3, 2))}
    path = str(save_arrays(tmp_path / "d.npz", arrays))
    assert list(read_data(path, {}, network())) == ["a", "b", "images"]
    data = read_data(path, {"X": ["a", "b"], "Z": ["images"]}, network())
    np.testing.assert_array_equal(data["X"], [[0, 1], [1, 1], [2, 1]])
    assert data["Z"].shape == (3, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no first line"),
        ("sqft,rooms,price\n", "no line below"),
        (HOUSES + "900,x,1,1\n", "line 6, column rooms"),
        (HOUSES + "900,,1,1\n", "an empty cell"),
        (HOUSES + "900,nan,1,1\n", "line 6, column rooms"),
        (HOUSES + "900,2,1\n", "line 6"),
        ("price\n1\n", "its columns are price"),
        (b"\xff\xfe\x00\x01", "UTF-8"),
        ('sqft,rooms\n"1,2\n', "was to be read"),
    ],
)
def test_a_wrong_table_is_an_error_with_its_place(tmp_path, text, told):
    with pytest.raises(SymbackError) as error:
        read_data(table(tmp_path, text), {"X": ["sqft", "rooms"]}, network())
    assert told in str(error.value)


def test_unknown_files_and_suffixes_are_errors(tmp_path):
    for path in ("none.csv", "none.npz", "data.xlsx", str(tmp_path)):
        with pytest.raises(SymbackError, match="read"):
            read_data(path, {}, network())


def test_arrays_that_do_not_go_together_are_an_error(tmp_path):
    path = str(save_arrays(tmp_path / "d.npz", {"a": np.arange(3.0), "b": np.ones(2)}))
    with pytest.raises(SymbackError, match="shapes differ"):
        read_data(path, {"X": ["a", "b"]}, network())
    with pytest.raises(SymbackError, match="its columns are a, b"):
        read_data(path, {"X": ["c"]}, network())
