"""npz files: whole or not at all, and nothing in them runs or fills the memory."""

import io
import os
import zipfile

import numpy as np
import pytest

from symback.errors import FileError
from symback.training.storage import load_arrays, save_arrays

ARRAYS = {
    "W1": np.arange(6.0).reshape(2, 3),
    "b": np.float32(0.5),
    "columns": np.asfortranarray(np.eye(3, 2)),
}


def npz(tmp_path, **members):
    """Write an npz file with these raw members."""
    path = tmp_path / "made.npz"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name + ".npy", content)
    return path


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def test_what_was_written_is_read_back_to_the_bit(tmp_path):
    read = load_arrays(save_arrays(tmp_path / "w.npz", ARRAYS))
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array, strict=False)
    read["W1"][0, 0] = 7  # it is an array of its own


def test_every_name_of_a_tensor_can_be_stored_and_the_same_arrays_give_the_same_bytes(tmp_path):
    one, two = (save_arrays(tmp_path / name, {"file": np.ones(2)}) for name in ("a.npz", "b.npz"))
    assert one.read_bytes() == two.read_bytes()
    np.testing.assert_array_equal(np.load(one, allow_pickle=False)["file"], [1, 1])


def test_files_of_numpy_are_read_compressed_or_not(tmp_path):
    np.savez_compressed(tmp_path / "c.npz", x=np.zeros((3, 0)), y=np.array([True, False]))
    read = load_arrays(tmp_path / "c.npz")
    assert read["x"].shape == (3, 0)
    assert read["y"].tolist() == [True, False]


def test_an_older_file_is_replaced_and_no_other_file_is_left(tmp_path):
    for number in (1.0, 2.0):
        save_arrays(tmp_path / "w.npz", {"w": np.array(number)})
    assert load_arrays(tmp_path / "w.npz")["w"] == 2
    assert os.listdir(tmp_path) == ["w.npz"]


def test_a_failed_write_leaves_the_older_file_whole(tmp_path):
    path = save_arrays(tmp_path / "w.npz", ARRAYS)
    before = path.read_bytes()

    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match="No space left"):
        save_arrays(path, {"W1": Broken()})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["w.npz"]


@pytest.mark.parametrize("name", ["w.txt", "w", "no/such/folder/w.npz"])
def test_an_impossible_path_is_refused(tmp_path, name):
    with pytest.raises(FileError):
        save_arrays(tmp_path / name, ARRAYS)


HEADER = npy(np.zeros(2))
HOSTILE = {
    "pickled objects": npy(np.array([{}], dtype=object), allow_pickle=True),
    "a shape that is not there": HEADER.replace(b"(2,)", b"(9,)"),
    "a huge shape": HEADER.replace(b"(2,), }            ", b"(9999999999999,), }"),
    "a header that is no header": HEADER.replace(b"descr", b"other"),
    "text": b"import os",
    "nothing": b"",
    "cut short": HEADER[:-3],
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_member_is_refused(tmp_path, content):
    with pytest.raises(FileError):
        load_arrays(npz(tmp_path, x=content))


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 100, b"PK\x03\x04cut"])
def test_a_file_that_is_no_npz_is_refused(tmp_path, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(FileError, match="no whole npz"):
        load_arrays(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(FileError, match="were to be read"):
            load_arrays(path)


def test_a_file_of_too_many_members_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "many.npz"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(10_001):
            file.writestr(f"{number}.npy", b"")
    with pytest.raises(FileError, match="10001 arrays"):
        load_arrays(path)


def test_compressed_zeros_that_unpack_to_too_much_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("symback.training.storage.MOST_BYTES", 10_000)
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros(10_000))
    with pytest.raises(FileError, match="80128 bytes"):
        load_arrays(tmp_path / "bomb.npz")
