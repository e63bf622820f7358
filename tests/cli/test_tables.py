"""Data files: columns become tensors, and whatever is wrong is named with its line and column."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from symback.algebra.letters import indices
from symback.cli.columns import read_columns
from symback.cli.csv_files import CHUNK, Form, Labels
from symback.cli.tables import Request, read_data
from symback.errors import SymbackError
from symback.network.network import Network
from symback.training.storage import save_arrays

n, i, k, h, w, one = indices("n:N i:2 k:3 h:2 w:3 o:1")
ROOT = Path(__file__).parents[2]
HOUSES = "sqft,rooms,price,kind\n1000,3,200.5,0\n\n1500,4,310,2\n800,2,150,1\n"


def network():
    net = Network("houses")
    net.input("X", n, i)
    net.input("price", n)
    net.input("Y", n, k, one_hot=True)
    net.input("Z", n, one)
    net.input("image", n, h, w)
    return net


def table(tmp_path, text=HOUSES, name="houses.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def read(path, *columns, form=None, **request):
    wanted = Request(read_columns(columns), form=form or Form(), **request)
    return read_data(path, wanted, network()).data


# Which columns -----------------------------------------------------------------------------------


def test_columns_are_read_as_people_write_them():
    found = read_columns(["X=sqft, rooms", "Y=price"])
    assert found == {"X": ("sqft", "rooms"), "Y": ("price",)}
    assert read_columns(['X="price, net",rooms']) == {"X": ("price, net", "rooms")}


@pytest.mark.parametrize("part", ["X", "X=", "=a", "X=a,,b"])
def test_wrong_columns_are_refused(part):
    with pytest.raises(SymbackError, match="--columns"):
        read_columns([part])


def test_a_tensor_has_its_columns_in_one_place():
    with pytest.raises(SymbackError, match="twice"):
        read_columns(["X=a", "X=b"])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("sqft..rooms", [[1000, 3], [1500, 4], [800, 2]]),
        ("price,rooms", [[200.5, 3], [310, 4], [150, 2]]),
        ("..", [[1000, 3], [1500, 4], [800, 2]]),
    ],
)
def test_ranges_stand_for_columns_as_they_follow_in_the_file(asked, told, tmp_path):
    rest = [] if "price" in asked else ["price=price"]
    data = read(table(tmp_path), f"X={asked}", *rest, "Y=kind")
    np.testing.assert_array_equal(data["X"], told)


def test_a_range_that_runs_backwards_or_has_no_end_is_an_error(tmp_path):
    for asked, told in (("rooms..sqft", "write sqft..rooms"), ("rooms..sqfd", "did you mean sqft")):
        with pytest.raises(SymbackError, match=told):
            read(table(tmp_path), f"X={asked}")


def test_several_columns_are_a_matrix_one_column_is_what_its_tensor_is(tmp_path):
    data = read(table(tmp_path), "X=sqft,rooms", "price=price", "Y=kind", "Z=rooms")
    np.testing.assert_array_equal(data["X"], [[1000, 3], [1500, 4], [800, 2]])
    assert data["price"].tolist() == [200.5, 310, 150]
    assert isinstance(data["Y"], Labels)
    assert [data["Y"].texts[code] for code in data["Y"].codes] == ["0", "2", "1"]
    assert data["Z"].shape == (3, 1)


def test_columns_become_images_where_the_sizes_say_so(tmp_path):
    path = table(tmp_path, "a,b,c,d,e,f\n1,2,3,4,5,6\n")
    assert read(path, "image=a..f")["image"].tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_without_columns_each_needed_input_is_the_column_of_its_name(tmp_path):
    assert read(table(tmp_path), needed=("price",))["price"].tolist() == [200.5, 310, 150]


def test_a_column_is_not_read_as_classes_and_as_numbers(tmp_path):
    with pytest.raises(SymbackError, match="classes for one tensor, numbers for another"):
        read(table(tmp_path), "Y=kind", "price=kind")


# How tables are written --------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_marks_ends_and_separators_do_not_matter(tmp_path, end, separator):
    text = "\ufeff" + HOUSES.replace(",", separator).replace("\n", end)
    assert read(table(tmp_path, text), "price=price")["price"].tolist() == [200.5, 310, 150]


def test_quoted_cells_may_hold_separators_quotes_and_line_ends(tmp_path):
    text = 'name, "the ""price"", net",x\n"a, b",1,2\n"c\nd",3,4\n'
    assert read(table(tmp_path, text), 'price="the ""price"", net"')["price"].tolist() == [1, 3]


def test_lines_of_nothing_but_separators_are_passed_over(tmp_path):
    assert read(table(tmp_path, HOUSES + ",,,\n"), "price=price")["price"].shape == (3,)


def test_a_table_without_names_has_columns_by_number(tmp_path):
    path = table(tmp_path, "5.1,3.5,setosa\n4.9,3,virginica\n", "iris.data")
    data = read(path, "X=1..2", "Y=3", form=Form(header=False))
    assert data["X"].tolist() == [[5.1, 3.5], [4.9, 3]]
    assert data["Y"].texts == ("setosa", "virginica")


def test_a_decimal_comma_is_read_when_it_is_said_and_explained_when_not(tmp_path):
    path = table(tmp_path, "price;x\n1,5;2\n-0,25;3\n")
    assert read(path, "price=price", form=Form(decimal=","))["price"].tolist() == [1.5, -0.25]
    with pytest.raises(SymbackError, match="--decimal ,"):
        read(path, "price=price")
    mixed = table(tmp_path, "price;x\n1.500;2\n")
    with pytest.raises(SymbackError, match="line 2, column price"):
        read(mixed, "price=price", form=Form(decimal=","))


def test_lines_with_missing_cells_are_left_out_when_asked(tmp_path):
    path = table(tmp_path, HOUSES + "?,1,1,1\n900,1,NA,\n7,1,7,1\n")
    wanted = Request(read_columns(["X=sqft,rooms"]), form=Form(drop=True))
    found = read_data(path, wanted, network())
    assert found.dropped == 1
    assert found.data["X"][:, 0].tolist() == [1000, 1500, 800, 900, 7]


def test_a_long_table_is_read_in_chunks_and_its_last_line_is_still_known(tmp_path):
    rows = "".join(f"{row},{row % 3}\n" for row in range(2 * CHUNK + 5))
    path = table(tmp_path, "price,kind\n" + rows)
    data = read(path, "price=price", "Y=kind")
    assert data["price"].tolist() == list(range(2 * CHUNK + 5))
    assert data["Y"].codes.shape == data["price"].shape
    with pytest.raises(SymbackError, match=f"line {2 * CHUNK + 7}, column price"):
        read(table(tmp_path, "price,kind\n" + rows + "x,1\n"), "price=price")


def test_of_a_long_table_only_the_wanted_columns_are_held(tmp_path):
    code = f"""
import resource
from symback.cli.csv_files import NUMBER, Form, read_table
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
table = read_table({str(tmp_path / "long.csv")!r}, lambda names: {{"c3": NUMBER}}, Form())
print(len(table.columns["c3"]), peak() - before)
"""
    names = ",".join(f"c{column}" for column in range(8))
    row = ",".join(f"{column}.25" for column in range(8)) + "\n"
    (tmp_path / "long.csv").write_text(names + "\n" + row * 200_000)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    count, megabytes = done.stdout.split()
    assert int(count) == 200_000
    # All cells as text would take over 100.
    assert float(megabytes) < 50


def test_a_table_comes_through_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HOUSES.encode())))
    assert read("-", "price=price")["price"].tolist() == [200.5, 310, 150]


# What is wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no first line"),
        ("\n\n", "no first line"),
        ("sqft,rooms,price\n", "no line below"),
        (HOUSES + "900,x,1,1\n", "line 6, column rooms"),
        (HOUSES + "900,,1,1\n", "an empty cell"),
        (HOUSES + "900,nan,1,1\n", "line 6, column rooms"),
        (HOUSES + "900,inf,1,1\n", "line 6, column rooms"),
        (HOUSES + "900,1_000,1,1\n", "'1_000'"),
        (HOUSES + '900,"1,000",1,1\n', "--decimal ,"),
        (HOUSES + "900,$5,1,1\n", "without unit"),
        (HOUSES + "900,5%,1,1\n", "without unit"),
        (HOUSES + "900,many,1,1\n", "--one-hot"),
        (HOUSES + "900,2,1\n", "line 6\n  found: 3 cells, line 1 has 4"),
        (HOUSES + "900,2,1,1,1\n", "5 cells"),
        ("price\n1\n", "its columns are price"),
        ("sqft,sqft,rooms\n1,2,3\n", "2 columns of this name"),
        ("1,2,3\n4,5,6\n", "--no-header"),
        (b"\xff\xfe\x00\x01", "line 1: text was asked for"),
        (HOUSES.encode() + b"900,\xe9,1,1\n", "houses.csv, line 6"),
        ('sqft,rooms\n1,2\n"1,2\n', "line 3"),
        ('sqft,rooms\n"1"x,2\n', "line 2"),
        (b"sqft,rooms\n1\x00,2\n", "line 2"),
    ],
)
def test_a_wrong_table_is_an_error_with_its_place(tmp_path, text, told):
    with pytest.raises(SymbackError) as error:
        read(table(tmp_path, text), "X=sqft,rooms")
    assert told in str(error.value)


def test_random_bytes_are_an_error_or_a_table(tmp_path):
    generator = np.random.default_rng(0)
    for number in range(300):
        noise = generator.integers(0, 256, 60).astype(np.uint8).tobytes()
        text = HOUSES.encode() if number % 2 else b"sqft,rooms\n"
        place = int(generator.integers(0, len(text)))
        broken = text[:place] + noise[: number % 7] + text[place:]
        with contextlib.suppress(SymbackError):
            assert read(table(tmp_path, broken), "X=sqft,rooms")["X"].shape[1] == 2


def test_unknown_files_and_suffixes_are_errors(tmp_path):
    for path in ("none.csv", "none.npz", "data.xlsx", "a\0.csv", str(tmp_path)):
        with pytest.raises(SymbackError, match="read"):
            read(path, needed=("price",))


# Arrays ------------------------------------------------------------------------------------------


def test_arrays_of_an_npz_file_are_taken_by_name_or_joined(tmp_path):
    arrays = {"a": np.arange(3.0), "b": np.ones(3), "price": np.zeros(3), "kind": list("xyx")}
    path = str(save_arrays(tmp_path / "d.npz", {n: np.array(a) for n, a in arrays.items()}))
    data = read(path, "X=a,b", "Y=kind", needed=("price",))
    np.testing.assert_array_equal(data["X"], [[0, 1], [1, 1], [2, 1]])
    assert data["price"].tolist() == [0, 0, 0]
    assert (data["Y"].texts, data["Y"].codes.tolist()) == (("x", "y"), [0, 1, 0])
    assert data["Y"].place(2) == f"{path}, kind[2]"


def test_arrays_that_do_not_go_together_are_an_error(tmp_path):
    path = str(save_arrays(tmp_path / "d.npz", {"a": np.arange(3.0), "b": np.ones(2)}))
    with pytest.raises(SymbackError, match="shapes differ"):
        read(path, "X=a,b")
    with pytest.raises(SymbackError, match="its columns are a, b"):
        read(path, "X=c")


@pytest.mark.parametrize(
    ("array", "told"),
    [
        ([[1.0, 2], [3, float("nan")]], "a[1, 1]: numbers were asked for\n  found: nan (1 of 4"),
        ([["a", "b"]], "d.npz, a: numbers were asked for\n  found: an array of type <U1"),
        ([[1j, 2]], "an array of type complex128"),
    ],
)
def test_an_entry_of_an_array_that_is_no_number_is_named(tmp_path, array, told):
    path = str(save_arrays(tmp_path / "d.npz", {"a": np.array(array)}))
    with pytest.raises(SymbackError) as error:
        read(path, "X=a")
    assert told in str(error.value)


def test_a_scalar_has_no_column_and_no_classes(tmp_path):
    net = Network("scalar")
    net.input("x")
    with pytest.raises(SymbackError, match=r"input x\[n\], or a number: --at x=2"):
        read_data(table(tmp_path), Request(read_columns(["x=price"])), net)
    wanted = Request(read_columns(["x=kind"]), frozenset("x"))
    with pytest.raises(SymbackError, match="a scalar input"):
        read_data(table(tmp_path), wanted, net)
