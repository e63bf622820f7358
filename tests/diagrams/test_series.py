"""A backward pass frame by frame: one place for everything, blank until it is known."""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree

import pytest

from symback.algebra.functions import sin
from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.diagrams.diagram import Diagram
from symback.diagrams.richtext import to_unicode
from symback.diagrams.series import Series
from symback.diagrams.sketch import sketch
from symback.errors import DefinitionError
from symback.network.network import Network
from tests.diagrams.networks import circuit, classifier, mazur, node


def told(series: Series) -> list[str]:
    """The captions, letters with bars as single characters where there are any."""
    return [unicodedata.normalize("NFC", to_unicode(caption)) for caption in series.captions]


def series_of(net, level, at) -> Series:
    plan = sketch(derive(net), level)
    network, outputs = plan.program(at)
    graph = plan.graph(at, interpret(network, at, outputs=outputs, number=float))
    return Diagram(graph, captions=lambda: plan.captions(graph)).backward()


@pytest.fixture(scope="module")
def frames() -> Series:
    return series_of(mazur()[0], "scalars", mazur()[1])


def gradients(diagram) -> dict[str, str]:
    """What is written as a gradient, by the place in the pass."""
    found = re.findall(r'class="gradient" data-order="(\d+)"[^>]*>(.*?)</text>', diagram.svg())
    return {int(order): "".join(re.findall(">([^<]*)<", text)) for order, text in found}


def test_there_is_a_frame_before_and_one_for_each_adjoint(frames):
    assert len(frames) == 1 + 19
    assert told(frames)[1:3] == ["∂E/∂E = 1", "ō₁ = ∂E/∂o₁ = o₁ − t₁ = 0.7414"]


def test_what_is_not_known_yet_is_blank_and_never_zero(frames):
    everything = gradients(frames[-1])
    assert set(everything) == {0, 1, 2, *range(5, 12), *range(14, 19), 11}
    for known, frame in enumerate(frames):
        assert set(gradients(frame)) == {order for order in everything if order < known}
        assert 'class="gradient" data-order' in frame.svg() or known == 0
        later = [n.gradient for n in frame.graph.nodes if (n.order or 0) >= known]
        assert not any(later)


def test_a_gradient_that_nobody_asked_for_has_no_frame(frames):
    assert node(frames[-1].graph, "t1").gradient == ""
    assert all(not e.gradient for e in frames[-1].graph.edges if e.source == "t1")


def test_the_adjoint_of_the_step_and_the_arrows_that_bring_it_are_lit(frames):
    step = frames[0].graph.backward.index("h1") + 1
    lit = frames[step].graph
    assert [n.id for n in lit.nodes if n.current] == ["h1"]
    assert [e.target for e in lit.edges if e.current] == ["o1", "o2"]
    assert 'class="current' in frames[step].svg()
    assert 'class="current' not in frames[0].svg()


def test_every_frame_has_the_same_places_on_the_same_paper(frames):
    first = frames[0].figure
    for frame in frames:
        assert (frame.figure.width, frame.figure.height) == (first.width, first.height)
        assert [n.box for n in frame.figure.nodes] == [n.box for n in first.nodes]
        assert [e.segments for e in frame.figure.edges] == [e.segments for e in first.edges]
        for row in frame.figure.notes:
            assert row.x + row.row.width <= first.width
            assert row.y < first.height
        ElementTree.fromstring(frame.svg())


def test_a_long_caption_is_broken_into_lines():
    net = Network("wide")
    x = net.input("x")
    w = net.parameter("w")
    parts = [net.define(f"a{k}", (), sin(w * x * k)) for k in range(1, 40)]
    net.loss("E", sum(parts[1:], parts[0]))
    frames = series_of(net, "layers", {"x": 1.0, "w": 0.5})
    longest = max(len(frame.figure.notes) for frame in frames)
    assert longest >= 3
    for frame in frames:
        assert all(r.x + r.row.width <= frame.figure.width for r in frame.figure.notes)


def test_captions_of_tensors_are_formulas_and_their_norm_is_said_beside():
    net, at = classifier()
    frames = series_of(net, "equations", at)
    step = frames[0].graph.backward.index("Z1") + 1
    formula, number = told(frames)[step].split(", norm ")
    expected = unicodedata.normalize("NFC", "Z̄₁[n,h] = ∂L/∂Z₁[n,h] = Ā₁[n,h] · (1 − A₁[n,h]²)")
    assert formula == expected
    assert float(number) > 0


def test_parts_of_equations_are_named_by_what_they_are():
    net, at = circuit()
    frames = series_of(net, "operations", at)
    assert "w̄₀ = ∂f/∂w₀ = ∂f/∂(w₀ · x₀) · x₀ = −0.1966" in told(frames)
    assert "sb_op" not in " ".join(told(frames))
    assert "sb_op" not in re.sub(r'data-[a-z]+="[^"]*"', "", frames[-1].svg())


def test_a_series_is_saved_as_numbered_files(frames, tmp_path):
    paths = frames.save(tmp_path / "backward.svg")
    assert [path.name for path in paths][:2] == ["backward-01.svg", "backward-02.svg"]
    assert len(paths) == len(frames)
    assert paths[-1].read_text(encoding="utf-8") == frames[-1].svg()


def test_a_series_shows_itself_in_a_notebook_without_inline_svg(frames):
    html = frames._repr_mimebundle_()["text/html"]
    assert html.count("<img") == len(frames)
    assert "<svg" not in html


def test_without_a_goal_there_is_no_backward_pass():
    net = Network("layer")
    net.define("y", (), sin(net.input("x")))
    with pytest.raises(DefinitionError, match="no goal to go back from"):
        Diagram(sketch(net).graph()).backward()
