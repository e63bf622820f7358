"""The text form read: every line of the language, in any order, and errors with their place."""

import time

import pytest
from sympy import Add, Mul, Rational, pi

from symback.errors import FileError, SymbackError, TextError
from symback.network.network import reads
from symback.network.text_reader import parse, read
from tests.network.test_text_writer import DIGITS, digits

HEAD = "index n:N i:64 h:32\ninput X[n,i] y\nparameter W[i,h] w\n"


def test_the_digits_network_is_read_as_python_writes_it():
    assert parse(DIGITS) == digits()


def test_comments_blank_lines_brackets_and_line_ends_make_no_difference():
    text = DIGITS.replace("loss L =", "# the loss\n\n  loss  L=  # of it\n").replace(
        "\nloss", "loss"
    )
    text = text.replace(
        "sum(X[n,i]*W1[i,h], i) +", "(sum(X[n,i]*W1[i,h],  # a comment, (\n\n   i) +"
    )
    text = text.replace("b1[h]\nA1", "b1[h])\n\tA1")
    text = text.replace("  loss  L=  # of it\n", "  loss  L=")
    for end in ("\n", "\r\n", "\r"):
        assert parse(text.replace("\n", end)) == digits()


def test_lines_may_stand_in_any_order():
    lines = DIGITS.splitlines()
    backwards = parse("\n".join(reversed(lines)))
    assert backwards.equations == digits().equations
    assert backwards == digits()


def test_equations_that_could_stand_as_written_stay_so():
    net = parse("input x\nd = c + b\nb = x\na = x\nc = a")
    assert [e.target for e in net.equations] == ["b", "a", "c", "d"]


def test_modifiers_belong_to_the_name_before_them():
    net = parse(
        "index n:N k:3\n"
        "input X[n], Y[n,k] one_hot ids[n] integer both[n,k] one_hot integer z\n"
        "parameter a[k] init he b[k] c init ones"
    )
    assert [t.name for t in net.inputs if t.one_hot] == ["Y", "both"]
    assert [t.name for t in net.inputs if t.integer] == ["ids", "both"]
    assert [t.init for t in net.parameters] == ["he", None, "ones"]


def test_sizes_are_integers_names_and_expressions():
    net = parse("index p: H - R + 1  q:(H-R-1)//2+1 n:N,i:64\ninput X[p,q] Y[n,i]")
    assert [str(k.size) for k in net["X"].letters] == [
        "H - R + 1",
        str(net.letters["q"].size),
    ]
    assert net.letters["i"].size == 64
    assert list(net.sizes) == ["H", "R", "N"]


def test_constants_keep_their_spelling():
    net = parse(
        "constant lam = 0.010\nconstant third = 1/3\nconstant m = -2e-3\ninput x\nz = lam*x"
    )
    assert [str(t.value) for t in net.constants] == ["0.010", "1/3", "-2e-3"]
    assert net["third"].value == Rational(1, 3)


def test_latex_names_are_set():
    net = parse("input x  y\nlatex x = \"\\hat{x}\"  y = 'y^{(1)}'")
    assert (net["x"].latex, net["y"].latex) == (r"\hat{x}", "y^{(1)}")


def test_a_generated_adjoint_is_read_as_one():
    net = parse("input x Y_bar\nadjoint x_bar = Y_bar*x")
    assert net.equation("x_bar").kind == "adjoint"


def test_a_network_without_a_loss_and_without_a_name_is_legal():
    net = parse("input x\ny = x")
    assert (net.loss_name, net.name) == (None, "network")


def test_a_network_may_declare_what_is_a_constant_of_the_language():
    assert reads(parse("input pi\nz = 2*pi").equation("z")) == ("pi",)
    assert parse("z = 2*pi").equation("z").expr == 2 * pi


# Errors ------------------------------------------------------------------------------------------

# (lines behind HEAD, (line, column), words that the message has)
ERRORS = [
    ("Z[n,h] = X[n,i] @ W[i,h]", (4, 17), "sum(X[n,i]*W[i,h], i)"),
    ("z = w*W.T[h,i]", (4, 8), "swap the letters"),
    ("z = w^2", (4, 6), "**"),
    ("z = 2w", (4, 6), "write 2 * w"),
    ("z = 2 (w)", (4, 7), "operator"),
    ("z = w y", (4, 7), "write w * y"),
    ("z = (w)(y)", (4, 8), "operator"),
    ("z = w(y)", (4, 5), "to multiply"),
    ("z = lambda*w", (4, 5), "lam"),
    ("z = 1 if w else 2", (4, 7), "where(condition, a, b)"),
    ("z = True", (4, 5), "write 1"),
    ("z == w", (4, 3), "one = defines"),
    ("z = w = y", (4, 7), "=="),
    ("z w", (4, 1), "no = in it"),
    ("Z[n] = X[n]", (4, 8), "1 position for rank 2"),
    ("Z[n,h] = X", (4, 10), "X[n,i]"),
    ("Z[n] = X[n,h]", (4, 8), "size 32"),
    ("z = X[0,64]", (4, 5), "0 … 63"),
    ("z = sigmod(w)", (4, 5), "did you mean sigmoid?"),
    ("z = Tanh(w)", (4, 5), "did you mean tanh?"),
    ("z = ln(w)", (4, 5), "log(x)"),
    ("z = max(w, 1)", (4, 5), "maximum(a, b)"),
    ("z = ww", (4, 5), "did you mean"),
    ("Z[n] = sum(X[n,j], j)", (4, 16), "index letter j"),
    ("Z[n] = sum(X[n,i], 3)", (4, 20), "index letter"),
    ("Z[n] = sum(X[n,i])", (4, 8), "letters to run over"),
    ("Z[n] = sum(X[n,i] i)", (4, 19), "write * or ,"),
    ("Z[n] = softmax(X[n,i], i)", (4, 1), "i on the right"),
    ("Z[n,j] = 1", (4, 5), "index letter j"),
    ("Z[n,2*h] = 1", (4, 5), "only index letters"),
    ("Z[n,n] = 1", (4, 1), "one of them twice"),
    ("Z(n,h) = 1", (4, 1), "square brackets"),
    ("z = w − y", (4, 7), "write -"),
    ("z = w·y", (4, 6), "write *"),
    ("z = w²", (4, 6), "**2"),
    ("z = λ", (4, 5), "lam"),
    ("z = а", (4, 5), "cyrillic small letter a"),
    ("input ｗ2", (4, 7), "type w"),
    ("z = w\u00a0+ y", (4, 6), "no-break space"),
    ("\tz\t=\tw\t@ y", (4, 8), "@"),
    ("z = w +", (4, 8), "ends too early"),
    ("z = (w", (4, 5), "never closed"),
    ("z = w)", (4, 6), "nothing open"),
    ("z = (w]", (4, 7), "( is open"),
    ('latex w = "w', (4, 11), "never closed"),
    ("z = w, y", (4, 5), "a comma"),
    ("z = w & y", (4, 5), "condition"),
    ("z = (w > 0)*2", (4, 6), "iverson"),
    ("z = where(w, 1, 2)", (4, 11), "condition"),
    ("z = where(0 <= w & w < 1, 1, 2)", (4, 16), "(0 <= k) & (k < q)"),
    ("z = 0 <= w", (4, 5), "iverson"),
    ("z = w//2", (4, 5), "w, which is no sum of letters and sizes"),
    ("z = w.real", (4, 6), "functions stand alone"),
    ("z = [w]", (4, 5), "not in the language"),
    ("z = exp(w, y)", (4, 5), "1 argument expected"),
    ("z = where(w > 0, 1)", (4, 5), "where(condition, a, b)"),
    ("z = sum()", (4, 5), "sum(X[n,i], i)"),
    ("z = iverson(w > 0, 1)", (4, 5), "2 arguments"),
    ("z = delta(1)", (4, 5), "delta(i, j)"),
    ("z = softmax(X[0,i], i, 0)", (4, 5), "at=m"),
    ("z = exp(*w)", (4, 9), "not in the language"),
    ("z = exp(x=w)", (4, 10), "="),
    ("z = 10**10**10", (4, 1), "exponent"),
    ("z = w**2000", (4, 1), "exponent"),
    ("z = 1e999999999", (4, 5), "no double holds it"),
    ("z = " + "9" * 400, (4, 5), "too many digits"),
    ("z = 007", (4, 5), "leading zero"),
    ("z = 1/0", (4, 1), "division by zero"),
    ("z = w\x00", (4, 6), "control character"),
    ("z = w\x1b[31m", (4, 6), "control character"),
    ("loss = w", (4, 1), "give it one"),
    ("loss L[n] = w", (4, 6), "one number"),
    ("loss L = w\nloss M = w", (5, 6), "already has the loss L"),
    ("w = 3", (4, 1), "already names the parameter w (line 3)"),
    ("n = 3", (4, 1), "index letter n"),
    ("N = 3", (4, 1), "the size N"),
    ("z = 1\nz = 2", (5, 1), "(line 4)"),
    ("index n:4", (4, 7), "index letter n:N"),
    ("index q:0", (4, 9), "sizes run from 1"),
    ("index q:N/2", (4, 9), "size"),
    ("index q", (4, 7), "index n:N i:64"),
    ("index q:n", (4, 9), "index letter n"),
    ("index", (4, 6), "nothing"),
    ("input X2[n,z]", (4, 12), "index letter z"),
    ("input z one_hot", (4, 7), "a scalar"),
    ("input z init he", (4, 9), "does not belong to input"),
    ("parameter u one_hot", (4, 13), "does not belong to parameter"),
    ("parameter u init foo", (4, 13), "glorot"),
    ("constant c = w", (4, 14), "the name w"),
    ("constant c[n] = 3", (4, 10), "single numbers"),
    ("inputs x", (4, 1), "did you mean input?"),
    ("sum = 3", (4, 1), "word of the language"),
    ("E_bar = w", (4, 1), "_bar"),
    ("lambda = 0.1", (4, 1), "'lam'"),
    ("_z = 0.1", (4, 1), "name"),
    ("network a b", (4, 9), "name"),
    ("network x\nnetwork y", (5, 1), "second"),
    ('latex v = "a"', (4, 7), "no such name"),
    ("latex w = a", (4, 7), "latex Z1"),
    ('latex w = "\\input{/etc/passwd}"', (4, 11), "\\input"),
    ('latex w = "^^5cinput"', (4, 11), "^^"),
    ('latex w = "{"', (4, 11), "braces"),
    ("a = b + 1\nb = 2*c\nc = a", (4, 1), "a reads b reads c reads a"),
    ("a = a", (4, 1), "a reads a"),
    ("input x; import os", (4, 7), "'x;'"),
    ("input </script>", (4, 7), "</script>"),
    ("input \\input{}", (4, 7), "\\\\input{}"),
    ("z = __import__('os')", (4, 5), "begins with _"),
    ("z = exp.__class__", (4, 8), "."),
    ("z = (lambda: 1)()", (4, 6), "lambda"),
    ("z = [x for x in w]", (4, 8), "for"),
    ("z = f'{w}'", (4, 6), "text in an equation"),
    ("z = w := 3", (4, 7), ":="),
]


@pytest.mark.parametrize(("lines", "place", "words"), ERRORS, ids=[e[0][:40] for e in ERRORS])
def test_an_error_names_its_place_and_helps(lines, place, words):
    with pytest.raises(TextError) as caught:
        parse(HEAD + lines + "\n", "net.symback")
    message = str(caught.value)
    assert caught.value.asked.startswith(f"net.symback, line {place[0]}, column {place[1]}: "), (
        message
    )
    assert words in message
    # The caret stands below the column.
    shown, caret = caught.value.found.splitlines()[-2:]
    assert caret.strip() == "^"
    assert len(caret) - 1 - len("         ") <= max(place[1], 92)
    assert shown.startswith("         ")


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 10_000 + "w" + ")" * 10_000,
        "[" * 10_000,
        "-" * 10_000 + "w",
        "-" * 500 + "w",
        "not " * 3000 + "w",
        "tanh(" * 180 + "w" + ")" * 180,
        "tanh(" * 5_000 + "w" + ")" * 5_000,
        "+".join(["w"] * 2_900),
        "+".join(["w"] * 50_000),
        "*".join(["w"] * 1_200),
        "w**" * 800 + "w",
        "w if " * 1_000,
        "x" * 5_000_000,
        "1" * 5_000_000,
        "(w" + "\n" * 100_000,
    ],
    ids=lambda e: f"{e[:12]!r}… {len(e)}",
)
def test_what_nests_too_deep_or_runs_too_long_ends_in_an_error_and_soon(expression):
    began = time.perf_counter()
    with pytest.raises(SymbackError):
        parse(f"parameter w\nz = {expression}\n")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "   "])
def test_an_empty_text_is_an_error_with_an_example(text):
    with pytest.raises(TextError, match="loss L"):
        parse(text)


@pytest.mark.parametrize("text", [None, 3, b"input x", ["input x"]])
def test_only_text_is_read(text):
    with pytest.raises(TextError):
        parse(text)


def test_a_long_line_is_shown_around_the_column():
    with pytest.raises(TextError) as caught:
        parse("input x\nz = " + "x + " * 100 + "y")
    shown, caret = caught.value.found.splitlines()[-2:]
    assert shown[len(caret) - 1] == "y"
    assert len(shown) < 110


def test_ten_thousand_equations_are_read_and_written_without_recursion():
    lines = ["index h:8 g:8", "input x[h]", "a0[h] = x[h]"]
    lines += [f"a{k + 1}[h] = tanh(a{k}[h])*{k}" for k in range(10_000)]
    net = parse("\n".join(reversed(lines)))
    assert len(net.equations) == 10_001
    assert net.equations[-1].target == "a10000"
    assert str(net).count("\n") == 10_003


def test_a_circle_of_ten_thousand_equations_is_an_error():
    lines = [f"a{k} = a{(k + 1) % 10_000}" for k in range(10_000)]
    with pytest.raises(TextError, match="a0 reads a1"):
        parse("\n".join(lines))


# Files -------------------------------------------------------------------------------------------


def test_a_file_is_read_and_names_itself_in_errors(tmp_path):
    path = tmp_path / "digits.symback"
    path.write_text(DIGITS, encoding="utf-8")
    assert read(path) == digits()
    assert read(str(path)) == digits()
    path.write_bytes(b"\xef\xbb\xbf" + DIGITS.replace("\n", "\r\n").encode())
    assert read(path) == digits()
    path.write_text("z = q", encoding="utf-8")
    with pytest.raises(TextError, match=r"digits\.symback, line 1, column 5: the name q"):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"input x\0", "binary"),
        (b"\x93NUMPY\x01\x00v\x00", "binary"),
        (b"input caf\xe9", "UTF-8"),
        (b"#" * 10_000_001, "more than"),
    ],
)
def test_a_file_that_is_no_text_is_an_error(tmp_path, content, message):
    path = tmp_path / "bad.symback"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message):
        read(path)


@pytest.mark.parametrize("name", ["missing.symback", "", "\0", "missing/x"])
def test_a_file_that_cannot_be_opened_is_an_error(tmp_path, name):
    with pytest.raises(FileError):
        read(f"{tmp_path}/{name}" if name else tmp_path)


def test_numbers_are_exact():
    net = parse("input x\nz = 0.1*x + 2*x - 10.0")
    x = net["x"].entry
    assert net.equation("z").expr == Add(Mul(Rational(21, 10), x), -10)
