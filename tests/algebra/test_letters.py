"""Letters and sizes: what they may be called, what they may be, and how they print."""

import pickle

import pytest
from sympy import Symbol, floor

from symback.algebra.letters import Index, as_size, indices, parse_size, size_symbol
from symback.algebra.plain import plain
from symback.errors import DefinitionError

H, R, N = (size_symbol(name) for name in "HRN")

SIZES = {
    "64": 64,
    "N": N,
    "H-R+1": H - R + 1,
    "H - R + 1": H - R + 1,
    "2*N": 2 * N,
    "N*H//2": floor(N * H / 2),
    "(H-R-1)//2+1": floor((H - R - 1) / 2) + 1,
    "N**2": N**2,
    "N*N": N**2,
    "7//2": 3,
    "-(1 - N)": N - 1,
}


@pytest.mark.parametrize(("text", "expected"), SIZES.items(), ids=SIZES)
def test_a_size_is_read_and_written(text, expected):
    size = parse_size(text)
    assert size == expected
    assert parse_size(plain(size)) == size


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "-3", "N/2", "N % 2", "f(N)", "N[0]", "1.5", "1e9", "10**10**10", "9**9", "N**99",
        "(N*N)**8", "__import__('os')", "lambda", "N; M", "N if M else 1", "2N", "1" * 500, "N//0",
        "(" * 90, "10000000000", "x.y", "'N'", "True",
    ],
)  # fmt: skip
def test_what_is_no_size_is_refused(text):
    with pytest.raises(DefinitionError, match="size"):
        parse_size(text)


@pytest.mark.parametrize(
    "size", [N / 2, 0, -1, True, 1.5, None, Index("k", 3), 10**10, Symbol("a") ** -1]
)
def test_a_size_must_be_a_positive_integer_whatever_the_symbols_are(size):
    with pytest.raises(DefinitionError, match="size"):
        as_size(size)


def test_a_symbol_of_any_kind_is_the_size_of_its_name():
    assert Index("n", Symbol("N")) == Index("n", "N")
    assert as_size(Symbol("H", real=True) - Symbol("R") + 1) == H - R + 1


def test_one_word_gives_one_letter_and_several_give_a_tuple():
    assert indices("n:N") == Index("n", "N")
    assert indices("n:N i:64") == (Index("n", "N"), Index("i", 64))
    assert indices("n:N, i:64") == (Index("n", "N"), Index("i", 64))


@pytest.mark.parametrize("text", ["n", "n:", ":N", "", "n:N n:N", "1:3", "a-b:3", 3, "n:N:M"])
def test_what_spells_no_letters_is_refused(text):
    with pytest.raises(DefinitionError):
        indices(text)


def test_letters_are_equal_when_name_and_size_are():
    assert Index("n", 3) == Index("n", 3)
    assert Index("n", 3) != Index("n", 4)
    assert Index("n", 3) != Index("m", 3)
    assert len({Index("n", 3), Index("n", 3)}) == 1


def test_a_letter_rebuilds_and_pickles():
    letter = Index("p", "H-R+1")
    assert letter.func(*letter.args) == letter
    assert pickle.loads(pickle.dumps(letter)) == letter


def test_the_inverse_of_a_size_is_exact():
    assert str(1 / Index("i", 3).size) == "1/3"
    assert str(1 / Index("n", "N").size) == "1/N"


@pytest.mark.parametrize(
    "name", ["E", "I", "N", "S", "Q", "beta", "gamma", "pi", "oo", "O", "zeta"]
)
def test_names_that_sympy_knows_are_plain_names(name):
    assert Index(name, 3).name == name
    assert str(size_symbol(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "lambda",
        "x; import os",
        "</script>",
        "\\input{}",
        "",
        "1x",
        "_x",
        "x y",
        "é",
        "а",
        "x" * 65,
        3,
    ],
)
def test_what_is_no_name_is_refused(name):
    with pytest.raises(DefinitionError, match="name"):
        Index(name, 3)


def test_a_keyword_of_python_is_refused_with_a_suggestion():
    with pytest.raises(DefinitionError, match="'lam'"):
        Index("lambda", 3)
