"""The arrangement "steps": a column for each step of time, no line through a node."""

from itertools import pairwise

import numpy as np
import pytest

import symback as sb
from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain

RNN = """
network rnn
index t:T n:N i:3 k:4 j:4 c:2
input X[t,n,i] Y[t,n,c]
parameter W[i,k] U[j,k] b[k] V[k,c]
state h[t,n,k]
Z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j) + b[k]
h[t,n,k] = tanh(Z[t,n,k])
O[t,n,c] = sum(h[t,n,k]*V[k,c], k)
loss L = mean((O[t,n,c] - Y[t,n,c])**2, t, n, c)
"""
GATED = """
network gated
index t:T n:N i:2 k:3 j:3
input X[t,n,i] Y[n,k]
parameter W_f[i,k] U_f[j,k] W_g[i,k] U_g[j,k] h0[k]
state c[t,n,k]
state h[t,n,k] initial h0[k]
f[t,n,k] = sigmoid(sum(X[t,n,i]*W_f[i,k], i) + sum(h[t-1,n,j]*U_f[j,k], j))
g[t,n,k] = tanh(sum(X[t,n,i]*W_g[i,k], i) + sum(h[t-1,n,j]*U_g[j,k], j))
c[t,n,k] = f[t,n,k]*c[t-1,n,k] + g[t,n,k]
h[t,n,k] = f[t,n,k]*tanh(c[t,n,k])
loss L = sum((h[T-1,n,k] - Y[n,k])**2, n, k)
"""
BOTH_WAYS = """
network both_ways
index t:T k:3
input X[t,k]
parameter w[k] v[k]
state f[t,k]
state r[t,k]
f[t,k] = tanh(w[k]*f[t-1,k] + X[t,k])
r[t,k] = tanh(v[k]*r[t-1,k] + X[T-1-t,k])
loss L = sum(f[t,k]*r[T-1-t,k], t, k)
"""
NETWORKS = {"rnn": RNN, "gated": GATED, "both_ways": BOTH_WAYS}


def figure_of(text: str, level: str, values: bool = False):
    net = sb.parse(text)
    at = None
    if values:
        sizes = {"T": 4, "N": 2}
        random = np.random.default_rng(0)
        at = {
            tensor.name: random.normal(size=[sizes.get(str(s)) or int(s) for s in tensor.shape])
            for tensor in net.given
        }
    return sb.draw(sb.derive(net) if values else net, level=level, steps=3, at=at).figure


def touches(box, points) -> bool:
    """Does a line through points run through the inner part of a box?"""
    inner = box.grown(-2.0)
    for (x0, y0), (x1, y1) in pairwise(points):
        for part in np.linspace(0, 1, 60):
            x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
            in_width = inner.x < x < inner.x + inner.width
            if in_width and inner.y < y < inner.y + inner.height:
                return True
    return False


LEVELS = ("layers", "equations", "operations")
DRAWN = [(name, level, False) for name in NETWORKS for level in LEVELS]


@pytest.mark.parametrize(("name", "level", "values"), [*DRAWN, ("gated", "equations", True)])
def test_no_line_runs_through_a_node(name, level, values):
    figure = figure_of(NETWORKS[name], level, values)
    assert figure.graph.arrangement == "steps"
    for edge in figure.edges:
        points = [edge.start, *(segment[-1] for segment in edge.segments)]
        ends = {edge.edge.source, edge.edge.target}
        for node in figure.nodes:
            if node.node.id not in ends:
                assert not touches(node.box, points), (edge.edge, node.node.id)


def test_the_steps_of_a_tensor_stand_in_one_row_and_go_to_the_right():
    place = {node.node.id: node.box.centre for node in figure_of(RNN, "equations").nodes}
    for name in "XZhOY":
        centres = [place[f"{name}_{step}"] for step in range(3)]
        assert len({round(y, 3) for _, y in centres}) == 1
        assert centres[0][0] < centres[1][0] < centres[2][0]
    assert place["X_0"][1] < place["Z_0"][1] < place["h_0"][1] < place["O_0"][1] < place["L"][1]


def test_weights_stand_once_to_the_left_and_have_an_arrow_to_every_step():
    figure = figure_of(RNN, "equations")
    place = {node.node.id: node.box.centre for node in figure.nodes}
    assert all(place[name][0] < place["Z_0"][0] for name in ("W", "U", "b", "V"))
    read = [(e.source, e.target) for e in figure.graph.edges if e.source == "W"]
    assert read == [("W", f"Z_{step}") for step in range(3)]


def test_each_step_has_a_frame_with_its_time():
    figure = figure_of(RNN, "equations")
    labels = ["".join(piece.text for piece in group.group.label) for group in figure.groups]
    assert labels == ["t = 0", "t = 1", "t = 2"]


def test_texts_do_not_cover_each_other():
    rows = [row for edge in figure_of(RNN, "equations", True).edges for row in edge.rows]
    assert len(rows) > 30
    for place, one in enumerate(rows):
        for other in rows[:place]:
            apart = one.x + one.row.width <= other.x or other.x + other.row.width <= one.x
            assert apart or abs(one.y - other.y) > 6


def test_a_graph_without_places_is_drawn_in_layers():
    nodes = [DiagramNode(name, "tensor", plain(name)) for name in "ab"]
    graph = DiagramGraph("two", tuple(nodes), (DiagramEdge("a", "b"),), arrangement="steps")
    assert {node.node.id for node in lay_out(graph).nodes} == {"a", "b"}
