"""The code of a notebook runs from top to bottom, and computes what the page says."""

import ast
import json
import subprocess
import sys

import numpy as np
import pytest

import symback as sb
from symback.explanation.program_cells import program_cells, quoted
from tests.explanation.networks import (
    CLASSES,
    CLASSES_AT,
    MAZUR,
    MAZUR_AT,
    NEURON,
    XOR,
    XOR_AT,
    derived,
)

LAYER = """
index n:N i:3 h:2
input X[n,i]
parameter W[i,h]
Y[n,h] = tanh(sum(X[n,i]*W[i,h], i))
"""


def layer():
    return sb.derive(sb.parse(LAYER), of="Y")


LAYER_AT = {"X": [[1, 2, 3]], "W": [[0.1, 0.2], [0.3, -0.4], [0, 0.1]], "Y_bar": [[1, -2]]}
LARGE = {"X": np.linspace(-1, 1, 600).reshape(200, 3), "Y": np.arange(200) % 4,
         "W": CLASSES_AT["W"]}  # fmt: skip
PAGES = {
    "mazur": lambda: sb.explain(derived(MAZUR), at=MAZUR_AT, checks=False),
    "one weight": lambda: sb.explain(derived(MAZUR), "w1", at=MAZUR_AT, checks=False),
    "xor": lambda: sb.explain(derived(XOR), "W1", weight=(0, 1), at=XOR_AT, checks=False),
    "scalar form": lambda: sb.explain(
        derived(XOR), "W2", form="scalar", at=XOR_AT, checks=False
    ),
    "layer": lambda: sb.explain(layer(), at=LAYER_AT, checks=False),
    "classes, packed": lambda: sb.explain(derived(CLASSES), at=LARGE, checks=False),
    "no values": lambda: sb.explain(derived(NEURON), checks=False),
}  # fmt: skip


def lines_of(page) -> str:
    cells = json.loads(page.notebook())["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def test_all_code_runs_from_top_to_bottom_and_every_check_passes(tmp_path):
    # One process for all, each page in a namespace of its own.
    paths = [tmp_path / f"page{number}.py" for number in range(len(PAGES))]
    for path, made in zip(paths, PAGES.values(), strict=True):
        path.write_text(lines_of(made()), encoding="utf-8")
    run = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", run, *map(str, paths)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("passed:") == len(PAGES)
    assert "FAILED" not in done.stdout
    assert "w1             0.000438568    0.000438568" in done.stdout


def test_the_network_and_the_values_are_those_of_the_page():
    code = lines_of(PAGES["one weight"]())
    assert 'd = sb.derive(net, wrt=["w1"])' in code
    assert '    "w1": 0.15,\n' in code
    assert 'd = sb.derive(net, of="Y")' in lines_of(PAGES["layer"]())
    assert "d = sb.derive(net)\n" in lines_of(PAGES["mazur"]())


def test_rows_of_a_matrix_stand_on_lines_and_long_arrays_are_packed():
    assert '"W1": [[0.5, 0.3], [-0.4, 0.8]],' in lines_of(PAGES["xor"]())
    packed = lines_of(PAGES["classes, packed"]())
    assert 'unpacked("' in packed
    assert '"<f8", 200, 3)' in packed


def test_too_many_values_are_left_out_and_the_check_is_random(monkeypatch):
    monkeypatch.setattr("symback.explanation.program_cells.MOST_PACKED", 3)
    *_, (words, last) = program_cells(derived(XOR), ["W1"], XOR_AT)
    assert "random" in words
    assert last == "print(sb.verify(d))"


@pytest.mark.parametrize(
    "text",
    ["network a\ninput x\n", 'latex Z = "\\bar{z}"\nx', '"""\nimport os', "a\x1b[31m", "'''", '"'],
)
def test_any_text_is_one_python_literal(text):
    parsed = ast.literal_eval(quoted(text))
    assert parsed.strip() == text.strip()
