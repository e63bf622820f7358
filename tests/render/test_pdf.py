import pytest

from symback.errors import FileError, NotYetError
from symback.render import pdf as module
from symback.render.latex import latex
from symback.render.pdf import is_available, pdf
from tests.render.documents import one_weight

needs_tex = pytest.mark.skipif(not is_available(), reason="pdflatex is not installed")


@needs_tex
def test_a_document_becomes_the_same_pdf_each_time():
    made = pdf(latex(one_weight()))
    assert made.startswith(b"%PDF")
    assert made == pdf(latex(one_weight()))


@needs_tex
def test_wrong_latex_ends_in_an_error_with_the_first_complaint():
    with pytest.raises(FileError, match="Undefined control sequence"):
        pdf(r"\documentclass{article}\begin{document}\nosuchthing\end{document}")


@needs_tex
@pytest.mark.parametrize("path", ["/etc/passwd", "../secret"])
def test_files_elsewhere_cannot_be_read(path):
    source = rf"\documentclass{{article}}\begin{{document}}\input{{{path}}}\end{{document}}"
    with pytest.raises(FileError):
        pdf(source)


@needs_tex
def test_a_document_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 1)
    with pytest.raises(FileError, match="TimeoutExpired"):
        pdf(r"\documentclass{article}\begin{document}\def\x{\x}\x\end{document}")


def test_without_pdflatex_the_error_says_what_helps(monkeypatch):
    monkeypatch.setattr(module, "PROGRAM", "no-such-pdflatex")
    with pytest.raises(NotYetError, match=r"\.tex"):
        pdf("")
