"""An explanation prints, shows itself and saves itself whole."""

import shutil

import pytest

import symback as sb
from symback.errors import DefinitionError, FileError, ValuesError
from symback.explanation.teacher import explanation
from symback.record.archive import restored
from tests.explanation.networks import (
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    RESIDUAL,
    XOR,
    XOR_AT,
    derived,
    forty_six,
    values_of,
)
from tests.render.compiling import compiled


def page():
    return explanation(derived(NEURON), at=NEURON_AT, checks=False)


def test_it_prints_as_text_and_has_a_line_for_repr():
    assert str(page()) == page().text()
    assert repr(page()) == (
        "Explanation('How E answers to w, in the network neuron', detail=2, 2 derivations)"
    )


def test_a_notebook_shows_its_result_first_and_folds_its_sections():
    shown = page()._repr_html_()
    result = shown.index(r"\frac{\partial E}{\partial w} &amp;=")
    assert result < shown.index("<details><summary><strong>Symbols</strong></summary>")
    assert "<details open" not in shown
    assert "<summary>Symbols</summary>" in page()._repr_markdown_()


def test_its_latex_for_notebooks_is_its_equations_without_tags():
    shown = page()._repr_latex_()
    assert shown.count("$$") == 2 * len(page().equations)
    assert r"\tag" not in shown


def test_its_equations_are_found_by_number_and_by_label():
    found = page().equations
    assert [one.number for one in found] == [f"({k})" for k in range(1, len(found) + 1)]
    assert page().equation(2) == page().equation("(2)") == page().equation(found[1].label)
    with pytest.raises(DefinitionError, match=r"the last one is \(\d+\)"):
        page().equation(99)


def test_markdown_has_its_figure_in_a_file_beside_it(tmp_path):
    path = page().save(tmp_path / "my page.md")
    figure = tmp_path / "my page-figure-1.svg"
    assert sorted(tmp_path.iterdir()) == sorted([path, figure])
    assert "](my%20page-figure-1.svg)" in path.read_text(encoding="utf-8")
    assert figure.read_text(encoding="utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_its_html_begins_with_the_picture_of_the_network():
    shown = page().html()
    assert shown == page().html()
    assert shown.index("<h1>") < shown.index('<svg class="symback-diagram"') < shown.index("<h2")
    assert "The network neuron." in shown


def test_its_html_opens_what_its_detail_asks_for():
    closed = explanation(derived(RESIDUAL), "W", checks=False).html()
    opened = explanation(derived(RESIDUAL), "W", detail=3, checks=False).html()
    assert '<details class="more" open=""' in opened
    assert '<details class="more" open=""' not in closed


def test_its_steps_are_the_recorded_ones():
    records = page().steps
    assert [record.tensor for record in records] == ["p", "w"]
    assert records[-1].result == derived(NEURON)["w"].written


@pytest.mark.parametrize("suffix", [".html", ".tex", ".ipynb", ".txt", ".json"])
def test_it_saves_itself_in_the_format_of_the_suffix(tmp_path, suffix):
    path = tmp_path / f"page{suffix}"
    path.write_text("an older page", encoding="utf-8")
    assert page().save(path) == path
    content = path.read_text(encoding="utf-8")
    assert "an older page" not in content
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if suffix == ".json":
        assert str(restored(content)["w"]) == str(derived(NEURON)["w"])


@pytest.mark.parametrize("name", ["x.doc", "x"])
def test_other_formats_are_refused_and_nothing_is_written(tmp_path, name):
    with pytest.raises(FileError):
        page().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileError):
        page().save(tmp_path / "nowhere" / "page.txt")


def test_a_fragment_has_no_preamble_and_labels_of_its_own():
    source = page().latex(fragment=True, label="slides")
    assert r"\documentclass" not in source
    assert r"\label{slides:" in source


def test_a_label_that_is_no_word_is_refused():
    with pytest.raises(DefinitionError, match="label"):
        page().latex(fragment=True, label=5)


LATEX = {
    "mazur": lambda: explanation(derived(MAZUR), at=MAZUR_AT),
    "xor": lambda: explanation(derived(XOR), "W1", weight=(1, 1), at=XOR_AT),
    "residual": lambda: explanation(derived(RESIDUAL), detail=3, checks=False),
    "46 weights": lambda: explanation(
        forty_six(), at=values_of(forty_six().forward), checks=False
    ),
}  # fmt: skip


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.parametrize("name", LATEX)
def test_the_latex_compiles_and_fits_its_page(name, tmp_path):
    log = compiled(LATEX[name]().latex(), tmp_path)
    assert "Output written" in log
    assert "! " not in log
    assert "undefined" not in log
    wide = [line for line in log.splitlines() if line.startswith("Overfull \\hbox")]
    assert not [line for line in wide if float(line.split("(")[1].split("pt")[0]) > 1], wide


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_it_saves_itself_as_pdf(tmp_path):
    assert page().save(tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_gradient_at_a_kink_gets_its_convention_and_no_tick() -> None:
    derivation = sb.derive(sb.parse("input x\nloss E = relu(x)"), wrt="x")
    lines = sb.explain(derivation, "x", at={"x": 0}).text().splitlines()
    (found,) = [k for k in lines if "is taken at a kink" in k]
    assert "✓" not in found
    assert "✗" not in found


def test_a_value_beyond_double_precision_is_an_error_that_names_its_equation() -> None:
    derivation = sb.derive(sb.parse("input x\na = exp(x)\nloss E = a**2"), wrt="x")
    with pytest.raises(ValuesError, match=r"a = exp\(x\)"):
        sb.explain(derivation, at={"x": 1000})
