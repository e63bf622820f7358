import re
import shutil
import subprocess

import pytest

from symback.algebra.positions import Entry
from symback.notation.extents import extent
from symback.notation.latex import INLINE, latex_of
from symback.notation.layout import layout
from tests.notation.formulas import FORMULAS

EM = 10.95  # points, at 11pt


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_estimated_widths_agree_with_those_of_tex(tmp_path):
    trees = {what: layout(row[0]) for what, row in FORMULAS.items()}
    lines = [r"\documentclass[11pt]{article}", r"\usepackage{amsmath,amssymb}", r"\begin{document}"]
    for tree in trees.values():
        for style, text in (("display", latex_of(tree)), ("text", latex_of(tree, INLINE))):
            lines.append(rf"\setbox0\hbox{{$\{style}style {text}$}}\typeout{{WIDTH \the\wd0}}")
    (tmp_path / "widths.tex").write_text("\n".join([*lines, r"\end{document}"]), encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    log = subprocess.run(
        [*command, "widths.tex"], cwd=tmp_path, capture_output=True, timeout=60, check=True
    ).stdout.decode("utf-8", "replace")
    found = [float(w) / EM for w in re.findall(r"WIDTH ([0-9.]+)pt", log)]
    estimates = [extent(tree, flat) for tree in trees.values() for flat in (False, True)]
    names = [f"{what}{', flat' * flat}" for what in trees for flat in (False, True)]
    wrong = [
        f"{name}: {estimate:.1f} for {real:.1f}"
        for name, estimate, real in zip(names, estimates, found, strict=True)
        if not 0.85 * real - 0.5 <= estimate <= 1.5 * real + 1.2
    ]
    assert not wrong


def test_a_greek_letter_is_one_letter_wide():
    delta, word = (layout(Entry(name)) for name in ("delta_o1", "net_o1"))
    assert extent(delta) < extent(word)
