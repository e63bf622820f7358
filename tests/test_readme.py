"""The README shows real output: its commands and its program are run and compared."""

import re
import shlex
from pathlib import Path

import pytest

from symback.cli.main import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
DRAW = next(line.strip() for line in README.splitlines() if line.startswith("    symback draw"))


def test_the_picture_is_what_its_command_draws(tmp_path):
    command, name, picture = shlex.split(DRAW)[1:], "neuron.svg", "docs/neuron.svg"
    assert command[-1] == picture
    assert f"]({picture})" in README
    assert main([*command[:-1], str(tmp_path / name)]) == 0
    drawn, shown = tmp_path / name, ROOT / picture
    assert drawn.read_bytes() == shown.read_bytes(), f"run {DRAW}"


def test_the_derivation_is_what_the_command_prints(capsys):
    command = shlex.split(DRAW)[1:-2]
    assert main(["explain", *command[1:]]) == 0
    shown = next(text for kind, text in BLOCKS if kind == "text")
    assert shown in capsys.readouterr().out


def test_the_program_prints_what_is_shown(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    (number,) = (i for i, (kind, _) in enumerate(BLOCKS) if kind == "python")
    run_lines(BLOCKS[number][1])
    *expected, accuracy = BLOCKS[number + 1][1].splitlines()
    *printed, measured = capsys.readouterr().out.splitlines()
    assert printed == expected
    # Why not equal? Another processor rounds otherwise, and one image more or less may be right.
    percent = [float(re.search(r"([\d.]+)%", line)[1]) for line in (accuracy, measured)]
    assert percent[1] == pytest.approx(percent[0], abs=1)


def run_lines(text):
    """Run the README's own program."""
    exec(compile(text, "README.md", "exec"), {})


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", README))
def test_every_link_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_it_is_one_screen():
    assert len(README.splitlines()) < 75
