import pytest

from symback.diagrams.richtext import Piece, clean, clip, plain, symbol, to_unicode, unfolded


@pytest.mark.parametrize(
    ("rich", "text"),
    [
        (symbol("Z", "1", bar=True), "Z̄₁"),
        (symbol("w", "01", "(1)"), "w₀₁⁽¹⁾"),
        (symbol("net", "h1"), "netₕ₁"),
        (symbol("W", "Q"), "W_Q"),
        (symbol("W", "q,k"), "W_(q,k)"),
        (symbol("net", bar=True), "n̅e̅t̅"),
        (plain(""), ""),
    ],
)
def test_unicode_form(rich, text):
    assert to_unicode(rich) == text


def test_one_letter_is_italic_and_a_word_is_upright():
    assert symbol("x")[0].italic
    assert not symbol("net")[0].italic
    assert not symbol("1")[0].italic


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x00\x1b", "␀␛"), ("a\nb\tc", "a b c"), ("\x7f\x85", "␡�"), ("\u202eabc", "�abc")],
)
def test_control_characters_become_visible(text, shown):
    assert clean(text) == shown


def test_lone_surrogates_and_noncharacters_are_replaced():
    assert clean("\ud800\ufffe\uffff") == "���"


def test_clip_keeps_the_style_of_the_last_piece():
    rich = (Piece("abc"), Piece("defgh", "sub"))
    assert clip(rich, 6) == (Piece("abc"), Piece("de…", "sub"))
    assert clip(rich, 8) == rich


def test_small_letters_of_unicode_become_pieces_of_their_own():
    assert unfolded(plain("4.2·10⁻⁵ m₁")) == (
        Piece("4.2·10"), Piece("−5", "sup"), Piece(" m"), Piece("1", "sub"),
    )  # fmt: skip
    assert unfolded(plain("plain")) == plain("plain")
