import math

from symback.charts.contours import level_lines

AXIS = [i / 10 - 2 for i in range(41)]
CIRCLE = [[x * x + y * y for x in AXIS] for y in AXIS]


def test_the_level_line_of_a_bowl_is_a_circle():
    pieces = level_lines(AXIS, AXIS, CIRCLE, 1.0)
    assert pieces
    assert all(abs(math.hypot(*point) - 1) < 0.01 for piece in pieces for point in piece)
    length = sum(math.dist(*piece) for piece in pieces)
    assert abs(length - 2 * math.pi) < 0.05


def test_a_level_beyond_the_surface_has_no_line():
    assert level_lines(AXIS, AXIS, CIRCLE, -1.0) == []


def test_a_saddle_is_crossed_by_two_pieces_that_do_not_cross_each_other():
    pieces = level_lines([0, 1], [0, 1], [[1, 0], [0, 1]], 0.4)
    assert len(pieces) == 2
    # The corners that are low are cut off, each by its own piece.
    assert all(math.dist(*piece) < 0.6 for piece in pieces)
    assert all(abs(x - y) > 0.15 for piece in pieces for x, y in piece)


def test_cells_with_a_nan_are_left_out():
    assert level_lines([0, 1], [0, 1], [[0, math.nan], [1, 1]], 0.5) == []
