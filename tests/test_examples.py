"""Every example runs as a program of its own, in a folder of its own, and its check passes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LONGEST = 81  # lines
PICTURE = re.compile(r'"(out/\w+\.svg)"')
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_quickly_says_something_and_passes_its_own_check(path, tmp_path):
    done = subprocess.run(
        [sys.executable, str(path), "--quick"],
        cwd=tmp_path,
        # Why one thread? Beside other tests, threads of a small matrix product wait for each other.
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) > 4
    for picture in PICTURE.findall(path.read_text(encoding="utf-8")):
        root = ElementTree.parse(tmp_path / picture).getroot()
        assert root.tag == f"{SVG}svg"
        assert sum(len(root.findall(f".//{SVG}{mark}")) for mark in ("path", "circle")) > 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST
