"""PDF: one page that any reader opens, with nothing installed; every text is text."""

import re
import shutil
import subprocess

import pytest

from symback.diagrams.diagram import Diagram
from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.pdf import SYMBOL_CODES, write_pdf
from symback.diagrams.richtext import plain, symbol
from symback.errors import FileError
from tests.diagrams.graphs import fully_connected, simple_graph
from tests.diagrams.networks import classifier, graph_of, mazur


def pdf_of(graph: DiagramGraph) -> bytes:
    return write_pdf(lay_out(graph))


def words(pdf: bytes) -> str:
    """All that is set in Times, in the order of drawing."""
    found = re.findall(rb"/F([12]) [\d.]+ Tf\n[^<]*<([0-9a-f]*)> Tj", pdf)
    return "".join(bytes.fromhex(code.decode()).decode("cp1252") for _, code in found)


def test_every_object_begins_where_the_table_says():
    pdf = pdf_of(fully_connected([3, 2], bias=True))
    start = int(re.search(rb"startxref\n(\d+)", pdf)[1])
    assert pdf[start:].startswith(b"xref")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", pdf), 1):
        assert pdf[int(place) :].startswith(b"%d 0 obj" % number)
    length = int(re.search(rb"/Length (\d+)", pdf)[1])
    stream = pdf.index(b"stream\n") + len(b"stream\n")
    assert pdf[stream + length :].startswith(b"\nendstream")


def test_labels_values_and_gradients_are_on_the_page():
    net, at = mazur()
    shown = words(pdf_of(graph_of(net, "scalars", at)))
    for text in ("0.5933", "0.03635", "neuron", "forward value, above"):
        assert text in shown


def test_greek_letters_and_signs_come_from_the_font_symbol():
    pdf = pdf_of(DiagramGraph("g", (DiagramNode("n", "tensor", plain("σ − ∂")),)))
    code = bytes(SYMBOL_CODES[c] for c in "σ").hex().encode()
    assert b"<" + code + b"> Tj" in pdf
    assert b"/BaseFont /Symbol" in pdf


@pytest.mark.parametrize(
    "text", [") Tj ET (", "<41> Tj", "endstream\nendobj", "\\)\\(", "a\tb\nc", "%%EOF"]
)
def test_hostile_text_is_text(text):
    nodes = (DiagramNode(text, "tensor", plain(text), tooltip=text),)
    pdf = pdf_of(DiagramGraph(text, nodes, (DiagramEdge(text, text, label=symbol("w")),)))
    assert pdf.count(b"endstream") == 1
    assert pdf.count(b"%%EOF") == 1
    drawn = pdf[pdf.index(b"stream\n") : pdf.index(b"\nendstream")]
    for line in drawn.splitlines():
        assert re.fullmatch(rb"[\w\s./<>\[\]*-]*", line)


def test_a_character_without_a_font_is_named(monkeypatch, tmp_path):
    diagram = Diagram(DiagramGraph("g", (DiagramNode("n", "tensor", plain("漢")),)))
    with pytest.raises(FileError, match="漢"):
        write_pdf(diagram.figure)
    monkeypatch.setattr("shutil.which", lambda program: None)
    with pytest.raises(FileError, match="rsvg-convert"):
        diagram.save(tmp_path / "n.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_needs_no_program_and_has_the_same_bytes_each_time(monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.which", lambda program: None)
    graph = graph_of(classifier()[0], "layers", classifier()[1], weight="W1")
    one = Diagram(graph).save(tmp_path / "one.pdf").read_bytes()
    other = Diagram(graph).save(tmp_path / "other.pdf").read_bytes()
    assert one == other
    assert one.startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_a_reader_finds_the_text(tmp_path):
    path = Diagram(graph_of(classifier()[0], "layers", classifier()[1])).save(tmp_path / "c.pdf")
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    assert done.stderr == b""
    assert "parameters" in done.stdout.decode()
    assert "Σ" in done.stdout.decode()


def test_a_turned_diagram_is_as_large_as_its_figure():
    figure = lay_out(simple_graph("x y, y z", direction="down"))
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", write_pdf(figure))
    assert float(box[1]) == pytest.approx(0.75 * figure.width)
    assert float(box[2]) == pytest.approx(0.75 * figure.height)
