"""Arrays in npz files: written whole or not at all, read without running anything."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from symback.errors import FileError
from symback.files import reason_of, write_whole

MOST_ARRAYS = 10_000
MOST_BYTES = 4 * 2**30
NOT_NPZ = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, NotImplementedError)
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def save_arrays(path: str | Path, arrays: Mapping[str, np.ndarray]) -> Path:
    """Write the arrays to an npz file by their names and return its path; raises FileError.

    The file appears whole or not at all.
    """
    path = Path(path)
    if path.suffix != ".npz":
        found = f"the suffix {path.suffix or 'none'!r}"
        helps = f"use {path.name}.npz" if path.name else "name a file"
        raise FileError(f"the file {path} was to be written", found, helps)
    return write_whole(path, lambda file: _write(file, arrays))


def _write(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    # Why not numpy.savez? It takes names as keywords, one of which is its own, and writes the time.
    with zipfile.ZipFile(file, "w") as members:
        for name, array in arrays.items():
            with members.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def load_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Return the arrays of an npz file by their names; raises FileError for any other file.

    Pickled objects are refused, and so are files that claim more than 10,000 arrays or 4 GiB.
    """
    asked = f"the arrays of {path} were to be read"
    try:
        with open(path, "rb") as file, zipfile.ZipFile(file) as members:
            return _members(asked, members)
    except OSError as error:
        raise FileError(asked, reason_of(error), "check the path") from None
    except NOT_NPZ:
        helps = "write one with numpy.savez or Run.save"
        raise FileError(asked, "no whole npz file", helps) from None


def _members(asked: str, members: zipfile.ZipFile) -> dict[str, np.ndarray]:
    listed = members.infolist()
    size = sum(member.file_size for member in listed)
    if len(listed) > MOST_ARRAYS or size > MOST_BYTES:
        raise FileError(
            asked, f"{len(listed)} arrays of {size} bytes in all",
            f"at most {MOST_ARRAYS} arrays and {MOST_BYTES} bytes are read",
        )  # fmt: skip
    return {m.filename.removesuffix(".npy"): _member(asked, members, m) for m in listed}


def _member(asked: str, members: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    name = member.filename[:60]
    with members.open(member) as file:
        read_header = HEADERS.get(np.lib.format.read_magic(file))
        if read_header is None:
            raise FileError(asked, f"{name!r} in an unknown format", "write it with numpy.savez")
        shape, fortran_order, dtype = read_header(file)
        if dtype.hasobject:
            raise FileError(asked, f"{name!r} holds pickled objects", "store arrays of numbers")
        # Why? The header may claim any shape; only what the file can hold is ever allocated.
        count = _product(shape)
        if count * dtype.itemsize != member.file_size - file.tell():
            raise FileError(asked, f"{name!r} is not as long as it claims", "write the file again")
        data = np.frombuffer(file.read(), dtype=dtype, count=count) if count else np.empty(0, dtype)
    return data.reshape(shape, order="F" if fortran_order else "C").copy()


def _product(shape: tuple[int, ...]) -> int:
    """Return the number of entries; NumPy's own product would wrap round."""
    count = 1
    for length in shape:
        count *= length
    return count
