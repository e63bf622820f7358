import base64
import os

import pytest

from symback import raster
from symback.diagrams import pictures
from symback.diagrams.diagram import Diagram
from symback.errors import DefinitionError, FileError
from tests.diagrams.graphs import fully_connected, simple_graph


@pytest.fixture
def diagram():
    return Diagram(simple_graph("x z, z E"))


@pytest.mark.parametrize("name", ["a.svg", "a.SVG", "a.dot", "a.gv"])
def test_svg_and_dot_are_saved_without_any_program(diagram, tmp_path, monkeypatch, name):
    monkeypatch.setenv("PATH", "")
    path = diagram.save(tmp_path / name)
    text = path.read_text("utf-8")
    assert text == (diagram.svg() if name.lower().endswith("svg") else diagram.dot)
    assert os.listdir(tmp_path) == [name]


def test_an_older_file_is_replaced(diagram, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text("old")
    diagram.save(str(path))
    assert path.read_text("utf-8") == diagram.svg()


@pytest.mark.parametrize("name", ["a.jpg", "a", "svg", "a.svg.exe"])
def test_an_unknown_suffix_is_refused_before_anything_is_written(diagram, tmp_path, name):
    with pytest.raises(FileError, match=r"\.svg, \.dot"):
        diagram.save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_png_without_any_program_says_what_helps(diagram, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(raster, "is_there", lambda: False)
    with pytest.raises(FileError, match="Graphviz"):
        diagram.save(tmp_path / "a.png")
    assert os.listdir(tmp_path) == []


def test_a_picture_that_fails_leaves_the_older_file(diagram, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(raster, "is_there", lambda: False)
    (tmp_path / "a.png").write_text("old")
    with pytest.raises(FileError):
        diagram.save(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_text() == "old"


def test_a_folder_that_is_not_there_is_said(diagram, tmp_path):
    with pytest.raises(FileError, match="folder"):
        diagram.save(tmp_path / "missing" / "a.svg")


def test_one_line_names_the_diagram(diagram):
    assert repr(diagram) == "Diagram('simple': 3 nodes, 2 edges)"


def test_a_notebook_gets_an_image_with_words(diagram):
    bundle = diagram._repr_mimebundle_()
    assert bundle["text/plain"] == repr(diagram)
    assert bundle["image/svg+xml"] == diagram.svg() == diagram._repr_svg_()
    head, data = bundle["text/html"].split("base64,")
    assert 'alt="simple: 3 nodes, 2 arrows: x → z, z → E."' in head
    assert base64.b64decode(data.removesuffix('"/>')).decode("utf-8") == diagram.svg()


def test_a_network_of_neurons_is_drawn():
    assert "w" in Diagram(fully_connected([2, 2, 1])).svg()


def test_graphviz_places_the_diagram_where_it_is_asked_to(diagram, tmp_path, monkeypatch):
    monkeypatch.setattr(
        pictures, "_run", lambda command, text, asked: f"{command[1]} {text}".encode()
    )
    monkeypatch.setattr(pictures.shutil, "which", lambda program: program)
    path = diagram.save(tmp_path / "a.svg", engine="graphviz")
    assert path.read_text("utf-8") == f"-Tsvg {diagram.dot}"
    assert diagram.save(tmp_path / "a.dot", engine="graphviz").read_text("utf-8") == diagram.dot


def test_graphviz_that_is_not_there_is_said(diagram, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileError, match="install Graphviz"):
        diagram.save(tmp_path / "a.svg", engine="graphviz")
    with pytest.raises(DefinitionError, match="symback or graphviz"):
        diagram.save(tmp_path / "a.svg", engine="neato")
    assert os.listdir(tmp_path) == []
