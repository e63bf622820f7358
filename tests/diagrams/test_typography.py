import pytest

from symback.diagrams.richtext import plain, symbol
from symback.diagrams.typography import set_row, text_width


def test_a_subscript_and_a_superscript_stand_above_each_other():
    base, below, above = set_row([("label", symbol("a", "1", "(2)", italic=False))]).pieces
    assert below.x == above.x == base.x + base.width
    assert above.y < 0 < below.y
    assert below.size < base.size


def test_parts_of_a_row_follow_each_other():
    row = set_row([("edge label", plain("w = ")), ("value", plain("0.15"))])
    assert row.pieces[1].x == row.pieces[0].width
    assert row.width == pytest.approx(sum(piece.width for piece in row.pieces))


def test_the_bar_over_a_tall_letter_is_higher():
    tall, short = (set_row([("label", symbol(letter, bar=True))]).pieces[0] for letter in "Zx")
    assert tall.bar_y < short.bar_y < 0


@pytest.mark.parametrize(
    ("text", "width"), [("0.125", 22.5), ("W", 9.44), ("漢", 10.4), ("a\u0301", 4.44)]
)
def test_widths_follow_the_table(text, width):
    assert text_width(text, 10.0) == pytest.approx(width)


def test_an_unknown_letter_counts_as_wide():
    assert text_width("Ж", 10.0) > text_width("n", 10.0)
