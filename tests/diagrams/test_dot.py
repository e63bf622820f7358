import html
import re
import shutil
import subprocess

import pytest

from symback.diagrams.dot import write_dot
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain, symbol
from tests.diagrams.graphs import fully_connected, simple_graph


def shown(dot: str, start: str) -> list[str]:
    """The lines of a typeset label, as a reader sees them but on one level."""
    line = next(line for line in dot.splitlines() if line.strip().startswith(start))
    label = re.search(r"label=<(.*?)> (?=[a-z]+=)|label=<(.*)>\]", line)
    rows = (label[1] or label[2]).split("<BR/>")
    return [html.unescape(re.sub("<[^>]*>", "", row)).replace("\xa0", " ") for row in rows]


def test_nodes_edges_and_labels_are_there():
    dot = write_dot(fully_connected([2, 1]))
    assert dot.startswith("digraph {")
    assert "rankdir=LR" in dot
    assert shown(dot, "n0 [") == ["a0", "0.593"]
    assert shown(dot, "n0 -> n2 [") == ["w12 = 0.1234", "−0.0567"]
    assert dot.count("rank=same") == 2


def test_parallel_edges_are_both_written():
    assert write_dot(simple_graph("x y, x y")).count("n0 -> n1") == 2


def test_down_is_top_to_bottom():
    assert "rankdir=TB" in write_dot(simple_graph("x y", direction="down"))


HOSTILE = [
    ("<b>x</b>", "<b>x</b>"),
    ("a:b", "a:b"),
    ('"]; x [', '"]; x ['),
    ("\\N\\l", "\\N\\l"),
    ("&lt;", "&lt;"),
    ("></FONT>", "></FONT>"),
    ("\x00\n", "␀ "),
]


@pytest.mark.parametrize(("text", "seen"), HOSTILE)
def test_hostile_text_is_text_in_a_label(text, seen):
    graph = DiagramGraph(
        text,
        (DiagramNode(text, "tensor", plain(text), shape=text),),
        (DiagramEdge(text, text, label=plain(text), gradient=text, tooltip=text),),
    )
    dot = write_dot(graph)
    assert shown(dot, "n0 [") == [seen, seen]
    assert shown(dot, "n0 -> n0 [") == [seen, seen]
    labels = re.findall(r"label=<(.*?)> (?=[a-z]+=)", dot)
    tags = set(re.findall(r"</?([A-Za-z]+)", "".join(labels)))
    assert tags == {"FONT", "BR"}


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize(("text", "seen"), HOSTILE)
def test_graphviz_reads_hostile_text_as_text(text, seen):
    graph = DiagramGraph(text, (DiagramNode(text, "tensor", plain(text)),))
    done = subprocess.run(
        ["dot", "-Tplain"], input=write_dot(graph).encode(), capture_output=True, check=True
    )
    assert done.stderr == b""
    assert b"n0" in done.stdout
    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=write_dot(graph).encode(), capture_output=True, check=True
    )
    (node,) = re.findall(r'class="node">.*?</g>', drawn.stdout.decode(), re.S)
    told = html.unescape("".join(re.findall(r"<text[^>]*>(.*?)</text>", node)))
    assert told.replace("\xa0", " ").split() == seen.split()


def test_sub_and_superscripts_bars_and_colours_are_typeset():
    label = symbol("Z", "1", "(2)", bar=True)
    graph = DiagramGraph("t", (DiagramNode("Z", "tensor", label, value="10⁻⁵"),))
    dot = write_dot(graph)
    assert "<O><I>Z</I></O>" in dot
    assert "<SUB>1</SUB>" in dot
    assert "<SUP>(2)</SUP>" in dot
    assert '#0072B2">10<SUP>−5</SUP></FONT>' in dot


def test_paths_are_lines_side_by_side_in_their_colours():
    nodes = tuple(DiagramNode(n, "tensor", symbol(n), paths=(1,)) for n in "xy")
    dot = write_dot(DiagramGraph("t", nodes, (DiagramEdge("x", "y", paths=(1, 2)),)))
    assert 'color="#009E73:#CC79A7"' in dot


def test_the_same_graph_gives_the_same_text():
    assert write_dot(fully_connected([3, 2])) == write_dot(fully_connected([3, 2]))


def test_a_label_that_looks_like_markup_is_no_markup():
    dot = write_dot(DiagramGraph("<i>t</i>", (DiagramNode("x", "input", symbol("x")),)))
    assert 'label="<i>t</i>"' in dot
