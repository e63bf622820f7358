"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symback.errors import FileError
from symback.files import read_text, write_whole


def test_text_is_written_as_utf8_and_replaces_an_older_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    assert write_whole(path, "∂L/∂w") == path
    assert path.read_bytes() == "∂L/∂w".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_half_way_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "old")

    def fail(file) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match="No space left"):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["missing/a.txt", "a\0b.txt"])
def test_an_impossible_place_is_a_file_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError):
        write_whole(tmp_path / name, "text")


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(FileError, match="pipe"):
        write_whole(path, "text")
    assert path.is_fifo()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b", b"x" * 101])
def test_what_is_no_short_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(FileError):
        read_text(path, "the text", 100)
