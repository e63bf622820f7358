"""A LaTeX document set as PDF by pdflatex, where that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from symback.errors import FileError, NotYetError

SECONDS = 60
PROGRAM = "pdflatex"
# Fixed times: the same document gives the same bytes. Files outside the folder cannot be read.
SURROUNDINGS = {
    "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openin_any": "p", "openout_any": "p",
}  # fmt: skip


def is_available() -> bool:
    """Is pdflatex installed?"""
    return shutil.which(PROGRAM) is not None


def pdf(source: str) -> bytes:
    """Return the PDF of a LaTeX document; raises NotYetError without pdflatex, else FileError."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NotYetError(
            "a PDF was asked for", "no pdflatex on this machine",
            "save as .tex, or install TeX (Debian, Ubuntu: texlive-latex-recommended)",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="symback-") as folder:
        (Path(folder) / "document.tex").write_text(source, encoding="utf-8")
        command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error",
                   "document.tex"]  # fmt: skip
        # Twice: the first run writes the numbers that references show.
        for _ in range(2):
            _run(command, folder)
        return (Path(folder) / "document.pdf").read_bytes()


def _run(command: list[str], folder: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **SURROUNDINGS}, timeout=SECONDS,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise FileError(
            "a PDF was asked for", f"{PROGRAM}: {type(problem).__name__}", "save as .tex instead"
        ) from None
    if done.returncode:
        log = done.stdout.decode("utf-8", "replace").splitlines()
        first = next((line for line in log if line.startswith("!")), "no message")
        raise FileError("a PDF was asked for", f"{PROGRAM}: {first}", "save as .tex instead")
