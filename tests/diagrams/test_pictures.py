import os
import stat
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from symback import raster
from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramGraph, DiagramNode
from symback.diagrams.pictures import draw_picture
from symback.diagrams.richtext import plain
from symback.diagrams.svg import write_svg
from symback.errors import FileError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine on which nothing draws; programs are put into the folder that is returned."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(raster, "is_there", lambda: False)
    return tmp_path


def program(folder, name, script):
    file = folder / name
    file.write_text("#!/bin/sh\n" + script)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def drawn(kind):
    return draw_picture(kind, lambda: "the svg", lambda: "the dot", "save it").decode()


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_dot_draws_the_dot_text(bare, kind):
    program(bare, "dot", 'printf "%s: " "$*"; /bin/cat\n')
    assert drawn(kind) == f"-T{kind}: the dot"


@pytest.mark.parametrize(
    ("kind", "options"), [("png", "--format png --zoom 2.0"), ("pdf", "--format pdf")]
)
def test_a_converter_of_svg_comes_before_dot(bare, kind, options):
    for name in ("dot", "rsvg-convert"):
        program(bare, name, f'printf "{name} %s: " "$*"; /bin/cat\n')
    assert drawn(kind) == f"rsvg-convert {options}: the svg"


def test_the_package_resvg_comes_first(bare, monkeypatch):
    program(bare, "dot", "/bin/cat\n")
    module = SimpleNamespace(svg_to_bytes=lambda svg_string, zoom: f"{svg_string} x{zoom}".encode())
    monkeypatch.setattr(raster, "is_there", lambda: True)
    monkeypatch.setattr(raster, "import_module", lambda name: module)
    assert drawn("png") == "the svg x2.0"
    assert drawn("pdf") == "the dot"


def test_a_program_that_fails_says_why(bare):
    program(bare, "dot", "echo broken >&2\nexit 3\n")
    with pytest.raises(FileError, match="ended with 3: broken"):
        drawn("png")


def test_a_program_that_draws_nothing_is_an_error(bare):
    program(bare, "dot", "exit 0\n")
    with pytest.raises(FileError, match="ended with 0"):
        drawn("png")


def test_without_any_program_the_message_says_what_to_install(bare):
    with pytest.raises(FileError, match="pip install resvg-py, or install librsvg"):
        drawn("png")
    with pytest.raises(FileError, match="install librsvg"):
        drawn("pdf")


@pytest.mark.skipif(find_spec("resvg_py") is None, reason="resvg-py is not installed")
@pytest.mark.parametrize(
    "text", ["</svg><script>alert(1)</script>", "\x00\x1b[31m", '"><image href="x"']
)
def test_hostile_text_is_drawn_as_a_picture_like_any_other(text):
    graph = DiagramGraph(text, (DiagramNode(text, "tensor", plain(text), tooltip=text),))
    svg = write_svg(lay_out(graph))
    one, other = (draw_picture("png", lambda: svg, lambda: "", "save it") for _ in range(2))
    assert one.startswith(b"\x89PNG")
    assert one == other
