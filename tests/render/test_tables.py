from symback.render.tables import aligned, shared, table_lines
from symback.render.text import wrapped


def test_columns_that_fit_keep_their_width():
    assert shared([3, 5], [1, 1], 10) == [3, 5]


def test_room_goes_to_the_column_with_most_text():
    assert shared([5, 100], [5, 5], 40) == [5, 35]


def test_widths_fit_even_where_words_do_not():
    assert sum(shared([50, 60, 70], [50, 60, 70], 40)) <= 40


def test_a_tall_row_is_kept_apart_from_the_next():
    lines = table_lines(["a", "b"], [["x", "one two three four"], ["y", "z"]], "ll", 16, wrapped)
    assert lines[2].startswith("x")
    empty = [line for line in lines if not line.replace("│", "").strip()]
    assert len(empty) == 1


def test_alignment():
    assert [aligned("ab", 5, side) for side in "lcr"] == ["ab   ", " ab  ", "   ab"]
