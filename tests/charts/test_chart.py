import math
from xml.etree import ElementTree

import numpy as np
import pytest

from symback.charts.chart import Sheet, bar_chart, line_chart, restyled, surface_chart
from symback.errors import DefinitionError, FileError

HOSTILE = '</text><script>alert(1)</script> & "x" \x1b[31m'


def texts(svg):
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter()]


def test_a_chart_names_its_axes_its_lines_and_its_title():
    shown = texts(line_chart("Loss", {"SGD": [2, 1], "Adam": [1, 0.5]}, x_label="epoch").svg())
    assert {"Loss", "SGD", "Adam", "epoch"} <= set(shown)


def test_one_line_needs_no_legend():
    assert "loss" not in texts(line_chart("Title", {"loss": [2, 1]}).svg())


def test_words_from_outside_come_out_as_words():
    chart = line_chart(HOSTILE, {HOSTILE: [1, 2], "b": [1]}, x_label=HOSTILE, note=HOSTILE)
    svg = chart.svg()
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert ElementTree.fromstring(svg) is not None
    assert "<script" not in chart._repr_mimebundle_()["text/html"]


def test_gaps_are_left_where_there_is_no_number():
    whole = line_chart("t", {"a": [1, 2, 3, 4]}).svg()
    gap = line_chart("t", {"a": [1, 2, math.nan, 3, math.inf, 4]}).svg()
    path = next(line for line in gap.splitlines() if "<path" in line)
    assert path.count("M") == 3
    assert next(line for line in whole.splitlines() if "<path" in line).count("M") == 1


def test_a_long_line_is_drawn_by_its_lows_and_highs():
    values = np.zeros(50_000)
    values[31_234] = 5.0
    svg = line_chart("t", {"a": values}).svg()
    assert len(svg) < 60_000
    peak = line_chart("t", {"a": [0, 5.0, 0]}).svg()
    top = min(float(p.split(" ")[1].split("L")[0]) for p in _points(svg))
    assert top == min(float(p.split(" ")[1].split("L")[0]) for p in _points(peak))


def _points(svg):
    path = next(line for line in svg.splitlines() if "<path" in line)
    return path.split('d="')[1].split('"')[0].replace("M", "L").strip("L").split("L")


def test_bars_stand_on_zero():
    svg = bar_chart("t", {"a": [1, -1]}, ["up", "down"]).svg()
    bars = [r.attrib for r in ElementTree.fromstring(svg).iter() if r.get("class") == "f-c0"]
    (above, below) = bars
    assert abs(float(above["y"]) + float(above["height"]) - float(below["y"])) < 0.02


def test_a_bar_chart_in_words_gives_every_number():
    assert str(bar_chart("Norms", {"a": [1, 2]}, ["x", "y"])) == "Norms. a: x 1, y 2."


def test_a_surface_has_a_line_for_each_level_and_its_paths():
    axis = [0, 1, 2]
    heights = [[x + y for x in axis] for y in axis]
    chart = surface_chart("t", axis, axis, heights, {"way": ([0, 1], [0, 1])}, levels=[1.5, 2.5])
    svg = chart.svg()
    assert sum('class="s-soft" d=' in line for line in svg.splitlines()) == 2
    assert "way" in texts(svg)


def test_marks_can_be_changed_by_name():
    chart = restyled(line_chart("t", {"a": [1, 2], "b": [1, 2]}), {"b": "points"})
    assert [s.mark for s in chart.series] == ["line", "points"]


def test_the_same_chart_gives_the_same_bytes():
    def made():
        return Sheet((line_chart("t", {"a": [3, 1, 2]}), bar_chart("u", {"b": [1]}, ["x"]))).svg()

    assert made() == made()


@pytest.mark.parametrize(
    "make",
    [
        lambda: line_chart("t", {}),
        lambda: line_chart("t", {"a": ([1, 2], [1])}),
        lambda: line_chart("t", {"a": ["x"]}),
        lambda: line_chart("t", {"a": [1]}, x_scale="odd"),
        lambda: line_chart("t", {"a": [1]}, mark="odd"),
        lambda: bar_chart("t", {"a": [1]}, ["x", "y"]),
        lambda: surface_chart("t", [0, 1], [0], [[1]], levels=[1]),
    ],
)
def test_what_cannot_be_drawn_is_an_error_in_three_parts(make):
    with pytest.raises(DefinitionError):
        make()


def test_a_chart_is_saved_as_svg_and_png(tmp_path):
    chart = line_chart("t", {"a": [1, 2]})
    assert chart.save(tmp_path / "a.svg").read_text(encoding="utf-8") == chart.svg()
    pytest.importorskip("resvg_py")
    assert chart.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"\.svg or \.png"):
        line_chart("t", {"a": [1]}).save(tmp_path / "a.gif")
