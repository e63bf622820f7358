"""What a picture of a few steps says: which steps, and once what each of them computes."""

import symback as sb

NET = """
network scalar
index t:{}
input x[t] y[t]
parameter w
state h[t]
h[t] = tanh(w*h[t-1] + x[t])
loss L = sum((h[t] - y[t])**2, t)/2
"""


def drawn(level: str = "equations", length: object = "T", steps: int = 3):
    return sb.draw(sb.parse(NET.format(length)), level=level, steps=steps).graph


def test_a_note_says_which_steps_are_drawn():
    assert drawn().notes[0] == "The first 3 of T steps, each as a column."
    assert drawn(length=50).notes[0] == "The first 3 of 50 steps, each as a column."
    assert drawn(length=3).notes[0] == "All 3 steps, each as a column."


def test_what_each_step_computes_is_said_once():
    graph = drawn()
    assert "h[t] = tanh(w·h[t−1] + x[t])" in graph.notes
    assert all(not node.formula for node in graph.nodes if node.id.startswith("h_"))


def test_operations_stand_in_the_column_of_the_step_that_reads_them():
    graph = drawn("operations")
    column = {node.id: node.column for node in graph.nodes}
    for edge in graph.edges:
        if edge.target in ("h_0", "h_1", "h_2"):
            assert column[edge.source] in (0, column[edge.target])
    assert column["w"] == 0
    assert column["L"] == 4


def test_layers_that_repeat_in_time_are_drawn_each():
    names = [name for node in drawn("layers").nodes for name in node.names]
    assert {"h_0", "h_1", "h_2"} <= {*names}


def test_scalars_are_drawn_as_ever():
    assert drawn("scalars").notes[0].startswith("The first 3 of T")
