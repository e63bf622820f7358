import pytest

from symback.diagrams.bodies import node_body
from symback.diagrams.figure import Box, PlacedEdge, moved, turn
from symback.diagrams.model import DiagramEdge, DiagramNode
from symback.diagrams.richtext import plain
from symback.diagrams.styles import CIRCLE, LARGEST_RADIUS, STADIUM


def placed(kind, text="x"):
    return node_body(DiagramNode("x", kind, plain(text))).placed((100.0, 50.0))


@pytest.mark.parametrize("kind", ["input", "parameter", "tensor", "neuron"])
def test_a_line_from_the_middle_leaves_at_the_outline(kind):
    node = placed(kind)
    right, down = node.towards((500.0, 50.0)), node.towards((100.0, 500.0))
    assert right == pytest.approx((100 + node.box.width / 2, 50))
    assert down == pytest.approx((100, 50 + node.box.height / 2))


def test_a_slanted_line_leaves_a_circle_at_its_radius():
    node = placed("neuron")
    x, y = node.towards((400.0, 450.0))
    assert (x - 100) ** 2 + (y - 50) ** 2 == pytest.approx((node.box.width / 2) ** 2)


def test_a_circle_with_much_text_becomes_a_stadium():
    assert placed("neuron").outline == CIRCLE
    long = placed("neuron", "a name that is much too long")
    assert long.outline == STADIUM
    assert long.box.width > 2 * LARGEST_RADIUS


def test_the_line_ends_inside_the_head_of_its_arrow():
    edge = PlacedEdge(DiagramEdge("a", "b"), 0, (0.0, 0.0), (((100.0, 0.0),),))
    ((end,),) = edge.shaft()
    assert edge.tip == (100.0, 0.0)
    assert edge.heading == (1.0, 0.0)
    assert 90 < end[0] < 100


def test_turning_is_clockwise_as_y_points_down():
    assert turn((1.0, 0.0), (0.0, 0.0), 90) == pytest.approx((0.0, 1.0))


def test_moving_moves_everything():
    edge = PlacedEdge(DiagramEdge("a", "b"), 0, (0.0, 0.0), (((5.0, 0.0), (5.0, 9.0), (9.0, 9.0)),))
    there = moved(edge, 1, 2)
    assert there.start == (1.0, 2.0)
    assert there.segments == (((6.0, 2.0), (6.0, 11.0), (10.0, 11.0)),)
    assert moved(Box(0, 0, 3, 4), 1, 2) == Box(1, 2, 3, 4)
