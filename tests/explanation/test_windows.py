"""What a page says of convolutions, pooling and other reads at sums of letters."""

import pytest

import symback as sb
from symback.explanation.windows import letter_role, windows_of

CONVOLUTION = """
index n:N c:2 o:3 p:4 r:3 x:6
input X[n,c,x] G[n,o,p]
parameter K[o,c,r] b[o]
Z[n,o,p] = sum(X[n,c,p+r]*K[o,c,r], c, r) + b[o]
loss L = sum(Z[n,o,p]*G[n,o,p], n, o, p)
"""


@pytest.fixture(scope="module")
def page():
    net = sb.parse(CONVOLUTION)
    return " ".join(sb.explain(sb.derive(net, wrt=["K", "X", "b"])).text().split())


def test_the_letters_of_a_window_are_told_apart():
    net = sb.parse(CONVOLUTION)
    (window,) = windows_of(net.equation("Z"))
    assert (window.axis, window.places, window.inside) == (
        2, (net.letters["p"],), (net.letters["r"],),
    )  # fmt: skip
    assert letter_role(net, net.letters["p"])[0] == "window"
    assert letter_role(net, net.letters["r"])[0] == "tap"
    assert letter_role(net, net.letters["x"]) is None


def test_a_bare_read_and_a_shifted_one_are_no_windows():
    net = sb.parse("index n:N m:N+1\ninput x[m] y[n]\nz[n] = x[n+1]*y[n]")
    assert windows_of(net.equation("z")) == ()


def test_a_page_says_that_the_filter_is_turned_round_and_shared(page):
    assert "lies in the window of Z wherever p + r = x" in page
    assert "the filter K is turned round. This is the full convolution" in page
    assert "The window uses the same K[o,c,r] at every place p (shared weights)" in page
    assert "same b[o] at every place" not in page


def test_one_entry_is_written_out_without_the_brackets_that_its_place_decides(page):
    written = page.split("One entry, written out: ∂L/∂X")[1].split("✓")[0]
    assert "≤" not in written
    assert "Z̄[0,o,2]·K[o,1,1]" in written or "Z̄[0,o,2]" in written


def test_places_are_told_apart_from_the_letters_of_what_is_read_and_padding_is_said():
    net = sb.parse(
        "index n:N p:5 r:3 s:3\ninput X[n,p]\nparameter K[r] b\n"
        "Z[n,p] = sum(padded(X[n,p+r-1])*K[r], r) + b"
    )
    page = " ".join(sb.explain(sb.derive(net, of="Z", wrt="X")).text().split())
    assert "where X[n,p+r−1] lies outside of X, equation (1) reads 0" in page
    assert "X[n,p] is read by Z[n,p′], equation (1)" in page
    assert "lies in the window of Z wherever p′ + r − 1 = p. The delta is solved for p′" in page


def test_a_window_with_steps_is_not_said_to_be_entered_everywhere():
    net = sb.parse(CONVOLUTION.replace("p+r", "2*p+r").replace("x:6", "x:9"))
    page = " ".join(sb.explain(sb.derive(net, wrt="X"), checks=False).text().split())
    assert "X[n,c,x] enters Z[n,o,p] for every o, so" in page


def test_a_window_of_stride_two_is_no_full_convolution():
    net = sb.parse(CONVOLUTION.replace("p+r", "2*p+r").replace("x:6", "x:9"))
    page = " ".join(sb.explain(sb.derive(net, wrt="X")).text().split())
    assert "lies in the window of Z wherever 2·p + r = x" in page
    assert "full convolution" not in page


def test_a_maximum_says_where_everything_goes_and_is_no_broadcast():
    net = sb.parse("index n:N q:P p:2*P v:2\ninput X[n,p]\nQ[n,q] = max(X[n,2*q+v], v)")
    page = " ".join(sb.explain(sb.derive(net, of="Q", wrt="X")).text().split())
    assert "all that comes back goes to that one, the first if several are as large" in page
    assert "broadcast" not in page


def test_a_gather_says_who_reads_a_row_and_that_contributions_add():
    net = sb.parse(
        "index n:N w:9 j:3\ninput ids[n] integer y[n,j]\nparameter E[w,j]\n"
        "loss L = sum((E[ids[n],j] - y[n,j])**2, n, j)"
    )
    page = " ".join(sb.explain(sb.derive(net)).text().split())
    assert "E[w,j] is read only where ids[n] = w" in page
    assert "parameter: table, of which E[ids[n],j] is read" in page
    assert "What every such n sends back is added there (scatter)" in page
